"""For who runs a hub: figures, proof of all logs, export, and life after a restore."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import urllib3
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, select, update
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hubs import a_hub
from merchant_stand import STATIONS, Stand, a_finished_case, a_stand, asked
from returnstation.application.troubles import Refused, Trouble
from returnstation.cli.main import main
from returnstation.crashes import BugReports
from returnstation.hub.audit import export, verify
from returnstation.hub.chains import prove, starts_of
from returnstation.hub.checking import check
from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.listening import check_address
from returnstation.hub.restoring import SKIPPED, back_up, begin_anew
from returnstation.hub.server import make_app
from returnstation.hub.tables import BRANCH, DIRTY, FACT, SERIES
from returnstation.wire.batches import Acked, Batch, SentFact, hashes


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path, log: Sequence[SentFact]) -> Iterator[Stand]:
    """A hub with one station's log, continued on a branch after its fifth fact."""
    with a_stand(database, tmp_path) as made:
        made.take(log)
        made_hashes = list(hashes(Batch(branch=1, before=bytes(32), facts=tuple(log))))
        intake = Intake(database, load_keys(database, bytes(32)))
        branched = Batch(branch=2, before=made_hashes[4], facts=tuple(log[5:]))
        reply = intake.take(Sender(STATIONS[0], channel="bundle"), branched, made.hub.now_ms())
        assert isinstance(reply, Acked)
        yield made


def broken(stand: Stand) -> list[str]:
    return [finding.what for finding in check(stand.hub) if finding.is_broken]


def test_whole_logs_are_proved_branch_by_branch(stand: Stand, log: Sequence[SentFact]) -> None:
    with stand.hub.database.look() as connection:
        proved = list(prove(connection))

    assert [(each.facts, each.bad) for each in proved] == [(len(log), None), (len(log) - 5, None)]
    assert broken(stand) == []


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("body", b"{}", "altered"),
        ("by_user", "somebody", "altered"),
        ("subject", "other", "altered"),
        ("hash", bytes(32), "altered"),
    ],
)
def test_a_fact_that_was_altered_is_named(
    stand: Stand, column: str, value: object, why: str
) -> None:
    with stand.hub.database.work() as connection:
        row = (FACT.c.branch == 1) & (FACT.c.seq == 4)
        connection.execute(update(FACT).where(row).values({column: value}))

    assert any(f"branch 1: fact 4 is {why}" in what for what in broken(stand))


@pytest.mark.parametrize(("seq", "why"), [(4, "missing"), (17, "cut")])
def test_a_fact_that_is_gone_is_named(
    stand: Stand, log: Sequence[SentFact], seq: int, why: str
) -> None:
    last = len(log) if why == "cut" else seq
    with stand.hub.database.work() as connection:
        connection.execute(delete(FACT).where(FACT.c.branch == 1, FACT.c.seq == last))

    assert any(f"fact {last} is {why}" in what for what in broken(stand))


def test_facts_beyond_the_head_are_named(stand: Stand) -> None:
    with stand.hub.database.work() as connection:
        connection.execute(update(BRANCH).where(BRANCH.c.branch == 2).values(seq=6))

    assert any("branch 2" in what and "cut" in what for what in broken(stand))


def test_a_check_tells_what_waits_for_a_person(stand: Stand) -> None:
    stand.clock.forward(days=3)
    told = {(each.about, each.is_good) for each in check(stand.hub)}

    assert ("station", False) in told
    assert {about for about, _ in told} >= {"database", "chain", "conflicts", "quarantine"}


def test_an_export_is_proved_by_anybody(
    stand: Stand, log: Sequence[SentFact], tmp_path: Path
) -> None:
    target = tmp_path / "audit.jsonl"

    count = export(stand.hub, target)

    lines = target.read_bytes().splitlines(keepends=True)
    proof = verify(lines, stand.hub.keys.public.hex())
    assert (proof.facts, proof.bad) == (count, None) == (2 * len(log) - 5, None)
    first = msgspec.json.decode(lines[1])
    assert first["before"] == "00" * 32
    assert msgspec.json.decode(lines[2])["before"] == first["hash"]


