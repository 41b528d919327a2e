"""Terms of a merchant that this program cannot read, as only a newer hub may send them."""

from pathlib import Path

import pytest

from builders import a_merchant, an_order
from returnstation.domain.facts import LineJudged
from returnstation.storage.filling import Filling
from stations import Worker, a_station

TERMS = {"@type": "MerchantReturnPolicy", "@id": "x", "merchantReturnDays": "ever so long"}


def test_the_case_is_opened_and_a_supervisor_decides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with a_station(tmp_path) as station:
        Filling(station.cache).merchants([a_merchant(policy=TERMS)])
        desk = Worker(station).desk

        desk.scan(an_order().shipments[0].tracking)
        desk.scan(an_order().shipments[0].tracking)

        with station.database.look() as work:
            told = work.facts.of(work.cases.open() or "")
            judged = [each.fact.verdict for each in told if isinstance(each.fact, LineJudged)]
            assert {verdict.eligible for verdict in judged} == {"review"}
            assert work.versions.read(judged[0].policy or "")
    (said,) = [record.getMessage() for record in caplog.records]
    assert "cannot be read" in said
