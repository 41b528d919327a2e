"""A merchant's server that takes webhooks: it can fail, dawdle, and knows what came twice."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from typing import Any

import msgspec

from waiting import PATIENCE

_PAUSE_S = 0.05
_LETTERS = int(PATIENCE / _PAUSE_S)


@dataclass(frozen=True)
class Came:
    """A webhook as it came."""

    event_id: str
    timestamp: str
    signature: str
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def type(self) -> str:
        return str(self.json["type"])

    @property
    def case(self) -> str:
        return str(self.json["data"]["value"].get("case_id"))

    def is_signed(self, secret: str) -> bool:
        """Check the signature as the standard says, without any code of ours."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        said = f"{self.event_id}.{self.timestamp}.".encode() + self.body
        made = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        return f"v1,{made}" in self.signature.split()


@dataclass
class Receiver:
    """What a merchant's server got.

    Attributes:
        answer: Says with which status to answer a webhook; 0 for an answer that takes a minute.
        came: Every request.
    """

    port: int = 0
    answer: Callable[[Came], int] = lambda _: 204
    came: list[Came] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def once(self) -> list[Came]:
        """What came, known by its id."""
        return list({each.event_id: each for each in self.came}.values())

    @property
    def types(self) -> list[str]:
        return [each.type for each in self.came]


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """Run a server on a port of this machine."""
    receiver = Receiver()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            came = Came(
                event_id=self.headers["webhook-id"],
                timestamp=self.headers["webhook-timestamp"],
                signature=self.headers["webhook-signature"],
                body=body,
            )
            receiver.came.append(came)
            status = receiver.answer(came)
            if not status:
                self._dawdle()
                return
            self.send_response(status)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def _dawdle(self) -> None:
            """Say a letter at a time that all is well; who waits for the end hears it, very late."""
            self.close_connection = True
            letters = chain(b"HTTP/1.1 204 OK\r\nx: ", repeat(ord("y"), _LETTERS), b"\r\n\r\n")
            with suppress(OSError):
                for letter in letters:
                    self.wfile.write(bytes([letter]))
                    time.sleep(_PAUSE_S)

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
