"""Draw the icons of ``resources/icons`` in any colour and size."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from returnstation import datafiles


@lru_cache(maxsize=512)
def icon(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """Return an icon; ``size`` in logical pixels, ``ratio`` the screen's pixels per logical one."""
    drawn = _source(name).replace("currentColor", colour)
    drawn = drawn.replace('stroke-width="2"', f'stroke-width="{_stroke(size)}"', 1)
    pixels = round(size * ratio)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawn.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _stroke(size: int) -> float:
    if size >= 144:
        return 0.7
    if size >= 72:
        return 1.5
    return 1.75 if size >= 48 else 2


@cache
def _source(name: str) -> str:
    try:
        return datafiles.resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    except datafiles.DataFileMissing:
        return datafiles.resource("icons", "warn.svg").read_text(encoding="utf-8")
