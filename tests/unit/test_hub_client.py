"""What a station makes of answers that no hub gave."""

import pytest
import urllib3

from builders import AT
from returnstation.application.troubles import Trouble
from returnstation.sync.client import Address, HubClient, HubRefused
from returnstation.sync.keys import StationKey


def refusal(status: int, body: bytes) -> Exception:
    client = HubClient(Address("http://hub", "s", "h"), StationKey(bytes(32), 1), lambda: AT, str)
    return client.refusal(urllib3.HTTPResponse(body, status=status))


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
