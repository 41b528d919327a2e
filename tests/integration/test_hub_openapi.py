"""The OpenAPI document: well formed, whole, and true of what the hub answers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from starlette.routing import Route

from builders import a_product, an_order, an_rma
from merchant_stand import Stand, a_finished_case, a_sqlite, a_stand
from returnstation.hub.merchant_routes import STATUS
from returnstation.hub.merchant_views import KINDS
from returnstation.hub.webhook_events import TYPES
from webhook_receiver import a_receiver

METHODS = {"get", "put", "post", "delete"}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    home = tmp_path_factory.mktemp("hub")
    with a_sqlite(home) as database, a_stand(database, home) as made:
        made.take(a_finished_case(tmp_path_factory.mktemp("desk")))
        yield made


@pytest.fixture(scope="module")
def told(stand: Stand) -> Any:
    answer = stand.ask("GET", "/v1/openapi.json", headers={})
    assert answer.status == 200
    return answer.json


def operations(told: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def valid(told: Any, schema: Any, value: object) -> list[str]:
    whole = {**schema, "components": told["components"]}
    checker = Draft202012Validator(whole, format_checker=FormatChecker())
    return [error.message for error in checker.iter_errors(value)]


def answer_schema(told: Any, path: str, method: str = "get") -> Any:
    operation = told["paths"][f"/v1/merchants/{{merchant}}{path}"][method]
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def test_every_operation_is_named_once_and_says_what_is_in_its_path(told: Any) -> None:
    names = [operation["operationId"] for _, _, operation in operations(told)]
    assert len(set(names)) == len(names) > 20

    for path, method, operation in operations(told):
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path))
        assert method in METHODS
        assert operation["summary"]
        assert set(operation["responses"]) > {"default"}


def test_every_schema_is_one_and_every_reference_leads_somewhere(told: Any) -> None:
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = msgspec.json.encode(told).decode()
    for section, name in set(re.findall(r'"\$ref":"#/components/(\w+)/([^"]+)"', text)):
        assert name in told["components"][section]


def test_every_route_of_merchants_is_in_the_document(stand: Stand, told: Any) -> None:
    known = [route for route in stand.app.routes if isinstance(route, Route)]
    routes = {
        (route.path.replace(":path", ""), method)
        for route in known
        if route.path.startswith("/v1/merchants")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes == {(path, method.upper()) for path, method, _ in operations(told)}


def test_every_event_is_described(told: Any) -> None:
    assert set(told["webhooks"]) == set(TYPES)
    assert told["openapi"] == "3.1.0"


@pytest.mark.parametrize("word", sorted(KINDS))
def test_a_page_is_as_it_is_described(stand: Stand, told: Any, word: str) -> None:
    page = stand.ask("GET", stand.of(word)).json

    assert valid(told, answer_schema(told, f"/{word}"), page) == []
    assert page["rows"] or word == "conflicts"


def test_a_case_and_a_report_are_as_they_are_described(stand: Stand, told: Any) -> None:
    (case,), (refund,) = stand.rows("cases"), stand.rows("refunds")
    whole = stand.ask("GET", stand.of(f"cases/{case['number']}")).json
    report = stand.of(f"refunds/{refund['key']}/report")
    said = stand.ask("POST", report, {"state": "acknowledged"}).json

    assert valid(told, answer_schema(told, "/cases/{number}"), whole) == []
    assert valid(told, answer_schema(told, "/refunds/{key}/report", "post"), said) == []


@pytest.mark.parametrize(
    ("word", "value"), [("orders", an_order()), ("rmas", an_rma()), ("products", a_product())]
)
def test_what_is_taken_is_described(stand: Stand, told: Any, word: str, value: object) -> None:
    operation = told["paths"][f"/v1/merchants/{{merchant}}/{word}"]["put"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    plain = msgspec.json.decode(msgspec.json.encode(value))

    assert valid(told, schema, plain) == valid(told, schema, [plain, plain]) == []
    assert valid(told, schema, {"number": 7}) != []
    answer = stand.ask("PUT", stand.of(word), [value, {}]).json
    assert valid(told, answer_schema(told, f"/{word}", "put"), answer) == []


def test_a_refusal_is_as_it_is_described(stand: Stand, told: Any) -> None:
    schema = told["components"]["responses"]["Refused"]["content"]["application/json"]["schema"]
    refusal = stand.ask("GET", stand.of("cases?limit=x")).json

    assert valid(told, schema, refusal) == []


def test_webhooks_are_as_they_are_described(
    stand: Stand, told: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from returnstation.hub.webhook_delivery import Courier

    with a_receiver() as receiver:
        made = stand.ask("POST", stand.of("webhooks"), {"url": receiver.url}).json
        stand.ask("POST", stand.of(f"webhooks/{made['endpoint_id']}/replay?since=0"))
        courier = Courier(stand.hub.database, stand.desk.guard, stand.hub.now_ms, lambda: 1.0)
        courier.deliver(("ds", made["endpoint_id"]))

    assert len(receiver.came) >= 5
    for came in receiver.came:
        body = told["webhooks"][came.type]["post"]["requestBody"]
        assert valid(told, body["content"]["application/json"]["schema"], came.json) == []


def test_the_document_needs_no_key_and_tells_nothing_of_anyone(told: Any, tmp_path: Path) -> None:
    assert '"ds"' not in msgspec.json.encode(told).decode()


def test_the_examples_of_the_guide_are_taken(stand: Stand) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "hub.md").read_text(encoding="utf-8")
    (order,) = re.findall(r"merchants/ds/orders -d '(.*?)'\n", guide, re.DOTALL)

    assert stand.ask("PUT", stand.of("orders"), order.encode()).json["refused"] == []


def test_the_guide_names_every_event_every_code_and_every_figure(stand: Stand) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "hub.md").read_text(encoding="utf-8")

    assert {name for name in (*TYPES, *STATUS) if f"`{name}`" not in guide} <= {"merchant-unknown"}
    figures = set(re.findall(r"^\| `([a-z_`, ]+)`", guide, re.MULTILINE))
    told = stand.ask("GET", "/metrics", headers={}).body.decode()
    for name in ("dirty_oldest_seconds", "webhook_oldest_seconds", "quarantined_facts"):
        assert any(name in each for each in figures)
        assert f"returnstation_hub_{name} " in told
