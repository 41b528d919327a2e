"""Scanners' own settings from ``resources/scanners/*.toml``, as sheets."""

from importlib.resources.abc import Traversable

import msgspec

from returnstation import datafiles
from returnstation.domain.messages import say
from returnstation.domain.papers import Function3, ScannerSheet, SetupCode
from returnstation.sitedata.files import BadSiteFile, read_toml


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str
    source: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    function_3: Function3
    source: str
    code: list[_Code]


def load_scanner_sheets(folder: Traversable | None = None) -> dict[str, ScannerSheet]:
    """Return the sheets by the name of their file.

    Raises:
        BadSiteFile: A file has a mistake, or a code no source.
    """
    files = (folder or datafiles.resource("scanners")).iterdir()
    found = sorted((file for file in files if file.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): _sheet(file) for file in found}


def _sheet(file: Traversable) -> ScannerSheet:
    record = read_toml(file, _File)
    for code in record.code:
        if not (code.source.strip() and record.source.strip()):
            raise BadSiteFile(f"{file.name}: {code.id}: source: a code needs one")
        if not (code.text.isascii() and code.text.isprintable() and code.text):
            raise BadSiteFile(f"{file.name}: {code.id}: text: only printable ASCII is encoded")
    codes = tuple(SetupCode(title=say(f"setup.{code.id}"), text=code.text) for code in record.code)
    return ScannerSheet(
        scanner=record.name, function_3=record.function_3, codes=codes, source=record.source
    )
