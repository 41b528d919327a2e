"""The candidates of a real blind parcel, as a person sees them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import WATCH_GTIN, a_line, an_order
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.views import person
from returnstation.application.view import View
from returnstation.domain.orders import Shipment
from returnstation.gui.words import SCREEN_LANGUAGES
from stations import Worker, a_station

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"


@pytest.fixture
def view(tmp_path: Path) -> View:
    buyer = replace(
        an_order().customer, name="김하늘", postcode="06236", city="서울", phone="010-1234-7735"
    )
    differing: list[dict[str, Any]] = [
        {},
        {"name": "김하눌"},
        {"postcode": "06180"},
        {"name": "박서준"},
        {"phone": None},
    ]
    orders = [
        an_order(
            number=f"DS-2026-11773{place}",
            customer=replace(buyer, **changes),
            lines=(
                a_line(title="하늘 러너 3, 네이비 270"),
                a_line(number=2, sku="DP2-BK", gtin=WATCH_GTIN, title="달빛 페이스 2 GPS 시계"),
            )[place % 2 :],
            shipments=(Shipment(tracking=f"6000{place}", delivered_on=date(2026, 11, 10 + place)),),
        )
        for place, changes in enumerate(differing)
    ]
    with a_station(tmp_path, orders) as station:
        worker = Worker(station)
        worker.desk.scan("994455667788")
        worker.through(WATCH_GTIN[1:])
        for clue in ("06236", "7735"):
            worker.desk.typed(clue)
            worker.desk.do("back")
        return worker.desk.typed("김하늘")


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_candidates_and_their_reasons_are_whole(
    language: str, view: View, open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(replace(view, person=person(language))), language=language)

    faults = cut_off(window) + outside(window)
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(PICTURES / f"candidates-{language}.png"))

    assert faults == []
