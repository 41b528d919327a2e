"""A station in a process of its own: it writes, says what is done, and meets the hub."""

import sys
from contextlib import closing, suppress
from pathlib import Path

from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import NoteAdded


def main() -> None:
    """Write a fact, tell its number, meet the hub; until somebody kills it."""
    with closing(Station(Path(sys.argv[1]))) as station:
        while True:
            with station.database.work() as work:
                told = work.facts.append("case-1", None, [NoteAdded(text="x")], station.clock())
                work.commit()
            sys.stdout.write(f"{told[-1].seq}\n")
            sys.stdout.flush()
            with suppress(Trouble):
                meet_once(station)


if __name__ == "__main__":
    main()
