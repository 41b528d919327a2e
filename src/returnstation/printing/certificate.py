"""The inspection certificate: what was found on each item, the proof, and what follows from it."""

from collections.abc import Iterator

from returnstation.domain.papers import Certificate, CertifiedItem, Outcome
from returnstation.i18n import Catalog
from returnstation.printing.column import Column
from returnstation.printing.document import Document
from returnstation.printing.drawing import Drawing, Surface
from returnstation.printing.flow import Block, paginated
from returnstation.printing.photos import photo_rows
from returnstation.printing.receipt import case_facts

_PHOTOS_PER_ROW, _PHOTO_MM = 4, 34.0


def draw_certificate(paper: Certificate, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a certificate.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    pages = paginated(tuple(layout.blocks()), layout.page)
    return layout.pages(pages, f"{paper.merchant} · {paper.case_number}")


class _Layout(Document):
    def __init__(self, paper: Certificate, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper

    def blocks(self) -> Iterator[Block]:
        paper = self._paper
        yield self.head(paper.merchant, self.said("papers.certificate.title"), paper.case_number)
        if paper.is_training:
            yield self.banner(self.said("papers.document.training"))
        yield self.facts(case_facts(self, paper))
        for item in paper.items:
            yield self._item(item)
            yield from photo_rows(self, item.photos, _PHOTOS_PER_ROW, _PHOTO_MM)
        yield self.paragraph(self.said("papers.certificate.basis"))
        yield self.paragraph(self.said("papers.receipt.statutory"))

    def _item(self, item: CertifiedItem) -> Block:
        column = self.column()
        column.rule()
        column.gap(2.5)
        column.paragraph(item.title, self.size, self.bold)
        column.paragraph(" · ".join(self._about(item)), self.small, self.grey)
        column.gap(1)
        self._grades(column, item)
        found = [self.told(finding) for finding in item.findings]
        told = " · ".join(found) or self.said("papers.certificate.nothing")
        name = self.said("papers.certificate.findings")
        column.paragraph(f"{name}: {told}", self.size, self.plain)
        column.gap(1.5)
        self._verdict(column, item)
        return column.block(after=3)

    def _about(self, item: CertifiedItem) -> Iterator[str]:
        if item.sku:
            yield f"SKU {item.sku}"
        yield self.said("papers.receipt.quantity", quantity=item.quantity)
        if item.lpn:
            yield f"LPN {item.lpn}"
        if item.serial:
            yield f"S/N {item.serial}"
        if item.inspected_at is not None:
            at = self.shapes.moment(item.inspected_at)
            yield self.said("papers.certificate.inspected", at=at)

    def _grades(self, column: Column, item: CertifiedItem) -> None:
        for scale, grade in (("functional", item.functional), ("cosmetic", item.cosmetic)):
            if grade is None:
                continue
            name, key = self.said(f"grade.{scale}"), f"grade.{grade.lower()}"
            told = f"{name}: {grade} – {self.said(key)}. {self.said(f'{key}.help')}."
            column.paragraph(told, self.size, self.plain)

    def _verdict(self, column: Column, item: CertifiedItem) -> None:
        if item.outcome is None:
            return
        style = self.white if item.outcome is Outcome.REFUSED else self.bold
        self.boxed(column, self.said(f"papers.receipt.outcome.{item.outcome}"), style)
        if item.because is not None:
            column.paragraph(self.told(item.because), self.size, self.plain)
        if item.clause:
            clause = self.said("papers.receipt.clause", clause=item.clause)
            column.paragraph(clause, self.small, self.grey)
