"""What comes at the same moment is done at once: whoever comes first does it for those who wait."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class _Place(Generic[_T]):
    item: _T
    turn: Event = field(default_factory=Event)
    is_done: bool = False


class Together(Generic[_T]):
    """Does things that cost little more for many than for one.

    Args:
        act: Does them, the first of them for the thread that calls it; one thread at a time.
        most: How many things are done at once.
    """

    def __init__(self, act: Callable[[Sequence[_T]], None], most: int) -> None:
        self._act = act
        self._is_acting = False
        self._most = most
        self._waiting: deque[_Place[_T]] = deque()
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many things nobody has begun to do."""
        return len(self._waiting)

    def do(self, item: _T) -> None:
        """Return once something was done with an item, by whichever thread.

        Raises:
            Exception: What ``act`` raised, if this thread did it.
        """
        mine = _Place(item)
        with self._lock:
            waits = self._is_acting
            if waits:
                self._waiting.append(mine)
            self._is_acting = True
        if waits:
            mine.turn.wait()
        if not mine.is_done:
            self._lead(mine)

    def _lead(self, mine: _Place[_T]) -> None:
        with self._lock:
            places = min(self._most - 1, len(self._waiting))
            group = [mine, *(self._waiting.popleft() for _ in range(places))]
        try:
            self._act([each.item for each in group])
        finally:
            with self._lock:
                heir = self._waiting.popleft() if self._waiting else None
                self._is_acting = heir is not None
            for each in group:
                each.is_done = True
                each.turn.set()
            if heir is not None:
                heir.turn.set()
