"""Two commands that read the same stick at the hub at once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from merchant_stand import STATIONS, a_sqlite, a_stand
from returnstation.hub.bundles import Sticks

PHOTO = b"\xff\xd8\xff" + b"x" * 100
DIGEST = hashlib.sha256(PHOTO).hexdigest()


def test_a_photo_that_two_take_in_at_once_is_taken_in_by_both(tmp_path: Path) -> None:
    with a_sqlite(tmp_path) as database, a_stand(database, tmp_path) as stand:
        sticks = Sticks(stand.hub)

        def slowly() -> Iterator[bytes]:
            yield PHOTO[:50]
            sticks._take_photo(STATIONS[0], DIGEST, iter([PHOTO]))
            yield PHOTO[50:]

        sticks._take_photo(STATIONS[0], DIGEST, slowly())

        assert stand.hub.photos.read(DIGEST) == PHOTO
        assert list((stand.hub.photos.parts / STATIONS[0]).iterdir()) == []
