"""``policy check-merchant FILE``: a merchant's terms in force, and what the law refuses where."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from returnstation.domain.messages import say
from returnstation.domain.policy import MerchantPolicy, Pack, PolicySet
from returnstation.domain.policy.merchant_floor import Shortfall, floor_check_set
from returnstation.i18n import Catalog, load_catalog
from returnstation.policydata import (
    BadMerchantPolicy,
    load_pack,
    policy_set_from,
    policy_to_json,
    unused_terms,
    value_to_json,
)
from returnstation.policydata.countries import country_code
from returnstation.wire.packing import UNREADABLE

_DONE, _SOME_REFUSED, _WRONG_USE, _OUTSIDE_TROUBLE = 0, 1, 2, 3


def add_check(parts: Any) -> None:
    """Add ``check-merchant`` to the parts of ``policy``."""
    checking = parts.add_parser("check-merchant", help="look a merchant's return terms over")
    checking.add_argument("file", type=Path, metavar="FILE", help="JSON-LD")
    checking.add_argument("--country", metavar="CODE", help="as seen from one country only")
    checking.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="default: today")
    checking.set_defaults(run=run_check_merchant)


def run_check_merchant(args: argparse.Namespace) -> int:
    """Print the terms of a file and what of them is refused."""
    country = None if args.country is None else country_code(args.country)
    if args.country is not None and country is None:
        print(f"{args.country}: no country", file=sys.stderr)
        return _WRONG_USE
    try:
        document = read_document(args.file)
        policies, unused = policy_set_from(document), unused_terms(document)
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return _OUTSIDE_TROUBLE
    except BadMerchantPolicy as bad:
        return _tell_bad(args, bad)
    pack, day = load_pack(), args.on or datetime.now(UTC).date()
    found = _seen_from(policies, country)
    refused = floor_check_set(found, pack, day)
    if country is not None:
        refused = tuple(each for each in refused if each.country in {country, country[:2]})
    if args.json:
        print(msgspec.json.encode(_as_json(found, refused, unused, pack)).decode())
    else:
        _print(found, refused, unused, load_catalog(args.lang))
    return _SOME_REFUSED if refused else _DONE


def read_document(path: Path) -> Any:
    """Return the JSON of a file, or the lines of a JSON Lines file as a list.

    Raises:
        OSError: The file cannot be read.
        BadMerchantPolicy: It is no JSON.
    """
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        return msgspec.json.decode(text)
    except UNREADABLE as error:
        whole = error
    try:
        lines = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
    except UNREADABLE:
        raise BadMerchantPolicy("not_json", str(whole)) from whole
    if not lines:
        raise BadMerchantPolicy("missing_field", "holds no policy")
    return lines


def refused_as_text(refused: Sequence[Shortfall], catalog: Catalog) -> list[str]:
    """Return a sentence for every refused term."""
    return [
        catalog.text(
            "merchant.refused",
            policy=each.policy,
            term=say(f"law.term_{each.term}"),
            value=each.value,
            country=each.country,
            reason=say(f"reason.{each.reason}"),
            rule=each.rule,
            floor=each.floor,
            source=each.source,
        )
        for each in refused
    ]


def refused_as_json(refused: Sequence[Shortfall]) -> list[dict[str, Any]]:
    """Return every refused term as plain JSON values."""
    return [
        {
            "country": each.country,
            "policy": each.policy,
            "reason": each.reason,
            "term": each.term,
            "value": value_to_json(each.value),
            "floor": value_to_json(each.floor),
            "rule": each.rule,
            "source": each.source,
        }
        for each in refused
    ]


def _seen_from(policies: PolicySet, country: str | None) -> PolicySet:
    """Return the policies that may hold in a country, as if it were the only one."""
    if country is None:
        return policies
    return PolicySet(tuple(p for p in policies.policies if p.scope.covers(country)))


def _as_json(
    policies: PolicySet,
    refused: Sequence[Shortfall],
    unused: Sequence[tuple[str, str]],
    pack: Pack,
) -> dict[str, Any]:
    return {
        "policies": [policy_to_json(policy) for policy in policies.policies],
        "refused": refused_as_json(refused),
        "not_used": [{"policy": policy, "name": name} for policy, name in unused],
        "pack": pack.version,
    }


def _print(
    policies: PolicySet,
    refused: Sequence[Shortfall],
    unused: Sequence[tuple[str, str]],
    catalog: Catalog,
) -> None:
    for policy in policies.policies:
        print(policy.id)
        for name, value in _terms(policy):
            print(f"  {name}: {value}")
    print()
    for line in refused_as_text(refused, catalog):
        print(line)
    if not refused:
        print(catalog.text("merchant.none-refused"))
    for policy_id, name in unused:
        print(catalog.text("merchant.not-used", policy=policy_id, name=name))


def _terms(policy: MerchantPolicy) -> list[tuple[str, str]]:
    table = policy_to_json(policy)
    return [
        (name, value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for name, value in table.items()
        if not name.startswith("@")
    ]


def _tell_bad(args: argparse.Namespace, bad: BadMerchantPolicy) -> int:
    if args.json:
        error = {"code": bad.code, "field": bad.field, "message": bad.message}
        print(msgspec.json.encode({"error": error}).decode())
    else:
        print(f"{args.file}: {bad.code}: {bad.message}", file=sys.stderr)
    return _SOME_REFUSED
