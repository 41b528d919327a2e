"""Gates: what shuts each, whom the destruction ban binds, and what a wrong file says."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT, a_product
from returnstation import datafiles
from returnstation.application.troubles import Trouble
from returnstation.domain.cases import Item
from returnstation.domain.destruction import Size, Standing
from returnstation.domain.dispositions import Disposition
from returnstation.domain.gates import GateBook, GateState, Subject, gate_states
from returnstation.domain.recalls import Recall
from returnstation.sitedata import BadSiteFile, load_gates

GATES = load_gates()
ON = date(2026, 11, 24)
DAY = timedelta(days=1)
SHOES_GTIN = a_product().gtin or ""


def an_item(**changes: Any) -> Item:
    item = Item(
        item_id="i1",
        line_id="l1",
        finding="expected",
        title="하늘 러너 3",
        added_at=AT,
        added_by="u1",
        sku="HR3-NV-270",
        gtin=SHOES_GTIN,
        category="shoes",
    )
    return replace(item, **changes)


def state_of(
    name: str, book: GateBook = GATES, item: Item | None = None, **about: Any
) -> GateState:
    subject = Subject(item=item or an_item(), on=ON, product=a_product(), merchant_id="ds")
    states = gate_states(replace(subject, **about), book)
    return next(state for state in states if state.name == name)


@pytest.mark.parametrize(
    ("changes", "name", "state"),
    [
        ({}, "recall", "passed"),
        ({}, "battery", "none"),
        ({"hazards": ("lithium_battery",)}, "battery", "passed"),
        ({"flags": ("hygiene_seal",)}, "hygiene", "passed"),
        ({"flags": ("data_bearing",)}, "data", "locked"),
        ({"hazards": ("aerosol",)}, "dangerous", "locked"),
        ({"category": "cosmetics"}, "expiry", "passed"),
    ],
)
def test_a_gate_shows_whether_it_is_about_the_product(
    changes: dict[str, Any], name: str, state: str
) -> None:
    assert state_of(name, product=a_product(**changes)).state == state


@pytest.mark.parametrize(
    ("expires_on", "state"),
    [(ON - DAY, "locked"), (ON, "none"), (ON + DAY, "none"), (None, "none")],
)
def test_goods_may_be_sold_through_their_last_day(expires_on: date | None, state: str) -> None:
    assert state_of("expiry", item=an_item(expires_on=expires_on)).state == state


@pytest.mark.parametrize("method", ["clear", "purge", "destroy"])
def test_a_recorded_wiping_opens_the_data_gate(method: str) -> None:
    phone = a_product(flags=("data_bearing",))
    found = an_item(findings=("data_not_wiped",), wiped=method)

    assert state_of("data", product=phone, item=an_item()).state == "locked"
    assert state_of("data", product=phone, item=found).state == "passed"


def test_data_somebody_found_shut_the_gate_of_a_product_without_the_flag() -> None:
    found = an_item(findings=("data_not_wiped",))

    assert state_of("data", item=found).state == "locked"
    assert state_of("data", item=replace(found, wiped="clear")).state != "locked"


RECALL = Recall(recall_id="R1", gtins=frozenset({SHOES_GTIN}))


@pytest.mark.parametrize(
    ("recall", "item", "state"),
    [
        (RECALL, {}, "locked"),
        (RECALL, {"gtin": "00000000000017"}, "passed"),
        (replace(RECALL, gtins=frozenset(), skus=frozenset({"HR3-NV-270"})), {}, "locked"),
        (replace(RECALL, merchant_id="ds"), {}, "locked"),
        (replace(RECALL, merchant_id="other"), {}, "passed"),
        (replace(RECALL, since=ON), {}, "locked"),
        (replace(RECALL, since=ON + DAY), {}, "passed"),
        (replace(RECALL, lots=frozenset({"L7"})), {"lot": "L7"}, "locked"),
        (replace(RECALL, lots=frozenset({"L7"})), {"lot": "L8"}, "passed"),
        (replace(RECALL, lots=frozenset({"L7"})), {"lot": None}, "locked"),
        (replace(RECALL, serials=(("A100", "A199"),)), {"serial": "A100"}, "locked"),
        (replace(RECALL, serials=(("A100", "A199"),)), {"serial": "A199"}, "locked"),
        (replace(RECALL, serials=(("A100", "A199"),)), {"serial": "A200"}, "passed"),
        (replace(RECALL, serials=(("A100", "A199"),)), {"serial": "A15"}, "passed"),
        (replace(RECALL, serials=(("A100", "A199"),)), {"serial": None}, "locked"),
        (
            replace(RECALL, lots=frozenset({"L7"}), serials=(("A100", "A199"),)),
            {"lot": "L8", "serial": "A150"},
            "locked",
        ),
    ],
)
def test_a_recall_meets_its_units_and_those_that_may_be(
    recall: Recall, item: dict[str, Any], state: str
) -> None:
    book = replace(GATES, recalls=(recall,))

    assert state_of("recall", book, an_item(**item)).state == state


def standing(**changes: Any) -> Standing:
    known = Standing(
        category="shoes",
        size=Size.LARGE,
        merchant_country="DE",
        buyer_country="DE",
        site_country="KR",
    )
    return replace(known, **changes)


@pytest.mark.parametrize(
    ("changes", "on", "state"),
    [
        ({}, date(2026, 7, 18), "passed"),
        ({}, date(2026, 7, 19), "proof"),
        ({"size": Size.MEDIUM}, date(2030, 7, 18), "passed"),
        ({"size": Size.MEDIUM}, date(2030, 7, 19), "proof"),
        ({"size": Size.SMALL}, date(2031, 1, 1), "passed"),
        ({"size": Size.MICRO}, date(2031, 1, 1), "passed"),
        ({"size": None}, date(2026, 7, 18), "passed"),
        ({"size": None}, date(2026, 7, 19), "unsure"),
        ({"category": "electronics"}, ON, "none"),
        ({"category": "apparel"}, ON, "proof"),
        ({"merchant_country": "KR", "buyer_country": "KR"}, ON, "none"),
        ({"merchant_country": "KR", "buyer_country": "KR", "site_country": "PL"}, ON, "proof"),
        ({"merchant_country": "KR"}, ON, "unsure"),
        ({"merchant_country": None, "buyer_country": None}, ON, "unsure"),
    ],
)
def test_the_destruction_ban_binds_by_size_day_and_place(
    changes: dict[str, Any], on: date, state: str
) -> None:
    assert GATES.ban.state(standing(**changes), on) == state


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from([*Size, None]))
def test_the_ban_never_opens_again(on: date, size: Size | None) -> None:
    order = ["passed", "unsure", "proof"]

    today, later = (GATES.ban.state(standing(size=size), day) for day in (on, on + DAY))

    assert order.index(today) <= order.index(later)


def shipped() -> str:
    return datafiles.resource("gates", "default.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('test = "wipe"', 'test = "wipes"', "wipes"),
        ("is_for_all = true", "is_for_al = true", "is_for_al"),
        ('shuts = ["liquidate"]', "shuts = []", "brand: shuts"),
        ('shuts = ["liquidate"]', 'shuts = ["quarantine"]', "quarantine"),
        ('name = "age"', 'name = "battery"', "battery stands twice"),
        ("on = 2026-07-19", 'on = "soon"', "since"),
        ('confidence = "medium"', 'confidence = "some"', "confidence"),
    ],
)
def test_a_wrong_gate_names_file_and_key(tmp_path: Path, old: str, new: str, why: str) -> None:
    file = tmp_path / "default.toml"
    assert old in shipped()
    file.write_text(shipped().replace(old, new), encoding="utf-8")

    with pytest.raises(BadSiteFile, match=f"default.toml: .*{why}"):
        load_gates(file=file)


def test_a_site_adds_recalls_and_what_its_merchants_told(tmp_path: Path) -> None:
    folder = tmp_path / "gates"
    folder.mkdir()
    (folder / "site.toml").write_text(
        'site_country = "KR"\n'
        '[[recall]]\nid = "2026-7"\ngtins = ["8801234567893"]\nserials = [["A1", "A9"]]\n'
        '[merchant.ds]\nsize = "large"\nforbids = ["liquidate"]\n',
        encoding="utf-8",
    )

    book = load_gates(tmp_path)

    assert book.site_country == "KR"
    assert book.recalls[0].gtins == {"08801234567893"}
    assert book.rules_of("ds").size is Size.LARGE
    assert book.rules_of("ds").forbids == {Disposition.LIQUIDATE}
    assert book.rules_of("nobody").size is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[recall]]\nid = "1"\n', "gtins or skus"),
        ('[[recall]]\nid = "1"\ngtins = ["8801234567890"]\n', "8801234567890"),
        ('[[recall]]\nid = "1"\nskus = ["A"]\nserials = [["A9", "A1"]]\n', "A9 to A1"),
        ('[[recall]]\nid = "1"\nskus = ["A"]\nserials = [["A9", "A10"]]\n', "A9 to A10"),
        ('[merchant.ds]\nsize = "huge"\n', "huge"),
        ("[[recall]\n", "line"),
    ],
)
def test_a_wrong_list_of_the_site_names_file_and_key(tmp_path: Path, text: str, why: str) -> None:
    folder = tmp_path / "gates"
    folder.mkdir()
    (folder / "recalls.toml").write_text(text, encoding="utf-8")

    with pytest.raises(Trouble) as trouble:
        load_gates(tmp_path)

    assert trouble.value.code == "settings-wrong"
    assert trouble.value.values["file"] == "gates/recalls.toml"
    assert why in str(trouble.value.values["what"])
