"""The station's window: paints the desk's views and brings it scans, keys and touches."""

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from returnstation.application.view import Act, Instruction, Sound, Step, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.application import keep_what_is_made
from returnstation.gui.desk_calls import DeskCalls, Waiting
from returnstation.gui.fonts import load_other_scripts
from returnstation.gui.image_source import ImageSource, has_image, image_of
from returnstation.gui.key_listener import KeyListener
from returnstation.gui.look import Look
from returnstation.gui.page import Overlay, Page
from returnstation.gui.page_links import PageLinks
from returnstation.gui.pages import Pages
from returnstation.gui.sounds import DeviceBell
from returnstation.gui.sources_words import sources_text
from returnstation.gui.widgets.act_bar import ActBar
from returnstation.gui.widgets.instruction_bar import InstructionBar
from returnstation.gui.widgets.layouts import column, settled_once
from returnstation.gui.widgets.notices import Notices
from returnstation.gui.widgets.page_stack import PageStack
from returnstation.gui.widgets.status_strip import StatusStrip, detail_of, is_of_strip
from returnstation.gui.window_parts import WindowParts, open_keys, takes_photo
from returnstation.scanning.sources import Scan

_CHOSEN_MS = 150  # a chosen answer stays filled this long
_SECOND_MS = 1000
_WARM_EVERY_MS = 300
_IDLE_STEPS = frozenset({Step.READY, Step.LOCKED, Step.PIN})


