"""Messages, dates and money in the language of whoever reads them."""

from returnstation.i18n.catalog import Catalog, languages, load_catalog
from returnstation.i18n.shapes import Shapes

__all__ = ["Catalog", "Shapes", "languages", "load_catalog"]
