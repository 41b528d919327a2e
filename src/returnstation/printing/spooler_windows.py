"""The spooler of Windows, by the functions of ``winspool.drv``."""

import sys

if sys.platform == "win32":
    import ctypes
    from collections.abc import Iterator, Sequence
    from contextlib import contextmanager
    from ctypes import wintypes

    from returnstation.printing.spooler import SpoolerFailed

    _LOCAL_AND_CONNECTED = 0x2 | 0x4
    _NO_SUCH_JOB = 87

    class _Document(ctypes.Structure):
        # DOC_INFO_1W
        _fields_ = (
            ("name", wintypes.LPWSTR),
            ("file", wintypes.LPWSTR),
            ("datatype", wintypes.LPWSTR),
        )

    class _Queue(ctypes.Structure):
        # PRINTER_INFO_4W
        _fields_ = (
            ("name", wintypes.LPWSTR),
            ("server", wintypes.LPWSTR),
            ("attributes", wintypes.DWORD),
        )

    class _QueueStatus(ctypes.Structure):
        # PRINTER_INFO_6
        _fields_ = (("status", wintypes.DWORD),)

    class _Job(ctypes.Structure):
        # JOB_INFO_1W, as far as its status.
        _fields_ = (
            ("id", wintypes.DWORD),
            ("printer", wintypes.LPWSTR),
            ("machine", wintypes.LPWSTR),
            ("user", wintypes.LPWSTR),
            ("document", wintypes.LPWSTR),
            ("datatype", wintypes.LPWSTR),
            ("status_text", wintypes.LPWSTR),
            ("status", wintypes.DWORD),
        )

    class WindowsSpool:
        """``winspool.drv``; see ``Spool`` for what each function does."""

        def __init__(self) -> None:
            self._spool = ctypes.WinDLL("winspool.drv", use_last_error=True)

        def queues(self) -> Sequence[str]:
            """Return the names of the queues."""
            needed, count = wintypes.DWORD(), wintypes.DWORD()
            asked = (_LOCAL_AND_CONNECTED, None, 4)
            counts = (ctypes.byref(needed), ctypes.byref(count))
            self._spool.EnumPrintersW(*asked, None, 0, *counts)
            room = ctypes.create_string_buffer(max(needed.value, 1))
            self._checked(self._spool.EnumPrintersW(*asked, room, needed, *counts))
            found = ctypes.cast(room, ctypes.POINTER(_Queue))
            return [str(found[number].name) for number in range(count.value)]

        def queue_status(self, queue: str) -> int:
            """Return ``PRINTER_STATUS`` bits."""
            needed, told = wintypes.DWORD(), _QueueStatus()
            with self._opened(queue) as handle:
                size, place = ctypes.sizeof(told), ctypes.byref(told)
                asked = (handle, 6, place, size, ctypes.byref(needed))
                self._checked(self._spool.GetPrinterW(*asked))
            return int(told.status)

        def print_raw(self, queue: str, name: str, payload: bytes) -> int:
            """Put a whole job in a queue, or nothing of it; return its number."""
            document = _Document(name, None, "RAW")
            with self._opened(queue) as handle:
                job_id = self._checked(
                    self._spool.StartDocPrinterW(handle, 1, ctypes.byref(document))
                )
                try:
                    self._write(handle, payload)
                except SpoolerFailed:
                    self._spool.AbortPrinter(handle)
                    raise
                self._checked(self._spool.EndDocPrinter(handle))
            return job_id

        def job_status(self, queue: str, job_id: int) -> int | None:
            """Return ``JOB_STATUS`` bits; None when the job is no longer there."""
            needed = wintypes.DWORD()
            with self._opened(queue) as handle:
                self._spool.GetJobW(handle, job_id, 1, None, 0, ctypes.byref(needed))
                if ctypes.get_last_error() == _NO_SUCH_JOB:
                    return None
                room = ctypes.create_string_buffer(max(needed.value, ctypes.sizeof(_Job)))
                asked = (handle, job_id, 1, room, len(room), ctypes.byref(needed))
                if not self._spool.GetJobW(*asked):
                    return None
            return int(ctypes.cast(room, ctypes.POINTER(_Job))[0].status)

        def _write(self, handle: wintypes.HANDLE, payload: bytes) -> None:
            written = wintypes.DWORD()
            asked = (handle, payload, len(payload), ctypes.byref(written))
            self._checked(self._spool.WritePrinter(*asked))
            if written.value != len(payload):
                raise SpoolerFailed("0")

        @contextmanager
        def _opened(self, queue: str) -> Iterator[wintypes.HANDLE]:
            handle = wintypes.HANDLE()
            self._checked(self._spool.OpenPrinterW(queue, ctypes.byref(handle), None))
            try:
                yield handle
            finally:
                self._spool.ClosePrinter(handle)

        def _checked(self, result: int) -> int:
            if not result:
                raise SpoolerFailed(str(ctypes.get_last_error()))
            return int(result)
