"""A TCP proxy that does what bad lines do: delays, cuts, resets, swallows, dribbles."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread

from numpy.random import Generator


class Line(StrEnum):
    """How the line is."""

    GOOD = "good"
    SLOW = "slow"
    CUT = "cut"
    RESET = "reset"
    SWALLOWS = "swallows"
    DRIBBLES = "dribbles"


@dataclass
class Chaos:
    """A proxy in a thread of its own; ``line`` may be changed at any time."""

    target: int
    random: Generator
    port: int = 0
    line: Line | None = Line.GOOD

    def now(self) -> Line:
        """Return how the next connection goes; None as ``line`` leaves it to chance."""
        return self.line or list(Line)[int(self.random.integers(len(Line)))]


@contextmanager
def a_bad_line(target: int, random: Generator) -> Iterator[Chaos]:
    """Run a proxy before a port of this machine."""
    chaos, ready = Chaos(target, random), Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _connection(chaos, r, w), "127.0.0.1", 0)
        chaos.port = server.sockets[0].getsockname()[1]
        ready.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    thread = Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield chaos
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(5)
        loop.close()


async def _connection(
    chaos: Chaos, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    line = chaos.now()
    with suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
        if line is Line.RESET:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", chaos.target)
        try:
            up = _pipe(chaos, line, reader, back)
            down = _pipe(chaos, line, there, writer)
            await asyncio.gather(up, down)
        finally:
            back.close()
    writer.close()


async def _pipe(
    chaos: Chaos, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    left = int(chaos.random.integers(1, 20_000)) if line is Line.CUT else None
    while content := await reader.read(4096):
        if line is Line.SWALLOWS:
            continue
        if line is Line.SLOW:
            await asyncio.sleep(0.02)
        if left is not None:
            content, left = content[:left], left - len(content)
        await _write(writer, content, chunk=16 if line is Line.DRIBBLES else len(content))
        if left is not None and left <= 0:
            writer.transport.abort()
            return
    with suppress(OSError):
        writer.write_eof()


async def _write(writer: asyncio.StreamWriter, content: bytes, chunk: int) -> None:
    for start in range(0, len(content), max(1, chunk)):
        writer.write(content[start : start + max(1, chunk)])
        await writer.drain()
