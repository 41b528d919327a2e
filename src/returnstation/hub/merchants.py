"""Merchants the hub serves, and the terms they had since when."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from returnstation.application.troubles import Refused
from returnstation.domain.conflicts import OnStale
from returnstation.domain.orders import Merchant
from returnstation.hub.database import HubDatabase, insert_new, locked, mark_dirty, upsert
from returnstation.hub.merchant_views import PolicyIn, PolicyOut
from returnstation.hub.records import Change, Records
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables import CASE, POLICY, RECORD
from returnstation.hub.tables_merchants import ACCOUNT
from returnstation.wire.feeds import MERCHANT_SHARD

MERCHANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_MARK_BYTES = 7
_VERSION_LENGTH = 16


class BadTerms(ValueError):
    """Terms are not what schema.org, or we, say.

    Attributes:
        code: In kebab case.
        field: Where, dotted; empty for the whole.
    """

    def __init__(self, code: str, field: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.field = field


CheckTerms = Callable[[Mapping[str, Any]], Sequence[Any]]
"""Returns which terms law does not allow where; raises ``BadTerms`` when they cannot be used."""


@dataclass(frozen=True, slots=True)
class Merchants:
    """The merchants of a hub.

    Attributes:
        random: Returns so many random bytes.
    """

    database: HubDatabase
    random: Callable[[int], bytes]

    def add(self, merchant: Merchant, now_ms: int) -> None:
        """Add a merchant, or change name and country of one; its terms stay.

        Raises:
            Refused: ``merchant-id-wrong`` or ``country-wrong``.
        """
        if not MERCHANT_ID.match(merchant.merchant_id):
            raise Refused("merchant-id-wrong", merchant=merchant.merchant_id[:80])
        if not _COUNTRY.match(merchant.country):
            raise Refused("country-wrong", country=merchant.country[:80])
        row = {"merchant_id": merchant.merchant_id, "made_ms": now_ms, "last": 0}
        with self.database.work() as connection:
            adding = insert_new(connection, ACCOUNT).returning(ACCOUNT.c.merchant_id)
            if connection.scalar(adding, row) is not None:
                # What stations told of it before is for it to see from now on.
                cases = select(CASE.c.case_id).where(CASE.c.merchant_id == merchant.merchant_id)
                mark_dirty(connection, set(connection.scalars(cases)))
            known = _held(connection, merchant.merchant_id)
            if known is not None:
                displayed = known.policy_displayed
                merchant = replace(merchant, policy=known.policy, policy_displayed=displayed)
            self._put(connection, merchant, now_ms)

    def all(self) -> Sequence[Merchant]:
        """Return every merchant with a way to the hub, by id."""
        with self.database.look() as connection:
            ids = list(
                connection.scalars(select(ACCOUNT.c.merchant_id).order_by(ACCOUNT.c.merchant_id))
            )
            found = [_record(connection, each) for each in ids]
        return [each for each in found if each is not None]

    def put_policy(
        self, merchant_id: str, policy: PolicyIn, check: CheckTerms, now_ms: int
    ) -> PolicyOut:
        """Put terms in force from now on; the same again changes nothing.

        Raises:
            NotDone: ``merchant-unknown`` or ``on-stale-unknown``.
            BadTerms: The terms cannot be used.
        """
        if policy.on_stale not in set(OnStale):
            raise NotDone("on-stale-unknown", policy.on_stale[:40])
        warnings = check(policy.terms)
        version = version_of(policy.terms)
        with self.database.work() as connection:
            merchant = _held(connection, merchant_id)
            if merchant is None:
                raise NotDone("merchant-unknown", merchant_id)
            displayed = policy.is_displayed
            self._put(
                connection,
                replace(merchant, policy=policy.terms, policy_displayed=displayed),
                now_ms,
            )
            before = _in_force(connection, merchant_id)
            if before is None or (before.version, before.on_stale) != (version, policy.on_stale):
                # Later than all before, whatever the clock says: the last word counts.
                from_ms = now_ms if before is None else max(now_ms, before.from_ms + 1)
                row = {"merchant_id": merchant_id, "from_ms": from_ms, "version": version}
                put = upsert(
                    connection, POLICY, ("merchant_id", "from_ms"), {"version", "on_stale"}
                )
                connection.execute(put, row | {"on_stale": policy.on_stale})
            else:
                from_ms = before.from_ms
        return PolicyOut(
            version=version,
            on_stale=policy.on_stale,
            from_ms=from_ms,
            terms=policy.terms,
            warnings=list(warnings),
        )

    def policy(self, merchant_id: str) -> PolicyOut:
        """Return the terms in force.

        Raises:
            NotDone: ``policy-none``.
        """
        with self.database.look() as connection:
            merchant, row = _record(connection, merchant_id), _in_force(connection, merchant_id)
        if merchant is None or merchant.policy is None or row is None:
            raise NotDone("policy-none", merchant_id)
        return PolicyOut(
            version=row.version, on_stale=row.on_stale, from_ms=row.from_ms, terms=merchant.policy
        )

    def records(self, connection: Connection, merchant_id: str, now_ms: int) -> Records:
        """Return a merchant's records, in a transaction that writes."""
        return Records(connection, f"{MERCHANT_SHARD}{merchant_id}", now_ms, self.mark())

    def mark(self) -> int:
        """Return a random number for a transaction."""
        return int.from_bytes(self.random(_MARK_BYTES), "big")

    def _put(self, connection: Connection, merchant: Merchant, now_ms: int) -> None:
        change = Change("merchant", merchant.merchant_id, msgspec.json.encode(merchant))
        self.records(connection, merchant.merchant_id, now_ms).put([change])


def version_of(terms: Mapping[str, Any]) -> str:
    """Return the hash by which a station's verdicts name terms."""
    canonical = msgspec.json.encode(terms, order="sorted")
    return hashlib.sha256(canonical).hexdigest()[:_VERSION_LENGTH]


def _record(connection: Connection, merchant_id: str) -> Merchant | None:
    return _read(connection.scalar(_body_of(merchant_id)))


def _held(connection: Connection, merchant_id: str) -> Merchant | None:
    """Return a merchant that nobody else changes until the transaction ends.

    Its account is not locked: a projector waits for that one with subjects in its hands, and
    whoever sends orders waits for those subjects with the feed in theirs.
    """
    return _read(connection.scalar(locked(connection, _body_of(merchant_id))))


def _body_of(merchant_id: str) -> Any:
    return select(RECORD.c.body).where(
        RECORD.c.shard == f"{MERCHANT_SHARD}{merchant_id}",
        RECORD.c.kind == "merchant",
        RECORD.c.key == merchant_id,
        RECORD.c.is_deleted.is_(False),
    )


def _read(body: bytes | None) -> Merchant | None:
    return None if body is None else msgspec.json.decode(bytes(body), type=Merchant)


def _in_force(connection: Connection, merchant_id: str) -> Any:
    wanted = select(POLICY).where(POLICY.c.merchant_id == merchant_id)
    return connection.execute(wanted.order_by(POLICY.c.from_ms.desc()).limit(1)).one_or_none()
