"""Put together what a proposal depends on: the product, the lists, the quotas and past sales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from returnstation.application.equipment import Equipment
from returnstation.domain.cases import Case, Item
from returnstation.domain.economics import Wares
from returnstation.domain.gates import Subject
from returnstation.domain.orders import Product
from returnstation.domain.proposals import Proposal, Rules, propose, wares_of
from returnstation.domain.realised import Sample


@dataclass(frozen=True, slots=True)
class Proposing:
    """Proposes where items of a case go."""

    equipment: Equipment

    def proposal(self, case: Case, item: Item) -> Proposal:
        """Return where the item should go and what else is open."""
        equipment = self.equipment
        subject = self._subject(case, item)
        rules = Rules(equipment.gates, equipment.economics)
        return propose(subject, rules, self._samples(wares_of(subject), subject.on))

    def _subject(self, case: Case, item: Item) -> Subject:
        equipment, opened = self.equipment, case.opened
        merchant_id = opened.merchant_id
        product = self._product(merchant_id, item)
        merchant = None if merchant_id is None else equipment.catalogue.merchant(merchant_id)
        verdict = case.verdicts.get(item.line_id or "")
        buyer = opened.jurisdiction
        on = equipment.today().date()
        bare = Subject(
            item=item,
            on=on,
            product=product,
            eligible=None if verdict is None else verdict.eligible,
            merchant_id=merchant_id,
            merchant_country=None if merchant is None else merchant.country,
            buyer_country=None if buyer is None else buyer[:2],
            site_country=equipment.gates.site_country,
            given_back={},
        )
        return replace(bare, given_back=self._given_back(wares_of(bare), on))

    def _product(self, merchant_id: str | None, item: Item) -> Product | None:
        catalogue = self.equipment.catalogue
        if merchant_id is not None and item.sku is not None:
            return catalogue.product(merchant_id, item.sku)
        found = [] if item.gtin is None else catalogue.products(item.gtin)
        return found[0] if len(found) == 1 else None

    def _given_back(self, wares: Wares, on: date) -> Mapping[str, int]:
        """Return how much of each quota is used, by the goods its agreement is about."""
        limited = [w for w in self.equipment.economics.ways_for(wares) if w.quota is not None]
        if not limited or wares.merchant_id is None:
            return {}
        zone = self.equipment.settings.zone
        with self.equipment.look() as work:
            return {
                way.name: work.cases.disposed(
                    wares.merchant_id,
                    way.disposition,
                    datetime.combine(way.period.begins(on), datetime.min.time(), zone),
                    way.counts,
                )
                for way in limited
            }

    def _samples(self, wares: Wares, on: date) -> Sequence[Sample]:
        if wares.merchant_id is None:
            return ()
        since = on - timedelta(days=self.equipment.economics.learning.window_days)
        return self.equipment.catalogue.samples(
            wares.merchant_id, wares.category, wares.sku or "", since
        )
