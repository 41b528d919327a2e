"""The zone in which a jurisdiction's days begin."""

from zoneinfo import ZoneInfo

import pytest

from returnstation.domain.zones import _ZONES, zone_of
from returnstation.policydata import load_pack


@pytest.mark.parametrize("zone", sorted(set(_ZONES.values())))
def test_every_zone_is_in_the_tz_database(zone: str) -> None:
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("jurisdiction", "zone"),
    [
        ("KR", "Asia/Seoul"),
        ("US", "America/New_York"),
        ("US-CA", "America/Los_Angeles"),
        ("US-NY", "America/New_York"),
        ("XX", None),
        ("", None),
    ],
)
def test_a_region_has_its_own_zone_or_its_countrys(jurisdiction: str, zone: str | None) -> None:
    assert zone_of(jurisdiction) == zone


def test_every_region_of_the_pack_has_a_zone() -> None:
    # EU is no place: its law reaches a buyer through a member state.
    regions = set(load_pack().regions) - {"EU"}

    assert sorted(code for code in regions if zone_of(code) is None) == []
