"""What a carrier's ZPL may say: it draws one label, and leaves the printer as it was.

Every command is looked up in a list of those that draw. What is not on it is refused: tilde
commands act at once (``~JR`` restarts the printer, ``~DY`` stores files), ``^J`` and ``^M`` change
its settings, ``^ID`` deletes what is stored, ``^CC`` renames commands.
"""

import re

from returnstation.printing.verify import NotReadable

_MOST_BYTES = 500_000
# ZPL II Programming Guide, P1099958-001: commands that place, set or fill fields.
_DRAWING = frozenset(
    {
        *("XA", "XZ", "FX", "FO", "FT", "FD", "FV", "FS", "FB", "TB", "FH", "FN", "FR", "FW"),
        *("FP", "FC", "FM", "SN", "LH", "PW", "LL", "PO", "CI", "CF"),
        *("BY", "GB", "GC", "GD", "GE", "GF", "GS", "A@"),
    }
)
_FONTS = re.compile(r"A[A-Z0-9]")
_BARCODES = re.compile(r"B[0-9A-Z]")
# What these say holds for the labels after this one, too: only what a printer begins with.
_AS_BEGUN = {
    "LR": re.compile(r"N?"),
    "LS": re.compile(r"0*"),
    "LT": re.compile(r"0*"),
    "PM": re.compile(r"N?"),
    "PQ": re.compile(r"1?(?:,[01YN]?){0,4}"),
}
# Binary graphics may hold bytes that look like commands.
_TEXT_GRAPHIC = re.compile(r"A,")
_COMMAND = re.compile(r"([\^~])([^\^~]{0,2})([^\^~]*)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ForbiddenZpl(NotReadable):
    """A ZPL says what no label needs; the message is the command."""


def check_zpl(content: bytes) -> str:
    """Return a carrier's ZPL as text.

    Raises:
        ForbiddenZpl: It is not one label, or has a command that does more than draw.
    """
    if len(content) > _MOST_BYTES:
        raise ForbiddenZpl(f"{len(content)} bytes")
    try:
        text = content.decode("utf-8").strip()
    except UnicodeDecodeError as odd:
        raise ForbiddenZpl("UTF-8") from odd
    if found := _CONTROLS.search(text):
        raise ForbiddenZpl(f"U+{ord(found[0]):04X}")
    if not (text.upper().startswith("^XA") and text.upper().endswith("^XZ")):
        raise ForbiddenZpl("^XA … ^XZ")
    names = [_checked(found) for found in _COMMAND.finditer(text)]
    if names.count("XA") != 1 or names.count("XZ") != 1:
        raise ForbiddenZpl("^XA … ^XZ")
    return text


def said_size(text: str) -> tuple[int, int]:
    """Return the width and height in dots a ZPL asks for; 0 where it does not say."""
    return _number(text, "PW"), _number(text, "LL")


def _number(text: str, name: str) -> int:
    found = re.search(rf"\^{name}(\d{{1,5}})", text, re.IGNORECASE)
    return 0 if found is None else int(found[1])


def _checked(found: re.Match[str]) -> str:
    sign, name, rest = found[1], found[2].upper(), found[3]
    is_font = bool(_FONTS.fullmatch(name))
    is_drawing = name in _DRAWING or is_font or bool(_BARCODES.fullmatch(name))
    begun = _AS_BEGUN.get(name)
    is_begun = begun is not None and bool(begun.fullmatch(rest.strip().upper()))
    is_binary = name == "GF" and not _TEXT_GRAPHIC.match(rest.lstrip().upper())
    if sign == "~" or is_binary or not (is_drawing or is_begun):
        raise ForbiddenZpl(f"{sign}{name}")
    return name
