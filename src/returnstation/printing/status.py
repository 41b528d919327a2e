"""What printers say about themselves, each maker in its own words."""

from collections.abc import Callable
from dataclasses import dataclass

from returnstation.domain.papers import Trouble


class BadStatus(ValueError):
    """An answer is no status; the message is the answer."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(repr(answer[:120]))


@dataclass(frozen=True, slots=True)
class HostStatus:
    """How the printer is.

    Attributes:
        trouble: What keeps it from printing, None when nothing does.
        waiting: Of what was sent and is not yet printed; some only know 0 and 1.
    """

    trouble: Trouble | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of printer is asked, and how its answer is understood.

    Attributes:
        is_complete: Tells whether more of an answer need not be waited for.
        parse: Raises ``BadStatus`` for what is no answer.
        is_in_order: Idle means that all that was sent before is printed. Others may not have
            begun: they must have been seen busy first.
        instead: Asked when this one gets no answer.
    """

    request: bytes
    is_complete: Callable[[bytes], bool]
    parse: Callable[[bytes], HostStatus]
    is_in_order: bool
    instead: "Dialect | None" = None


def first_of(troubles: tuple[tuple[bool, Trouble], ...]) -> Trouble | None:
    """Return the first trouble that is there."""
    return next((trouble for is_there, trouble in troubles if is_there), None)
