import pytest

from returnstation.domain.barcodes import (
    BadCheckDigit,
    Barcode,
    BarcodeReader,
    Identifier,
    Kind,
    parse_barcode,
)
from returnstation.sitedata import load_carriers

GS = "\x1d"
GTIN = "09501101530003"
SSCC = "100614141234567892"


def meanings(barcode: Barcode) -> set[tuple[Kind, str]]:
    return {(each.kind, each.value) for each in barcode.candidates if each.is_sure}


@pytest.mark.parametrize(
    ("element", "kind", "value"),
    [
        (f"00{SSCC}", Kind.SSCC, SSCC),
        (f"01{GTIN}", Kind.GTIN, GTIN),
        (f"02{GTIN}", Kind.GTIN, GTIN),
        ("10ABC-1", Kind.LOT, "ABC-1"),
        ("21SN/7", Kind.SERIAL, "SN/7"),
        ("2534012345000054X1", Kind.DOCUMENT, "4012345000054X1"),
        ("400PO-2026 1".replace(" ", "/"), Kind.ORDER, "PO2026/1"),
        ("4014012345ABC", Kind.SHIPMENT, "4012345ABC"),
        ("40240123456789012347", Kind.SHIPMENT, "40123456789012347"),
        ("403ROUTE7", Kind.ROUTING, "ROUTE7"),
        ("800304012345000054CAGE1", Kind.ASSET, "04012345000054CAGE1"),
        ("80044012345TOOL", Kind.ASSET, "4012345TOOL"),
        (f"8006{GTIN}0203", Kind.GTIN, GTIN),
        ("80104012345-7", Kind.PART, "4012345-7"),
        ("8017401234500000000008", Kind.RELATION, "401234500000000008"),
        ("8018401234500000000008", Kind.RELATION, "401234500000000008"),
        ("8040490154203237518", Kind.IMEI, "490154203237518"),
        ("8041490154203237518", Kind.IMEI, "490154203237518"),
        ("91ICN3-0011842", Kind.LPN, "ICN3-0011842"),
    ],
)
def test_an_element_names_what_it_identifies(element: str, kind: Kind, value: str) -> None:
    barcode = parse_barcode(f"]d2{element}")

    assert (kind, value) in meanings(barcode)
    assert barcode.unknown == ()


@pytest.mark.parametrize(
    ("element", "name", "value"),
    [
        ("11261103", "produced_on", "2026-11-03"),
        ("13261103", "packed_on", "2026-11-03"),
        ("15261103", "best_before", "2026-11-03"),
        ("16261103", "sell_by", "2026-11-03"),
        ("17270228", "expires_on", "2027-02-28"),
        ("17270200", "expires_on", "2027-02-28"),
        ("240A-7", "additional_article", "A-7"),
        ("241C-9", "customer_part", "C-9"),
        ("250S2", "secondary_serial", "S2"),
        ("4144012345000054254X1", "location", "4012345000054"),
        ("3012", "quantity", "12"),
        ("3712", "quantity", "12"),
        ("3102001500", "net_weight_kg", "15.00"),
        ("3303012345", "gross_weight_kg", "12.345"),
        ("4104012345000054", "ship_to", "4012345000054"),
        ("4174012345000054", "party", "4012345000054"),
        ("42090210", "ship_postcode", "90210"),
        ("42127653113", "ship_country_postcode", "27653113"),
        ("4300GS1+AISBL", "ship_company", "GS1 AISBL"),
        ("4305Br%C3%BCssel", "ship_locality", "Brüssel"),
        ("4310R%26D+GmbH", "return_company", "R&D GmbH"),
        ("4312Hauptstra%C3%9Fe+1", "return_address", "Hauptstraße 1"),
        ("4317DE", "return_country", "DE"),
        ("431853113", "return_postcode", "53113"),
        ("4319+49228123", "return_phone", " 49228123"),
        ("4320Next+day", "service", "Next day"),
        ("43211", "dangerous_goods", "1"),
        ("70032612312359", "expires_at", "2026-12-31T23:59:00"),
        ("7020R-LOT", "refurbishment_lot", "R-LOT"),
        ("7021F5", "functional_status", "F5"),
        ("7022R2", "revision", "R2"),
        ("70234012345A", "assembly", "4012345A"),
        (f"8006{GTIN}0203", "piece", "2/3"),
        ("80111", "part_serial", "1"),
        ("8013401234ABC5", "model", "401234ABC5"),
        ("8020PAY7", "payment_reference", "PAY7"),
        ("8200https://a.example/x", "product_url", "https://a.example/x"),
    ],
)  # fmt: skip
def test_an_element_tells_a_detail(element: str, name: str, value: str) -> None:
    barcode = parse_barcode(f"]C1{element}")

    assert barcode.says(name) == value
    assert not [pair for pair in barcode.unknown if pair[0] != "254"]


