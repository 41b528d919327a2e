"""Every view asks what has not come out; a year of labels that did must not make it slow."""

from pathlib import Path

from paper_samples import a_job
from returnstation.storage.station import StationDatabase
from stations import counted_id


def test_what_waits_is_found_by_an_index_of_what_waits(tmp_path: Path) -> None:
    database = StationDatabase(tmp_path / "station.db", "ICN3", counted_id, 7)
    with database.work() as work:
        work.jobs.add(a_job("1"))
        work.commit()

    asked: list[str] = []
    with database.look() as work:
        raw = work.connection.connection.dbapi_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        assert len(work.jobs.waiting()) == 1
        raw.set_trace_callback(None)
        plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").fetchall()

    assert [row[-1] for row in plan] == ["SCAN print_job USING INDEX job_open"]
    database.close()
