import pytest

from returnstation.domain.barcodes import BarcodeReader
from returnstation.scanning.pictures_agreement import Readings, Trust
from returnstation.scanning.pictures_readers import PictureCode, Reader
from returnstation.sitedata import load_carriers

EAN, OTHER_EAN = "8801234567893", "4006381333931"
UPS, MISREAD = "1Z999AA10123456784", "1Z999AA10123456734"


def a_code(
    text: str,
    symbology: str = "]C0",
    at: tuple[int, int] = (0, 0),
    reader: Reader = Reader.ZXING,
    form: str = "any",
) -> PictureCode:
    x, y = at
    box = ((x, y), (x + 100, y), (x + 100, y + 40), (x, y + 40))
    return PictureCode(text, symbology, form, box, reader=reader)


def agreed(readings: Readings) -> list[str]:
    return [code.text for code in readings.agreed()]


def test_a_product_seen_once_is_not_believed() -> None:
    readings = Readings()

    readings.add([a_code(EAN, "]E0")], "whole")

    assert agreed(readings) == []


@pytest.mark.parametrize(
    ("look", "reader"), [("thresholded", Reader.ZXING), ("whole", Reader.ZBAR), (2, Reader.ZXING)]
)
def test_a_product_seen_twice_is_believed(look: object, reader: Reader) -> None:
    readings = Readings()
    readings.add([a_code(EAN, "]E0")], "whole")

    readings.add([a_code(EAN, "]E0", reader=reader)], look)

    assert agreed(readings) == [EAN]


def test_a_product_in_the_table_is_believed_at_once() -> None:
    readings = Readings(Trust(is_known=lambda gtin: gtin == f"0{EAN}"))

    readings.add([a_code(EAN, "]E0"), a_code(OTHER_EAN, "]E0", (0, 300))], "whole")

    assert agreed(readings) == [EAN]


@pytest.mark.parametrize(("reader", "count"), [(Reader.ZXING, 0), (Reader.ZBAR, 1)])
def test_a_short_product_code_needs_both_readers(reader: Reader, count: int) -> None:
    readings = Readings()
    readings.add([a_code("0012345000065", "]E0", form="UPC-E")], "whole")

    readings.add([a_code("0012345000065", "]E0", reader=reader)], "thresholded")

    assert len(agreed(readings)) == count


def test_two_readings_of_one_place_are_both_refused() -> None:
    readings = Readings()

    readings.add([a_code("ABC-1")], "whole")
    readings.add([a_code("ABC-7", at=(3, 3))], "thresholded")

    assert (agreed(readings), readings.disagree) == ([], True)


def test_two_readings_of_two_places_are_both_believed() -> None:
    readings = Readings()

    readings.add([a_code("ABC-1"), a_code("ABC-7", at=(0, 200))], "whole")

    assert (agreed(readings), readings.disagree) == (["ABC-1", "ABC-7"], False)


def test_two_codes_that_lie_crooked_side_by_side_are_both_believed() -> None:
    readings = Readings()
    one = a_code("ABC-1").at(((0, 100), (100, 0), (120, 20), (20, 120)))
    other = a_code("ABC-7").at(((60, 160), (160, 60), (180, 80), (80, 180)))

    readings.add([one, other], "whole")

    assert agreed(readings) == ["ABC-1", "ABC-7"]


def test_other_rows_of_the_same_product_are_the_same_place() -> None:
    readings = Readings()
    one = a_code(EAN, "]E0").at(((463, 393), (849, 354), (853, 387), (468, 425)))
    other = a_code(OTHER_EAN, "]E0").at(((457, 331), (706, 331), (710, 369), (461, 369)))

    for look in range(2):
        readings.add([one, other], look)

    assert agreed(readings) == []


def test_one_place_in_a_mirrored_picture_is_one_place() -> None:
    readings = Readings()
    one = a_code("ABC-1").at(((100, 0), (0, 0), (0, 40), (100, 40)))

    readings.add([one, a_code("ABC-7", at=(3, 3))], "whole")

    assert agreed(readings) == []


@pytest.mark.parametrize(("looks", "expected"), [(1, []), (2, [EAN])])
def test_a_slip_in_the_place_of_a_product_is_outvoted(looks: int, expected: list[str]) -> None:
    readings = Readings()
    readings.add([a_code(OTHER_EAN, "]E0", at=(2, 2))], "whole")

    readings.add([a_code(EAN, "]E0", reader=Reader.ZBAR)], "second")
    for look in range(looks):
        readings.add([a_code(EAN, "]E0")], look)

    assert agreed(readings) == expected


def test_one_reader_alone_outvotes_nothing() -> None:
    readings = Readings()
    readings.add([a_code(OTHER_EAN, "]E0", at=(2, 2))], "whole")

    for look in range(9):
        readings.add([a_code(EAN, "]E0")], look)

    assert agreed(readings) == []


@pytest.mark.parametrize("symbology", ["]L2", "]e0"])
@pytest.mark.parametrize(("looks", "count"), [(1, 0), (2, 1)])
def test_what_is_misread_with_its_checks_in_order_must_be_seen_twice(
    symbology: str, looks: int, count: int
) -> None:
    readings = Readings()

    for look in range(looks):
        readings.add([a_code("ABC-1", symbology)], look)

    assert len(agreed(readings)) == count


def test_a_carriers_check_digit_settles_a_disagreement() -> None:
    readings = Readings(Trust(barcodes=BarcodeReader(load_carriers())))

    readings.add([a_code(MISREAD)], "whole")
    readings.add([a_code(UPS, at=(2, 2))], "thresholded")

    assert agreed(readings) == [UPS]


def test_the_reading_that_tells_the_symbology_is_kept() -> None:
    readings = Readings()
    readings.add([a_code("0109501101530003", "", reader=Reader.ZBAR)], "second reader")

    readings.add([a_code("0109501101530003", "]C1")], "thresholded")

    assert [code.symbology for code in readings.agreed()] == ["]C1"]


def test_what_is_dropped_is_forgotten() -> None:
    readings = Readings()
    readings.add([a_code("ABC-1")], 1)

    readings.drop("ABC-1")

    assert readings.codes == ()
