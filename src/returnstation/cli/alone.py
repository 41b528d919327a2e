"""Open a station while no window has it."""

import argparse
from collections.abc import Generator
from contextlib import closing, contextmanager

from returnstation.app import Station, open_station
from returnstation.app.lock import desk_held
from returnstation.settings import home_folder


@contextmanager
def station_alone(args: argparse.Namespace) -> Generator[Station]:
    """Open the station that the command line names, for what a window could not know of.

    A window would read on from the cache before, write under the number of a life that is over,
    and put back the key it knows.

    Raises:
        Trouble: ``desk-in-use``.
    """
    with desk_held(home_folder(args.home)), closing(open_station(args.home)) as station:
        yield station
