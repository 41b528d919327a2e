"""Items: scan a product onto a line, photograph, note, and say what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from returnstation.application.desk.attaching import Attaching
from returnstation.application.desk.inspecting import CAME_BACK, Inspecting
from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.desk.proofs import photo_of_parcel
from returnstation.application.desk.writing import earlier_cases, write_item
from returnstation.application.matching import Matching
from returnstation.application.opening import Found
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step, Tone
from returnstation.domain.barcodes import Barcode, Kind
from returnstation.domain.cases import UNDELIVERABLE
from returnstation.domain.checklists import Checklist, Goods
from returnstation.domain.facts import (
    CaseLine,
    Fact,
    ItemAdded,
    LineMissing,
    NoteAdded,
    PhotoTaken,
)
from returnstation.domain.matching import (
    UNEXPECTED,
    UNKNOWN,
    WRONG_ITEM,
    Landing,
    Scanned,
    land,
    product_of,
    scanned_product,
)
from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.orders import Product

LONGEST_NOTE = 2000
_MOST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Items:
    """What a worker does with single items."""

    recording: Recording
    memory: Memory
    inspecting: Inspecting

    def scan(self, barcode: Barcode) -> None:
        """Take a product in hand.

        Raises:
            Refused: The code is nobody's product, or another item is still in hand.
        """
        case = self.memory.opened().case
        if self.memory.in_hand is not None:
            raise Refused("item-in-hand", product=self.memory.in_hand.title)
        scanned = scanned_product(barcode)
        landing = land(case, scanned)
        if landing is not None:
            self._add(scanned, landing)
            return
        product = product_of(self._products(scanned), case.opened.merchant_id)
        if product is None and scanned.gtin is None:
            raise Refused("code-unknown", code=scanned.code)
        if case.is_blind:
            self._take(scanned, product, None, UNEXPECTED if product else UNKNOWN)
        else:
            self._ask_what(scanned, product)

    def is_product(self, barcode: Barcode) -> bool:
        """Tell whether a scan is a product somebody sells, or surely one nobody knows."""
        scanned = scanned_product(barcode)
        gtin = barcode.first(Kind.GTIN)
        if gtin is not None and gtin.is_sure:
            return True
        return bool(self._products(scanned))

    def _products(self, scanned: Scanned) -> list[Product]:
        catalogue = self.recording.equipment.catalogue
        return [product for code in scanned.codes for product in catalogue.products(code)]

    def is_on_case(self, barcode: Barcode) -> bool:
        """Tell whether a scan is a product of one of the case's lines."""
        return land(self.memory.opened().case, scanned_product(barcode)) is not None

    def photo(self, content: bytes) -> str:
        """Attach a picture to the item in hand, else to the parcel, and return its digest."""
        case, item, ask = self.memory.opened().case, self.memory.in_hand, self.memory.ask
        digest = self.recording.equipment.photos.keep(content)
        if ask is not None and ask.photographed is not None:
            self.memory.ask = None
            ask.photographed(digest)
        elif item is None:
            self._record([photo_of_parcel(case, digest)])
        else:
            question = self.inspecting.next_question(item)
            asked = None if question is None else question.question_id
            self._record([PhotoTaken(item_id=item.item_id, digest=digest, question=asked)])
        self.memory.sound = Sound.TAP
        return digest

    def note(self, text: str) -> None:
        """Write a note on the item in hand, else on the case."""
        clean = text.strip()
        if not clean or len(clean) > LONGEST_NOTE:
            raise Refused("note-length", most=LONGEST_NOTE)
        self.memory.opened()
        item = self.memory.in_hand
        self._record([NoteAdded(text=clean, item_id=None if item is None else item.item_id)])

    def ask_missing(self) -> None:
        """Ask which announced product is not in the parcel."""
        case = self.memory.opened().case
        waiting = [line for line in case.opened.lines if case.expected(line)]
        if not waiting:
            raise Refused("nothing-missing")
        if len(waiting) == 1:
            self.missing(waiting)
            return
        chosen = {str(number): [line] for number, line in enumerate(waiting[:8], start=1)}
        everything = str(len(chosen) + 1)
        options = [Option(key, lines[0].title, lines[0].sku) for key, lines in chosen.items()]
        options.append(Option(everything, say("ask.missing.all", n=len(waiting))))
        self.memory.ask = Ask(
            Step.REASON,
            say("ask.missing"),
            say("ask.missing.help"),
            tuple(options),
            lambda key: self.missing(waiting if key == everything else chosen[key]),
        )

    def missing(self, lines: Sequence[CaseLine]) -> None:
        """Record that what is still to come of these lines is not there."""
        case = self.memory.opened().case
        self._record(
            [LineMissing(line_id=line.line_id, quantity=case.expected(line)) for line in lines]
        )

    def _add(self, scanned: Scanned, landing: Landing) -> None:
        line = landing.line
        case = self.memory.opened().case
        catalogue = self.recording.equipment.catalogue
        product = catalogue.product(case.opened.merchant_id or "", line.sku)
        earlier = earlier_cases(self.recording, self.memory, landing.serial)
        findings = [*landing.findings, *([CAME_BACK] if earlier else [])]
        findings += [UNDELIVERABLE] if case.undeliverable else []
        checklist = self._checklist(line.category, (line.sku, line.gtin))
        added = ItemAdded(
            item_id=str(self.recording.equipment.new_id()),
            line_id=line.line_id,
            finding=landing.finding,
            title=line.title,
            sku=line.sku,
            gtin=line.gtin or scanned.gtin,
            serial=landing.serial,
            lot=scanned.lot,
            expires_on=scanned.expires_on,
            category=line.category,
            checklist=checklist.checklist_id,
            checklist_hash=checklist.content_hash or None,
            parts=_parts(product, scanned),
            findings=tuple(findings),
            earlier=earlier,
            value=product.price if product is not None and product.price else _unit(line),
        )
        self._record([added])
        self._note_piece(added, scanned)
        odd = findings or landing.finding != "expected"
        self._echo("warn" if odd else "check", f"finding.{landing.finding}", line.title)

    def _ask_what(self, scanned: Scanned, product: Product | None) -> None:
        case = self.memory.opened().case
        name = scanned.code if product is None else product.title
        waiting = [line for line in case.opened.lines if case.expected(line)]
        lines = (waiting or list(case.opened.lines))[:4]
        chosen = {str(number): line for number, line in enumerate(lines, start=1)}
        code = scanned.gtin or scanned.code
        others = Matching(self.recording.equipment).others(case, code)[:_MOST_OTHERS]
        owners = {str(len(lines) + n): order for n, order in enumerate(others, start=1)}
        last = len(lines) + len(owners)
        extra, mistake = str(last + 1), str(last + 2)
        options = [
            Option(key, say("ask.wrong.instead", product=line.title), line.sku)
            for key, line in chosen.items()
        ]
        options += [
            Option(
                key, say("ask.wrong.order", number=order.order_number), say("ask.wrong.order.help")
            )
            for key, order in owners.items()
        ]
        options.append(Option(extra, say("ask.wrong.extra"), say("ask.wrong.extra.help")))
        options.append(Option(mistake, say("ask.wrong.mistake"), say("ask.wrong.mistake.help")))

        def take(key: str) -> None:
            if key in owners:
                self._take_from(owners[key], scanned)
            elif key == extra:
                self._take(scanned, product, None, UNEXPECTED if product else UNKNOWN)
            elif key != mistake:
                self._take(scanned, product, chosen[key], WRONG_ITEM)

        self.memory.ask = Ask(
            Step.CHOOSE,
            say("ask.wrong", product=name),
            say("ask.wrong.help"),
            tuple(options),
            take,
            Tone.REFUSED,
        )
        self._echo("cross", "finding.wrong_item", name)
        self.memory.sound = Sound.SCAN_REFUSED

    def _take(
        self, scanned: Scanned, product: Product | None, line: CaseLine | None, finding: str
    ) -> None:
        category = "general" if product is None else product.category
        earlier = earlier_cases(self.recording, self.memory, scanned.serial)
        codes = (scanned.code,) if product is None else (product.sku, product.gtin)
        checklist = self._checklist(category, codes)
        added = ItemAdded(
            item_id=str(self.recording.equipment.new_id()),
            line_id=None if line is None else line.line_id,
            finding=finding,
            title=scanned.code if product is None else product.title,
            sku=None if product is None else product.sku,
            gtin=scanned.gtin if product is None else product.gtin,
            serial=scanned.serial,
            lot=scanned.lot,
            expires_on=scanned.expires_on,
            category=category,
            checklist=checklist.checklist_id,
            checklist_hash=checklist.content_hash or None,
            parts=_parts(product, scanned),
            findings=(CAME_BACK,) if earlier else (),
            earlier=earlier,
            value=None if product is None else product.price,
        )
        self._record([added])
        self._note_piece(added, scanned)
        self._echo("warn", f"finding.{finding}", added.title)

    def _take_from(self, order: Found, scanned: Scanned) -> None:
        """Attach another order of the same customer, and take the product in hand as its own."""
        Attaching(self.recording, self.memory).attach([order], ["product", "name"])
        landing = land(self.memory.opened().case, scanned)
        if landing is not None:
            self._add(scanned, landing)

    def _record(self, facts: Sequence[Fact]) -> None:
        write_item(self.recording, self.memory, facts)

    def _note_piece(self, added: ItemAdded, scanned: Scanned) -> None:
        """Mark the other pieces of a kit as not there until they are scanned or touched."""
        if scanned.piece in added.parts:
            others = (n for n, part in enumerate(added.parts, start=1) if part != scanned.piece)
            self.memory.lacking[added.item_id] = frozenset(others)

    def _checklist(self, category: str, codes: tuple[str | None, ...]) -> Checklist:
        merchant = self.memory.opened().case.opened.merchant_id
        known = tuple(code for code in codes if code is not None)
        return self.recording.equipment.checklists.choose(Goods(merchant, category, known))

    def _echo(self, kind: str, key: str, code: str) -> None:
        self.memory.echo = Echo(kind, say(key), code, None, self.recording.equipment.now())


def _unit(line: CaseLine) -> Money:
    return line.paid.share(Fraction(1, max(1, line.quantity)))


def _parts(product: Product | None, scanned: Scanned) -> tuple[str, ...]:
    """Return the parts of a product: those it is known for, else the pieces its code counts."""
    if product is not None and product.parts:
        return product.parts
    if scanned.piece is None:
        return ()
    total = int(scanned.piece.partition("/")[2])
    return tuple(f"{piece}/{total}" for piece in range(1, total + 1))
