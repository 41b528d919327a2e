"""Past decisions and their policies as the application needs them; adapters give them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from returnstation.domain.facts import CaseLine
from returnstation.domain.policy import Pack, PolicySet, Sale
from returnstation.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A line somebody wanted to send back, as it was judged last.

    Attributes:
        number: Of the case.
        facts: What was known then, as a case of the contract; empty when it was not kept.
    """

    number: str
    merchant_id: str
    line: CaseLine
    judged_at: datetime
    verdict: Verdict
    facts: Mapping[str, Any]


class PastLines(Protocol):
    """Lines that were judged, in cases opened in a period."""

    def count(self, since: datetime, until: datetime) -> int:
        """Return how many cases there are."""

    def cases(self, since: datetime, until: datetime) -> Iterator[Sequence[JudgedLine]]:
        """Yield the lines of one case after the other."""


class UnreadablePolicy(Exception):
    """A text or a fact of policy cannot be read; the message says where and why."""


class PolicyTexts(Protocol):
    """Reads what was kept of policies. Every method may raise ``UnreadablePolicy``."""

    def sale(self, facts: Mapping[str, Any]) -> Sale:
        """Return a sale out of the facts that were kept with its verdict."""

    def pack(self, text: bytes) -> Pack:
        """Return a statute pack out of its text."""

    def policy(self, text: bytes) -> PolicySet:
        """Return a merchant's policy out of the terms as they were given."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Rules that are to be tried before they bind.

    Attributes:
        pack: The statutes, with what the draft changes.
        policies: Merchants' policies by merchant id, as far as the draft changes them.
    """

    name: str
    pack: Pack
    policies: Mapping[str, PolicySet]


class DraftFolder(Protocol):
    """Drafts somebody prepared."""

    def names(self) -> Sequence[str]:
        """Return the names of all drafts, in order."""

    def files(self, name: str) -> Sequence[str]:
        """Return the names of the files of a draft, in order."""

    def load(self, name: str) -> Draft:
        """Return a draft.

        Raises:
            UnreadablePolicy: A file of it is not what it must be.
        """
