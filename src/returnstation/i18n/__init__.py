"""Messages, dates and money in the language of whoever reads them."""
