"""Say how the sources of scans are."""

from collections.abc import Mapping

from returnstation.gui.words import Words
from returnstation.scanning.sources import SourceState

_NAMED = frozenset({"camera", "keyboard"})


def source_name(name: str, words: Words) -> str:
    """Return what a source is called: a port's own name stays as it is."""
    return words.text(f"source.{name}") if name in _NAMED else name


def state_text(name: str, state: SourceState, words: Words) -> str:
    """Return how a source is."""
    return words.text(f"source.{state.value}", name=source_name(name, words))


def sources_text(states: Mapping[str, SourceState], words: Words) -> tuple[str, str]:
    """Return how the sources are, worst first, and the state of the status strip's item."""
    bad = [name for name, state in states.items() if state is not SourceState.OK]
    name = next(iter((*bad, *states)), None)
    if name is None:
        return "", ""
    return state_text(name, states[name], words), "hands" if bad else ""
