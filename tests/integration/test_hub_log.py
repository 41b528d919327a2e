"""The hub's log in SQLite and PostgreSQL answers as the rule's own model does."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from returnstation.application.troubles import Refused
from returnstation.domain.facts import Booted, ClockRead, ClockStepped, type_name
from returnstation.hub.accepting import accept
from returnstation.hub.database import HubDatabase
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys, read_receipt
from returnstation.hub.log import SqlStationLog
from returnstation.hub.quarantine import try_again
from returnstation.hub.tables import BRANCH, CLOCK_NOTE, DIRTY, FACT, QUARANTINE, STATION
from returnstation.wire.batches import Acked, Batch, Fork, Gap, SentFact, unpack_batch
from returnstation.wire.facts import body_of
from sync_world import Machine, World

NOW = 1_750_000_000_000
SECRET = bytes(range(32))


@pytest.fixture
def intake(database: HubDatabase) -> Intake:
    with database.work() as connection:
        for table in (FACT, BRANCH, STATION, QUARANTINE, DIRTY, CLOCK_NOTE):
            connection.execute(delete(table))
        for name in ("st-0", "st-1"):
            row = {
                "station": name,
                "site": "ICN",
                "name": name,
                "key": SECRET,
                "enrolled_ms": 1,
                "first_number": 1,
                "last_number": 9,
            }
            connection.execute(insert(STATION), row)
    return Intake(database, load_keys(database, SECRET))


def a_world() -> tuple[World, Machine]:
    world = World()
    return world, world.add()


def batch_of(world: World, machine: Machine) -> Batch:
    content = world.batch(machine)
    assert content is not None
    return unpack_batch(content)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "send", "lose", "restore", "clone", "meet"]), st.integers(0, 3)
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_every_answer_is_the_models(intake: Intake, steps: list[tuple[str, int]]) -> None:
    with intake.database.work() as connection:
        for table in (FACT, BRANCH, DIRTY):
            connection.execute(delete(table))
    world, first = a_world()
    backup = first.copy()
    for step, place in steps:
        machine = world.machines[place % len(world.machines)]
        match step:
            case "write":
                world.write(machine, place + 1)
            case "restore":
                world.restore(machine, backup)
            case "clone":
                world.machines.append(machine.copy())
            case "meet":
                world.meet(machine)
                backup = machine.copy()
            case _:
                _send(world, machine, intake, is_heard=step == "send")


def _send(world: World, machine: Machine, intake: Intake, *, is_heard: bool) -> None:
    content = world.batch(machine)
    if content is None:
        return
    model = world.deliver(machine.name, content)
    real = intake.take(Sender(machine.name), unpack_batch(content), NOW)
    assert type(real) is type(model)
    match real, model:
        case (Acked(head, taken), Acked(wanted, wanted_taken)):
            assert (head, taken) == (wanted, wanted_taken)
        case (Gap(heads), Gap(wanted_heads)):
            assert set(heads) == set(wanted_heads)
        case (Fork(common), Fork(wanted)):
            assert common == wanted
    if is_heard:
        world.hear(machine, real)


def test_the_receipt_proves_how_far_the_hub_has_the_log(intake: Intake) -> None:
    world, machine = a_world()
    world.write(machine, 3)

    reply = intake.take(Sender("st-0"), batch_of(world, machine), NOW)

    assert isinstance(reply, Acked)
    public = load_keys(intake.database, SECRET).public
    receipt = read_receipt(reply.receipt, public)
    assert receipt is not None
    assert (receipt.station, receipt.seq, receipt.hash) == ("st-0", 3, reply.head.hash.hex())
    forged = bytes([reply.receipt[0] ^ 1]) + reply.receipt[1:]
    assert read_receipt(forged, public) is None


def test_a_station_nobody_enrolled_is_refused_and_nothing_is_kept(intake: Intake) -> None:
    world, machine = a_world()
    world.write(machine, 1)

    with pytest.raises(Refused, match="station-unknown"):
        intake.take(Sender("st-9"), batch_of(world, machine), NOW)

    with intake.database.look() as connection:
        assert connection.scalar(select(func.count()).select_from(FACT)) == 0


@pytest.mark.parametrize(
    ("type_", "version", "body"),
    [
        ("thing_of_tomorrow", 1, b"{}"),
        ("case_held", 9, b"{}"),
        ("case_held", 1, b"\xff"),
        ("case_held", 1, b'{"why":"\xff\xfe"}'),
        ("note_added", 2, b'{"text":"\xff\xfe"}'),
    ],
)
def test_what_cannot_be_understood_is_kept_aside_and_confirmed(
    intake: Intake, type_: str, version: int, body: bytes
) -> None:
    world, _machine = a_world()
    odd = SentFact(1, "x", 5, bytes(16), 1 << 16, type_, version, "case-1", None, body)
    batch = Batch(branch=world.branch(), before=bytes(32), facts=(odd,))

    reply = intake.take(Sender("st-0"), batch, NOW)

    assert isinstance(reply, Acked)
    with intake.database.look() as connection:
        assert connection.scalar(select(QUARANTINE.c.why)) is not None
        assert bytes(connection.scalar(select(FACT.c.body)) or b"") == body


def test_a_newer_program_releases_what_an_older_one_did_not_understand(intake: Intake) -> None:
    world, machine = a_world()
    world.write(machine, 1)
    known = batch_of(world, machine).facts[0]
    odd = SentFact(2, "x", 5, bytes(16), 1 << 30, "thing_of_tomorrow", 1, "case-9", None, b"{}")
    batch = Batch(branch=world.branch(), before=bytes(32), facts=(known, odd))
    intake.take(Sender("st-0"), batch, NOW)
    with intake.database.work() as connection:
        row = {"station": "st-0", "branch": batch.branch, "seq": 1, "why": "fact-unknown: then"}
        connection.execute(insert(QUARANTINE), row | {"since_ms": 1})
        connection.execute(delete(DIRTY))

    assert try_again(intake.database) == 1

    with intake.database.look() as connection:
        assert list(connection.scalars(select(QUARANTINE.c.seq))) == [2]
        assert list(connection.scalars(select(DIRTY.c.subject))) == [known.subject]


def test_facts_of_a_station_that_was_locked_out_are_kept_for_a_person_to_look_at(
    intake: Intake,
) -> None:
    world, machine = a_world()
    world.write(machine, 2)

    intake.take(Sender("st-0", is_trusted=False), batch_of(world, machine), NOW)

    with intake.database.look() as connection:
        assert list(connection.scalars(select(QUARANTINE.c.why))) == ["station-revoked"] * 2


def test_rows_beyond_the_head_were_never_confirmed_and_give_way(intake: Intake) -> None:
    world, machine = a_world()
    world.write(machine, 2)
    batch = batch_of(world, machine)
    with intake.database.work() as connection:
        log = SqlStationLog(connection, "st-0", NOW)
        accept(log, batch)
        connection.execute(delete(BRANCH))  # as if only the node with the facts had kept them

    reply = intake.take(Sender("st-0"), batch, NOW)

    assert isinstance(reply, Acked)
    assert reply.taken == 2


def test_what_a_station_noted_of_its_clock_is_kept_beside_its_facts(intake: Intake) -> None:
    world, machine = a_world()
    world.write(machine, 5)
    batch = batch_of(world, machine)
    told = (
        (1, Booted(wall_ms=1000)),
        (2, ClockStepped(seconds=-60, wall_ms=2000, seen_ms=1500)),
        (3, ClockRead(wall_ms=3000, offset_ms=7_200_000)),
        (4, ClockRead(wall_ms=1 << 52)),
    )
    facts = list(batch.facts)
    for place, fact in told:
        facts[place] = msgspec.structs.replace(
            facts[place], type=type_name(type(fact)), body=body_of(fact), hlc=(place << 16) + 7
        )

    intake.take(Sender("st-0"), msgspec.structs.replace(batch, facts=tuple(facts)), NOW)

    with intake.database.look() as connection:
        rows = connection.execute(select(CLOCK_NOTE).order_by(CLOCK_NOTE.c.seq)).all()
    assert [(row.seq, row.kind, row.wall_ms, row.step_ms, row.offset_ms) for row in rows] == [
        (2, "boot", 1000, 0, None),
        (3, "step", 2000, -60_000, None),
        (4, "read", 3000, 0, 7_200_000),
    ]
    assert [(row.log_ms, row.before_ms) for row in rows[1:]] == [(2, 1500), (3, 2)]
