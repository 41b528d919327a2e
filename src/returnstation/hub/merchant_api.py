"""The hub for merchants' programs: what they may ask, told once for routes and OpenAPI alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import msgspec

from returnstation.domain.orders import Order, Product, Rma
from returnstation.hub.api_keys import ApiKeys
from returnstation.hub.endpoints import Endpoints
from returnstation.hub.hub import Hub
from returnstation.hub.merchant_intake import SORTS, MerchantIntake
from returnstation.hub.merchant_reading import MerchantReading
from returnstation.hub.merchant_views import (
    PAGES,
    Changes,
    EndpointIn,
    EndpointOut,
    PolicyIn,
    PolicyOut,
    RefundOut,
    RefundReport,
    Replayed,
    Taken,
    WholeCase,
)
from returnstation.hub.merchants import CheckTerms, Merchants
from returnstation.hub.refund_reports import RefundReports
from returnstation.hub.refusing import NotDone
from returnstation.hub.telling import Telling
from returnstation.hub.webhook_sending import Guard
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.photos import is_digest

_T = TypeVar("_T")

PREFIX = "/v1/merchants/{merchant}"

_LONGEST_WHY = 200
_SMALL = "small"
_SIZES = ("", _SMALL)
_SENT: dict[str, Any] = {
    "orders": Order | list[Order],
    "rmas": Rma | list[Rma],
    "products": Product | list[Product],
}


class Asked(NamedTuple):
    """What a merchant's program asks, once its key was checked.

    Attributes:
        names: Parts of the address.
        query: What stands behind the question mark.
    """

    merchant_id: str
    names: dict[str, str]
    query: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something a merchant's program may ask.

    Attributes:
        path: Behind ``PREFIX``.
        takes, gives: Shapes of body and answer; None for none.
        query: Names behind the question mark.
        media: Of an answer that has no shape: ``act`` returns its bytes.
    """

    methods: tuple[str, ...]
    path: str
    summary: str
    act: Callable[[Asked], Any]
    takes: Any = None
    gives: Any = None
    query: tuple[str, ...] = ()
    media: str | None = None


