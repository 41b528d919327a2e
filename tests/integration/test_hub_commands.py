"""What a site's IT types at a hub: slips are refused, and results are said in words."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from builders import an_order
from returnstation.cli.main import main
from returnstation.hub.checking import check
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.sealing_old import OldSealing
from returnstation.hub.serving import open_hub
from returnstation.hub.stations import CODE_BYTES
from returnstation.wire.feeds import key_of
from returnstation.wire.messages import EnrolWish

WRONG_USAGE = 2
SEALING = "still being sealed"


@dataclass(frozen=True)
class Typed:
    """A hub's home, and what is printed about it."""

    home: Path
    printed: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str, str]:
        code = main(["--home", str(self.home), *words])
        said = self.printed.readouterr()
        return code, said.out, said.err

    def wrong(self, *words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(self.home), *words])
        assert ended.value.code == WRONG_USAGE
        return self.printed.readouterr().err


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path / "hub", capsys)


@pytest.fixture
def hub(typed: Typed) -> Iterator[Hub]:
    opened = open_hub(typed.home)
    with closing(opened.database):
        yield opened


@pytest.mark.parametrize("option", ["--certificate", "--key"])
def test_half_of_what_tls_needs_is_wrong_usage(typed: Typed, option: str) -> None:
    said = typed.wrong("hub", "serve", option, "chain.pem")

    assert "--certificate and --key belong together" in said
    assert not typed.home.exists()


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_a_hub_has_at_least_one_process(typed: Typed, count: str) -> None:
    assert "--workers" in typed.wrong("hub", "serve", "--workers", count)


@pytest.mark.parametrize(
    "address",
    ["8420", ":8420", "localhost:8420", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1"],
)
def test_an_address_that_is_none_is_refused(typed: Typed, address: str) -> None:
    code, _, said = typed.run("hub", "serve", "--listen", address)

    assert (code, said.startswith("returnstation: listen-wrong: ")) == (1, True)
    assert not typed.home.exists()


def test_a_hub_leaves_a_port_alone_where_somebody_listens(typed: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _, said = typed.run("hub", "serve", "--listen", f"127.0.0.1:{port}", "--workers", "2")

    assert (code, said.startswith("returnstation: port-in-use: ")) == (3, True)
    assert f"port {port} of 127.0.0.1" in said
    assert not typed.home.exists()


def test_a_hub_says_why_it_cannot_listen(typed: Typed) -> None:
    code, _, said = typed.run("hub", "serve", "--listen", "192.0.2.1:8420")

    assert (code, said.startswith("returnstation: address-unusable: ")) == (3, True)


def test_a_certificate_that_is_not_there_is_named(typed: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ["--listen", f"127.0.0.1:{port}"]

    code, _, said = typed.run("hub", "serve", *where, "--certificate", "no.pem", "--key", "k.pem")

    assert (code, said.startswith("returnstation: certificate-unusable: no.pem ")) == (3, True)
    assert not typed.home.exists()


@pytest.mark.parametrize("site", ["icn3", "I", "ICN3456", "ICN-3", "인천", ""])
def test_a_site_that_no_station_can_have_gets_no_code(typed: Typed, site: str) -> None:
    code, out, said = typed.run("hub", "enrol", site, "Desk 1")

    assert (code, out) == (1, "")
    assert said.startswith("returnstation: site-wrong: ")


@pytest.mark.parametrize("site", ["RS", "ICN345", "007"])
def test_a_site_that_a_station_can_have_gets_a_code(typed: Typed, site: str) -> None:
    assert typed.run("hub", "enrol", site, "Desk 1")[0] == 0


@pytest.mark.parametrize("key", ["", "00", "0" * 63, "00" * 31, "00" * 33, "x" * 64])
def test_a_key_that_is_none_is_not_taken_for_a_broken_file(typed: Typed, key: str) -> None:
    assert "argument --key" in typed.wrong("hub", "audit-verify", "audit.jsonl", "--key", key)


def test_an_export_is_proved_with_the_key_that_was_printed(typed: Typed, tmp_path: Path) -> None:
    file = str(tmp_path / "audit.jsonl")
    key = typed.run("hub", "audit-export", "--out", file)[1].split()[-1]

    assert typed.run("hub", "audit-verify", file, "--key", key)[0] == 0
    assert typed.run("hub", "audit-verify", file)[0] == 0
    assert "unsigned" in typed.run("hub", "audit-verify", file, "--key", "00" * 32)[2]


def test_stations_are_told_in_words_and_as_json(typed: Typed, hub: Hub) -> None:
    code = hub.stations.offer("ICN3", "Desk 1", hub.random(CODE_BYTES), hub.now_ms())
    hub.stations.enrol(EnrolWish(code=code, key=hub.random(32), site="ICN3"), hub.now_ms())
    before = typed.run("hub", "stations")[1]
    typed.run("hub", "revoke", "ICN3-1")
    after = typed.run("hub", "stations")[1]
    row = msgspec.json.decode(typed.run("--json", "hub", "stations")[1])

    assert before.startswith("ICN3-1  name: Desk 1  numbers: 1-1000000  revoked: no  key: ")
    assert "  revoked: yes  " in after
    assert list(row) == ["station", "name", "numbers", "revoked", "key", "key_since"]
    assert (row["station"], row["numbers"], row["revoked"]) == ("ICN3-1", [1, 1_000_000], True)


def test_a_station_without_a_hub_says_so_in_words_and_as_json(typed: Typed) -> None:
    told = typed.run("sync", "status")[1]
    row = msgspec.json.decode(typed.run("--json", "sync", "status")[1])

    assert told == "hub: -  station: -  unsent: 0  oldest: -  hub_key_unproved: -\n"
    names = ("hub", "station", "oldest", "hub_key_unproved")
    assert row == {"unsent": 0, **dict.fromkeys(names)}


def test_nothing_is_kept_only_so_long_until_somebody_says_so(typed: Typed, hub: Hub) -> None:
    order = an_order()
    with hub.database.work() as connection:
        body = msgspec.json.encode(order)
        change = Change("order", key_of("ds", order.number), body)
        Records(connection, "merchant:ds", hub.now_ms(), 7).put([change])

    assert typed.run("hub", "retention")[1] == "all others  orders: off  photos: off\n"
    own = typed.run("hub", "retention", "--merchant", "ds", "--orders", "90")[1]
    assert own.splitlines()[1] == "ds  orders: 90 days  photos: default"


def test_a_new_hub_has_nothing_to_seal_and_one_with_orders_looks(hub: Hub) -> None:
    def is_sealing() -> bool:
        return any(SEALING in each.what for each in check(hub))

    assert not is_sealing()

    order = an_order()
    with hub.database.work() as connection:
        change = Change("order", key_of("ds", order.number), msgspec.json.encode(order))
        Records(connection, "merchant:ds", hub.now_ms(), 7).put([change])
    assert is_sealing()

    sealing = OldSealing(hub)
    sealing.records()
    sealing.records()
    assert not is_sealing()
