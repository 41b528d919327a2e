"""Numbers that no other desk gives: each desk counts within the range leased to it."""

from returnstation.application.equipment import DeskSettings
from returnstation.application.ports import Work
from returnstation.application.troubles import Trouble
from returnstation.domain.lpn import Lpn
from returnstation.domain.sscc import BadPrefix, is_prefix, sscc


def next_lpn(work: Work, settings: DeskSettings) -> str:
    """Return a licence plate nothing carries yet.

    Raises:
        Trouble: ``numbers-used-up``: the desk's range has no number left.
    """
    return str(Lpn(settings.prefix, _next(work, "lpn", settings)))


def next_case_number(work: Work, settings: DeskSettings) -> str:
    """Return the number of the next case.

    Raises:
        Trouble: ``numbers-used-up``.
    """
    return f"{settings.prefix}-C{_next(work, 'case', settings):06d}"


def next_load(work: Work, settings: DeskSettings) -> str:
    """Return the number of the next load that leaves.

    Raises:
        Trouble: ``numbers-used-up``.
    """
    return f"{settings.prefix}-L{_next(work, 'load', settings):06d}"


def next_sscc(work: Work, settings: DeskSettings) -> str:
    """Return the SSCC of the next pallet.

    Raises:
        Trouble: ``gs1-prefix-missing``: the site has none; ``gs1-prefix-full``: the desk's
            numbers are longer than it leaves room for.
    """
    if not is_prefix(settings.gs1_prefix):
        raise Trouble("gs1-prefix-missing")
    number = _next(work, "sscc", settings)
    try:
        return sscc(settings.gs1_prefix, number)
    except BadPrefix as bad:
        raise Trouble("gs1-prefix-full", prefix=settings.gs1_prefix, number=number) from bad


def _next(work: Work, series: str, settings: DeskSettings) -> int:
    first, last = settings.numbers
    # Every range counts for itself, so that another lease begins at its own beginning.
    counter = series if first == 1 else f"{series}-{first}"
    number = first - 1 + work.next_number(counter)
    if number > last:
        raise Trouble("numbers-used-up", first=first, last=last)
    return number
