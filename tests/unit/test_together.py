"""What comes at the same moment is done at once, each thing once, whoever does it."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from threading import Event, Lock

import pytest

from returnstation.hub.together import Together
from waiting import PATIENCE

MOST = 4


class Acts:
    """Notes what was done at once; the first act waits until it may end."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = Event()
        self.may_end = Event()
        self.lock = Lock()

    def __call__(self, items: Sequence[int]) -> None:
        with self.lock:
            self.groups.append(list(items))
        self.begun.set()
        self.may_end.wait(PATIENCE)

    @property
    def sets(self) -> list[set[int]]:
        """What was done at once; who of the others came first is chance."""
        return [set(group) for group in self.groups]


def queued(
    pool: ThreadPoolExecutor, together: Together[int], acts: Acts, others: Sequence[int]
) -> list[Future[None]]:
    """Have one thread act, and the others come while it does."""
    futures = [pool.submit(together.do, 0)]
    assert acts.begun.wait(PATIENCE)
    futures += [pool.submit(together.do, each) for each in others]
    while together.waiting < len(others):
        assert not futures[0].done()
    return futures


def test_what_comes_alone_is_done_at_once() -> None:
    acts = Acts()
    acts.may_end.set()
    together = Together(acts, most=MOST)

    together.do(1)
    together.do(2)

    assert acts.groups == [[1], [2]]


def test_what_comes_meanwhile_is_done_by_one_for_all_but_no_more_than_allowed() -> None:
    acts = Acts()
    together = Together(acts, most=MOST)

    with ThreadPoolExecutor(8) as pool:
        futures = queued(pool, together, acts, range(1, MOST + 2))
        acts.may_end.set()
        for future in futures:
            future.result(PATIENCE)

    assert [len(group) for group in acts.groups] == [1, MOST, 1]
    assert sorted(chain.from_iterable(acts.groups)) == list(range(MOST + 2))


def test_nobody_acts_while_another_does() -> None:
    acts = Acts()
    together = Together(acts, most=MOST)

    with ThreadPoolExecutor(4) as pool:
        futures = queued(pool, together, acts, [1, 2])
        assert acts.groups == [[0]]
        acts.may_end.set()
        for future in futures:
            future.result(PATIENCE)

    assert acts.sets == [{0}, {1, 2}]


def test_what_goes_wrong_is_raised_to_who_acted_and_the_next_goes_on() -> None:
    acts = Acts()

    def failing(items: Sequence[int]) -> None:
        acts(items)
        if 0 in items:
            raise LookupError("nothing")

    together = Together(failing, most=MOST)

    with ThreadPoolExecutor(4) as pool:
        first, *others = queued(pool, together, acts, [1, 2])
        acts.may_end.set()
        with pytest.raises(LookupError):
            first.result(PATIENCE)
        for future in others:
            future.result(PATIENCE)

    assert acts.sets == [{0}, {1, 2}]


def test_whatever_many_threads_bring_is_done_once() -> None:
    done: list[int] = []
    together = Together(done.extend, most=MOST)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(together.do, range(2000), timeout=PATIENCE))

    assert sorted(done) == list(range(2000))
    assert together.waiting == 0
