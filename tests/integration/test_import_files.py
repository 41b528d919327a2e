"""``import`` and ``user`` as commands, on a real station."""

import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from returnstation.app import Station
from returnstation.cli import main

HEAD = (
    "merchant_id,order_number,ordered_on,currency,jurisdiction,line_number,sku,title,quantity,"
    "unit_price,tracking,delivered_on"
)
ORDER = "m,{n},2026-11-01,KRW,KR,{line},S{line},운동화,1,{price},T{n},2026-11-03"

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, dict[str, Any]]:
        code = main(["--home", str(tmp_path / "home"), "--json", *words])
        out = capsys.readouterr().out
        return code, msgspec.json.decode(out) if out.startswith(("{", "[")) else {}

    return command


def orders_file(folder: Path, *lines: str) -> str:
    file = folder / "orders.csv"
    file.write_text("\n".join((HEAD, *lines, "")), encoding="utf-8")
    return str(file)


def station(folder: Path) -> Station:
    return Station(folder / "home")


def test_importing_again_changes_nothing(tmp_path: Path, run: Run) -> None:
    file = orders_file(
        tmp_path, ORDER.format(n=1, line=1, price=100), ORDER.format(n=1, line=2, price=100),
        ORDER.format(n=2, line=1, price=100),
    )  # fmt: skip

    first, again = run("import", "orders", file), run("import", "orders", file)

    assert first[0] == again[0] == 0
    assert (first[1]["new"], again[1]["same"], again[1]["new"]) == (2, 2, 0)
    with closing(station(tmp_path)) as opened:
        order = opened.cache.order("m", "1")
        assert order is not None
        assert [line.number for line in order.lines] == [1, 2]
        assert opened.cache.find(["T1"])[0].number == "1"


def test_corrected_rejected_rows_complete_their_order(tmp_path: Path, run: Run) -> None:
    file = orders_file(
        tmp_path, ORDER.format(n=1, line=1, price=100), ORDER.format(n=1, line=2, price="cheap")
    )

    code, report = run("import", "orders", file)
    beside = tmp_path / "orders.csv.rejected"
    text = beside.read_text(encoding="utf-8")
    beside.write_text(text.replace("cheap", "200"), encoding="utf-8")
    code_again, report_again = run("import", "orders", str(beside))

    assert (code, report["accepted"], report["rejected"]) == (1, 1, 1)
    assert report["problems"][0]["field"] == "unit_price"
    assert "unit_price: no-amount" in text
    assert (code_again, report_again["changed"], report_again["rejected"]) == (0, 1, 0)
    with closing(station(tmp_path)) as opened:
        order = opened.cache.order("m", "1")
        assert order is not None
        assert [line.unit_price.minor for line in order.lines] == [100, 200]


def test_bytes_of_a_rejected_row_are_kept_as_they_were(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "orders.csv"
    bad = ORDER.format(n=1, line=1, price=1).encode("utf-8").replace("운동화".encode(), b"\xff\xfe")
    file.write_bytes(HEAD.encode() + b"\n" + bad + b"\n")

    run("import", "orders", str(file))

    assert b"\xff\xfe" in (tmp_path / "orders.csv.rejected").read_bytes()


def test_a_trial_reports_the_same_and_keeps_nothing(tmp_path: Path, run: Run) -> None:
    file = orders_file(
        tmp_path, ORDER.format(n=1, line=1, price=100), ORDER.format(n=2, line=1, price="x")
    )

    code, trial = run("import", "orders", file, "--dry-run")
    assert not (tmp_path / "orders.csv.rejected").exists()
    with closing(station(tmp_path)) as opened:
        assert opened.cache.order("m", "1") is None
    code_real, real = run("import", "orders", file)

    assert code == code_real == 1
    for count in ("read", "accepted", "rejected", "new", "changed", "same"):
        assert trial[count] == real[count]


def test_an_order_of_json_lines_may_hold_its_lines_and_parcels(tmp_path: Path, run: Run) -> None:
    order = {
        "merchant_id": "m", "order_number": "9", "ordered_on": "2026-11-01", "currency": "JPY",
        "customer": {"name": "佐藤美咲", "jurisdiction": "JP"},
        "lines": [
            {"number": 1, "sku": "A", "quantity": 1, "unit_price": 1200},
            {"number": 2, "sku": "B", "quantity": "many", "unit_price": 100},
        ],
        "shipments": [
            {"tracking": "T9", "carrier": "ems", "delivered_on": "2026-11-04"},
            {"tracking": "T10"},
        ],
    }  # fmt: skip
    file = tmp_path / "orders.jsonl"
    file.write_bytes(msgspec.json.encode(order) + b"\n")

    code, report = run("import", "orders", str(file))
    beside = tmp_path / "orders.jsonl.rejected"
    (again,) = [msgspec.json.decode(line) for line in beside.read_bytes().splitlines()]
    beside.write_bytes(msgspec.json.encode({**again, "lines.quantity": 2}))
    code_again, _ = run("import", "orders", str(beside))

    assert (code, report["accepted"], code_again) == (1, 1, 0)
    with closing(station(tmp_path)) as opened:
        kept = opened.cache.order("m", "9")
        assert kept is not None
        assert [(line.sku, line.quantity) for line in kept.lines] == [("A", 1), ("B", 2)]
        assert [sent.tracking for sent in kept.shipments] == ["T9", "T10"]


def test_a_sheet_is_read_and_its_formulas_are_refused(tmp_path: Path, run: Run) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["merchant_id", "sku", "title", "gtin", "weight_g"],
        ["m", "A", "Shoe", 8801234567893, 780.0],
        ["m", "B", "=1+1", None, None],
        [],
        ["m", 12345, "Number", None, None, "beyond"],
    ):
        sheet.append(row)
    file = tmp_path / "products.xlsx"
    book.save(file)

    code, report = run("import", "products", str(file))

    assert (code, report["accepted"]) == (1, 1)
    assert [(p["line"], p["code"]) for p in report["problems"]] == [
        (3, "formula"), (5, "column-count"),
    ]  # fmt: skip
    assert (tmp_path / "products.xlsx.rejected.csv").is_file()
    with closing(station(tmp_path)) as opened:
        product = opened.cache.product("m", "A")
        assert product is not None
        assert (product.gtin, product.weight_g) == ("08801234567893", 780)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", b"\x00" * 100, b"PK"])
