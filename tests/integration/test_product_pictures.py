"""Products' pictures: what the folder's owner writes into it may be anything."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from returnstation.storage.product_pictures import ProductPictures


def a_picture(folder: Path, name: str, size: tuple[int, int] = (1600, 800)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "#336699").save(folder / name)


def test_a_picture_comes_small_enough_for_a_page(tmp_path: Path) -> None:
    a_picture(tmp_path, "shoe.png")

    content = ProductPictures(tmp_path).read("shoe.png")

    assert content is not None
    assert Image.open(BytesIO(content)).size == (640, 320)


@pytest.mark.parametrize(
    "name",
    ["none.png", "../secret.png", "/etc/passwd", "", ".", "a\0b", "https://shop.example/1.png"],
)
def test_a_name_that_is_no_picture_of_the_folder_is_none(name: str, tmp_path: Path) -> None:
    a_picture(tmp_path, "secret.png")
    a_picture(tmp_path / "pictures", "shoe.png")

    assert ProductPictures(tmp_path / "pictures").read(name) is None


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a" + b"\0" * 40])
def test_a_file_that_is_no_picture_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "shoe.png").write_bytes(content)

    assert ProductPictures(tmp_path).read("shoe.png") is None


def test_a_station_without_pictures_shows_none(tmp_path: Path) -> None:
    assert ProductPictures(tmp_path / "pictures").read("shoe.png") is None
