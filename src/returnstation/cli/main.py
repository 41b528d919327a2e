"""The command line: options, commands, exit codes and crash reports.

Exit codes: 0 done; 1 some inputs were refused, the rest is done; 2 wrong usage; 3 trouble
outside the program; 70 a bug, with the path of the crash report.
"""

import argparse
import gc
import importlib
import sys
from collections.abc import Callable, Iterable, Sequence

from returnstation import __version__
from returnstation.application.troubles import Refused, Trouble
from returnstation.crashes import BugReports, write_crash_report
from returnstation.i18n import load_catalog
from returnstation.settings import home_folder

OK, SOME_REFUSED, WRONG_USAGE, OUTSIDE_TROUBLE, BUG = 0, 1, 2, 3, 70

# Each group is imported when its command is given: a window must not wait for the importer.
_GROUPS = {
    "audit": "audit",
    "backup": "operations",
    "bench": "bench",
    "bundle": "bundle",
    "containers": "containers",
    "demo": "demo",
    "desk": "desk",
    "doctor": "doctor",
    "export": "exports",
    "hub": "hub",
    "import": "imports",
    "policy": "policy",
    "print": "print_papers",
    "printers": "printers",
    "restore": "operations",
    "retention": "retention",
    "scan": "scan",
    "scanners": "scanners",
    "sync": "sync",
    "user": "users",
}


def run() -> int:
    """Run with the arguments of the process; the entry point of the script."""
    return main(sys.argv[1:])


def main(arguments: Sequence[str], when_ready: Callable[[], None] = lambda: None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: What stands behind the name of the program.
        when_ready: Called when the window has its first view.
    """
    _speak_utf8()
    parser = _parser(arguments)
    args = parser.parse_args(arguments, argparse.Namespace(when_ready=when_ready))
    try:
        with BugReports(home_folder(args.home)):
            return int(args.run(args))
    except Trouble as trouble:
        return _tell(args, trouble, OUTSIDE_TROUBLE)
    except Refused as refused:
        return _tell(args, refused, SOME_REFUSED)
    except KeyboardInterrupt:
        return 130  # what a shell reports for SIGINT
    except BrokenPipeError:
        return OUTSIDE_TROUBLE
    except Exception as bug:  # noqa: BLE001  # the edge of the program: a bug becomes a report
        path = write_crash_report(home_folder(args.home), bug)
        print(f"returnstation: bug: {type(bug).__name__}: report in {path}", file=sys.stderr)
        return BUG


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="returnstation",
        description="Returns-processing station. Without a command it opens the window.",
    )
    parser.add_argument("--home", metavar="DIR", help="the station's folder")
    parser.add_argument("--lang", metavar="CODE", default="en", help="language of messages")
    parser.add_argument("--json", action="store_true", help="print results as JSON")
    parser.add_argument("--version", action="version", version=f"returnstation {__version__}")
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for module in dict.fromkeys(_groups_of(arguments)):
        importlib.import_module(f"returnstation.cli.{module}").add_commands(commands)
    return parser


def _groups_of(arguments: Sequence[str]) -> Iterable[str]:
    """Return the modules to import: of the command given, none for the window, all to help."""
    words = iter(arguments)
    for word in words:
        if word in {"--home", "--lang"}:
            next(words, None)
        elif word in _GROUPS:
            return [_GROUPS[word]]
        elif word not in {"--json", "--version"} and not word.startswith(("--home=", "--lang=")):
            return _GROUPS.values()
    return ()


def _window(args: argparse.Namespace) -> int:
    # Nothing made while a window opens is garbage: to look for some takes 100 ms.
    gc.disable()
    from returnstation.cli.window import open_window

    return open_window(args.home, args.when_ready)


def _tell(args: argparse.Namespace, problem: Trouble | Refused, code: int) -> int:
    catalog = load_catalog(args.lang)
    print(f"returnstation: {problem.code}: {catalog.say(problem.say())}", file=sys.stderr)
    print(catalog.say(problem.help()), file=sys.stderr)
    return code


def _speak_utf8() -> None:
    # A Windows console or a bare C locale would refuse Korean.
    # What is read keeps its odd bytes, so that one bad line is refused and the next one read.
    ways = ((sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "replace"))
    for stream, errors in ways:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors=errors)
