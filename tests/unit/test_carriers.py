import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from returnstation import datafiles
from returnstation.application.troubles import Trouble
from returnstation.domain.barcodes import BarcodeReader, CodePatterns, Identifier, Kind
from returnstation.sitedata import BadSiteFile, carrier_names, load_carriers, load_patterns

CARRIERS = load_carriers()
READER = BarcodeReader(CARRIERS)

SITE = """
[[number]]
kind = "order"
pattern = "WH-[0-9]{6}"
confidence = "sure"
[number.examples]
"WH-001234" = "WH001234"
"""


def numbers() -> list[tuple[str, dict[str, Any]]]:
    files = [file for file in datafiles.resource("carriers").iterdir() if file.name != "README.md"]
    return [
        (file.name, number)
        for file in sorted(files, key=lambda file: file.name)
        for number in tomllib.loads(file.read_text(encoding="utf-8"))["number"]
    ]


def tracking(text: str) -> list[Identifier]:
    return [each for each in READER.read(text).candidates if each.kind is Kind.TRACKING]


def any_digits(length: int, place: int) -> str:
    """Return digits that follow no rule, the same on every run."""
    return str(int(sha256(f"{length}/{place}".encode()).hexdigest(), 16))[:length]


def carriers(text: str) -> set[str | None]:
    return {each.carrier for each in tracking(text)}


@pytest.mark.parametrize(
    ("text", "value", "carrier", "service"),
    [
        ("1Z999AA10123456784", "1Z999AA10123456784", "ups", "next_day"),
        ("1Z5R89390357567127", "1Z5R89390357567127", "ups", "ground"),
        ("1z 999 aa1 01 2345 6784", "1Z999AA10123456784", "ups", "next_day"),
        ("EE123456785KR", "EE123456785KR", "korea-post", "ems"),
        ("RR473124829GB", "RR473124829GB", "royal-mail", "registered"),
        ("CP473124829US", "CP473124829US", "usps", "parcel"),
        ("EM473124829JP", "EM473124829JP", "japan-post", "ems"),
        ("LX473124829CN", "LX473124829CN", "s10", "letter"),
        ("420221539101026837331000039521", "9101026837331000039521", "usps", None),
        ("4201002334249200190132607600833457", "9200190132607600833457", "usps", None),
        ("]C19400111201080805483016", "9400111201080805483016", "usps", None),
        ("TBA502887274000", "TBA502887274000", "amazon", None),
        ("JJD0099999999", "JJD0099999999", "dhl", None),
        ("JVGL0999999990", "JVGL0999999990", "dhl", None),
        ("%008182709980000020045327276", "09980000020045", "dpd", None),
    ],
)
def test_a_number_that_proves_its_carrier_is_sure(
    text: str, value: str, carrier: str, service: str | None
) -> None:
    expected = Identifier(Kind.TRACKING, value, is_sure=True, carrier=carrier, service=service)

    assert READER.read(text).best == expected


