"""Look once a week whether stored photos still are what their names say.

A disk forgets without saying so. A photo that is damaged, or gone, is asked for again from the
stations that have it; it counts as damaged until one of them sent it, or it is found whole.
"""

from dataclasses import dataclass

import msgspec

from returnstation.hub.hub import Hub

STEP_NAME = "proved_photos"
"""Of how far the pass is, among what the hub keeps about itself."""

_WEEK_MS = 7 * 86_400_000


class _Place(msgspec.Struct, frozen=True):
    """How far the pass of a week is; None when it is over."""

    week: int = -1
    after: str | None = ""


@dataclass(frozen=True, slots=True)
class PhotoProving:
    """Goes through the photos of a hub, in small steps beside its other work.

    Attributes:
        at_once: Photos of one step.
    """

    hub: Hub
    at_once: int = 20

    def step(self) -> int:
        """Look at some photos of this week's pass, and return how many are damaged.

        Raises:
            Trouble: The store cannot be reached.
        """
        week = self.hub.now_ms() // _WEEK_MS
        said = self.hub.database.about(STEP_NAME)
        place = msgspec.json.decode(said, type=_Place) if said else _Place()
        if place.week != week:
            place = _Place(week)
        if place.after is None:
            return 0
        photos = self.hub.photos
        doubted = photos.index.kept(place.after, self.at_once)
        is_good = {False: photos.store.is_whole, True: photos.store.opens}
        whole = {digest for digest, is_missed in doubted.items() if is_good[is_missed](digest)}
        lost = doubted.keys() - whole
        photos.index.lose(lost)
        photos.index.find({each: None for each in whole if doubted[each]}, self.hub.now_ms())
        end = max(doubted, default=None)
        self.hub.database.keep_about(STEP_NAME, msgspec.json.encode(_Place(week, end)).decode())
        return len(lost)
