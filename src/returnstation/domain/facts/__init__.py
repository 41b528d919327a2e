"""The facts a station writes: what happened, never changed afterwards.

Each class is one type of fact; its name in snake case is its name in the log. A field may be
added with a default; anything else makes a new version. Facts name customers by country and
language only; what a person typed may say more, and is of the type ``Words``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from returnstation.domain.facts.clocks import Booted, ClockRead, ClockStepped
from returnstation.domain.facts.forgetting import ForgottenOrder, OrderForgotten, OrdersForgotten
from returnstation.domain.facts.goods import (
    ContainerMarked,
    ContainerStacked,
    ContainerStarted,
    ItemLeft,
    ItemRedisposed,
    LoadLeft,
    WorkStepDone,
)
from returnstation.domain.facts.hints import HintSettled, ItemWeighed
from returnstation.domain.facts.items import (
    AnswerGiven,
    DeviceWiped,
    ItemAdded,
    ItemDisposed,
    ItemGraded,
    ItemPut,
    LabelScannedBack,
    LineMissing,
    LotCounted,
    LotSplit,
    NoteAdded,
    PaperQueued,
    PaperSeen,
    PhotoTaken,
    PhotoWaived,
)
from returnstation.domain.facts.keys import KeyChanged
from returnstation.domain.facts.outcomes import (
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseResumed,
    ConflictSettled,
    Corrected,
    ItemApproved,
    ItemOverridden,
    RefundResolved,
    ResolvedLine,
)
from returnstation.domain.facts.parcels import (
    CaseLine,
    CaseOpened,
    ClueNoted,
    FactStated,
    LandedItem,
    LineJudged,
    OrderAttached,
    OrderFound,
    ParcelUndeliverable,
)
from returnstation.domain.facts.payments import (
    OverpaymentSeen,
    PaidBy,
    PostageStated,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    RefundTerm,
    ResolutionChosen,
    StoredRate,
    TaxShare,
    ValueAssessed,
)
from returnstation.domain.facts.signing import SignedIn, SignedOut, SignInRefused
from returnstation.domain.facts.words import ERASED, Words, fields_of_words

__all__ = [
    "ERASED",
    "AnswerGiven",
    "Booted",
    "CaseCancelled",
    "CaseFinished",
    "CaseHeld",
    "CaseLine",
    "CaseOpened",
    "CaseResumed",
    "ClockRead",
    "ClockStepped",
    "ClueNoted",
    "ConflictSettled",
    "ContainerMarked",
    "ContainerStacked",
    "ContainerStarted",
    "Corrected",
    "DeviceWiped",
    "Fact",
    "FactStated",
    "ForgottenOrder",
    "HintSettled",
    "ItemAdded",
    "ItemApproved",
    "ItemDisposed",
    "ItemGraded",
    "ItemLeft",
    "ItemOverridden",
    "ItemPut",
    "ItemRedisposed",
    "ItemWeighed",
    "KeyChanged",
    "LabelScannedBack",
    "LandedItem",
    "LineJudged",
    "LineMissing",
    "LoadLeft",
    "LotCounted",
    "LotSplit",
    "NoteAdded",
    "OrderAttached",
    "OrderForgotten",
    "OrderFound",
    "OrdersForgotten",
    "OverpaymentSeen",
    "PaidBy",
    "PaperQueued",
    "PaperSeen",
    "ParcelUndeliverable",
    "PhotoTaken",
    "PhotoWaived",
    "PostageStated",
    "Recorded",
    "RefundApproved",
    "RefundInstructed",
    "RefundReported",
    "RefundResolved",
    "RefundTerm",
    "ResolutionChosen",
    "ResolvedLine",
    "SignInRefused",
    "SignedIn",
    "SignedOut",
    "StoredRate",
    "TaxShare",
    "ValueAssessed",
    "Words",
    "WorkStepDone",
    "fields_of_words",
    "openings",
    "type_name",
]

Fact = (
    CaseOpened
    | OrderAttached
    | OrderFound
    | ClueNoted
    | ParcelUndeliverable
    | LineJudged
    | FactStated
    | ItemAdded
    | AnswerGiven
    | NoteAdded
    | PhotoTaken
    | PhotoWaived
    | ItemGraded
    | DeviceWiped
    | ItemDisposed
    | PaperQueued
    | PaperSeen
    | LabelScannedBack
    | ItemPut
    | LineMissing
    | ItemRedisposed
    | WorkStepDone
    | ItemWeighed
    | HintSettled
    | ItemLeft
    | ContainerStarted
    | ContainerMarked
    | ContainerStacked
    | LoadLeft
    | LotCounted
    | LotSplit
    | RefundResolved
    | ResolutionChosen
    | ValueAssessed
    | PostageStated
    | OverpaymentSeen
    | RefundApproved
    | RefundInstructed
    | RefundReported
    | CaseHeld
    | CaseResumed
    | CaseFinished
    | CaseCancelled
    | ItemApproved
    | ItemOverridden
    | Corrected
    | ConflictSettled
    | ClockStepped
    | Booted
    | ClockRead
    | KeyChanged
    | OrderForgotten
    | OrdersForgotten
    | SignedIn
    | SignedOut
    | SignInRefused
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the log.

    Attributes:
        at: When it was recorded, by the station's clock; all facts of one act share it.
        user: Who did it; None for the station itself.
        subject: The case (or user) it is about.
    """

    seq: int
    fact_id: str
    at: datetime
    user: str | None
    subject: str
    fact: Fact


def type_name(kind: type) -> str:
    """Return the name a type of fact has in the log: ``ItemAdded`` is ``item_added``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def openings(facts: Iterable[Fact]) -> Iterator[CaseOpened]:
    """Yield what facts say of parcel and orders: at the opening, and at each order attached."""
    for fact in facts:
        if isinstance(fact, CaseOpened):
            yield fact
        elif isinstance(fact, OrderAttached):
            yield fact.opened
