"""What names a person lies sealed at the hub, and is not read again once its key is forgotten."""

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from builders import an_rma
from forgetting_stand import (
    JPEG,
    MAIL,
    NAME,
    NUMBER,
    ORDER,
    PHONE,
    RMA,
    SHARD,
    SUBJECT,
    a_new_stand,
    case_of,
    photo,
    put,
    sold,
    told,
)
from merchant_stand import STATIONS, Stand
from returnstation.application.troubles import Refused, Trouble
from returnstation.cli.hub_process import MAKING
from returnstation.domain.facts import PhotoTaken
from returnstation.domain.orders import Order
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import alone
from returnstation.hub.erasing import Erasing
from returnstation.hub.made_rows import carry_making
from returnstation.hub.photos_sealed import MARK
from returnstation.hub.records import Change, Records, page
from returnstation.hub.refusing import NotDone
from returnstation.hub.sealing_old import DONE, LINKS, PHOTOS, RECORDS, OldSealing
from returnstation.hub.serving import TOMBSTONES_MS, forget_deleted
from returnstation.hub.tables import CASE, CASE_LINK, CLOCK_NOTE, CONFLICT, RECORD
from returnstation.hub.tables_merchants import EVENT, OUT
from returnstation.storage.made_rows import made_row
from returnstation.wire.batches import SentFact
from returnstation.wire.feeds import START, Row, key_of

NOTE = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    """A hub with an order and its announced return."""
    with a_new_stand(database, tmp_path) as made:
        yield made


def bodies(stand: Stand) -> list[bytes]:
    with stand.hub.database.look() as connection:
        wanted = select(RECORD.c.body).where(RECORD.c.kind.in_(("order", "rma")))
        return [bytes(body) for body in connection.scalars(wanted)]


def rows(stand: Stand) -> dict[str, Row]:
    with stand.hub.database.look() as connection:
        return {row.key: row for row in page(connection, SHARD, START, 100, "g").rows}


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_orders_and_returns_lie_sealed_and_go_down_as_they_were_sent(stand: Stand) -> None:
    assert all(NAME.encode() not in body and b"Berlin" not in body for body in bodies(stand))
    assert len(bodies(stand)) == 2

    order, rma = rows(stand)[ORDER], rows(stand)[RMA]

    assert msgspec.json.decode(order.body, type=Order) == sold()
    assert msgspec.json.decode(rma.body)["order_number"] == NUMBER
    assert put(stand, "orders", sold()) == 0 == put(stand, "rmas", an_rma())


def test_an_order_that_was_erased_is_gone_with_its_returns(stand: Stand) -> None:
    before = bodies(stand)

    assert Erasing(stand.hub).erase("ds", NUMBER) == 2

    assert [rows(stand)[key].is_deleted for key in (ORDER, RMA)] == [True, True]
    assert stand.hub.subject_keys.is_forgotten(SUBJECT)
    assert [each.why for each in Erasing(stand.hub).all()] == ["asked"]
    with stand.hub.database.work() as connection:  # as a copy from before would bring them back
        for key, body in zip((ORDER, RMA), before, strict=True):
            values = {"body": body, "is_deleted": False}
            connection.execute(update(RECORD).where(RECORD.c.key == key).values(values))
    assert [rows(stand)[key].is_deleted for key in (ORDER, RMA)] == [True, True]
    with pytest.raises(Refused, match="order-unknown"):
        Erasing(stand.hub).erase("ds", "NOBODY")


def test_an_order_that_is_sent_again_is_there_again_under_another_key(stand: Stand) -> None:
    before = stand.hub.subject_keys.keys_of([SUBJECT])
    Erasing(stand.hub).erase("ds", NUMBER)

    assert put(stand, "orders", sold()) == 1

    assert msgspec.json.decode(rows(stand)[ORDER].body, type=Order) == sold()
    assert stand.hub.subject_keys.keys_of([SUBJECT]).keys() == before.keys()
    assert stand.hub.subject_keys.keys_of([SUBJECT]) != before
    stand.clock.forward(hours=1)
    assert Erasing(stand.hub).erase("ds", NUMBER) == 1


