"""What the desk shows after every act: one value the window paints and the headless desk prints.

Texts are messages (``Say``), names of products and people are plain strings, times are aware.
Nothing here is computed by a skin: what is not in the view is not shown.
"""

from returnstation.application.view.case import (
    CaseView,
    CodeView,
    Deadline,
    LineView,
    MethodView,
    ReasonView,
    SettleLine,
    SettleView,
)
from returnstation.application.view.conflict import (
    ConflictView,
    DecisionView,
    HubView,
    SideView,
)
from returnstation.application.view.idle import DueRow, HeldRow, IdleView
from returnstation.application.view.item import (
    Alternative,
    ContainerView,
    Gate,
    LabelStep,
    LabelView,
    PhotoView,
    ProposalView,
    QuestionView,
    RangeView,
    ValueView,
)
from returnstation.application.view.signs import (
    Act,
    Echo,
    Entry,
    Evidence,
    Instruction,
    JobView,
    Option,
    Outcome,
    Person,
    Sound,
    Step,
    SumLine,
    Tone,
    Trouble,
)
from returnstation.application.view.whole import View

__all__ = [
    "Act",
    "Alternative",
    "CaseView",
    "CodeView",
    "ConflictView",
    "ContainerView",
    "Deadline",
    "DecisionView",
    "DueRow",
    "Echo",
    "Entry",
    "Evidence",
    "Gate",
    "HeldRow",
    "HubView",
    "IdleView",
    "Instruction",
    "JobView",
    "LabelStep",
    "LabelView",
    "LineView",
    "MethodView",
    "Option",
    "Outcome",
    "Person",
    "PhotoView",
    "ProposalView",
    "QuestionView",
    "RangeView",
    "ReasonView",
    "SettleLine",
    "SettleView",
    "SideView",
    "Sound",
    "Step",
    "SumLine",
    "Tone",
    "Trouble",
    "ValueView",
    "View",
]
