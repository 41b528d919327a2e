"""A merchant's program, a hub and a station as they are: real processes, a real network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import urllib3

from builders import a_product, an_order, an_rma
from hubs import HubProcess, a_hub
from postgres import new_database
from processes import run_program
from returnstation.app.syncing import meet_once
from stations import Worker, a_station
from waiting import until
from webhook_receiver import Came, Receiver, a_receiver

SITE = "ICN3"
NETWORK = ("--webhook-network", "127.0.0.0/8")


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HubProcess]:
    home = tmp_path / "hub"
    if request.param == "sqlite":
        with a_hub(home, options=NETWORK) as process:
            yield process
        return
    address = new_database(request.getfixturevalue("postgres_server"))
    with a_hub(home, address, NETWORK) as process:
        yield process


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


class Program:
    """A merchant's program."""

    def __init__(self, hub: HubProcess) -> None:
        self._hub = hub
        self._run("merchant", "add", "ds", "--name", "x", "--country", "KR", "--site", SITE)
        self._key = self._run("key", "ds")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = urllib3.request(
            method,
            f"{self._hub.url}/v1/merchants/ds/{path}",
            body=None if body is None else msgspec.json.encode(body),
            headers={"authorization": f"Bearer {self._key}"},
            retries=False,
        )
        assert answer.status == 200, answer.data
        return answer.json()

    def _run(self, *words: str) -> str:
        database = ["--database", self._hub.database] if self._hub.database else []
        ended = run_program("--home", str(self._hub.home), "hub", *database, *words)
        assert ended.code == 0, ended.err
        return ended.out.strip()


def wait_for(receiver: Receiver, *types: str) -> None:
    until(lambda: set(types) <= {came.type for came in receiver.once})


def test_an_order_goes_down_a_decision_comes_back_and_is_paid_once(
    hub: HubProcess, receiver: Receiver, tmp_path: Path
) -> None:
    program = Program(hub)
    program.ask("POST", "webhooks", {"url": receiver.url})
    order = an_order(number="NEW-1")
    tracked = replace(order, shipments=(replace(order.shipments[0], tracking="RR473124830DE"),))
    program.ask("PUT", "orders", tracked)
    program.ask("PUT", "products", [a_product()])
    announced = an_rma(number="R-NEW", order_number="NEW-1", tracking="RR473124831DE")
    program.ask("PUT", "rmas", announced)
    failed: list[Came] = []

    def answer(came: Came) -> int:
        if came.type == "case.finished" and not failed:
            failed.append(came)
            hub.kill()  # before it can know that anything arrived
        return 204

    receiver.answer = answer
    with a_station(tmp_path / "station", orders=[an_order()]) as station:
        station.hub.enrol(hub.url, hub.code_for(SITE))
        meet_once(station)
        worker = Worker(station)
        worker.desk.scan("R-NEW")
        worker.through(order.lines[0].gtin or "")
        worker.desk.do("finish")
        meet_once(station)

        until(lambda: not hub.is_running)
        hub.start()
        wait_for(receiver, "stock.moved", "item.disposed", "refund.due", "case.finished")
        (refund,) = [row["value"] for row in program.ask("GET", "refunds")["rows"]]
        assert refund["order_number"] == "NEW-1"
        said = program.ask("POST", f"refunds/{refund['key']}/report", {"state": "executed"})
        assert said["state"] == "executed"
        meet_once(station)

    assert len(receiver.once) == 5
    assert len(program.ask("GET", "cases")["rows"]) == 1
