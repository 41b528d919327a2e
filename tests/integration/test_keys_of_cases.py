"""What is typed at a desk is read at the hub as long as the key of the case is there."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from builders import AT, an_order
from hubs import HubProcess
from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.app.syncing import meet_once
from returnstation.domain.facts import ERASED, AnswerGiven, Fact, NoteAdded
from returnstation.hub.audit import export, verify
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.facts import told_of
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.projecting import Projector
from returnstation.hub.quarantine import try_again
from returnstation.hub.refusing import NotDone
from returnstation.hub.subject_intake import KeyIntake
from returnstation.hub.subject_keys import MOST_KEYS
from returnstation.hub.tables import QUARANTINE
from returnstation.settings import write_settings
from returnstation.storage.snapshots import build_snapshot
from returnstation.sync.rounds import Upload
from returnstation.wire.batches import Batch, Head, SentFact, pack_batch
from returnstation.wire.facts import FIRST, Lock, body_of, chain_hash, version_of
from returnstation.wire.sealing import KEY_BYTES
from returnstation.wire.subject_keys import pack_keys
from stations import Clock, Worker, a_station, settings

SITE = "ICN3"
WORDS = "Kim Minjun called, 010-1234"
KEY, OTHER = bytes(KEY_BYTES), bytes([1]) * KEY_BYTES


def a_note(station: Station, text: str = WORDS) -> str:
    """Write a note on a new case, and return the case's id."""
    desk = Worker(station).desk
    desk.scan(an_order().shipments[0].tracking)
    desk.note(text)
    assert desk.memory.open is not None
    return desk.memory.open.case.case_id


def notes(hub: Hub, case_id: str) -> list[str]:
    with hub.database.look() as connection:
        told = told_of(connection, case_id)
    assert told is not None
    return [each.fact.text for each in told.facts if isinstance(each.fact, NoteAdded)]


def test_what_was_typed_is_read_at_the_hub_and_stands_nowhere_open(
    hub: Hub, station: Station
) -> None:
    case_id = a_note(station)
    meet_once(station)

    assert notes(hub, case_id) == [WORDS]
    for home in (station.home, hub.home):
        assert not [f for f in home.glob("*.db*") if WORDS.encode() in f.read_bytes()]
    hub.subject_keys.forget([f"case:{case_id}"], 1)
    assert notes(hub, case_id) == [ERASED]


def test_a_key_is_sent_once(hub: Hub, station: Station) -> None:
    case_id = a_note(station)
    meet_once(station)

    with station.database.look() as work:
        assert work.keys.unsent(9) == []
        assert hub.subject_keys.keys_of([f"case:{case_id}"]) == {
            f"case:{case_id}": work.keys.of(case_id)
        }


def test_a_hub_that_lost_its_keys_gets_them_again(
    process: HubProcess, hub: Hub, station: Station
) -> None:
    case_id = a_note(station)
    meet_once(station)
    with hub.subject_keys.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM subject_key")
    hub.database.keep_about("generation", "another life")  # as whoever puts a backup back does
    process.kill()
    process.start()

    meet_once(station)

    assert notes(hub, case_id) == [WORDS]


def test_a_station_put_back_learns_that_a_case_was_forgotten(hub: Hub, station: Station) -> None:
    case_id = a_note(station)
    meet_once(station)
    hub.subject_keys.forget([f"case:{case_id}"], 1)

    station.hub.begin_life()
    meet_once(station)

    with station.database.look() as work:
        assert work.keys.of(case_id) is None
        said = [r.fact for r in work.facts.of(case_id)]
    assert NoteAdded(text=ERASED) in said
    a_word = station.desk.note("more of it")
    assert a_word.problem is None
    with station.database.look() as work:
        assert [f.text for r in work.facts.of(case_id) if isinstance(f := r.fact, NoteAdded)] == [
            ERASED
        ] * 2


