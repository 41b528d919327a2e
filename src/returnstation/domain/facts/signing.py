"""Who took the desk, who left it, and who was refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person took the desk."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """A person left the desk; ``why`` is ``asked`` or ``idle``."""

    user_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused:
    """A badge or PIN was not accepted."""

    user_id: str | None
    why: str
