"""Gates, sums and what they learn, at a whole desk."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from builders import AT, SHOES_GTIN, a_product
from returnstation import datafiles
from returnstation.app import Station
from returnstation.application.proposing import Proposing
from returnstation.application.view import Step, View
from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Selector
from returnstation.domain.facts import DeviceWiped, ItemDisposed
from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.realised import Sale
from returnstation.storage.filling import Filling
from stations import Worker, a_station, code

EAN = SHOES_GTIN[1:]


def gates_of(view: View) -> dict[str, str]:
    assert view.proposal is not None
    return {gate.name.key.removeprefix("gate."): gate.state for gate in view.proposal.gates}


def graded(worker: Worker) -> View:
    worker.desk.scan("R-77421")
    worker.desk.scan(EAN)
    return worker.inspect_as_new()


def site_file(home: Path, text: str) -> None:
    (home / "gates").mkdir(parents=True)
    (home / "gates" / "site.toml").write_text(text, encoding="utf-8")


def facts_of(station: Station, kind: type) -> list[object]:
    case = station.desk.memory.opened().case
    with station.database.look() as work:
        return [r.fact for r in work.facts.of(case.case_id) if isinstance(r.fact, kind)]


def test_a_device_is_shut_until_its_wiping_is_recorded(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        Filling(station.cache).products([a_product(flags=("data_bearing",))])
        worker = Worker(station)

        shut = graded(worker)
        refused = worker.desk.dispose("restock_new", "other")
        asked = worker.desk.do("wipe")
        open_again = worker.desk.choose("2")
        facts = facts_of(station, DeviceWiped)
        undone = worker.desk.do("undo")

    assert gates_of(shut)["data"] == "locked"
    assert shut.proposal is not None
    assert shut.proposal.disposition == "quarantine"
    assert shut.proposal.do == (Say("gate.data.do"),)
    assert "wipe" in {act.do for act in shut.acts}
    assert code(refused) == "disposition-locked"
    assert [option.title for option in asked.options] == [
        Say("wipe.clear"),
        Say("wipe.purge"),
        Say("wipe.destroy"),
    ]
    assert gates_of(open_again)["data"] == "passed"
    assert "wipe" not in {act.do for act in open_again.acts}
    assert [fact.method for fact in facts if isinstance(fact, DeviceWiped)] == ["purge"]
    assert gates_of(undone)["data"] == "locked"


def test_nothing_is_wiped_that_holds_no_data(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        graded(worker)

        view = worker.desk.do("wipe")

    assert code(view) == "nothing-to-wipe"


def test_under_the_ban_destroying_asks_for_a_ground_and_keeps_what_is_disclosed(
    tmp_path: Path,
) -> None:
    site_file(tmp_path, 'site_country = "DE"\n[merchant.ds]\nsize = "large"\n')
    with a_station(tmp_path) as station:
        worker = Worker(station)
        shown = graded(worker)

        asked = worker.desk.dispose("destroy", "safety")
        grounds = worker.desk.choose("3")
        labelled = worker.desk.choose("3")
        facts = facts_of(station, ItemDisposed)

    assert gates_of(shown)["destruction"] == "proof"
    assert asked.step is Step.REASON
    assert len(asked.options) == 3
    assert grounds.options[2].title == Say("derogation.no_reuse_taker")
    assert labelled.label is not None
    (fact,) = facts
    assert isinstance(fact, ItemDisposed)
    assert (fact.derogation, fact.reason) == ("no_reuse_taker", "safety")
    assert (fact.category, fact.weight_g) == ("shoes", 900)


def test_where_the_ban_is_unsure_only_a_supervisor_may_destroy(tmp_path: Path) -> None:
    site_file(tmp_path, 'site_country = "DE"\n')
    with a_station(tmp_path) as station:
        operator = Worker(station)
        graded(operator)
        refused = operator.desk.dispose("destroy", "safety")
        supervisor = Worker(station, "SUPERVISOR")
        asked = supervisor.desk.dispose("destroy", "safety")
        supervisor.desk.choose("2")
        labelled = supervisor.desk.choose("1")

    assert code(refused) == "disposition-locked"
    assert asked.step is Step.REASON
    assert labelled.label is not None


def test_a_recall_list_in_the_home_holds_its_units(tmp_path: Path) -> None:
    site_file(tmp_path, f'[[recall]]\nid = "R1"\ngtins = ["{EAN}"]\n')
    with a_station(tmp_path) as station:
        view = graded(Worker(station))

    assert gates_of(view)["recall"] == "locked"
    assert view.proposal is not None
    assert view.proposal.disposition == "quarantine"


def test_a_date_on_the_product_shuts_the_expiry_gate(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(f"]d201{SHOES_GTIN}1726110110LOT7")
        view = worker.inspect_as_new()
        item = station.desk.memory.item()

    assert (item.lot, item.expires_on) == ("LOT7", date(2026, 11, 1))
    assert gates_of(view)["expiry"] == "locked"


def test_real_sales_move_the_sum_and_are_named(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = graded(worker)
        assert before.proposal is not None
        sale = Sale(
            sale_id="1", merchant_id="ds", sku="OTHER", category="shoes", channel="main",
            grade=Grade(6, 9), price=Money(60, "EUR"), list_price=Money(100, "EUR"),
            sold_on=date(2026, 11, 20),
        )  # fmt: skip
        Filling(station.cache).sales([replace(sale, sale_id=str(n)) for n in range(40)])

        after = worker.desk.state().proposal

    assert before.proposal.note.key == "propose.estimate"
    assert after is not None
    rows = {row.disposition: row.price for row in (*after.alternatives,)}
    old = {row.disposition: row.price for row in (*before.proposal.alternatives,)}
    new_price, old_price = rows["restock_new"], old["restock_new"]
    assert new_price is not None
    assert old_price is not None
    assert new_price < old_price


def test_what_is_shown_adds_up_and_says_from_what_it_follows(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        proposal = graded(Worker(station)).proposal

    assert proposal is not None
    assert proposal.net is not None
    assert proposal.net.minor == sum(term.amount.minor for term in proposal.sum)
    details = {term.label.key: term.detail for term in proposal.sum}
    assert details["sum.labour"] == Say("sum.minutes", {"n": 2})
    assert details["sum.freight"] is not None
    assert next(text.key for text, _ in proposal.figures) == "figures.price"
    for row in proposal.alternatives:
        if row.net is not None and row.difference is not None:
            assert row.difference == row.net - proposal.net
            assert row.is_proposal or row.difference.minor <= 0 or row.locked is not None


def test_a_quota_is_counted_from_what_was_given_back_this_month(tmp_path: Path) -> None:
    folder = tmp_path / "economics"
    folder.mkdir()
    shipped = datafiles.resource("economics", "default.toml").read_text(encoding="utf-8")
    agreement = 'only = { merchant = "ds", category = "shoes" }'
    old = 'only = { merchant = "mirae-electronics", category = "electronics" }'
    text = shipped.replace(old, agreement).replace("quota = 40", "quota = 1")
    (folder / "default.toml").write_text(text, encoding="utf-8")
    with a_station(tmp_path) as station:
        worker = Worker(station)
        first = graded(worker)
        worker.desk.dispose("rtv", "merchant_instruction")
        with station.database.look() as work:
            since, later_on = AT.replace(day=1), AT.replace(year=AT.year + 1)
            used = [
                work.cases.disposed("ds", Disposition.RTV, since, wares)
                for wares in (
                    Selector(merchant="ds"),
                    Selector(category="shoes"),
                    Selector(category="apparel"),
                    Selector(sku="HR3-NV-270"),
                    Selector(sku="HR3-NV-280"),
                    Selector(category="shoes", sku="HR3-NV-270"),
                )
            ]
            later = work.cases.disposed("ds", Disposition.RTV, later_on, Selector())
        item = next(iter(station.desk.memory.opened().case.items.values()))
        proposal = Proposing(station.equipment).proposal(station.desk.memory.opened().case, item)

    assert first.proposal is not None
    open_row = next(r for r in first.proposal.alternatives if r.disposition == "rtv")
    assert open_row.locked is None
    assert (used, later) == ([1, 1, 0, 1, 0, 1], 0)
    assert proposal.choice(Disposition.RTV).locked == Say("propose.quota-month", {"quota": 1})
