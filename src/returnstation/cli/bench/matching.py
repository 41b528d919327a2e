"""How often the right order is suggested for a parcel about which little is known.

Known orders are degraded as labels and hands do it: letters misread, fields missing, a product
that another order has. ``benchmarks/matching.json`` holds what was reached when it was written.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from returnstation.app import Station
from returnstation.application.matching import Matching
from returnstation.cli.bench.figures import Figure, figure
from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.generate import generate
from returnstation.domain.candidates import Clue, ClueKind
from returnstation.domain.orders import Order
from returnstation.settings import Settings, write_settings
from returnstation.storage.filling import Filling

FIRST_FEW = 5

_SEED = 20260115
_TODAY = date(2026, 1, 15)
_PARCELS = 400
_WRONG = dict(zip("0123456789", "8710642091", strict=True))  # digits as they are misread


class Shares(msgspec.Struct, frozen=True):
    """Shares of parcels, in percent: the right order first, and among the first five."""

    first: float
    few: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found; shares by kind of damage, times in milliseconds."""

    shares: Mapping[str, Shares]
    times: Sequence[float]


def measure_matching(saved: Path | None, parcels: int = _PARCELS) -> Figure:
    """Rank candidates for degraded parcels and compare the shares with those that were saved."""
    found = evaluate(parcels)
    before = read_saved(saved)
    told = "; ".join(_told(name, shares, before) for name, shares in found.shares.items())
    return figure(
        "matching",
        found.times,
        target_ms=None,
        against=("", ()),
        note=f"right order first / in the first {FIRST_FEW}: {told}",
    )


def evaluate(parcels: int) -> Evaluation:
    """Degrade so many known orders in every way, and look for each."""
    times: list[float] = []
    shares = {}
    with _filled() as (station, orders):
        matching = Matching(station.equipment)
        for name, degrade in DAMAGES.items():
            lots = Lots(f"{_SEED}-{name}")
            places = []
            for order in lots.sample(orders, min(parcels, len(orders))):
                clues = degrade(lots, order)
                begun = time.perf_counter()
                candidates = matching.candidates(clues, FIRST_FEW)
                times.append((time.perf_counter() - begun) * 1000)
                numbers = [(c.order.merchant_id, c.order.number) for c in candidates]
                places.append(_place(numbers, (order.merchant_id, order.number)))
            shares[name] = Shares(_percent(places, 1), _percent(places, FIRST_FEW))
    return Evaluation(shares, times)


def read_saved(path: Path | None) -> Mapping[str, Shares]:
    """Return the shares that were saved; none where the file is not at hand."""
    if path is None or not path.is_file():
        return {}
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Shares])


def as_saved(found: Evaluation) -> bytes:
    """Return the shares as the file holds them."""
    return msgspec.json.format(msgspec.json.encode(found.shares), indent=2) + b"\n"


@contextmanager
def _filled() -> Iterator[tuple[Station, Sequence[Order]]]:
    """Open a station with the orders of the demo site."""
    site = generate(_SEED, _TODAY)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        write_settings(Path(folder), Settings(site="Bench", desk="1", prefix="BN1"))
        with closing(Station(Path(folder))) as station:
            filling = Filling(station.cache)
            filling.merchants(site.merchants)
            filling.products(site.products)
            filling.orders(site.orders)
            filling.rmas(site.rmas)
            yield station, site.orders


def _whole(_lots: Lots, order: Order) -> list[Clue]:
    """Return everything a label and the goods tell."""
    buyer, clues = order.customer, [Clue(ClueKind.NAME, order.customer.name)]
    clues += [Clue(ClueKind.POSTCODE, buyer.postcode)] if buyer.postcode else []
    clues += [Clue(ClueKind.PHONE, buyer.phone[-4:])] if buyer.phone else []
    clues.append(Clue(ClueKind.PRODUCT, order.lines[0].sku))
    clues.append(Clue(ClueKind.DATE, _TODAY.isoformat()))
    return clues


def _typos(lots: Lots, order: Order) -> list[Clue]:
    """Misread a letter of the name and, every second time, a digit of the postcode."""
    clues = []
    for clue in _whole(lots, order):
        if clue.kind is ClueKind.NAME:
            clues.append(Clue(clue.kind, _misspelt(lots, clue.value)))
        elif clue.kind is ClueKind.POSTCODE and lots.chance(50):
            clues.append(Clue(clue.kind, _misread(lots, clue.value)))
        else:
            clues.append(clue)
    return clues


def _missing(lots: Lots, order: Order) -> list[Clue]:
    """Keep two clues of those that choose an order."""
    return lots.some([c for c in _whole(lots, order) if c.kind is not ClueKind.DATE], 2)


def _wrong_product(lots: Lots, order: Order) -> list[Clue]:
    """Put a product into the parcel that the order does not have."""
    clues = [clue for clue in _whole(lots, order) if clue.kind is not ClueKind.PRODUCT]
    return [*clues, Clue(ClueKind.PRODUCT, f"{order.lines[0].sku}-X")]


def _name_only(lots: Lots, order: Order) -> list[Clue]:
    """Keep the name, misspelt, and the product."""
    name = _misspelt(lots, order.customer.name)
    return [Clue(ClueKind.NAME, name), Clue(ClueKind.PRODUCT, order.lines[0].sku)]


def _bad_label(lots: Lots, order: Order) -> list[Clue]:
    """Misspell the name, lose the phone and have another product."""
    clues = _typos(lots, order)
    clues = [c for c in clues if c.kind in {ClueKind.NAME, ClueKind.POSTCODE}]
    return [*clues, Clue(ClueKind.PRODUCT, "UNKNOWN")]


DAMAGES: Mapping[str, Callable[[Lots, Order], list[Clue]]] = {
    "whole": _whole,
    "typos": _typos,
    "missing": _missing,
    "wrong product": _wrong_product,
    "name and product": _name_only,
    "bad label": _bad_label,
}


def _misspelt(lots: Lots, name: str) -> str:
    """Change one letter: of a Hangul syllable its vowel, else the letter itself."""
    place = lots.randrange(len(name))
    letter = name[place]
    code = ord(letter) - 0xAC00
    if 0 <= code < 11172:
        vowel = (code // 28 + 1) % 21 + code // 588 * 21
        return f"{name[:place]}{chr(0xAC00 + vowel * 28 + code % 28)}{name[place + 1 :]}"
    return f"{name[:place]}{'e' if letter != 'e' else 'a'}{name[place + 1 :]}"


def _misread(lots: Lots, text: str) -> str:
    place = lots.randrange(len(text))
    return f"{text[:place]}{_WRONG.get(text[place], '1')}{text[place + 1 :]}"


def _place(numbers: Sequence[tuple[str, str]], right: tuple[str, str]) -> int:
    return numbers.index(right) + 1 if right in numbers else FIRST_FEW + 1


def _percent(places: Sequence[int], most: int) -> float:
    return round(100 * sum(place <= most for place in places) / len(places), 1)


def _told(name: str, found: Shares, before: Mapping[str, Shares]) -> str:
    saved = before.get(name)
    was = "" if saved is None else f" (saved {saved.first:.1f} / {saved.few:.1f})"
    return f"{name} {found.first:.1f} / {found.few:.1f}{was}"
