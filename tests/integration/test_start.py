"""What a start of the program takes along, and what it leaves for later."""

import json

import pytest

from processes import run_python
from returnstation.cli import main

_IMPORTED = """
import contextlib, json, sys
from returnstation.cli import main
with contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps([name for name in sys.modules if name.startswith("returnstation.cli.")]))
"""


def test_without_a_command_none_is_imported() -> None:
    imported = imported_by("--home=/nowhere", "--lang", "ko", "--version")

    assert imported == {"returnstation.cli.main", "returnstation.cli.crash"}


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