def test_without_their_keys_records_do_not_go_down_as_if_they_were_deleted(stand: Stand) -> None:
    with stand.hub.subject_keys.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM subject_key")

    with pytest.raises(Trouble, match="hub-keys-missing"):
        rows(stand)

    assert put(stand, "orders", sold()) == 1 == put(stand, "rmas", an_rma())
    assert msgspec.json.decode(rows(stand)[ORDER].body, type=Order) == sold()


def as_before_there_were_keys(stand: Stand) -> None:
    plain = {ORDER: msgspec.json.encode(sold()), RMA: msgspec.json.encode(an_rma())}
    with stand.hub.database.work() as connection:
        for key, body in plain.items():
            connection.execute(update(RECORD).where(RECORD.c.key == key).values(body=body))
        connection.exec_driver_sql("DELETE FROM rma_of_order")


def test_records_from_before_there_were_keys_are_read_and_sealed_in_steps(stand: Stand) -> None:
    as_before_there_were_keys(stand)
    before = rows(stand)
    assert put(stand, "orders", sold()) == 0

    sealing = OldSealing(stand.hub, at_once=1)
    for _ in range(3):
        assert stand.hub.database.about(RECORDS) != DONE
        sealing.records()
    sealing.records()

    assert stand.hub.database.about(RECORDS) == DONE
    assert not any(NAME.encode() in body or b"order_number" in body for body in bodies(stand))
    assert rows(stand) == before
    assert Erasing(stand.hub).erase("ds", NUMBER) == 2


def test_returns_from_before_there_were_keys_are_erased_with_their_order(stand: Stand) -> None:
    as_before_there_were_keys(stand)

    assert Erasing(stand.hub).erase("ds", NUMBER) == 2


def test_a_return_that_names_another_order_now_stays(stand: Stand) -> None:
    put(stand, "rmas", an_rma(order_number="OTHER"))

    assert Erasing(stand.hub).erase("ds", NUMBER) == 1
    assert not rows(stand)[RMA].is_deleted


@pytest.mark.parametrize("comes_late", [False, True])
def test_words_and_photos_of_an_erased_order_are_forgotten_whenever_they_come(
    stand: Stand, logs: Sequence[Sequence[SentFact]], *, comes_late: bool
) -> None:
    case_id = case_of(logs[0])
    digest = photo(stand)
    shared = photo(stand, b"of two orders")
    stand.hub.subject_keys.made([f"case:{case_id}"], 1)
    log = told(logs[0], PhotoTaken(digest=digest), PhotoTaken(digest=shared))
    with stand.hub.database.work() as connection:
        link = {"topic": f"photo:{shared}", "case_id": "of-another-order"}
        connection.execute(CASE_LINK.insert(), link)

    if comes_late:
        Erasing(stand.hub).erase("ds", NUMBER)
        stand.take(log)
        stand.hub.photos.remove_erased(1)
    else:
        stand.take(log)
        assert stand.hub.photos.read(digest) == JPEG + b"a photo"
        Erasing(stand.hub).erase("ds", NUMBER)

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_id}")
    for read in (stand.hub.photos.read, stand.hub.photos.thumbnail):
        with pytest.raises(NotDone, match="photo-erased"):
            read(digest)
        assert read(shared) is not None
    assert not [file for file in files(stand.hub.home) if digest in file.name]


@pytest.mark.parametrize("is_other_forgotten", [False, True])
def test_a_photo_of_two_orders_goes_with_the_last_of_them(
    stand: Stand, logs: Sequence[Sequence[SentFact]], *, is_other_forgotten: bool
) -> None:
    shared = photo(stand, b"of two orders")
    stand.hub.subject_keys.made([f"case:{case_of(logs[0])}", "case:another"], 1)
    stand.take(told(logs[0], PhotoTaken(digest=shared)))
    with stand.hub.database.work() as connection:
        connection.execute(CASE_LINK.insert(), {"topic": f"photo:{shared}", "case_id": "another"})
    if is_other_forgotten:
        stand.hub.subject_keys.forget(["case:another"], 1)

    Erasing(stand.hub).erase("ds", NUMBER)

    assert stand.hub.subject_keys.is_forgotten(f"photo:{shared}") is is_other_forgotten


