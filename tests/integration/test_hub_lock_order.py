"""Whoever takes a merchant's report in and whoever forgets the case never wait for each other."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, get_ident
from typing import Any

import pytest
from sqlalchemy import event

from forgetting_stand import NAME, NUMBER, a_new_stand
from merchant_stand import Stand, a_finished_case, column
from postgres import PostgresServer, new_database
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.merchant_views import RefundReport
from returnstation.hub.refund_reports import RefundReports
from returnstation.hub.tables import REFUND, REPORT
from returnstation.wire.batches import SentFact

PATIENCE_S = 30
ACCOUNT, WRITES, BLANKS = "FROM merchant_account", "INSERT INTO refund_report", "UPDATE refund_rep"


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[HubDatabase]:
    """A database in which nobody waits long for a row."""
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as made:
        with made.work() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET lock_timeout = '{PATIENCE_S}s'")
        made.engine.dispose()
        yield made


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path, log: Sequence[SentFact]) -> Iterator[Stand]:
    """A hub with a refund of which its merchant wrote something."""
    with a_new_stand(database, tmp_path) as made:
        made.take(log)
        take(made, "acknowledged")
        yield made


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


def take(stand: Stand, state: str) -> None:
    (key,) = column(stand, REFUND.c.key)
    taking = RefundReports(stand.desk.merchants, stand.desk.telling)
    taking.take("ds", key, RefundReport(state=state, note=f"to {NAME}"), stand.hub.now_ms())


class Meeting:
    """Has a report wait with its merchant in hand until the other wants that, or has the report."""

    def __init__(self) -> None:
        self.reporting, self.met = Event(), Event()
        self._reporter = 0

    def report(self, stand: Stand) -> None:
        self._reporter = get_ident()
        take(stand, "executed")

    def before(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if get_ident() == self._reporter:
            if statement.startswith(WRITES):
                self.reporting.set()
                assert self.met.wait(PATIENCE_S)
        elif ACCOUNT in statement and "FOR UPDATE" in statement:
            self.met.set()

    def after(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if get_ident() != self._reporter and statement.startswith(BLANKS):
            self.met.set()


def meet(stand: Stand, forget: Callable[[], None]) -> None:
    """Have a report come while its case is forgotten."""
    meeting, engine = Meeting(), stand.hub.database.engine
    event.listen(engine, "before_cursor_execute", meeting.before)
    event.listen(engine, "after_cursor_execute", meeting.after)
    try:
        with ThreadPoolExecutor(1) as pool:
            reported = pool.submit(meeting.report, stand)
            assert meeting.reporting.wait(PATIENCE_S)
            forget()
            reported.result(PATIENCE_S)
    finally:
        event.remove(engine, "before_cursor_execute", meeting.before)
        event.remove(engine, "after_cursor_execute", meeting.after)


def test_a_report_comes_while_the_case_of_an_erased_order_is_projected(stand: Stand) -> None:
    Erasing(stand.hub).erase("ds", NUMBER)

    meet(stand, stand.project)

    assert column(stand, REPORT.c.state) == ["executed"]
    assert column(stand, REPORT.c.note) == [""]
    assert [refund["note"] for refund in stand.rows("refunds")] == [""]


def test_a_report_comes_while_an_order_is_erased(stand: Stand) -> None:
    def erase() -> None:
        Erasing(stand.hub).erase("ds", NUMBER)
        stand.project()

    meet(stand, erase)

    assert column(stand, REPORT.c.state) == ["executed"]
    assert column(stand, REPORT.c.note) == [""]
