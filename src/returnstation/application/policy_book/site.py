"""Where buyers live and who sells, as the station's own cases tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returnstation.application.desk.memory import Memory
from returnstation.application.equipment import Equipment
from returnstation.application.inspections import Filter
from returnstation.application.policy_book.sheet import Shop
from returnstation.application.recording import Recording
from returnstation.application.reviewing import Inspections
from returnstation.domain.cases import Case
from returnstation.domain.policy import PolicySet
from returnstation.domain.zones import zone_of


@dataclass(frozen=True, slots=True)
class StationSite:
    """The site of a station.

    Args:
        equipment: Of the station.
        memory: Of the desk: which case is open.
        inspections: Where inspected items are looked up.
    """

    equipment: Equipment
    memory: Memory
    inspections: Inspections

    def country(self) -> str | None:
        """Return the country whose clock the site goes by."""
        zone = str(self.equipment.settings.zone)
        return next((code for code in self.equipment.pack.regions if zone_of(code) == zone), None)

    def countries(self) -> Sequence[str]:
        """Return where buyers live: of the open or last case, then the most frequent."""
        counted = {
            code: self.inspections.count(Filter(country=code))
            for code in self.inspections.choices().countries
        }
        case = self._case()
        here = None if case is None else case.opened.jurisdiction
        often = sorted(counted, key=lambda code: -counted[code])
        return tuple(code for code in (here, *often) if code is not None)

    def shops(self) -> Sequence[Shop]:
        """Return the merchants: of the open or last case, then the others by name."""
        case = self._case()
        here = None if case is None else case.opened.merchant_id
        merchant = None if here is None else self.equipment.catalogue.merchant(here)
        first = () if merchant is None else (Shop(merchant.merchant_id, merchant.name),)
        others = sorted(self._shops(), key=lambda shop: shop.name)
        return tuple({shop.merchant_id: shop for shop in (*first, *others)}.values())

    def terms(self, merchant_id: str) -> PolicySet | None:
        """Return a merchant's own terms."""
        terms = self.equipment.terms.of(merchant_id)
        return None if terms is None else terms.policy

    def _shops(self) -> Iterator[Shop]:
        for name in self.inspections.choices().merchants:
            case = self._last(Filter(merchant=name))
            if case is not None and case.opened.merchant_id is not None:
                yield Shop(case.opened.merchant_id, name)

    def _case(self) -> Case | None:
        """Return the open case, or the last one of which something was inspected."""
        opened = self.memory.open
        return self._last(Filter()) if opened is None else opened.case

    def _last(self, wanted: Filter) -> Case | None:
        rows = self.inspections.window(wanted, 0, 1)
        if not rows:
            return None
        with self.equipment.look() as work:
            return Recording(self.equipment).load(work, rows[0].case_id).case