def test_an_altered_export_is_caught_at_its_line(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "audit.jsonl"
    export(stand.hub, target)
    lines = target.read_bytes().splitlines(keepends=True)

    def why(*changed: bytes) -> tuple[int | None, str | None]:
        proof = verify(changed)
        return proof.bad, proof.why

    assert why(*lines[:3], lines[3].replace(b'"seq":3', b'"seq":3 '), *lines[4:])[1] in {
        "altered",
        "unsigned",
    }
    assert why(*lines[:3], *lines[4:]) == (4, "altered")
    assert why(*lines[:5], lines[5].replace(b'"type":"', b'"type":"x'), *lines[6:]) == (
        6,
        "altered",
    )
    assert why(*lines[:-1])[1] == "cut"
    assert why(lines[0], lines[-1])[1] == "unsigned"
    assert why(b"nonsense\n", *lines[1:]) == (1, "malformed")
    assert why()[1] == "cut"
    other = verify(lines, bytes(32).hex())
    assert other.why == "unsigned"


def test_every_single_line_matters_in_an_export(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "audit.jsonl"
    export(stand.hub, target)
    lines = target.read_bytes().splitlines(keepends=True)

    for place in range(len(lines)):
        assert verify(lines[:place] + lines[place + 1 :]).bad is not None
        assert verify([*lines[:place], lines[place][:-9] + b"\n", *lines[place + 1 :]]).why


def test_after_a_restore_everything_begins_anew(stand: Stand) -> None:
    with stand.hub.database.work() as connection:
        connection.execute(SERIES.insert(), {"name": "station ICN3", "last": 3})
    before = stand.hub.database.about("generation")

    begin_anew(stand.hub.database, "another")

    assert stand.hub.database.about("generation") == "another" != before
    with stand.hub.database.look() as connection:
        assert connection.scalar(select(SERIES.c.last)) == 3 + SKIPPED
    begin_anew(stand.hub.database, before)


def test_a_copy_is_made_while_the_hub_works(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    if not stand.hub.database.is_sqlite:
        with pytest.raises(Refused, match="hub-backup-postgresql"):
            back_up(stand.hub.database, target)
        return
    with stand.hub.database.work():
        back_up(stand.hub.database, target)

    with closing(HubDatabase(f"sqlite:///{target}", "never")) as copy, copy.look() as connection:
        assert copy.hub_id == "hub-a"
        assert [each.bad for each in prove(connection)] == [None, None]
    with pytest.raises(Trouble, match="file-unwritable"):
        back_up(stand.hub.database, tmp_path / "no" / "copy.db")


def test_a_branch_comes_after_the_one_it_continues(stand: Stand) -> None:
    with stand.hub.database.look() as connection:
        starts = starts_of(connection)

    assert [(start.branch, start.parent, start.after) for start in starts] == [
        (1, None, 0),
        (2, 1, 5),
    ]


def figures(stand: Stand) -> dict[str, float]:
    text = stand.ask("GET", "/metrics", headers={}).body.decode()
    return {
        sample.name + "".join(f" {v}" for v in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_are_there_for_prometheus(stand: Stand, log: Sequence[SentFact]) -> None:
    stand.ask("GET", stand.of("cases"))
    stand.ask("GET", stand.of("cases"), headers={})

    told = figures(stand)

    assert told["returnstation_hub_facts"] == 2 * len(log) - 5
    assert told["returnstation_hub_stations"] == len(STATIONS)
    assert told["returnstation_hub_refunds due"] == 1
    assert told["returnstation_hub_feed_last merchant:ds"] == 1
    assert told["returnstation_hub_dirty_oldest_seconds"] < 60
    assert told["returnstation_hub_open_conflicts"] == 0
    assert told["returnstation_hub_webhooks_pending"] == 0
    assert told["returnstation_hub_photo_bytes"] == 0
    assert told["returnstation_hub_answers_total 1 /v1/merchants/{merchant}/cases 200"] == 1
    assert told["returnstation_hub_refusals_total api-key-missing 1"] == 1


def test_the_mark_that_waits_longest_is_told_whatever_came_since(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    def oldest_s() -> float:
        return figures(stand)["returnstation_hub_dirty_oldest_seconds"]

    def mark(subject: str, ago_ms: int = 0) -> None:
        with stand.hub.database.work() as connection:
            mark_dirty(connection, [subject])
            earlier = update(DIRTY).where(DIRTY.c.subject == subject)
            connection.execute(earlier.values(since_ms=DIRTY.c.since_ms - ago_ms))

    stand.clock.forward(days=400)  # facts may be old: what was marked just now is not
    stand.project()
    assert oldest_s() == 0
    mark(log[0].subject)
    assert oldest_s() < 60

    for n in range(200):
        mark(f"a-{n}")
    mark("z", ago_ms=3_600_000)
    mark("z")

    assert 3600 <= oldest_s() < 3660


def test_a_database_from_before_marks_had_a_moment_is_given_it(stand: Stand) -> None:
    database = stand.hub.database
    with database.work() as connection:
        connection.exec_driver_sql("ALTER TABLE dirty DROP COLUMN since_ms")
        connection.exec_driver_sql("DELETE FROM dirty")
        connection.exec_driver_sql("INSERT INTO dirty (subject, times) VALUES ('old', 1)")
    address = database.engine.url.render_as_string(hide_password=False)

    for _ in range(2):
        with closing(HubDatabase(address.replace("+psycopg", ""), "hub-a")) as again:
            with again.work() as connection:
                mark_dirty(connection, ["fresh", "old"])
            with again.look() as connection:
                dated = select(DIRTY.c.subject).where(DIRTY.c.since_ms > 0)
                assert list(connection.scalars(dated)) == ["fresh"]


def test_no_address_becomes_a_label(stand: Stand) -> None:
    for n in range(5):
        stand.ask("GET", f"/nowhere/{n}")

    assert not [name for name in figures(stand) if "nowhere" in name]


@pytest.mark.bugs
def test_a_bug_in_an_answer_leaves_a_report(stand: Stand, tmp_path: Path) -> None:
    def answer(_: Request) -> Response:
        raise ZeroDivisionError

    app = make_app(stand.hub, (Route("/buggy", answer),))

    with BugReports(tmp_path), pytest.raises(ZeroDivisionError):
        asked(app, "GET", "/buggy", b"", {})

    (report,) = (tmp_path / "crashes").iterdir()
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/healthz/", "/v1/hello/", "/v1/merchants/ds/photos/0/"])
def test_nobody_is_sent_on_to_another_address(stand: Stand, path: str) -> None:
    assert stand.ask("GET", path, headers={"host": "elsewhere.example"}).status == 404


def test_a_hub_that_can_write_is_ready(stand: Stand) -> None:
    assert stand.ask("GET", "/readyz", headers={}).status == 200
    assert stand.ask("GET", "/healthz", headers={}).status == 200


def test_a_merchant_is_served_by_a_hub_set_up_with_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "hub")

    def run(*words: str, code: int = 0) -> str:
        ended = main(["--home", home, "hub", *words])
        said = capsys.readouterr()
        assert ended == code, said.err
        return said.out.strip()

    run("merchant", "add", "ds", "--name", "달빛", "--country", "KR", "--site", "ICN3")
    run("merchant", "add", "bad id", "--name", "x", "--country", "KR", code=1)
    key = run("key", "ds", "--name", "shop")
    with a_hub(tmp_path / "hub") as hub:
        url = f"{hub.url}/v1/merchants/ds/cases"
        headers = {"authorization": f"Bearer {key}"}
        assert urllib3.request("GET", url, headers=headers).status == 200
        key_id = run("keys").split()[0]
        run("revoke-key", key_id)
        assert urllib3.request("GET", url, headers=headers).status == 401
        assert urllib3.request("GET", f"{hub.url}/metrics").status == 200
        with pytest.raises(Trouble, match="port-in-use"):
            check_address("127.0.0.1", hub.port)
        assert urllib3.request("GET", f"{hub.url}/v1/openapi.json").json()["paths"]
        assert key not in (tmp_path / "hub" / "hub.log").read_text()
    run("webhook", "add", "ds", "https://example.com/x")
    run("webhook", "add", "no", "https://example.com/x", code=1)
    endpoint = run("webhook", "list", "ds").split()[0]
    assert run("webhook", "replay", "ds", endpoint, "2026-01-01") == "0"
    run("check")
    out = str(tmp_path / "audit.jsonl")
    run("audit-export", "--out", out)
    run("audit-verify", out)
    shutil.copyfile(out, out + "2")
    Path(out + "2").write_bytes(b"x" + Path(out).read_bytes())
    run("audit-verify", out + "2", code=1)
    run("restored")
    run("--database", "postgresql://nobody@127.0.0.1:1/x", "check", code=3)
