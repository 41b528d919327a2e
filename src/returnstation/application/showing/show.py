"""Make the view of a desk from its memory and the station's state."""

from dataclasses import dataclass, replace

from returnstation.application.desk.exits import Exits
from returnstation.application.desk.inspecting import Inspecting
from returnstation.application.desk.memory import Memory
from returnstation.application.desk.printouts import other_printers, waiting_label
from returnstation.application.desk.telling import open_facts
from returnstation.application.equipment import Equipment
from returnstation.application.matching import Matching
from returnstation.application.ports import User, Work
from returnstation.application.recording import OpenCase
from returnstation.application.showing.acts import acts_for, with_wiping
from returnstation.application.showing.candidates import clue_entry
from returnstation.application.showing.cases import gravest, shown_case
from returnstation.application.showing.hub import STUCK, clock_trouble, shown_hub
from returnstation.application.showing.idle import shown_idle
from returnstation.application.showing.instructions import (
    dispose_instruction,
    instruction_for,
    stuck_instruction,
)
from returnstation.application.showing.items import shown_label
from returnstation.application.showing.proposals import shown_proposal
from returnstation.application.showing.questions import (
    product_picture,
    question_texts,
    shown_question,
)
from returnstation.application.showing.settlement import shown_settlement
from returnstation.application.troubles import Trouble
from returnstation.application.view import (
    Echo,
    HubView,
    JobView,
    Option,
    Outcome,
    Person,
    Sound,
    Step,
    View,
)
from returnstation.application.view import Trouble as ShownTrouble
from returnstation.domain.cases import Case, Item
from returnstation.domain.checklists import BrokenChecklist
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Order
from returnstation.domain.papers import JobState, trouble_message

_VERDICT_SOUNDS = {
    Outcome.ACCEPT: Sound.ACCEPT,
    Outcome.REFUSE: Sound.REFUSE,
    Outcome.SUPERVISOR: Sound.SUPERVISOR,
    Outcome.ASK: Sound.SUPERVISOR,
}


