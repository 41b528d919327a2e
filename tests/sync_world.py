"""A world of stations and one hub: real rules and real messages, a network that does its worst."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import UUID

from returnstation.hub.accepting import StationLog, accept
from returnstation.sync.uploading import Learned, Progress, agree, learn, next_batch
from returnstation.wire.batches import (
    NOTHING,
    Batch,
    Head,
    Reply,
    SentFact,
    pack_batch,
    sent,
    unpack_batch,
)
from returnstation.wire.facts import FIRST, Entry, chain_hash

MOST = 5

_IDS = count(1)


@dataclass
class MemoryStationLog:
    """A station's log at the hub, as ``SqlStationLog`` keeps it, in memory."""

    branches: dict[int, tuple[int | None, int]] = field(default_factory=dict)
    facts: dict[int, dict[int, tuple[SentFact, bytes]]] = field(default_factory=dict)

    def heads(self) -> Sequence[Head]:
        return [
            Head(branch, *max((seq, made) for seq, (_, made) in kept.items()))
            for branch, kept in self.facts.items()
        ]

    def branch_with(self, seq: int, made: bytes) -> int | None:
        found = (b for b, kept in self.facts.items() if seq in kept and kept[seq][1] == made)
        return next(found, None)

    def hashes(self, branch: int, first: int, last: int) -> Sequence[bytes]:
        return [self._hash(branch, seq) for seq in range(first, last + 1)]

    def _hash(self, branch: int, seq: int) -> bytes:
        if seq == 0:
            return NOTHING.hash
        parent, after = self.branches[branch]
        if seq <= after:
            assert parent is not None
            return self._hash(parent, seq)
        return self.facts[branch][seq][1]

    def begin(self, branch: int, parent: int | None, after: int) -> None:
        self.branches[branch] = (parent, after)
        self.facts[branch] = {}

    def append(self, batch: Batch, made: Sequence[bytes], skip: int) -> None:
        kept = self.facts[batch.branch]
        for fact, hash_ in list(zip(batch.facts, made, strict=True))[skip:]:
            kept[fact.seq] = (fact, hash_)


@dataclass
class OwnMemoryLog:
    """A station's own log."""

    entries: list[Entry] = field(default_factory=list)

    def after(self, seq: int, most: int) -> Sequence[SentFact]:
        return [sent(entry) for entry in self.entries[seq : seq + most]]

    def hash_at(self, seq: int) -> bytes | None:
        if seq == 0:
            return FIRST
        return self.entries[seq - 1].hash if 0 < seq <= len(self.entries) else None

    def write(self, label: str, epoch: int, at_ms: int) -> Entry:
        last = self.entries[-1] if self.entries else None
        entry = Entry(
            seq=len(self.entries) + 1,
            station=label,
            epoch=epoch,
            fact_id=UUID(int=(0x7 << 76) | (0x8 << 60) | next(_IDS)),
            hlc=max(at_ms, (last.hlc >> 16) + 1 if last else 0) << 16,
            type="case_resumed",
            version=1,
            subject=f"case-{len(self.entries) % 3}",
            user=None,
            body=b"{}",
            hash=b"",
        )
        entry = replace(entry, hash=chain_hash(entry, last.hash if last else FIRST))
        self.entries.append(entry)
        return entry


@dataclass
class Machine:
    """One PC: its log, how far the hub has it, and the epoch it writes under."""

    name: str
    progress: Progress
    epoch: int
    log: OwnMemoryLog = field(default_factory=OwnMemoryLog)
    nonsense: int = 0
    heard_ms: int = 0

    def copy(self) -> "Machine":
        return deepcopy(self)


Accepting = Callable[[StationLog, Batch], Reply]


