"""Orders whose numbers look like something else: erased and kept like any other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from forgetting_stand import NUMBER, a_new_stand, case_of, photo, put, sold, told
from merchant_stand import Stand, a_finished_case
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import orders_of
from returnstation.hub.erasing import Erasing
from returnstation.wire.batches import SentFact

ODD = f"{NUMBER}, B/7"
"""As two orders are written in one line, and with what stands between merchant and order."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    """A desk's log of a case of the odd order."""
    before, after = (msgspec.json.encode(each) for each in (NUMBER, ODD))
    facts = a_finished_case(tmp_path_factory.mktemp("desk"))
    return [msgspec.structs.replace(fact, body=fact.body.replace(before, after)) for fact in facts]


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_new_stand(database, tmp_path) as made:
        put(made, "orders", replace(sold(), number=ODD))
        yield made


def test_an_order_whose_number_looks_like_two_takes_its_case_and_photos_with_it(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    digest = photo(stand)
    stand.hub.subject_keys.made([f"case:{case_of(log)}"], 1)
    stand.take(told(log, PhotoTaken(digest=digest)))

    Erasing(stand.hub).erase("ds", ODD)

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(log)}")
    assert stand.hub.subject_keys.is_forgotten(f"photo:{digest}")


def test_an_order_named_like_a_part_of_another_takes_nothing_of_it(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    stand.hub.subject_keys.made([f"case:{case_of(log)}"], 1)
    stand.take(log)

    Erasing(stand.hub).erase("ds", NUMBER)
    stand.project_anew()

    assert not stand.hub.subject_keys.is_forgotten(f"case:{case_of(log)}")


def test_a_case_names_its_order_as_the_merchant_wrote_it(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    stand.take(log)

    with stand.hub.database.look() as connection:
        assert orders_of(connection, "ds", [case_of(log)]) == {case_of(log): {ODD}}
