"""Numbers of carriers and of the site, known by their shape: patterns that come from files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.values import Identifier, Kind

_LONGEST = 123
"""No carrier's matrix code is longer, and no pattern of a site is let loose on more."""
# Codabar of Japanese carriers, with the start and stop letters that most readers send along.
_CODABAR = re.compile(r"[A-D]([0-9]{8,})[A-D]\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePattern:
    """One kind of number.

    The expression is matched against the whole text in capitals, as scanned and in its canonical
    form. Its named groups mean: ``number``, what is looked up, else all of it; ``checked``, what
    the check digit covers, else the number; ``service`` and ``operator``, what tells the service and
    the carrier.

    Attributes:
        check: Tells whether a number ends in its check digit.
        is_sure: The pattern proves what the number is.
        symbologies: Beginnings of the AIM identifiers it may stand in; empty for any. A scan
            whose symbology nobody told may always match.
        sure_in: Beginnings of the AIM identifiers that prove it.
        service: Code of the service all such numbers have.
        services, operators: Codes of services and carriers by what their groups begin with.
    """

    kind: Kind
    expression: re.Pattern[str]
    carrier: str | None = None
    check: Callable[[str], bool] | None = None
    is_sure: bool = False
    symbologies: tuple[str, ...] = ()
    sure_in: tuple[str, ...] = ()
    service: str | None = None
    services: Mapping[str, str] = field(default_factory=dict)
    operators: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str, symbology: str | None = None) -> Identifier | None:
        """Return what a text is by this pattern."""
        if symbology is not None and not self._may_stand_in(symbology):
            return None
        match = self.expression.fullmatch(text)
        if match is None:
            return None
        groups = match.groupdict()
        number = canonical(groups.get("number") or text)
        checked = groups.get("checked") or number
        if not number or (self.check is not None and not self.check(checked)):
            return None
        is_sure = self.is_sure or (symbology or "").startswith(self.sure_in)
        carrier = _longest(self.operators, groups.get("operator")) or self.carrier
        service = _longest(self.services, groups.get("service")) or self.service
        return Identifier(self.kind, number, is_sure, carrier, service)

    def _may_stand_in(self, symbology: str) -> bool:
        if self.symbologies:
            return symbology.startswith(self.symbologies)
        # Interleaved 2 of 5 is misread as fewer digits: what has no check digit proves nothing.
        return self.check is not None or not symbology.startswith("]I")


def _longest(codes: Mapping[str, str], told: str | None) -> str | None:
    """Return the code of the longest beginning that is known: "E" is EMS, "EP" may be more."""
    found = (told[:end] for end in range(len(told), 0, -1)) if told else ()
    return next((codes[beginning] for beginning in found if beginning in codes), None)


@dataclass(frozen=True, slots=True)
class CodePatterns:
    """All patterns a station knows.

    Attributes:
        own: Those that only this site knows; nobody has given their carriers a name.
    """

    patterns: tuple[CodePattern, ...] = ()
    own: tuple[CodePattern, ...] = ()

    def with_more(self, patterns: Iterable[CodePattern]) -> "CodePatterns":
        """Return these patterns with others in front of them."""
        more = tuple(patterns)
        return CodePatterns((*more, *self.patterns), (*more, *self.own))

    def is_named(self, carrier: str) -> bool:
        """Tell whether a carrier has a name in every language."""
        ours = (each for each in self.patterns if each not in self.own)
        return any(carrier in {each.carrier, *each.operators.values()} for each in ours)

    def read(self, text: str, symbology: str | None = None) -> Iterator[Identifier]:
        """Yield everything a text may be."""
        if len(text) > _LONGEST:
            return
        key = canonical(text)
        codabar = _CODABAR.match(key)
        forms = dict.fromkeys((text.upper(), key, codabar[1] if codabar else key))
        for pattern in self.patterns:
            found = (pattern.read(form, symbology) for form in forms)
            yield from islice(filter(None, found), 1)


NO_PATTERNS = CodePatterns()
