"""Finding printers and asking them which they are."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from zeroconf import ServiceInfo, Zeroconf

from ipp_rig import Cups, private_cups
from ports import free_port
from returnstation.printing import BadProfile
from returnstation.printing.finding import (
    Found,
    How,
    found_in_cups,
    found_in_windows,
    found_on_usb,
)
from returnstation.printing.finding_network import found_on_network
from returnstation.printing.identity import guessed_model
from returnstation.printing.ipp_client import Place
from returnstation.printing.probing import Probed, Spoken, probe
from waiting import PATIENCE

LOOPBACK = ["127.0.0.1"]


def test_a_usb_printer_is_known_by_its_identity(tmp_path: Path) -> None:
    devices, known = tmp_path / "usb", tmp_path / "usbmisc"
    for name in ("lp0", "lp1"):
        (known / name / "device").mkdir(parents=True)
    devices.mkdir()
    (devices / "lp0").touch()
    (devices / "lp1").touch()
    (known / "lp0" / "device" / "ieee1284_id").write_text(
        "MFG:Zebra Technologies ;CMD:ZPL;MDL:ZTC ZD421-300dpi ZPL;CLS:PRINTER;\n"
    )

    found = found_on_usb(devices, known)

    assert found == [
        Found(
            f"dev:{devices}/lp0",
            "Zebra Technologies ZTC ZD421-300dpi ZPL",
            How.USB,
            "zebra-zd421-300",
        ),
        Found(f"dev:{devices}/lp1", "lp1", How.USB),
    ]


def test_without_usb_cups_or_windows_nothing_is_found(tmp_path: Path) -> None:
    assert found_on_usb(tmp_path / "usb", tmp_path) == []
    assert found_in_cups(Place("127.0.0.1", "/", free_port())) == ()


def test_queues_of_windows_are_found() -> None:
    class TwoQueues:
        def queues(self) -> list[str]:
            return ["ZDesigner ZD421-203dpi ZPL", "Büro"]

        def queue_status(self, queue: str) -> int:
            raise NotImplementedError(queue)

        def print_raw(self, queue: str, name: str, payload: bytes) -> int:
            raise NotImplementedError(queue)

        def job_status(self, queue: str, job_id: int) -> int | None:
            raise NotImplementedError(queue)

    found = found_in_windows(TwoQueues())

    assert [(each.address, each.model) for each in found] == [
        ("spooler:ZDesigner ZD421-203dpi ZPL", "zebra-zd421-203"),
        ("spooler:Büro", None),
    ]


def announced(kind: str, name: str, told: Mapping[str, str]) -> ServiceInfo:
    return ServiceInfo(
        f"{kind}.local.",
        f"{name}.{kind}.local.",
        631,
        properties=dict(told),
        server=f"returns-{name.split(maxsplit=1)[0].lower()}.local.",
        parsed_addresses=LOOPBACK,
    )


def test_printers_that_make_themselves_known_are_found() -> None:
    office = {"rp": "ipp/print", "ty": "Acme Laser 9", "pdl": "application/pdf,image/urf"}
    label = {"ty": "Zebra ZD421-203dpi", "usb_CMD": "ZPL"}
    services = (
        announced("_ipp._tcp", "Office of returns", office),
        announced("_ipps._tcp", "Office of returns", office),
        announced("_pdl-datastream._tcp", "Labels of returns", label),
    )

    with Zeroconf(interfaces=LOOPBACK) as network:
        for service in services:
            network.register_service(service, cooperating_responders=True)
        # Who has just announced itself answers nobody for a second.
        looks = (found_on_network(1.2, LOOPBACK) for _ in range(50))
        ours = ([each for each in look if "of returns" in each.name] for look in looks)
        found = next(look for look in ours if len(look) == 2)

    assert found == [
        Found(
            "ipp://127.0.0.1:631/ipp/print",
            "Office of returns",
            How.DNS_SD,
            "ipp-everywhere",
            "Acme Laser 9",
        ),
        Found(
            "tcp://127.0.0.1:631",
            "Labels of returns",
            How.DNS_SD,
            "zebra-zd421-203",
            "Zebra ZD421-203dpi",
        ),
    ]


def test_without_a_network_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_args: object, **_options: object) -> None:
        raise OSError("no such device")

    monkeypatch.setattr("returnstation.printing.finding_network.Zeroconf", no_network)

    assert found_on_network(0.1) == ()


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    with private_cups() as server:
        yield server


def test_queues_of_cups_are_found_and_can_be_probed(cups: Cups) -> None:
    cups.add("labels", "socket://127.0.0.1:9")

    found = found_in_cups(Place("127.0.0.1", "/", cups.port))
    probed = probe(f"cups:labels@127.0.0.1:{cups.port}")

    assert [(each.address, each.name, each.how) for each in found] == [
        (f"cups:labels@127.0.0.1:{cups.port}", "labels", How.CUPS)
    ]
    # It passes on whatever comes: no driver makes dots of a document.
    assert probed.model is None
    assert (probed.spoken, probed.is_open) == (Spoken.IPP, True)


class Answering(Thread):
    """Answers what it is asked from a table and hangs up else; with an empty one it is silent."""

    def __init__(self, answers: Mapping[bytes, bytes]) -> None:
        super().__init__(daemon=True)
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line:
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while (asked := line.recv(64)) and (asked in self._answers or not self._answers):
            line.sendall(self._answers.get(asked, b""))

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.join(PATIENCE)


@pytest.mark.parametrize(
    ("answers", "spoken", "identity", "model"),
    [
        (
            {b"\x10\x04\x01": b"\x16", b"\x1dIB": b"_EPSON\0", b"\x1dIC": b"_TM-T20III\0"},
            Spoken.ESCPOS,
            "EPSON TM-T20III",
            "epson-tm-t20iii",
        ),
        (
            {b"~HI": b"\x02ZD621-300dpi,V93.21.26Z,12,8192KB\x03\r\n"},
            Spoken.ZPL,
            "ZD621-300dpi",
            "zebra-zd621-300",
        ),
        ({b"~HI": b"\x02ZD421,V93.21,8,8176KB\x03"}, Spoken.ZPL, "ZD421 203dpi", "zebra-zd421-203"),
        ({b"\x1b!?": b"\x00", b"~!T\r\n": b"TTP-245\r\n"}, Spoken.TSPL, "TTP-245", "tsc-ttp-245"),
        ({b"\x05": b"\x02  0000000\x03"}, Spoken.SBPL, "", None),
        ({b"\x10\x04\x01": b"hello"}, None, "", None),
        ({}, None, "", None),
    ],
    ids=["escpos", "zpl", "zpl-dots", "tspl", "sbpl", "chatter", "mute"],
)
def test_a_raw_printer_is_asked_in_every_language(
    answers: Mapping[bytes, bytes], spoken: Spoken | None, identity: str, model: str | None
) -> None:
    printer = Answering(answers)
    printer.start()

    probed = probe(printer.address, PATIENCE if answers else 0.1)

    assert probed == Probed(printer.address, spoken, identity, model)
    printer.close()


@pytest.mark.parametrize("scheme", ["tcp", "ipp"])
def test_an_address_where_nobody_listens_is_closed(scheme: str) -> None:
    address = f"{scheme}://127.0.0.1:{free_port()}"

    assert probe(address, 0.1) == Probed(address, is_open=False)


@pytest.mark.parametrize("address", ["tcp:", "lpt1:", "folder:x", "tcp://h:port"])
def test_only_addresses_of_the_network_can_be_probed(address: str) -> None:
    with pytest.raises(BadProfile):
        probe(address)


@pytest.mark.parametrize(
    ("said", "model"),
    [
        ("Zebra Technologies ZTC ZD621-203dpi ZPL", "zebra-zd621-203"),
        ("Brother QL-820NWB", "brother-ql-820nwb"),
        ("EPSON TM-T20II", "epson-tm-t20ii"),
        ("ZTC GK420t", "zebra-gk420t-203"),
        ("Zebra ZD421", None),
        ("EPSON TM-T20III", "epson-tm-t20iii"),
        ("HP LaserJet 300", None),
        ("", None),
    ],
)
def test_a_model_is_known_by_what_the_printer_says(said: str, model: str | None) -> None:
    assert guessed_model(said) == model
