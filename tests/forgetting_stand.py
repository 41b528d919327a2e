"""A hub for merchants with what is to be forgotten: an order, a case of it, photos."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from builders import an_order, an_rma
from merchant_stand import STATIONS, Stand, a_stand
from returnstation.domain.facts import Fact, PhotoTaken
from returnstation.domain.orders import Order
from returnstation.hub.database import HubDatabase
from returnstation.hub.sealing_notes import EVENTS, NOTES
from returnstation.hub.sealing_old import LINKS, PHOTOS, RECORDS
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import body_of
from returnstation.wire.feeds import key_of

SHARD, NUMBER = "merchant:ds", an_order().number
ORDER, RMA = key_of("ds", NUMBER), key_of("ds", an_rma().number)
SUBJECT = f"order:ds/{NUMBER}"
NAME, PHONE, MAIL = "Anna Lehmann", "+49 30 5550 1234", "anna.lehmann@example.org"
JPEG = b"\xff\xd8\xff"


def sold(number: str = NUMBER) -> Order:
    order = an_order(number=number)
    return replace(order, customer=replace(order.customer, phone=PHONE, email=MAIL))


@contextmanager
def a_new_stand(database: HubDatabase, home: Path) -> Iterator[Stand]:
    with database.subject_keys.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM subject_key")
    with a_stand(database, home) as made:
        for word in (RECORDS, PHOTOS, LINKS, NOTES, EVENTS):
            database.keep_about(word, "")
        made.hub.feeds.subscribe("ICN3", SHARD)
        put(made, "orders", sold())
        put(made, "rmas", an_rma())
        yield made


def put(stand: Stand, word: str, *things: object) -> int:
    """Send something as the merchant does, and return how many changed."""
    answer = stand.ask(
        "PUT", stand.of(word), list(things), {"authorization": f"Bearer {stand.key}"}
    )
    assert answer.status == 200, answer.body
    return int(answer.json["changed"])


def told(log: Sequence[SentFact], *facts: Fact, subject: str = "") -> list[SentFact]:
    """Return a log that goes on with facts about its case."""
    case_id = subject or next(each.subject for each in log if each.type == "case_opened")
    longer = list(log)
    for fact in facts:
        last = longer[-1]
        fact_id = hashlib.sha256(last.fact_id).digest()[:16]
        word = "photo_taken" if isinstance(fact, PhotoTaken) else "note_added"
        longer.append(
            SentFact(
                last.seq + 1,
                last.station,
                last.epoch,
                fact_id,
                last.hlc + 1,
                word,
                1,
                case_id,
                None,
                body_of(fact),
            )
        )
    return longer


def case_of(log: Sequence[SentFact]) -> str:
    return next(each.subject for each in log if each.type == "case_opened")


def photo(stand: Stand, content: bytes = b"a photo", station: str = STATIONS[0]) -> str:
    whole = JPEG + content
    digest = hashlib.sha256(whole).hexdigest()
    stand.hub.photos.put(station, digest, whole, stand.hub.now_ms())
    stand.hub.photos.put_thumbnail(station, digest, JPEG + b"small", stand.hub.now_ms())
    return digest
