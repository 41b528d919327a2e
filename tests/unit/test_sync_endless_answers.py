"""No answer of a hub lasts for ever, however it trickles in."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from builders import AT
from returnstation.application.troubles import Trouble
from returnstation.sync.client import Address, HubClient
from returnstation.sync.keys import StationKey

PATIENCE_S = 0.05
PAUSE_S = PATIENCE_S / 5
BYTES = 1000
"""One after each pause: twenty times as long as an answer may take."""


class TricklingHub:
    """Begins an answer, and then sends a byte now and then."""

    url = ""
    is_left = False

    def serve(self, listener: socket.socket, beginning: bytes) -> None:
        """Answer one request until whoever asked has gone."""
        asked, _ = listener.accept()
        with asked, suppress(OSError):
            asked.recv(65_536)
            asked.sendall(beginning)
            self._trickle(asked)

    def _trickle(self, asked: socket.socket) -> None:
        try:
            for _ in range(BYTES):
                time.sleep(PAUSE_S)
                asked.sendall(b"x")
        except OSError:
            self.is_left = True


@contextmanager
def a_trickling_hub(beginning: bytes) -> Iterator[TricklingHub]:
    hub = TricklingHub()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hub.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = Thread(target=hub.serve, args=(listener, beginning))
        thread.start()
        yield hub
        thread.join()


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 206 Some\r\nContent-Length: 4000000\r\n\r\n",
        b"HTTP/1.1 206 Some\r\n\r\n",
    ],
    ids=["before its head", "in its head", "in its body", "without a length"],
)
def test_an_answer_that_trickles_in_is_given_up(beginning: bytes) -> None:
    with a_trickling_hub(beginning) as hub:
        key = StationKey(bytes(32), 1)
        client = HubClient(Address(hub.url, "s", "h"), key, lambda: AT, str, patience_s=PATIENCE_S)

        with pytest.raises(Trouble, match="hub-unreachable"):
            client.part("newest", 0)

        client.close()
    assert hub.is_left
