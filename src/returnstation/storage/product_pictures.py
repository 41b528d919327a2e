"""Pictures of products as they were sold, in a folder the merchant or an import fills."""

from io import BytesIO
from pathlib import Path

_LONGEST_SIDE = 640
_LARGEST_BYTES = 32_000_000
_QUALITY = 85


class ProductPictures:
    """A folder of pictures; whoever fills it may write what he likes into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """Return a picture small enough for a page; None when there is none of this name.

        A name that leads out of the folder, an address and a file that is no picture are none.
        """
        # Nothing but pictures needs Pillow, and its loading takes a tenth of a second.
        from PIL import Image, UnidentifiedImageError

        try:
            file = (self._folder / name).resolve()
            if not file.is_relative_to(self._folder.resolve()):
                return None
            if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
                return None
            with Image.open(file) as picture:
                picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                small = picture.convert("RGB")
        except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
            return None
        except Image.DecompressionBombError:
            return None
        small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        small.info.clear()
        out = BytesIO()
        small.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()
