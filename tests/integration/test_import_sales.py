"""``import economics`` on a real station: sales come in once, and the sums learn from them."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from builders import a_product
from returnstation.app import Station
from returnstation.cli import main
from returnstation.domain.checklists import Grade
from returnstation.domain.money import Money
from returnstation.storage.filling import Filling

HEAD = "sale_id,merchant_id,sku,channel,grade,price,currency,sold_on"
SALE = "{n},ds,HR3-NV-270,outlet,F6/C6,{price},EUR,2026-11-0{n}"
SINCE = date(2026, 1, 1)

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    with closing(Station(tmp_path / "home")) as station:
        Filling(station.cache).products([a_product(price=Money(10_000, "EUR"))])

    def command(*words: str) -> tuple[int, dict[str, Any]]:
        code = main(["--home", str(tmp_path / "home"), "--json", "import", "economics", *words])
        out = capsys.readouterr().out
        return code, msgspec.json.decode(out) if out.startswith("{") else {}

    return command


def sales_file(folder: Path, *lines: str) -> str:
    file = folder / "sales.csv"
    file.write_text("\n".join((HEAD, *lines, "")), encoding="utf-8")
    return str(file)


def test_sales_are_kept_once_and_added_up_by_grade(tmp_path: Path, run: Run) -> None:
    file = sales_file(tmp_path, SALE.format(n=1, price="60.00"), SALE.format(n=2, price="70.00"))

    first, again = run(file), run(file)

    assert (first[0], first[1]["new"]) == (0, 2)
    assert (again[1]["new"], again[1]["same"]) == (0, 2)
    with closing(Station(tmp_path / "home")) as station:
        (sample,) = station.cache.samples("ds", "shoes", "HR3-NV-270", SINCE)
        other = station.cache.samples("ds", "shoes", "ANOTHER", SINCE)
        late = station.cache.samples("ds", "shoes", "HR3-NV-270", date(2026, 11, 2))
        theirs = station.cache.samples("else", "shoes", "HR3-NV-270", SINCE)
    assert (sample.channel, sample.grade, sample.count) == ("outlet", Grade(6, 6), 2)
    assert sample.shares == 600_000 + 700_000
    assert sample.squares == 600_000**2 + 700_000**2
    assert sample.last_on == date(2026, 11, 2)
    assert sample.is_product
    assert [each.is_product for each in other] == [False]
    assert [each.count for each in late] == [1]
    assert theirs == []


def test_a_sale_told_anew_replaces_the_old_one(tmp_path: Path, run: Run) -> None:
    run(sales_file(tmp_path, SALE.format(n=1, price="60.00")))

    _, report = run(sales_file(tmp_path, SALE.format(n=1, price="50.00")))

    assert report["changed"] == 1
    with closing(Station(tmp_path / "home")) as station:
        (sample,) = station.cache.samples("ds", "shoes", "HR3-NV-270", SINCE)
    assert (sample.count, sample.shares) == (1, 500_000)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("1,ds,HR3-NV-270,bazaar,F6/C6,60,EUR,2026-11-01", "channel", "no-channel"),
        ("1,ds,HR3-NV-270,outlet,A,60,EUR,2026-11-01", "grade", "no-grade"),
        ("1,ds,HR3-NV-270,outlet,F7/C6,60,EUR,2026-11-01", "grade", "no-grade"),
        ("1,ds,HR3-NV-270,outlet,F6/C6,-1,EUR,2026-11-01", "price", "amount-out-of-range"),
        ("1,ds,HR3-NV-270,outlet,F6/C6,300.01,EUR,2026-11-01", "price", "above-list-price"),
        ("1,ds,HR3-NV-270,outlet,F6/C6,60,KRW,2026-11-01", "currency", "other-currency"),
        ("1,ds,HR3-NV-270,outlet,F6/C6,60,EUR,soon", "sold_on", "no-date"),
        ("1,ds,NOBODY,outlet,F6/C6,60,EUR,2026-11-01", "category", "missing"),
        (",ds,HR3-NV-270,outlet,F6/C6,60,EUR,2026-11-01", "sale_id", "missing"),
    ],
)
def test_a_sale_that_cannot_be_believed_is_rejected_with_field_and_reason(
    tmp_path: Path, run: Run, line: str, column: str, code: str
) -> None:
    exit_code, report = run(sales_file(tmp_path, line, SALE.format(n=2, price="70.00")))

    assert exit_code == 1
    assert (report["new"], report["rejected"]) == (1, 1)
    assert [(each["field"], each["code"]) for each in report["problems"]] == [(column, code)]
    assert f"{column}: {code}" in Path(report["rejected_file"]).read_text(encoding="utf-8")


def test_a_product_nobody_knows_may_bring_its_category_and_price(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "sales.jsonl"
    sale = {
        "sale_id": "7", "merchant_id": "ds", "sku": "OLD", "category": "shoes",
        "channel": "outlet", "grade": "F5 · C4", "price": "30.00", "list_price": "60.00",
        "currency": "EUR", "sold_on": "2026-10-01",
    }  # fmt: skip
    file.write_bytes(msgspec.json.encode(sale))

    code, _ = run(str(file))

    assert code == 0
    with closing(Station(tmp_path / "home")) as station:
        (sample,) = station.cache.samples("ds", "shoes", "HR3-NV-270", SINCE)
    assert (sample.shares, sample.grade) == (500_000, Grade(5, 4))


def test_a_sheet_of_sales_is_read(tmp_path: Path, run: Run) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD.split(","))
    sheet.append(["1", "ds", "HR3-NV-270", "outlet", "F6/C6", 60, "EUR", date(2026, 11, 1)])
    book.save(tmp_path / "sales.xlsx")

    code, report = run(str(tmp_path / "sales.xlsx"))

    assert (code, report["new"]) == (0, 1)


def test_a_trial_keeps_nothing(tmp_path: Path, run: Run) -> None:
    _, report = run(sales_file(tmp_path, SALE.format(n=1, price="60.00")), "--dry-run")

    assert report["new"] == 1
    with closing(Station(tmp_path / "home")) as station:
        assert station.cache.samples("ds", "shoes", "HR3-NV-270", SINCE) == []
