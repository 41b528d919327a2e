"""Send one webhook: signed as Standard Webhooks says, to public hosts only, and not for long.

The address is looked up once and connected to as it was checked: a name that points elsewhere a
moment later leads nowhere. Answers are not read beyond their status, redirects are not followed.
"""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Event, Timer
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from returnstation.hub.refusing import NotDone

_LONGEST_URL = 2000
_PORTS = {"https": 443, "http": 80}
_MOST_ADDRESSES = 3
_SECONDS = 10.0
_WHOLE_SECONDS = 20.0
_NAT64 = IPv6Network("64:ff9b::/96")
_AGENT = "returnstation-webhooks/1"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class NotSent(Exception):
    """A webhook did not arrive; the message says why."""


class Parcel(NamedTuple):
    """One webhook, ready to be sent.

    Attributes:
        event_id: The same at every try: by it a receiver knows what came twice.
        sent_s: Seconds since 1970.
    """

    url: str
    secret: bytes
    event_id: str
    sent_s: int
    body: bytes


@dataclass(frozen=True)
class Guard:
    """Keeps webhooks away from what is not public.

    Attributes:
        allowed: Private networks all the same allowed, without TLS too.
        seconds: To connect, and between two pieces of an answer.
        whole_seconds: For all of it.
        look_up: Finds the addresses of a host, and takes the time it takes.
    """

    allowed: tuple[Network, ...] = ()
    seconds: float = _SECONDS
    whole_seconds: float = _WHOLE_SECONDS
    look_up: Callable[..., Sequence[Any]] = socket.getaddrinfo

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of an address webhooks may be sent to, as far as it can be told.

        Raises:
            NotDone: ``webhook-url-wrong`` or ``webhook-url-private``.
        """
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname or ""
        except ValueError as odd:
            raise NotDone("webhook-url-wrong") from odd
        is_plain = url.isascii() and url.isprintable() and " " not in url
        if not is_plain or len(url) > _LONGEST_URL or parts.scheme not in _PORTS or port == 0:
            raise NotDone("webhook-url-wrong")
        if not host or "@" in parts.netloc or parts.fragment:
            raise NotDone("webhook-url-wrong")
        if host == "localhost" and not self.allowed:
            raise NotDone("webhook-url-private")
        address = _literal(host)
        if address is not None and not self._may(address, parts.scheme):
            raise NotDone("webhook-url-private")
        if parts.scheme == "http" and not self.allowed:
            raise NotDone("webhook-url-wrong", "https only")
        return parts

    @property
    def longest_seconds(self) -> float:
        """How long it takes at most, from when it begins to connect."""
        return _MOST_ADDRESSES * self.seconds + self.whole_seconds

    def send(self, parcel: Parcel, connecting: Callable[[], object] = bool) -> int:
        """Send a webhook and return the status of the answer.

        Args:
            parcel: The webhook.
            connecting: Called once it is known where to; what it raises is raised. For how long
                a name is looked up is the system's to say.

        Raises:
            NotSent: There was none.
        """
        try:
            parts = self.check_url(parcel.url)
            addresses = self._addresses(parts)
            connecting()
            with self._connection(parts, addresses) as (connection, is_cut):
                path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
                connection.request("POST", path, parcel.body, _headers(parts, parcel))
                status = connection.getresponse().status
                if is_cut.is_set():
                    raise NotSent("the answer took too long")
                return status
        except NotDone as refused:
            raise NotSent(refused.code) from refused
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise NotSent(f"{type(trouble).__name__}: {trouble}"[:200]) from trouble

    @contextmanager
    def _connection(
        self, parts: SplitResult, addresses: list[Address]
    ) -> Iterator[tuple[http.client.HTTPConnection, Event]]:
        host, port = _place(parts)
        lines = [self._line(addresses, port)]
        # Whoever answers one byte at a time is hung up on in the end.
        is_cut = Event()
        ending = Timer(self.whole_seconds, _cut, (lines, is_cut))
        ending.daemon = True
        ending.start()
        try:
            if parts.scheme == "https":
                lines.append(self._tls.wrap_socket(lines[0], server_hostname=host))
            connection = http.client.HTTPConnection(host, port)
            connection.sock = lines[-1]
            yield connection, is_cut
        finally:
            ending.cancel()
            lines[-1].close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _line(self, addresses: list[Address], port: int) -> socket.socket:
        """Connect to the first address that answers."""
        *others, last = addresses
        for address in others:
            try:
                return socket.create_connection((str(address), port), self.seconds)
            except OSError:
                continue
        return socket.create_connection((str(last), port), self.seconds)

    def _addresses(self, parts: SplitResult) -> list[Address]:
        """Return the addresses of a host; every one of them must be allowed."""
        found = self.look_up(*_place(parts), type=socket.SOCK_STREAM)
        addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not addresses or not all(self._may(each, parts.scheme) for each in addresses):
            raise NotDone("webhook-url-private")
        return addresses[:_MOST_ADDRESSES]

    def _may(self, address: Address, scheme: str) -> bool:
        address = _within(address)
        if any(address in network for network in self.allowed):
            return True
        return scheme == "https" and address.is_global and not address.is_multicast


def signature(secret: bytes, event_id: str, sent_s: int, body: bytes) -> str:
    """Return what a receiver compares: ``v1,`` and HMAC-SHA256 in base64."""
    signed = f"{event_id}.{sent_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _headers(parts: SplitResult, parcel: Parcel) -> dict[str, str]:
    return {
        "host": parts.netloc,
        "content-type": "application/json",
        "user-agent": _AGENT,
        "connection": "close",
        "webhook-id": parcel.event_id,
        "webhook-timestamp": str(parcel.sent_s),
        "webhook-signature": signature(parcel.secret, parcel.event_id, parcel.sent_s, parcel.body),
    }


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _cut(lines: list[socket.socket], is_cut: Event) -> None:
    is_cut.set()
    try:
        lines[-1].shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself


def _within(address: Address) -> Address:
    """Return the IPv4 address an IPv6 one stands for, else the address."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
