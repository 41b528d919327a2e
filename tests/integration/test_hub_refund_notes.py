"""What merchants wrote of refunds: told to who may know, kept sealed, gone with the case's key."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from forgetting_stand import NAME, NUMBER, a_new_stand, case_of
from merchant_stand import Stand, a_finished_case, column
from returnstation.hub.checking import check
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.refund_notes import (
    body_with,
    event_with,
    opened_event,
    opened_refunds,
    refund_in,
    value_in,
)
from returnstation.hub.sealing_notes import EVENTS, NOTES, OldNotes
from returnstation.hub.sealing_old import DONE, LINKS, PHOTOS, RECORDS
from returnstation.hub.subject_keys import TOLD
from returnstation.hub.tables import RECORD, REPORT
from returnstation.hub.tables_merchants import EVENT, OUT
from returnstation.hub.webhook_delivery import Courier
from returnstation.wire.batches import SentFact
from webhook_receiver import Receiver, a_receiver

WORDS = f"paid to {NAME}, DE89 3704"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


@pytest.fixture
def stand(
    database: HubDatabase, tmp_path: Path, log: Sequence[SentFact], receiver: Receiver
) -> Iterator[Stand]:
    """A hub with a refund of which its merchant wrote something, and an event that says so."""
    with a_new_stand(database, tmp_path) as made:
        for word in (RECORDS, PHOTOS, LINKS, NOTES, EVENTS):
            database.keep_about(word, DONE)
        made.take(log)
        hooks = {"url": receiver.url, "types": ["refund.waiting"]}
        assert made.ask("POST", made.of("webhooks"), hooks).status == 200
        (refund,) = made.rows("refunds")
        said = {"state": "acknowledged", "note": WORDS}
        answer = made.ask("POST", made.of(f"refunds/{refund['key']}/report"), said)
        assert answer.json["note"] == WORDS
        made.ask("DELETE", made.of(f"orders/{NUMBER}"))
        made.project()
        yield made


def kept(stand: Stand) -> list[bytes]:
    """Return all that the database has of refunds and what was told of them."""
    bodies = [bytes(b) for table in (OUT, EVENT, RECORD) for b in column(stand, table.c.body)]
    return [*bodies, *(str(note).encode() for note in column(stand, REPORT.c.note))]


def names_somebody(stand: Stand) -> bool:
    return any(NAME.encode() in each for each in kept(stand))


def seen(stand: Stand) -> list[str]:
    (refund,) = stand.rows("refunds")
    whole = stand.ask("GET", stand.of(f"cases/{refund['case_number']}")).json
    return [refund["note"], *(each["note"] for each in whole["refunds"])]


def sent(stand: Stand, receiver: Receiver) -> list[str]:
    runner = Courier(stand.hub.database, stand.desk.guard, stand.hub.now_ms, lambda: 1.0)
    for endpoint in runner.due():
        runner.deliver(endpoint)
    return [each.json["data"]["value"]["note"] for each in receiver.came]


def test_a_note_lies_sealed_and_its_merchant_reads_and_is_told_it(
    stand: Stand, receiver: Receiver
) -> None:
    assert not names_somebody(stand)
    assert seen(stand) == [WORDS, WORDS]
    assert sent(stand, receiver) == [WORDS]


def test_without_its_key_a_note_that_was_kept_or_copied_reads_as_nothing(
    stand: Stand, receiver: Receiver, log: Sequence[SentFact]
) -> None:
    refunds = [bytes(b) for b in column(stand, OUT.c.body, OUT.c.kind == "refunds")]
    events = [bytes(b) for b in column(stand, EVENT.c.body, EVENT.c.type == "refund.waiting")]
    keys = stand.hub.subject_keys

    keys.forget([TOLD + case_of(log)], 1)

    assert seen(stand) == ["", ""]
    assert sent(stand, receiver) == [""]
    assert [refund_in(body).note for body in opened_refunds(keys, refunds)] == [""]
    assert [refund_in(value_in(opened_event(keys, body))).note for body in events] == [""]


def test_an_erasure_takes_notes_with_it(stand: Stand) -> None:
    Erasing(stand.hub).erase("ds", NUMBER)
    stand.project()

    assert seen(stand) == ["", ""]
    assert column(stand, REPORT.c.note) == [""]


def test_a_note_that_was_altered_or_belongs_elsewhere_is_not_read(stand: Stand) -> None:
    (body,) = [bytes(b) for b in column(stand, OUT.c.body, OUT.c.kind == "refunds")]
    refund = refund_in(body)
    odd = [
        body_with(refund, refund.note[:-3]),
        body_with(refund, refund.note + "ü"),
        body_with(msgspec.structs.replace(refund, key="another"), refund.note),
    ]

    opened = opened_refunds(stand.hub.subject_keys, [*odd, body])

    assert [refund_in(each).note for each in opened] == ["", "", "", WORDS]


def test_a_note_that_looks_sealed_is_refused(stand: Stand) -> None:
    (refund,) = stand.rows("refunds")
    said = {"state": "executed", "note": "\x01abc"}

    answer = stand.ask("POST", stand.of(f"refunds/{refund['key']}/report"), said)

    assert (answer.status, answer.code) == (400, "report-wrong")


def as_before_notes_were_sealed(stand: Stand) -> None:
    with stand.hub.database.work() as connection:
        connection.execute(REPORT.update().values(note=WORDS))
        for row in connection.execute(select(OUT).where(OUT.c.kind == "refunds")).all():
            body = body_with(refund_in(bytes(row.body)), WORDS)
            connection.execute(OUT.update().where(OUT.c.key == row.key).values(body=body))
        told = EVENT.c.type == "refund.waiting"
        for row in connection.execute(select(EVENT).where(told)).all():
            value = body_with(refund_in(value_in(bytes(row.body))), WORDS)
            body = event_with(bytes(row.body), value)
            connection.execute(EVENT.update().where(EVENT.c.n == row.n).values(body=body))
    for word in (NOTES, EVENTS):
        stand.hub.database.keep_about(word, "")


def waits_to_be_sealed(stand: Stand) -> bool:
    return any("still being sealed" in each.what for each in check(stand.hub))


def test_notes_from_before_are_sealed_in_steps_and_merchants_see_no_change(
    stand: Stand, receiver: Receiver
) -> None:
    before = kept(stand)
    as_before_notes_were_sealed(stand)
    assert names_somebody(stand)
    assert seen(stand) == [WORDS, WORDS]
    assert waits_to_be_sealed(stand)

    sealing = OldNotes(stand.hub, at_once=1)
    for _ in range(6):
        sealing.step()

    assert not waits_to_be_sealed(stand)
    assert sorted(kept(stand)) == sorted(before)
    assert seen(stand) == [WORDS, WORDS]
    assert sent(stand, receiver) == [WORDS]
