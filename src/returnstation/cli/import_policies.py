"""``import policies FILE``: merchants' return policies from JSON-LD."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from returnstation.app import open_station
from returnstation.application.troubles import Refused, Trouble
from returnstation.cli.imports import Rehearsal, bar, tell
from returnstation.cli.policy_merchants import read_document, refused_as_json, refused_as_text
from returnstation.domain.orders import Merchant
from returnstation.domain.policy import Pack
from returnstation.domain.policy.merchant_floor import Shortfall, floor_check_set
from returnstation.exchange import (
    Accepted,
    Counts,
    GivenPolicy,
    PolicySource,
    Rejected,
    Row,
    Wishes,
    import_rows,
    read_policies,
)
from returnstation.i18n import load_catalog
from returnstation.policydata import (
    BadMerchantPolicy,
    load_pack,
    merchant_policy_from,
    policy_nodes,
    policy_set_from,
)
from returnstation.policydata.merchants_writing import CONTEXT
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.filling import Filling


def run_import_policies(args: argparse.Namespace) -> int:
    """Bring merchants' policies in, and say what of them the law refuses where."""
    source = policy_source(args)
    with closing(open_station(args.home)) as station:
        path = station.cache.path
        cache = Rehearsal(path) if args.dry_run else station.cache
        with closing(cache), bar(source.size) as progress:
            shelf = PolicyShelf(cache, args.merchant)
            beside = None if args.dry_run else args.file
            report = import_rows(source, shelf.wishes().at(beside, progress))
            refused = shelf.refused(load_pack(), station.clock().date())
    for line in refused_as_text(refused, load_catalog(args.lang)):
        print(line, file=sys.stderr)
    return tell(report, args, {"refused": refused_as_json(refused)})


def policy_source(args: argparse.Namespace) -> PolicySource:
    """Return the policies of a file as rows.

    Raises:
        Trouble: ``file-unreadable``.
        Refused: ``policies-unreadable``: it is no JSON-LD of policies.
    """
    try:
        found = policy_nodes(read_document(args.file))
    except OSError as error:
        raise Trouble("file-unreadable", file=args.file.name) from error
    except BadMerchantPolicy as bad:
        raise Refused("policies-unreadable", file=args.file.name, what=bad.message) from bad
    tables = [
        {**each.node.table, **({"rs:merchant": each.merchant} if each.merchant else {})}
        for each in found
    ]
    return PolicySource(args.file, tables)


@dataclass(frozen=True, slots=True)
class PolicyShelf:
    """Where policies are kept: with their merchants.

    Attributes:
        merchant: Whose policies those are that name none.
        put: Merchants whose policies the file had, as they are kept now.
    """

    cache: CacheDatabase
    merchant: str | None
    put: dict[str, Merchant] = field(default_factory=dict)

    def wishes(self) -> Wishes[GivenPolicy]:
        """Return how policies are read and kept."""
        return Wishes(read=self._read, keep=self.keep)

    def keep(self, policies: Sequence[GivenPolicy]) -> Counts:
        """Keep policies with their merchants: those of the file first, then what it left out."""
        by_merchant: dict[str, list[GivenPolicy]] = {}
        for policy in policies:
            by_merchant.setdefault(policy.merchant_id, []).append(policy)
        merchants = {name: self._with(name, given) for name, given in by_merchant.items()}
        self.put.update(merchants)
        return Filling(self.cache).merchants(tuple(merchants.values()))

    def refused(self, pack: Pack, day: date) -> list[Shortfall]:
        """Return what the law refuses of the policies now kept, merchant by merchant."""
        return [
            shortfall
            for name in sorted(self.put)
            for shortfall in floor_check_set(policy_set_from(self.put[name].policy), pack, day)
        ]

    def _read(self, rows: Iterator[Row]) -> Iterator[Accepted[GivenPolicy] | Rejected]:
        return read_policies(rows, self.merchant, self._knows, _id_of)

    def _knows(self, name: str) -> bool:
        return self.cache.merchant(name) is not None

    def _with(self, name: str, given: Sequence[GivenPolicy]) -> Merchant:
        merchant = self._merchant(name)
        ids = {policy.policy_id for policy in given}
        before = [] if merchant.policy is None else policy_nodes(merchant.policy)
        left = [each.node.table for each in before if _id_of(each.node.table) not in ids]
        return replace(merchant, policy=_document([*(p.terms for p in given), *left]))

    def _merchant(self, name: str) -> Merchant:
        # What a trial has put is not in the cache.
        found = self.put.get(name) or self.cache.merchant(name)
        if found is None:
            raise KeyError(name)
        return found


def _id_of(terms: Mapping[str, Any]) -> str:
    return merchant_policy_from(terms).id


def _document(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return policies as one JSON-LD document."""
    nodes = [{name: v for name, v in table.items() if name != "@context"} for table in tables]
    if len(nodes) == 1:
        return {"@context": list(CONTEXT), **nodes[0]}
    return {"@context": list(CONTEXT), "@graph": nodes}