def test_keys_go_on_sticks_and_are_answered_there(
    hub: Hub, station: Station, tmp_path: Path
) -> None:
    case_id = a_note(station)
    brought = [Sticks(hub).take(f) for f in write_bundle(station, tmp_path / "up").files]

    assert notes(hub, case_id) == [WORDS]
    with station.database.look() as work:
        assert work.keys.unsent(9) != []
    read_answer(station, Answering(hub, build_snapshot).write(brought, tmp_path / "down"))
    with station.database.look() as work:
        assert work.keys.unsent(9) == []


def test_an_audit_proves_what_was_hashed_and_shows_what_can_be_read(
    hub: Hub, station: Station, tmp_path: Path
) -> None:
    open_, shut = a_note(station), str(UUID(int=5))
    with station.database.work() as work:
        work.facts.append(shut, None, [NoteAdded(text="gone")], AT)
        work.commit()
    meet_once(station)
    hub.subject_keys.forget([f"case:{shut}"], 1)

    export(hub, tmp_path / "audit")

    lines = (tmp_path / "audit").read_bytes().splitlines(keepends=True)
    told = {line["subject"]: line for line in map(json.loads, lines) if "subject" in line}
    notes_only = [line for line in map(json.loads, lines) if line.get("type") == "note_added"]
    assert verify(lines, hub.keys.public.hex()).bad is None
    assert [line.get("words") for line in notes_only if line["subject"] == open_] == [
        {"text": WORDS}
    ]
    assert "words" not in told[shut]


def intake(hub: Hub, station: str, keys: dict[str, bytes]) -> dict[str, tuple[str, ...]]:
    taken = KeyIntake(hub).take(Sender(station), pack_keys(keys))
    return {name: value for name, value in msgspec.structs.asdict(taken).items() if value}


def name_of(station: Station) -> str:
    assert station.hub.address is not None
    return station.hub.address.station


def test_a_key_that_is_there_stays_and_three_more_are_kept_beside_it(
    hub: Hub, station: Station
) -> None:
    me = name_of(station)
    more = [bytes([n]) * KEY_BYTES for n in range(1, MOST_KEYS)]

    for key in (KEY, *more, KEY):
        assert intake(hub, me, {"case:first": key}) == {"kept": ("case:first",)}
    one_more = bytes([MOST_KEYS]) * KEY_BYTES
    assert intake(hub, me, {"case:first": one_more}) == {"differing": ("case:first",)}
    assert hub.subject_keys.keys_of(["case:first"]) == {"case:first": b"".join([KEY, *more])}


def test_what_is_typed_before_and_after_a_backup_was_put_back_is_read(
    process: HubProcess, hub: Hub, tmp_path: Path
) -> None:
    home, kept = tmp_path / "station", tmp_path / "kept.db"
    write_settings(home, settings())
    with closing(Station(home, Clock())) as station:
        station.hub.enrol(process.url, process.code_for(SITE))
        with station.database.work() as work:
            work.facts.append("case-1", None, [NoteAdded(text="", item_id="i")], AT)
            work.commit()
        meet_once(station)
    with (
        closing(sqlite3.connect(home / "station.db")) as live,
        closing(sqlite3.connect(kept)) as copy,
    ):
        live.backup(copy)

    for text in ("before", "after"):
        with closing(Station(home, Clock())) as station:
            with station.database.work() as work:
                work.facts.append("case-1", None, [NoteAdded(text=text)], AT)
                work.commit()
            meet_once(station)
        for file in home.glob("station.db*"):
            file.unlink()
        shutil.copy(kept, home / "station.db")

    assert {"before", "after"} <= set(notes(hub, "case-1"))


def test_a_case_of_another_site_gets_no_key_from_here(
    process: HubProcess, hub: Hub, station: Station, tmp_path: Path
) -> None:
    case_id = a_note(station)
    with a_station(tmp_path / "other", prefix="FRA1") as other:
        other.hub.enrol(process.url, process.code_for("FRA1"))
        batch_without_keys(hub, station)
        Projector(hub.database).run()

        assert intake(hub, name_of(other), {f"case:{case_id}": OTHER}) == {
            "foreign": (f"case:{case_id}",)
        }
    meet_once(station)
    assert notes(hub, case_id) == [WORDS]


