"""Verdicts can be explained and asked again, by what judged them and by what may judge later."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import a_merchant, an_order
from returnstation import datafiles
from returnstation.app import Station
from returnstation.application.explaining import Explaining
from returnstation.application.policy_ports import UnreadablePolicy
from returnstation.application.troubles import Refused
from returnstation.application.trying import Offer, Period, Stopped, Trial, Trying
from returnstation.cli import main
from returnstation.domain.orders import Customer, Order, Shipment
from returnstation.domain.policy import Eligible
from returnstation.domain.replays import Aspect
from returnstation.policydata import pack_files, pack_of
from returnstation.policydata.drafts import DraftFolders, load_draft
from returnstation.policydata.texts import KeptTexts
from returnstation.storage.filling import Filling
from returnstation.storage.past import PastLines
from stations import Worker, a_station

ALWAYS = Period(date(1970, 1, 1), date(2199, 1, 1))
# Opened on 2026-11-24, Tuesday, Korean time; the window of 7 days ended on the 19th and 11th.
LATE_BY_DAYS = {"KR-1": date(2026, 11, 20), "KR-2": date(2026, 11, 12), "KR-3": date(2026, 11, 4)}


def korean(number: str, delivered_on: date) -> Order:
    customer = Customer(name="김하늘", jurisdiction="KR", language="ko")
    shipment = Shipment(tracking=f"{number}-T", delivered_on=delivered_on)
    return an_order(
        number=number, ordered_on=date(2026, 11, 1), customer=customer, shipments=(shipment,)
    )


@contextmanager
def a_past(home: Path) -> Iterator[Station]:
    """Open a station that judged three parcels, 4, 12 and 20 days after their delivery."""
    orders = [korean(number, day) for number, day in LATE_BY_DAYS.items()]
    with a_station(home, orders) as station:
        worker = Worker(station)
        for number in LATE_BY_DAYS:
            worker.desk.scan(number)
            worker.desk.hold("later")
        yield station


def trying(station: Station, drafts: Path) -> Trying:
    past = PastLines(station.database)
    return Trying(station.equipment, past, KeptTexts(), DraftFolders(drafts))


def explaining(station: Station) -> Explaining:
    return Explaining(station.equipment, KeptTexts())


def write_draft(folder: Path, days: int, since: str = "2012-08-18") -> Path:
    """Write a draft that gives Korean buyers so many days."""
    text = pack_files(datafiles.resource("policy"))["KR/withdrawal.toml"].decode()
    longer = text.replace("window = { length = 7,", f"window = {{ length = {days},")
    assert longer != text
    (folder / "KR").mkdir(parents=True)
    file = folder / "KR" / "withdrawal.toml"
    file.write_text(longer.replace("since = 2012-08-18", f"since = {since}"), encoding="utf-8")
    return folder


def test_a_verdict_is_given_again_by_the_pack_that_was_pinned(tmp_path: Path) -> None:
    with a_past(tmp_path / "home") as station:
        found = explaining(station).case("KR-1")

    (verdict,) = found.verdicts
    assert verdict.kept.decided_by == "KR-ECA-17-1"
    assert verdict.is_the_same
    assert verdict.again == verdict.today
    assert verdict.facts["delivered_on"] == ["2026-11-20"]


def test_a_law_that_changed_since_does_not_change_what_was_pinned(tmp_path: Path) -> None:
    with a_past(tmp_path / "home") as station:
        draft = load_draft(write_draft(tmp_path / "longer", 14))
        updated = Explaining(replace(station.equipment, pack=draft.pack), KeptTexts())
        (verdict,) = updated.case("KR-2").verdicts

    assert verdict.kept.eligible is Eligible.NO
    assert verdict.is_the_same
    assert verdict.today is not None
    assert verdict.today.eligible is Eligible.YES
    assert verdict.today.pack == draft.pack.version != verdict.kept.pack


def test_the_text_that_is_kept_is_the_text_that_was_hashed(tmp_path: Path) -> None:
    with a_past(tmp_path / "home") as station, station.database.look() as work:
        pack = station.equipment.pack
        text = work.versions.read(pack.version)

    assert text is not None
    assert KeptTexts().pack(text).version == pack.version


def test_merchants_terms_are_pinned_as_they_were_given(tmp_path: Path) -> None:
    terms = {"@id": "ds", "merchantReturnDays": 30, "returnFees": "FreeReturn"}
    with a_station(tmp_path / "home", [korean("KR-2", LATE_BY_DAYS["KR-2"])]) as station:
        Filling(station.cache).merchants([a_merchant(policy=terms)])
        Worker(station).desk.scan("KR-2")
        (verdict,) = explaining(station).case("KR-2").verdicts
        with station.database.look() as work:
            kept = work.versions.read(verdict.kept.policy or "")

    assert verdict.kept.decided_by == "merchant:ds"
    assert verdict.is_the_same
    assert json.loads(kept or b"") == terms


def test_a_verdict_whose_pack_was_not_kept_is_still_shown(tmp_path: Path) -> None:
    with a_past(tmp_path / "home") as station:
        with station.database.work() as work:
            work.connection.exec_driver_sql("DELETE FROM policy_version")
            work.commit()
        (verdict,) = explaining(station).case("KR-1").verdicts

    assert verdict.kept.reasons
    assert verdict.again is None
    assert "not kept" in verdict.trouble


def test_a_case_nobody_knows_cannot_be_explained(tmp_path: Path) -> None:
    with a_past(tmp_path / "home") as station, pytest.raises(Refused, match="case-unknown"):
        explaining(station).case("KR-9")


def test_a_longer_window_changes_only_the_returns_between_the_old_and_the_new_end(
    tmp_path: Path,
) -> None:
    write_draft(tmp_path / "drafts" / "two-weeks", 14)
    with a_past(tmp_path / "home") as station:
        report = trying(station, tmp_path / "drafts").run(Trial("two-weeks"), ALWAYS)

    found = report.replay
    (change,) = [change for change in found.examples if Aspect.ANSWER in change.aspects]
    assert (report.cases, found.returns, report.unreadable) == (3, 3, 0)
    assert found.answers == {
        (Eligible.YES, Eligible.YES): 1,
        (Eligible.NO, Eligible.YES): 1,
        (Eligible.NO, Eligible.NO): 1,
    }
    assert change.past.sale.delivered_on == (LATE_BY_DAYS["KR-2"],)
    # One of three shoes at 129.00 is paid back today; two are under the draft.
    assert found.sums["EUR"].refunded == [12900, 25800]
    assert found.otherwise == 0


def test_a_draft_that_changes_nothing_changes_nothing(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "twelve", 9)
    with a_past(tmp_path / "home") as station:
        report = trying(station, tmp_path / "drafts").run(Trial("twelve"), ALWAYS)

    assert report.replay.aspects[Aspect.ANSWER] == 0
    assert report.replay.sums["EUR"].refunded == [12900, 12900]


def test_a_law_of_the_future_is_tried_as_if_every_contract_were_made_under_it(
    tmp_path: Path,
) -> None:
    write_draft(tmp_path / "drafts" / "next-year", 14, since="2027-07-01")
    with a_past(tmp_path / "home") as station:
        lab = trying(station, tmp_path / "drafts")
        under_it = lab.run(Trial("next-year", date(2027, 7, 1)), ALWAYS)
        day_before = lab.run(Trial("next-year", date(2027, 6, 30)), ALWAYS)

    assert under_it.replay.answers[Eligible.NO, Eligible.YES] == 1
    # Before it the draft knows no law at all, so nothing is granted.
    assert day_before.replay.answers[Eligible.NO, Eligible.YES] == 0


def test_a_merchants_draft_changes_only_that_merchants_returns(tmp_path: Path) -> None:
    folder = tmp_path / "drafts" / "generous" / "merchants"
    folder.mkdir(parents=True)
    (folder / "ds.json").write_text(json.dumps({"@id": "ds-30", "merchantReturnDays": 15}))
    (folder / "other.json").write_text(json.dumps({"@id": "o", "merchantReturnDays": 99}))
    with a_past(tmp_path / "home") as station:
        report = trying(station, tmp_path / "drafts").run(Trial("generous"), ALWAYS)

    assert report.replay.answers[Eligible.NO, Eligible.YES] == 1
    assert "merchant:ds-30" in report.replay.rules


def test_only_parcels_of_the_period_are_asked_both_ends_included(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "d", 14)
    opened_on = date(2026, 11, 24)
    with a_past(tmp_path / "home") as station:
        lab = trying(station, tmp_path / "drafts")
        on_the_day = lab.run(Trial("d"), Period(opened_on, opened_on)).cases
        before = lab.run(Trial("d"), Period(date(2026, 1, 1), date(2026, 11, 23))).cases
        after = lab.run(Trial("d"), Period(date(2026, 11, 25), date(2027, 1, 1))).cases

    assert (on_the_day, before, after) == (3, 0, 0)


def test_cancelled_parcels_are_left_out(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "d", 14)
    with a_station(tmp_path / "home", [korean("KR-2", LATE_BY_DAYS["KR-2"])]) as station:
        worker = Worker(station)
        worker.desk.scan("KR-2")
        worker.desk.cancel("opened_by_mistake")
        lab = trying(station, tmp_path / "drafts")

        assert lab.size(ALWAYS) == 0
        assert lab.run(Trial("d"), ALWAYS).cases == 0


def test_a_trial_can_be_stopped(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "d", 14)

    def stop(_cases: int, _change: object) -> None:
        raise Stopped

    with a_past(tmp_path / "home") as station:
        lab = trying(station, tmp_path / "drafts")
        with pytest.raises(Stopped):
            lab.run(Trial("d"), ALWAYS, stop)


def test_drafts_and_days_on_which_known_laws_begin_can_be_tried(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "b", 14)
    write_draft(tmp_path / "drafts" / "a", 14)
    later = write_draft(tmp_path / "later", 14, since="2027-07-01")
    files = pack_files(datafiles.resource("policy"))
    files["KR/later.toml"] = (
        later.joinpath("KR/withdrawal.toml").read_bytes().replace(b"KR-ECA-17-1", b"KR-LATER")
    )
    with a_past(tmp_path / "home") as station:
        equipment = replace(station.equipment, pack=pack_of(files))
        lab = replace(trying(station, tmp_path / "drafts"), equipment=equipment)
        offers = lab.offers()

    trials = [offer.trial for offer in offers]
    assert trials[:2] == [Trial("a"), Trial("b")]
    assert offers[0].files == ("KR/withdrawal.toml",)
    begins = {offer.trial: offer.begins for offer in offers}
    assert "KR-LATER" in {begun.rule for begun in begins[Trial(law_on=date(2027, 7, 1))]}


def test_a_day_on_which_a_drafts_own_law_begins_can_be_tried(tmp_path: Path) -> None:
    write_draft(tmp_path / "drafts" / "next-year", 14, since="2027-07-01")
    with a_past(tmp_path / "home") as station:
        offers = trying(station, tmp_path / "drafts").offers()

    ours = [offer for offer in offers if offer.trial.draft == "next-year"]
    assert [offer.trial.law_on for offer in ours] == [None, date(2027, 7, 1)]
    assert "KR-ECA-17-1" in {begun.rule for begun in ours[1].begins}


def test_a_draft_with_a_mistake_can_be_tried_to_hear_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "drafts" / "bad" / "KR").mkdir(parents=True)
    (tmp_path / "drafts" / "bad" / "KR" / "withdrawal.toml").write_text("rule = ")
    with a_past(tmp_path / "home") as station:
        offers = trying(station, tmp_path / "drafts").offers()

    assert offers[0] == Offer(Trial("bad"), ("KR/withdrawal.toml",))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("KR/withdrawal.toml", "rule = ", "KR/withdrawal.toml"),
        ("KR/withdrawal.toml", 'titel = "x"\nkind = "withdrawal"', "titel"),
        ("merchants/ds.json", "{", "merchants/ds.json"),
        ("merchants/ds.json", '{"merchantReturnDays": -1}', "merchantReturnDays"),
        ("notes.txt", "nothing", "neither"),
    ],
)
def test_a_draft_with_a_mistake_is_refused_by_file_and_key(
    name: str, text: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "draft" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadablePolicy, match=told):
        load_draft(tmp_path / "draft")


def test_a_draft_that_counts_by_holidays_nobody_knows_is_refused(tmp_path: Path) -> None:
    counting = pack_files(datafiles.resource("policy"))["counting.toml"].decode()
    (tmp_path / "counting.toml").write_text(
        counting + '\n[ODD]\ntext = "t"\nsource = "s"\ncountry = "XX"\n', encoding="utf-8"
    )

    with pytest.raises(UnreadablePolicy, match="ODD: country XX"):
        load_draft(tmp_path)


def as_json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_explain_prints_every_reason_with_its_source_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_past(tmp_path / "home"):
        pass
    code = main(["--home", str(tmp_path / "home"), "--lang", "ko", "policy", "explain", "KR-2"])

    said = capsys.readouterr().out
    assert code == 0
    assert "KR-ECA-17-1" in said
    assert "제17조" in said
    assert "the same answer" in said
    assert "delivered_on 2026-11-12" in said


def test_replay_prints_counts_money_and_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, draft = tmp_path / "home", write_draft(tmp_path / "two-weeks", 14)
    with a_past(home):
        pass
    replaying = ["--home", str(home), "policy", "replay", "--draft", str(draft)]
    table = tmp_path / "changes.csv"
    assert main([*replaying, "--out", str(table)]) == 0
    said = capsys.readouterr().out
    assert main(["--json", *replaying, "--from", "2026-11-24"]) == 0
    found = as_json(capsys)
    assert main(["--json", *replaying, "--to", "2026-11-23"]) == 0
    nothing = as_json(capsys)

    assert "no -> yes" in said
    assert "129.00 ->           258.00  (129.00)" in said
    assert found["answers"]["no>yes"] == 1
    assert found["money"]["EUR"]["refunded_after"] == "258.00"
    assert nothing["returns"] == 0
    rows = table.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + found["changed"]


def test_a_replay_of_nothing_is_wrong_usage_and_a_bad_draft_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_station(tmp_path / "home"):
        pass
    home = ["--home", str(tmp_path / "home")]

    assert main([*home, "policy", "replay"]) == 2
    assert main([*home, "policy", "replay", "--draft", str(tmp_path / "absent")]) == 1
    assert "absent" in capsys.readouterr().err


def test_terms_imported_while_the_desk_works_hold_for_the_next_parcel(tmp_path: Path) -> None:
    orders = [korean(number, date(2026, 11, 12)) for number in ("KR-1", "KR-2")]
    with a_station(tmp_path / "home", orders) as station:
        worker = Worker(station)
        worker.desk.scan("KR-1")
        terms = {"@id": "ds", "merchantReturnDays": 30, "returnFees": "FreeReturn"}
        Filling(station.cache).merchants([a_merchant(policy=terms)])
        worker.desk.scan("KR-2")
        before, after = (
            explaining(station).case(number).verdicts[0] for number in ("KR-1", "KR-2")
        )

    assert before.kept.eligible is Eligible.NO
    assert after.kept.decided_by == "merchant:ds"
    assert before.today is not None
    assert before.today.eligible is Eligible.YES
