"""The labels of totes, cages and pallets, and the printer that has the right paper for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from returnstation.application.papers import queue_alone
from returnstation.application.ports import Work
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.rows import Content
from returnstation.application.troubles import Refused
from returnstation.domain.cases import Item
from returnstation.domain.containers import Container
from returnstation.domain.facts import LoadLeft
from returnstation.domain.papers import ContainerLabel, PalletLabel, PaperKind


@dataclass(frozen=True, slots=True)
class ContainerPapers:
    """Draws up labels and queues them.

    Args:
        recording: Of the station.
        user: Who wants them.
        language: Of who reads them.
    """

    recording: Recording
    user: str | None
    language: str | None = None

    def can_print(self, container: Container) -> bool:
        """Tell whether a printer of the station has paper for a container's label."""
        return self._printer(container) is not None

    def label(
        self, work: Work, container: Container, gross_g: int | None = None
    ) -> ContainerLabel | PalletLabel:
        """Return the label of a container as it stands now."""
        settings = self.recording.equipment.settings
        if container.sscc is None:
            return ContainerLabel(
                code=container.code,
                disposition=container.disposition.value,
                capacity=container.capacity,
                site=settings.site,
                place=container.place,
                is_training=settings.is_training,
            )
        gtin, count = self._content(work, container)
        left = self._left(work, container)
        return PalletLabel(
            sscc=container.sscc,
            disposition=container.disposition.value,
            site=settings.site,
            to=None if left is None else left.to,
            load=None if left is None else left.load,
            gtin=gtin,
            count=count,
            gross_g=gross_g,
            is_training=settings.is_training,
        )

    def queue(self, work: Work, container: Container, gross_g: int | None = None) -> None:
        """Queue the label of a container; the caller commits.

        Raises:
            Refused: No printer has paper for it.
        """
        printer = self._printer(container)
        if printer is None:
            raise Refused("no-printer-for-label", code=container.code)
        language = self.language or self.recording.equipment.settings.language
        wanted = ToPrint(self.label(work, container, gross_g), language, printer)
        queue_alone(self.recording, work, wanted, (container.code, self.user))

    def _printer(self, container: Container) -> str | None:
        is_pallet = container.sscc is not None
        kind = PaperKind.PALLET_LABEL if is_pallet else PaperKind.CONTAINER_LABEL
        return self.recording.equipment.printer_for(kind)

    def _content(self, work: Work, container: Container) -> tuple[str | None, int | None]:
        """Return product and units, where everything on a pallet is one product."""
        standing = [each.code for each in work.containers.standing_on(container.code)]
        items = self._items(work, work.containers.contents([container.code, *standing]))
        gtins = {item.gtin for item in items}
        gtin = gtins.pop() if len(gtins) == 1 else None
        return (None, None) if gtin is None else (gtin, sum(item.quantity for item in items))

    def _items(self, work: Work, contents: Sequence[Content]) -> list[Item]:
        cases = {c.case_id: self.recording.load(work, c.case_id).case for c in contents}
        return [cases[content.case_id].items[content.item_id] for content in contents]

    def _left(self, work: Work, container: Container) -> LoadLeft | None:
        """Return how a container went, if it did."""
        told = (recorded.fact for recorded in reversed(work.facts.of(container.code)))
        return next((fact for fact in told if isinstance(fact, LoadLeft)), None)
