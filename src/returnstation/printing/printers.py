"""A printer at a desk: which model, what is loaded, and the way to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from returnstation.printing.device import DeviceTransport
from returnstation.printing.folder import FolderTransport
from returnstation.printing.profiles import (
    BadProfile,
    Calibration,
    Language,
    Medium,
    Model,
    StatusDialect,
    load_medium,
    load_model,
)
from returnstation.printing.raw import Manners, Patience
from returnstation.printing.serial_port import SerialTransport
from returnstation.printing.spooler import SpoolerMissing, SpoolerTransport, system_spool
from returnstation.printing.tcp import TcpTransport
from returnstation.printing.transports import Transport

if TYPE_CHECKING:
    from returnstation.printing.ipp_client import Place

_RAW_PORT, _IPP_PORT = 9100, 631
_BAUD = 9600
# Languages of files: a printer of the network is asked what it takes.
_FILES = {Language.PDF, Language.PNG, Language.PWG}
# Brother's network port takes jobs and says nothing.
_DEAF_OVER_TCP = frozenset({StatusDialect.BROTHER_QL})


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer as the station's settings name it."""

    name: str
    model: Model
    medium: Medium
    transport: Transport


def open_printer(
    name: str, model_id: str, medium_id: str, address: str, calibration: Calibration | None = None
) -> Printer:
    """Return a printer; nothing is connected yet.

    Args:
        name: As the settings call it.
        model_id: A file in ``printers/models``.
        medium_id: A file in ``printers/media``.
        address: ``tcp://host`` or ``tcp://host:9100``; ``ipp://host/ipp/print``, ``ipps://…``;
            ``cups:`` and a queue, with ``@host:port`` unless this computer's; ``spooler:``
            and a printer of Windows; ``folder:`` and a path; ``dev:`` and a device file; or ``serial:`` and a port, with ``@`` and the baud
            rate unless 9600.
        calibration: Of this one machine.

    Raises:
        BadProfile: No such model or medium, or an address of no such kind.
    """
    model = (calibration or Calibration()).of(load_model(model_id))
    return Printer(name, model, load_medium(medium_id), _transport(address, model))


def _transport(address: str, model: Model) -> Transport:
    scheme, _, path = address.partition(":")
    opened = _WAYS.get(scheme)
    if opened is None or not path:
        raise BadProfile(address)
    return opened(address, path, model)


def _folder(_address: str, path: str, _model: Model) -> Transport:
    return FolderTransport(Path(path))


def _device(_address: str, path: str, model: Model) -> Transport:
    return DeviceTransport(Path(path), _manners(model))


def _serial(address: str, path: str, model: Model) -> Transport:
    port, _, baud = path.partition("@")
    if not port or (baud and not baud.isdecimal()):
        raise BadProfile(address)
    return SerialTransport(port, int(baud or _BAUD), _manners(model))


def tcp_place(address: str) -> tuple[str, int]:
    """Return host and port of a ``tcp:`` address.

    Raises:
        BadProfile: It is none.
    """
    host, port, _ = _network(address, _RAW_PORT)
    return host, port


def _tcp(address: str, _path: str, model: Model) -> Transport:
    host, port = tcp_place(address)
    return TcpTransport(host, port, _manners(model, _DEAF_OVER_TCP))


def ipp_place(address: str) -> "Place":
    """Return where an ``ipp:``, ``ipps:`` or ``cups:`` address leads.

    Raises:
        BadProfile: It is none.
    """
    from returnstation.printing.ipp_client import Place

    scheme, _, path = address.partition(":")
    if scheme == "cups":
        queue, _, server = path.partition("@")
        if not queue or "/" in queue:
            raise BadProfile(address)
        host, port, _ = _network(f"ipp://{server or 'localhost'}", _IPP_PORT)
        return Place(host, f"/printers/{quote(queue)}", port)
    host, port, path = _network(address, _IPP_PORT)
    return Place(host, quote(path or "/ipp/print"), port, scheme == "ipps")


def _ipp(address: str, _path: str, model: Model) -> Transport:
    if model.language in _FILES:
        raise BadProfile(f"{model.id}, {address}")
    # HTTP and TLS take a desk 20 ms to load that never prints over IPP.
    from returnstation.printing.ipp_transport import IppTransport

    return IppTransport(ipp_place(address), model.language)


def _spooler(address: str, path: str, model: Model) -> Transport:
    if model.language in _FILES | {Language.IPP}:
        raise BadProfile(f"{model.id}, {address}")
    try:
        return SpoolerTransport(system_spool(), path)
    except SpoolerMissing as odd:
        raise BadProfile(f"{address}: no spooler of Windows on {odd}") from odd


def _network(address: str, port: int) -> tuple[str, int, str]:
    """Return host, port and path of an address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or port
    except ValueError as odd:
        raise BadProfile(address) from odd
    if not host:
        raise BadProfile(address)
    return host, port, parts.path


def _manners(model: Model, unheard: frozenset[StatusDialect] = frozenset()) -> Manners:
    dialect = StatusDialect.NONE if model.status in unheard else model.status
    return Manners(dialect, model.silence, Patience(answer=model.status_timeout_ms / 1000))


_WAYS: Mapping[str, Callable[[str, str, Model], Transport]] = {
    "folder": _folder,
    "tcp": _tcp,
    "ipp": _ipp,
    "ipps": _ipp,
    "cups": _ipp,
    "dev": _device,
    "serial": _serial,
    "spooler": _spooler,
}
