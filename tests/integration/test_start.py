"""What a start of the program takes along, and what it leaves for later."""

import gc
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from processes import run_python
from returnstation.app.window import run_window
from returnstation.cli import main
from stations import a_station

_IMPORTED = """
import contextlib, json, sys
from returnstation.cli import main
with contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps([name for name in sys.modules if name.startswith("returnstation.cli.")]))
"""


def test_without_a_command_none_is_imported() -> None:
    imported = imported_by("--home=/nowhere", "--lang", "ko", "--version")

    assert imported == {"returnstation.cli.main"}


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    told = capsys.readouterr().out
    assert all(f"\n    {command} " in told for command in ("audit", "import", "scan", "user"))


@pytest.mark.parametrize("wrong", ["frobnicate", "--frobnicate"])
def test_what_is_no_command_is_wrong_usage(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([wrong])

    assert end.value.code == 2
    assert "usage: returnstation" in capsys.readouterr().err


def imported_by(*arguments: str) -> set[str]:
    ended = run_python("-c", _IMPORTED, *arguments)
    return set(json.loads(ended.out.splitlines()[-1]))


def test_printers_and_hub_begin_once_the_first_view_is_there(
    tmp_path: Path, qapp: QApplication
) -> None:
    begun: list[set[str]] = []

    def when_ready() -> None:
        begun.append(threads())
        quit_when(lambda: "tidying" in threads(), qapp)

    gc.disable()
    with a_station(tmp_path) as station:
        code = run_window(station, when_ready)

    assert code == 0
    assert ["tidying" in names for names in begun] == [False]
    assert gc.isenabled()
    gc.unfreeze()


def quit_when(is_done: Callable[[], bool], app: QApplication) -> None:
    looking = QTimer(app, interval=10)

    def look() -> None:
        if is_done():
            looking.stop()
            app.quit()

    looking.timeout.connect(look)
    looking.start()


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}
