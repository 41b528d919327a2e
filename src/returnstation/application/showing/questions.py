"""The question in hand as it is shown: its answers or what it wants, photos and the grade."""

from returnstation.application.desk.inspecting import Inspecting
from returnstation.application.desk.kits import ALL_HERE, TURN, KitPage
from returnstation.application.equipment import Equipment
from returnstation.application.view import (
    Evidence,
    Option,
    PhotoView,
    QuestionView,
    RangeView,
    ValueView,
)
from returnstation.domain.cases import Case, Item
from returnstation.domain.checklists import Answer, Question, QuestionKind
from returnstation.domain.messages import Say, say

_MOST_PHOTOS = 4
_LACKING, _HERE = Evidence("cross", say("kit.missing")), Evidence("check", say("kit.here"))


def shown_question(
    inspecting: Inspecting, case: Case, item: Item
) -> tuple[QuestionView, tuple[Option, ...]]:
    """Return the question in hand and what can be chosen, worst first."""
    checklist = inspecting.checklist(item)
    question = inspecting.next_question(item)
    functional, cosmetic = checklist.possible(item.answers)
    reason = None if item.line_id is None else case.line(item.line_id).reason
    asked = len(item.answers)
    book = inspecting.recording.equipment.checklists
    best = checklist.grade(item.answers)
    view = QuestionView(
        item_id=item.item_id,
        product=item.title,
        number=asked + 1,
        of=max(asked + 1, asked + len(checklist.still_open(item.answers))),
        functional=tuple(f"F{grade}" for grade in functional),
        cosmetic=tuple(f"C{grade}" for grade in cosmetic),
        photos=_photos(item, question),
        claimed=None if reason is None else say(f"reason.{reason.value}"),
        notes=item.notes,
        kind=QuestionKind.CHOICE.value if question is None else question.kind.value,
        value=None if question is None else _value(question),
        picture=None if question is None else question.picture,
        quantity=item.quantity,
        merchant_grade=book.merchant_grade(best, case.opened.merchant_id),
        checklist=checklist.checklist_id,
        version=checklist.version,
    )
    if question is None:
        return view, ()
    if question.kind is QuestionKind.PARTS:
        return view, _parts(item, question, inspecting)
    return view, tuple(_option(question, answer) for answer in question.chosen)


def product_picture(equipment: Equipment, case: Case, item: Item) -> str | None:
    """Return the name of the picture of an item's product."""
    merchant_id, catalogue = case.opened.merchant_id, equipment.catalogue
    if merchant_id is not None and item.sku is not None:
        product = catalogue.product(merchant_id, item.sku)
        return None if product is None else product.picture
    named = (product.picture for product in catalogue.products(item.gtin or item.sku or ""))
    return next((picture for picture in named if picture), None)


def question_texts(question: Question) -> tuple[Say, Say]:
    """Return a question, and the line that says how to look."""
    return _texts(question.text, question.own_words)


def _texts(key: str, own: tuple[str, str] | None) -> tuple[Say, Say]:
    if own is None:
        return say(key), say(f"{key}.help")
    return say("check.own", text=own[0]), say("check.own", text=own[1])


def _option(question: Question, answer: Answer) -> Option:
    title, meaning = _texts(answer.text, answer.own_words)
    # How many days are left nobody counts: there the words say it better.
    limits = None if question.scans is not None else _limits(question, answer)
    detail = meaning if limits is None else say("value.limits", limits=limits, meaning=meaning)
    return Option(answer.key, title, detail, picture=answer.text.replace(".", "-"))


def _parts(item: Item, question: Question, inspecting: Inspecting) -> tuple[Option, ...]:
    """Return the parts to touch where one is not there, and the key that ends it."""
    lacking, page = inspecting.marked(item), inspecting.kit_page(item)
    parts = [
        Option(
            str(key),
            part_name(item.parts[number - 1]),
            evidence=(_LACKING if number in lacking else _HERE,),
        )
        for key, number in enumerate(page.numbers, start=1)
    ]
    if page.turns:
        parts.append(_turn(page.turned))
    ending = question.answers[0 if lacking else -1]
    title, detail = _texts(ending.text, ending.own_words)
    return (*parts, Option(ALL_HERE, title, detail))


def _turn(page: KitPage) -> Option:
    first, last = page.numbers[0], page.numbers[-1]
    return Option(
        TURN, say("kit.turn"), say("kit.turn.help", first=first, last=last, of=page.parts)
    )


def part_name(part: str) -> Say | str:
    """Return the name of a part; a piece of a kit is named by its number."""
    number, slash, total = part.partition("/")
    if slash and number.isdigit() and total.isdigit():
        return say("kit.piece", number=int(number), of=int(total))
    return part


def _value(question: Question) -> ValueView | None:
    if not question.wants_value:
        return None
    wanted = question.kind.value if question.scans is None else f"scan-{question.scans.value}"
    return ValueView(
        hint=say(f"value.{wanted}", unit=question.unit or ""),
        unit=question.unit,
        is_number=question.kind in {QuestionKind.MEASURE, QuestionKind.COUNT},
        signs=_signs(question),
        ranges=tuple(
            RangeView(_texts(answer.text, answer.own_words)[0], _limits(question, answer))
            for answer in question.answers
            if answer.is_limited or not answer.by_hand
        ),
    )


def _signs(question: Question) -> str:
    """Return the signs a number that answers the question may have."""
    if question.kind is not QuestionKind.MEASURE:
        return ""
    limits = (limit for answer in question.answers for limit in (answer.below, answer.above))
    return ".-" if any(limit is not None and limit < 0 for limit in limits) else "."


def _limits(question: Question, answer: Answer) -> Say | None:
    """Return from where to where an answer reaches; None where no number decides."""
    unit = say("value.days") if question.scans is not None else question.unit or ""
    if answer.below is not None and answer.above is not None:
        return say("value.outside", low=answer.below, high=answer.above, unit=unit)
    if answer.below is not None:
        return say("value.below", low=answer.below, unit=unit)
    if answer.above is not None:
        return say("value.above", high=answer.above, unit=unit)
    return None


def _photos(item: Item, question: Question | None) -> tuple[PhotoView, ...]:
    """Return the latest photos, and the place of one that an answer will ask for."""
    taken = [PhotoView(say("photo.taken"), photo.digest) for photo in item.photos]
    if question is None or any(p.question == question.question_id for p in item.photos):
        return tuple(taken[-_MOST_PHOTOS:])
    if not any(answer.needs_photo for answer in question.answers):
        return tuple(taken[-_MOST_PHOTOS:])
    wanted = PhotoView(say("photo.wanted"), None, is_now=True)
    return (*taken[1 - _MOST_PHOTOS :], wanted)
