"""The log is proved whole, or the first bad entry is named."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from builders import AT
from returnstation.application.troubles import Trouble
from returnstation.cli import main
from returnstation.domain.facts import NoteAdded
from returnstation.storage.audit import Proof, verify
from returnstation.storage.schema import back_up
from returnstation.storage.station import StationDatabase
from stations import counted_id

FACTS = 6

_UPDATE = "UPDATE fact SET {} WHERE seq = 3"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "station.db"
    with closing(StationDatabase(path, "ICN3", counted_id, 7)) as database:
        for number in range(1, FACTS + 1):
            with database.work() as work:
                work.facts.append("case-1", "u1", [NoteAdded(text=f"note {number}")], AT)
                work.commit()
    return path


@pytest.fixture
def copy(log: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(log, tmp_path / "station.db"))


def tamper(path: Path, *statements: str) -> None:
    """Do to the file what somebody with SQLite's shell can do."""
    with closing(dbapi2.connect(str(path), isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS fact_no_update")
        connection.execute("DROP TRIGGER IF EXISTS fact_no_delete")
        for statement in statements:
            connection.execute(statement)


def test_an_untouched_log_is_whole(copy: Path) -> None:
    proof = verify(copy)

    assert (proof.facts, proof.bad, proof.why) == (FACTS, None, None)
    assert len(proof.head) == 64


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    StationDatabase(tmp_path / "station.db", "ICN3", counted_id, 7).close()

    assert verify(tmp_path / "station.db") == Proof(0, "00" * 32)


@pytest.mark.parametrize(
    "change",
    [
        "body = CAST(replace(body, 'text', 'Text') AS BLOB)",
        "body = replace(body, 'text', 'Text')",  # SQLite makes the blob a text
        "body = x'ff'",
        "body = 5",
        "station = 'ICN4'",
        "epoch = 8",
        "fact_id = x'00'",
        "fact_id = 'text'",
        "hlc = hlc + 1",
        "hlc = 'late'",
        "type = 'case_held'",
        "version = 1",
        "subject = 'case-2'",
        "user = NULL",
        "user = 'u2'",
        "user = CAST(x'ff' AS TEXT)",
        "hash = zeroblob(32)",
        "hash = 'text'",
    ],
)
def test_any_altered_column_is_found(change: str, copy: Path) -> None:
    tamper(copy, _UPDATE.format(change))

    proof = verify(copy)

    assert (proof.facts, proof.bad, proof.why) == (2, 3, "altered")


def test_a_removed_row_is_found(copy: Path) -> None:
    tamper(copy, "DELETE FROM fact WHERE seq = 3")

    assert verify(copy).why == "missing"
    assert verify(copy).bad == 4
    assert verify(copy).facts == 2


def test_a_removed_row_is_found_even_when_the_others_move_up(copy: Path) -> None:
    tamper(
        copy,
        "DELETE FROM fact WHERE seq = 3",
        "UPDATE fact SET seq = seq - 1 WHERE seq > 3",
    )

    assert (verify(copy).bad, verify(copy).why) == (3, "altered")


def test_swapped_rows_are_found(copy: Path) -> None:
    tamper(
        copy,
        "UPDATE fact SET seq = 99 WHERE seq = 3",
        "UPDATE fact SET seq = 3 WHERE seq = 4",
        "UPDATE fact SET seq = 4 WHERE seq = 99",
    )

    assert (verify(copy).bad, verify(copy).why) == (3, "altered")


def test_a_cut_tail_shows_only_against_a_head_noted_earlier(copy: Path) -> None:
    noted = verify(copy)
    tamper(copy, "DELETE FROM fact WHERE seq > 4")

    cut = verify(copy)

    assert cut.bad is None
    assert (cut.facts, cut.head) != (noted.facts, noted.head)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.write_bytes(b"no database at all, but long enough " * 9), "damaged"),
        (lambda path: path.unlink(), "unreachable|unreadable|damaged"),
        (lambda path: tamper(path, "ALTER TABLE fact RENAME TO other"), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
    ],
)
def test_a_file_that_is_no_log_is_trouble(
    spoil: Callable[[Path], object], why: str, copy: Path
) -> None:
    spoil(copy)

    with pytest.raises(Trouble, match=why):
        verify(copy)


def test_proving_a_log_leaves_its_file_as_it_is(log: Path, tmp_path: Path) -> None:
    with closing(StationDatabase(log, "ICN3", counted_id, 7)) as database:
        back_up(database.engine, tmp_path / "backup.db")
    before = (tmp_path / "backup.db").read_bytes()

    proof = verify(tmp_path / "backup.db")

    assert proof.facts == FACTS
    assert (tmp_path / "backup.db").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["backup.db"]


def test_the_command_answers_by_exit_code(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = main(["audit", "verify", str(copy)])
    said = capsys.readouterr()
    tamper(copy, "UPDATE fact SET user = 'u2' WHERE seq = 3")
    broken = main(["audit", "verify", str(copy)])
    warned = capsys.readouterr()
    absent = main(["audit", "verify", str(copy.with_name("absent.db"))])

    assert (whole, broken, absent) == (0, 1, 3)
    assert f"{FACTS} facts, whole" in said.out
    assert said.err == ""
    assert "broken at entry 3" in warned.out
    assert "audit-broken: entry 3" in warned.err
