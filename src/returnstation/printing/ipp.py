"""The Internet Printing Protocol as bytes: requests written, answers read (RFC 8010).

What comes from the network is not trusted: whatever is no answer is a ``BadAnswer``, nothing
else, and nothing in it can make the reader dig without end.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import pack, unpack_from
from typing import TypeAlias

VERSION = b"\x02\x00"
_DEEPEST = 8
_END_OF_GROUPS = 0x03
_LAST_DELIMITER = 0x0F


class BadAnswer(ValueError):
    """Bytes are no answer of a printer; the message says what is wrong."""


class Tag(IntEnum):
    """Groups of attributes, and kinds of values."""

    OPERATION = 0x01
    JOB = 0x02
    END = _END_OF_GROUPS
    PRINTER = 0x04
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    RESOLUTION = 0x32
    RANGE = 0x33
    BEGIN_COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


class Operation(IntEnum):
    """What can be asked of a printer."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_PRINTERS = 0x4002


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots per inch across and along."""

    across: int
    along: int


Value: TypeAlias = "int | bool | str | bytes | Resolution | range | Collection | None"
"""A range has its last number in it; bytes are of a kind we never need."""

Collection: TypeAlias = "dict[str, list[Value]]"

Attributes: TypeAlias = Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Written:
    """An attribute of a request: its values are all of one kind."""

    tag: Tag
    name: str
    values: Sequence["int | bool | str | Resolution | Sequence[Written]"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a printer answered.

    Attributes:
        groups: Each with its tag, in the order they came.
    """

    status: int
    request_id: int
    groups: Sequence[tuple[int, Attributes]]

    def of(self, tag: Tag) -> Sequence[Attributes]:
        """Return the groups of a kind."""
        return [attributes for kind, attributes in self.groups if kind == tag]


def request(
    operation: Operation, number: int, groups: Sequence[tuple[Tag, Sequence[Written]]]
) -> bytes:
    """Return a request; a document may follow it."""
    parts = [VERSION, pack(">HI", operation, number)]
    for tag, attributes in groups:
        parts.append(bytes([tag]))
        parts.extend(_written(attribute) for attribute in attributes)
    return b"".join(parts) + bytes([Tag.END])


def _written(attribute: Written) -> bytes:
    names = [attribute.name, *[""] * (len(attribute.values) - 1)]
    return b"".join(
        _value(attribute.tag, name, value)
        for name, value in zip(names, attribute.values, strict=True)
    )


def _value(
    tag: Tag, name: str, value: "int | bool | str | Resolution | Sequence[Written]"
) -> bytes:
    match value:
        case bool():
            return _field(tag, name, pack("?", value))
        case int():
            return _field(tag, name, pack(">i", value))
        case str():
            return _field(tag, name, value.encode())
        case Resolution():
            return _field(tag, name, pack(">iib", value.across, value.along, 3))
    members = b"".join(_member(member) for member in value)
    return _field(tag, name, b"") + members + _field(Tag.END_COLLECTION, "", b"")


def _member(member: Written) -> bytes:
    values = b"".join(_value(member.tag, "", value) for value in member.values)
    return _field(Tag.MEMBER_NAME, "", member.name.encode()) + values


def _field(tag: Tag, name: str, value: bytes) -> bytes:
    written = name.encode()
    return bytes([tag]) + pack(">H", len(written)) + written + pack(">H", len(value)) + value


def answer(content: bytes) -> Answer:
    """Return what an answer says.

    Raises:
        BadAnswer: It is none.
    """
    try:
        return _Reader(content).answer()
    except (struct.error, IndexError, UnicodeDecodeError) as odd:
        raise BadAnswer(f"cut off or no text: {odd}") from odd


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def answer(self) -> Answer:
        major, _, status, number = self._numbers(">BBHI", 8)
        if major not in {1, 2}:
            raise BadAnswer(f"version {major}")
        groups: list[tuple[int, dict[str, list[Value]]]] = []
        values: list[Value] | None = None
        while (tag := self._tag()) != _END_OF_GROUPS:
            if tag <= _LAST_DELIMITER:
                groups.append((tag, {}))
                values = None
                continue
            name, raw = self._field()
            if name and groups:
                values = groups[-1][1].setdefault(name, [])
            if values is None:
                raise BadAnswer("a value of no attribute")
            values.append(self._value(tag, raw, 0))
        return Answer(status, number, groups)

    def _value(self, tag: int, raw: bytes, depth: int) -> Value:
        if tag == Tag.BEGIN_COLLECTION:
            return self._collection(depth + 1)
        return _plain(tag, raw)

    def _collection(self, depth: int) -> Collection:
        if depth > _DEEPEST:
            raise BadAnswer("too deep")
        members: Collection = {}
        values: list[Value] | None = None
        while (tag := self._tag()) != Tag.END_COLLECTION:
            _, raw = self._field()
            if tag == Tag.MEMBER_NAME:
                values = members.setdefault(raw.decode(), [])
            elif values is None or tag <= _LAST_DELIMITER:
                raise BadAnswer("a value of no member")
            else:
                values.append(self._value(tag, raw, depth))
        self._field()
        return members

    def _tag(self) -> int:
        tag = self._content[self._at]
        self._at += 1
        return tag

    def _field(self) -> tuple[str, bytes]:
        return self._text().decode(), self._text()

    def _text(self) -> bytes:
        (length,) = self._numbers(">H", 2)
        text = self._content[self._at : self._at + length]
        if len(text) != length:
            raise BadAnswer("cut off")
        self._at += length
        return text

    def _numbers(self, layout: str, size: int) -> tuple[int, ...]:
        numbers = unpack_from(layout, self._content, self._at)
        self._at += size
        return numbers


def _plain(tag: int, raw: bytes) -> Value:
    if read := _READERS.get(tag):
        return read(raw)
    if Tag.TEXT <= tag <= Tag.MIME_TYPE:
        # Some printers write names in the character set of their menu.
        return raw.decode("utf-8", "replace")
    return raw or None


def _integer(raw: bytes) -> int:
    return int(unpack_from(">i", raw)[0])


def _resolution(raw: bytes) -> Resolution:
    across, along, unit = unpack_from(">iib", raw)
    # 4 is dots per centimetre.
    factor = 2.54 if unit == 4 else 1
    return Resolution(round(across * factor), round(along * factor))


def _range(raw: bytes) -> range:
    low, high = unpack_from(">ii", raw)
    return range(low, high + 1)


def _after_language(raw: bytes) -> str:
    (length,) = unpack_from(">H", raw)
    return raw[length + 4 :].decode("utf-8", "replace")


_READERS: Mapping[int, Callable[[bytes], Value]] = {
    Tag.INTEGER: _integer,
    Tag.BOOLEAN: lambda raw: bool(raw[0]),
    Tag.ENUM: _integer,
    Tag.RESOLUTION: _resolution,
    Tag.RANGE: _range,
    Tag.TEXT_WITH_LANGUAGE: _after_language,
    Tag.NAME_WITH_LANGUAGE: _after_language,
}
