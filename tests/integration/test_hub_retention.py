"""Orders and photos go once they were kept long enough, and not a moment before."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, insert, select, update

from forgetting_stand import NUMBER, ORDER, RMA, case_of, photo, put, sold, told
from merchant_stand import Stand, a_finished_case
from retention_stand import (
    DAYS,
    a_retaining_stand,
    a_settled_case,
    aged,
    change,
    ended,
    go,
    opened_conflict,
    sure,
    unheard,
    unpaid,
    untold,
)
from returnstation.application.troubles import Refused
from returnstation.cli.main import main
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.retention import DAY_MS, Retaining
from returnstation.hub.retention_settings import Days, keep, settings_of
from returnstation.hub.tables import (
    CASE,
    CASE_CLOCK,
    CASE_LINK,
    CONFLICT,
    FACT,
    LEASE,
)
from returnstation.wire.batches import SentFact


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_retaining_stand(database, tmp_path) as made:
        yield made


def unsure_and_come(at_ms: int) -> Callable[[Connection], object]:
    """Let nobody have compared the clock of any case, and the last fact have come then."""

    def change(connection: Connection) -> None:
        connection.execute(update(CASE_CLOCK).values(is_unsure=True))
        connection.execute(update(FACT).values(received_ms=1))
        connection.execute(update(FACT).where(FACT.c.seq == 2).values(received_ms=at_ms))

    return change


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_an_order_nobody_sent_back_goes_the_moment_its_days_are_over(
    stand: Stand, more_ms: int, *, is_gone: bool
) -> None:
    keep(stand.hub.database, "", {"orders": DAYS})
    long_ago = stand.hub.now_ms() - DAYS * DAY_MS
    change(stand, aged(ORDER, long_ago - more_ms), aged(RMA, 1))

    assert go(stand) == is_gone
    assert [each.why for each in Erasing(stand.hub).all()] == ["retention"] * is_gone


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_an_order_goes_when_its_last_case_ended_long_ago_too(
    stand: Stand, log: Sequence[SentFact], more_ms: int, *, is_gone: bool
) -> None:
    a_settled_case(stand, log)
    change(stand, ended(stand.hub.now_ms() - DAYS * DAY_MS - more_ms))

    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(log)}") is is_gone


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_an_order_stays_as_long_as_a_return_was_announced_lately(
    stand: Stand, more_ms: int, *, is_gone: bool
) -> None:
    keep(stand.hub.database, "", {"orders": DAYS})
    change(stand, aged(ORDER, 1), aged(RMA, stand.hub.now_ms() - DAYS * DAY_MS - more_ms))

    assert go(stand) == is_gone


@pytest.mark.parametrize("doubt", [ended(None), opened_conflict, unpaid, unheard, untold])
def test_nothing_goes_that_somebody_has_to_decide_or_to_pay(
    stand: Stand, log: Sequence[SentFact], doubt: Callable[[Connection], object]
) -> None:
    digest = photo(stand)
    a_settled_case(stand, told(log, PhotoTaken(digest=digest)))
    change(stand, doubt)

    assert go(stand) == 0
    assert stand.hub.photos.read(digest) is not None


def settled_conflict(connection: Connection) -> None:
    opened_conflict(connection)
    connection.execute(update(CONFLICT).values(state="settled"))


def void(connection: Connection) -> None:
    unheard(connection)
    connection.exec_driver_sql("UPDATE refund SET state = 'void'")


@pytest.mark.parametrize("clear", [settled_conflict, void])
def test_what_was_decided_or_must_not_be_paid_keeps_nothing(
    stand: Stand, log: Sequence[SentFact], clear: Callable[[Connection], object]
) -> None:
    a_settled_case(stand, log)
    change(stand, clear)

    assert go(stand) == 1


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_photos_go_the_moment_their_days_after_the_case_are_over(
    stand: Stand, log: Sequence[SentFact], more_ms: int, *, is_gone: bool
) -> None:
    digest = photo(stand)
    a_settled_case(stand, told(log, PhotoTaken(digest=digest)))
    keep(stand.hub.database, "", {"orders": 0})
    change(stand, ended(stand.hub.now_ms() - DAYS * DAY_MS - more_ms))

    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(f"photo:{digest}") is is_gone
    assert go(stand) == 0


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_words_of_a_case_go_even_if_no_order_takes_them_with_it(
    stand: Stand, log: Sequence[SentFact], more_ms: int, *, is_gone: bool
) -> None:
    subject = f"case:{case_of(log)}"
    stand.hub.subject_keys.made([subject], 1)
    a_settled_case(stand, log)
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()
    change(
        stand,
        ended(stand.hub.now_ms() - DAYS * DAY_MS - more_ms),
        sure,
        lambda c: c.exec_driver_sql("DELETE FROM conflict"),
    )

    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(subject) is is_gone
    stand.project()
    assert go(stand) == is_gone  # the announced return, of which no case waits any more
    assert go(stand) == 0


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_where_nobody_could_compare_a_clock_days_count_from_when_the_case_came_here(
    stand: Stand, log: Sequence[SentFact], more_ms: int, *, is_gone: bool
) -> None:
    digest = photo(stand)
    a_settled_case(stand, told(log, PhotoTaken(digest=digest)))
    change(stand, unsure_and_come(stand.hub.now_ms() - DAYS * DAY_MS - more_ms))
    keep(stand.hub.database, "", {"orders": 0})

    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(f"photo:{digest}") is is_gone
    keep(stand.hub.database, "", {"orders": DAYS})
    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(log)}") is is_gone


@pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
def test_words_whose_clock_nobody_could_compare_stay_until_days_after_they_came(
    stand: Stand, log: Sequence[SentFact], more_ms: int, *, is_gone: bool
) -> None:
    subject = f"case:{case_of(log)}"
    stand.hub.subject_keys.made([subject], 1)
    a_settled_case(stand, log)
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()
    change(
        stand,
        ended(1),
        unsure_and_come(stand.hub.now_ms() - DAYS * DAY_MS - more_ms),
        lambda c: c.exec_driver_sql("DELETE FROM conflict"),
    )

    assert go(stand) == is_gone
    assert stand.hub.subject_keys.is_forgotten(subject) is is_gone


def test_a_photo_stays_as_long_as_another_case_with_it_is_young(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    digest = photo(stand)
    a_settled_case(stand, told(log, PhotoTaken(digest=digest)))
    keep(stand.hub.database, "", {"orders": 0})
    with stand.hub.database.work() as connection:
        row = connection.execute(select(CASE)).one()
        other = row._asdict() | {"case_id": "other", "ended_ms": stand.hub.now_ms()}
        connection.execute(insert(CASE), other)
        link = {"topic": f"photo:{digest}", "case_id": "other"}
        connection.execute(insert(CASE_LINK), link)

    assert go(stand) == 0
    change(stand, ended(1))
    assert go(stand) == 1


def test_nothing_goes_as_long_as_nobody_said_so(stand: Stand) -> None:
    change(stand, aged(ORDER, 1), aged(RMA, 1))

    assert go(stand) == 0


def test_a_merchant_may_have_days_of_its_own(stand: Stand) -> None:
    keep(stand.hub.database, "", {"orders": DAYS, "photos": 14})
    keep(stand.hub.database, "ds", {"orders": 0})
    change(stand, aged(ORDER, 1), aged(RMA, 1))
    with stand.hub.database.look() as connection:
        settings = settings_of(connection)

    assert settings.of("ds") == Days("ds", 0, 14)
    assert settings.of("other") == Days("other", DAYS, 14)
    assert go(stand) == 0
    keep(stand.hub.database, "ds", {"orders": None})
    assert go(stand) == 1


@pytest.mark.parametrize(
    ("what", "count", "is_taken"),
    [
        ("orders", 29, False),
        ("orders", 30, True),
        ("photos", 13, False),
        ("photos", 14, True),
        ("photos", 36_500, True),
        ("photos", 36_501, False),
        ("orders", -1, False),
        ("orders", 0, True),
    ],
)
def test_too_few_and_too_many_days_are_refused(
    stand: Stand, what: str, count: int, *, is_taken: bool
) -> None:
    if is_taken:
        assert keep(stand.hub.database, "", {what: count}).all()[0]._asdict()[what] == count
        return
    with pytest.raises(Refused, match="retention-days"):
        keep(stand.hub.database, "", {what: count})


def test_a_pass_goes_in_small_steps_once_a_day_whoever_makes_them(stand: Stand) -> None:
    put(stand, "orders", sold("A"), sold("B"))
    keep(stand.hub.database, "", {"orders": DAYS})
    stand.clock.forward(days=DAYS + 1)

    steps = [Retaining(stand.hub, at_once=1).step() for _ in range(9)]

    assert steps == [1, 1, 1, 0, 0, 0, 0, 0, 0]
    put(stand, "orders", sold("C"))
    change(stand, aged("ds\x1fC", 1))
    assert Retaining(stand.hub).step() == 0
    stand.clock.forward(days=1)
    assert go(stand) == 1


def test_a_new_snapshot_is_made_soon_where_one_had_the_order_inside(stand: Stand) -> None:
    now_ms = stand.hub.now_ms()
    change(
        stand,
        aged(ORDER, 1),
        aged(RMA, 1),
        lambda c: c.execute(insert(LEASE), {"name": "snapshots", "until_ms": now_ms + DAY_MS}),
    )
    keep(stand.hub.database, "", {"orders": DAYS})
    go(stand)

    with stand.hub.database.look() as connection:
        assert connection.scalar(select(LEASE.c.until_ms)) == now_ms + DAY_MS // 24


def test_days_are_set_and_shown_by_a_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, list[object]]:
        code = main(["--home", str(tmp_path), "--json", "hub", "retention", *words])
        lines = capsys.readouterr().out.splitlines()
        return code, [msgspec.json.decode(line) for line in lines]

    assert run() == (0, [{"merchant_id": "", "orders": None, "photos": None}])
    assert run("--orders", "400")[1] == [{"merchant_id": "", "orders": 400, "photos": None}]
    assert run("--orders", "off", "--photos", "90")[1] == [
        {"merchant_id": "", "orders": 0, "photos": 90}
    ]
    assert run("--orders", "default")[1] == [{"merchant_id": "", "orders": None, "photos": 90}]
    assert run("--orders", "29")[0] == 1
    assert run("--merchant", "nobody", "--orders", "30")[0] == 1
    assert main(["--home", str(tmp_path), "hub", "retention"]) == 0
    assert capsys.readouterr().out == "all others  orders: off  photos: 90 days\n"
