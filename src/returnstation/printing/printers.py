"""A printer at a desk: which model, what is loaded, and the way to it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from returnstation.printing.folder import FolderTransport
from returnstation.printing.profiles import BadProfile, Medium, Model, load_medium, load_model
from returnstation.printing.tcp import Patience, TcpTransport
from returnstation.printing.transports import Transport

_RAW_PORT = 9100


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer as the station's settings name it."""

    name: str
    model: Model
    medium: Medium
    transport: Transport


def open_printer(name: str, model_id: str, medium_id: str, address: str) -> Printer:
    """Return a printer; nothing is connected yet.

    Args:
        name: As the settings call it.
        model_id: A file in ``printers/models``.
        medium_id: A file in ``printers/media``.
        address: ``tcp://host`` or ``tcp://host:9100``, or ``folder:`` and a path.

    Raises:
        BadProfile: No such model or medium, or an address of neither kind.
    """
    model = load_model(model_id)
    return Printer(name, model, load_medium(medium_id), _transport(address, model))


def _transport(address: str, model: Model) -> Transport:
    scheme, _, path = address.partition(":")
    if scheme == "folder" and path:
        return FolderTransport(Path(path))
    if scheme == "tcp":
        return _tcp(address, model)
    raise BadProfile(address)


def _tcp(address: str, model: Model) -> TcpTransport:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _RAW_PORT
    except ValueError as odd:
        raise BadProfile(address) from odd
    if not host:
        raise BadProfile(address)
    return TcpTransport(host, port, model.status, Patience(answer=model.status_timeout_ms / 1000))
