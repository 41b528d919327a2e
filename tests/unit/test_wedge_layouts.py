import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.barcodes import BarcodeReader
from returnstation.scanning.wedge_layouts import _ROWS, _US, _US_SHIFTED, LAYOUTS, as_us
from returnstation.scanning.wedge_reading import readings, unwrapped
from returnstation.settings import ScannerSettings
from returnstation.sitedata import load_carriers

READ = BarcodeReader(load_carriers()).read
AUTO = ScannerSettings()
US_KEYS = _US + _US_SHIFTED
DEAD = {"^": "\u0302", "´": "\u0301", "`": "\u0300", "¨": "\u0308"}
DEAD_KEYS = {"de": "^´`", "fr": "^¨", "ja": ""}
JAMO = {
    **dict(zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True)),
    **dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True)),
}  # fmt: skip


def typed(text: str, layout: str) -> str:
    """Return what a computer of a layout makes of the keys of a US text."""
    rows = "".join(_ROWS[layout])
    keys = [rows[US_KEYS.index(char)] for char in text]
    out = ""
    waiting = ""
    for key in keys:
        if waiting:
            whole = unicodedata.normalize("NFC", key + DEAD[waiting])
            out, waiting = out + (whole if len(whole) == 1 else waiting + key), ""
        elif key in DEAD_KEYS[layout]:
            waiting = key
        else:
            out += key
    return out + waiting


def usable(layout: str) -> str:
    rows = "".join(_ROWS[layout])
    return "".join(us for us, here in zip(US_KEYS, rows, strict=True) if here != " ")


@pytest.mark.parametrize("layout", sorted(_ROWS))
@given(data=st.data())
def test_what_is_typed_through_a_layout_comes_back(layout: str, data: st.DataObject) -> None:
    text = data.draw(st.text(usable(layout), max_size=40))

    assert as_us(typed(text, layout), layout) == text


@pytest.mark.parametrize("layout", sorted(_ROWS))
def test_a_layout_has_a_character_for_every_letter_and_digit(layout: str) -> None:
    assert set(string.ascii_letters + string.digits + "-.:_#=?") <= set(usable(layout))


@given(st.text("qwertyuiopasdfghjklzxcvbnm0123456789-", max_size=30))
def test_hangul_letters_come_back_as_small_latin_ones(text: str) -> None:
    assert as_us("".join(JAMO.get(char, char) for char in text), "ko") == text


@given(
    st.text("QWERTYUIOPASDFGHJKLZXCVBNM0123456789-:", max_size=30).filter(
        set("QWERTOP").intersection
    )
)
def test_hangul_letters_that_tell_of_shift_make_all_of_them_capitals(text: str) -> None:
    letters = "".join(JAMO.get(char, JAMO.get(char.lower(), char)) for char in text)

    assert as_us(letters, "ko") == text


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [("뮻", "abc"), ("ㅁㅠㅊ", "abc"), ("뛞", "EnpfA"), ("값", "rkqt"), ("와", "dhk"), ("₩", "\\")],
)  # fmt: skip
def test_syllables_are_taken_apart_into_their_keys(hangul: str, latin: str) -> None:
    assert as_us(hangul, "ko").lower() == latin.lower()


@given(st.text(max_size=40), st.sampled_from(LAYOUTS))
def test_no_text_can_break_a_layout(text: str, layout: str) -> None:
    assert isinstance(as_us(text, layout), str)


@pytest.mark.parametrize("layout", sorted(_ROWS))
@pytest.mark.parametrize(
    "code",
    ["1Z999AA10123456784", "RS:ACCEPT", "ICN3-0011842", "EE123456785KR", "]C100100614141234567892",
     "RMA-2026-0117", "]E08801234567893"],
)  # fmt: skip
def test_a_code_that_proves_itself_is_turned_back(code: str, layout: str) -> None:
    assert readings(typed(code, layout), AUTO, READ) == (code,)


def test_a_code_in_hangul_that_proves_itself_is_turned_back() -> None:
    assert readings("ㄲㄴ:ㅁㅊㅊ데ㅅ", AUTO, READ) == ("RS:ACCEPT",)


@pytest.mark.parametrize(
    "code", ["1Z999AA10123456784", "RS:ACCEPT", "8801234567893", "hello", "AB-12"]
)
def test_a_text_without_foreign_characters_stays_unless_another_one_proves_itself(
    code: str,
) -> None:
    assert readings(code, AUTO, READ) == (code,)


def test_what_proves_nothing_is_given_both_ways() -> None:
    assert readings("ㅁㅠㅊ", AUTO, READ) == ("abc", "ㅁㅠㅊ")


def test_a_named_layout_is_always_turned_back() -> None:
    assert readings("hellozß", ScannerSettings(layout="de"), READ) == ("helloy-",)


def test_the_us_layout_is_never_turned_back() -> None:
    assert readings("RSÖ1", ScannerSettings(layout="us"), READ) == ("RSÖ1",)


@pytest.mark.parametrize("sign", ["{GS}", "|", "^]", "<GS>", "\x1d"])
def test_the_separator_may_be_typed_as_a_sign(sign: str) -> None:
    scanner = ScannerSettings(separator=sign)

    assert unwrapped(f"]C110AB{sign}21C", scanner) == "]C110AB\x1d21C"


def test_what_stands_around_the_code_is_taken_off_once() -> None:
    scanner = ScannerSettings(prefix="~", suffix="#")

    assert unwrapped("~~A##", scanner) == "~A#"


_SCANNERS = (
    ScannerSettings(),
    ScannerSettings(layout="de", prefix="~"),
    ScannerSettings(layout="fr", separator="|"),
    ScannerSettings(layout="ko", suffix="#"),
)


@given(st.text(max_size=60), st.sampled_from(_SCANNERS))
def test_no_scan_can_break_the_wedge(text: str, scanner: ScannerSettings) -> None:
    assert readings(text, scanner, READ)


def test_a_dead_key_before_an_umlaut_is_taken_apart() -> None:
    assert as_us("Ǜ", "de") == "+{"
