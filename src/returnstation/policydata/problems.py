"""What can be wrong with facts that come from outside."""


class BadFacts(ValueError):
    """Facts from outside cannot be used.

    Attributes:
        code: Names the kind of mistake, for programs.
        message: Says it in English, for people.
        field: Where it is, dotted; empty for the whole.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.code = code
        self.message = str(self)
        self.field = field


class BadSale(BadFacts):
    """The facts of a sale are not what they must be."""


class BadMerchantPolicy(BadFacts):
    """The terms of a merchant are not what schema.org says."""
