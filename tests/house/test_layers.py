"""Each layer uses only the ones below it."""

from processes import run_python

# In a process of its own: it switches the loggers of others off.
LINTED = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
)
QT_FREE = (
    "import sys, returnstation.app, returnstation.cli.main, returnstation.cli.desk;"
    "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
)


def test_every_import_contract_is_kept() -> None:
    assert run_python("-c", LINTED).code == 0


def test_the_headless_desk_needs_no_qt() -> None:
    assert run_python("-c", QT_FREE).code == 0
