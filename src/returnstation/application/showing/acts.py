"""The act bar of each step: the same act in the same place on every screen."""

from dataclasses import replace

from returnstation.application.desk.memory import Memory
from returnstation.application.view import Act, Step
from returnstation.domain.cases import Case, ItemStage
from returnstation.domain.messages import Say, say

_SUPERVISORS = frozenset({"supervisor", "admin"})


def acts_for(memory: Memory) -> tuple[Act, ...]:
    """Return what can be done now; slots that are not named stay empty."""
    step = memory.step
    if step in {Step.LOCKED, Step.PIN}:
        return _locked(step)
    if step in {Step.CHOOSE, Step.REASON}:
        takes_photo = memory.ask is not None and memory.ask.photographed is not None
        photo = (_act(5, "F7", "show-photo"),) if takes_photo else ()
        return (_act(1, "Esc", "back"), _act(3, "F2", "show-type"), *photo)
    if step is Step.READY:
        return _ready(memory)
    is_blind = memory.open is not None and memory.open.case.is_blind
    common = (
        _act(1, "Esc", "undo"),
        # Nothing was decided about a blind parcel that could be explained.
        _act(2, "F9", "cancel") if is_blind else _act(2, "F1", "show-why"),
        _act(3, "F2", "show-type"),
        _act(4, "F3", "hold"),
        _act(6, "F8", "call"),
    )
    return (*common, *_own(memory, step))


def with_wiping(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Return the acts of a screen on which an item's data wait to be wiped: that comes first."""
    others = (replace(act, slot=0) if act.slot == 5 else act for act in acts)
    return (*others, _act(5, "F5", "wipe"))


def main_act(memory: Memory) -> str:
    """Return the name of the main act of the screen; empty when there is none to be done."""
    main = (act for act in acts_for(memory) if act.slot == 7 and act.why is None)
    return next((act.do for act in main), "")


def _own(memory: Memory, step: Step) -> tuple[Act, ...]:
    """Return slots 5 and 7, which belong to the screen."""
    if step is Step.MATCHED:
        return _matched(memory)
    if step is Step.QUESTION:
        return (*_lot(memory), _act(5, "F7", "show-photo"), _act(7, "F5", "show-grades"))
    if step is Step.DISPOSE:
        return (*_lot(memory), _act(5, "F7", "show-photo"), _act(7, "Enter", "accept"))
    if step is Step.LABEL:
        return (_act(5, "F6", "reprint"), _act(7, "F9", "later"))
    return (_act(5, "F9", "cancel"), _act(7, "Enter", "finish"))


def _lot(memory: Memory) -> tuple[Act, ...]:
    """Return the act that counts equal units, or takes one off them; it has no slot of its own."""
    item = memory.in_hand
    if item is None or item.serial is not None:
        return ()
    name = say("act.lot") if item.quantity == 1 else say("act.lot-split")
    return (Act(0, "F6", name, "lot"),)


def _matched(memory: Memory) -> tuple[Act, ...]:
    case = None if memory.open is None else memory.open.case
    if case is not None and case.is_blind:
        return _blind(case)
    if case is None or not (case.items or case.missing):
        return (_act(5, "F4", "missing"), _act(7, "F9", "cancel"))
    is_waiting = any(case.expected(line) for line in case.opened.lines)
    fifth = _act(5, "F4", "missing") if is_waiting else _act(5, "F9", "cancel")
    why = say("why-not.lines-waiting") if is_waiting else None
    if any(item.stage is not ItemStage.DONE for item in case.items.values()):
        why = say("why-not.items-aside")
    return (fifth, _act(7, "Enter", "settle", why))


def _blind(case: Case) -> tuple[Act, ...]:
    find = _act(5, "F4", "find-order")
    wanted = say("act.photo-contents") if case.photos else say("act.photo-label")
    if not case.items:
        return (find, Act(7, "F7", wanted, "show-photo"))
    # The seventh slot is taken; the key stays.
    photo = Act(0, "F7", wanted, "show-photo")
    is_aside = any(item.stage is not ItemStage.DONE for item in case.items.values())
    return (
        find,
        photo,
        _act(7, "Enter", "settle", say("why-not.items-aside") if is_aside else None),
    )


def _ready(memory: Memory) -> tuple[Act, ...]:
    role = "" if memory.user is None else memory.user.role
    acts = (
        _act(2, "F1", "show-help"),
        _act(3, "F2", "show-search"),
        _act(4, "F3", "held"),
        _act(5, "F4", "blind"),
        _act(7, "F12", "sign-out"),
        _act(0, "F5", "show-due"),
        _act(0, "F6", "show-blind"),
    )
    if role not in _SUPERVISORS:
        return acts
    return (*acts, _act(1, "F11", "show-policy"), _act(6, "F10", "show-review"))


def _locked(step: Step) -> tuple[Act, ...]:
    if step is Step.PIN:
        return (_act(1, "Esc", "back"),)
    return (_act(3, "F2", "show-type"),)


def _act(slot: int, key: str, do: str, why: Say | None = None) -> Act:
    return Act(slot, key, say(f"act.{do}"), do, why)
