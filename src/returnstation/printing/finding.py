"""Find the printers there are: on the network, at this computer, and in its queues.

Each way is looked at by itself, and one that is not there finds nothing: no network, no CUPS, no
Windows is no trouble.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

from serial.tools import list_ports

from returnstation.printing.identity import guessed_model, identity_of
from returnstation.printing.ipp import Attributes
from returnstation.printing.ipp_client import Declined, IppClient, NoAnswer, NotConnected, Place
from returnstation.printing.ipp_client import Limits as IppLimits
from returnstation.printing.ipp_states import first
from returnstation.printing.probing import ipp_model
from returnstation.printing.spooler import Spool, SpoolerFailed, SpoolerMissing, system_spool


class How(StrEnum):
    """Where a printer was found."""

    DNS_SD = "dns_sd"
    CUPS = "cups"
    USB = "usb"
    SERIAL = "serial"
    SPOOLER = "spooler"


@dataclass(frozen=True, slots=True)
class Found:
    """A printer, or what may be one.

    Attributes:
        address: As the settings want it.
        name: In its own words.
        model: A file in ``printers/models``, None when none fits.
        detail: More in its own words, e.g. where it stands.
    """

    address: str
    name: str
    how: How
    model: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look, in seconds.

    Attributes:
        network: For printers that make themselves known.
        answer: For an answer of CUPS.
    """

    network: float = 2.0
    answer: float = 1.0


def find_printers(limits: Limits | None = None) -> Sequence[Found]:
    """Return the printers found in all ways, the nearest ways first."""
    # Its dependency is loaded when somebody looks for printers, not when one prints.
    from returnstation.printing.finding_network import found_on_network

    most = limits or Limits()
    ways: Sequence[Callable[[], Sequence[Found]]] = (
        found_on_usb,
        found_on_serial_ports,
        found_in_windows,
        lambda: found_in_cups(Place("localhost", "/"), most.answer),
        lambda: found_on_network(most.network),
    )
    with ThreadPoolExecutor(len(ways)) as pool:
        return tuple(chain.from_iterable(pool.map(lambda look: look(), ways)))


def found_on_usb(
    devices: Path = Path("/dev/usb"), known: Path = Path("/sys/class/usbmisc")
) -> Sequence[Found]:
    """Return the printers Linux has a device file for."""
    return [_usb(file, known) for file in sorted(devices.glob("lp*"))]


def _usb(file: Path, known: Path) -> Found:
    try:
        said = (known / file.name / "device" / "ieee1284_id").read_text("utf-8", "replace")
    except OSError:
        said = ""
    name, model = identity_of(said)
    return Found(f"dev:{file}", name or file.name, How.USB, model)


def found_on_serial_ports() -> Sequence[Found]:
    """Return the serial ports that are plugged in; not every one is a printer's."""
    ports = (port for port in list_ports.comports() if port.vid is not None)
    return [
        Found(
            f"serial:{port.device}",
            port.product or port.name,
            How.SERIAL,
            guessed_model(f"{port.manufacturer} {port.product}"),
        )
        for port in ports
    ]


def found_in_windows(spool: Spool | None = None) -> Sequence[Found]:
    """Return the queues of Windows."""
    try:
        queues = (spool or system_spool()).queues()
    except (SpoolerMissing, SpoolerFailed):
        return ()
    return [Found(f"spooler:{name}", name, How.SPOOLER, guessed_model(name)) for name in queues]


def found_in_cups(server: Place, seconds: float = 1.0) -> Sequence[Found]:
    """Return the queues of a CUPS."""
    try:
        queues = IppClient(server, IppLimits(seconds, 2 * seconds)).queues(_ASKED)
    except (NotConnected, NoAnswer, Declined):
        return ()
    return [_queue(queue, server) for queue in queues if first(queue, "printer-name")]


_ASKED = (
    "printer-name",
    "printer-make-and-model",
    "printer-device-id",
    "printer-location",
    "document-format-supported",
)


def _queue(told: Attributes, server: Place) -> Found:
    name = str(first(told, "printer-name"))
    at = "" if server == Place("localhost", "/") else f"@{server.host}:{server.port}"
    said = (first(told, "printer-make-and-model"), first(told, "printer-location"))
    detail = ", ".join(str(part) for part in said if part)
    return Found(f"cups:{name}{at}", name, How.CUPS, ipp_model(told), detail)
