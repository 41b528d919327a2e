"""The one thing to do next, as the first line of the screen."""

from collections.abc import Mapping

from returnstation.application.desk.memory import Memory
from returnstation.application.view import Instruction, Step, Tone
from returnstation.domain.cases import ItemStage
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import Trouble, trouble_message

_ICONS = {
    Step.LOCKED: "person",
    Step.PIN: "lock",
    Step.READY: "scan",
    Step.MATCHED: "product",
    Step.DISPOSE: "tote",
    Step.LABEL: "label",
    Step.SETTLE: "money",
}

AT_THE_PRINTER: Mapping[str, str] = {
    Trouble.UNREACHABLE: "plug",
    Trouble.TIMED_OUT: "plug",
    Trouble.REFUSED: "clock",
    Trouble.SILENT: "printer",
    Trouble.OFFLINE: "press",
    Trouble.OUT_OF_MEDIA: "roll",
    Trouble.WRONG_MEDIA: "roll",
    Trouble.OUT_OF_RIBBON: "ribbon",
    Trouble.OUT_OF_INK: "cartridge",
    Trouble.HEAD_OPEN: "lid-close",
    Trouble.COVER_OPEN: "lid-close",
    Trouble.JAMMED: "pull",
    Trouble.CUTTER: "cut",
    Trouble.OUTPUT_FULL: "pull",
    Trouble.PAUSED: "press",
    Trouble.TOO_HOT: "hot",
    Trouble.BUFFER_FULL: "clock",
    Trouble.FAULT: "power",
}
"""What hands, or patience, end at the printer: ``printer.do.<code>`` says it, with its picture."""


def instruction_for(memory: Memory, question: tuple[Say, Say] | None = None) -> Instruction:
    """Return what to do next; a refused act says first what happened.

    Args:
        memory: The desk.
        question: The checklist's question in hand, and how to look: they are the instruction.
    """
    if memory.problem is not None:
        return Instruction(Tone.REFUSED, "cross", memory.problem.text, memory.problem.help)
    if memory.ask is not None:
        return Instruction(memory.ask.tone, "ask", memory.ask.text, memory.ask.help)
    step = memory.step
    if step is Step.QUESTION:
        asked, how = question or (say("do.question"), say("do.question.help"))
        return Instruction(Tone.QUESTION, "ask", asked, how)
    key = _key(memory, step)
    return Instruction(Tone.NEXT, _ICONS[step], say(key), say(f"{key}.help"))


def dispose_instruction(disposition: str) -> Instruction:
    """Return the question whether an item goes where it is proposed to go."""
    text = say("do.dispose", disposition=say(f"disposition.{disposition}"))
    return Instruction(Tone.QUESTION, "tote", text, say("do.dispose.help"))


def stuck_instruction(trouble: str) -> Instruction:
    """Return what to do for the label in hand: at the printer where hands can help there."""
    code = trouble.partition(":")[0]
    text = say(f"printer.do.{code}") if code in AT_THE_PRINTER else trouble_message(trouble)
    icon = AT_THE_PRINTER.get(code, "printer")
    return Instruction(Tone.DEVICE, icon, text, say("label.stuck.help"))


def _key(memory: Memory, step: Step) -> str:
    if step is Step.MATCHED and memory.open is not None:
        case = memory.open.case
        if case.items or case.missing:
            return "do.next-product"
        return "do.blind-product" if case.is_blind else "do.first-product"
    if step is Step.LABEL and memory.in_hand is not None:
        return "do.put" if memory.in_hand.stage is ItemStage.PUT else "do.scan-back"
    return f"do.{step.value}"
