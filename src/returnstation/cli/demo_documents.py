"""Documents of the demo's shift that nobody asks for at a desk: one of each."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from returnstation.app import Station
from returnstation.application.papers import Papers, Subject
from returnstation.application.papers_of_cases import CasePapers, Way
from returnstation.application.papers_of_items import ItemPapers
from returnstation.application.papers_of_site import SitePapers
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.domain.papers import Paper
from returnstation.storage.days import recorded_between


def queue_documents(station: Station, numbers: Sequence[str]) -> None:
    """Queue one document of each kind: of the first case it can be made of, or of the site."""
    recording = Recording(station.equipment)
    papers, site = Papers(recording), SitePapers(recording)
    subjects = []
    for number in numbers:
        with suppress(Refused):  # a cancelled case has no papers
            subjects.append(papers.subject(number))
    for make in _makers(station):
        for subject in subjects:
            with suppress(Refused):
                wanted = papers.to_print(make(subject), subject.opened.case.opened.language)
                papers.queue(wanted, subject)
                break
    shift = site.shift(None, partial(recorded_between, station.database))
    with station.database.look() as work:
        user = work.people.all()[0].user_id
    for paper, about in ((shift, station.settings.desk), (site.badge(user), user)):
        papers.queue(papers.to_print(paper, station.settings.language), about)


def _makers(station: Station) -> tuple[Callable[[Subject], Paper], ...]:
    cases, items = CasePapers(station.equipment), ItemPapers(station.equipment)

    def certificate(subject: Subject) -> Paper:
        photographed = [each for each in subject.opened.case.items.values() if each.photos]
        if not photographed:
            raise Refused("paper-no-photos", number=subject.opened.case.number)
        return cases.certificate(subject.opened.case)

    return (
        lambda subject: cases.credit_note(subject.opened.case),
        certificate,
        lambda subject: items.photos(subject.opened.case, None),
        lambda subject: cases.shipping(subject.opened.case, Way()),
    )
