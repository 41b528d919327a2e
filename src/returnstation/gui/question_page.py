"""One inspection question: answers worst first, photos and the grade so far beside them."""

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from returnstation.application.view import QuestionView, View
from returnstation.domain.checklists import COSMETIC, FUNCTIONAL
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.bars import Cells, GradeScale
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.number_pad import NumberPad
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.photo_strip import PhotoStrip
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.sold_picture import SoldPicture
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.widgets.value_entry import ValueEntry
from returnstation.gui.words import Words

_WIDGETS = (
    Cells,
    Icon,
    NumberPad,
    OptionList,
    PhotoStrip,
    Picture,
    ShortenedText,
    SoldPicture,
    Text,
    ValueEntry,
)

_ROOMY_BESIDE_PAD = 2


class QuestionPage(Page):
    """Waits for an answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("question_page", self, *_WIDGETS)
        self._cells = child(form, Cells, "question_cells")
        self._options = child(form, OptionList, "option_list")
        self._entry = child(form, ValueEntry, "value_entry")
        self._pad = child(form, NumberPad, "number_pad")
        self._sold = child(form, SoldPicture, "sold_picture")
        self._lot = child(form, QPushButton, "lot_button")
        self._picture = child(form, Picture, "product_picture")
        self._picture.put_sign("product")
        self._photos = child(form, PhotoStrip, "photo_strip")
        self._note = child(form, QLineEdit, "note_edit")
        self._button = child(form, QPushButton, "photo_button")
        self._functional, self._cosmetic = GradeScale(FUNCTIONAL), GradeScale(COSMETIC)
        child(form, QVBoxLayout, "functional_scale_layout").addWidget(self._functional)
        child(form, QVBoxLayout, "cosmetic_scale_layout").addWidget(self._cosmetic)
        self._connect()

    def put(self, view: View, words: Words) -> None:
        question = view.question
        if question is None:
            self._options.put(view.options, words)
            return
        if question.value is not None and question.value.is_number:
            self._options.put(view.options, words, _ROOMY_BESIDE_PAD)
        else:
            self._options.put(view.options, words)
        self._text("number_label").put(
            words.text("question.number", number=question.number, of=question.of)
        )
        self._cells.put(question.number, question.of)
        self._picture.put_drawing(question.picture)
        if self._sold.put(view.product_picture, words):
            self.sold_wanted.emit(view.product_picture)
        self._put_entry(question, words)
        self._put_lot(view, question, words)
        self._put_photos(question, words)
        self._put_grades(question, words)
        self._note.setPlaceholderText(words.text("note.empty"))
        self._note.setAccessibleName(words.text("note.empty"))

    def put_photo(self, digest: str, content: bytes) -> None:
        self._photos.put_picture(digest, content)
        if self._picture.is_empty:
            self._picture.put(content)

    def put_sold(self, name: str, content: bytes) -> None:
        self._sold.put_content(name, content)

    def show_chosen(self, key: str) -> None:
        self._options.show_chosen(key)

    def _connect(self) -> None:
        self._options.chosen.connect(self.chosen)
        self._photos.wanted.connect(self.photo_wanted)
        self._button.clicked.connect(lambda: self.act_wanted.emit("show-photo"))
        child(self, QPushButton, "note_button").clicked.connect(self._submit_note)
        self._entry.given.connect(self.typed)
        self._pad.pressed.connect(self._entry.press)
        self._lot.clicked.connect(lambda: self.act_wanted.emit("lot"))

    def submit(self) -> bool:
        return self._entry.submit() or self._submit_note()

    def start(self) -> None:
        if self._entry.is_typed:
            self._entry.take_focus()
        else:
            self.setFocus()

    def _submit_note(self) -> bool:
        text = self._note.text().strip()
        if text:
            self._note.clear()
            self.setFocus()
            self.noted.emit(text)
        return bool(text)

    def _put_entry(self, question: QuestionView, words: Words) -> None:
        """Show the field of a value; digits go there only while it wants a number."""
        value = question.value
        self._entry.put(value, words)
        self._pad.setVisible(value is not None and value.is_number)
        if value is not None:
            self._pad.put(value.signs, words.catalog.shapes.decimal_sign)
        if question.item_id and self.isVisible() and not self._note.hasFocus():
            self.start()

    def _put_lot(self, view: View, question: QuestionView, words: Words) -> None:
        act = next((act for act in view.acts if act.do == "lot"), None)
        self._lot.setVisible(act is not None)
        if act is not None:
            self._lot.setText(f"{act.key}  {words.say(act.name)}")
        parts = [f"×{question.quantity}"] if question.quantity > 1 else []
        if question.merchant_grade is not None:
            parts.append(words.say(say("grade.merchant", grade=question.merchant_grade)))
        self._text("order_label").put(" · ".join(parts) or words.text("question.order"))

    def _put_photos(self, question: QuestionView, words: Words) -> None:
        self._photos.setVisible(bool(question.photos))
        self._photos.put(question.photos, words)
        now = next((photo for photo in question.photos if photo.is_now), None)
        hint = words.text("photo.none") if now is None else words.say(now.label)
        child(self, ShortenedText, "photo_hint_label").put(hint)
        self._button.setText(words.text("photo.choose"))

    def _put_grades(self, question: QuestionView, words: Words) -> None:
        self._functional.put(question.functional)
        self._cosmetic.put(question.cosmetic)
        self._text("functional_label").put(_left(question.functional, words))
        self._text("cosmetic_label").put(_left(question.cosmetic, words))


def _left(grades: tuple[str, ...], words: Words) -> str:
    """Say which grades are left; one that is alone is fixed."""
    if not grades:
        return ""
    if len(grades) == 1:
        return words.text("grade.fixed", grade=grades[0])
    return words.text("grade.left", worst=min(grades), best=max(grades))
