"""A shift of mixed returns through the headless desk: scans, keys and machine time of each.

At the end both sums are reconciled: what customers get with what merchants' systems are told to
pay, and what goods are expected to bring with the terms of every sum that was shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from returnstation.app import Station
from returnstation.application.goods import HANDED_OVER, Goods
from returnstation.application.proposing import Proposing
from returnstation.application.recording import Recording
from returnstation.application.view import Step, View
from returnstation.cli.bench.figures import Figure, figure
from returnstation.demosite import SEED, DemoSite, Shelves, generate, install
from returnstation.domain.cases import Case, CaseState
from returnstation.domain.facts import RefundInstructed
from returnstation.domain.money import Money, total
from returnstation.domain.orders import Rma
from returnstation.storage.filling import Filling

RETURNS = 50
_MOODS = ("best", "best", "middle", "best", "worst")
"""Of five parcels three are as new; the others are answered in the middle, or the worst."""
_MOST_ACTS = 80
_SPARE = 4  # units a parcel may still bring


class NotReconciled(Exception):
    """Two sums that must be one are two; the message says which."""


@dataclass(slots=True)
class Walked:
    """One return.

    Attributes:
        nets: Net recovery as it was shown, of each item that was decided by its sum.
    """

    number: str
    scans: int = 0
    keys: int = 0
    seconds: float = 0.0
    nets: list[Money] = field(default_factory=list)


@dataclass(slots=True)
class _Walker:
    """Somebody at the headless desk who counts what the hands do."""

    station: Station
    site: DemoSite
    mood: str = "best"

    def walk(self, rma: Rma) -> Walked:
        """Take one parcel from its scan to the end."""
        done = Walked(rma.number)
        begun = perf_counter()
        view = self._scan(done, rma.number)
        products = self._products(rma)
        for _ in range(_MOST_ACTS):
            if view.step is Step.READY:
                break
            view = self._act(done, view, products)
        done.seconds = perf_counter() - begun
        return done

    def _act(self, done: Walked, view: View, products: Iterator[str]) -> View:
        if view.step is Step.LABEL:
            return self._label(done, view)
        if view.step is Step.MATCHED and view.problem is None:
            product = next(products, None)
            if product is not None:
                return self._scan(done, product)
        if view.step is Step.DISPOSE:
            self._check_sum(done, view)
        done.keys += 1
        return self._press(view)

    def _press(self, view: View) -> View:
        desk = self.station.desk
        match view.step:
            case Step.MATCHED:
                return desk.do("missing" if view.problem is None else "settle")
            case Step.DISPOSE:
                return desk.do("accept")
            case Step.SETTLE:
                return desk.do("finish" if view.problem is None else "hold")
        return desk.choose(self._answer(view))

    def _answer(self, view: View) -> str:
        if view.step is not Step.QUESTION:
            return view.options[0].key
        if view.question is not None and view.question.kind == "parts":
            return view.options[-1].key  # the others mark a part, and ask again
        places = {"best": -1, "middle": len(view.options) // 2, "worst": 0}
        return view.options[places[self.mood]].key

    def _label(self, done: Walked, view: View) -> View:
        label = view.label
        if label is None or view.problem is not None:
            return self._later(done)
        target = next((tote.code for tote in label.containers if tote.is_target), None)
        view = self._scan(done, label.lpn)
        if target is None:
            return self._later(done)
        return self._scan(done, f"RST:{target}")

    def _scan(self, done: Walked, text: str) -> View:
        done.scans += 1
        return self.station.desk.scan(text)

    def _later(self, done: Walked) -> View:
        done.keys += 1
        return self.station.desk.do("later")

    def _products(self, rma: Rma) -> Iterator[str]:
        known = {p.sku: p for p in self.site.products if p.merchant_id == rma.merchant_id}
        for line in rma.lines:
            product = known[line.sku]
            code = product.sku if product.gtin is None else product.gtin[1:]
            yield from [code] * line.quantity

    def _check_sum(self, done: Walked, view: View) -> None:
        """Hold the sum on the screen against its terms, and keep the exact one."""
        memory, shown = self.station.desk.memory, view.proposal
        if shown is None or shown.net is None or memory.open is None or memory.in_hand is None:
            return
        if total([line.amount for line in shown.sum], shown.net.currency) != shown.net:
            raise NotReconciled(f"{done.number}: the sum shown is not its terms")
        exact = Proposing(self.station.equipment).proposal(memory.open.case, memory.in_hand)
        if exact.chosen.sum is not None:
            done.nets.append(exact.chosen.sum.net)


def measure_walk(home: Path) -> Figure:
    """Walk 50 mixed returns of the demo site and reconcile both sums.

    Raises:
        NotReconciled: They are not to the cent what they must be.
    """
    site = generate(SEED, datetime.now().astimezone().date())
    install(site, home, _opened)
    with closing(Station(home)) as station:
        user = next(user for user in site.users if user.role == "supervisor")
        station.desk.sign_in(user.badge, user.pin)
        walker = _Walker(station, site)
        walked = []
        for rma, mood in zip(_mixed(site), cycle(_MOODS), strict=False):
            walker.mood = mood
            walked.append(walker.walk(rma))
            _empty_full_totes(station)
        cases = [_case(station, each) for each in walked]
    money = _reconcile(walked, cases)
    finished = sum(case.state is CaseState.FINISHED for case, _ in cases)
    times = [each.seconds * 1000 for each in walked]
    return figure("walk", times, target_ms=None, note=_note(walked, finished, money))


def _empty_full_totes(station: Station) -> None:
    """Do what somebody with a pallet truck does beside the desk; nobody counts it."""
    with station.database.look() as work:
        full = [tote.code for tote in work.containers.all() if tote.filled > tote.capacity - _SPARE]
    for code in full:
        Goods(Recording(station.equipment), None).leave(code, HANDED_OVER)


@contextmanager
def _opened(home: Path) -> Iterator[Shelves]:
    with closing(Station(home)) as station:
        yield Shelves(Filling(station.cache), station.database.work, station.equipment.pins)


def _mixed(site: DemoSite) -> Sequence[Rma]:
    """Return announced returns spread over all merchants and countries."""
    step = max(1, len(site.rmas) // RETURNS)
    return list(islice(site.rmas, 0, None, step))[:RETURNS]


def _reconcile(
    walked: Sequence[Walked], cases: Sequence[tuple[Case, Sequence[RefundInstructed]]]
) -> Sequence[Money]:
    paid: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for case, instructed in cases:
        if case.refund is None:
            continue
        lines = [line.amount for line in case.refund.lines if line.outcome == "accepted"]
        currency = case.refund.total.currency
        if total(lines, currency) + case.refund.shipping != case.refund.total:
            raise NotReconciled(f"{case.number}: the refund is not its lines")
        paid[currency] += total([by.amount for by in case.refund.tenders], currency).minor
        told[currency] += total([fact.total for fact in instructed], currency).minor
    if +paid != +told:
        raise NotReconciled(f"customers get {dict(paid)}, merchants are told {dict(told)}")
    kept = Counter(_nets(case for case, _ in cases))
    proposed = Counter(net for each in walked for net in each.nets)
    if proposed != kept:
        raise NotReconciled("net recovery on record is not what was proposed")
    return [Money(minor, currency) for currency, minor in sorted(paid.items())]


def _nets(cases: Iterable[Case]) -> Iterator[Money]:
    for case in cases:
        yield from (item.net for item in case.items.values() if item.net is not None)


def _case(station: Station, walked: Walked) -> tuple[Case, Sequence[RefundInstructed]]:
    with station.database.look() as work:
        known = work.cases.with_code([walked.number.replace("-", "")])
        loaded = Recording(station.equipment).load(work, known[0].case_id)
    told = [r.fact for r in loaded.told if isinstance(r.fact, RefundInstructed)]
    return loaded.case, told


def _note(walked: Sequence[Walked], finished: int, money: Sequence[Money]) -> str:
    scans = sum(each.scans for each in walked) / len(walked)
    keys = sum(each.keys for each in walked) / len(walked)
    sums = ", ".join(f"{amount.decimal()} {amount.currency}" for amount in money)
    return (
        f"{len(walked)} returns, {finished} finished; {scans:.1f} scans and {keys:.1f} keys "
        f"each; reconciled to the cent: {sums}"
    )
