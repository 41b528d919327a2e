"""Commands of the printed sheet: everything that can be scanned instead of pressed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from returnstation.application.desk.exits import Exits
from returnstation.application.desk.inspecting import Inspecting
from returnstation.application.desk.lots import Lots
from returnstation.application.desk.memory import Memory
from returnstation.application.troubles import Refused
from returnstation.application.view import Sound
from returnstation.domain.checklists import COSMETIC, FUNCTIONAL
from returnstation.domain.dispositions import Disposition
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import CommandCode, CommandGroup, CommandSheet

PREFIX = "RS:"
ACTS = {
    "UNDO": "undo",
    "PRINT": "reprint",
    "HOLD": "hold",
    "CALL": "call",
    "FINISH": "finish",
    "ACCEPT": "accept",
    "MISSING": "missing",
    "LOT": "lot",
    "PALLET": "pallet",
    "LATER": "later",
    "CANCEL": "cancel",
    "REPRINT": "reprint",
}
"""Acts of the desk by their command."""

PAGES = {"HELP": "show-help", "PHOTO": "show-photo", "GRADES": "show-grades"}
"""Pages only a window can open, by their command."""

NEXT = "NEXT"
_OTHER_NAMES = frozenset({"REPRINT"})
_WORDS = {"HELP": "help-page"}
_GRADE = re.compile(r"F[1-6]|C[0-9]")
_LOT = re.compile(r"N([1-9][0-9]{0,3})")
_DISPOSE = "D-"


@dataclass(frozen=True, slots=True)
class Commands:
    """Finds what a command does to the item in hand."""

    memory: Memory
    inspecting: Inspecting
    exits: Exits
    lots: Lots

    def act(self, command: str) -> Callable[[], None] | None:
        """Return what a command does; None when it is one of the desk's acts, or none at all."""
        lot = _LOT.fullmatch(command)
        if _GRADE.fullmatch(command):
            return lambda: self.inspecting.grade_part(command)
        if lot is not None:
            return lambda: self.lots.count(int(lot[1]))
        if command.startswith(_DISPOSE):
            return lambda: self._dispose(command.removeprefix(_DISPOSE).lower())
        return self._tap if command in PAGES else None

    def _dispose(self, disposition: str) -> None:
        if disposition not in set(Disposition):
            raise Refused("disposition-unknown", disposition=disposition)
        self.exits.choose(Disposition(disposition), None)

    def _tap(self) -> None:
        self.memory.sound = Sound.TAP


def command_sheet() -> CommandSheet:
    """Return the sheet with every command, in the order in which work needs them."""
    acts = [*(name for name in ACTS if name not in _OTHER_NAMES), *PAGES]
    return CommandSheet(
        groups=(
            _group("answers", {str(number): say(f"sheet.key-{number}") for number in range(1, 10)}),
            _group(
                "acts",
                {
                    NEXT: say("sheet.next"),
                    **{name: say(f"sheet.{_WORDS.get(name, name.lower())}") for name in acts},
                },
            ),
            _group("functional", {code: _graded(code) for code in FUNCTIONAL}),
            _group("cosmetic", {code: _graded(code) for code in COSMETIC}),
            _group(
                "dispositions",
                {
                    f"{_DISPOSE}{one.value.upper()}": say(f"disposition.{one.value}")
                    for one in Disposition
                },
            ),
        )
    )


def _group(name: str, codes: dict[str, Say]) -> CommandGroup:
    return CommandGroup(
        say(f"sheet.{name}"),
        tuple(CommandCode(title, PREFIX + code) for code, title in codes.items()),
    )


def _graded(code: str) -> Say:
    return say("sheet.grade", code=code, name=say(f"grade.{code.lower()}"))
