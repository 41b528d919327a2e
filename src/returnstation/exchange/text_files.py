"""Text files of others: which encoding, and lines that are never longer than memory allows."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from returnstation.application.troubles import Refused, Trouble

LONGEST_LINE = 1_000_000
"""Bytes; more is no row of a table."""

_SHOWN_OF_LONG = 10_000

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TWO_BYTES = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 16


class Overlong(str):
    """The beginning of a line that is too long to be a row."""

    __slots__ = ()


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """Open a file for reading; what the disk says becomes ``file-unreadable``."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise Trouble("file-unreadable", file=path.name) from error


def encoding_of(path: Path) -> str:
    """Return the encoding in which the fewest lines are unreadable: UTF-8, else CP949.

    Raises:
        Refused: ``import-encoding``: UTF-16, which spreadsheets call "Unicode text".
    """
    with opened(path) as file:
        start = file.read(3)
        if start[:2] in _TWO_BYTES:
            raise Refused("import-encoding", file=path.name)
        if start == _BYTE_ORDER_MARK:
            return "utf-8-sig"
        file.seek(0)
        bad = _unreadable(file, "utf-8")
        file.seek(0)
        return "cp949" if bad and _unreadable(file, "cp949") < bad else "utf-8"


def lines_of(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield lines with their ends; bytes that are no text become lone surrogates.

    Of a line that is too long only the beginning comes, as ``Overlong``.
    """
    plain = encoding.removesuffix("-sig")
    if plain != encoding:
        file.seek(len(_BYTE_ORDER_MARK))
    while line := file.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line.decode(plain, "surrogateescape")
            continue
        yield Overlong(line[:_SHOWN_OF_LONG].decode(plain, "surrogateescape"))
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _unreadable(file: BinaryIO, encoding: str) -> int:
    return sum(not _is_text(line, encoding) for line in iter(lambda: file.readline(_CHUNK), b""))


def _is_text(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
