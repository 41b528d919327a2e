"""The way to the hub: signed requests over HTTP, each with an end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ssl import SSLCertVerificationError
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3
from msgspec.json import Decoder

from returnstation.application.troubles import Trouble
from returnstation.sync.following import FeedGone
from returnstation.sync.keys import StationKey
from returnstation.sync.lines import open_lines
from returnstation.wire.batches import Batch, Reply, pack_batch
from returnstation.wire.feeds import LARGEST_PAGE, Cursor, Page, Snapshot
from returnstation.wire.hub_keys import HubKeyChain
from returnstation.wire.keys import KeyTaken, KeyWish
from returnstation.wire.messages import (
    ENROL_TAG,
    PATHS,
    Enrolled,
    EnrolWish,
    Hello,
    News,
    Refusal,
)
from returnstation.wire.packing import UNREADABLE, BadMessage, unpacked
from returnstation.wire.signatures import Request, sign
from returnstation.wire.subject_keys import TakenKeys, pack_keys

PATIENCE_S = 60.0
"""How long an answer may pause; all of it may take ten times as long (``sync.lines``)."""

_OK, _PARTIAL, _MISSING, _GONE, _TOO_LARGE, _BEYOND = 200, 206, 404, 410, 413, 416
_PART = 4 << 20
"""Bytes of a snapshot that are asked for at once: what is lost when the line breaks."""

_BUSY = frozenset({429, 502, 503, 504})

_T = TypeVar("_T")

_HELLO = Decoder(Hello)
_REPLY: Decoder[Reply] = Decoder(Reply)
_ENROLLED = Decoder(Enrolled)
_KEY_TAKEN = Decoder(KeyTaken)
_HUB_KEYS = Decoder(HubKeyChain)
_NEWS = Decoder(News)
_SNAPSHOT = Decoder(Snapshot)
_TAKEN = Decoder(TakenKeys)


class HubRefused(Exception):
    """The hub answered that it will not.

    Attributes:
        code: The hub's word for it.
        status: Of HTTP.
    """

    def __init__(self, code: str, status: int) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Address:
    """Where the hub is, and who asks.

    Attributes:
        url: ``https://hub.example`` without a path.
        hub: Its id; requests meant for another hub are worth nothing here.
    """

    url: str
    station: str
    hub: str


@dataclass(slots=True)
class HubClient:
    """Talks to one hub.

    Attributes:
        clock: The station's.
        nonce: Returns a random word that is never used again.
        offset: To be added to the station's clock, learnt from the hub.
        patience_s: How long an answer may pause.
    """

    address: Address
    key: StationKey
    clock: Callable[[], datetime]
    nonce: Callable[[], str]
    offset: timedelta = timedelta(0)
    patience_s: float = PATIENCE_S
    _pool: urllib3.PoolManager = field(default_factory=open_lines)

    def hello(self) -> Hello:
        """Return how the hub is.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted`` or ``hub-busy``.
            HubRefused: It does not know us, or not any more.
        """
        return self._asked("GET", PATHS["hello"], b"", _HELLO)

    def send(self, batch: Batch) -> Reply:
        """Send facts.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted`` or ``hub-busy``.
            HubRefused: It does not take them.
        """
        return self._asked("POST", PATHS["facts"], pack_batch(batch), _REPLY)

    def give_keys(self, keys: Mapping[str, bytes]) -> TakenKeys | None:
        """Give keys of cases, by subject; None: the hub is too old to take any.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not take them.
        """
        answer = self.raw("POST", PATHS["subject_keys"], pack_keys(keys))
        if answer.status == _MISSING:
            return None
        return self._decoded(answer, _TAKEN)

    def enrol(self, wish: EnrolWish) -> Enrolled:
        """Ask to be taken in.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted`` or ``hub-busy``.
            HubRefused: The code is wrong.
        """
        return self._asked("POST", PATHS["enrol"], msgspec.json.encode(wish), _ENROLLED)

    def change_key(self, wish: KeyWish) -> KeyTaken:
        """Ask to be known by another key.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It will not.
        """
        return self._asked("POST", PATHS["keys"], msgspec.json.encode(wish), _KEY_TAKEN)

    def hub_keys(self) -> HubKeyChain:
        """Return how the hub came to the keys it has.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not know us.
        """
        return self._asked("GET", PATHS["hub_keys"], b"", _HUB_KEYS)

    def page(self, shard: str, after: Cursor) -> Page:
        """Return what changed in a feed after a cursor.

        Raises:
            FeedGone: The feed must be begun anew.
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: The feed is not for us.
        """
        asked = urlencode({"shard": shard, "n": after.n, "mark": after.mark})
        answer = self.raw("GET", f"{PATHS['feed']}?{asked}")
        if answer.status == _GONE:
            raise FeedGone(shard)
        if answer.status != _OK:
            raise self.refusal(answer)
        try:
            return unpacked(answer.data, Page, LARGEST_PAGE)
        except BadMessage as odd:
            raise Trouble("hub-odd", why=str(odd)[:120]) from odd

    def wait(self, known: int) -> int:
        """Return how many changes the feeds have; late, if that is as many as are known.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not know us.
        """
        return self._asked("GET", f"{PATHS['wait']}?changes={known}", b"", _NEWS).changes

    def snapshot(self) -> Snapshot | None:
        """Return what describes the newest whole cache; None when there is none.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not know us.
        """
        try:
            return self._asked("GET", PATHS["snapshot"] + "newest", b"", _SNAPSHOT)
        except HubRefused as refused:
            if refused.status == _MISSING:
                return None
            raise

    def part(self, name: str, start: int) -> bytes:
        """Return some megabytes of a snapshot from a byte on; empty at its end.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: There is a newer one.
        """
        bytes_ = f"bytes={start}-{start + _PART - 1}"
        answer = self.raw("GET", PATHS["snapshot"] + name, Range=bytes_)
        if answer.status == _BEYOND:
            return b""
        if answer.status != _PARTIAL:
            raise self.refusal(answer)
        return answer.data

    def raw(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """Send a signed request, once more if only the clocks disagreed; return any answer.

        Raises:
            Trouble: ``hub-unreachable`` or ``hub-untrusted``.
        """
        answer = self._once(method, path, body, headers)
        if answer.status == 401 and self._learn_time(answer.data):
            answer = self._once(method, path, body, headers)
        return answer

    def refusal(self, answer: urllib3.BaseHTTPResponse) -> Exception:
        """Return what an answer means that is none of those hoped for."""
        if answer.status in _BUSY:
            return Trouble("hub-busy", status=answer.status)
        try:
            code = msgspec.json.decode(answer.data, type=Refusal).code
        except UNREADABLE:
            if answer.status == _TOO_LARGE:  # says a proxy before the hub
                return HubRefused("message-too-large", answer.status)
            return Trouble("hub-odd", why=f"HTTP {answer.status}")
        return HubRefused(code, answer.status)

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def _asked(self, method: str, path: str, body: bytes, answered: Decoder[_T]) -> _T:
        return self._decoded(self.raw(method, path, body), answered)

    def _decoded(self, answer: urllib3.BaseHTTPResponse, answered: Decoder[_T]) -> _T:
        if answer.status != _OK:
            raise self.refusal(answer)
        try:
            return answered.decode(answer.data)
        except UNREADABLE as odd:
            raise Trouble("hub-odd", why=str(odd)[:120]) from odd

    def _once(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        url = self.address.url.rstrip("/") + path
        request = Request(method, url, body, dict(headers))
        seal = (self.clock() + self.offset, self.nonce())
        tag = ENROL_TAG if path == PATHS["enrol"] else self.address.hub
        sign(request, self.key.signing, self.address.station, tag, seal)
        try:
            return self._pool.request(
                method,
                url,
                body=body,
                headers=request.headers,
                timeout=urllib3.Timeout(connect=min(5, self.patience_s), read=self.patience_s),
            )
        except urllib3.exceptions.SSLError as odd:
            raise Trouble("hub-untrusted", url=self.address.url, why=_distrust(odd)) from odd
        except (urllib3.exceptions.HTTPError, ValueError) as odd:
            raise Trouble("hub-unreachable", url=self.address.url) from odd

    def _learn_time(self, content: bytes) -> bool:
        try:
            told = msgspec.json.decode(content, type=Refusal)
        except UNREADABLE:
            return False
        if told.code != "signature-stale" or not told.time_ms:
            return False
        now = self.clock()
        self.offset = datetime.fromtimestamp(told.time_ms / 1000, now.tzinfo) - now
        return True


def _distrust(odd: urllib3.exceptions.SSLError) -> str:
    """Return what is wrong with a certificate, without the library's own codes."""
    cause = odd.args[0] if odd.args else odd
    if isinstance(cause, SSLCertVerificationError):
        return cause.verify_message
    return str(odd)[:120]
