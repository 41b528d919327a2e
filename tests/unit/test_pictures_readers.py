import sys
from collections import namedtuple
from collections.abc import Iterator
from enum import Enum
from types import ModuleType

import pytest

from picture_samples import Format, Pixels, a_code, a_desk
from returnstation.scanning import pictures_readers
from returnstation.scanning.pictures import Hint, PictureScan, read_pixels

Decoded = namedtuple("Decoded", "data type rect")
ZBarSymbol = Enum("ZBarSymbol", "EAN13 EAN8 I25 CODE128 CODE39 CODE93 CODABAR DATABAR PDF417")
DESK = a_desk(a_code("8801234567893", Format.EAN13))


class PyZbarError(Exception):
    pass


@pytest.fixture(autouse=True)
def forget_the_library() -> Iterator[None]:
    pictures_readers._zbar.cache_clear()
    yield
    pictures_readers._zbar.cache_clear()


def zbar_that_reads(
    monkeypatch: pytest.MonkeyPatch, *found: Decoded, trouble: Exception | None = None
) -> None:
    def decode(pixels: Pixels, symbols: list[ZBarSymbol]) -> list[Decoded]:
        assert ZBarSymbol.DATABAR not in symbols
        if trouble is not None:
            raise trouble
        return list(found)

    library = ModuleType("pyzbar.pyzbar")
    vars(library).update(decode=decode, ZBarSymbol=ZBarSymbol, PyZbarError=PyZbarError)
    monkeypatch.setitem(sys.modules, "pyzbar.pyzbar", library)


def test_a_machine_without_the_library_has_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar.pyzbar", None)

    assert not pictures_readers.has_second_reader()
    assert [code.text for code in read_pixels(DESK).codes] == ["8801234567893"]


def test_readers_of_which_one_agrees_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    zbar_that_reads(monkeypatch, Decoded(b"8801234567893", "EAN13", (80, 60, 300, 150)))

    assert [code.text for code in read_pixels(DESK).codes] == ["8801234567893"]


def test_two_readers_that_disagree_about_a_product_are_both_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zbar_that_reads(monkeypatch, Decoded(b"4006381333931", "EAN13", (80, 60, 300, 150)))

    assert read_pixels(DESK) == PictureScan((), Hint.DISAGREE)


def test_what_only_the_second_reader_sees_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    zbar_that_reads(monkeypatch, Decoded(b"ICN3-0011842", "CODE128", (10, 20, 30, 40)))

    (code,) = read_pixels(a_desk()).codes

    assert (code.scan_text, code.box) == ("ICN3-0011842", ((10, 20), (40, 20), (40, 60), (10, 60)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"10ABC\x1d2112345", "]C110ABC\x1d2112345"),
        (b"00395011015300000011", "00395011015300000011"),
        (b"ICN3-0011842\x1d", "ICN3-0011842\x1d"),
    ],
)
def test_a_separator_tells_that_the_second_reader_saw_a_gs1_symbol(
    monkeypatch: pytest.MonkeyPatch, text: bytes, expected: str
) -> None:
    zbar_that_reads(monkeypatch, Decoded(text, "CODE128", (10, 20, 30, 40)))

    (code,) = read_pixels(a_desk()).codes

    assert code.scan_text == expected


@pytest.mark.parametrize("digits", [b"12345", b"18801234567891"])
def test_an_interleaved_code_of_the_second_reader_needs_all_its_digits(
    monkeypatch: pytest.MonkeyPatch, digits: bytes
) -> None:
    zbar_that_reads(monkeypatch, Decoded(digits, "I25", (10, 20, 30, 40)))

    assert read_pixels(a_desk()).codes == ()


@pytest.mark.parametrize(
    "trouble", [ValueError("4294967295"), ZeroDivisionError(), PyZbarError("unsupported")]
)
def test_a_second_reader_that_breaks_is_left_out(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    zbar_that_reads(monkeypatch, trouble=trouble)

    assert read_pixels(a_desk()) == PictureScan((), Hint.HOLD_STILL)
