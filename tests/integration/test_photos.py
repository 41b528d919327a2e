"""Photos: stored once, small enough, without what the camera wrote beside the picture."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from returnstation.application.troubles import Refused, Trouble
from returnstation.storage.photos import LARGEST_BYTES, LONGEST_SIDE, PhotoFolder

SECRET = b"52.5163N 13.3777E"
GPS, ORIENTATION, DESCRIPTION = 0x8825, 0x0112, 0x010E


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **save: object
) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **save)
    return out.getvalue()


def with_exif(**tags: object) -> bytes:
    exif = Image.Exif()
    exif[DESCRIPTION] = SECRET.decode()
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[29] = SECRET.decode()
    for name, value in tags.items():
        exif[int(name.removeprefix("tag_"))] = value
    return a_picture(exif=exif)


def a_png_text() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    return text


def stored(folder: Path, content: bytes) -> bytes:
    photos = PhotoFolder(folder)
    return photos.read(photos.keep(content))


def test_where_a_photo_was_taken_is_not_kept(tmp_path: Path) -> None:
    original = with_exif()

    kept = stored(tmp_path, original)

    assert SECRET in original
    assert SECRET not in kept
    assert not Image.open(BytesIO(kept)).getexif()


@pytest.mark.parametrize(
    "original",
    [
        a_picture(comment=SECRET),
        a_picture(icc_profile=SECRET * 20),
        a_picture("PNG", pnginfo=a_png_text()),
        a_picture("GIF", comment=SECRET),
        a_picture("WEBP", xmp=SECRET),
    ],
    ids=["comment", "profile", "png", "gif", "webp"],
)
def test_no_text_inside_a_picture_is_kept(original: bytes, tmp_path: Path) -> None:
    assert SECRET not in stored(tmp_path, original)


def test_a_picture_taken_sideways_is_kept_upright(tmp_path: Path) -> None:
    kept = stored(tmp_path, with_exif(**{f"tag_{ORIENTATION}": 6}))

    assert Image.open(BytesIO(kept)).size == (40, 60)


def test_the_same_picture_is_stored_once(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path)

    digests = {photos.keep(a_picture()) for _ in range(3)}
    other = photos.keep(a_picture(size=(61, 40)))

    assert len(digests) == 1
    assert other not in digests
    assert len([file for file in tmp_path.rglob("*.jpg") if ".small" not in file.name]) == 2


@pytest.mark.parametrize(("side", "kept"), [(LONGEST_SIDE, LONGEST_SIDE), (3000, LONGEST_SIDE)])
def test_a_large_picture_is_made_smaller(side: int, kept: int, tmp_path: Path) -> None:
    picture = stored(tmp_path, a_picture(size=(side, 10)))

    assert Image.open(BytesIO(picture)).width == kept


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
def test_any_colour_mode_is_taken(mode: str, tmp_path: Path) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"

    assert Image.open(BytesIO(stored(tmp_path, a_picture(kind, mode=mode)))).mode == "RGB"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = a_picture("PNG", size=(30_000, 12_000), mode="1")

    with pytest.raises(Refused, match="photo-too-large"):
        PhotoFolder(tmp_path).keep(bomb)
    with pytest.raises(Refused, match="photo-too-large"):
        PhotoFolder(tmp_path).keep(bytes(LARGEST_BYTES + 1))


@pytest.mark.parametrize("content", [b"", b"no picture", a_picture()[:200], b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="photo-unreadable"):
        PhotoFolder(tmp_path).keep(content)

    assert list(tmp_path.iterdir()) == []


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "ICO", "PPM", "TGA"]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), max_size=6),
    end=st.floats(0, 1),
)
def test_a_damaged_picture_is_kept_or_refused(
    kind: str, cuts: list[tuple[float, bytes]], end: float, tmp_path: Path
) -> None:
    content = bytearray(a_picture(kind, size=(16, 16)))
    for place, put in cuts:
        at = int(place * len(content))
        content[at : at + len(put)] = put

    damaged = bytes(content[: max(1, int(end * len(content)))])

    with suppress(Refused):
        assert len(PhotoFolder(tmp_path).keep(damaged)) == 64


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file stands in the way")

    with pytest.raises(Trouble, match="photos-unwritable"):
        PhotoFolder(tmp_path / "photos").keep(a_picture())


def test_a_full_disk_is_named_and_leaves_no_half_photo(tmp_path: Path) -> None:
    noise = BytesIO()
    Image.effect_noise((1500, 1500), 90).save(noise, "PNG")
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has a device that is always full")
    photos = PhotoFolder(tmp_path)
    digest = photos.keep(noise.getvalue())
    stored_file = tmp_path / digest[:2] / f"{digest}.jpg"
    stored_file.unlink()
    stored_file.with_suffix(".part").symlink_to(full)

    with pytest.raises(Trouble, match="disk-full"):
        photos.keep(noise.getvalue())

    assert not stored_file.exists()


def test_a_photo_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="photo-missing"):
        PhotoFolder(tmp_path).read("ab" * 32)


def test_nothing_is_left_of_a_photo_that_is_forgotten_sent_or_not(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path)
    waiting, sent = photos.keep(a_picture()), photos.keep(a_picture(size=(70, 40)))
    photos.mark_sent(sent)
    for digest in (waiting, sent, waiting):
        photos.forget(digest)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert (photos.waiting(), photos.sent()) == ([], [])
    with pytest.raises(Trouble, match="photo-missing"):
        photos.thumbnail(waiting)


def test_a_spoilt_photo_without_a_small_picture_is_named(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path)
    digest = photos.keep(a_picture())
    stored = tmp_path / digest[:2] / f"{digest}.jpg"
    stored.with_suffix(".small.jpg").unlink()
    stored.write_bytes(b"spoilt")

    with pytest.raises(Trouble, match="photo-missing"):
        photos.thumbnail(digest)


def test_a_photo_that_goes_while_they_are_listed_hides_no_other(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path)
    digest = photos.keep(a_picture())
    (tmp_path / digest[:2] / f"{digest[:2]}gone.jpg").symlink_to(tmp_path / "nowhere")

    assert photos.waiting() == [digest]
