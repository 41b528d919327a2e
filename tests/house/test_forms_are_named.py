"""Every widget in ui/ has a name a reader understands, and every form its module."""

import re
from pathlib import Path

import pytest

from house.form_reader import FORMS, elements

GUI = Path(__file__).parents[2] / "src" / "returnstation" / "gui"
GOOD_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DESIGNER_DEFAULT = re.compile(r".*_\d+|[a-z]+[A-Z].*")

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@each_form
def test_widgets_have_names(form: Path) -> None:
    read = elements(form)

    top, *names = [e.attributes.get("name", "") for e in read if e.tag == "widget"]

    assert top == next(e.text for e in read if e.tag == "class")
    assert [n for n in names if not GOOD_NAME.fullmatch(n) or DESIGNER_DEFAULT.fullmatch(n)] == []


@each_form
def test_each_form_has_its_module(form: Path) -> None:
    assert (GUI / f"{form.stem}.py").is_file()


@each_form
def test_forms_hold_no_style_and_no_signals(form: Path) -> None:
    read = elements(form)

    assert "styleSheet" not in {e.attributes.get("name") for e in read}
    assert "connection" not in {e.tag for e in read}