@pytest.mark.parametrize(
    ("text", "value", "carrier"),
    [
        ("986578788855", "986578788855", "fedex"),
        ("041441760228964", "041441760228964", "fedex"),
        ("61299998820821171811", "61299998820821171811", "fedex"),
        ("9611020987654312345672", "987654312345672", "fedex"),
        ("9622001560001234567100794808390594", "794808390594", "fedex"),
        ("03071790000523483741", "03071790000523483741", "usps"),
        ("9505511069605048600624", "9505511069605048600624", "usps"),
        ("3318810025", "3318810025", "dhl"),
        ("73891051146", "73891051146", "dhl"),
        ("GM2951173225174494", "GM2951173225174494", "dhl"),
        ("00340434161094015902", "00340434161094015902", "dhl"),
        ("218025809066", "218025809066", "deutsche-post"),
        ("008182709980000020045327276N", "09980000020045", "dpd"),
        ("09980000020033F", "09980000020033", "dpd"),
        ("50123456789", "50123456789", "gls"),
        ("AA1234567", "AA1234567", "royal-mail"),
        ("6865-0123-45678", "6865012345678", "korea-post"),
        ("418011254849", "418011254849", "hanjin"),
        ("342123456780", "342123456780", "cj"),
        ("234567890123", "234567890123", "lotte"),
        ("12345678901", "12345678901", "logen"),
        ("444413758703", "444413758703", "yamato"),
        ("A444413758703A", "444413758703", "yamato"),
        ("512547514334", "512547514334", "sagawa"),
        ("405548424886", "405548424886", "japan-post"),
        ("131-12-38385-2", "13112383852", "japan-post"),
        ("SF1234567890123", "SF1234567890123", "sf"),
        ("3SABCD123456789", "3SABCD123456789", "postnl"),
        ("0073938000549297", "0073938000549297", "canada-post"),
        ("33ABC123456789", "33ABC123456789", "australia-post"),
        ("H00RVD0551541466", "H00RVD0551541466", "evri"),
        ("552502000716", "552502000716", "gls"),
        ("]d2ADE 550DE 20100000000002760000000ZFFX4HDZAA 0R33121120354", "ZFFX4HDZ", "gls"),
        ("]d1JGB 012100123412345678AB19XY1A 0 www.xyz.com", "100123412345678", "royal-mail"),
        ("3201234567890ABCDEF01", "3201234567890ABCDEF01", "royal-mail"),
        ("MI123456ABC0001234", "MI123456ABC0001234", "ups"),
    ],
)
def test_a_number_of_digits_is_a_guess_among_others(text: str, value: str, carrier: str) -> None:
    found = [each for each in tracking(text) if each.carrier == carrier]

    assert [(each.value, each.is_sure) for each in found] == [(value, False)]


def test_numbers_that_several_carriers_give_name_all_of_them() -> None:
    assert {"yamato", "sagawa", "japan-post", "hanjin"} <= carriers("444413758703")


@pytest.mark.parametrize(("file", "number"), numbers())
def test_a_wrong_check_digit_is_never_read(file: str, number: dict[str, Any]) -> None:
    if "check" not in number or number["check"] in {"s10", "usps"}:
        return  # not at the end; and two ways to count, both in use
    (pattern,) = (
        each
        for each in CARRIERS.patterns
        if each.expression.pattern == number["pattern"]
        and each.carrier == file[:-5]
        and each.check is not None
    )

    for text in number["examples"]:
        head, last = text[:-1], text[-1]
        others = [str(digit) for digit in range(10) if str(digit) != last]
        read = [each for each in others if next(CodePatterns((pattern,)).read(head + each), None)]
        assert read == [], text


@pytest.mark.parametrize(("file", "number"), numbers())
def test_what_is_known_from_memory_only_is_a_guess(file: str, number: dict[str, Any]) -> None:
    if "memory" in number["source"]:
        assert number.get("confidence", "guess") == "guess", file


def test_what_passes_a_check_digit_is_named_first() -> None:
    assert tracking("986578788855")[0].carrier == "fedex"


@pytest.mark.parametrize("symbology", ["]C0", "]A0", "]F0"])
def test_digits_in_a_carriers_symbol_are_a_parcel_before_a_product(symbology: str) -> None:
    assert READER.read(f"{symbology}036000291452").best.kind is Kind.TRACKING
    assert READER.read("036000291452").best.kind is Kind.GTIN


def test_a_retail_symbol_is_never_a_parcel() -> None:
    assert tracking("]E0036000291452") == []


@pytest.mark.parametrize("symbology", ["]C0", "]A0", "]Q1"])
def test_codes_of_deutsche_post_stand_in_interleaved_symbols_only(symbology: str) -> None:
    assert "deutsche-post" not in carriers(f"{symbology}218025809066")
    assert "deutsche-post" in carriers("]I1218025809066")


def test_an_interleaved_symbol_without_a_check_digit_names_no_carrier() -> None:
    assert carriers("]I1123456789019") == {None}


