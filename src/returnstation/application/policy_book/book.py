"""The rule book over one pack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from returnstation.application.policy_book.answers import Case, cells, gist
from returnstation.application.policy_book.register import rights_of, to_check
from returnstation.application.policy_book.rules import rulings
from returnstation.application.policy_book.sheet import (
    Asked,
    Due,
    Home,
    Land,
    RightView,
    Sheet,
    Site,
)
from returnstation.application.policy_book.shop import ShopTerms, shop_terms
from returnstation.domain.policy import Pack, Region


class UnknownLand(LookupError):
    """The pack has no rules of this country; the message is its code."""


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Answers out of a pack, with the merchants of a site beside it."""

    pack: Pack
    site: Site

    def home(self) -> Home:
        """Return with what to open: where the site is, and where buyers live."""
        known = {land.code: None for land in self.lands()}
        wished = (self.site.country(), *self.site.countries(), *known)
        left, right = list(dict.fromkeys(code for code in wished if code in known))[:2]
        return Home(left, right, tuple(self.site.shops()))

    def lands(self) -> Sequence[Land]:
        """Return every country and part of one the pack knows, by code."""
        regions = (region for region in self.pack.regions.values() if not region.union)
        return tuple(_land(region) for region in sorted(regions, key=lambda region: region.code))

    def sheet(self, code: str, asked: Asked) -> Sheet:
        """Return what applies in a country.

        Raises:
            UnknownLand: The pack does not know the country.
        """
        region = self._region(code)
        shop = self._shop(region, asked)
        case = Case(asked, rulings(self.pack, region, asked), shop, self.pack.counting.__getitem__)
        name = "" if shop is None else shop.name
        return Sheet(_land(region), asked, gist(case), cells(case), self.pack.version, name)

    def rights(self, code: str, day: date) -> Sequence[RightView]:
        """Return every right of a country with its history.

        Raises:
            UnknownLand: The pack does not know the country.
        """
        return rights_of(self.pack, self._region(code), day)

    def to_check(self, day: date) -> Sequence[Due]:
        """Return what nobody compared with its source for twelve months, and what is unsure."""
        return to_check(self.pack, day)

    def _region(self, code: str) -> Region:
        region = self.pack.regions.get(code)
        if region is None or region.union:
            raise UnknownLand(code)
        return region

    def _shop(self, region: Region, asked: Asked) -> ShopTerms | None:
        """Return a merchant's terms, if it has any and they are meant for this country."""
        merchant_id = asked.merchant_id
        policies = None if merchant_id is None else self.site.terms(merchant_id)
        if merchant_id is None or policies is None:
            return None
        names = {shop.merchant_id: shop.name for shop in self.site.shops()}
        return shop_terms(names.get(merchant_id, merchant_id), policies, region.code, asked)


def _land(region: Region) -> Land:
    return Land(region.code, region.name, region.parent or "")
