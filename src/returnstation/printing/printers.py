"""A printer at a desk: which model, what is loaded, and the way to it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from returnstation.printing.device import DeviceTransport
from returnstation.printing.folder import FolderTransport
from returnstation.printing.profiles import (
    BadProfile,
    Calibration,
    Medium,
    Model,
    StatusDialect,
    load_medium,
    load_model,
)
from returnstation.printing.raw import Manners, Patience
from returnstation.printing.serial_port import SerialTransport
from returnstation.printing.tcp import TcpTransport
from returnstation.printing.transports import Transport

_RAW_PORT = 9100
_BAUD = 9600
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
        address: ``tcp://host`` or ``tcp://host:9100``, ``folder:`` and a path, ``dev:`` and a
            device file, or ``serial:`` and a port, with ``@`` and the baud rate unless 9600.
        calibration: Of this one machine.

    Raises:
        BadProfile: No such model or medium, or an address of no such kind.
    """
    model = (calibration or Calibration()).of(load_model(model_id))
    return Printer(name, model, load_medium(medium_id), _transport(address, model))


def _transport(address: str, model: Model) -> Transport:
    scheme, _, path = address.partition(":")
    if not path:
        raise BadProfile(address)
    match scheme:
        case "folder":
            return FolderTransport(Path(path))
        case "tcp":
            return _tcp(address, model)
        case "dev":
            return DeviceTransport(Path(path), _manners(model))
        case "serial":
            return _serial(path, model)
    raise BadProfile(address)


def _serial(path: str, model: Model) -> SerialTransport:
    port, _, baud = path.partition("@")
    if not port or (baud and not baud.isdecimal()):
        raise BadProfile(f"serial:{path}")
    return SerialTransport(port, int(baud or _BAUD), _manners(model))


def _tcp(address: str, model: Model) -> TcpTransport:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _RAW_PORT
    except ValueError as odd:
        raise BadProfile(address) from odd
    if not host:
        raise BadProfile(address)
    return TcpTransport(host, port, _manners(model, _DEAF_OVER_TCP))


def _manners(model: Model, unheard: frozenset[StatusDialect] = frozenset()) -> Manners:
    dialect = StatusDialect.NONE if model.status in unheard else model.status
    return Manners(dialect, model.silence, Patience(answer=model.status_timeout_ms / 1000))
