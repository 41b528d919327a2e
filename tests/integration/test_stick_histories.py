"""Any history of sticks and network, late answers among them, loses nothing and ends well."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.hub.keys import HubKeys
from returnstation.sync.bundling import StickHub, fact_contents, take_answer
from returnstation.sync.rounds import Upload
from returnstation.sync.uploading import Progress
from returnstation.wire.batches import Acked, Batch, Reply, SentFact, unpack_batch
from returnstation.wire.manifests import Answers
from returnstation.wire.messages import Hello
from sync_world import Machine, World

KEYS = HubKeys(b"k" * 32, "")
ACTS = ("write", "network", "stick", "to-hub", "back", "lose", "hub-backup", "hub-restore", "clone")


@dataclass
class Desk:
    """A machine's log as the upload reads it, with the receipts a world's machine does not keep."""

    world: World
    machine: Machine

    def after(self, seq: int, most: int) -> list[SentFact]:
        return list(self.machine.log.after(seq, min(most, 3)))

    def hash_at(self, seq: int) -> bytes | None:
        return self.machine.log.hash_at(seq)

    def progress(self) -> tuple[int, int, bytes]:
        known = self.machine.progress
        return known.branch, known.acked, known.receipt

    def keep_progress(self, branch: int, acked: int, receipt: bytes) -> None:
        self.machine.progress = Progress(branch, acked, receipt)

    def heard_ms(self) -> int:
        return self.machine.heard_ms

    def keep_heard(self, time_ms: int) -> None:
        self.machine.heard_ms = time_ms

    def begin_life(self) -> int:
        self.machine.epoch = self.world.branch()
        return self.machine.epoch


@dataclass
class Sticks:
    """A world whose machines also send by sticks, which arrive whenever they like."""

    world: World = field(default_factory=World)
    up: list[tuple[Machine, list[bytes]]] = field(default_factory=list)
    down: list[tuple[Machine, Hello, list[Reply]]] = field(default_factory=list)

    def act(self, name: str, which: int) -> None:
        self.world.now_ms += 1000
        machine = self.world.machines[which % len(self.world.machines)]
        acts: dict[str, Callable[[Machine, int], None]] = {
            "write": lambda each, n: self.world.write(each, n % 4 + 1),
            "network": lambda each, _: self._meet(each),
            "stick": self._write_stick,
            "to-hub": self._carry,
            "back": self._bring_back,
            "lose": self._lose,
            "hub-backup": self._back_up_hub,
            "hub-restore": lambda _each, _: self.world.restore_hub(),
            "clone": self._clone,
        }
        acts[name](machine, which)

    def _write_stick(self, machine: Machine, _: int) -> None:
        desk = Desk(self.world, machine)
        contents, _last = fact_contents(desk, machine.progress)
        self.up.append((machine, [each.source().read() for each in contents]))

    def _carry(self, _: Machine, which: int) -> None:
        if self.up:
            machine, batches = self.up[which % len(self.up)]
            replies = self._taken(machine, batches)
            self.world.now_ms += 1
            self.down.append((machine, self._hello(machine), replies))

    def _bring_back(self, _: Machine, which: int) -> None:
        if self.down:
            machine, hello, replies = self.down[which % len(self.down)]
            take_answer(self._upload(machine, hello), hello, Answers(tuple(replies)))

    def _lose(self, _: Machine, which: int) -> None:
        self.up, self.down = self.up[which % 2 :], self.down[which % 3 :]

    def _back_up_hub(self, _: Machine, which: int) -> None:
        self.world.hub_backup = deepcopy(self.world.hub)

    def _clone(self, machine: Machine, _: int) -> None:
        if len(self.world.machines) < 3:
            self.world.machines.append(machine.copy())

    def drain(self) -> None:
        """Let everybody meet the hub until nobody has anything left."""
        for _ in range(60):
            before = [machine.progress for machine in self.world.machines]
            for machine in self.world.machines:
                self._meet(machine)
            if before == [machine.progress for machine in self.world.machines]:
                return
        raise AssertionError("the queues do not drain")

    def _meet(self, machine: Machine) -> None:
        hello = self._hello(machine)
        upload = self._upload(machine, hello)
        upload.meet()
        contents, _ = fact_contents(Desk(self.world, machine), machine.progress)
        replies = self._taken(machine, [each.source().read() for each in contents[:2]])
        self.world.now_ms += 1
        take_answer(
            self._upload(machine, self._hello(machine)),
            self._hello(machine),
            Answers(tuple(replies)),
        )

    def _taken(self, machine: Machine, batches: list[bytes]) -> list[Reply]:
        replies = [self.world.deliver(machine.name, each) for each in batches]
        return [self._signed(machine, reply) for reply in replies]

    def _signed(self, machine: Machine, reply: Reply) -> Reply:
        if not isinstance(reply, Acked):
            return reply
        receipt = KEYS.receipt(reply.head, machine.name, ("hub", "g"), self.world.now_ms)
        return Acked(reply.head, reply.taken, receipt)

    def _hello(self, machine: Machine) -> Hello:
        heads = tuple(self.world.hub[machine.name].heads())
        return Hello(hub="hub", time_ms=self.world.now_ms, heads=heads)

    def _upload(self, machine: Machine, hello: Hello) -> Upload:
        desk = Desk(self.world, machine)
        return Upload(desk, StickHub(hello), desk.begin_life)


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11)), min_size=15, max_size=50))
@settings(max_examples=150)
def test_sticks_and_network_together_lose_nothing(acts: list[tuple[str, int]]) -> None:
    sticks = Sticks()
    sticks.world.add()
    for name, which in acts:
        sticks.act(name, which)

    sticks.drain()

    for machine in sticks.world.machines:
        at_hub = sticks.world.at_hub(machine.name)
        assert all(entry.hash in at_hub for entry in machine.log.entries)
        assert machine.progress.acked == len(machine.log.entries)


@given(st.lists(st.tuples(st.sampled_from(ACTS[:6]), st.integers(0, 11)), min_size=15, max_size=50))
@settings(max_examples=150)
def test_without_restores_what_counts_as_sent_is_at_the_hub_and_stays_so(
    acts: list[tuple[str, int]],
) -> None:
    sticks = Sticks()
    machine = sticks.world.add()
    acked = 0
    for name, which in acts:
        sticks.act(name, which)
        at_hub = sticks.world.at_hub(machine.name)
        assert all(each.hash in at_hub for each in machine.log.entries[: machine.progress.acked])
        assert machine.progress.acked >= acked
        acked = machine.progress.acked
        assert machine.progress.branch == machine.epoch


def test_an_answer_older_than_what_the_network_said_takes_nothing_back() -> None:
    sticks = Sticks()
    machine = sticks.world.add()
    acts = ("write", "stick", "write", "stick", "to-hub", "to-hub", "network")
    for place, name in enumerate(acts):
        sticks.act(name, int(place == acts.index("to-hub") + 1))
    assert machine.progress.acked == len(machine.log.entries)

    sticks.act("back", 0)

    assert machine.progress.acked == len(machine.log.entries)


def test_a_batch_on_a_stick_is_the_one_the_network_carries() -> None:
    sticks = Sticks()
    machine = sticks.world.add()
    sticks.world.write(machine, 4)

    contents, last = fact_contents(Desk(sticks.world, machine), machine.progress)

    batches: list[Batch] = [unpack_batch(each.source().read()) for each in contents]
    assert [fact.seq for batch in batches for fact in batch.facts] == [1, 2, 3, 4]
    assert last == 4
