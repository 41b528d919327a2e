"""Let Qt ask our catalog for the texts of the forms."""

from PySide6.QtCore import QTranslator

from returnstation.gui.words import keep_words
from returnstation.i18n import Catalog


class CatalogTranslator(QTranslator):
    """A QTranslator over a catalog, so forms and papers share one set of messages."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def isEmpty(self) -> bool:
        return not self._catalog.messages

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        # None lets Qt fall back to the source text; "" would show nothing at all.
        text = self._catalog.of_form(context, source)
        return None if text is None else keep_words(text)
