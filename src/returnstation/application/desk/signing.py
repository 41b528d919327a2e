"""Sign in by badge and PIN, sign out, lock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from returnstation.application.desk.memory import Memory
from returnstation.application.ports import User
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Sound
from returnstation.domain.facts import Fact, SignedIn, SignedOut, SignInRefused
from returnstation.domain.messages import say

MOST_WRONG_PINS = 5
"""Wrong PINs in a row after which a badge is shut until an admin opens it again."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who is at the desk."""

    recording: Recording
    memory: Memory

    def badge(self, badge: str) -> None:
        """Take a badge; the PIN is asked next.

        Raises:
            Refused: Nobody has this badge, or it is shut.
        """
        with self.recording.equipment.look() as work:
            user = work.people.with_badge(badge)
        if user is None:
            self._record("desk", [SignInRefused(user_id=None, why="unknown_badge")])
            raise Refused("badge-unknown")
        if not user.is_active or user.refused >= MOST_WRONG_PINS:
            self._record(user.user_id, [SignInRefused(user_id=user.user_id, why="shut")])
            raise Refused("badge-shut")
        self.memory.badge = user
        self.memory.sound = Sound.TAP

    def pin(self, pin: str) -> None:
        """Take the PIN of the badge that was shown.

        Raises:
            Refused: It is wrong; the badge must be shown again.
        """
        user = self.memory.badge
        if user is None:
            raise Refused("badge-first")
        self.memory.badge = None
        if not self.recording.equipment.pins.matches(user.pin_hash, pin):
            self._wrong(user)
        with self.recording.equipment.work() as work:
            if user.refused:
                work.people.put(replace(user, refused=0))
            at = self.recording.equipment.now()
            work.facts.append(user.user_id, user.user_id, [SignedIn(user_id=user.user_id)], at)
            work.commit()
        self.memory.user = replace(user, refused=0)
        self.memory.acted_at = at
        self.memory.echo = Echo("check", say("echo.signed-in"), user.name, None, at)
        self.memory.sound = Sound.ACCEPT

    def use_language(self, language: str) -> None:
        """Keep the language a person chose, for whenever they sign in here."""
        self._keep(lambda user: replace(user, language=language))

    def use_theme(self, theme: str) -> None:
        """Keep the theme a person chose, for whenever they sign in here."""
        self._keep(lambda user: replace(user, theme=theme))

    def out(self, why: str) -> None:
        """Leave the desk; an open case stays as it is."""
        user = self.memory.user
        if user is None:
            return
        self._record(user.user_id, [SignedOut(user_id=user.user_id, why=why)])
        self.memory.user = None
        self.memory.echo = None

    def lock_if_idle(self) -> None:
        """Lock the desk when nobody has done anything for long enough."""
        limit = timedelta(seconds=self.recording.equipment.settings.lock_after)
        if self.memory.user is not None and (
            self.recording.equipment.now() - self.memory.acted_at > limit
        ):
            self.out("idle")

    def _keep(self, choice: Callable[[User], User]) -> None:
        user = self.memory.user
        if user is None:
            raise Refused("sign-in-first")
        with self.recording.equipment.work() as work:
            known = work.people.with_badge(user.badge) or user
            work.people.put(choice(known))
            work.commit()
        self.memory.user = choice(user)

    def _wrong(self, user: User) -> None:
        with self.recording.equipment.work() as work:
            work.people.put(replace(user, refused=user.refused + 1))
            at = self.recording.equipment.now()
            refused = SignInRefused(user_id=user.user_id, why="wrong_pin")
            work.facts.append(user.user_id, None, [refused], at)
            work.commit()
        raise Refused("pin-wrong", left=MOST_WRONG_PINS - user.refused - 1)

    def _record(self, subject: str, facts: list[Fact]) -> None:
        with self.recording.equipment.work() as work:
            user = self.memory.user_id
            work.facts.append(subject, user, facts, self.recording.equipment.now())
            work.commit()
