"""Pictures a person gives: from a file, by drag and drop, by paste."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QMimeData, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_LARGEST_BYTES = 40 * 1024 * 1024


class ImageSource(QObject):
    """Asks for a picture file without stopping anything.

    Signals:
        chosen: A file was read; carries its bytes.
    """

    chosen = Signal(bytes)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def choose_file(self) -> None:
        """Open the file dialog and return at once; a scan closes it."""
        dialog = QFileDialog(self._window)
        # Qt's own dialog: through a native one no scan could be heard.
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(" ".join(f"*{suffix}" for suffix in _SUFFIXES))
        dialog.fileSelected.connect(self._read)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _read(self, name: str) -> None:
        content = read_image_file(Path(name))
        if content is not None:
            self.chosen.emit(content)


def has_image(mime: QMimeData) -> bool:
    """Tell whether a drop or paste holds a picture."""
    return mime.hasImage() or bool(_image_files(mime))


def image_of(mime: QMimeData) -> bytes | None:
    """Return the picture of a drop or paste, as it was or as PNG."""
    for file in _image_files(mime):
        content = read_image_file(file)
        if content is not None:
            return content
    image = mime.imageData() if mime.hasImage() else None
    return _as_png(image) if isinstance(image, QImage) else None


def read_image_file(file: Path) -> bytes | None:
    """Return the bytes of a picture file; None when it is gone or far too large."""
    try:
        return file.read_bytes() if file.stat().st_size <= _LARGEST_BYTES else None
    except OSError:
        return None


def _image_files(mime: QMimeData) -> Sequence[Path]:
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() in _SUFFIXES]


def _as_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image)
    return bytes(buffer.data().data())
