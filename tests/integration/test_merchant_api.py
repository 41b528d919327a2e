"""What merchants send to the hub and read from it, on both databases."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from builders import a_line, a_product, an_order, an_rma
from merchant_stand import STATIONS, Stand, a_stand, column, key_for
from returnstation.app.terms import read_terms
from returnstation.domain.money import Money
from returnstation.domain.orders import Merchant
from returnstation.hub.colliding import VOID, WAITS
from returnstation.hub.database import HubDatabase
from returnstation.hub.records import page
from returnstation.hub.tables import DIRTY, POLICY, RECORD, REFUND
from returnstation.hub.tables_merchants import ACCOUNT, OUT
from returnstation.wire.batches import SentFact
from returnstation.wire.feeds import START, key_of

TERMS = {
    "@context": "https://schema.org",
    "@type": "MerchantReturnPolicy",
    "@id": "30-days",
    "applicableCountry": "KR",
    "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
    "merchantReturnDays": 30,
}


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


# Keys


def test_a_key_opens_the_data_of_its_merchant_only(stand: Stand) -> None:
    assert stand.ask("GET", stand.of("cases")).status == 200

    foreign = stand.ask("GET", "/v1/merchants/other/cases")
    assert (foreign.status, foreign.code) == (403, "merchant-foreign")
    nobody = stand.ask("GET", "/v1/merchants/nobody/cases")
    assert (nobody.status, nobody.code) == (403, "merchant-foreign")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "api-key-missing"),
        ("Bearer ", "api-key-missing"),
        ("Basic ZHM6eA==", "api-key-missing"),
        ("Bearer nonsense", "api-key-wrong"),
        ("Bearer rsk_0000000000000001_00", "api-key-wrong"),
        ("Bearer rsk_' OR 1=1 --_x", "api-key-wrong"),
        ("Bearer rsk_\xe9_\xff", "api-key-wrong"),
    ],
)
def test_without_a_good_key_nothing_is_read(stand: Stand, header: str, code: str) -> None:
    answer = stand.ask("GET", stand.of("cases"), headers={"authorization": header})

    assert (answer.status, answer.code) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_and_no_key_stands_in_the_log(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    (known,) = [key for key in stand.desk.keys.all() if key.merchant_id == "ds"]
    with caplog.at_level(logging.DEBUG):
        stand.desk.keys.revoke(known.key_id, stand.hub.now_ms())
        answer = stand.ask("GET", stand.of("cases"))

    assert (answer.status, answer.code) == (401, "api-key-revoked")
    assert "api-key-revoked" in caplog.text
    assert stand.key not in caplog.text


# What is sent


def test_orders_rmas_and_products_come_into_the_feed_stations_follow(stand: Stand) -> None:
    assert stand.ask("PUT", stand.of("orders"), an_order()).json["changed"] == 1
    assert stand.ask("POST", stand.of("rmas"), [an_rma()]).json["changed"] == 1
    assert stand.ask("POST", stand.of("products"), [a_product()]).json["changed"] == 1

    with stand.hub.database.look() as connection:
        rows = {row.kind: row for row in page(connection, "merchant:ds", START, 9, "g").rows}
    assert set(rows) == {"merchant", "order", "rma", "product"}
    assert rows["order"].key == key_of("ds", "DS-118402")
    assert rows["order"].body == msgspec.json.encode(an_order())
    assert rows["product"].key == key_of("ds", "HR3-NV-270")


def test_sending_the_same_again_changes_nothing(stand: Stand) -> None:
    orders = [an_order(), an_order(number="DS-2")]
    assert stand.ask("POST", stand.of("orders"), orders).json["changed"] == 2

    again = stand.ask("POST", stand.of("orders"), orders).json
    assert (again["taken"], again["changed"]) == (2, 0)


def test_good_ones_go_in_and_bad_ones_are_told_with_place_field_and_code(stand: Stand) -> None:
    good, text = an_order(), msgspec.to_builtins(an_order())
    given = [
        good,
        {**text, "ordered_on": "soon"},
        {name: value for name, value in text.items() if name != "currency"},
        an_order(merchant_id="other"),
        an_order(number="A\x1fB"),
        an_order(lines=(a_line(quantity=0),)),
        an_order(lines=(a_line(gtin="08801234567890"),)),
        an_order(shipping=Money(1, "USD")),
        an_order(lines=(a_line(), a_line())),
        7,
    ]

    told = stand.ask("POST", stand.of("orders"), given).json

    assert told["taken"] == told["changed"] == 1
    assert [(each["index"], each["field"], each["code"]) for each in told["refused"]] == [
        (1, "ordered_on", "field-wrong"),
        (2, "", "field-missing"),
        (3, "merchant_id", "merchant-foreign"),
        (4, "number", "no-code"),
        (5, "lines[0].quantity", "no-whole-number"),
        (6, "lines[0].gtin", "no-gtin"),
        (7, "shipping.currency", "other-currency"),
        (8, "lines", "line-twice"),
        (9, "", "field-wrong"),
    ]


def test_where_nothing_was_good_the_status_says_so(stand: Stand) -> None:
    answer = stand.ask("PUT", stand.of("orders"), an_order(number=""))

    assert answer.status == 422
    assert answer.json["refused"][0]["code"] == "missing"


@pytest.mark.parametrize(("count", "status"), [(1000, 200), (1001, 413)])
def test_a_batch_has_a_limit(stand: Stand, count: int, status: int) -> None:
    products = [a_product(sku=f"S-{n}", gtin=None) for n in range(count)]

    assert stand.ask("POST", stand.of("products"), products).status == status


def test_what_is_taken_back_is_gone_for_the_stations(stand: Stand) -> None:
    number = "A/B 100%"
    stand.ask("PUT", stand.of("orders"), an_order(number=number))

    gone = stand.ask("DELETE", stand.of("orders/A/B%20100%25"))
    unknown = stand.ask("DELETE", stand.of("orders/NEVER"))

    assert (gone.status, unknown.status) == (204, 404)
    assert column(stand, RECORD.c.is_deleted, RECORD.c.key == key_of("ds", number)) == [True]


def test_an_order_of_another_merchant_cannot_be_taken_back(stand: Stand) -> None:
    other = {"authorization": f"Bearer {key_for(stand, 'other')}"}
    stand.ask("PUT", stand.of("orders"), an_order())

    answer = stand.ask("DELETE", "/v1/merchants/other/orders/DS-118402", headers=other)

    assert answer.status == 404
    assert column(stand, RECORD.c.is_deleted, RECORD.c.kind == "order") == [False]


# Terms


def test_terms_are_in_force_under_the_hash_a_station_names_them_by(stand: Stand) -> None:
    told = stand.ask("PUT", stand.of("policy"), {"terms": TERMS, "on_stale": "block"}).json

    with stand.hub.database.look() as connection:
        body = connection.scalar(select(RECORD.c.body).where(RECORD.c.key == "ds"))
    merchant = msgspec.json.decode(body or b"", type=Merchant)
    assert merchant.policy == TERMS
    assert told["version"] == read_terms(merchant.policy or {}).version
    assert column(stand, POLICY.c.version) == [told["version"]]
    assert stand.ask("GET", stand.of("policy")).json["on_stale"] == "block"


def test_the_same_terms_again_are_no_new_version_and_others_are(stand: Stand) -> None:
    for days in (30, 30, 40):
        stand.clock.forward(hours=1)
        stand.ask("PUT", stand.of("policy"), {"terms": {**TERMS, "merchantReturnDays": days}})

    assert len(column(stand, POLICY.c.version)) == 2


def test_terms_below_the_law_are_taken_and_told(stand: Stand) -> None:
    terms = {**TERMS, "applicableCountry": "DE", "merchantReturnDays": 3}

    told = stand.ask("PUT", stand.of("policy"), {"terms": terms})

    assert told.status == 200
    assert {each["country"] for each in told.json["warnings"]} == {"DE"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"terms": {**TERMS, "merchantReturnDays": "many"}}, 422, "terms-wrong"),
        ({"terms": {"@graph": []}}, 422, "terms-wrong"),
        ({"terms": TERMS, "on_stale": "perhaps"}, 400, "on-stale-unknown"),
        ({"terms": []}, 400, "field-wrong"),
        ({}, 400, "field-wrong"),
    ],
)
def test_terms_that_cannot_be_used_are_refused(
    stand: Stand, body: object, status: int, code: str
) -> None:
    answer = stand.ask("PUT", stand.of("policy"), body)

    assert (answer.status, answer.code) == (status, code)
    assert stand.ask("GET", stand.of("policy")).status == 404


def test_a_merchant_keeps_its_terms_when_its_name_changes(stand: Stand) -> None:
    stand.ask("PUT", stand.of("policy"), {"terms": TERMS})

    renamed = Merchant(merchant_id="ds", name="Anew", country="DE")
    stand.desk.merchants.add(renamed, stand.hub.now_ms())

    assert replace(renamed, policy=TERMS) in stand.desk.merchants.all()


# What is read


def test_a_merchant_reads_the_case_with_everything_in_it(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])

    (case,) = stand.rows("cases")
    whole = stand.ask("GET", stand.of(f"cases/{case['number']}")).json
    assert (case["state"], case["order_number"]) == ("finished", an_order().number)
    assert whole["case"] == case
    assert whole["items"] == stand.rows("items")
    assert whole["movements"][0]["went_to"] == "received"
    assert [refund["state"] for refund in whole["refunds"]] == ["due"]
    assert whole["refunds"][0]["total"]["minor"] > 0
    assert stand.ask("GET", stand.of("cases/NEVER")).code == "case-unknown"


def test_another_merchant_sees_nothing_of_it(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    (case,) = stand.rows("cases")
    other = {"authorization": f"Bearer {key_for(stand, 'other')}"}

    for word in ("cases", "items", "movements", "refunds", "conflicts"):
        told = stand.ask("GET", f"/v1/merchants/other/{word}", headers=other).json
        assert told["rows"] == []
    for name in (case["number"], case["case_id"]):
        answer = stand.ask("GET", f"/v1/merchants/other/cases/{name}", headers=other)
        assert answer.status == 404


def test_reading_goes_on_where_it_was_left_and_sees_each_thing_once(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    first = stand.ask("GET", stand.of("movements?limit=1")).json
    assert (len(first["rows"]), first["is_last"]) == (1, False)

    rest = stand.ask("GET", stand.of(f"movements?after={first['next']}")).json
    assert rest["is_last"]
    assert {row["key"] for row in rest["rows"]}.isdisjoint({first["rows"][0]["key"]})
    assert stand.ask("GET", stand.of(f"movements?after={rest['next']}")).json["rows"] == []


def test_what_changes_later_comes_again_as_it_is_now(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    cut = next(place for place, fact in enumerate(logs[0]) if fact.type == "item_put")
    stand.take(logs[0][:cut])
    before = stand.ask("GET", stand.of("cases")).json
    assert [row["value"]["state"] for row in before["rows"]] == ["open"]

    stand.take(logs[0])

    after = stand.ask("GET", stand.of(f"cases?after={before['next']}")).json
    assert [row["value"]["state"] for row in after["rows"]] == ["finished"]


def test_making_the_rows_anew_changes_nothing_for_a_merchant(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    last = {word: stand.ask("GET", stand.of(word)).json["next"] for word in ("cases", "refunds")}

    stand.project_anew()

    for word, cursor in last.items():
        assert stand.ask("GET", stand.of(f"{word}?after={cursor}")).json["rows"] == []


def test_a_merchant_that_comes_later_sees_what_was_before(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    with stand.hub.database.work() as connection:
        connection.execute(delete(ACCOUNT).where(ACCOUNT.c.merchant_id == "ds"))
    stand.take(logs[0])
    assert stand.rows("cases") == []

    stand.desk.merchants.add(Merchant(merchant_id="ds", name="x", country="KR"), 1)
    stand.project()

    assert len(stand.rows("cases")) == 1


def test_two_desks_give_one_conflict_and_one_refund_to_pay(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    for station, log in zip(STATIONS, logs, strict=True):
        stand.take(log, station)

    (conflict,) = stand.rows("conflicts")
    assert conflict["kind"] == "double_inspection"
    assert len(conflict["cases"]) == 2
    assert sorted(refund["state"] for refund in stand.rows("refunds")) == ["due", "void"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("after=hub-a.x", 400, "cursor-wrong"),
        ("after=nonsense", 400, "cursor-wrong"),
        ("after=hub-a.99999999999999999999", 400, "cursor-wrong"),
        ("after=hub-b.1", 410, "cursor-gone"),
        ("limit=0", 400, "limit-wrong"),
        ("limit=1001", 400, "limit-wrong"),
        ("limit=-1", 400, "limit-wrong"),
        ("limit=%C2%B2", 400, "limit-wrong"),
    ],
)
def test_a_page_that_cannot_be_is_refused(stand: Stand, query: str, status: int, code: str) -> None:
    answer = stand.ask("GET", stand.of(f"cases?{query}"))

    assert (answer.status, answer.code) == (status, code)


# Reports on refunds


def reported(stand: Stand, key: str, state: str) -> tuple[int, str]:
    answer = stand.ask("POST", stand.of(f"refunds/{key}/report"), {"state": state, "note": "n"})
    return answer.status, answer.json["state"] if answer.status == 200 else answer.code


def test_a_refund_is_executed_once_and_its_station_hears_of_it(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    (refund,) = stand.rows("refunds")
    key = refund["key"]

    assert reported(stand, key, "acknowledged") == (200, "acknowledged")
    assert reported(stand, key, "failed") == (200, "failed")
    assert reported(stand, key, "executed") == (200, "executed")
    assert reported(stand, key, "executed") == (200, "executed")
    assert reported(stand, key, "failed") == (409, "refund-executed")
    assert reported(stand, key, "acknowledged") == (409, "refund-executed")

    with stand.hub.database.look() as connection:
        (row,) = page(connection, "site:ICN3", START, 9, "g").rows
    assert (row.kind, row.key) == ("refund_report", key)
    assert msgspec.json.decode(row.body)["state"] == "executed"
    (now,) = stand.rows("refunds")
    assert (now["state"], now["instruction"], now["note"]) == ("executed", "due", "n")


@pytest.mark.parametrize("state", [WAITS, VOID])
def test_a_refund_that_waits_or_is_void_cannot_be_executed(
    stand: Stand, logs: Sequence[Sequence[SentFact]], state: str
) -> None:
    stand.take(logs[0])
    (refund,) = stand.rows("refunds")
    with stand.hub.database.work() as connection:
        connection.execute(REFUND.update().values(state=state))

    assert reported(stand, refund["key"], "executed") == (409, "refund-not-due")


def test_a_report_on_nothing_or_of_no_state_is_refused(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    (refund,) = stand.rows("refunds")
    other = {"authorization": f"Bearer {key_for(stand, 'other')}"}
    path = f"/v1/merchants/other/refunds/{refund['key']}/report"

    assert reported(stand, "never-1", "executed") == (404, "refund-unknown")
    assert reported(stand, refund["key"], "paid") == (400, "report-wrong")
    assert stand.ask("POST", path, {"state": "executed"}, other).code == "refund-unknown"


@pytest.mark.parametrize(
    "kind", ["refund_instructed", "item_added", "item_disposed", "case_opened"]
)
def test_what_a_restored_station_tells_twice_stops_nobody(
    stand: Stand, logs: Sequence[Sequence[SentFact]], kind: str
) -> None:
    place = next(n for n, fact in enumerate(logs[0]) if fact.type == kind)
    again = msgspec.structs.replace(logs[0][place], fact_id=bytes(16))
    facts = [*logs[0][: place + 1], again, *logs[0][place + 1 :]]

    stand.take([msgspec.structs.replace(fact, seq=n) for n, fact in enumerate(facts, start=1)])

    assert len(stand.rows("refunds")) == len(stand.rows("items")) == 1


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("item_added", b'"sku":"HR3-NV-270"', b'"sku":"HR3\\u0000"'),
        ("item_added", b'"quantity":1', b'"quantity":99999999999999999999'),
        ("refund_instructed", b'"minor":', b'"minor":99999999999999999999'),
        ("case_opened", b'"merchant_id":"ds"', b'"merchant_id":"d\\u0000s"'),
    ],
)
def test_facts_no_database_can_keep_stop_only_their_own_case(
    stand: Stand, logs: Sequence[Sequence[SentFact]], kind: str, old: bytes, new: bytes
) -> None:
    odd = [
        msgspec.structs.replace(fact, body=fact.body.replace(old, new))
        if fact.type == kind
        else fact
        for fact in logs[1]
    ]
    assert odd != logs[1]
    stand.take(odd, STATIONS[1])

    stand.take(logs[0])

    assert len([case for case in stand.rows("cases") if case["station"] == STATIONS[0]]) == 1
    assert column(stand, DIRTY.c.subject) == []


# In whatever order


def seen(stand: Stand) -> dict[tuple[str, str], bytes]:
    with stand.hub.database.look() as connection:
        rows = connection.execute(select(OUT).where(OUT.c.is_gone.is_(False)))
        return {(row.kind, row.key): bytes(row.body) for row in rows}


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_any_order_of_arrival_shows_a_merchant_the_same(
    database: HubDatabase,
    logs: Sequence[Sequence[SentFact]],
    tmp_path_factory: pytest.TempPathFactory,
    random: Random,
) -> None:
    with a_stand(database, tmp_path_factory.mktemp("whole")) as stand:
        for station, log in zip(STATIONS, logs, strict=True):
            stand.take(log, station)
        wanted = seen(stand)
    assert {kind for kind, _ in wanted} == {"cases", "items", "movements", "refunds", "conflicts"}

    with a_stand(database, tmp_path_factory.mktemp("pieces")) as stand:
        at = [0, 0]
        while any(at[n] < len(logs[n]) for n in (0, 1)):
            n = random.randint(0, 1)
            at[n] = min(len(logs[n]), at[n] + random.randint(2, 15))
            if at[n]:
                stand.take(logs[n][: at[n]], STATIONS[n])
        assert seen(stand) == wanted
        for word in ("cases", "refunds"):
            told = {row["key"]: row["value"] for row in followed(stand, word)}
            assert told == {
                key: msgspec.json.decode(body)
                for (kind, key), body in wanted.items()
                if kind == word
            }


def followed(stand: Stand, word: str) -> list[Any]:
    """Follow changes one by one to their end, and return all that came."""
    came, after, is_last = [], "", False
    while not is_last:
        page_ = stand.ask("GET", stand.of(f"{word}?limit=1&after={after}")).json
        came += page_["rows"]
        after, is_last = page_["next"], page_["is_last"]
    return came


def test_merchants_and_the_projector_do_not_wait_in_a_ring(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    (refund,) = stand.rows("refunds")
    statuses: set[int] = set()

    def send(n: int) -> None:
        order = an_order(shipping=Money(n, "EUR"))
        statuses.add(stand.ask("PUT", stand.of("orders"), order).status)

    def report(n: int) -> None:
        body = {"state": ("failed", "acknowledged")[n % 2]}
        path = stand.of(f"refunds/{refund['key']}/report")
        statuses.add(stand.ask("POST", path, body).status)

    def rename(n: int) -> None:
        stand.desk.merchants.add(Merchant(merchant_id="ds", name=f"{n}", country="KR"), n)
        terms = {"terms": {**TERMS, "merchantReturnDays": n}}
        statuses.add(stand.ask("PUT", stand.of("policy"), terms).status)

    threads = [Thread(target=_often, args=(act,)) for act in (send, report, rename)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        stand.project()
    stand.project()

    assert statuses <= {200, 409}
    (now,) = stand.rows("refunds")
    assert now["instruction"] == column(stand, REFUND.c.state)[0]


def _often(act: Callable[[int], None]) -> None:
    for n in range(20):
        act(n)
