"""The shipped pack is read when it is first used, and then is the shipped pack."""

import copy
from dataclasses import replace
from datetime import date

from returnstation.policydata import load_pack, pack_on_demand


def test_it_has_the_values_of_the_shipped_pack() -> None:
    pack = pack_on_demand()

    assert (pack.version, pack.checked_on) == (load_pack().version, load_pack().checked_on)
    assert pack.regions is load_pack().regions
    assert pack.region("DE-BY") is load_pack().region("DE-BY")
    assert pack.calendar("KR") == load_pack().calendar("KR")


def test_it_can_be_copied_and_changed() -> None:
    copied = copy.deepcopy(pack_on_demand())
    changed = replace(pack_on_demand(), checked_on=date(2020, 1, 1))

    assert copied.version == load_pack().version
    assert (changed.version, changed.checked_on) == (load_pack().version, date(2020, 1, 1))


def test_it_has_nothing_a_pack_does_not_have() -> None:
    assert not hasattr(pack_on_demand(), "nothing")