class StationWindow(QWidget):
    """Four bands: status strip, instruction bar, work area, act bar.

    Signals:
        painted: A view is on the screen; carries it.
        answered: The desk's answer to a scan or an act is on the screen; carries it.
        crashed: The desk raised what it should not; carries the exception.
    """

    painted = Signal(object)
    answered = Signal(object)
    crashed = Signal(object)

    def __init__(self, parts: WindowParts) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.setWindowTitle("returnstation")
        self._parts = parts
        self._view: View | None = None
        self._overlay: Overlay | None = None
        self._chosen_at = 0.0
        self._late = QTimer(self, singleShot=True)
        self._coming: View | None = None
        self._notice = ""
        self._last_sound: Sound | None = None
        self._strip, self._band = StatusStrip(), InstructionBar()
        self._notices, self._acts = Notices(), ActBar()
        stack = PageStack()
        self._lay_out(stack)
        self.look = Look(self, parts.load_catalog)
        self.look.use(parts.language, parts.theme)
        self._pages = Pages(stack, parts)
        self._calls = DeskCalls(parts.desk, parts.tasks, self)
        self._links = PageLinks(parts, self._calls, self)
        self._images = ImageSource(self)
        self._keys = KeyListener(parts.max_gap, parts.ends, self)
        self._clock = QTimer(self, interval=_SECOND_MS)
        self._warming = QTimer(self, interval=_WARM_EVERY_MS)
        self._bell = DeviceBell(parts.player, self)
        self._connect()

    @property
    def view(self) -> View | None:
        """The view on the screen."""
        return self._view

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being worked on and nothing waits to be painted."""
        return self._calls.is_idle and self._coming is None

    def begin(self) -> None:
        """Show the desk's state and start listening."""
        self._keys.listen()
        self._parts.sources.start()
        self._clock.start()
        self._tick()
        self._warming.start()

    def scan(self, text: str) -> None:
        """Bring a scan to the desk, wherever it came from."""
        self.take_scan(Scan("keyboard", text))

    def take_scan(self, scan: Scan) -> None:
        """Bring a scan to the page in front, if that takes scans, else to the desk."""
        if self._overlay is None or not self._overlay.take_scan(scan):
            self._calls.scan(scan.text)

    def do(self, name: str) -> None:
        """Do an act by its name, as if its button had been touched."""
        self._do(name)

    def press(self, key: str) -> None:
        """Take a lone printable key: a digit chooses what carries its key-cap."""
        view = self._view
        if self._overlay is not None:
            self._overlay.press(key)
            return
        if view is None or not self.is_idle:
            return
        if key in open_keys(view):
            self._choose(key)

    def act_by_key(self, key: str) -> None:
        """Take ``Esc``, ``Enter`` or a function key."""
        act = self._acts.act_of(key)
        if key == "Enter" and self._overlay is None and self._page().submit():
            return
        if act is not None:
            self._act(act)

    def paste(self) -> None:
        """Take a picture or a code from the clipboard."""
        mime = QApplication.clipboard().mimeData()
        if has_image(mime):
            self._take_picture(image_of(mime))
        elif mime.hasText() and mime.text().strip():
            self._calls.typed(mime.text().strip())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_image(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_picture(image_of(event.mimeData()))
        event.acceptProposedAction()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.look.fit(self.size()):
            self._show_notices()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clock.stop()
        self._warming.stop()
        self._bell.stop()
        self._keys.stop()
        self._parts.sources.stop()
        self.look.remove_translator()
        super().closeEvent(event)

    def _paint(self, view: View) -> None:
        """Show a view; a person who signs in brings language and theme along."""
        self._late.stop()
        self._coming = None
        self._view = view
        person = view.person
        if person is None:
            is_new = self.look.use(self._parts.language, self._parts.theme)
        else:
            is_new = self.look.use(person.language, person.theme)
        if is_new:
            self._pages.cool()
            self._warming.start()
        page = self._overlay or self._page()
        with settled_once(self._bands):
            self._strip.put(view, self.look.words)
            self._tell_sources()
            self._tell_time()
            page.use_theme(self.look.theme)
            page.use_scale(self.look.scale)
            page.put(view, self.look.words)
            self._put_bars()
            self._show_notices()
        # Now that the bands have their heights, the page is laid out once.
        if self._pages.bring_to_front(page):
            page.start()
        if self.look.scale != 1:
            self.look.scale_layouts()
        self.painted.emit(view)

    def _put_bars(self) -> None:
        """Show instruction, echo and acts of the page in front."""
        view, words = self._view, self.look.words
        if view is None:
            return
        if self._overlay is None:
            instruction, acts = view.instruction, view.acts
            size = "idle" if view.step in _IDLE_STEPS else "normal"
        else:
            instruction, acts = self._overlay.instruction(), self._overlay.acts()
            size = self._overlay.band
        self._band.put(instruction, size, words)
        self._band.echo.put(view.echo, words)
        self._acts.put(acts, words)

    def _answer(self, view: View) -> None:
        """Take the desk's answer to a scan or an act; it closes what lies in front."""
        self._bring(None)
        self._notice = ""
        self._play(view.sound)
        left = _CHOSEN_MS - (time.monotonic() - self._chosen_at) * 1000
        if left > 0 and self._calls.is_idle:
            self._coming = view
            self._late.start(int(left))
        else:
            self._paint(view)
            self.answered.emit(view)

    def _paint_late(self) -> None:
        view = self._coming
        if view is not None:
            self._paint(view)
            self.answered.emit(view)

    def _take_poll(self, view: View) -> None:
        if view == self._view or self._coming is not None:
            return
        if self._view is None or view.sound != self._view.sound:
            self._play(view.sound)
        if self._overlay is None and is_of_strip(view, self._view):
            self._view = view
            self._strip.put(view, self.look.words)
        else:
            self._paint(view)

    def _play(self, sound: Sound | None) -> None:
        if sound is None:
            return
        self._last_sound = sound
        self._parts.player.play(sound)
        if sound is Sound.DEVICE:
            self._bell.start()

    def _choose(self, key: str) -> None:
        if self._calls.is_idle:
            self._chosen_at = time.monotonic()
            self._page().show_chosen(key)
            self._calls.choose(key)

    def _act(self, act: Act) -> None:
        if act.why is not None:
            self._tell(self.look.words.say(act.why))
        elif self._overlay is not None:
            self._overlay.act(act.do)
        else:
            self._do(act.do)

    def _do(self, name: str) -> None:
        """Do what a page or the desk's act bar names."""
        if name == "show-picture":
            self._images.choose_file()
        elif name.startswith("show-"):
            self._open(name)
        else:
            self._calls.do(name)

    def _open(self, name: str) -> None:
        page = self._pages.overlay(name)
        if page is None or self._view is None:
            return
        if name == "show-why":
            self._play(self._last_sound)
        self._bring(page)
        self._notice = ""
        self._paint(self._view)

    def _bring(self, page: Overlay | None) -> None:
        if self._overlay is not None and self._overlay is not page:
            self._overlay.leave()
        self._overlay = page

    def _close_overlay(self) -> None:
        self._bring(None)
        if self._view is not None:
            self._paint(self._view)

    def _page(self) -> Page:
        step = Step.LOCKED if self._view is None else self._view.step
        return self._pages.of_step(step)

    def _take_picture(self, content: bytes | None) -> None:
        if content is None:
            self._tell(self.look.words.text("picture.unreadable"))
        elif self._overlay is None and takes_photo(self._view):
            self._calls.photo(content)
        elif self._overlay is None or not self._overlay.take_picture(content):
            self._calls.picture(content)

    def _tell_detail(self, item: str) -> None:
        """Say in the work area what a touched item of the status strip stands for."""
        if item in {"sources", "printers", "hub", "conflicts"}:
            self._open(f"show-{item}")
        elif self._view is not None:
            self._tell(detail_of(item, self._view, self.look.words))

    def _tell(self, notice: str) -> None:
        self._notice = notice
        self._show_notices()

    def _show_notices(self) -> None:
        words = self.look.words
        own = self._notice
        if not own and self.look.scale < 1:
            own = words.text("small")
        view = self._view
        self._notices.put(view, own, words)
        if view is None or not view.troubles:
            self._bell.stop()

    def _say_waiting(self, waiting: Waiting, text: str) -> None:
        words = self.look.words
        detail = words.text("echo.long") if waiting is Waiting.LONG else ""
        self._band.echo.put_texts("clock", (words.text("echo.looking"), text, detail))

    def hear(self, text: str) -> None:
        """Take what a keyboard scanner sent; through another layout it may mean several codes."""
        readings = self._parts.heard(text)
        if len(readings) == 1:
            self.scan(readings[0])
        else:
            self._refuse_scan(text, "echo.layout", "echo.layout.help")

    def _refuse_scan(
        self, text: str, why: str = "echo.too_fast", remedy: str = "echo.scan_again"
    ) -> None:
        self._play(Sound.SCAN_REFUSED)
        self._band.echo.put_refused(text, why, remedy, self.look.words)

    def _crash(self, error: Exception) -> None:
        """Say what is safe; the next scan goes on."""
        self._play(Sound.SCAN_REFUSED)
        instruction = Instruction(
            Tone.REFUSED, "warn", say("window.crash"), say("window.crash.help")
        )
        self._band.put(instruction, "normal", self.look.words)
        self.crashed.emit(error)

    def _warm(self) -> None:
        """Use a quiet moment to get the next page ready before it is needed."""
        if self.is_idle and not self._pages.warm_next(self.look.words):
            self._warming.stop()
            load_other_scripts()
            self.look.measure_again()
            keep_what_is_made()

    def _tell_sources(self) -> None:
        self._strip.put_sources(*sources_text(self._parts.sources.states, self.look.words))

    def _tick(self) -> None:
        self._tell_time()
        self._calls.poll()

    def _tell_time(self) -> None:
        self._strip.tell_time(self._parts.now(), self.look.words)

    def _connect(self) -> None:
        self._pages.made.connect(self._links.connect_page)
        self._links.chosen.connect(self._choose)
        self._links.act_wanted.connect(self._do)
        self._images.chosen.connect(self._take_picture)
        self._links.closed.connect(self._close_overlay)
        self._links.changed.connect(self._put_bars)
        self._links.failed.connect(self._crash)
        self._acts.acted.connect(self._act)
        self._strip.touched.connect(self._tell_detail)
        self._calls.answered.connect(self._answer)
        self._calls.polled.connect(self._take_poll)
        self._calls.too_fast.connect(self._refuse_scan)
        self._calls.waiting.connect(self._say_waiting)
        self._calls.crashed.connect(self._crash)
        self._late.timeout.connect(self._paint_late)
        self._keys.scanned.connect(self.hear)
        self._parts.sources.scanned.connect(self.take_scan)
        self._parts.sources.changed.connect(self._tell_sources)
        self._keys.pressed.connect(self.press)
        self._keys.acted.connect(self.act_by_key)
        self._keys.pasted.connect(self.paste)
        self._clock.timeout.connect(self._tick)
        self._warming.timeout.connect(self._warm)

    def _lay_out(self, stack: PageStack) -> None:
        work = column(self._notices, stack)
        work.setStretch(1, 1)
        self._bands = column(self._strip, self._band, work, self._acts)
        self._bands.setStretch(2, 1)
        self.setLayout(self._bands)
        self.setMinimumSize(1152, 720)
        self.resize(1280, 800)
