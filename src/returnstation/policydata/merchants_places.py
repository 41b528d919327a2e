"""Where, when and for what a merchant's policy holds, and where its goods go back to."""

from returnstation.domain.policy import (
    Category,
    Channel,
    MerchantScope,
    PriceRange,
    ReturnAddress,
    ReturnReason,
    Season,
)
from returnstation.policydata.merchants_reading import Node


def scope_in(node: Node) -> MerchantScope:
    """Return the conditions of a policy.

    Raises:
        BadMerchantPolicy: One is not what it must be.
    """
    season = node.node("rs:season")
    return MerchantScope(
        countries=frozenset(node.countries("applicableCountry")),
        products=frozenset(node.texts("rs:product")),
        categories=frozenset(node.several("rs:category", Category)),
        trade_categories=frozenset(node.texts("rs:tradeCategory")),
        tiers=frozenset(node.texts("validForMemberTier")),
        channels=frozenset(node.several("rs:channel", Channel)),
        reasons=frozenset(node.several("rs:reason", ReturnReason)),
        season=None if season is None else season_in(season),
        price=_price(node),
    )


def season_in(node: Node) -> Season:
    """Return the season of ``startDate`` and ``endDate``.

    Raises:
        BadMerchantPolicy: A day is missing, or it ends before it starts.
    """
    season = Season(node.day("startDate"), node.day("endDate"))
    if season.last_on < season.first_on:
        raise node.bad("contradiction", "comes before startDate", "endDate")
    return season


def addresses_in(node: Node) -> tuple[ReturnAddress, ...]:
    """Return the return centres.

    Raises:
        BadMerchantPolicy: One has no country, or two serve the same buyers.
    """
    found: list[ReturnAddress] = []
    served: set[str] = set()
    for each in node.nodes("rs:returnAddress"):
        address = _address(each)
        places = set(address.serves or ("",))
        if places & served:
            raise each.bad("contradiction", "serves buyers of another centre", "areaServed")
        served |= places
        found.append(address)
    return tuple(found)


def _price(node: Node) -> PriceRange | None:
    inner = node.node("rs:price")
    if inner is None:
        return None
    currency = inner.currency(inner.get("priceCurrency"), "priceCurrency")
    low, high = inner.number("minPrice"), inner.number("maxPrice")
    if low is None and high is None:
        raise node.bad("missing_field", "needs minPrice or maxPrice", "rs:price")
    if low is not None and high is not None and high < low:
        raise inner.bad("contradiction", "is less than minPrice", "maxPrice")
    return PriceRange(currency=currency, at_least=low, at_most=high)


def _address(node: Node) -> ReturnAddress:
    countries = node.countries("addressCountry")
    if len(countries) != 1:
        raise node.bad("missing_field", "must be one country", "addressCountry")
    return ReturnAddress(
        country=countries[0],
        name=node.text("name"),
        street=node.text("streetAddress"),
        city=node.text("addressLocality"),
        region=node.text("addressRegion"),
        postcode=node.text("postalCode"),
        serves=node.countries("areaServed"),
    )
