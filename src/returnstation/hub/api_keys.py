"""Keys by which merchants' programs reach the hub: shown once, kept as a hash, revocable."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from returnstation.application.troubles import Refused
from returnstation.hub.database import HubDatabase
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables_merchants import ACCOUNT, API_KEY

KEY_BYTES = 32
"""Random bytes a key is made of: 8 name it, 24 are its secret."""

_NAMED_BY = 8
_PREFIX = "rsk"
_BEARER = "bearer"
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as the hub knows it: without its secret."""

    key_id: str
    merchant_id: str
    name: str
    made_ms: int
    revoked_ms: int | None


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The keys of all merchants."""

    database: HubDatabase

    def make(self, merchant_id: str, name: str, fresh: bytes, now_ms: int) -> str:
        """Make a key and return it; nobody can read it again.

        Args:
            merchant_id: Whose data it opens.
            name: What it is for.
            fresh: 32 random bytes.
            now_ms: The hub's clock.

        Raises:
            Refused: ``merchant-unknown``.
        """
        key_id, secret = fresh[:_NAMED_BY].hex(), fresh[_NAMED_BY:].hex()
        row = {
            "key_id": key_id,
            "merchant_id": merchant_id,
            "name": name[:_LONGEST_NAME],
            "digest": _digest(secret),
            "made_ms": now_ms,
        }
        with self.database.work() as connection:
            known = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id == merchant_id)
            if connection.scalar(known) is None:
                raise Refused("merchant-unknown", merchant=merchant_id)
            connection.execute(insert(API_KEY), row)
        return f"{_PREFIX}_{key_id}_{secret}"

    def all(self) -> Sequence[KnownKey]:
        """Return every key, the revoked ones too, by merchant and age."""
        order = (API_KEY.c.merchant_id, API_KEY.c.made_ms, API_KEY.c.key_id)
        with self.database.look() as connection:
            rows = connection.execute(select(API_KEY).order_by(*order)).all()
        return [KnownKey(r.key_id, r.merchant_id, r.name, r.made_ms, r.revoked_ms) for r in rows]

    def revoke(self, key_id: str, now_ms: int) -> None:
        """Make a key useless, at once and for ever.

        Raises:
            Refused: ``api-key-unknown``.
        """
        statement = update(API_KEY).where(API_KEY.c.key_id == key_id).values(revoked_ms=now_ms)
        with self.database.work() as connection:
            if connection.execute(statement).rowcount != 1:
                raise Refused("api-key-unknown", key=key_id)

    def owner(self, authorization: str) -> str:
        """Return the merchant an ``Authorization`` header speaks for.

        Raises:
            NotDone: ``api-key-missing``, ``api-key-wrong`` or ``api-key-revoked``.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != _BEARER or not token.strip():
            raise NotDone("api-key-missing")
        prefix, _, rest = token.strip().partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != _PREFIX or not (key_id.isascii() and key_id.isalnum()):
            raise NotDone("api-key-wrong")
        with self.database.glance() as connection:
            row = connection.execute(
                select(API_KEY).where(API_KEY.c.key_id == key_id)
            ).one_or_none()
        digest = bytes(32) if row is None else bytes(row.digest)
        is_right = hmac.compare_digest(_digest(secret), digest)
        if row is None or not is_right:
            raise NotDone("api-key-wrong")
        if row.revoked_ms is not None:
            raise NotDone("api-key-revoked", key_id)
        return str(row.merchant_id)


def _digest(secret: str) -> bytes:
    # 192 random bits need no slow hash.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
