"""``station.toml`` in the station's home, as frozen settings.

The home is a folder: the settings, ``station.db``, ``cache-<n>.db``, ``photos/`` and, for
printers that are folders, ``printed/``.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from platformdirs import user_data_path

from returnstation.application.equipment import DeskSettings
from returnstation.application.troubles import Trouble
from returnstation.domain.lpn import LAST_NUMBER
from returnstation.domain.money import parse_amount
from returnstation.domain.pay import Limits

FILE = "station.toml"
_TABLE = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?$")
_FARTHEST_MM = 20
SHORTEST_KEPT_DAYS = {"keep_papers_days": 1, "keep_orders_days": 30, "keep_photos_days": 14}
"""For less a return may still be on its way, or a decision in doubt."""

LONGEST_KEPT_DAYS = 3653
"""Ten years, leap days among them: as long as books are kept anywhere."""

_GS1_PREFIX = re.compile(r"[0-9]{4,12}")


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One printer: ids of files in ``printers/``, how it is reached, and what its test page showed.

    Attributes:
        address: ``tcp://host:9100``; ``ipp://host/ipp/print`` or ``ipps://…``; ``cups:`` and a
            queue, with ``@host:port`` unless this computer's; ``spooler:`` and a printer of
            Windows; ``dev:/dev/usb/lp0``; ``serial:/dev/ttyUSB0@115200``; or ``folder:`` and a
            path, relative to the home.
        offset_mm: How far everything is moved to the right and down.
        darkness: In the machine's own numbers; None for what the model says.
    """

    model: str
    medium: str
    address: str
    offset_mm: tuple[float, float] = (0.0, 0.0)
    darkness: int | None = None

    def __post_init__(self) -> None:
        if not all(abs(length) <= _FARTHEST_MM for length in self.offset_mm):
            raise ValueError(f"offset_mm: {_FARTHEST_MM} mm at most")


US, AUTO = "us", "auto"


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scanner is set to send.

    Attributes:
        prefix, suffix: Characters it puts around every code.
        ends: What it sends last: ``enter`` (CR, LF or both), ``tab``, ``any`` of them, or
            ``none``; then a pause ends the scan.
        separator: What it types for the separator of GS1, e.g. ``|``; empty when it sends the
            control character.
        layout: Keyboard layout of the computer it types into, if the scanner's own is the US
            one; ``us`` turns nothing back, ``auto`` what proves itself.
        port: Of a scanner that does not type, e.g. ``/dev/ttyACM0`` or ``COM3``.
        baud: Speed of the port; USB needs none.
        index: Number of a camera.
        camera: Part of a camera's name, or a film, where the number is not known.
    """

    prefix: str = ""
    suffix: str = ""
    ends: Literal["any", "enter", "tab", "none"] = "any"
    separator: str = ""
    layout: Literal["auto", "us", "de", "fr", "ja", "ko"] = "auto"
    port: str = ""
    baud: int = 9600
    index: int | None = None
    camera: str = ""


class ScaleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scale at a serial port.

    Attributes:
        port: E.g. ``/dev/ttyUSB0`` or ``COM4``.
        protocol: What it is set to speak; see ``docs/operations.md``.
        unit: Of scales that do not tell theirs (8217).
        tolerance_percent: How far an item may be off its product's weight, at least 15 g.
    """

    port: str
    protocol: Literal["sma", "sics", "toledo", "8217"] = "sma"
    baud: int = 9600
    unit: Literal["kg", "g", "lb", "oz"] = "kg"
    tolerance_percent: int = 8


def _scanners() -> dict[str, ScannerSettings]:
    return {"keyboard": ScannerSettings()}