@dataclass(slots=True)
class Showing:
    """Shows one desk."""

    equipment: Equipment
    memory: Memory
    inspecting: Inspecting
    exits: Exits
    sounded: str | None = None
    alarmed: tuple[str, str] | None = None
    alarmed_hub: str | None = None

    def view(self) -> View:
        """Return everything there is to show now."""
        try:
            with self.equipment.look() as work:
                return self._view(work)
        except Trouble as trouble:
            return self._bare(ShownTrouble(trouble.code, trouble.say(), trouble.help()))

    def _view(self, work: Work) -> View:
        memory, step = self.memory, self.memory.step
        jobs = tuple(work.jobs.waiting())
        unsent, oldest = work.facts.unsent()
        hub = shown_hub(self.equipment, work, oldest)
        opened = memory.open if memory.user is not None else None
        view = View(
            step=step,
            instruction=instruction_for(memory, self._asked()),
            acts=acts_for(memory),
            seq=work.facts.head(),
            site=self.equipment.settings.site,
            desk=self.equipment.settings.desk,
            person=None if memory.user is None else _person(memory.user),
            echo=self._echo(),
            sound=memory.sound or self._verdict_sound(opened) or self._hub_alarm(hub),
            troubles=(*(_trouble(job) for job in jobs if job.trouble), *self._broken(hub))[:1],
            options=() if memory.ask is None else memory.ask.options,
            entry=None if memory.ask is None else memory.ask.entry,
            idle=shown_idle(self.equipment, work) if step is Step.READY else None,
            waiting=jobs,
            unsent=unsent,
            oldest_unsent_at=oldest,
            hub=hub,
            problem=memory.problem,
        )
        return view if opened is None else self._with_case(view, opened.case, work)

    def _with_case(self, view: View, case: Case, work: Work) -> View:
        item = self.memory.in_hand
        shown = shown_case(self.equipment, case, self._order(case), item)
        role = "" if self.memory.user is None else self.memory.user.role
        can_tell = next(open_facts(case, role), None) is not None
        clues = Matching(self.equipment).typed(work, case) if case.is_blind else ()
        facts = (*shown.facts, *(clue_entry(self.equipment, clue) for clue in clues))
        view = replace(view, case=replace(shown, can_tell=can_tell, facts=facts))
        if view.step is Step.SETTLE:
            return replace(view, settle=shown_settlement(self.equipment, case, role))
        return view if item is None else self._with_item(view, case, item, work)

    def _with_item(self, view: View, case: Case, item: Item, work: Work) -> View:
        view = replace(view, product_picture=product_picture(self.equipment, case, item))
        if view.step is Step.QUESTION:
            question, options = shown_question(self.inspecting, case, item)
            return replace(view, question=question, options=options)
        totes = work.containers.all()
        if view.step is Step.DISPOSE:
            proposal = shown_proposal(self.exits, case, item, totes)
            asked = dispose_instruction(proposal.disposition)
            is_refused = view.problem is not None
            instruction = view.instruction if is_refused else asked
            acts = with_wiping(view.acts) if proposal.wants_wiping else view.acts
            return replace(view, proposal=proposal, instruction=instruction, acts=acts)
        if view.step is Step.LABEL:
            jobs = work.jobs.of_item(item.lpn or "")
            label = shown_label(self.exits, case, item, totes, jobs)
            is_stuck = label.steps[0].state == "failed" and view.problem is None
            trouble = jobs[-1].trouble if is_stuck and self.memory.ask is None else None
            sound = view.sound or self._alarm(item.lpn or "", trouble)
            if trouble is None:
                return replace(view, label=label)
            instruction, options = stuck_instruction(trouble), self._other_printers(work, item)
            return replace(view, label=label, instruction=instruction, options=options, sound=sound)
        return view

    def _alarm(self, lpn: str, trouble: str | None) -> Sound | None:
        """Return the sound of a printer that needs hands, once per trouble of a label."""
        before, self.alarmed = self.alarmed, None if trouble is None else (lpn, trouble)
        return Sound.DEVICE if trouble is not None and self.alarmed != before else None

    def _hub_alarm(self, hub: HubView | None) -> Sound | None:
        """Return the sound of facts that do not get to the hub, once per reason."""
        stuck = hub.code if hub is not None and hub.state == STUCK else None
        before, self.alarmed_hub = self.alarmed_hub, stuck
        return Sound.DEVICE if stuck is not None and stuck != before else None

    def _other_printers(self, work: Work, item: Item) -> tuple[Option, ...]:
        """Return the printers that could print the label in hand instead."""
        recording = self.exits.recording
        job = waiting_label(work, item.lpn or "")
        offered = {} if job is None else other_printers(recording, work, job)
        return tuple(
            Option(key, say("printer.other", printer=name), say("printer.other.well"))
            for key, name in offered.items()
        )

    def _broken(self, hub: HubView | None) -> tuple[ShownTrouble, ...]:
        """Return that the clock is wrong and checklists are not in use, between two parcels."""
        if self.memory.step is not Step.READY:
            return ()
        broken = (broken_checklist(one) for one in self.equipment.checklists.broken)
        return (*clock_trouble(hub), *broken)

    def _echo(self) -> Echo | None:
        echo = self.memory.echo
        zone = self.equipment.settings.zone
        return None if echo is None else replace(echo, at=echo.at.astimezone(zone))

    def _asked(self) -> tuple[Say, Say] | None:
        question = self.inspecting.question
        return None if question is None else question_texts(question)

    def _order(self, case: Case) -> Order | None:
        opened = case.opened
        if opened.merchant_id is None or not opened.orders:
            return None
        return self.equipment.catalogue.order(opened.merchant_id, opened.orders[0])

    def _verdict_sound(self, opened: OpenCase | None) -> Sound | None:
        """Return the sound of the verdict once per case put on the desk."""
        if opened is None:
            self.sounded = None
            return None
        if self.sounded == opened.case.case_id:
            return None
        self.sounded = opened.case.case_id
        outcome = gravest(opened.case)
        return Sound.TAP if outcome is None else _VERDICT_SOUNDS[outcome]

    def _bare(self, trouble: ShownTrouble) -> View:
        """Return what can be shown while the station's file cannot be read."""
        return View(
            step=self.memory.step,
            instruction=instruction_for(self.memory),
            acts=acts_for(self.memory),
            seq=0,
            site=self.equipment.settings.site,
            desk=self.equipment.settings.desk,
            person=None if self.memory.user is None else _person(self.memory.user),
            echo=self._echo(),
            sound=Sound.DEVICE,
            troubles=(trouble,),
            problem=self.memory.problem or trouble,
        )


def _person(user: User) -> Person:
    return Person(user.user_id, user.name, user.role, user.language, user.theme)


def _trouble(job: JobView) -> ShownTrouble:
    trouble = job.trouble or JobState.UNKNOWN.value
    return ShownTrouble(f"printer-{trouble.partition(':')[0]}", trouble_message(trouble))


def broken_checklist(one: BrokenChecklist) -> ShownTrouble:
    """Return what is wrong with a site's checklist, and what is used instead."""
    instead = "kept" if one.is_replaced else "shipped"
    return ShownTrouble(
        "checklist-broken",
        say("trouble.checklist-broken", file=one.file),
        say(f"trouble.checklist-broken.{instead}", why=one.why),
    )