@dataclass
class World:
    """Stations, a hub, and what is still on its way.

    Attributes:
        accepting: The hub's rule; known-bad ones are tried, too.
        acked_hashes: What the hub said it has.
        confirmed: What a worker was told is done, and no restored copy was chosen to lack.
        redraws: Whether a station that was restored or forked takes a new branch and epoch.
    """

    accepting: Accepting = accept
    redraws: bool = True
    drawn: Iterator[int] = field(default_factory=lambda: count(1))
    machines: list[Machine] = field(default_factory=list)
    hub: dict[str, MemoryStationLog] = field(default_factory=dict)
    on_the_way: list[tuple[str, bytes]] = field(default_factory=list)
    hub_backup: dict[str, MemoryStationLog] | None = None
    backups: dict[int, Machine] = field(default_factory=dict)
    acked_hashes: set[tuple[str, bytes]] = field(default_factory=set)
    confirmed: set[tuple[str, bytes]] = field(default_factory=set)
    now_ms: int = 1_000_000

    def add(self) -> Machine:
        branch = self.branch()
        machine = Machine(f"st-{len(self.machines)}", Progress(branch), branch)
        self.machines.append(machine)
        self.hub[machine.name] = MemoryStationLog()
        return machine

    def branch(self) -> int:
        return next(self.drawn)

    def write(self, machine: Machine, facts: int) -> None:
        for _ in range(facts):
            self.now_ms += 1000
            entry = machine.log.write(machine.name, machine.epoch, self.now_ms)
            self.confirmed.add((machine.name, entry.hash))

    def batch(self, machine: Machine) -> bytes | None:
        batch = next_batch(machine.log, machine.progress, MOST)
        return None if batch is None else pack_batch(batch)

    def deliver(self, name: str, content: bytes) -> Reply:
        return self.accepting(self.hub[name], unpack_batch(content))

    def meet(self, machine: Machine) -> Learned:
        """Ask how far the hub has the log, as every station does whenever it connects."""
        heads = self.hub[machine.name].heads()
        draw = self._draw(machine)
        machine.progress, learned = agree(machine.log, machine.progress, heads, draw)
        return self._told(machine, learned)

    def hear(self, machine: Machine, reply: Reply) -> Learned:
        draw = self._draw(machine)
        machine.progress, learned = learn(machine.log, machine.progress, reply, draw)
        return self._told(machine, learned)

    def _draw(self, machine: Machine) -> Callable[[], int]:
        return self.branch if self.redraws else lambda: machine.progress.branch

    def _told(self, machine: Machine, learned: Learned) -> Learned:
        if learned is Learned.BRANCHED and self.redraws:
            machine.epoch = machine.progress.branch
        if learned is Learned.ACKED:
            self.acked_hashes |= {
                (machine.name, entry.hash)
                for entry in machine.log.entries[: machine.progress.acked]
            }
        machine.nonsense += learned is Learned.NONSENSE
        return learned

    def exchange(self, machine: Machine) -> Learned | None:
        content = self.batch(machine)
        return None if content is None else self.hear(machine, self.deliver(machine.name, content))

    def restore(self, machine: Machine, backup: Machine) -> None:
        """Put a backup in place, as ``returnstation restore`` does: under a new epoch."""
        machine.log = deepcopy(backup.log)
        machine.progress = backup.progress
        if self.redraws:
            machine.epoch = self.branch()
            machine.progress = replace(machine.progress, branch=machine.epoch)
        self._forgive()

    def _forgive(self) -> None:
        """Whoever puts a copy in place does without what is nowhere else."""
        here = {(m.name, entry.hash) for m in self.machines for entry in m.log.entries}
        there = {(name, made) for name in self.hub for made in self.at_hub(name)}
        self.confirmed &= here | there

    def restore_hub(self) -> None:
        if self.hub_backup is None:
            return
        fresh = {name: MemoryStationLog() for name in self.hub}
        self.hub = fresh | deepcopy(self.hub_backup)
        # What stations were told before is only as good as the copy.
        self.acked_hashes = {(n, h) for n, h in self.acked_hashes if h in self.at_hub(n)}
        self._forgive()

    def at_hub(self, name: str) -> set[bytes]:
        kept = self.hub[name].facts.values()
        return {made for branch in kept for _, made in branch.values()}

    def drain(self, rounds: int) -> None:
        """Let everything through until nobody has anything left to send."""
        for _ in range(rounds):
            met = [self.meet(machine) for machine in self.machines]
            moved = [machine for machine in self.machines if self.exchange(machine)]
            if not moved and set(met) == {Learned.ACKED}:
                return
        raise AssertionError("the queues do not drain")
