"""What the hub answers to machines when it does not do what they ask."""


class NotDone(Exception):
    """A request was not carried out, and nothing changed.

    Attributes:
        code: Stable, in kebab case; a program reads it, so there is no text for it.
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code = code
