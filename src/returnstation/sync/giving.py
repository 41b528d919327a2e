"""Give the hub the keys of cases before the facts that need them."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from returnstation.sync.client import HubRefused
from returnstation.wire.subject_keys import MOST_KEYS, TakenKeys

_logger = logging.getLogger(__name__)


class OwnKeys(Protocol):
    """The station's keys, by subject, and which of them the hub has."""

    def unsent(self, most: int) -> Mapping[str, bytes]:
        """Return keys the hub is not known to have, at most so many."""

    def mark_sent(self, subjects: Collection[str]) -> None:
        """Note that the hub has said what it did with these."""

    def send_again(self) -> None:
        """Note that the hub may have none of them."""

    def is_for(self, generation: str) -> bool:
        """Note for which life of the hub keys are marked, and tell whether it is the same one."""


class KeyHub(Protocol):
    """The hub as it is given keys."""

    def give_keys(self, keys: Mapping[str, bytes]) -> TakenKeys | None:
        """Give keys; None: it is too old to take any.

        Raises:
            HubRefused: It does not take them.
        """


@dataclass(slots=True)
class Giving:
    """Gives keys in one meeting.

    Attributes:
        forget: Told which subjects the hub has forgotten.
    """

    own: OwnKeys
    hub: KeyHub
    forget: Callable[[Collection[str]], None]
    _is_over: bool = False

    def meet(self, generation: str, *, is_behind: bool) -> None:
        """Give all keys again to a hub that may have lost some: it was put back from a backup."""
        if not self.own.is_for(generation) or is_behind:
            self.own.send_again()

    def give(self) -> None:
        """Give what the hub lacks; facts go on their way without, if it takes none.

        Raises:
            Trouble: It cannot be reached.
        """
        while not self._is_over and (keys := self.own.unsent(MOST_KEYS)):
            try:
                taken = self.hub.give_keys(keys)
            except HubRefused as refused:
                _logger.warning("the hub takes no keys: %s", refused.code)
                taken = None
            self._is_over = taken is None or not self.learn(taken).intersection(keys)

    def learn(self, taken: TakenKeys) -> set[str]:
        """Take in what the hub did with keys, and return which ones it told of."""
        lost = (*taken.differing, *taken.foreign)
        if lost:
            _logger.warning("the hub does not take the keys of %s", " ".join(lost)[:1000])
        self.own.mark_sent((*taken.kept, *lost))
        if taken.forgotten:
            self.forget(taken.forgotten)
        return {*taken.kept, *lost, *taken.forgotten}
