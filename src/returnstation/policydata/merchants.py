"""Read a merchant's return policies from schema.org MerchantReturnPolicy (JSON-LD) and our terms.

What schema.org has no word for stands under our own prefix ``rs:``;
``resources/merchants/README.md`` explains every property.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from returnstation.domain.policy import (
    ItemCondition,
    LabelSource,
    MerchantPolicy,
    PolicySet,
    RefundType,
    RestockingFee,
    ReturnCost,
    ReturnFees,
    ReturnMethod,
    ReturnWindow,
    SeasonalOverride,
    ShippingSplit,
    WindowTerm,
)
from returnstation.policydata.merchants_places import addresses_in, scope_in, season_in
from returnstation.policydata.merchants_reading import Node, day_in, short_name
from returnstation.policydata.problems import BadMerchantPolicy

_MOST_DAYS = 36_500
_MOST_POLICIES = 500
_DEEPEST = 8
_COSTS = ("ReturnFees", "ReturnShippingFeesAmount", "ReturnLabelSource")
_REMORSE, _DEFECT = "customerRemorse", "itemDefect"
_MEMBERS = "hasMerchantReturnPolicy"

OURS = frozenset(
    {
        "rs:autoApprove", "rs:category", "rs:channel", "rs:finalSale", "rs:keepItBelow",
        "rs:merchant", "rs:price", "rs:product", "rs:reason", "rs:restockingFeeCap",
        "rs:returnAddress", "rs:returnShippingSplit", "rs:season", "rs:storeCreditBonus",
        "rs:tradeCategory",
    }
)  # fmt: skip
"""Properties under our prefix."""

_USED = OURS | {
    "applicableCountry", "inStoreReturnsOffered", "itemCondition", "merchantReturnDays",
    "merchantReturnLink", "refundType", "restockingFee", "returnFees", "returnLabelSource",
    "returnMethod", "returnPolicyCategory", "returnPolicyCountry", "returnPolicySeasonalOverride",
    "returnShippingFeesAmount", "validForMemberTier",
    *(f"{when}{name}" for when in (_REMORSE, _DEFECT) for name in _COSTS),
}  # fmt: skip
_NAMES = {"_reason", "@context", "@id", "@type", "description", "id", "identifier", "name", "url"}


@dataclass(frozen=True, slots=True)
class PolicyNode:
    """One policy of a document, not read yet.

    Attributes:
        merchant: Whose it is (``rs:merchant``), when the document says so.
    """

    node: Node
    merchant: str | None = None


def policy_set_from(document: object) -> PolicySet:
    """Return the policies of a document: one, a list, an ``@graph``, or those of an Organization.

    Raises:
        BadMerchantPolicy: There is none, two have one id, or a term is not what it must be.
    """
    return policies_in([found.node for found in policy_nodes(document)])


def merchant_policy_from(terms: Mapping[str, Any]) -> MerchantPolicy:
    """Return the terms of one MerchantReturnPolicy.

    Raises:
        BadMerchantPolicy: A term we use is not what schema.org, or we, say.
    """
    return _policy(Node.of(terms))


def policies_in(nodes: Iterable[Node]) -> PolicySet:
    """Return policies as a set.

    Raises:
        BadMerchantPolicy: There is none, two have one id, or a term is not what it must be.
    """
    found: dict[str, MerchantPolicy] = {}
    for node in nodes:
        policy = _policy(node)
        if policy.id in found:
            raise node.bad("duplicate_id", f"{policy.id[:40]!r} stands there twice", "@id")
        found[policy.id] = policy
    if not found:
        raise BadMerchantPolicy("missing_field", "holds no policy")
    return PolicySet(tuple(found.values()))


def policy_nodes(document: object) -> list[PolicyNode]:
    """Return the policies of a document, not read yet.

    Raises:
        BadMerchantPolicy: It is neither object nor list, or has too many policies.
    """
    found = list(_nodes(document, "", None))
    if len(found) > _MOST_POLICIES:
        raise BadMerchantPolicy("bad_value", f"holds more than {_MOST_POLICIES} policies")
    return found


def unused_terms(document: object) -> list[tuple[str, str]]:
    """Return the properties that are passed over, each with the id of its policy."""
    return [
        (_id(found.node), name)
        for found in policy_nodes(document)
        for name in found.node.table
        if name not in _USED and name not in _NAMES
    ]


def _nodes(value: object, path: str, merchant: str | None) -> Iterator[PolicyNode]:
    """Yield the policies in a list, a graph, an organization, or the policy itself."""
    if path.count(".") > _DEEPEST:
        raise BadMerchantPolicy("bad_value", "is nested too deeply", path)
    if isinstance(value, list | tuple):
        yield from _listed(list(value), path, merchant)
        return
    node = Node.of(value, path)
    owner = node.text("rs:merchant") or merchant
    inner = next((name for name in ("@graph", _MEMBERS) if name in node.table), None)
    if inner is not None:
        yield from _listed(node.listed(inner), f"{path}.{inner}".lstrip("."), owner)
    elif not _is_other(node):
        yield PolicyNode(node, owner)


def _listed(values: list[Any], path: str, merchant: str | None) -> Iterator[PolicyNode]:
    for place, value in enumerate(values):
        if isinstance(value, list | tuple):
            raise BadMerchantPolicy("bad_type", "must be an object", f"{path}.{place}".lstrip("."))
        yield from _nodes(value, f"{path}.{place}".lstrip("."), merchant)


def _is_other(node: Node) -> bool:
    """Tell whether an object is something else than a policy, or only names one."""
    kinds = {short_name(str(kind)) for kind in node.listed("@type")}
    if kinds:
        return "MerchantReturnPolicy" not in kinds
    return bool(node.path) and set(node.table) == {"@id"}


def _policy(node: Node) -> MerchantPolicy:
    unknown = next((name for name in node.table if name.startswith("rs:") and name not in OURS), "")
    if unknown:
        raise node.bad("unknown_field", "is no term of ours", unknown)
    return MerchantPolicy(
        id=_id(node),
        scope=scope_in(node),
        window=_window(node),
        seasonal=tuple(_override(each) for each in node.nodes("returnPolicySeasonalOverride")),
        cost=_cost(node, "") or ReturnCost(),
        remorse_cost=_cost(node, _REMORSE),
        defect_cost=_cost(node, _DEFECT),
        split=_split(node),
        refund_types=node.several("refundType", RefundType) or (RefundType.FULL,),
        restocking=_restocking(node),
        conditions=node.several("itemCondition", ItemCondition),
        final_sale=node.flag("rs:finalSale") or False,
        keep_below=node.money("rs:keepItBelow"),
        store_credit_bonus=node.percent("rs:storeCreditBonus"),
        methods=node.several("returnMethod", ReturnMethod),
        addresses=addresses_in(node),
        auto_approve=node.flag("rs:autoApprove") or False,
        return_countries=node.countries("returnPolicyCountry"),
        in_store=node.flag("inStoreReturnsOffered"),
        link=node.text("merchantReturnLink"),
    )


def _id(node: Node) -> str:
    name = next((name for name in ("@id", "id", "identifier") if name in node.table), None)
    if name is None:
        return "default"
    found = node.text(name)
    if found is None:
        raise node.bad("bad_value", "is no text", name)
    return found


def _window(node: Node) -> WindowTerm:
    kind = node.one("returnPolicyCategory", ReturnWindow)
    value = node.get("merchantReturnDays")
    until = day_in(value)
    days = None if until is not None else _days(node, value)
    is_said = days is not None or until is not None
    if kind is None:
        return WindowTerm(ReturnWindow.FINITE if is_said else ReturnWindow.UNSPECIFIED, days, until)
    if kind is ReturnWindow.FINITE and not is_said:
        raise node.bad("missing_field", "a finite window needs its days", "merchantReturnDays")
    return WindowTerm(kind, days, until)


def _days(node: Node, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_DAYS:
        raise node.bad("bad_value", "is no number of days", "merchantReturnDays")
    return value


def _override(node: Node) -> SeasonalOverride:
    return SeasonalOverride(season_in(node), _window(node))


def _cost(node: Node, when: str) -> ReturnCost | None:
    fees, amount, label = (f"{when}{name}" if when else _lower(name) for name in _COSTS)
    if not {fees, amount, label} & node.table.keys():
        return None
    return ReturnCost(
        fees=node.one(fees, ReturnFees),
        shipping=node.money(amount),
        label=node.one(label, LabelSource),
    )


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _restocking(node: Node) -> RestockingFee | None:
    name = "restockingFee"
    is_amount = isinstance(node.get(name), Mapping)
    amount = node.money(name) if is_amount else None
    percent = None if is_amount else node.percent(name)
    cap = node.money("rs:restockingFeeCap")
    if amount is None and percent is None:
        if cap is not None:
            raise node.bad("contradiction", "caps a fee that is not there", "rs:restockingFeeCap")
        return None
    if amount is not None and cap is not None and amount.currency != cap.currency:
        raise node.bad("contradiction", "has another currency than the fee", "rs:restockingFeeCap")
    return RestockingFee(amount=amount, percent=percent, cap=cap)


def _split(node: Node) -> ShippingSplit | None:
    inner = node.node("rs:returnShippingSplit")
    if inner is None:
        return None
    share, limit = inner.percent("merchantShare"), inner.money("merchantUpTo")
    if (share is None) == (limit is None):
        message = "needs one of merchantShare and merchantUpTo"
        raise node.bad("missing_field", message, "rs:returnShippingSplit")
    return ShippingSplit(merchant_share=share, merchant_up_to=limit)
