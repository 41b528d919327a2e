"""What several stations send at one moment is one transaction; each gets the answer it is due."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from random import randbytes

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from postgres import PostgresServer, new_database
from returnstation.application.troubles import Refused
from returnstation.hub.accepting import accept
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Intake, Sender, SenderChanged
from returnstation.hub.keys import load_keys
from returnstation.hub.log import SqlStationLog
from returnstation.hub.projecting import Projector
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables import BRANCH, DIRTY, FACT, QUARANTINE, STATION
from returnstation.wire.batches import Acked, Batch, Gap, Reply, SentFact, hashes, pack_batch
from returnstation.wire.signatures import BadSignature, sign
from returnstation.wire.signatures import Request as SignedRequest

NOW = 1_750_000_000_000
AT = datetime.fromtimestamp(NOW / 1000, UTC)
STATIONS = tuple(f"st-{place}" for place in range(6))
PATIENCE_S = 20.0
NOTE = b'{"item_id":null,"text":"torn"}'


@pytest.fixture
def intake(database: HubDatabase) -> Intake:
    return emptied(database)


def emptied(database: HubDatabase) -> Intake:
    with database.work() as connection:
        for table in (FACT, BRANCH, STATION, QUARANTINE, DIRTY):
            connection.execute(delete(table))
        for name in STATIONS:
            row: dict[str, object] = {"station": name, "site": "ICN", "name": name}
            row |= {"key": name.encode(), "enrolled_ms": 1, "first_number": 1, "last_number": 9}
            connection.execute(insert(STATION), row)
    return Intake(database, load_keys(database, bytes(32)))


def batch(first: int = 1, before: bytes = bytes(32), type_: str = "note_added") -> Batch:
    facts = tuple(
        SentFact(seq, "x", 5, bytes(16), seq << 16, type_, 1, f"case-{seq}", None, NOTE)
        for seq in range(first, first + 3)
    )
    return Batch(branch=7, before=before, facts=facts)


@contextmanager
def nobody_gets_through(database: HubDatabase) -> Iterator[None]:
    """Hold what every intake must lock first."""
    with database.work() as connection:
        connection.execute(select(STATION.c.station).with_for_update())
        yield


def taken_at_once(
    intake: Intake, coming: Sequence[tuple[str | Sender, Batch]]
) -> list[Future[Reply]]:
    """Let all of them come before the first gets through."""
    with ThreadPoolExecutor(len(coming)) as pool:
        with nobody_gets_through(intake.database):
            futures = [pool.submit(intake.take, sender(who), what, NOW) for who, what in coming]
            while intake.waiting < len(coming) - 1:
                assert not any(future.done() for future in futures)
        return futures


def sender(who: str | Sender) -> Sender:
    return Sender(who) if isinstance(who, str) else who


def heads(database: HubDatabase) -> dict[str, int]:
    with database.look() as connection:
        return {row.station: row.seq for row in connection.execute(select(BRANCH))}


def facts_of(database: HubDatabase) -> int:
    with database.look() as connection:
        return int(connection.scalar(select(func.count()).select_from(FACT)) or 0)


def test_six_stations_need_fewer_transactions(intake: Intake) -> None:
    commits: list[Connection] = []
    noted = commits.append
    event.listen(intake.database.engine, "commit", noted)

    futures = taken_at_once(intake, [(name, batch()) for name in STATIONS])

    event.remove(intake.database.engine, "commit", noted)
    assert all(isinstance(future.result(PATIENCE_S), Acked) for future in futures)
    assert heads(intake.database) == dict.fromkeys(STATIONS, 3)
    assert facts_of(intake.database) == 3 * len(STATIONS)
    assert len(commits) == 1 + 2  # the one that held them up, the one that came first, all others


def test_one_that_is_unknown_is_refused_and_keeps_no_other_out(intake: Intake) -> None:
    coming = [*((name, batch()) for name in STATIONS), ("st-99", batch())]

    *known, unknown = taken_at_once(intake, coming)

    with pytest.raises(Refused, match="station-unknown"):
        unknown.result(PATIENCE_S)
    assert all(isinstance(future.result(PATIENCE_S), Acked) for future in known)
    assert heads(intake.database) == dict.fromkeys(STATIONS, 3)


def test_each_is_answered_for_its_own_batch(intake: Intake) -> None:
    begun = batch()
    last = list(hashes(begun))[-1]
    intake.take(Sender("st-1"), begun, NOW)
    coming = [
        ("st-0", batch()),
        ("st-5", batch()),
        ("st-1", begun),
        ("st-2", batch(first=9, before=b"?" * 32)),
        ("st-3", batch(type_="thing_of_tomorrow")),
        ("st-1", batch(first=4, before=last)),
    ]

    replies = [future.result(PATIENCE_S) for future in taken_at_once(intake, coming)]

    told = [(type(reply), getattr(reply, "taken", None)) for reply in replies]
    assert told[:5] == [(Acked, 3), (Acked, 3), (Acked, 0), (Gap, None), (Acked, 3)]
    assert told[5] == (Acked, 3)
    assert heads(intake.database) == {"st-0": 3, "st-1": 6, "st-3": 3, "st-5": 3}
    with intake.database.look() as connection:
        aside = set(connection.scalars(select(QUARANTINE.c.station)))
    assert aside == {"st-3"}


def test_rows_that_were_never_confirmed_give_way_and_hold_up_no_other(intake: Intake) -> None:
    with intake.database.work() as connection:
        accept(SqlStationLog(connection, "st-2", NOW), batch())
        connection.execute(delete(BRANCH))  # as if only the node with the facts had kept them

    replies = [
        future.result(PATIENCE_S)
        for future in taken_at_once(intake, [(name, batch()) for name in STATIONS])
    ]

    assert [getattr(reply, "taken", None) for reply in replies] == [3] * len(STATIONS)
    assert facts_of(intake.database) == 3 * len(STATIONS)


@pytest.mark.parametrize(
    ("who", "is_known"),
    [
        (Sender("st-0", key=b"st-0", is_sure=False), True),
        (Sender("st-0", key=b"another", is_sure=False), False),
        (Sender("st-0", is_trusted=False, key=b"st-0", is_sure=False), False),
        (Sender("st-0", is_trusted=False, key=b"another"), True),
    ],
)
def test_whom_the_intake_is_told_of_from_memory_is_looked_up_under_its_lock(
    intake: Intake, who: Sender, *, is_known: bool
) -> None:
    with nullcontext() if is_known else pytest.raises(SenderChanged):
        intake.take(who, batch(), NOW)

    assert facts_of(intake.database) == (3 if is_known else 0)


def test_one_who_changed_is_sent_back_and_keeps_no_other_out(intake: Intake) -> None:
    others = [Sender(name, key=name.encode(), is_sure=False) for name in STATIONS[1:]]
    changed = Sender("st-0", key=b"another", is_sure=False)

    *replies, odd = taken_at_once(intake, [(who, batch()) for who in (*others, changed)])

    with pytest.raises(SenderChanged):
        odd.result(PATIENCE_S)
    assert all(isinstance(reply.result(PATIENCE_S), Acked) for reply in replies)
    assert heads(intake.database) == dict.fromkeys(STATIONS[1:], 3)


class Signing:
    """A station that signs what it sends to one of several processes behind a database."""

    def __init__(self, database: HubDatabase, home: Path) -> None:
        emptied(database)
        self.key = Ed25519PrivateKey.generate()
        self.database = database
        self.known(key=self.key.public_key().public_bytes_raw())
        self.hub = Hub(database, home, lambda: AT, randbytes)
        self.sent = 0

    def known(self, **how: object) -> None:
        """Let another process change how the station is known."""
        with self.database.work() as connection:
            connection.execute(update(STATION).where(STATION.c.station == "st-0").values(**how))

    def send(self, what: Batch) -> Reply:
        self.sent += 1
        request = SignedRequest("POST", "http://hub/v1/facts", pack_batch(what))
        sign(request, self.key, "st-0", self.database.hub_id, (AT, f"nonce-{self.sent}"))
        return self.hub.take_signed(request)


def test_a_station_locked_out_by_another_process_is_trusted_no_longer(
    database: HubDatabase, tmp_path: Path
) -> None:
    station = Signing(database, tmp_path)
    one, then = of_one_case()
    station.send(one)
    station.known(revoked_ms=1)

    station.send(then)

    with database.look() as connection:
        aside = connection.execute(select(QUARANTINE.c.seq, QUARANTINE.c.why)).all()
    assert sorted(map(tuple, aside)) == [(2, "station-revoked"), (3, "station-revoked")]


def test_a_key_that_another_process_replaced_is_good_for_nothing(
    database: HubDatabase, tmp_path: Path
) -> None:
    station = Signing(database, tmp_path)
    one, then = of_one_case()
    station.send(one)
    station.known(key=bytes(32))

    with pytest.raises(BadSignature, match="signature-wrong"):
        station.send(then)

    assert facts_of(database) == 1


def test_nothing_is_taken_in_twice_from_one_request(database: HubDatabase, tmp_path: Path) -> None:
    station = Signing(database, tmp_path)
    station.send(batch())
    station.sent -= 1

    with pytest.raises(NotDone, match="request-replayed"):
        station.send(batch())


def test_a_station_whose_server_is_away_is_kept_apart_until_it_is_back(
    postgres_server: PostgresServer,
) -> None:
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as database:
        intake, failed = emptied(database), list[Connection]()
        away(database, "st-3")
        with pytest.raises(DBAPIError, match="away"):
            intake.take(Sender("st-3"), batch(), NOW)
        noted = failed.append
        event.listen(database.engine, "rollback", noted)

        futures = taken_at_once(intake, [(n, batch()) for n in STATIONS if n != "st-3"])
        with pytest.raises(DBAPIError, match="away"):
            intake.take(Sender("st-3"), batch(), NOW)

        event.remove(database.engine, "rollback", noted)
        assert all(isinstance(future.result(PATIENCE_S), Acked) for future in futures)
        assert len(failed) == 1  # its own: no others were held up by it
        back(database)
        for _ in range(2):
            assert isinstance(intake.take(Sender("st-3"), batch(), NOW), Acked)
        assert heads(database) == dict.fromkeys(STATIONS, 3)


def away(database: HubDatabase, station: str) -> None:
    """Fail whatever is kept of a station."""
    with database.work() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the server is away'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER away BEFORE INSERT ON fact FOR EACH ROW "
            f"WHEN (NEW.station = '{station}') EXECUTE FUNCTION away()"
        )


def back(database: HubDatabase) -> None:
    with database.work() as connection:
        connection.exec_driver_sql("DROP TRIGGER away ON fact")


def test_a_fact_that_comes_while_its_case_is_projected_is_projected_afterwards(
    postgres_server: PostgresServer,
) -> None:
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as database:
        intake = emptied(database)
        one, then = of_one_case()
        intake.take(Sender("st-0"), one, NOW)
        coming = [then]

        def meanwhile() -> int:
            """Return the time erasures are followed at: after the marks were read."""
            while coming:
                intake.take(Sender("st-0"), coming.pop(), NOW)
            return NOW

        projector = Projector(database, now_ms=meanwhile)

        assert (projector.step(), projector.step(), projector.step()) == (1, 1, 0)


def test_a_projector_rests_while_facts_pour_in(database: HubDatabase) -> None:
    intake = emptied(database)
    one, then = of_one_case()
    intake.take(Sender("st-0"), one, NOW)
    rests: list[float] = []
    clock = iter(range(NOW, NOW + 100_000, 250))

    def rest(seconds: float) -> None:
        rests.append(seconds)

    class Pouring(Projector):
        def step(self, most: int = 100) -> int:
            done = super().step(most)
            if not rests:
                intake.take(Sender("st-0"), then, NOW)
            return done

    done = Pouring(database, now_ms=lambda: next(clock)).run(rest)

    assert done == 2
    assert len(rests) == 1
    assert 0.75 <= rests[0] <= 1.0
    assert Projector(database).run(rest) == 0
    intake.take(Sender("st-1"), one, NOW)
    assert Projector(database).run(rest) == 1
    assert len(rests) == 1


def of_one_case() -> tuple[Batch, Batch]:
    first, *rest = (msgspec.structs.replace(fact, subject="case-1") for fact in batch().facts)
    one = Batch(branch=7, before=bytes(32), facts=(first,))
    (made,) = hashes(one)
    return one, Batch(branch=7, before=made, facts=tuple(rest))
