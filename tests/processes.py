"""Run our own program in a process of its own."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int | None
    out: str
    err: str


def run_python(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ended:
    """Run Python until it ends."""
    return asyncio.run(_run(arguments, stdin, env or {}))


def run_program(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ended:
    """Run ``returnstation`` until it ends."""
    return run_python("-m", "returnstation", *arguments, stdin=stdin, env=env)


def run_command(*command: str) -> Ended:
    """Run a program of the system until it ends."""
    return asyncio.run(_run_command(command))


def lines_until_killed(count: int, *arguments: str) -> list[str]:
    """Return the first lines a Python process prints; it is killed in the middle of its work."""
    return asyncio.run(_kill_after(count, arguments))


async def _run(arguments: tuple[str, ...], stdin: bytes, env: dict[str, str]) -> Ended:
    process = await _start(arguments, env)
    out, err = await process.communicate(stdin)
    return Ended(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


async def _run_command(command: tuple[str, ...]) -> Ended:
    # Into a file: a server that goes on in the background would hold a pipe open.
    with tempfile.TemporaryFile() as told:
        process = await asyncio.create_subprocess_exec(*command, stdout=told, stderr=told)
        await process.wait()
        told.seek(0)
        return Ended(process.returncode, told.read().decode(errors="replace"), "")


async def _kill_after(count: int, arguments: tuple[str, ...]) -> list[str]:
    process = await _start(arguments, {})
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(count)]
    process.kill()
    left, _ = await process.communicate()
    # What was printed before the kill was confirmed, too.
    return [*lines, *left.decode().split("\n")[:-1]]


async def _start(arguments: tuple[str, ...], env: dict[str, str]) -> Process:
    here = Path(__file__).parent
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "PYTHONPATH": str(here), **env},
    )
