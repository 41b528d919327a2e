"""Which code of a parcel was used, whose it is, and what the desk says of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from builders import an_order
from returnstation.application.view import CodeView, View
from returnstation.domain.messages import Say
from returnstation.domain.orders import Order, Shipment
from stations import Worker, a_station

AMBIGUOUS = "600000000001"  # twelve digits number parcels at several carriers


def by_cj() -> Order:
    sent = Shipment(tracking=AMBIGUOUS, carrier="cj", delivered_on=an_order().delivered_on[0])
    return an_order(shipments=(sent,))


def scanned(folder: Path, text: str, orders: list[Order]) -> View:
    with a_station(folder, orders) as station:
        return Worker(station).desk.scan(text)


def code_of(view: View) -> CodeView:
    assert view.case is not None
    assert view.case.code is not None
    return view.case.code


def test_a_number_that_proves_its_carrier_names_it_and_the_service(tmp_path: Path) -> None:
    code = code_of(scanned(tmp_path, "RR473124829DE", [an_order()]))

    assert code.carrier == Say("carrier.deutsche-post")
    assert code.service == Say("service.registered")


def test_a_number_of_several_carriers_names_none_unless_the_order_does(tmp_path: Path) -> None:
    unknown = code_of(scanned(tmp_path / "blind", AMBIGUOUS, [an_order()]))
    known = code_of(scanned(tmp_path / "known", AMBIGUOUS, [by_cj()]))

    assert unknown.carrier is None
    assert known.carrier == Say("carrier.cj")


def test_the_case_says_carrier_and_code_in_one_line(tmp_path: Path) -> None:
    view = scanned(tmp_path, AMBIGUOUS, [by_cj()])

    assert view.case is not None
    said = {entry.label.key: entry.value for entry in view.case.facts}
    assert said["fact.scanned"] == Say(
        "code.by-carrier", {"carrier": Say("carrier.cj"), "code": AMBIGUOUS}
    )


@pytest.mark.parametrize("carrier", ["Hermes Own Van", "carrier.x"])
def test_a_carrier_nobody_has_named_is_shown_as_the_order_has_it(
    tmp_path: Path, carrier: str
) -> None:
    (sent,) = by_cj().shipments
    order = replace(by_cj(), shipments=(replace(sent, carrier=carrier),))

    code = code_of(scanned(tmp_path, AMBIGUOUS, [order]))

    assert code.carrier == Say("find.plain", {"text": carrier.upper()})


def test_what_is_no_number_is_shown_as_it_was_scanned(tmp_path: Path) -> None:
    code = code_of(scanned(tmp_path, "NOBODY-1", [an_order()]))

    assert (code.code, code.kind) == ("NOBODY-1", Say("kind.text"))
