import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.papers import Trouble, trouble_message
from returnstation.i18n import load_catalog
from returnstation.printing.brother_ql_status import parse_brother_ql
from returnstation.printing.escpos_status import parse_dle_eot
from returnstation.printing.profiles import StatusDialect
from returnstation.printing.raw import DIALECTS
from returnstation.printing.sbpl_status import parse_sbpl
from returnstation.printing.status import BadStatus, Dialect, HostStatus
from returnstation.printing.tspl_status import parse_tspl
from returnstation.printing.zebra_status import parse_hqes

EVERY_DIALECT = pytest.mark.parametrize("dialect", list(DIALECTS.values()), ids=list(DIALECTS))
LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh-Hans", "zh-Hant")
IN_TURN = b"\x00"


def sbpl(code: str, left: int = 0, name: bytes = b"") -> bytes:
    return b"\x02  " + code.encode() + f"{left:06d}".encode() + name + b"\x03"


def hqes(errors: str) -> bytes:
    return (
        f"\x02\r\n  PRINTER STATUS\r\n   ERRORS:         {errors}\r\n"
        "   WARNINGS:       0 00000000 00000000\r\n\x03"
    ).encode()


def brother(first: int = 0, second: int = 0, phase: int = 0, note: int = 0) -> bytes:
    status = bytearray(b"\x80\x20B4A0\x04\x00" + bytes(24))
    status[8], status[9], status[19], status[22] = first, second, phase, note
    return bytes(status)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (0x00, HostStatus(None, 0)),
        (0x20, HostStatus(None, 1)),
        (0x01, HostStatus(Trouble.HEAD_OPEN, 0)),
        (0x40, HostStatus(Trouble.COVER_OPEN, 0)),
        (0x05, HostStatus(Trouble.HEAD_OPEN, 0)),
        (0x02, HostStatus(Trouble.JAMMED, 0)),
        (0x04, HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        (0x0C, HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        (0x08, HostStatus(Trouble.OUT_OF_RIBBON, 0)),
        (0x10, HostStatus(Trouble.PAUSED, 0)),
        (0x80, HostStatus(Trouble.FAULT, 0)),
    ],
)
def test_the_flags_of_a_tsc_are_understood(flags: int, status: HostStatus) -> None:
    assert parse_tspl(bytes([flags])) == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"\x12\x12\x12\x12" + IN_TURN, HostStatus(None, 0)),
        (b"\x12\x12\x12\x12", HostStatus(None, 1)),
        (b"\x12\x12\x12\x1e" + IN_TURN, HostStatus(None, 0)),
        (b"\x1a\x32\x12\x7e", HostStatus(Trouble.OUT_OF_MEDIA, 1)),
        (b"\x1a\x16\x12\x12", HostStatus(Trouble.COVER_OPEN, 1)),
        (b"\x1a\x52\x1a\x12", HostStatus(Trouble.CUTTER, 1)),
        (b"\x1a\x52\x32\x12", HostStatus(Trouble.FAULT, 1)),
        (b"\x1a\x52\x12\x12", HostStatus(Trouble.FAULT, 1)),
        (b"\x1a\x52\x52\x12", HostStatus(Trouble.TOO_HOT, 1)),
        (b"\x1a\x12\x12\x12", HostStatus(Trouble.OFFLINE, 1)),
        # Two that a picture asked for by chance came before.
        (b"\x1a\x1a\x12\x12\x12\x12" + IN_TURN, HostStatus(None, 0)),
    ],
)
def test_the_answers_of_a_receipt_printer_are_understood(answer: bytes, status: HostStatus) -> None:
    assert parse_dle_eot(answer) == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (sbpl("A"), HostStatus(None, 0)),
        (sbpl("B"), HostStatus(None, 0)),
        (sbpl("G", 3), HostStatus(None, 3)),
        (sbpl("S"), HostStatus(None, 1)),
        (sbpl("M", 1), HostStatus(None, 1)),
        (sbpl("A", name=b"JOB             "), HostStatus(None, 0)),
        (sbpl("0"), HostStatus(Trouble.OFFLINE, 0)),
        (sbpl("4"), HostStatus(Trouble.PAUSED, 0)),
        (sbpl("K", 2), HostStatus(Trouble.PAUSED, 2)),
        (sbpl("b"), HostStatus(Trouble.HEAD_OPEN, 0)),
        (sbpl("c", 1), HostStatus(Trouble.OUT_OF_MEDIA, 1)),
        (sbpl("d"), HostStatus(Trouble.OUT_OF_RIBBON, 0)),
        (sbpl("a"), HostStatus(Trouble.BUFFER_FULL, 0)),
        (sbpl("e"), HostStatus(Trouble.WRONG_MEDIA, 0)),
        (sbpl("f"), HostStatus(Trouble.WRONG_MEDIA, 0)),
        (sbpl("g"), HostStatus(Trouble.FAULT, 0)),
        (sbpl("h"), HostStatus(Trouble.COVER_OPEN, 0)),
        (sbpl("j"), HostStatus(Trouble.CUTTER, 0)),
        (sbpl("l"), HostStatus(Trouble.CUTTER, 0)),
        (sbpl("m"), HostStatus(Trouble.OUTPUT_FULL, 0)),
    ],
)
def test_the_answers_of_a_sato_are_understood(answer: bytes, status: HostStatus) -> None:
    assert parse_sbpl(answer) == status


