"""Containers and what lies in them: in use, full, on a pallet, gone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from returnstation.application.container_papers import ContainerPapers
from returnstation.application.numbers import next_load, next_sscc
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.rows import Content
from returnstation.application.troubles import Refused
from returnstation.domain.cases import Item
from returnstation.domain.containers import Container, ContainerKind, ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    ContainerMarked,
    ContainerStacked,
    ContainerStarted,
    Fact,
    ItemLeft,
    LoadLeft,
)
from returnstation.domain.manifests import ManifestLine, manifest_line
from returnstation.domain.papers import ContainerLabel, PalletLabel

SHIPPED, HANDED_OVER = "shipped", "handed_over"
PALLET_UNITS = 9999


@dataclass(frozen=True, slots=True)
class Goods:
    """What is done with whole containers; every call is one durable act.

    Args:
        recording: Of the station.
        user: Who does it.
        language: Of labels; None for the station's.
    """

    recording: Recording
    user: str | None
    language: str | None = None

    def start(self, container: Container) -> None:
        """Bring a new container into use.

        Raises:
            Refused: There is one with this code.
        """
        with self.recording.equipment.work() as work:
            if work.containers.find(container.code) is not None:
                raise Refused("container-known", code=container.code)
            self._start(work, container)
            work.commit()

    def start_pallet(self, disposition: Disposition) -> Container:
        """Bring a new pallet into use and print its label; its SSCC is its code.

        Without a printer that has paper for it, the label is left out.

        Raises:
            Trouble: The site has no GS1 company prefix, or no number left.
        """
        with self.recording.equipment.work() as work:
            number = next_sscc(work, self.recording.equipment.settings)
            pallet = Container(
                code=number,
                disposition=disposition,
                place=0,
                capacity=PALLET_UNITS,
                kind=ContainerKind.PALLET,
                sscc=number,
            )
            self._start(work, pallet)
            if self._papers.can_print(pallet):
                self._papers.queue(work, pallet)
            work.commit()
        return pallet

    def print_label(self, code: str, gross_g: int | None = None) -> None:
        """Print the label of a container.

        Raises:
            Refused: Nobody knows it, or no printer has paper for it.
        """
        with self.recording.equipment.work() as work:
            self._papers.queue(work, self._known(work, code), gross_g)
            work.commit()

    def label(self, code: str, gross_g: int | None = None) -> ContainerLabel | PalletLabel:
        """Return the label of a container.

        Raises:
            Refused: Nobody knows it.
        """
        with self.recording.equipment.look() as work:
            return self._papers.label(work, self._known(work, code), gross_g)

    def mark(self, code: str, state: ContainerState) -> Container:
        """Close a container as full, or open it again.

        Raises:
            Refused: It is not here.
        """
        with self.recording.equipment.work() as work:
            marked = replace(_here(work, code), state=state)
            self._keep(work, marked, ContainerMarked(code=marked.code, state=state))
            work.commit()
        return marked

    def take_back(self, code: str) -> Container:
        """Take a tote or cage that has left into use again, empty.

        Raises:
            Refused: It is not known, or it never left.
        """
        with self.recording.equipment.work() as work:
            container = work.containers.find(code)
            if container is None or container.is_pallet:
                raise Refused("container-unknown", code=code)
            if container.state is not ContainerState.SHIPPED:
                raise Refused("container-here", code=code)
            back = container.emptied()
            self._keep(work, back, ContainerMarked(code=back.code, state=back.state))
            work.commit()
        return back

    def stack(self, code: str, pallet_code: str) -> Container:
        """Set a container on a pallet.

        Raises:
            Refused: The pallet is none, or takes another disposition.
        """
        with self.recording.equipment.work() as work:
            container, pallet = _here(work, code), _here(work, pallet_code)
            if not pallet.is_pallet or container.is_pallet:
                raise Refused("not-a-pallet", code=pallet_code)
            if pallet.disposition is not container.disposition:
                raise Refused("pallet-wrong", code=pallet.code)
            standing = replace(container, on=pallet.code, state=ContainerState.FULL)
            stacked = ContainerStacked(code=container.code, pallet=pallet.code)
            self._keep(work, standing, stacked)
            if pallet.state is ContainerState.EMPTY:
                work.containers.put(replace(pallet, state=ContainerState.IN_USE))
            work.commit()
        return pallet

    def leave(self, code: str, how: str, to: str | None = None) -> str:
        """Let a container go, with what stands on it; returns the number of the load.

        Every item's disposition is final then. A container that is handed over on the site is
        empty again at once; one that is shipped is away until somebody takes it back.

        Raises:
            Refused: It is not here, it is empty, or it stands on a pallet.
        """
        with self.recording.equipment.work() as work:
            first = _here(work, code)
            if first.on is not None:
                raise Refused("container-on-pallet", code=code, pallet=first.on)
            gone = (first, *work.containers.standing_on(first.code))
            contents = work.containers.contents([container.code for container in gone])
            if not contents:
                raise Refused("container-empty", code=code)
            load = next_load(work, self.recording.equipment.settings)
            self._let_go(work, contents, how, load)
            left = LoadLeft(
                code=first.code,
                load=load,
                containers=tuple(container.code for container in gone),
                how=how,
                units=sum(container.filled for container in gone),
                to=to,
            )
            self._record(work, first.code, left)
            for container in gone:
                work.containers.put(_gone(container, how))
            work.commit()
        return load

    def manifest(self, code: str) -> Sequence[ManifestLine]:
        """Return what lies in a container, or on a pallet, by now.

        Raises:
            Refused: Nobody knows it.
        """
        with self.recording.equipment.look() as work:
            container = self._known(work, code)
            standing = [each.code for each in work.containers.standing_on(container.code)]
            return self._lines(work, work.containers.contents([container.code, *standing]))

    def manifest_of_load(self, number: str) -> Sequence[ManifestLine]:
        """Return what left with a load.

        Raises:
            Refused: No load has this number.
        """
        with self.recording.equipment.look() as work:
            found = work.containers.load(number)
            if not found:
                raise Refused("load-unknown", number=number)
            return self._lines(work, found)

    @property
    def _papers(self) -> ContainerPapers:
        return ContainerPapers(self.recording, self.user, self.language)

    def _known(self, work: Work, code: str) -> Container:
        container = work.containers.find(code)
        if container is None:
            raise Refused("container-unknown", code=code)
        return container

    def _lines(self, work: Work, contents: Sequence[Content]) -> Sequence[ManifestLine]:
        cases = {c.case_id: self.recording.load(work, c.case_id).case for c in contents}
        pallets = {c.container: _pallet(work.containers.find(c.container)) for c in contents}
        return [
            manifest_line(cases[c.case_id], cases[c.case_id].items[c.item_id], pallets[c.container])
            for c in contents
        ]

    def _let_go(self, work: Work, contents: Sequence[Content], how: str, load: str) -> None:
        by_case: dict[str, list[Content]] = {}
        for content in contents:
            by_case.setdefault(content.case_id, []).append(content)
        for case_id, inside in by_case.items():
            before = self.recording.load(work, case_id)
            left = [_left(before.case.items[c.item_id], c.container, how, load) for c in inside]
            self.recording.act(work, before, self.user, left)

    def _start(self, work: Work, container: Container) -> None:
        started = ContainerStarted(
            code=container.code,
            kind=container.kind,
            disposition=container.disposition,
            capacity=container.capacity,
            place=container.place,
            sscc=container.sscc,
        )
        self._keep(work, container, started)

    def _keep(self, work: Work, container: Container, fact: Fact) -> None:
        self._record(work, container.code, fact)
        work.containers.put(container)

    def _record(self, work: Work, code: str, fact: Fact) -> None:
        work.facts.append(code, self.user, [fact], self.recording.equipment.now())


def _here(work: Work, code: str) -> Container:
    container = work.containers.find(code)
    if container is None or container.state is ContainerState.SHIPPED:
        raise Refused("container-unknown", code=code)
    return container


def _pallet(container: Container | None) -> str:
    if container is None:
        return ""
    return container.code if container.is_pallet else container.on or ""


def _left(item: Item, container: str, how: str, load: str) -> ItemLeft:
    if item.disposition is None:
        raise Refused("no-item")
    return ItemLeft(
        item_id=item.item_id,
        disposition=item.disposition,
        container=container,
        how=how,
        load=load,
    )


def _gone(container: Container, how: str) -> Container:
    if how == HANDED_OVER and not container.is_pallet:
        return container.emptied()
    return replace(container, state=ContainerState.SHIPPED)