def test_random_digits_are_never_sure_of_a_carrier() -> None:
    sure = tuple(each for each in CARRIERS.patterns if each.is_sure and each.kind is Kind.TRACKING)
    patterns = CodePatterns(sure)

    wrong = [
        number
        for length in range(8, 35)
        for number in (any_digits(length, place) for place in range(5000))
        # 420, a ZIP, 91 to 95 and a check digit are the proof of USPS: five in a million.
        if not number.startswith("420") and any(patterns.read(number))
    ]

    assert wrong == []


def test_every_carrier_has_a_name() -> None:
    assert carrier_names()["korea-post"] == "Korea Post"
    assert all(carrier_names().values())


def a_carrier(folder: Path, text: str) -> Path:
    (folder / "acme.toml").write_text(text, encoding="utf-8")
    return folder


GOOD = """
name = "Acme"
[[number]]
pattern = "AC(?P<number>[0-9]{9})"
check = "gs1"
source = "a test"
not_examples = ["AC123456789"]
[number.examples]
"AC 100000009" = "100000009"
"""


def test_a_carrier_of_a_file_is_read(tmp_path: Path) -> None:
    patterns = load_carriers(a_carrier(tmp_path, GOOD))

    found = BarcodeReader(patterns).read("ac100000009").first(Kind.TRACKING)

    assert found == Identifier(Kind.TRACKING, "100000009", carrier="acme")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("[0-9]{9}", "[0-9]{8}", r"acme\.toml: number 1: examples: AC 100000009 is not read"),
        ('= "100000009"', '= "10000000"', "is read as 100000009"),
        ("AC123456789", "AC100000009", "not_examples: AC100000009 is read"),
        ("(?P<number>", "(", "examples: AC 100000009"),
        ("[0-9]{9})", "[0-9]{9}", "number 1: pattern: missing"),
        ('"gs1"', '"mod99"', "number 1: check: one of"),
        ('source = "a test"', "", "number 1: source"),
        ('"AC 100000009" = "100000009"', "", "examples: at least one"),
        ("check =", "chekc =", "chekc"),
        ('name = "Acme"', "", "name"),
        ("AC(", "AC(" + "A?" * 200, "longer than"),
        ('source =', 'confidence = "maybe"\nsource =', "confidence"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_carriers_file_is_named(
    old: str, new: str, why: str, tmp_path: Path
) -> None:
    assert old in GOOD

    with pytest.raises(BadSiteFile, match=why):
        load_carriers(a_carrier(tmp_path, GOOD.replace(old, new)))


def test_a_site_without_patterns_knows_the_carriers(tmp_path: Path) -> None:
    assert load_patterns(tmp_path) == CARRIERS


def test_a_sites_own_numbers_are_known(tmp_path: Path) -> None:
    (tmp_path / "patterns.toml").write_text(SITE, encoding="utf-8")

    reader = BarcodeReader(load_patterns(tmp_path))

    assert reader.read("wh-001234").best == Identifier(Kind.ORDER, "WH001234", is_sure=True)
    assert reader.read("1Z999AA10123456784").best.carrier == "ups"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"order"', '"lpn"', "number 1: kind"),
        ('"order"', '"ordr"', "kind"),
        ("WH-", "WX-", "WH-001234 is not read"),
        ("[[number]]", "[[numbers]]", "numbers"),
        ("[[number]]", "[[number", "settings-wrong"),
    ],
)
def test_a_mistake_in_a_sites_patterns_is_trouble(
    old: str, new: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "patterns.toml").write_text(SITE.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(Trouble, match=why) as trouble:
        load_patterns(tmp_path)

    assert trouble.value.code == "settings-wrong"
    assert "patterns.toml" in str(trouble.value)


def test_patterns_that_are_no_text_are_trouble(tmp_path: Path) -> None:
    (tmp_path / "patterns.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(Trouble, match=r"patterns\.toml"):
        load_patterns(tmp_path)
