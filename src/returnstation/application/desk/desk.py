"""The desk: one working place. The window and the headless desk are two skins over it.

Every act answers with a view of what to show, after its effects are on the disk. An act that
cannot be done changes nothing and says why in ``View.problem``.
"""

from collections.abc import Callable, Mapping
from functools import partial

from returnstation.application.conflicts import Conflicts
from returnstation.application.desk.case_scans import CaseScans
from returnstation.application.desk.commands import ACTS, NEXT, Commands
from returnstation.application.desk.doubts import Doubts
from returnstation.application.desk.exits import OTHER_KEY, Exits
from returnstation.application.desk.finishing import Finishing
from returnstation.application.desk.goods import GoodsDesk
from returnstation.application.desk.inspecting import Inspecting
from returnstation.application.desk.items import Items
from returnstation.application.desk.lots import Lots
from returnstation.application.desk.memory import Memory
from returnstation.application.desk.parcels import Parcels
from returnstation.application.desk.paying import Wish
from returnstation.application.desk.printouts import Printouts
from returnstation.application.desk.quiet import Quiet
from returnstation.application.desk.signing import Signing
from returnstation.application.desk.telling import Telling
from returnstation.application.equipment import Equipment
from returnstation.application.recording import Recording
from returnstation.application.showing.acts import main_act
from returnstation.application.showing.show import Showing
from returnstation.application.troubles import Refused, Trouble
from returnstation.application.view import Echo, Sound, Step, View
from returnstation.application.view import Trouble as ShownTrouble
from returnstation.domain.barcodes import Barcode, Kind, UnreadableBarcode, parse_barcode
from returnstation.domain.dispositions import Disposition
from returnstation.domain.messages import say

SCREEN_LANGUAGES = ("ko", "en", "ja", "de")
THEMES = ("light", "dark", "contrast")