@pytest.mark.parametrize(
    ("element", "unknown"),
    [
        ("98SECRET", ("98", "SECRET")),
        ("91not ours".replace(" ", "_"), ("91", "not_ours")),
        ("3903123456", ("3903", "123456")),
        ("17269999", ("", "17269999")),
        ("ZZ1", ("", "ZZ1")),
    ],
)
def test_what_is_not_understood_is_named_and_the_rest_is_read(
    element: str, unknown: tuple[str, str]
) -> None:
    barcode = parse_barcode(f"]C1{element}{GS}21SN7")

    assert barcode.unknown == (unknown,)
    assert (Kind.SERIAL, "SN7") in meanings(barcode)


@pytest.mark.parametrize(
    ("path", "kind", "value"),
    [
        (f"00/{SSCC}", Kind.SSCC, SSCC),
        (f"01/{GTIN}", Kind.GTIN, GTIN),
        ("01/9506000134352", Kind.GTIN, "09506000134352"),
        ("253/4012345000054ABC", Kind.DOCUMENT, "4012345000054ABC"),
        ("401/4012345ABC", Kind.SHIPMENT, "4012345ABC"),
        ("402/40123456789012347", Kind.SHIPMENT, "40123456789012347"),
        ("8003/04012345000054ABC", Kind.ASSET, "04012345000054ABC"),
        ("8004/4012345ABC", Kind.ASSET, "4012345ABC"),
        (f"8006/{GTIN}0102", Kind.GTIN, GTIN),
        ("8010/4012345ABC/8011/12", Kind.PART, "4012345ABC"),
        ("8017/401234500000000008", Kind.RELATION, "401234500000000008"),
        ("8018/401234500000000008/8019/1", Kind.RELATION, "401234500000000008"),
    ],
)
@pytest.mark.parametrize(
    "start", ["]Q1https://id.gs1.org/", "]d1HTTPS://x.example/a/", "https://x.example/"]
)
def test_a_digital_link_names_its_primary_key(
    start: str, path: str, kind: Kind, value: str
) -> None:
    assert (kind, value) in meanings(parse_barcode(start + path))


def test_a_digital_links_qualifiers_and_attributes_are_read() -> None:
    barcode = parse_barcode(
        f"]Q1https://id.gs1.org/01/{GTIN}/22/V2/10/A%2FB/21/1A?17=271231&3103=000500"
    )

    assert meanings(barcode) >= {(Kind.GTIN, GTIN), (Kind.LOT, "A/B"), (Kind.SERIAL, "1A")}
    assert barcode.says("consumer_variant") == "V2"
    assert barcode.says("expires_on") == "2027-12-31"
    assert barcode.says("net_weight_kg") == "0.500"


def test_places_and_models_of_links_are_details() -> None:
    place = parse_barcode("https://x.example/414/4012345000054/254/X1")
    model = parse_barcode("https://x.example/8013/4012345ABC")

    assert place.says("location") == "4012345000054"
    assert place.says("location_extension") == "X1"
    assert model.says("model") == "4012345ABC"


def test_a_link_to_anything_else_is_plain_text() -> None:
    barcode = parse_barcode("https://shop.example/returns?order=7")

    assert [each.kind for each in barcode.candidates] == [Kind.TEXT]


def test_an_article_number_alone_is_known_by_its_identifier() -> None:
    barcode = parse_barcode(f"01{GTIN}")

    assert barcode.best == Identifier(Kind.GTIN, GTIN, is_sure=True)
    assert barcode.first(Kind.IMEI) is None


