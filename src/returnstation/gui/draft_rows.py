"""Rows of a table kept small until somebody wants them in a file."""

import zlib
from pathlib import Path


class PackedRows:
    """Any number of lines, packed: those of a trial of years would fill the memory."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(level=1)
        self._pieces: list[bytes] = []
        self.count = 0

    def put(self, line: str) -> None:
        """Add a line, which brings its own end."""
        self.count += 1
        piece = self._packer.compress(line.encode())
        if piece:
            self._pieces.append(piece)

    def write(self, path: Path) -> None:
        """Write all lines to a file that is complete or not there at all."""
        part = path.with_name(f"{path.name}.part")
        unpacker = zlib.decompressobj()
        try:
            with part.open("wb") as file:
                # The mark at the start makes spreadsheets read Korean and Japanese as UTF-8.
                file.write("\ufeff".encode())
                for piece in (*self._pieces, self._packer.copy().flush()):
                    file.write(unpacker.decompress(piece))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