class Desk:
    """The state machine of one desk; not for use by several threads at once."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._memory = Memory(acted_at=equipment.now())
        recording = Recording(equipment)
        self._parcels = Parcels(recording, self._memory)
        self._exits = Exits(recording, self._memory)
        self._inspecting = Inspecting(recording, self._memory)
        self._items = Items(recording, self._memory, self._inspecting)
        self._lots = Lots(recording, self._memory)
        self._commands = Commands(self._memory, self._inspecting, self._exits, self._lots)
        self._in_case = CaseScans(
            self._memory, self._parcels, self._items, self._inspecting, self._exits
        )
        self._doubts = Doubts(recording, self._memory)
        self._goods = GoodsDesk(recording, self._memory, self._exits)
        self._finishing = Finishing(recording, self._memory)
        self._signing = Signing(recording, self._memory)
        self._telling = Telling(recording, self._memory)
        self._printouts = Printouts(recording, self._memory, self._scan)
        self._quiet = Quiet(recording, self._memory, self._signing, self._printouts)
        self.conflicts = Conflicts(equipment, self._memory)
        self._showing = Showing(equipment, self._memory, self._inspecting, self._exits)
        self._acts: Mapping[str, Callable[[], None]] = {
            "accept": self._exits.accept,
            "back": self._back,
            "blind": self._parcels.open_blind,
            "call": lambda: self._parcels.hold("supervisor"),
            "cancel": self._parcels.ask_cancel,
            "find-order": self._parcels.attaching.ask,
            "finish": self._finishing.finish,
            "held": self._parcels.ask_held,
            "hold": self._parcels.ask_hold,
            "later": self._exits.later,
            "lot": self._lots.ask,
            "missing": self._items.ask_missing,
            "pallet": self._goods.ask_pallet,
            "reprint": self._exits.ask_reprint,
            "settle": self._finishing.settle,
            "sign-out": lambda: self._signing.out("asked"),
            "tell": self._telling.ask,
            "undo": self._undo,
            "wipe": self._exits.ask_wipe,
            **{f"language-{c}": partial(self._signing.use_language, c) for c in SCREEN_LANGUAGES},
            **{f"theme-{name}": partial(self._signing.use_theme, name) for name in THEMES},
        }

    @property
    def memory(self) -> Memory:
        """What the desk remembers; for reading."""
        return self._memory

    def state(self) -> View:
        """Return what is to be shown now; locks the desk when nobody has been here."""
        self._memory.sound = None
        try:
            self._quiet.look_around()
        except Trouble as trouble:
            self._memory.problem = _shown(trouble)
        return self._showing.view()

    def sign_in(self, badge: str, pin: str) -> View:
        """Sign in with badge code and PIN at once."""

        def both() -> None:
            self._signing.badge(badge)
            self._enter(pin)

        return self._run(both)

    def scan(self, text: str) -> View:
        """Take one scan."""
        return self._run(lambda: self._scan(parse_barcode(text)), text)

    def typed(self, text: str) -> View:
        """Take what a person typed: a PIN after a badge, else a code, perhaps only its end."""
        memory = self._memory
        if memory.step is Step.PIN:
            return self._run(lambda: self._enter(text))
        if memory.step is Step.LOCKED:
            return self._run(lambda: self._signing.badge(_badge(text)))
        if memory.step is Step.READY:
            return self._run(lambda: self._typed_parcel(parse_barcode(text)), text)
        act = self._typed_answer(text)
        return self.scan(text) if act is None else self._run(act)

    def clue(self, text: str) -> View:
        """Take something a person tells of the blind parcel on the desk, as `typed` would."""
        return self._run(lambda: self._signed_in(lambda: self._clue(text)))

    def picture(self, content: bytes) -> View:
        """Read a picture and scan the code that leads somewhere, else the most meaningful."""

        def read() -> None:
            texts = self._equipment.read_picture(content)
            if not texts:
                raise Refused("picture-without-code")
            known = [text for text in texts if self._parcels.leads_somewhere(text)]
            self._scan(parse_barcode((known or texts)[0]))

        return self._run(read)

    def choose(self, key: str) -> View:
        """Choose one of the options the view offers."""
        return self._run(lambda: self._choose(key))

    def do(self, name: str) -> View:
        """Do one of the acts the view offers, by its name."""

        def act() -> None:
            if name not in self._acts:
                raise Refused("act-unknown", name=name)
            self._signed_in(lambda: self._act(name, self._acts[name]))

        return self._run(act)

    def photo(self, content: bytes) -> View:
        """Attach a picture to the item in hand."""
        return self._run(lambda: self._signed_in(lambda: self._items.photo(content)))

    def note(self, text: str) -> View:
        """Write a note on the item in hand, else on the case."""
        return self._run(lambda: self._signed_in(lambda: self._items.note(text)))

    def answer(self, key: str) -> View:
        """Answer the question in hand."""
        return self._run(lambda: self._signed_in(lambda: self._inspecting.answer(key)))

    def measure(self, value: str) -> View:
        """Answer the question in hand by a value: a measure, a count, a text, a scan."""
        return self._run(lambda: self._signed_in(lambda: self._inspecting.read(value)))

    def add(self, code: str, quantity: int) -> View:
        """Take a product in hand; of several equal units, as one lot."""

        def take() -> None:
            self._scan(parse_barcode(code))
            item = self._memory.in_hand
            if quantity != 1 and item is not None:
                self._lots.count(quantity)

        return self._run(take, code)

    def lot(self, quantity: int) -> View:
        """Make the item in hand a lot of so many units."""
        return self._run(lambda: self._signed_in(lambda: self._lots.count(quantity)))

    def split(self, quantity: int) -> View:
        """Take units off the lot in hand."""
        return self._run(lambda: self._signed_in(lambda: self._lots.split(quantity)))

    def grade(self, functional: int, cosmetic: int) -> View:
        """Fix the grade of the item in hand."""
        return self._run(
            lambda: self._signed_in(lambda: self._inspecting.grade(functional, cosmetic))
        )

    def dispose(self, disposition: str, reason: str | None = None) -> View:
        """Decide where the item in hand goes."""

        def decide() -> None:
            if disposition not in set(Disposition):
                raise Refused("disposition-unknown", disposition=disposition)
            self._exits.choose(Disposition(disposition), reason)

        return self._run(lambda: self._signed_in(decide))

    def resolve(self, wish: Wish) -> View:
        """Choose what the buyer gets for a line, or say what value it lost."""
        return self._run(lambda: self._signed_in(lambda: self._finishing.paying.take(wish)))

    def reprint(self, reason: str) -> View:
        """Print the label in hand again."""
        return self._run(lambda: self._signed_in(lambda: self._exits.reprint(reason)))

    def scan_back(self, lpn: str) -> View:
        """Read the label back on its item."""
        return self._run(lambda: self._signed_in(lambda: self._exits.scan_back(lpn)))

    def put(self, container: str) -> View:
        """Put the item in hand into a container."""
        code = container.upper().removeprefix("RST:")
        return self._run(lambda: self._signed_in(lambda: self._exits.put(code)))

    def hold(self, why: str) -> View:
        """Put the parcel aside for a reason."""
        return self._run(lambda: self._signed_in(lambda: self._parcels.hold(why)))

    def cancel(self, why: str) -> View:
        """Cancel the case for a reason."""

        def end() -> None:
            self._parcels.ask_cancel()
            self._memory.ask = None
            self._parcels.cancel(why)

        return self._run(lambda: self._signed_in(end))

    def settle(self, conflict_id: str, decision: str, keeps: str | None, reason: str) -> View:
        """Settle what does not go together at this site."""
        return self._run(lambda: self.conflicts.settle(conflict_id, decision, keeps, reason))

    def _run(self, act: Callable[[], None], scanned: str | None = None) -> View:
        memory = self._memory
        memory.problem = memory.sound = None
        memory.acted_at = self._equipment.now()
        try:
            act()
            self._doubts.raise_next()
            self._printouts.ask_next()
        except UnreadableBarcode as unreadable:
            self._refused(Refused(f"scan-{unreadable.code.replace('_', '-')}"), scanned)
        except Refused as refused:
            self._refused(refused, scanned)
        except Trouble as trouble:
            memory.problem = _shown(trouble)
            memory.sound = Sound.DEVICE
        return self._showing.view()

    def _refused(self, refused: Refused, scanned: str | None) -> None:
        memory = self._memory
        memory.problem = _shown(refused)
        memory.sound = Sound.SCAN_REFUSED
        if scanned is not None:
            printable = "".join(c for c in scanned[:40] if c.isprintable())
            at = self._equipment.now()
            memory.echo = Echo("cross", say("echo.refused"), printable, None, at)

    def _scan(self, barcode: Barcode) -> None:
        badge = barcode.first(Kind.BADGE)
        command = barcode.first(Kind.COMMAND)
        if badge is not None:
            self._take_badge(badge.value)
        elif self._memory.user is None:
            raise Refused("sign-in-first")
        elif command is not None:
            self._command(command.value)
        elif self._memory.ask is not None:
            self._memory.answer(barcode)
        elif self._memory.open is not None:
            self._in_case.scan(barcode)
        elif not self._goods.take(barcode):
            self._parcels.scan(barcode)

    def _take_badge(self, badge: str) -> None:
        user = self._memory.user
        if user is not None and user.badge == badge:
            return
        self._signing.out("badge")
        self._signing.badge(badge)

    def _enter(self, pin: str) -> None:
        self._signing.pin(pin)
        if self._memory.open is None:
            self._parcels.resume_left_open()

    def _command(self, command: str) -> None:
        if command.isdigit():
            self._choose(command)
            return
        act = self._commands.act(command)
        name = self._next_act() if command == NEXT else ACTS.get(command)
        if act is None and name is None:
            raise Refused("command-unknown", command=command)
        self._act(name or command, act or self._acts[name or ""])

    def _next_act(self) -> str:
        """Return the act that goes on from here."""
        name = main_act(self._memory)
        if name not in self._acts:
            raise Refused("nothing-next")
        return name

    def _act(self, name: str, act: Callable[[], None]) -> None:
        """Do an act unless a question or the open case comes first."""
        if self._memory.ask is not None and name not in _DURING_ASK:
            raise Refused("answer-first")
        if self._memory.open is not None and name in _WITHOUT_CASE:
            raise Refused("parcel-open")
        act()

    def _choose(self, key: str) -> None:
        ask = self._memory.ask
        if ask is not None:
            option = next((option for option in ask.options if option.key == key), None)
            if option is None or option.locked is not None:
                raise Refused("no-such-option", key=key)
            self._memory.ask = None
            ask.then(key)
        elif self._memory.step is Step.QUESTION:
            self._inspecting.answer(key)
        elif self._memory.step is Step.DISPOSE and key == OTHER_KEY:
            self._exits.ask_other()
        elif self._memory.step is Step.DISPOSE:
            self._exits.choose_key(key)
        elif self._memory.step is Step.SETTLE:
            self._finishing.asking.ask(key)
        elif self._memory.step is Step.LABEL:
            self._printouts.choose(key)
        else:
            raise Refused("no-such-option", key=key)

    def _typed_parcel(self, barcode: Barcode) -> None:
        if barcode.first(Kind.BADGE) or barcode.first(Kind.COMMAND):
            self._scan(barcode)
        elif not self._goods.take(barcode):
            self._parcels.typed(barcode)

    def _typed_answer(self, text: str) -> Callable[[], None] | None:
        """Return what a typed text answers, where it is not to be taken as a scan."""
        if self._memory.ask is not None and self._memory.ask.typed is not None:
            return lambda: self._memory.answer_typed(text)
        if self._in_case.is_value(text):
            return lambda: self._inspecting.read(text)
        return (lambda: self._parcels.typed_in_case(text)) if self._in_case.is_clue(text) else None

    def _clue(self, text: str) -> None:
        if not self._memory.opened().case.is_blind:
            raise Refused("order-known")
        if self._memory.ask is not None:
            raise Refused("answer-first")
        self._parcels.typed_in_case(text)

    def _undo(self) -> None:
        if self._memory.ask is not None or self._memory.settling:
            self._back()
        else:
            self._finishing.undo()

    def _back(self) -> None:
        self._memory.ask = None
        self._memory.settling = False

    def _signed_in(self, act: Callable[[], object]) -> None:
        if self._memory.user is None:
            raise Refused("sign-in-first")
        act()


_DURING_ASK = frozenset(
    {"back", "undo", "sign-out"}
    | {f"language-{code}" for code in SCREEN_LANGUAGES}
    | {f"theme-{name}" for name in THEMES}
)
_WITHOUT_CASE = frozenset({"blind", "held", "pallet"})


def _badge(text: str) -> str:
    return text.strip().upper().removeprefix("RSB:")


def _shown(problem: Refused | Trouble) -> ShownTrouble:
    return ShownTrouble(problem.code, problem.say(), problem.help())