def test_a_lost_separator_makes_the_text_behind_it_unsure() -> None:
    barcode = parse_barcode(f"01{GTIN}10ABC1232112345")

    assert barcode.first(Kind.GTIN) == Identifier(Kind.GTIN, GTIN, is_sure=True)
    assert barcode.first(Kind.LOT) == Identifier(Kind.LOT, "ABC1232112345")
    assert barcode.says("separator") == "perhaps_lost"


@pytest.mark.parametrize("text", [f"]C101{GTIN}10ABC1232112345", f"01{GTIN}10ABC12{GS}2112345"])
def test_a_lot_is_sure_where_separators_are_sent(text: str) -> None:
    lot = parse_barcode(text).first(Kind.LOT)

    assert lot is not None
    assert lot.is_sure


@pytest.mark.parametrize("text", [f"]C101{GTIN[:-1]}4", f"]d200{SSCC[:-1]}0"])
def test_a_wrong_check_digit_in_a_gs1_symbol_is_refused(text: str) -> None:
    with pytest.raises(BadCheckDigit):
        parse_barcode(text)


@pytest.mark.parametrize(
    "text", ["986578788855", "9400111202555842332669", "96385074", "9780306406157"]
)
def test_bare_digits_are_no_element_string(text: str) -> None:
    assert parse_barcode(text).unknown == ()
    assert parse_barcode(text).detail == ()


@pytest.mark.parametrize("separator", ["", GS])
def test_a_postal_label_is_its_tracking_number(separator: str) -> None:
    reader = BarcodeReader(load_carriers())

    barcode = reader.read(f"]C142090210{separator}9400111202555842332669")

    assert (barcode.best.carrier, barcode.best.value) == ("usps", "9400111202555842332669")
    assert barcode.unknown == ()
    assert barcode.says("ship_postcode") in {None, "90210"}


MAXICODE = (
    f"]U1[)>\x1e01{GS}96841706672{GS}840{GS}001{GS}1Z00004951{GS}UPSN{GS}06X610{GS}159{GS}"
    f"1234567{GS}1/1{GS}{GS}Y{GS}634 ALPHA DR{GS}PITTSBURGH{GS}PA\x1e\x04"
)


def test_the_number_in_a_maxicode_of_ups_is_put_together() -> None:
    barcode = BarcodeReader(load_carriers()).read(MAXICODE)

    assert barcode.best == Identifier(
        Kind.TRACKING, "1Z06X6100100004951", is_sure=True, carrier="ups", service="next_day"
    )
    assert barcode.says("ship_postcode") == "841706672"


def test_without_carriers_a_maxicode_gives_the_number_it_holds() -> None:
    assert parse_barcode(MAXICODE).best == Identifier(Kind.TRACKING, "1Z00004951")


FEDEX = (
    f"]L2[)>\x1e01{GS}0210011{GS}840{GS}26{GS}7910002710790201{GS}FDE{GS}131189974{GS}151{GS}"
    f" {GS}1/1{GS}1LB{GS}N{GS}133 West 19th Street{GS}New York{GS}NY\x1e\x04"
)


def test_the_number_in_a_label_of_fedex_stands_before_its_form() -> None:
    barcode = BarcodeReader(load_carriers()).read(FEDEX)

    assert barcode.best == Identifier(
        Kind.TRACKING, "791000271079", is_sure=True, carrier="fedex", service="express"
    )
    assert barcode.says("ship_postcode") == "10011"


def test_a_label_of_fedex_with_a_wrong_check_digit_proves_nothing() -> None:
    barcode = BarcodeReader(load_carriers()).read(FEDEX.replace("791000271079", "791000271078"))

    assert not barcode.best.is_sure


def test_data_identifiers_are_read() -> None:
    reader = BarcodeReader(load_carriers())

    barcode = reader.read(
        f"[)>\x1e06{GS}JJD0099999999{GS}SA7{GS}1TLOT1{GS}Q5{GS}KPO-1{GS}Z9{GS}7\x1e\x04"
    )

    assert meanings(barcode) == {
        (Kind.TRACKING, "JJD0099999999"), (Kind.SERIAL, "A7"), (Kind.LOT, "LOT1"),
        (Kind.ORDER, "PO1"),
    }  # fmt: skip
    assert barcode.says("quantity") == "5"
    assert barcode.unknown == (("Z", "9"), ("", "7"))
