"""What a station makes of answers that no hub gave."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
import urllib3

from builders import AT
from certificates import a_key, certificate, pem
from returnstation.application.troubles import Trouble
from returnstation.sync.client import Address, HubClient, HubRefused
from returnstation.sync.keys import StationKey


def a_client(url: str = "http://hub") -> HubClient:
    return HubClient(Address(url, "s", "h"), StationKey(bytes(32), 1), lambda: AT, str)


def refusal(status: int, body: bytes) -> Exception:
    return a_client().refusal(urllib3.HTTPResponse(body, status=status))


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[int]:
    """The port of a server with a certificate that nobody vouches for."""
    key = a_key()
    (tmp_path / "both.pem").write_bytes(certificate(key) + pem(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                asked, _ = listener.accept()
                with asked, context.wrap_socket(asked, server_side=True):
                    pass

        thread = Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_a_hub_whose_certificate_nobody_vouches_for_is_named_so(untrusted: int) -> None:
    with pytest.raises(Trouble, match="hub-untrusted") as told:
        a_client(f"https://127.0.0.1:{untrusted}").hello()

    assert re.fullmatch("self.signed certificate", str(told.value.values["why"]))


def test_a_proxy_that_takes_no_more_makes_batches_smaller() -> None:
    told = refusal(413, b"<html>Request Entity Too Large</html>")

    assert isinstance(told, HubRefused)
    assert told.code == "message-too-large"


def test_what_the_hub_says_itself_counts() -> None:
    told = refusal(413, b'{"code": "body-too-large"}')

    assert isinstance(told, HubRefused)
    assert told.code == "body-too-large"


@pytest.mark.parametrize(("status", "code"), [(404, "hub-odd"), (502, "hub-busy")])
def test_other_pages_of_a_proxy_are_trouble(status: int, code: str) -> None:
    told = refusal(status, b"<html>")

    assert isinstance(told, Trouble)
    assert told.code == code
