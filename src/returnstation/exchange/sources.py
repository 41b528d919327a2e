"""Open a file of rows by what it is: CSV, JSON Lines or a sheet."""

from pathlib import Path

from returnstation.application.troubles import Refused, Trouble
from returnstation.exchange.csv_rows import CsvSource
from returnstation.exchange.json_rows import JsonSource
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Source
from returnstation.exchange.xlsx_rows import XlsxSource

_SHEETS = (".xlsx", ".xlsm")
_JSON = (".jsonl", ".ndjson", ".json")


def open_source(path: Path, profile: Profile) -> Source:
    """Return the rows of a file.

    Raises:
        Trouble: ``file-unreadable``.
        Refused: It is empty, or lacks columns that no row can do without.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except (OSError, ValueError) as error:
        raise Trouble("file-unreadable", file=path.name) from error
    if not start:
        raise Refused("import-empty", file=path.name)
    # A rejected file has the form of the file it came from.
    suffix = Path(path.name.removesuffix(".rejected")).suffix.lower()
    if suffix in _SHEETS or start == b"PK\x03\x04":
        source: Source = XlsxSource(path, profile)
    elif suffix in _JSON:
        return JsonSource(path, profile)
    else:
        source = CsvSource(path, profile)
    missing = profile.missing_from(source.columns)
    if missing:
        raise Refused("import-columns-missing", file=path.name, columns=", ".join(missing))
    return source
