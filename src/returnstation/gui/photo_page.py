"""Take a photo with the desk camera: see it live, one key takes it, a bad one says why."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.troubles import Trouble
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import Say, say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.sources_view import CameraView
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.sold_picture import SoldPicture
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words
from returnstation.scanning.sources import Light, Preview, Scan

if TYPE_CHECKING:
    from returnstation.scanning.photo_taking import Photo

_UNREADABLE = say("window.picture.unreadable")


class _Lamp(Enum):
    UNKNOWN = auto()
    ON = auto()
    OFF = auto()
    NONE = auto()


class PhotoPage(Overlay):
    """Shows what the camera sees; hands a photo on when it is sharp, or when it is told to."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("photo_page", self, CameraView, SoldPicture, Text, WrappingText)
        self._hub, self._tasks = parts.sources, parts.tasks
        self._view = child(form, CameraView, "camera_view")
        self._sold = child(form, SoldPicture, "sold_picture")
        self._hint = child(form, WrappingText, "hint_label")
        self._light = child(form, Text, "light_label")
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "notice_layout").addWidget(self._notice)
        self._words: Words | None = None
        self._title = say("act.show-photo")
        self._refused: Photo | None = None
        self._is_busy = self._is_whole = False
        self._lamp = _Lamp.UNKNOWN
        self._view.show_cut()
        self._view.clicked.connect(lambda: self.act("take"))
        self._hub.changed.connect(self._tell_camera)
        self._hub.previewed.connect(self._see)

    def put(self, view: View, words: Words) -> None:
        self._words = words
        wanted = (act.name for act in view.acts if act.do == "show-photo")
        self._title = next(wanted, self._title)
        if self._sold.put(view.product_picture, words):
            self.sold_wanted.emit(view.product_picture)
        self._tell()

    def put_sold(self, name: str, content: bytes) -> None:
        self._sold.put_content(name, content)

    def start(self) -> None:
        self._hub.watch()
        self._begin()
        self.setFocus()

    def leave(self) -> None:
        self._hub.unwatch()
        self._view.put(None)
        self._refused = None
        if self._lamp is _Lamp.ON:
            self._switch(Light.OFF)

    def take_scan(self, scan: Scan) -> bool:
        # What lies before the camera to be photographed is not scanned by it.
        return self._hub.is_camera(scan.source)

    def take_picture(self, content: bytes) -> bool:
        # Whoever chose a file has seen it.
        self.photographed.emit(content)
        return True

    def instruction(self) -> Instruction:
        if self._refused is not None:
            gravest = self._refused.faults[0].value
            return Instruction(Tone.REFUSED, "camera", say(gravest), say(f"{gravest}.help"))
        if not self._hub.has_camera:
            help_line = say("window.photo.no_camera.help")
            return Instruction(Tone.DEVICE, "camera", say("window.photo.no_camera"), help_line)
        return Instruction(Tone.NEXT, "camera", self._title, say("window.photo.help"))

    def acts(self) -> tuple[Act, ...]:
        file = Act(3, "F2", say("window.photo.choose"), "file")
        back = Act(1, "Esc", say("window.back"), "close")
        if self._refused is not None:
            again = Act(5, "F7", say("window.photo.again"), "again")
            return (back, file, again, Act(7, "Enter", say("window.photo.anyway"), "anyway"))
        if not self._hub.has_camera:
            return (back, file)
        cut = say("window.photo.cut") if self._is_whole else say("window.photo.whole")
        lit = say("window.photo.dark") if self._lamp is _Lamp.ON else say("window.photo.light")
        no_lamp = say("window.photo.no_light") if self._lamp is _Lamp.NONE else None
        return (
            back,
            file,
            Act(4, "F5", lit, "light", no_lamp),
            Act(5, "F6", cut, "framing"),
            Act(7, "Enter", say("window.photo.take"), "take"),
            # The key that opened the page takes the photo as well.
            Act(0, "F7", say("window.photo.take"), "take"),
        )

    def act(self, name: str) -> None:
        acts = {
            "close": self.closed.emit,
            "file": lambda: self.act_wanted.emit("show-picture"),
            "light": lambda: self._switch(Light.OFF if self._lamp is _Lamp.ON else Light.ON),
            "framing": self._change_framing,
            "take": self._take,
            "again": self._begin,
            "anyway": self._take_anyway,
        }
        acts[name]()

    def _begin(self) -> None:
        self._refused, self._is_busy = None, False
        self._notice.hide()
        self._view.put(None)
        self._tell()

    def _take(self) -> None:
        """Take a photo and look at it, off this thread."""
        if self._is_busy or self._refused is not None:
            return
        self._is_busy = True
        hub, is_whole = self._hub, self._is_whole

        def make() -> "Photo | None":
            taken = hub.still()
            if taken is None:
                raise Trouble("camera-gone")
            # OpenCV is loaded with the first photo, not with the window.
            from returnstation.scanning.photo_taking import Framing, NoPicture, make_photo

            try:
                return make_photo(taken, Framing.WHOLE if is_whole else Framing.GOODS)
            except NoPicture:
                return None

        self._tasks.run(make, self._judge, self._fail)

    def _judge(self, photo: "Photo | None") -> None:
        self._is_busy = False
        if photo is None:
            self._warn(_UNREADABLE)
        elif photo.faults:
            self._refused = photo
            self._view.put_still(photo.shown)
            self._tell()
        else:
            self.photographed.emit(photo.content)

    def _fail(self, error: Exception) -> None:
        self._is_busy = False
        if isinstance(error, Trouble):
            self._warn(error.say(), error.help())
        else:
            self._warn(_UNREADABLE)

    def _warn(self, what: Say, remedy: Say | None = None) -> None:
        if self._words is not None:
            more = "" if remedy is None else self._words.say(remedy)
            self._notice.put("warning", self._words.say(what), more)
            self._notice.show()

    def _take_anyway(self) -> None:
        if self._refused is not None:
            photo, self._refused = self._refused, None
            self.photographed.emit(photo.content)

    def _change_framing(self) -> None:
        self._is_whole = not self._is_whole
        self._view.show_cut() if not self._is_whole else self._view.hide_cut()
        self._tell()

    def _switch(self, light: Light) -> None:
        hub = self._hub

        def switched(is_done: object) -> None:
            on_off = _Lamp.ON if light is Light.ON else _Lamp.OFF
            self._lamp = on_off if is_done else _Lamp.NONE
            self._tell()

        self._tasks.run(lambda: hub.shine(light), switched, self._fail)

    def _see(self, preview: Preview) -> None:
        if self._refused is None and self.isVisible():
            self._view.put(preview)

    def _tell_camera(self) -> None:
        if not self._hub.has_camera and self._refused is None:
            self._view.put(None)
            self._lamp = _Lamp.UNKNOWN
        self._tell()

    def _tell(self) -> None:
        words = self._words
        if words is None:
            return
        faults = () if self._refused is None else self._refused.faults
        said = " ".join(words.catalog.text(fault.value) for fault in faults)
        if not said:
            key = "photo.whole.told" if self._is_whole else "photo.cut.told"
            said = words.text(key if self._hub.has_camera else "source.no_camera")
        self._hint.put(said)
        self._light.put_or_hide(words.text("photo.no_light") if self._lamp is _Lamp.NONE else "")
        self.changed.emit()