def test_a_photo_that_comes_after_its_order_was_erased_is_not_kept_and_not_asked_for(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    digest = hashlib.sha256(JPEG + b"late").hexdigest()
    Erasing(stand.hub).erase("ds", NUMBER)
    stand.take(told(logs[0], PhotoTaken(digest=digest)))

    assert stand.hub.photos.missing(STATIONS[0], [digest], 5).photos == ()
    assert photo(stand, b"late") == digest

    assert files(stand.hub.home / "photos") == []
    assert stand.hub.photos.wanted(STATIONS[0]) == 0
    with pytest.raises(NotDone, match="photo-erased"):
        stand.hub.photos.read(digest)


def compared(stand: Stand) -> None:
    """Let the station's clock have been compared with the hub's before its first fact."""
    row: dict[str, object] = {"station": STATIONS[0], "branch": 1, "seq": 0, "kind": "read"}
    row |= {"wall_ms": 1, "log_ms": 1, "before_ms": 1, "step_ms": 0, "offset_ms": 0}
    with stand.hub.database.work() as connection:
        connection.execute(insert(CLOCK_NOTE), row)


@pytest.mark.parametrize(("seconds", "is_kept"), [(-1, True), (0, False)])
def test_of_an_order_that_came_back_only_what_was_opened_before_is_forgotten(
    stand: Stand, logs: Sequence[Sequence[SentFact]], seconds: int, *, is_kept: bool
) -> None:
    compared(stand)
    opened_ms = next(each.hlc >> 16 for each in logs[0] if each.type == "case_opened")
    stand.clock.at = datetime.fromtimestamp(opened_ms / 1000 + seconds, UTC)
    Erasing(stand.hub).erase("ds", NUMBER)
    put(stand, "orders", sold())
    stand.clock.forward(days=1)

    stand.take(logs[0])

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(logs[0])}") is not is_kept


@pytest.mark.parametrize(("seconds", "is_kept"), [(1, True), (0, False)])
def test_where_nobody_could_compare_the_clock_it_counts_when_the_case_came_here(
    stand: Stand, logs: Sequence[Sequence[SentFact]], seconds: int, *, is_kept: bool
) -> None:
    opened_ms = next(each.hlc >> 16 for each in logs[0] if each.type == "case_opened")
    stand.clock.at = datetime.fromtimestamp(opened_ms / 1000, UTC) + timedelta(days=1)
    Erasing(stand.hub).erase("ds", NUMBER)
    put(stand, "orders", sold())
    stand.clock.forward(seconds=seconds)

    stand.take(logs[0])

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(logs[0])}") is not is_kept


def test_a_case_opened_with_an_order_that_was_erased_and_never_came_back_is_forgotten(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.clock.at = datetime(2020, 1, 1, tzinfo=UTC)
    Erasing(stand.hub).erase("ds", NUMBER)

    stand.take(logs[0])

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(logs[0])}")


