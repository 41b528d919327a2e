"""Parcels: scan, choose, resume, hold, cancel."""

from dataclasses import dataclass, replace

from returnstation.application.desk.attaching import Attaching
from returnstation.application.desk.memory import Ask, Memory, ask_reason
from returnstation.application.opening import Found, Opening, Parcel, one_kind
from returnstation.application.recording import Recording
from returnstation.application.rows import KnownCase
from returnstation.application.showing.candidates import shown_candidate
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Evidence, Option, Sound, Step
from returnstation.domain.barcodes import Barcode, Kind, UnreadableBarcode, parse_barcode
from returnstation.domain.candidates import Candidate, Clue, ClueKind
from returnstation.domain.cases import CaseState, ItemStage
from returnstation.domain.facts import CaseCancelled, CaseHeld, CaseResumed, ParcelUndeliverable
from returnstation.domain.messages import say

HOLD_REASONS = ("later", "supervisor", "label_unreadable", "damaged", "dangerous", "incomplete")
CANCEL_REASONS = ("opened_by_mistake", "not_a_return", "other_desk")

_BY_CUSTOMER = "by_customer"
UNDELIVERED = ("not_taken", "refused", "bad_address", _BY_CUSTOMER)


@dataclass(frozen=True, slots=True)
class Parcels:
    """What a worker does with whole parcels."""

    recording: Recording
    memory: Memory

    @property
    def attaching(self) -> Attaching:
        """Finds orders for open cases."""
        return Attaching(self.recording, self.memory)

    @property
    def opening(self) -> Opening:
        """Finds and opens."""
        return Opening(self.recording.equipment, self.recording)

    def scan(self, barcode: Barcode) -> None:
        """Take a parcel's code on a desk with no case open.

        Raises:
            Refused: It is a product's code, or the parcel is finished.
        """
        lpn = barcode.first(Kind.LPN)
        if lpn is not None and self._resume_item(lpn.value):
            return
        if lpn is not None and self._is_ours(lpn.value):
            raise Refused("label-unknown", lpn=lpn.value)
        with self.recording.equipment.look() as work:
            parcel = self.opening.look_up(work, barcode)
        if self._resume_known(parcel):
            return
        if not parcel.found and self._is_product(barcode):
            raise Refused("product-before-parcel")
        self._open_or_ask(parcel)

    def typed(self, barcode: Barcode) -> None:
        """Take a code a person typed: only its end may be known, then a person confirms."""
        with self.recording.equipment.look() as work:
            parcel = self.opening.look_up(work, barcode)
        if self._resume_known(parcel):
            return
        if not parcel.found:
            guess = self.opening.suggest(barcode)
            is_code = any(map(str.isdecimal, barcode.text))
            parcel = guess if guess.found else replace(parcel, by_words=not is_code)
        self._open_or_ask(parcel)

    def typed_in_case(self, text: str) -> None:
        """Take what was typed about the blind parcel: a code that leads somewhere, else a clue."""
        try:
            barcode = parse_barcode(text)
        except UnreadableBarcode:
            self.attaching.typed(text)
            return
        if self.attaching.is_inside(barcode):
            self.attaching.ask_inside(barcode, lambda: self.next_parcel(barcode))
        else:
            self.attaching.typed(text)

    def next_parcel(self, barcode: Barcode) -> None:
        """Put the open parcel aside and take up another one."""
        self.hold("next_parcel")
        self.scan(barcode)

    def is_other_parcel(self, barcode: Barcode) -> bool:
        """Tell whether a scan surely belongs to another parcel than the one on the desk."""
        if self.memory.open is None:
            return False
        with self.recording.equipment.look() as work:
            parcel = self.opening.look_up(work, barcode)
        here = self.memory.open.case
        if any(known.case_id == here.case_id for known in parcel.known):
            return False
        orders = {found.order_number for found in parcel.found}
        return bool(parcel.known or orders - set(here.opened.orders))

    def leads_somewhere(self, text: str) -> bool:
        """Tell whether a code of a picture is known to this station."""
        try:
            barcode = parse_barcode(text)
        except UnreadableBarcode:
            return False
        with self.recording.equipment.look() as work:
            parcel = self.opening.look_up(work, barcode)
        return bool(parcel.known or parcel.found)

    def open_blind(self) -> None:
        """Open a case for a parcel with no label at all."""
        number = str(self.recording.equipment.new_id())[-8:].upper()
        self._open(Parcel(scanned=f"NOLABEL-{number}", keys=()), ())

    def hold(self, why: str) -> None:
        """Put the open parcel aside, with everything that was recorded.

        Raises:
            Refused: No parcel is open, or nobody knows such a reason.
        """
        if why not in {*HOLD_REASONS, "next_parcel"}:
            raise Refused("hold-unknown")
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            held = self.recording.act(work, before, self.memory.user_id, [CaseHeld(why=why)])
            work.commit()
        self._echo("check", "echo.held", held.case.number)
        self.memory.leave_case()

    def ask_hold(self) -> None:
        """Ask why the parcel is put aside."""
        self.memory.opened()
        self.memory.ask = ask_reason(say("ask.hold"), "hold", HOLD_REASONS, self.hold)

    def ask_cancel(self) -> None:
        """Ask why the case is to be cancelled.

        Raises:
            Refused: Something is in a tote already; it must be settled, not forgotten.
        """
        case = self.memory.opened().case
        if any(item.stage is ItemStage.DONE for item in case.items.values()):
            raise Refused("cancel-has-items")
        self.memory.ask = ask_reason(say("ask.cancel"), "cancel", CANCEL_REASONS, self.cancel)

    def cancel(self, why: str) -> None:
        """Cancel the open case; labels that have not been sent are taken back."""
        if why not in CANCEL_REASONS:
            raise Refused("hold-unknown")
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            done = self.recording.act(work, before, self.memory.user_id, [CaseCancelled(why=why)])
            for item in done.case.items.values():
                for job in work.jobs.of_item(item.lpn) if item.lpn else ():
                    work.jobs.cancel(job.job_id)
            work.commit()
        self._echo("cross", "echo.cancelled", done.case.number)
        self.memory.leave_case()

    def ask_held(self) -> None:
        """Offer the parcels on hold."""
        with self.recording.equipment.look() as work:
            rows, _ = work.cases.held(8)
        if not rows:
            raise Refused("nothing-held")
        ids = {str(number): row.case_id for number, row in enumerate(rows, start=1)}
        self.memory.ask = Ask(
            Step.CHOOSE,
            say("ask.held"),
            say("ask.held.help"),
            tuple(
                Option(str(n), row.number, say(f"hold.{row.held_why}"))
                for n, row in enumerate(rows, start=1)
            ),
            lambda key: self.resume(ids[key]),
        )

    def resume(self, case_id: str) -> None:
        """Take a held or forgotten case back onto the desk."""
        with self.recording.equipment.work() as work:
            case = self.recording.load(work, case_id)
            if case.case.state is CaseState.HELD:
                case = self.recording.act(work, case, self.memory.user_id, [CaseResumed()])
                work.commit()
        self.memory.leave_case()
        self.memory.open = case
        self._echo("check", "echo.resumed", case.case.number)
        self.memory.sound = Sound.TAP
        self.attaching.offer()

    def resume_left_open(self) -> None:
        """After a restart: go on with the case that was on the desk."""
        with self.recording.equipment.look() as work:
            case_id = work.cases.open()
        if case_id is not None:
            self.resume(case_id)

    def _is_ours(self, lpn: str) -> bool:
        return lpn.startswith(f"{self.recording.equipment.settings.prefix}-")

    def _is_product(self, barcode: Barcode) -> bool:
        gtin = barcode.first(Kind.GTIN)
        if gtin is None:
            return False
        return gtin.is_sure or bool(self.recording.equipment.catalogue.products(gtin.value))

    def _resume_item(self, lpn: str) -> bool:
        with self.recording.equipment.look() as work:
            item_id = work.cases.with_lpn(lpn)
            case_id = None if item_id is None else work.cases.by_item(item_id)
            if case_id is None:
                return False
            case = self.recording.load(work, case_id).case
        if case.state not in {CaseState.OPEN, CaseState.HELD}:
            raise Refused("item-finished", lpn=lpn, number=case.number)
        self.resume(case_id)
        return True

    def _resume_known(self, parcel: Parcel) -> bool:
        for known in parcel.known:
            if known.state in {CaseState.OPEN, CaseState.HELD}:
                self.resume(known.case_id)
                return True
        finished = next((k for k in parcel.known if _is_same_parcel(k, parcel)), None)
        if finished is not None:
            raise Refused("parcel-finished", number=finished.number)
        return False

    def _open_or_ask(self, parcel: Parcel) -> None:
        is_clear = len(parcel.found) <= 1 or (parcel.is_one_parcel and self._go_together(parcel))
        if is_clear and not parcel.is_guess:
            self._open(parcel, parcel.found)
        else:
            self._ask_which(parcel)

    def _go_together(self, parcel: Parcel) -> bool:
        catalogue = self.recording.equipment.catalogue
        orders = [catalogue.order(f.merchant_id, f.order_number) for f in parcel.found]
        return one_kind([order for order in orders if order is not None])

    def _open(self, parcel: Parcel, found: tuple[Found, ...]) -> None:
        self.memory.leave_case()
        case = self.opening.open(parcel, found, self.memory.user_id)
        self.memory.open = case
        opened = case.case.opened
        detail = say("echo.orders", n=len(opened.orders)) if opened.orders else say("echo.blind")
        kind = "check" if opened.orders else "ask"
        label = say("echo.parcel") if opened.orders else say("echo.unknown-parcel")
        at = self.recording.equipment.now()
        self.memory.echo = Echo(kind, label, opened.scanned, detail, at)
        if found and self.opening.may_be_undelivered(parcel):
            question = say("ask.undelivered")
            self.memory.ask = ask_reason(
                question, "undelivered", UNDELIVERED, self._tell_undelivered
            )

    def _tell_undelivered(self, why: str) -> None:
        """Record that the carrier brought the parcel back; a supervisor then decides."""
        if why == _BY_CUSTOMER:
            return
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            told = [ParcelUndeliverable(why=why)]
            self.memory.open = self.recording.act(work, before, self.memory.user_id, told)
            work.commit()
        self.memory.sound = Sound.SUPERVISOR

    def _ask_which(self, parcel: Parcel) -> None:
        weighed = self._weighed(parcel) if parcel.is_guess else {}
        likeliest = dict.fromkeys((*weighed, *parcel.found))
        chosen = {str(number): one for number, one in enumerate([*likeliest][:8], start=1)}
        last = str(len(chosen) + 1)
        options = [
            shown_candidate(self.recording.equipment, key, weighed[one])
            if one in weighed
            else self._candidate(key, one, parcel)
            for key, one in chosen.items()
        ]
        options.append(Option(last, say("ask.which.none"), say("ask.which.none.help")))

        def take(key: str) -> None:
            self._open(parcel, () if key == last else (chosen[key],))

        self.memory.ask = Ask(
            Step.CHOOSE, say("ask.which"), say("ask.which.help"), tuple(options), take
        )
        at = self.recording.equipment.now()
        label = say("echo.several") if not parcel.is_guess else say("echo.unknown-parcel")
        self.memory.echo = Echo("ask", label, parcel.scanned, None, at)
        self.memory.sound = Sound.TAP

    def _weighed(self, parcel: Parcel) -> dict[Found, Candidate]:
        """Return the orders that agree with what was typed, by code or by words, likeliest first."""
        matching = self.attaching.matching
        code = (Clue(ClueKind.CODE, parcel.scanned),)
        ranked = matching.weighed(parcel.found, code)
        ranked = ranked or matching.weighed(parcel.found, matching.read(parcel.scanned))
        by_order = {(one.merchant_id, one.order_number): one for one in parcel.found}
        keys = ((one.order.merchant_id, one.order.number) for one in ranked)
        return {by_order[key]: one for key, one in zip(keys, ranked, strict=True)}

    def _candidate(self, key: str, found: Found, parcel: Parcel) -> Option:
        catalogue = self.recording.equipment.catalogue
        order = catalogue.order(found.merchant_id, found.order_number)
        merchant = catalogue.merchant(found.merchant_id)
        name = found.merchant_id if merchant is None else merchant.name
        signs = [
            Evidence("dash" if parcel.is_guess else "check", say("evidence.scanned")),
            Evidence("check" if found.rma else "dash", say("evidence.announced")),
        ]
        detail = name
        if order is not None:
            signs.append(Evidence("dash", say("evidence.customer", name=order.customer.short_name)))
            goods = ", ".join(line.title for line in order.lines[:2])
            detail = f"{name} · {order.customer.jurisdiction} · {goods}"
        return Option(
            key,
            say("ask.which.order", number=found.order_number),
            detail,
            evidence=tuple(signs),
            score=sum(sign.kind == "check" for sign in signs),
            of=len(signs),
        )

    def _echo(self, kind: str, key: str, code: str) -> None:
        self.memory.echo = Echo(kind, say(key), code, None, self.recording.equipment.now())


def _is_same_parcel(known: KnownCase, parcel: Parcel) -> bool:
    """Tell whether a finished case is this very parcel, not another one of the same order."""
    return known.state is CaseState.FINISHED and (parcel.is_parcel_code or not parcel.found)