@dataclass(frozen=True)
class MerchantDesk:
    """Everything a hub does for merchants.

    Attributes:
        check: Checks their terms.
        guard: Keeps webhooks away from what is not public.
    """

    hub: Hub
    check: CheckTerms
    guard: Guard

    @cached_property
    def keys(self) -> ApiKeys:
        """Keys of merchants' programs."""
        return ApiKeys(self.hub.database)

    @cached_property
    def merchants(self) -> Merchants:
        """Who they are, and their terms."""
        return Merchants(self.hub.database, self.hub.random)

    @cached_property
    def endpoints(self) -> Endpoints:
        """Where they are told by webhooks."""
        return Endpoints(self.hub.database, self.hub.random, self.guard)

    @cached_property
    def telling(self) -> Telling:
        """What they are told."""
        return Telling(self.hub.database, self.hub.now_ms)

    def operations(self) -> Sequence[Operation]:
        """Return all they may ask."""
        return [
            *self._sending(),
            *self._policy(),
            *self._reading(),
            self._photo(),
            *self._webhooks(),
        ]

    def _sending(self) -> list[Operation]:
        intake = MerchantIntake(self.merchants)
        found = []
        for word, sort in SORTS.items():
            found += [
                Operation(
                    methods=("PUT", "POST"),
                    path=f"/{word}",
                    summary=f"Send one {sort.kind} or a list of up to 1000",
                    act=self._taker(intake, word),
                    takes=_SENT[word],
                    gives=Taken,
                ),
                Operation(
                    methods=("DELETE",),
                    path=f"/{word}/{{name}}",
                    summary=f"Take one {sort.kind} back",
                    act=self._deleter(intake, word),
                ),
            ]
        return found

    def _taker(self, intake: MerchantIntake, word: str) -> Callable[[Asked], Taken]:
        return lambda asked: intake.take(asked.merchant_id, word, asked.body, self.hub.now_ms())

    def _deleter(self, intake: MerchantIntake, word: str) -> Callable[[Asked], None]:
        return lambda asked: intake.delete(
            asked.merchant_id, word, asked.names["name"], self.hub.now_ms()
        )

    def _policy(self) -> list[Operation]:
        def put(asked: Asked) -> PolicyOut:
            policy = decoded(asked.body, PolicyIn)
            return self.merchants.put_policy(
                asked.merchant_id, policy, self.check, self.hub.now_ms()
            )

        def get(asked: Asked) -> PolicyOut:
            return self.merchants.policy(asked.merchant_id)

        return [
            Operation(
                methods=("PUT",),
                path="/policy",
                summary="Put return terms in force from now on",
                act=put,
                takes=PolicyIn,
                gives=PolicyOut,
            ),
            Operation(
                methods=("GET",),
                path="/policy",
                summary="Read the terms in force",
                act=get,
                gives=PolicyOut,
            ),
        ]

    def _reading(self) -> list[Operation]:
        reading = MerchantReading(self.hub.database)
        reports = RefundReports(self.merchants, self.telling)

        def pager(word: str) -> Callable[[Asked], Changes[Any]]:
            return lambda asked: reading.page(
                asked.merchant_id, word, asked.query.get("after", ""), asked.query.get("limit", "")
            )

        def report(asked: Asked) -> RefundOut:
            said = decoded(asked.body, RefundReport)
            return reports.take(asked.merchant_id, asked.names["key"], said, self.hub.now_ms())

        pages = [
            Operation(
                methods=("GET",),
                path=f"/{word}",
                summary=f"Read changed {word}",
                act=pager(word),
                gives=shape,
                query=("after", "limit"),
            )
            for word, shape in PAGES.items()
        ]
        return [
            *pages,
            Operation(
                methods=("GET",),
                path="/cases/{number}",
                summary="Read a case by its number, with everything in it",
                act=lambda asked: reading.case(asked.merchant_id, asked.names["number"]),
                gives=WholeCase,
            ),
            Operation(
                methods=("POST",),
                path="/refunds/{key}/report",
                summary="Say what became of an instruction to pay",
                act=report,
                takes=RefundReport,
                gives=RefundOut,
            ),
        ]

    def _photo(self) -> Operation:
        reading, photos = MerchantReading(self.hub.database), self.hub.photos

        def read(asked: Asked) -> bytes:
            digest, size = asked.names["digest"], asked.query.get("size", "")
            if size not in _SIZES:
                raise NotDone("photo-size-wrong", " ".join(filter(None, _SIZES)))
            if not (is_digest(digest) and reading.has_photo(asked.merchant_id, digest)):
                raise NotDone("photo-unknown")
            found = photos.thumbnail(digest) if size == _SMALL else photos.read(digest)
            if found is None:
                raise NotDone("photo-not-here")
            return found

        return Operation(
            methods=("GET",),
            path="/photos/{digest}",
            summary="Read a photo of a case, or a small picture of it (`size=small`)",
            act=read,
            query=("size",),
            media="image/jpeg",
        )

    def _webhooks(self) -> list[Operation]:
        endpoints = self.endpoints

        def add(asked: Asked) -> EndpointOut:
            wish = decoded(asked.body, EndpointIn)
            return endpoints.add(asked.merchant_id, wish, self.hub.now_ms())

        def replay(asked: Asked) -> Replayed:
            since, place = since_ms(asked.query.get("since", "")), asked.names["endpoint"]
            count = endpoints.replay(asked.merchant_id, place, since, self.hub.now_ms())
            return Replayed(events=count)

        return [
            Operation(
                methods=("GET",),
                path="/webhooks",
                summary="Read where webhooks are sent",
                act=lambda asked: endpoints.all(asked.merchant_id),
                gives=list[EndpointOut],
            ),
            Operation(
                methods=("POST",),
                path="/webhooks",
                summary="Have webhooks sent to an address; the secret is shown this once",
                act=add,
                takes=EndpointIn,
                gives=EndpointOut,
            ),
            Operation(
                methods=("DELETE",),
                path="/webhooks/{endpoint}",
                summary="Have webhooks no longer sent",
                act=lambda asked: endpoints.remove(asked.merchant_id, asked.names["endpoint"]),
            ),
            Operation(
                methods=("POST",),
                path="/webhooks/{endpoint}/on",
                summary="Send again to an address that was switched off",
                act=lambda asked: endpoints.switch_on(asked.merchant_id, asked.names["endpoint"]),
            ),
            Operation(
                methods=("POST",),
                path="/webhooks/{endpoint}/replay",
                summary="Send again what happened since a moment",
                act=replay,
                gives=Replayed,
                query=("since",),
            ),
        ]


def decoded(body: bytes, kind: type[_T]) -> _T:
    """Return what a body says.

    Raises:
        NotDone: ``json-malformed`` or ``field-wrong``.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as odd:
        raise NotDone("field-wrong", str(odd)[:_LONGEST_WHY]) from odd
    except UNREADABLE as odd:
        raise NotDone("json-malformed", str(odd)[:_LONGEST_WHY]) from odd


def since_ms(text: str) -> int:
    """Return a moment as milliseconds since 1970: it is written so, or as RFC 3339.

    >>> since_ms("2026-11-24T00:00:00Z"), since_ms("12")
    (1795478400000, 12)

    Raises:
        NotDone: ``since-wrong``.
    """
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as odd:
        raise NotDone("since-wrong") from odd
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
