"""Files that are there whole or not at all."""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from returnstation.application.troubles import Trouble


@contextmanager
def whole_file(path: Path, encoding: str = "utf-8") -> Generator[TextIO]:
    """Write a file that takes its name once it is complete and on the disk.

    Only its owner may read it: rows of customers and users are nobody else's business.

    Raises:
        Trouble: ``disk-full`` or ``file-unwritable``.
    """
    part = path.with_name(f"{path.name}.part")
    with writing_to(path):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(
                descriptor, "w", encoding=encoding, errors="surrogateescape", newline=""
            ) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def writing_to(path: Path) -> Generator[None]:
    """Turn what the disk says while a file is written into ``Trouble`` with a stable code."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise Trouble("disk-full" if is_full else "file-unwritable", file=path.name) from error