def test_what_only_looks_like_a_sheet_is_refused(tmp_path: Path, run: Run, content: bytes) -> None:
    file = tmp_path / "orders.xlsx"
    file.write_bytes(content)

    assert run("import", "orders", str(file))[0] == 1


def test_a_file_that_is_not_there_is_trouble_outside(tmp_path: Path, run: Run) -> None:
    assert run("import", "orders", str(tmp_path / "none.csv"))[0] == 3


def test_a_site_has_profiles_of_its_own(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "home" / "profiles"
    folder.mkdir(parents=True)
    (folder / "products-ours.toml").write_text(
        'kind = "products"\n[columns]\nsku = "Artikel"\ntitle = "Name"\n'
        '[constants]\nmerchant_id = "m"\n'
    )
    file = tmp_path / "p.csv"
    file.write_text("Artikel;Name\nA;Schuh\n")

    assert run("import", "products", str(file), "--profile", "ours")[1]["new"] == 1
    assert run("import", "products", str(file), "--profile", "theirs")[0] == 1


def test_a_profile_with_a_mistake_is_named(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "home" / "profiles"
    folder.mkdir(parents=True)
    (folder / "products-ours.toml").write_text('kind = "products"\n[columns]\ncolour = "C"\n')
    file = tmp_path / "p.csv"
    file.write_text("C\nred\n")

    assert run("import", "products", str(file), "--profile", "ours")[0] == 3


def test_returns_come_in_pieces_and_stay_whole(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "rmas.csv"
    head = "merchant_id,rma_number,order_number,requested_on,sku,tracking\n"
    rows = [f"m,R{n},1,2026-11-05,{sku},T{n}\n" for sku in "AB" for n in range(3)]
    file.write_text(head + "".join(rows))

    first, again = run("import", "rmas", str(file)), run("import", "rmas", str(file))

    assert first[0] == 0
    assert (again[1]["new"], again[1]["changed"]) == (0, 0)
    with closing(station(tmp_path)) as opened:
        rma = opened.cache.rma("m", "R0")
        assert rma is not None
        assert [line.sku for line in rma.lines] == ["A", "B"]


def test_merchants_with_bad_terms_are_told(tmp_path: Path, run: Run) -> None:
    merchants = [
        {"merchant_id": "a", "name": "A", "country": "KR", "policy": {"merchantReturnDays": 30}},
        {"merchant_id": "b", "name": "B", "country": "KR", "policy": {"merchantReturnDays": -1}},
    ]
    file = tmp_path / "m.jsonl"
    file.write_bytes(b"\n".join(msgspec.json.encode(each) for each in merchants))

    _, report = run("import", "merchants", str(file))

    assert (report["new"], report["problems"][0]["code"]) == (1, "bad-terms")


def test_imported_users_sign_in_and_stay_the_same(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "users.csv"
    file.write_text("user_id,name,role,badge,pin,language\nkim,김지윤,operator,OP1,1234,ko\n")

    first, again = run("import", "users", str(file)), run("import", "users", str(file))

    assert (first[1]["new"], again[1]["same"]) == (1, 1)
    with closing(station(tmp_path)) as opened:
        assert opened.desk.sign_in("OP1", "1234").problem is None


def test_a_user_is_added_listed_and_shut_out(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2468\n"))

    added = run("user", "add", "lee", "--name", "이소영", "--badge", "sv1", "--pin-stdin")
    disabled = run("user", "disable", "lee")
    main(["--home", str(tmp_path / "home"), "--json", "user", "list"])
    (listed,) = msgspec.json.decode(capsys.readouterr().out)

    assert (added[0], disabled[0]) == (0, 0)
    assert (listed["badge"], listed["is_active"]) == ("SV1", False)
    assert "2468" not in (tmp_path / "home" / "station.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize("pin", ["12", "abcd", ""])
def test_a_weak_pin_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))

    assert run("user", "add", "lee", "--name", "L", "--badge", "X", "--pin-stdin")[0] == 1
