"""PO files are read as Babel reads them."""

from io import BytesIO, StringIO

import pytest
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import read_po, write_po
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation import datafiles
from returnstation.i18n import languages
from returnstation.i18n.po_files import Key, Text, messages_in

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from('\n\t"\\')
)


@pytest.mark.parametrize("language", languages())
def test_every_shipped_file_says_what_babel_reads_in_it(language: str) -> None:
    files = [f for f in datafiles.resource("i18n", language).iterdir() if f.name.endswith(".po")]

    for file in files:
        content = file.read_bytes()
        assert messages_in(content.decode()) == as_babel_reads(content), file.name


@settings(max_examples=60)
@given(st.lists(st.tuples(st.none() | WORDS.filter(bool), WORDS.filter(bool), WORDS)))
def test_what_is_written_is_read(messages: list[tuple[str | None, str, str]]) -> None:
    catalog = BabelCatalog()
    for form, key, text in messages:
        catalog.add(key, text, context=form)
    written = BytesIO()
    write_po(written, catalog)

    assert messages_in(written.getvalue().decode()) == as_babel_reads(written.getvalue())


@given(st.text() | st.text(st.sampled_from('msgidtr_plural "\\\n[01]#')))
def test_a_damaged_file_is_no_trouble(file: str) -> None:
    assert isinstance(messages_in(file), dict)


def test_plural_forms_stand_in_their_order() -> None:
    file = StringIO('msgid "n"\nmsgid_plural "n"\nmsgstr[0] "{n} item"\nmsgstr[1] "{n} items"\n')

    assert messages_in(file.read()) == {(None, "n"): ("{n} item", "{n} items")}


def test_what_is_not_translated_or_commented_out_is_left_out() -> None:
    file = '# by hand\nmsgid "a"\nmsgstr ""\n\n#~ msgid "b"\n#~ msgstr "B"\n\nmsgid "c"\nmsgstr "C"'

    assert messages_in(file) == {(None, "c"): "C"}


def as_babel_reads(content: bytes) -> dict[Key, Text]:
    found: dict[Key, Text] = {}
    for message in read_po(BytesIO(content)):
        key = message.id[0] if isinstance(message.id, list | tuple) else message.id
        text = tuple(message.string) if isinstance(message.string, list | tuple) else message.string
        if key and text and all(text):
            found[message.context, key] = text
    return found
