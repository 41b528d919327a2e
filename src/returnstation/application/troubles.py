"""Trouble from outside as a stable code and a message; a bug is anything else."""

from returnstation.domain.messages import Say
from returnstation.domain.money import Money


class Trouble(Exception):
    """Something outside the program is wrong; nothing that was confirmed is lost.

    Attributes:
        code: Stable, in kebab case, e.g. ``disk-full``; ``trouble.<code>`` says it to a person
            and ``trouble.<code>.help`` what to do.
        values: What the message names, e.g. a file.
    """

    def __init__(self, code: str, /, **values: str | int) -> None:
        details = " ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code} {details}".strip())
        self.code = code
        self.values = values

    def say(self) -> Say:
        """Return what happened."""
        return Say(f"trouble.{self.code}", self.values)

    def help(self) -> Say:
        """Return what to do."""
        return Say(f"trouble.{self.code}.help", self.values)


class Refused(Exception):
    """An act that cannot be done now, or a scan that is not taken; nothing changed.

    Attributes:
        code: Stable, in kebab case; ``refused.<code>`` says it to a person.
    """

    def __init__(self, code: str, /, **values: str | int | Say | Money) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def say(self) -> Say:
        """Return what was refused and why."""
        return Say(f"refused.{self.code}", self.values)

    def help(self) -> Say:
        """Return what to do instead."""
        return Say(f"refused.{self.code}.help", self.values)
