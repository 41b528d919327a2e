"""Rows of CSV and JSON Lines, as people and shops really write them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.application.troubles import Refused, Trouble
from returnstation.exchange import (
    Accepted,
    Kind,
    Row,
    Wishes,
    import_rows,
    load_profile,
    open_source,
    profile_names,
    read_products,
)
from returnstation.exchange.csv_rows import MOST_LINES
from returnstation.exchange.text_files import LONGEST_LINE

PRODUCTS = load_profile(Kind.PRODUCTS, "default")


class Nothing:
    """Counts of a keeper that keeps nothing."""

    new = changed = same = 0


def rows_of(folder: Path, content: bytes | str, name: str = "p.csv") -> list[Row]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_source(file, PRODUCTS).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_head_line(tmp_path: Path, delimiter: str) -> None:
    lines = [["merchant_id", "sku", "title"], ["m", "s", "t"]]

    (row,) = rows_of(tmp_path, "\n".join(delimiter.join(line) for line in lines))

    assert row.cells == {"merchant_id": "m", "sku": "s", "title": "t"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "merchant_id,sku,title\nm,s,에어로 러너 운동화\n"

    (row,) = rows_of(tmp_path, text.encode(encoding))

    assert row.cells["title"] == "에어로 러너 운동화"


def test_one_bad_byte_does_not_make_a_file_cp949(tmp_path: Path) -> None:
    text = "merchant_id,sku,title\nm,s1,운동화\nm,s2,모자\n".encode() + b"m,s3,\xff\xfe\n"

    rows = rows_of(tmp_path, text)

    assert [row.cells["title"] for row in rows[:2]] == ["운동화", "모자"]


def test_a_field_may_hold_line_breaks(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'merchant_id,sku,title\nm,s1,"one\ntwo"\nm,s2,t\n')

    assert [(row.line, row.cells["sku"]) for row in rows] == [(2, "s1"), (4, "s2")]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    good = "".join(f"m,s{n},t\n" for n in range(MOST_LINES + 5))

    rows = rows_of(tmp_path, f'merchant_id,sku,title\nm,bad,"open\n{good}')

    assert rows[0].broken == "broken-quotes"
    assert rows[0].raw == 'm,bad,"open'
    assert [row.cells["sku"] for row in rows[1:]] == [f"s{n}" for n in range(MOST_LINES + 5)]


def test_an_unclosed_quote_at_the_end_loses_nothing(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'merchant_id,sku,title\nm,a,"open\nm,b,t\nm,c,t')

    assert [row.broken for row in rows] == ["broken-quotes", None, None]


def test_a_line_cut_off_is_told(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "merchant_id,sku,title\nm,a,t\nm,b")

    assert [row.broken for row in rows] == [None, "column-count"]


def test_a_line_that_fills_memory_is_passed_over_and_told(tmp_path: Path) -> None:
    long = "x" * (2 * LONGEST_LINE + 10)

    rows = rows_of(tmp_path, f"merchant_id,sku,title\n{long},a,b\nm,s,t\n")

    assert [(row.line, row.broken) for row in rows] == [(2, "line-too-long"), (3, None)]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="import-empty"):
        rows_of(tmp_path, "")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        rows_of(tmp_path, "merchant_id,title\nm,t\n")

    assert refused.value.values["columns"] == "sku"


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="import-column-twice"):
        rows_of(tmp_path, "merchant_id,sku,title,sku\nm,a,t,b\n")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="file-unreadable"):
        open_source(tmp_path, PRODUCTS)


def test_what_excel_calls_unicode_text_is_refused_with_help(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="import-encoding"):
        rows_of(tmp_path, "merchant_id\tsku\ttitle\n".encode("utf-16"))


def test_a_line_of_json_that_is_none_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    text = '{"sku": "a"\n[1]\n\n{"merchant_id": "m", "sku": "b", "title": "t"}\n'

    rows = rows_of(tmp_path, text, "p.jsonl")

    assert [(row.line, row.broken) for row in rows] == [(1, "no-json"), (2, "no-object"), (4, None)]


def counted(rows: Iterator[Row], seen: list[Row]) -> Iterator[Row]:
    for row in rows:
        seen.append(row)
        yield row


hostile = st.one_of(
    st.binary(max_size=300),
    st.text(st.sampled_from('mst,;"\n\r\t\0=é가'), max_size=200).map(lambda t: t.encode()),
)


@settings(max_examples=150)
@given(hostile, st.sampled_from(["p.csv", "p.jsonl"]))
def test_no_file_crashes_and_every_row_ends_in_one_place(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    file = tmp_path_factory.getbasetemp() / name
    head = b"" if name.endswith("l") else b"merchant_id,sku,title\n"
    file.write_bytes(head + b"m,s,t\n" + content)
    seen: list[Row] = []
    kept: list[object] = []

    def keep(records: object) -> Nothing:
        kept.append(records)
        return Nothing()

    report = import_rows(
        open_source(file, PRODUCTS),
        Wishes(
            read=lambda rows: read_products(counted(rows, seen), PRODUCTS),
            keep=keep,
            rejected_to=file,
        ),
    )

    assert report.read == len(seen) == report.accepted + report.rejected
    assert (report.rejected_file is not None) == (report.rejected > 0)


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=60).filter(lambda b: not set(b) & set(b'\n\r"')), max_size=12))
def test_good_lines_come_through_whatever_stands_between(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes]
) -> None:
    file = tmp_path_factory.getbasetemp() / "between.csv"
    lines = [line for n, bad in enumerate(junk) for line in (bad, f"m,good{n},t".encode())]
    file.write_bytes(b"\n".join([b"merchant_id,sku,title", *lines, b""]))

    results = list(read_products(open_source(file, PRODUCTS).rows(), PRODUCTS))

    good = {result.record.sku for result in results if isinstance(result, Accepted)}
    assert {f"good{n}" for n in range(len(junk))} <= good


def test_an_interruption_keeps_what_was_done(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("merchant_id,sku,title\nm,,t\n" + "m,s,t\n" * 3000)
    kept: list[int] = []

    def keep(records: Sequence[object]) -> Nothing:
        if kept:
            raise KeyboardInterrupt
        kept.append(len(records))
        return Nothing()

    wishes = Wishes(read=lambda rows: read_products(rows, PRODUCTS), keep=keep, rejected_to=file)
    with pytest.raises(KeyboardInterrupt):
        import_rows(open_source(file, PRODUCTS), wishes)

    assert kept == [1000]
    assert "sku: missing" in (tmp_path / "p.csv.rejected").read_text()
    assert not list(tmp_path.glob("*.part"))


def test_every_profile_that_ships_can_be_read() -> None:
    for kind in Kind:
        for name in profile_names(kind):
            assert load_profile(kind, name).kind is kind


def test_rejected_rows_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("merchant_id,sku,title\nm,,t\n")

    wishes = Wishes(
        read=lambda rows: read_products(rows, PRODUCTS),
        keep=lambda _records: Nothing(),
        rejected_to=file,
    )
    report = import_rows(open_source(file, PRODUCTS), wishes)

    assert report.rejected_file is not None
    assert report.rejected_file.stat().st_mode & 0o077 == 0