def test_what_a_person_typed_is_told_to_nobody_any_more(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    (refund,) = stand.rows("refunds")
    note = {"state": "executed", "note": f"paid to {NAME}"}
    assert stand.ask("POST", stand.of(f"refunds/{refund['key']}/report"), note).status == 200
    assert NAME in stand.rows("refunds")[0]["note"]

    Erasing(stand.hub).erase("ds", NUMBER)
    stand.project()

    assert [each["note"] for each in stand.rows("refunds")] == [""]
    assert [each["state"] for each in stand.rows("refunds")] == ["executed"]
    with stand.hub.database.look() as connection:
        for table in (OUT, EVENT, RECORD):
            assert not any(
                NAME.encode() in bytes(b) for b in connection.scalars(select(table.c.body))
            )


def test_an_erased_order_is_not_said_to_have_changed(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    Erasing(stand.hub).erase("ds", NUMBER)
    stand.project()

    with stand.hub.database.look() as connection:
        assert list(connection.scalars(select(CONFLICT.c.kind))) == []
    assert [each["instruction"] for each in stand.rows("refunds")] == ["due"]


def test_an_order_its_merchant_took_back_is_said_to_have_changed(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()

    with stand.hub.database.look() as connection:
        assert list(connection.scalars(select(CONFLICT.c.kind))) == ["order_changed"]


def test_who_sends_an_order_while_it_is_erased_is_waited_for(stand: Stand) -> None:
    hub = stand.hub
    with ThreadPoolExecutor(1) as pool:
        with hub.database.work() as connection:
            content = msgspec.json.encode(sold("FRESH"))
            change = Change("order", key_of("ds", "FRESH"), content)
            Records(connection, SHARD, hub.now_ms(), 7).put([change, Change("order", ORDER, b"{}")])
            erasing = pool.submit(Erasing(hub).erase, "ds", NUMBER)
            time.sleep(0.2)
            assert not erasing.done()
        erasing.result(9)

    assert rows(stand)[ORDER].is_deleted
    assert hub.subject_keys.is_forgotten(SUBJECT)


def test_a_case_that_is_projected_while_its_order_is_erased_is_forgotten_too(stand: Stand) -> None:
    hub = stand.hub
    row: dict[str, object] = {"case_id": "late", "station": "s", "merchant_id": "ds"}
    row |= {"number": "C-1", "order_number": NUMBER, "state": "open", "opened_ms": 1}
    row |= {"corrected_ms": 1, "changed_ms": 1, "body": b"{}"}
    with ThreadPoolExecutor(1) as pool:
        with hub.database.work() as connection:
            alone(connection)
            connection.execute(insert(CASE), row)
            link = {"topic": SUBJECT, "case_id": "late"}
            connection.execute(CASE_LINK.insert(), link)
            erasing = pool.submit(Erasing(hub).erase, "ds", NUMBER)
            time.sleep(0.2)
            assert not erasing.done()
        erasing.result(9)

    assert hub.subject_keys.is_forgotten("case:late")


@pytest.mark.parametrize("is_announced", [True, False])
def test_an_order_its_merchant_took_back_is_forgotten_with_its_tombstone(
    stand: Stand, *, is_announced: bool
) -> None:
    put(stand, "orders", sold("STAYS"))
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    if not is_announced:
        stand.ask("DELETE", stand.of(f"rmas/{an_rma().number}"))
    assert not stand.hub.subject_keys.is_forgotten(SUBJECT)

    stand.clock.at += timedelta(milliseconds=TOMBSTONES_MS)
    forget_deleted(stand.hub)
    assert not stand.hub.subject_keys.is_forgotten(SUBJECT)
    stand.clock.at += timedelta(milliseconds=1)
    forget_deleted(stand.hub)

    assert stand.hub.subject_keys.is_forgotten(SUBJECT) is not is_announced
    assert not stand.hub.subject_keys.is_forgotten("order:ds/STAYS")
    assert all(not row.is_deleted for row in rows(stand).values())


def test_photos_lie_sealed_and_those_from_before_are_sealed_in_steps(stand: Stand) -> None:
    digest = photo(stand)
    lying = files(stand.hub.home / "photos")
    assert len(lying) == 2
    assert all(file.read_bytes().startswith(MARK) for file in lying)
    for file in lying:
        is_small = "thumbnails" in file.parts
        file.write_bytes(JPEG + (b"small" if is_small else b"a photo"))
    assert stand.hub.photos.read(digest) == JPEG + b"a photo"

    sealing = OldSealing(stand.hub)
    for _ in range(3):
        sealing.photos()

    assert stand.hub.database.about(PHOTOS) == DONE
    assert all(file.read_bytes().startswith(MARK) for file in lying)
    assert stand.hub.photos.read(digest) == JPEG + b"a photo"
    assert stand.hub.photos.thumbnail(digest) == JPEG + b"small"


def test_a_small_picture_does_not_pass_for_its_photo(stand: Stand) -> None:
    digest = photo(stand)
    large, small = sorted(files(stand.hub.home / "photos"))
    large.write_bytes(small.read_bytes())

    with pytest.raises(Trouble, match="hub-keys-missing"):
        stand.hub.photos.read(digest)


def test_cases_from_before_are_linked_to_their_photos(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    digest = photo(stand)
    stand.take(told(logs[0], PhotoTaken(digest=digest)))
    with stand.hub.database.work() as connection:
        connection.execute(delete(CASE_LINK).where(CASE_LINK.c.topic.startswith("photo:")))

    sealing = OldSealing(stand.hub)
    for _ in range(3):
        sealing.links()
    stand.project()
    Erasing(stand.hub).erase("ds", NUMBER)

    assert stand.hub.database.about(LINKS) == DONE
    with pytest.raises(NotDone, match="photo-erased"):
        stand.hub.photos.read(digest)


def test_a_store_that_is_away_hinders_no_erasure(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    digest = photo(stand)
    stand.take(told(logs[0], PhotoTaken(digest=digest)))
    folder = stand.hub.home / "photos" / "blobs" / digest[:2]
    file = folder / f"{digest}.jpg"
    file.rename(folder / "aside")
    file.mkdir()  # which cannot be removed as a file

    Erasing(stand.hub).erase("ds", NUMBER)

    with pytest.raises(NotDone, match="photo-erased"):
        stand.hub.photos.read(digest)
    file.rmdir()
    (folder / "aside").rename(file)
    assert stand.hub.photos.remove_erased(9) == 1
    assert stand.hub.photos.remove_erased(9) == 0
    assert files(stand.hub.home / "photos") == []


def test_no_copy_of_any_file_names_the_customer_once_the_key_is_forgotten(
    tmp_path: Path, logs: Sequence[Sequence[SentFact]]
) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup"
    picture = JPEG + hashlib.shake_256(b"picture").digest(5000)
    found_by = [b"anna lehmann", b"anna.lehmann", b"493055501234"]
    assert all(word in made_row("order", msgspec.json.encode(sold())) for word in found_by)
    secrets = [word.encode() for word in (NAME, PHONE, MAIL)] + [picture[9:200], picture[-200:]]
    secrets += [*found_by, NOTE.encode()]
    with (
        closing(HubDatabase(f"sqlite:///{home}/hub.db", "hub-a")) as database,
        a_new_stand(database, home) as stand,
    ):
        carry_making(database.engine, MAKING)
        put(stand, "orders", replace(sold(), payment="invoice"))
        put(stand, "orders", sold())
        assert all(word in rows(stand)[ORDER].made for word in found_by)
        digest = photo(stand, picture[3:])
        stand.take(told(logs[0], PhotoTaken(digest=digest)))
        (refund,) = stand.rows("refunds")
        said = {"state": "executed", "note": f"{NAME}, {NOTE}"}
        stand.ask("POST", stand.of(f"refunds/{refund['key']}/report"), said)
        assert NOTE in stand.rows("refunds")[0]["note"]
        shutil.copytree(home, backup, ignore=shutil.ignore_patterns("hub-keys.db*"))
        answered = msgspec.json.decode(rows(stand)[ORDER].body, type=Order).customer
        assert (answered.name, answered.phone, answered.email) == (NAME, PHONE, MAIL)
        assert stand.hub.photos.read(digest) == picture

        Erasing(stand.hub).erase("ds", NUMBER)
        stand.project()
        database.settle_files()

        for file in [*files(home), *files(backup)]:
            content = file.read_bytes()
            assert not [secret for secret in secrets if secret in content], file
        assert {file.name for file in files(backup)} >= {"hub.db", f"{digest}.jpg"}
    shutil.copyfile(home / "hub-keys.db", backup / "hub-keys.db")  # the keys of today
    with closing(HubDatabase(f"sqlite:///{backup}/hub.db", "hub-a")) as old:
        with old.look() as connection:
            brought = page(connection, SHARD, START, 100, "g").rows
        assert not [row for row in brought if row.kind == "order" and not row.is_deleted]
