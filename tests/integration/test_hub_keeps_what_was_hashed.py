"""What a batch may hold at most is kept by each engine exactly as it was hashed."""

from sqlalchemy import insert, select

from returnstation.hub.database import HubDatabase
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.tables import FACT, STATION
from returnstation.wire.batches import (
    LONGEST_SUBJECT,
    Acked,
    Batch,
    SentFact,
    pack_batch,
    unpack_batch,
)

NOW = 1_750_000_000_000


def test_the_largest_numbers_and_the_longest_subject_are_kept(database: HubDatabase) -> None:
    with database.work() as connection:
        row: dict[str, object] = {"station": "ICN3-1", "site": "ICN3", "name": "Desk 1"}
        row |= {"key": bytes(32), "enrolled_ms": 1, "first_number": 1, "last_number": 9}
        connection.execute(insert(STATION), row)
    # Four bytes each, and nothing a database could squeeze.
    subject = "".join(chr(0x20000 + n * n * 7919 % 0xA6D0) for n in range(LONGEST_SUBJECT))
    version = 2**31 - 1
    fact = SentFact(1, "x", 5, bytes(16), 1 << 16, "later", version, subject, None, b"{}")
    batch = unpack_batch(pack_batch(Batch(branch=7, before=bytes(32), facts=(fact,))))

    reply = Intake(database, load_keys(database, bytes(32))).take(Sender("ICN3-1"), batch, NOW)

    assert isinstance(reply, Acked)
    with database.look() as connection:
        kept = connection.execute(select(FACT.c.version, FACT.c.subject)).one()
    assert (kept.version, kept.subject) == (version, subject)