def _printers() -> dict[str, PrinterSettings]:
    return {
        "labels": PrinterSettings("zebra-zd421-203", "label-50x30", "folder:printed/labels"),
        "receipts": PrinterSettings("office-pdf", "receipt-80", "folder:printed/receipts"),
    }


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One station.

    Attributes:
        prefix: Site prefix of licence plates, two to six capitals and digits.
        zone: IANA name of the site's time zone.
        language: For workers until somebody is signed in.
        goal: Items planned per day; 0 shows no goal.
        lock_after: Seconds without an act after which the desk locks.
        scanner_gap_ms: Longest pause between two characters of one scan.
        economics: File in ``resources/economics``.
        label_printer, receipt_printer: Names of entries in ``printers``.
        papers: The printer of a kind of paper, where it is not the usual one, e.g.
            ``manifest = "office"``.
        numbers: First and last number this desk may give; no two desks of a prefix share one.
        gs1_prefix: The site's GS1 company prefix, for SSCCs of pallets.
        address: Of the site, line by line, for labels of parcels; ``country`` its ISO 3166-1
            code.
        scanners: What each scanner is set to send, by its source: ``keyboard`` is every scanner
            that types.
        scale: Of the desk; None where there is none.
        refund_limits: Above it a supervisor approves a parcel's refund: by currency (``EUR``),
            or by merchant and currency (``ds/EUR``). With none, everybody may.
        keep_papers_days: How long printed papers keep names and addresses after their case has
            ended; whoever prints one again later gets it without.
        keep_orders_days, keep_photos_days: After how many days a station without a hub forgets
            orders with their buyers, and photos; 0 for never. With a hub its retention counts.
    """

    site: str = "Returns"
    desk: str = "Desk 1"
    prefix: str = "RS1"
    zone: str = "Asia/Seoul"
    language: str = "ko"
    goal: int = 0
    lock_after: int = 600
    keep_papers_days: int = 90
    keep_orders_days: int = 0
    keep_photos_days: int = 0
    scanner_gap_ms: int = 60
    economics: str = "default"
    label_printer: str = "labels"
    receipt_printer: str = "receipts"
    is_training: bool = False
    refund_limits: dict[str, str] = msgspec.field(default_factory=dict)
    numbers: tuple[int, int] = (1, 9_999_999)
    gs1_prefix: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    papers: dict[str, str] = msgspec.field(default_factory=dict)
    printers: dict[str, PrinterSettings] = msgspec.field(default_factory=_printers)
    scanners: dict[str, ScannerSettings] = msgspec.field(default_factory=_scanners)
    scale: ScaleSettings | None = None

    def __post_init__(self) -> None:
        first, last = self.numbers
        if not 0 < first <= last <= LAST_NUMBER:
            raise ValueError(f"numbers: {first} to {last} is no range below {LAST_NUMBER}")
        if self.gs1_prefix and not _GS1_PREFIX.fullmatch(self.gs1_prefix):
            raise ValueError("gs1_prefix: 4 to 12 digits")
        for name, shortest in SHORTEST_KEPT_DAYS.items():
            self._check_days(name, shortest)

    def _check_days(self, name: str, shortest: int) -> None:
        days, may_be_off = getattr(self, name), name != "keep_papers_days"
        if not (shortest <= days <= LONGEST_KEPT_DAYS or (may_be_off and days == 0)):
            off = "0 (for ever), or " if may_be_off else ""
            raise ValueError(f"{name}: {off}{shortest} to {LONGEST_KEPT_DAYS}")

    def for_desk(self) -> DeskSettings:
        """Return what the desk needs to know."""
        return DeskSettings(
            site=self.site,
            desk=self.desk,
            prefix=self.prefix,
            zone=ZoneInfo(self.zone),
            language=self.language,
            goal=self.goal or None,
            lock_after=self.lock_after,
            label_printer=self.label_printer,
            receipt_printer=self.receipt_printer,
            is_training=self.is_training,
            limits=Limits(
                {
                    name: parse_amount(amount, name.rpartition("/")[2])
                    for name, amount in self.refund_limits.items()
                }
            ),
            numbers=self.numbers,
            address=self.address,
            country=self.country,
            gs1_prefix=self.gs1_prefix,
            weight_tolerance=8 if self.scale is None else self.scale.tolerance_percent,
        )


def home_folder(given: str | None) -> Path:
    """Return the station's home: as given, else ``RETURNSTATION_HOME``, else the user's data."""
    chosen = given or os.environ.get("RETURNSTATION_HOME")
    return Path(chosen).expanduser() if chosen else user_data_path("returnstation", appauthor=False)


def load_settings(home: Path) -> Settings:
    """Read the settings of a home; a home without them has the defaults.

    Raises:
        Trouble: ``settings-wrong``, with the key and what is wrong.
    """
    file = home / FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise Trouble("file-unreadable", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise Trouble("settings-wrong", file=FILE, what=str(error)) from error
    try:
        settings = msgspec.convert(tomllib.loads(text), Settings)
        settings.for_desk()
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise Trouble("settings-wrong", file=FILE, what=str(error)) from error
    except ZoneInfoNotFoundError as error:
        raise Trouble("settings-wrong", file=FILE, what=f"zone: {error}") from error
    return settings


def write_settings(home: Path, settings: Settings) -> None:
    """Write the settings of a new home."""
    lines = [
        f"{name} = {_toml(value)}"
        for name, value in msgspec.structs.asdict(settings).items()
        if name not in {"printers", "scanners", "scale", "refund_limits", "papers"}
    ]
    for table in ("refund_limits", "papers"):
        entries: dict[str, str] = getattr(settings, table)
        if entries:
            lines += ["", f"[{table}]"]
            lines += [f"{_toml(key)} = {_toml(value)}" for key, value in entries.items()]
    for name, printer in settings.printers.items():
        lines += _table(f"printers.{name}", printer)
    for name, scanner in settings.scanners.items():
        lines += _table(f"scanners.{name}", scanner)
    if settings.scale is not None:
        lines += _table("scale", settings.scale)
    home.mkdir(parents=True, exist_ok=True)
    _write_whole(home / FILE, "\n".join(lines) + "\n")


def save_printers(home: Path, settings: Settings) -> None:
    """Write printers, and which paper each prints, into a home's settings.

    What else stands in the file stays as somebody wrote it, comments too.

    Raises:
        OSError: The file cannot be written; the old one is still there.
    """
    file = home / FILE
    kept = _without_printers(file.read_text(encoding="utf-8")) if file.is_file() else ""
    lines = [kept.rstrip("\n")]
    if settings.papers:
        lines += ["", "[papers]"]
        lines += [f"{_toml(kind)} = {_toml(name)}" for kind, name in settings.papers.items()]
    for name, printer in settings.printers.items():
        lines += _table(f"printers.{name}", printer)
    text = "\n".join(lines) + "\n"
    try:
        is_meant = msgspec.convert(tomllib.loads(text), Settings) == settings
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        is_meant = False
    if is_meant:
        _write_whole(file, text)
    else:
        # Written in another way than ours, e.g. as an inline table.
        write_settings(home, settings)


def _without_printers(text: str) -> str:
    """Return settings without the tables of printers and papers."""
    kept, is_kept = [], True
    for line in text.splitlines():
        if header := _TABLE.match(line):
            is_kept = header[1] != "papers" and header[1].split(".")[0] != "printers"
        if is_kept:
            kept.append(line)
    return "\n".join(kept)


def _write_whole(file: Path, text: str) -> None:
    """Write a file so that a power cut leaves the old one or the new one."""
    written = file.with_name(f".{file.name}.new")
    with written.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    written.replace(file)


def _table(name: str, settings: msgspec.Struct) -> list[str]:
    entries = msgspec.structs.asdict(settings).items()
    # TOML has no null: what is not set is left out.
    lines = (f"{key} = {_toml(value)}" for key, value in entries if value is not None)
    return ["", f"[{name}]", *lines]


def _toml(value: object) -> str:
    # A JSON string is a TOML basic string; numbers and truth values are written alike.
    return msgspec.json.encode(value).decode()
