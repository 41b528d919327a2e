"""Webhooks to a real server that fails, dawdles and comes back: everything arrives, in order."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from merchant_stand import LOOPBACK, STATIONS, Stand, a_stand, column, key_for
from returnstation.hub.database import HubDatabase
from returnstation.hub.restoring import begin_anew
from returnstation.hub.tables import CONFLICT, REFUND
from returnstation.hub.tables_merchants import DELIVERY, ENDPOINT, EVENT
from returnstation.hub.webhook_delivery import Courier
from returnstation.hub.webhook_sending import Guard
from returnstation.wire.batches import SentFact
from waiting import PATIENCE, until
from webhook_receiver import Came, Receiver, a_receiver

ONE_CASE = ["stock.moved", "stock.moved", "item.disposed", "refund.due", "case.finished"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


def an_endpoint(stand: Stand, url: str, *types: str) -> tuple[str, str]:
    made = stand.ask("POST", stand.of("webhooks"), {"url": url, "types": types})
    assert made.status == 200, made.body
    return made.json["endpoint_id"], made.json["secret"]


def courier(stand: Stand, guard: Guard | None = None) -> Courier:
    return Courier(stand.hub.database, guard or stand.desk.guard, stand.hub.now_ms, lambda: 1.0)


def deliver(stand: Stand, guard: Guard | None = None) -> int:
    """Deliver what is due, endpoint by endpoint."""
    runner = courier(stand, guard)
    return sum(runner.deliver(endpoint) for endpoint in runner.due())


def test_what_happens_to_a_case_arrives_signed_and_in_order(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    _, secret = an_endpoint(stand, receiver.url)
    stand.take(logs[0])

    assert deliver(stand) == 5

    assert receiver.types == ONE_CASE
    assert all(came.is_signed(secret) for came in receiver.came)
    assert len(receiver.once) == 5
    told = {came.type: came.json["data"]["value"] for came in receiver.came}
    assert told["case.finished"] == stand.rows("cases")[0]
    assert told["refund.due"] == stand.rows("refunds")[0]
    assert abs(int(receiver.came[0].timestamp) - stand.hub.now_ms() // 1000) <= 1
    assert deliver(stand) == 0


def test_only_the_types_that_are_wanted_come(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url, "refund.due", "conflict.opened")
    stand.take(logs[0])
    deliver(stand)

    assert receiver.types == ["refund.due"]


def test_making_the_rows_anew_tells_nobody_anything(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    deliver(stand)

    stand.project_anew()

    assert deliver(stand) == 0


def test_a_second_inspection_is_told_and_the_refund_taken_back(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url, "refund.due", "refund.void")
    for station, log in zip(STATIONS, logs, strict=True):
        stand.take(log, station)
        deliver(stand)

    states = {came.json["data"]["value"]["key"]: came.type for came in receiver.came}
    assert sorted(states.values()) == ["refund.due", "refund.void"]


@pytest.mark.parametrize(
    ("state", "event"),
    [("waits", "refund.waiting"), ("due", "refund.due"), ("void", "refund.void")],
)
def test_a_refund_that_changes_is_told(
    stand: Stand,
    receiver: Receiver,
    logs: Sequence[Sequence[SentFact]],
    state: str,
    event: str,
) -> None:
    stand.take(logs[0])
    an_endpoint(stand, receiver.url)
    (case,) = stand.rows("cases")
    for now in {state, "waits"}.symmetric_difference({"waits"}) or {state}:
        other = "void" if now == "due" else "due"
        with stand.hub.database.work() as connection:
            connection.execute(REFUND.update().values(state=other))
            stand.desk.telling.tell(connection, {case["case_id"]})
            connection.execute(REFUND.update().values(state=now))
            stand.desk.telling.tell(connection, {case["case_id"]})
    deliver(stand)

    assert receiver.types[-1] == event


def test_a_conflict_is_told_when_it_opens_and_when_it_is_settled(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    for station, log in zip(STATIONS, logs, strict=True):
        stand.take(log, station)
    an_endpoint(stand, receiver.url)
    cases = {case["case_id"] for case in stand.rows("cases")}
    for state in ("open", "settled"):
        with stand.hub.database.work() as connection:
            connection.execute(CONFLICT.update().values(state=state))
            stand.desk.telling.tell(connection, cases)
    deliver(stand)

    assert receiver.types == ["conflict.opened", "conflict.settled"]


def test_goods_that_did_not_move_after_all_are_taken_back(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    from returnstation.hub.tables import MOVEMENT

    stand.take(logs[0])
    an_endpoint(stand, receiver.url)
    (case,) = stand.rows("cases")
    with stand.hub.database.work() as connection:
        connection.execute(MOVEMENT.delete())
        stand.desk.telling.tell(connection, {case["case_id"]})
    deliver(stand)

    assert receiver.types == ["stock.moved", "stock.moved"]
    assert all(came.json["data"]["is_gone"] for came in receiver.came)


def test_what_fails_comes_again_under_the_same_id_until_it_arrives(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    receiver.answer = lambda _: 503
    for _ in range(4):
        assert deliver(stand) == 0
        assert deliver(stand) == 0  # it is left alone for a while
        stand.clock.forward(minutes=5)
    assert len(receiver.came) == 4
    assert len(receiver.once) == 1

    receiver.answer = lambda _: 200
    stand.clock.forward(hours=1)
    assert deliver(stand) == 5

    assert [came.type for came in receiver.once] == ONE_CASE


def test_pauses_grow_and_half_of_them_is_luck(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    runner = courier(stand)
    assert [runner._pause(n) for n in (1, 2, 3, 99)] == [5_000, 10_000, 20_000, 6 * 3_600_000]
    runner.luck = lambda: 0.0
    assert runner._pause(1) == 2_500


def test_an_event_that_alone_is_not_taken_holds_up_its_own_case_only(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url, "item.disposed", "case.finished")
    for station, log in zip(STATIONS, logs, strict=True):
        stand.take(log, station)
    first = column(stand, EVENT.c.case_id, EVENT.c.type == "item.disposed")[0]

    def answer(came: Came) -> int:
        is_bad = came.case == first and came.type == "item.disposed"
        return 500 if is_bad else 204

    receiver.answer = answer
    for _ in range(3):
        deliver(stand)
        stand.clock.forward(seconds=6)

    good = {(came.case == first, came.type) for came in receiver.came if answer(came) == 204}
    assert good == {(False, "item.disposed"), (False, "case.finished")}


def test_a_server_that_dawdles_is_hung_up_on(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url, "case.finished")
    stand.take(logs[0])
    receiver.answer = lambda _: 0

    assert deliver(stand, Guard(LOOPBACK, PATIENCE, whole_seconds=0.6)) == 0

    assert column(stand, DELIVERY.c.attempts) == [1]


def test_a_server_that_takes_no_connection_or_says_nothing_is_tried_again(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        an_endpoint(stand, f"http://127.0.0.1:{silent.getsockname()[1]}/", "case.finished")
        stand.take(logs[0])
        assert deliver(stand, Guard(LOOPBACK, seconds=0.3)) == 0
    stand.clock.forward(minutes=1)
    assert deliver(stand) == 0

    assert column(stand, DELIVERY.c.attempts) == [2]
    assert "ConnectionRefusedError" in column(stand, DELIVERY.c.answer)[0]


def test_a_redirect_is_not_followed(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url, "case.finished")
    stand.take(logs[0])
    receiver.answer = lambda _: 307

    assert deliver(stand) == 0
    assert len(receiver.came) == 1
    assert column(stand, DELIVERY.c.answer) == ["307"]


def test_an_event_is_given_up_after_three_days_and_the_endpoint_after_five(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    place, _ = an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    receiver.answer = lambda _: 500
    since = stand.of(f"webhooks/{place}/replay?since=2026-11-25T00:00:00Z")
    for hours in (24 * 4, 24 * 2):
        for _ in range(hours):
            deliver(stand)
            stand.clock.forward(hours=1)
        if hours == 24 * 4:
            assert set(column(stand, DELIVERY.c.state)) == {"failed"}
            assert column(stand, ENDPOINT.c.off_why) == [""]
            stand.ask("POST", since)
    assert column(stand, ENDPOINT.c.off_why) == ["failing"]
    count = len(receiver.came)
    deliver(stand)
    assert len(receiver.came) == count

    receiver.answer = lambda _: 204
    assert stand.ask("POST", stand.of(f"webhooks/{place}/on")).status == 204
    assert stand.ask("POST", since).json == {"events": 5}
    assert deliver(stand) == 5
    assert [came.type for came in receiver.came[-5:]] == ONE_CASE


def test_a_server_that_says_gone_is_told_nothing_more(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    receiver.answer = lambda _: 410
    deliver(stand)
    stand.clock.forward(hours=1)
    deliver(stand)

    assert len(receiver.came) == 1
    (endpoint,) = stand.ask("GET", stand.of("webhooks")).json
    assert (endpoint["off_why"], endpoint["secret"]) == ("gone", None)


def test_one_process_at_a_time_delivers_to_an_endpoint(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    one, other = courier(stand), courier(stand)
    (endpoint,) = one.due()
    assert one._hold(endpoint).take()

    assert other.deliver(endpoint) == 0
    assert other.due() == []

    stand.clock.forward(minutes=10)  # the first was killed: another takes over
    assert other.deliver(endpoint) == 5


def test_what_another_process_sent_while_a_name_was_looked_up_is_not_sent_again(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    (endpoint,) = courier(stand).due()
    arrived: list[int] = []

    def slow_name_server(*args: Any, **kwargs: Any) -> Any:
        stand.clock.forward(minutes=10)
        arrived.append(courier(stand).deliver(endpoint))
        return socket.getaddrinfo(*args, **kwargs)

    slow = courier(stand)
    slow.guard = replace(slow.guard, look_up=slow_name_server)

    assert slow.deliver(endpoint) == 0

    assert arrived == [5]
    assert receiver.types == ONE_CASE
    assert column(stand, DELIVERY.c.attempts) == [1] * 5


def test_who_lost_an_endpoint_does_not_take_it_from_who_has_it(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    (endpoint,) = courier(stand).due()
    other = courier(stand)

    def slow_name_server(*_: Any, **__: Any) -> Any:
        stand.clock.forward(minutes=10)
        assert other._hold(endpoint).take()
        raise socket.gaierror

    slow = courier(stand)
    slow.guard = replace(slow.guard, look_up=slow_name_server)
    assert slow.deliver(endpoint) == 0
    stand.clock.forward(seconds=30)

    assert courier(stand).deliver(endpoint) == 0
    assert receiver.came == []


@pytest.mark.parametrize("addresses_s", [0, 49])
def test_an_endpoint_is_in_hand_for_as_long_as_a_delivery_can_take(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]], addresses_s: int
) -> None:
    an_endpoint(stand, receiver.url, "case.finished")
    stand.take(logs[0])
    (endpoint,) = courier(stand).due()
    taken: list[int] = []

    def look_up(*args: Any, **kwargs: Any) -> Any:
        stand.clock.forward(seconds=addresses_s)
        return socket.getaddrinfo(*args, **kwargs)

    def answer(_: Came) -> int:
        # Three addresses of ten seconds each, and then twenty seconds for the answer.
        stand.clock.forward(seconds=50)
        taken.append(courier(stand).deliver(endpoint))
        return 204

    receiver.answer = answer
    slow = courier(stand)
    slow.guard = Guard(slow.guard.allowed, look_up=look_up)

    assert slow.deliver(endpoint) == 1

    assert taken == [0]
    assert receiver.types == ["case.finished"]


def test_deliveries_go_on_in_threads_of_their_own(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    runner = courier(stand)
    until(lambda: len(receiver.came) >= 5, runner.start_round)
    until(lambda: not runner._at_work)

    assert receiver.types == ONE_CASE


def test_a_removed_endpoint_is_told_nothing_and_events_grow_old(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    place, _ = an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    assert stand.ask("DELETE", stand.of(f"webhooks/{place}")).status == 204

    assert deliver(stand) == 0
    stand.clock.forward(days=31)
    courier(stand).forget()
    assert column(stand, EVENT.c.n) == []
    assert stand.ask("DELETE", stand.of(f"webhooks/{place}")).code == "webhook-unknown"


def test_a_restored_hub_gives_events_ids_that_never_were(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]], tmp_path: Path
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    deliver(stand)
    before = {came.event_id for came in receiver.came}

    address = stand.hub.database.engine.url.render_as_string(hide_password=False)
    begin_anew(stand.hub.database, "another")
    try:
        with closing(HubDatabase(address.replace("+psycopg", ""), "hub-a")) as again:
            assert again.generation == "another"
            with a_stand(again, tmp_path) as anew:
                an_endpoint(anew, receiver.url)
                anew.take(logs[0])
                deliver(anew)
    finally:
        stand.hub.database.keep_about("generation", "hub-a")

    assert len({came.event_id for came in receiver.came} - before) == 5


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"url": "https://example.com/h", "types": ["no.such"]}, 400, "webhook-type-unknown"),
        ({"url": "ftp://example.com/"}, 400, "webhook-url-wrong"),
        ({"url": "https://10.0.0.1/"}, 400, "webhook-url-private"),
        ({"url": "https://a:b@example.com/"}, 400, "webhook-url-wrong"),
        ({"url": "https://example.com/\r\nx: y"}, 400, "webhook-url-wrong"),
        ({"url": 7}, 400, "field-wrong"),
        ({}, 400, "field-wrong"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(
    stand: Stand, wish: object, status: int, code: str
) -> None:
    answer = stand.ask("POST", stand.of("webhooks"), wish)

    assert (answer.status, answer.code) == (status, code)


def test_a_merchant_has_ten_endpoints_at_most_and_no_others(stand: Stand) -> None:
    for n in range(10):
        an_endpoint(stand, f"https://example.com/{n}")
    eleventh = stand.ask("POST", stand.of("webhooks"), {"url": "https://example.com/x"})
    other = {"authorization": f"Bearer {key_for(stand, 'other')}"}
    place = stand.ask("GET", stand.of("webhooks")).json[0]["endpoint_id"]

    assert (eleventh.status, eleventh.code) == (409, "webhook-too-many")
    assert stand.ask("GET", "/v1/merchants/other/webhooks", headers=other).json == []
    foreign = stand.ask("DELETE", f"/v1/merchants/other/webhooks/{place}", headers=other)
    assert foreign.code == "webhook-unknown"
    assert stand.ask("POST", stand.of(f"webhooks/{place}/replay?since=x")).code == "since-wrong"


def test_nothing_is_sent_into_a_network_that_was_not_allowed(
    stand: Stand, receiver: Receiver, logs: Sequence[Sequence[SentFact]]
) -> None:
    an_endpoint(stand, receiver.url)
    stand.take(logs[0])
    strict = Courier(stand.hub.database, Guard(), stand.hub.now_ms, lambda: 1.0)
    (endpoint,) = strict.due()

    assert strict.deliver(endpoint) == 0

    assert receiver.came == []
    assert column(stand, DELIVERY.c.answer, DELIVERY.c.attempts > 0) == ["webhook-url-private"]
