"""What an older program did not understand is tried again, however much of it there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from merchant_stand import STATIONS, Stand, a_stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.quarantine import try_again
from returnstation.hub.tables import DIRTY, FACT, QUARANTINE

BRANCH = 7
STILL_UNKNOWN = 1200
"""More than is tried at once, twice."""


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


def set_aside(seq: int, type_: str, body: bytes) -> tuple[dict[str, object], ...]:
    place: dict[str, object] = {"station": STATIONS[0], "branch": BRANCH, "seq": seq}
    fact: dict[str, object] = {
        "label": STATIONS[0],
        "epoch": 1,
        "fact_id": seq.to_bytes(16, "big"),
        "hlc": seq,
        "type": type_,
        "version": 1,
        "subject": f"case-{seq:05}",
        "by_user": None,
        "body": body,
        "hash": bytes(32),
        "received_ms": 1,
        "channel": "network",
    }
    return place | fact, place | {"why": "fact-unknown: then", "since_ms": 1}


def test_what_is_still_unknown_keeps_nothing_behind_it_waiting(stand: Stand) -> None:
    rows = [set_aside(seq, "of_tomorrow", b"{}") for seq in range(1, STILL_UNKNOWN + 1)]
    rows += [
        set_aside(seq, "note_added", b'{"text":"x"}')
        for seq in range(STILL_UNKNOWN + 1, STILL_UNKNOWN + 4)
    ]
    with stand.hub.database.work() as connection:
        connection.execute(insert(FACT), [fact for fact, _ in rows])
        connection.execute(insert(QUARANTINE), [why for _, why in rows])

    assert try_again(stand.hub.database) == 3

    with stand.hub.database.look() as connection:
        left = set(connection.scalars(select(QUARANTINE.c.seq)))
        assert left == set(range(1, STILL_UNKNOWN + 1))
        assert set(connection.scalars(select(DIRTY.c.subject))) == {
            f"case-{STILL_UNKNOWN + n:05}" for n in (1, 2, 3)
        }
    assert try_again(stand.hub.database) == 0
