"""A station makes a key for a case when words need one, once, and never again when forgotten."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from builders import AT
from returnstation.domain.facts import ERASED, AnswerGiven, Fact, NoteAdded
from returnstation.storage.audit import verify
from returnstation.storage.station import StationDatabase
from returnstation.wire.sealing import KEY_BYTES
from stations import counted_id

NOTE = NoteAdded(text="x")
ANSWER = AnswerGiven(item_id="i", question="q", answer="1", seconds=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[StationDatabase]:
    numbers = count(1)

    def counted_key() -> bytes:
        return next(numbers).to_bytes(KEY_BYTES, "big")

    path = tmp_path / "station.db"
    with closing(StationDatabase(path, "ICN3", counted_id, 7, counted_key)) as made:
        yield made


def append(database: StationDatabase, *facts: Fact, case_id: str = "a") -> None:
    with database.work() as work:
        work.facts.append(case_id, None, facts, AT)
        work.commit()


def unsent(database: StationDatabase) -> dict[str, int]:
    with database.look() as work:
        return {case_id: int.from_bytes(key, "big") for case_id, key in work.keys.unsent(99)}


def test_a_case_has_one_key_and_only_when_something_was_typed(database: StationDatabase) -> None:
    append(database, ANSWER)
    assert unsent(database) == {}

    append(database, NOTE, NOTE)
    append(database, NOTE)
    append(database, NOTE, case_id="b")

    assert unsent(database) == {"a": 1, "b": 2}


def test_a_key_that_was_not_committed_is_gone_with_its_fact(database: StationDatabase) -> None:
    with database.work() as work:
        work.facts.append("a", None, [NOTE], AT)

    assert unsent(database) == {}
    append(database, NOTE)
    with database.look() as work:
        assert [recorded.fact for recorded in work.facts.of("a")] == [NOTE]


def test_a_case_that_was_forgotten_keeps_nothing_that_is_typed(database: StationDatabase) -> None:
    append(database, NOTE)
    with database.work() as work:
        work.keys.forget(["a", "never-had-one"])
        work.keys.send_again()
        work.commit()
    append(database, NOTE, ANSWER)
    append(database, NOTE, case_id="never-had-one")

    assert unsent(database) == {}
    with database.look() as work:
        told = [recorded.fact for recorded in work.facts.of("a")]
        other = [recorded.fact for recorded in work.facts.of("never-had-one")]
    gone = NoteAdded(text=ERASED)
    assert (told, other) == ([gone, gone, ANSWER], [gone])
    assert verify(database.path).bad is None


def test_what_is_said_to_be_sent_is_sent_no_more_until_it_is_to_be(
    database: StationDatabase,
) -> None:
    append(database, NOTE)
    append(database, NOTE, case_id="b")
    with database.work() as work:
        work.keys.mark_sent(["a", "unknown"])
        work.commit()
    assert unsent(database) == {"b": 2}

    with database.work() as work:
        work.keys.send_again()
        work.commit()
    assert unsent(database) == {"a": 1, "b": 2}
