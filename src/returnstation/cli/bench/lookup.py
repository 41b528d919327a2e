"""How long codes and words take through the station's own repository."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pysqlite3 import dbapi2

from returnstation.app import Station
from returnstation.application.searching import StationSearch
from returnstation.cli.bench.figures import Figure, figure, percentile, timed
from returnstation.cli.bench.sales import Sales, order_number, parcel_codes
from returnstation.domain.barcodes import canonical
from returnstation.domain.likeness import initials
from returnstation.storage.cache_words import questions_of

LOOKUP_MS, SEARCH_MS = 1, 30

_LOOKUPS = 5000
_SEARCHES = 400
_WARM_UP = 100
_STRIDE = 7907  # codes far apart, so that no page of the file helps the next
_BARE = "SELECT kind, target FROM identifier WHERE key = ?"
_BODY = "SELECT body FROM sale_order WHERE order_id = ?"
_WORDS = "SELECT rowid FROM order_text WHERE order_text MATCH ? ORDER BY rowid DESC LIMIT 40"


def measure_lookup(home: Path, orders: int) -> Figure:
    """Find an order by one exact code and read it, 99 of a hundred within a millisecond."""
    # The baseline goes first and reads other pages: neither warms the other.
    bare_codes, codes = _codes(0, orders), _codes(_STRIDE // 2, orders)
    with closing(Station(home)) as station, _bare(home) as bare:
        cache = station.cache

        def look_up(key: str) -> None:
            for hit in cache.find([key]):
                if cache.order(hit.merchant_id, hit.number) is None:
                    raise LookupError(key)

        def look_up_bare(key: str) -> None:
            for _kind, target in bare.execute(_BARE, (key,)).fetchall():
                bare.execute(_BODY, (target,)).fetchone()

        raw = timed(look_up_bare, bare_codes)[_WARM_UP:]
        times = timed(look_up, codes)[_WARM_UP:]
    found = figure(
        "lookup",
        times,
        target_ms=LOOKUP_MS,
        against=("the same rows read by bare SQLite, not decoded", raw),
        note=f"p99 {percentile(times, 0.99):.3f} ms, bare p99 {percentile(raw, 0.99):.3f} ms",
    )
    return replace(found, p99_ms=percentile(times, 0.99))


def _codes(first: int, orders: int) -> list[str]:
    places = ((first + number * _STRIDE) % orders for number in range(_LOOKUPS + _WARM_UP))
    return [canonical(parcel_codes(place)[place % 2]) for place in places]


def measure_search(home: Path, orders: int) -> Figure:
    """Answer what is typed into the search page: ends, beginnings, words, initial consonants."""
    texts = _texts(orders)
    with closing(Station(home)) as station, _bare(home) as bare:
        search = StationSearch(station.equipment)
        times = timed(search.find, texts)[_WARM_UP:]
        questions = [asked[0] for text in texts if (asked := questions_of(text))]
        raw = timed(lambda text: bare.execute(_WORDS, (text,)).fetchall(), questions)
    kinds = 5
    slowest = sorted(zip(times, texts[_WARM_UP:], strict=True), reverse=True)[:kinds]
    told = ", ".join(f"{text!r} {took:.1f}" for took, text in slowest)
    return figure(
        "search",
        times,
        target_ms=SEARCH_MS,
        against=("one bare full-text question for the same words", raw),
        note=f"eight rows with their cases; slowest: {told}",
    )


def _texts(orders: int) -> Sequence[str]:
    sales = Sales.any_day()
    texts: list[str] = []
    for number in range(_SEARCHES + _WARM_UP):
        place = number * _STRIDE % orders
        order = sales.order(place)
        name, goods = order.customer.name, order.lines[0].title
        code = parcel_codes(place)[number % 2]
        texts.append(
            (
                code[-6:],
                order_number(place)[:7],
                name,
                name[:2],
                initials(name)[:3],
                f"{name} {goods}",
                (order.customer.phone or "")[-4:],
                f"{order.customer.postcode} {name[:1]}",
            )[number % 8]
        )
    return texts


def _bare(home: Path) -> "closing[dbapi2.Connection]":
    return closing(dbapi2.connect(str(next(home.glob("cache-*.db")))))
