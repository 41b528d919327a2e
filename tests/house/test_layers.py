"""Each layer uses only the ones below it."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from processes import run_python

QT_FREE = (
    "import sys, returnstation.app, returnstation.cli.main, returnstation.cli.desk;"
    "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
)


def test_every_import_contract_is_kept() -> None:
    assert lint_imports(cache_dir=None) == EXIT_STATUS_SUCCESS


def test_the_headless_desk_needs_no_qt() -> None:
    assert run_python("-c", QT_FREE).code == 0