def batch_without_keys(hub: Hub, station: Station) -> None:
    """Send what waits as a station of before there were keys would."""
    from returnstation.storage.outbox import Outbox

    client = station.hub.client()
    with closing(client):
        Upload(Outbox(station.database), client, lambda: 5).send_all()


def test_a_case_is_read_anew_when_its_key_comes_late(hub: Hub, station: Station) -> None:
    case_id = a_note(station)
    batch_without_keys(hub, station)
    assert notes(hub, case_id) == [ERASED]
    Projector(hub.database).run()

    with station.database.look() as work:
        key = work.keys.of(case_id) or b""
    assert intake(hub, name_of(station), {f"case:{case_id}": key})["kept"]

    assert notes(hub, case_id) == [WORDS]


def test_a_station_that_was_locked_out_gives_no_keys(hub: Hub, station: Station) -> None:
    hub.stations.revoke(name_of(station), 1)

    with pytest.raises(NotDone, match="station-revoked"):
        intake(hub, name_of(station), {"case:x": KEY})
    assert hub.subject_keys.keys_of(["case:x"]) == {}


def test_facts_go_on_without_keys_that_are_not_taken(hub: Hub, station: Station) -> None:
    hub.stations.revoke(name_of(station), 1)
    a_note(station)
    client = station.hub.client()

    with closing(client):
        assert station.hub.upload(client).send_all() > 0


def sent(facts: list[tuple[str, int, bytes]]) -> Batch:
    """Return facts as some station, newer or older, sends them."""
    rows = [
        SentFact(
            place, "ICN3", 1, UUID(int=1000 + place).bytes, place << 16, *fact[:2], "c-9", None,
            fact[2],
        )
        for place, fact in enumerate(facts, start=1)
    ]  # fmt: skip
    return Batch(branch=77, before=FIRST, facts=tuple(rows))


def test_versions_of_any_age_are_read_and_newer_ones_wait(hub: Hub, station: Station) -> None:
    lock = Lock(UUID(int=1002), KEY)
    note: Fact = NoteAdded(text="sealed")
    batch = sent(
        [
            ("note_added", 1, body_of(NoteAdded(text="open"))),
            ("note_added", version_of(note), body_of(note, lock)),
            ("note_added", 3, b'{"text":{"from":"tomorrow"}}'),
        ]
    )
    me = name_of(station)
    intake(hub, me, {"case:c-9": KEY})

    hub.take(Sender(me), pack_batch(batch))

    assert notes(hub, "c-9") == ["open", "sealed"]
    with hub.database.look() as connection:
        wanted = QUARANTINE.select().where(QUARANTINE.c.station == me)
        (waits,) = connection.execute(wanted).all()
    assert (waits.seq, waits.why) == (3, "fact-unknown: note_added version 3")
    assert try_again(hub.database) == 0


def test_what_an_older_hub_set_aside_is_read_by_a_newer_one(hub: Hub, station: Station) -> None:
    lock = Lock(UUID(int=1001), KEY)
    answer: Fact = AnswerGiven(item_id="i", question="q", answer="1", seconds=1, value="words")
    me = name_of(station)
    batch = sent([("answer_given", version_of(answer), body_of(answer, lock))])
    hub.take(Sender(me), pack_batch(batch))
    with hub.database.work() as connection:  # as a hub that knows version 1 only leaves it
        connection.execute(
            QUARANTINE.insert().values(
                station=me, branch=77, seq=1, why="fact-unknown: answer_given version 2", since_ms=1
            )
        )

    assert try_again(hub.database) == 1
    with hub.database.look() as connection:
        assert connection.execute(QUARANTINE.select().where(QUARANTINE.c.station == me)).all() == []


def test_the_hubs_copy_of_the_chain_is_the_stations(hub: Hub, station: Station) -> None:
    a_note(station)
    meet_once(station)

    with station.database.reading() as connection:
        head = connection.exec_driver_sql("SELECT seq, hash FROM fact ORDER BY seq DESC").first()
    assert head is not None
    heads = hub.hello(Sender(name_of(station))).heads
    assert Head(heads[0].branch, *head) in heads
    assert chain_hash(sent([("x", 1, b"{}")]).facts[0].entry(), FIRST) != head[1]
