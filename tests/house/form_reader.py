"""Read a Designer form as a flat list of its elements."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QXmlStreamReader

FORMS = sorted(Path(__file__).parents[2].joinpath("ui").glob("*.ui"))


class Element(NamedTuple):
    """One element; its text is what stands directly behind its start."""

    tag: str
    attributes: dict[str, str]
    text: str


def elements(form: Path) -> list[Element]:
    """Return every element of a form, in order."""
    reader = QXmlStreamReader(form.read_text(encoding="utf-8"))
    found: list[Element] = []
    while not reader.atEnd():
        kind = reader.readNext()
        if kind == QXmlStreamReader.TokenType.StartElement:
            given = reader.attributes()
            each = (given.at(place) for place in range(given.size()))
            found.append(Element(reader.name(), {a.name(): a.value() for a in each}, ""))
        elif kind == QXmlStreamReader.TokenType.Characters and found and not found[-1].text:
            found[-1] = found[-1]._replace(text=reader.text().strip())
    assert not reader.hasError(), reader.errorString()
    return found
