"""Everything a desk shows after an act."""

from dataclasses import dataclass
from datetime import datetime

from returnstation.application.view.case import CaseView, SettleView
from returnstation.application.view.conflict import ConflictView, HubView
from returnstation.application.view.idle import IdleView
from returnstation.application.view.item import LabelView, ProposalView, QuestionView, ValueView
from returnstation.application.view.signs import (
    Act,
    Echo,
    Instruction,
    JobView,
    Option,
    Person,
    Sound,
    Step,
    Trouble,
)


@dataclass(frozen=True, slots=True)
class View:
    """Everything there is to show.

    Attributes:
        sound: To be played once when this view arrives.
        seq: The last fact written.
        options: What can be chosen now by ``Desk.choose``.
        entry: What can be typed or scanned instead of choosing.
        product_picture: Of the item in hand as it was sold; a name in the home's ``pictures``.
        waiting: Print jobs that have not come out, oldest first.
        hub: How the station and its hub get on; None without a hub.
        conflicts: What does not go together; only where it was asked for.
        problem: Why the last act changed nothing; None when it was done.
    """

    step: Step
    instruction: Instruction
    acts: tuple[Act, ...]
    seq: int
    site: str
    desk: str
    person: Person | None = None
    echo: Echo | None = None
    sound: Sound | None = None
    troubles: tuple[Trouble, ...] = ()
    options: tuple[Option, ...] = ()
    entry: ValueView | None = None
    case: CaseView | None = None
    question: QuestionView | None = None
    product_picture: str | None = None
    proposal: ProposalView | None = None
    label: LabelView | None = None
    settle: SettleView | None = None
    idle: IdleView | None = None
    waiting: tuple[JobView, ...] = ()
    unsent: int = 0
    oldest_unsent_at: datetime | None = None
    hub: HubView | None = None
    conflicts: tuple[ConflictView, ...] = ()
    problem: Trouble | None = None
