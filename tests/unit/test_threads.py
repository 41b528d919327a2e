"""Threads that go on until they are told to stop."""

from threading import Event

from returnstation.threads import LastingThread


def test_a_thread_ends_when_it_is_told_to() -> None:
    rounds: list[int] = []

    def work() -> None:
        while not thread.stopping.wait(0.001):
            rounds.append(1)

    thread = LastingThread("rounds", work)
    thread.start()

    assert thread.stop()
    assert not thread.is_alive()


def test_a_thread_that_hangs_did_not_end_in_time() -> None:
    may_end = Event()

    def work() -> None:
        may_end.wait(30)

    thread = LastingThread("hangs", work)
    thread.start()

    assert not thread.stop(0.01)
    may_end.set()
    assert thread.stop()


def test_a_thread_that_never_began_has_ended() -> None:
    assert LastingThread("never", Event().set).stop()