@pytest.mark.parametrize(
    ("errors", "status"),
    [
        ("0 00000000 00000000", HostStatus(None, 1)),
        ("1 00000000 00000001", HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        ("1 00000000 00000002", HostStatus(Trouble.OUT_OF_RIBBON, 0)),
        ("1 00000000 00000005", HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        ("1 00000000 00000004", HostStatus(Trouble.HEAD_OPEN, 0)),
        ("1 00000000 00000010", HostStatus(Trouble.TOO_HOT, 0)),
        ("1 00000000 00000020", HostStatus(Trouble.TOO_HOT, 0)),
        ("1 00000000 00000008", HostStatus(Trouble.CUTTER, 0)),
        ("1 00000000 00001000", HostStatus(Trouble.JAMMED, 0)),
        ("1 00000000 00008000", HostStatus(Trouble.JAMMED, 0)),
        ("1 00000000 00020000", HostStatus(Trouble.JAMMED, 0)),
        ("1 00000000 00040000", HostStatus(Trouble.WRONG_MEDIA, 0)),
        ("1 00000000 00080000", HostStatus(Trouble.WRONG_MEDIA, 0)),
        ("1 00000000 00010000", HostStatus(Trouble.PAUSED, 0)),
        ("1 00000000 00000200", HostStatus(Trouble.FAULT, 0)),
    ],
)
def test_the_errors_of_a_zebra_that_is_else_silent_are_understood(
    errors: str, status: HostStatus
) -> None:
    assert parse_hqes(hqes(errors)) == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (brother(), HostStatus(None, 0)),
        (brother(phase=1), HostStatus(None, 1)),
        (brother(first=0x01), HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        (brother(first=0x02), HostStatus(Trouble.OUT_OF_MEDIA, 0)),
        (brother(second=0x01), HostStatus(Trouble.WRONG_MEDIA, 0)),
        (brother(second=0x10), HostStatus(Trouble.COVER_OPEN, 0)),
        (brother(first=0x04), HostStatus(Trouble.CUTTER, 0)),
        (brother(second=0x40), HostStatus(Trouble.JAMMED, 0)),
        (brother(second=0x02), HostStatus(Trouble.BUFFER_FULL, 0)),
        (brother(first=0x80), HostStatus(Trouble.FAULT, 0)),
        (brother(note=3), HostStatus(Trouble.TOO_HOT, 0)),
        (brother(second=0x10) + brother(), HostStatus(None, 0)),
        (brother() + brother(second=0x10)[:31], HostStatus(None, 0)),
    ],
)
def test_the_answers_of_a_brother_are_understood(answer: bytes, status: HostStatus) -> None:
    assert parse_brother_ql(answer) == status


@EVERY_DIALECT
@given(noise=st.binary(max_size=200))
def test_noise_is_a_status_or_none_and_never_a_crash(dialect: Dialect, noise: bytes) -> None:
    for asked in filter(None, (dialect, dialect.instead)):
        asked.is_complete(noise)
        try:
            status = asked.parse(noise)
        except BadStatus:
            continue
        assert status.waiting >= 0


@EVERY_DIALECT
@given(text=st.text(st.characters(codec="ascii"), min_size=2, max_size=60))
def test_words_are_no_status(dialect: Dialect, text: str) -> None:
    said = f"HTTP/1.1 {text}".encode()

    with pytest.raises(BadStatus):
        dialect.parse(said)


@EVERY_DIALECT
def test_nothing_is_not_an_answer(dialect: Dialect) -> None:
    assert not dialect.is_complete(b"")
    with pytest.raises(BadStatus):
        dialect.parse(b"")


def test_every_dialect_a_model_can_name_is_spoken() -> None:
    assert set(DIALECTS) == set(StatusDialect) - {StatusDialect.NONE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_is_told_in_every_language(trouble: Trouble, language: str) -> None:
    said = load_catalog(language).say(trouble_message(f"{trouble}:x"))

    assert said
    assert "papers.trouble" not in said
