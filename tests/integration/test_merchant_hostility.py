"""Whatever is sent to the merchants' part of the hub: refused with a code, nothing changed."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from builders import an_order, an_rma
from merchant_stand import Stand, a_stand, column
from returnstation.hub import server
from returnstation.hub.database import HubDatabase
from returnstation.hub.tables import RECORD
from returnstation.hub.tables_merchants import API_KEY

ENDPOINTS = [
    ("PUT", "orders"),
    ("POST", "rmas"),
    ("POST", "products"),
    ("PUT", "policy"),
    ("POST", "refunds/x-1/report"),
    ("POST", "webhooks"),
]
NASTY = [
    "'; DROP TABLE record; --",
    '" OR ""="',
    "%00",
    "\x00",
    "\x1f",
    "\r\nx-evil: 1",
    "../../etc/passwd",
    "\ud800",
    "${jndi:ldap://x}",
    "𝕬" * 200,
    "\u202e",
]
TEXT = st.one_of(st.text(max_size=30), st.sampled_from(NASTY))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
GOOD = {"orders": an_order(), "rmas": an_rma()}


@pytest.fixture(scope="module")
def stand(database: HubDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with a_stand(database, tmp_path_factory.mktemp("home")) as made:
        yield made


def as_json(value: object) -> bytes:
    """Return JSON with whatever a careless program would write, lone surrogates too."""
    import json

    return json.dumps(value).encode("utf-8", "surrogatepass")


def is_refused_or_taken(stand: Stand, method: str, path: str, body: bytes) -> None:
    answer = stand.ask(method, stand.of(path), body)
    assert answer.status < 500, (path, body, answer.body)
    if answer.status >= 400 and answer.status not in {404, 405, 422}:
        assert answer.code


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ENDPOINTS), JSON)
def test_no_json_breaks_the_hub(stand: Stand, endpoint: tuple[str, str], value: Any) -> None:
    is_refused_or_taken(stand, *endpoint, as_json(value))


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ENDPOINTS), st.binary(max_size=60))
def test_no_bytes_break_the_hub(stand: Stand, endpoint: tuple[str, str], body: bytes) -> None:
    is_refused_or_taken(stand, *endpoint, body)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_nothing_in_a_field_breaks_the_hub(stand: Stand, word: str, chosen: st.DataObject) -> None:
    value = msgspec.to_builtins(GOOD[word])
    place = value
    while True:
        name = chosen.draw(st.sampled_from(sorted(place)))
        inner = place[name][0] if isinstance(place[name], list) and place[name] else place[name]
        if not (isinstance(inner, dict) and chosen.draw(st.booleans())):
            break
        place = inner
    place[name] = chosen.draw(JSON)

    is_refused_or_taken(stand, "PUT", word, as_json(value))


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(
        ["cases", "items", "cases/{}", "orders/{}", "webhooks/{}", "refunds/{}/report"]
    ),
    TEXT,
    TEXT,
    st.sampled_from(["GET", "DELETE", "POST", "PUT"]),
)
def test_no_address_breaks_the_hub(
    stand: Stand, pattern: str, name: str, query: str, method: str
) -> None:
    from urllib.parse import quote

    path = pattern.format(quote(name, safe="/", errors="surrogatepass"))
    said = quote(query, safe="=&", errors="surrogatepass")

    is_refused_or_taken(stand, method, f"{path}?after={said}&limit={said}", b"{}")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_key_breaks_the_hub(stand: Stand, key: str) -> None:
    for header in (key, f"Bearer {key}", f"Bearer rsk_{key}"):
        answer = stand.ask("GET", stand.of("cases"), headers={"authorization": header})
        assert answer.status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'[{"lines":' + b"[" * 50_000,
        b'{"terms":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"number":"\xff\xfe"}',
        b'[{"on_stale":"\xc3("}]',
    ],
)
@pytest.mark.parametrize(("method", "word"), [("PUT", "orders"), ("PUT", "policy")])
def test_json_of_any_depth_and_texts_that_are_none_are_refused(
    stand: Stand, method: str, word: str, body: bytes
) -> None:
    answer = stand.ask(method, stand.of(word), body)

    assert answer.status in {400, 422}


def test_terms_nested_deeply_are_refused(stand: Stand) -> None:
    deep = b'{"@graph":[' * 300 + b"{}" + b"]}" * 300

    answer = stand.ask("PUT", stand.of("policy"), b'{"terms":' + deep + b"}")

    assert (answer.status, answer.code) == (422, "terms-wrong")


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", "gzip, identity"])
def test_a_packed_body_is_refused_unread(stand: Stand, coding: str) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(64 << 20))
    headers = {"authorization": f"Bearer {stand.key}", "content-encoding": coding}

    answer = stand.ask("PUT", stand.of("orders"), bomb, headers)

    assert (answer.status, answer.code) == (415, "encoding-unsupported")


def test_another_content_type_is_refused(stand: Stand) -> None:
    headers = {"authorization": f"Bearer {stand.key}", "content-type": "text/plain"}

    answer = stand.ask("PUT", stand.of("orders"), an_order(), headers)

    assert (answer.status, answer.code) == (415, "content-type-wrong")


@pytest.mark.parametrize(("size", "status"), [(8 << 20, 400), ((8 << 20) + 1, 413)])
def test_a_body_has_a_limit(stand: Stand, size: int, status: int) -> None:
    assert stand.ask("PUT", stand.of("orders"), b"x" * size).status == status


def test_a_body_without_a_key_is_not_read(stand: Stand) -> None:
    answer = stand.ask("PUT", stand.of("orders"), b"x" * (9 << 20), {})

    assert answer.code == "api-key-missing"


def test_a_body_that_does_not_end_is_not_waited_for(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BODY_SECONDS", 0.05)
    sent: list[Any] = []

    async def slow() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def keep(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "path": stand.of("orders"),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {stand.key}".encode())],
        "client": None,
        "scheme": "http",
        "server": ("hub", 80),
        "root_path": "",
    }
    asyncio.run(stand.app(scope, slow, keep))

    assert sent[0]["status"] == 408


def test_a_log_line_stays_one_whatever_was_asked(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        stand.ask("GET", "/v1/merchants/a%0d%0aFAKE%20LINE/cases")

    assert all("\n" not in record.getMessage() for record in caplog.records)
    assert caplog.records


def test_no_answer_carries_a_header_that_was_sent(stand: Stand) -> None:
    answer = stand.ask("GET", stand.of("cases/a%0d%0ax-evil:%201"))

    assert answer.status == 404
    assert "x-evil" not in answer.headers
    assert set(answer.headers) <= {"content-length", "content-type", "x-refused"}


@pytest.mark.parametrize("text", NASTY[:2])
def test_sql_in_names_is_only_text(stand: Stand, text: str) -> None:
    before = len(column(stand, API_KEY.c.key_id))
    order = an_order(number=text)

    assert stand.ask("PUT", stand.of("orders"), order).json["changed"] == 1
    assert stand.ask("PUT", stand.of("orders"), order).json["changed"] == 0

    assert len(column(stand, API_KEY.c.key_id)) == before


def test_what_was_refused_changed_nothing(stand: Stand) -> None:
    def count() -> int:
        with stand.hub.database.look() as connection:
            return connection.scalar(select(func.count()).select_from(RECORD)) or 0

    before = count()
    for text in ("\x00", "a\x1fb", "", " x", "x" * 121):
        assert stand.ask("PUT", stand.of("orders"), an_order(number=text)).status == 422
    nul = msgspec.to_builtins(an_order(number="NUL"))
    nul["customer"]["name"] = "a\x00b"
    assert stand.ask("PUT", stand.of("orders"), nul).json["refused"][0]["code"] == "text-wrong"

    assert count() == before
