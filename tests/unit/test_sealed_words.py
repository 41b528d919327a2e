"""What a person typed is sealed in facts; without the key it reads as erased."""

import json
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    ERASED,
    AnswerGiven,
    Fact,
    ItemOverridden,
    ItemPut,
    NoteAdded,
    RefundReported,
    fields_of_words,
    type_name,
)
from returnstation.i18n import languages, load_catalog
from returnstation.wire.facts import (
    Lock,
    UnknownFact,
    body_of,
    fact_from,
    may_be_sealed,
    opened_words,
    version_of,
)
from returnstation.wire.sealing import KEY_BYTES
from returnstation.wire.upcasting import UPCASTERS, newest_version

KEY, OTHER = bytes(range(KEY_BYTES)), bytes(KEY_BYTES)
ID, OTHER_ID = UUID(int=7), UUID(int=8)
LOCK = Lock(ID, KEY)
WORDS = "김민준 010-1234"

WITH_WORDS: tuple[Fact, ...] = (
    NoteAdded(text=WORDS),
    AnswerGiven(item_id="i", question="q", answer="1", seconds=1, value=WORDS),
    ItemOverridden(item_id="i", outcome="refused", disposition=Disposition.SHIP_BACK, reason=WORDS),
    RefundReported(key="k", state="failed", note=WORDS),
)
TYPES = [type_name(kind) for kind in get_args(Fact)]


def sealed(fact: Fact, lock: Lock = LOCK) -> bytes:
    return body_of(fact, lock)


def read(fact: Fact, body: bytes, lock: Lock) -> Fact:
    return fact_from(type_name(type(fact)), version_of(fact), body, lock)


def test_every_type_with_words_has_an_example_here() -> None:
    assert {type(fact) for fact in WITH_WORDS} == {
        kind for kind in get_args(Fact) if fields_of_words(kind)
    }


@pytest.mark.parametrize("fact", WITH_WORDS, ids=lambda fact: type(fact).__name__)
def test_words_are_sealed_and_opened_with_their_key(fact: Fact) -> None:
    body = sealed(fact)

    assert WORDS.encode() not in body
    assert version_of(fact) == 2
    assert read(fact, body, LOCK) == fact


@pytest.mark.parametrize("fact", WITH_WORDS, ids=lambda fact: type(fact).__name__)
@pytest.mark.parametrize("lock", [Lock(ID), Lock(ID, OTHER), Lock(OTHER_ID, KEY)])
def test_words_without_their_key_and_fact_read_as_erased(fact: Fact, lock: Lock) -> None:
    shut = read(fact, sealed(fact), lock)

    (name,) = fields_of_words(type(fact))
    assert getattr(shut, name) == ERASED
    assert {n: v for n, v in _said(shut).items() if n != name} == {
        n: v for n, v in _said(fact).items() if n != name
    }


def _said(fact: Fact) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body_of(fact))
    return said


@pytest.mark.parametrize(
    "fact",
    [
        AnswerGiven(item_id="i", question="q", answer="1", seconds=1),
        AnswerGiven(item_id="i", question="q", answer="1", seconds=1, value=""),
        RefundReported(key="k", state="failed"),
        ItemPut(item_id="i", container="T-1"),
    ],
)
def test_a_fact_without_words_is_written_as_it_always_was(fact: Fact) -> None:
    assert sealed(fact) == body_of(fact)
    assert version_of(fact) == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_words_come_back(words: str) -> None:
    note = NoteAdded(text=words)

    assert read(note, sealed(note), LOCK) == note


@given(st.text(st.characters(categories=["Cs"]), min_size=1))
def test_characters_that_are_none_are_refused_sealed_or_not(words: str) -> None:
    note = NoteAdded(text=words)

    for lock in (None, LOCK):
        with pytest.raises(ValueError, match=r"codepoints|surrogates"):
            body_of(note, lock)


def test_what_looks_sealed_is_sealed_itself() -> None:
    look_alike = json.loads(sealed(NoteAdded(text="x")))["text"]
    note = NoteAdded(text=json.dumps(look_alike))

    assert read(note, sealed(note), LOCK) == note
    assert read(note, sealed(note), Lock(ID)) == NoteAdded(text=ERASED)


def test_equal_words_of_two_facts_look_different() -> None:
    note = NoteAdded(text="broken")

    assert sealed(note) == sealed(note)
    assert sealed(note) != sealed(note, Lock(OTHER_ID, KEY))


@pytest.mark.parametrize("text", [{}, {"sealed": 5}, {"sealed": None}, {"other": "x"}, 5, None, []])
def test_a_damaged_seal_is_a_fact_nobody_understands(text: object) -> None:
    body = json.dumps({"text": text}).encode()

    with pytest.raises(UnknownFact, match="note_added"):
        fact_from("note_added", 2, body, LOCK)


@given(st.text(max_size=80))
def test_a_seal_that_does_not_open_reads_as_erased(odd: str) -> None:
    body = json.dumps({"text": {"sealed": odd}}).encode()

    assert fact_from("note_added", 2, body, LOCK) == NoteAdded(text=ERASED)


def test_what_is_sealed_but_is_no_text_is_a_fact_nobody_understands() -> None:
    number: Any = 1

    with pytest.raises(UnknownFact):
        fact_from("note_added", 2, sealed(NoteAdded(text=number)), LOCK)


@pytest.mark.parametrize("version", [0, -1, 3])
def test_a_version_nobody_wrote_yet_is_not_understood(version: int) -> None:
    with pytest.raises(UnknownFact, match=f"note_added version {version}"):
        fact_from("note_added", version, b'{"text":"x"}')


def test_words_of_the_first_version_stand_open() -> None:
    assert fact_from("note_added", 1, b'{"text":"x"}') == NoteAdded(text="x")


def test_opened_words_are_those_a_key_opens() -> None:
    note = NoteAdded(text=WORDS)

    assert opened_words("note_added", 2, sealed(note), LOCK) == {"text": WORDS}
    assert opened_words("note_added", 2, sealed(note), Lock(ID)) == {}
    assert opened_words("note_added", 1, body_of(note), LOCK) == {}
    assert opened_words("item_put", 1, b"{}", LOCK) == {}


@pytest.mark.parametrize("type_", TYPES)
def test_each_version_of_a_type_leads_to_the_next(type_: str) -> None:
    steps = {version for name, version in UPCASTERS if name == type_}

    assert steps == set(range(1, newest_version(type_)))


@pytest.mark.parametrize("type_", TYPES)
def test_only_newer_versions_of_types_with_words_may_be_sealed(type_: str) -> None:
    kinds = {type_name(kind): kind for kind in get_args(Fact)}

    assert not may_be_sealed(type_, 1)
    assert may_be_sealed(type_, newest_version(type_)) == bool(fields_of_words(kinds[type_]))


def test_no_upcaster_is_for_a_type_that_is_none() -> None:
    assert {name for name, _ in UPCASTERS} <= set(TYPES)


@pytest.mark.parametrize("language", languages())
def test_erased_words_are_shown_in_every_language(language: str) -> None:
    catalog = load_catalog(language)

    shown = catalog.typed(ERASED)
    assert shown.startswith("(")
    assert shown in catalog.text("history.note_added", text=ERASED)
    assert catalog.typed("as typed") == "as typed"
