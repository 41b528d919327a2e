"""An order a parcel may belong to, with its reasons for and against."""

from collections.abc import Callable, Mapping
from datetime import date

from returnstation.application.equipment import Equipment
from returnstation.application.showing.codes import carrier_name
from returnstation.application.view import Entry, Evidence, Option
from returnstation.domain.candidates import Agreement, Candidate, Clue, ClueKind, Sign
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import short_name

_KINDS = {Agreement.AGREES: "check", Agreement.DIFFERS: "cross", Agreement.UNKNOWN: "dash"}
_MOST_SIGNS = 6


def shown_candidate(equipment: Equipment, key: str, candidate: Candidate) -> Option:
    """Return a candidate as something to choose; strangers are named in short."""
    order = candidate.order
    merchant = equipment.catalogue.merchant(order.merchant_id)
    name = order.merchant_id if merchant is None else merchant.name
    goods = ", ".join(line.title for line in order.lines[:2])
    delivered = order.delivered_on
    day = say("find.ordered", day=order.ordered_on)
    if delivered:
        day = say("find.delivered", day=delivered[-1])
    signs = _gathered(candidate)
    return Option(
        key,
        say("ask.which.order", number=order.number),
        say("find.detail", merchant=name, day=day, goods=goods),
        evidence=tuple(_evidence(equipment, sign, candidate) for sign in signs[:_MOST_SIGNS]),
        score=sum(sign.agreement is Agreement.AGREES for sign in signs[:_MOST_SIGNS]),
        of=len(signs[:_MOST_SIGNS]),
    )


def clue_entry(equipment: Equipment, clue: Clue) -> Entry:
    """Return a clue as the pane beside the candidates shows it."""
    return Entry(say(f"clue.{clue.kind.value}"), _value(equipment, clue.kind, clue.value))


def _gathered(candidate: Candidate) -> list[Sign]:
    """Return the signs that matter most first; of several products one says it."""
    first: dict[tuple[ClueKind, str], Sign] = {}
    for sign in candidate.signs:
        first.setdefault((sign.clue.kind, sign.clue.value), sign)
    return list(first.values())


def _evidence(equipment: Equipment, sign: Sign, candidate: Candidate) -> Evidence:
    kind = sign.clue.kind
    if kind is ClueKind.NAME and candidate.may_be_gift:
        return Evidence("dash", say("evidence.gift"))
    if sign.agreement is Agreement.UNKNOWN:
        return Evidence("dash", say(f"evidence.{kind.value}.unknown"))
    return Evidence(_KINDS[sign.agreement], _text(equipment, sign))


def _text(equipment: Equipment, sign: Sign) -> Say:
    kind = sign.clue.kind
    known = short_name(sign.known) if kind is ClueKind.NAME else sign.known
    return say(f"evidence.{kind.value}", value=_value(equipment, kind, known))


def _value(equipment: Equipment, kind: ClueKind, text: str) -> Say:
    if kind is ClueKind.CARRIER:
        return carrier_name(equipment, text)
    show = _SHOW.get(kind)
    return say("find.plain", text=text) if show is None else show(text)


def _day(text: str) -> Say:
    return say("fact.day", day=date.fromisoformat(text))


def _weight(text: str) -> Say:
    return say("find.grams", n=int(text.removesuffix(" g")))


_SHOW: Mapping[ClueKind, Callable[[str], Say]] = {
    ClueKind.DATE: _day,
    ClueKind.WEIGHT: _weight,
}
