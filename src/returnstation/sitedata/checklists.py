"""Checklists: those that ship, and a site's own, which may not stop the desk.

A mistake in ``resources/checklists`` stops the start. A mistake in a site's file leaves the
version in use that was last read without one. Every version that was ever in use is kept by its
hash, so that an inspection can be explained later.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from returnstation import datafiles
from returnstation.domain.checklists import (
    GENERAL,
    BrokenChecklist,
    Checklist,
    ChecklistBook,
    Question,
)
from returnstation.sitedata.checklist_files import (
    checklist_from,
    content_hash,
    kept_from,
    kept_text,
    shared_questions,
)
from returnstation.sitedata.files import BadSiteFile
from returnstation.sitedata.grades import load_scales

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Versions of checklists that were in use, in a folder of the site.

    Attributes:
        folder: Holds ``<hash>.json`` per version and, per file of the site, ``<file>.in-use``.
    """

    folder: Path
    known: dict[str, Checklist] = field(default_factory=dict)

    def read(self) -> None:
        """Read all versions; what cannot be read is left out."""
        for file in sorted(self.folder.glob("*.json")):
            checklist = kept_from(file.read_bytes())
            if checklist is not None and checklist.content_hash == file.stem:
                self.known[file.stem] = checklist

    def last(self, file: str) -> Checklist | None:
        """Return the version of a site's file that was in use last."""
        try:
            name = (self.folder / f"{file}.in-use").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return self.known.get(name)

    def keep(self, checklist: Checklist, file: str | None = None) -> None:
        """Keep a version; a full disk must not stop the desk."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if checklist.content_hash not in self.known:
                name = f"{checklist.content_hash}.json"
                (self.folder / name).write_bytes(kept_text(checklist))
            if file is not None:
                in_use = self.folder / f"{file}.in-use"
                in_use.write_text(checklist.content_hash, encoding="ascii")
        except OSError as error:
            _log.warning("Checklist %s cannot be kept: %s", checklist.checklist_id, error)
        self.known[checklist.content_hash] = checklist


def load_checklists(
    folder: Traversable | None = None,
    site: Path | None = None,
    is_worded: Callable[[str], bool] = lambda _key: True,
) -> ChecklistBook:
    """Return all checklists; one for every category is always there.

    Args:
        folder: Of the checklists that ship.
        site: The site's own folder; a file named like one that ships replaces it.
        is_worded: Tells whether a message key has words; a site writes its own.

    Raises:
        BadSiteFile: A file that ships has a mistake, or two claim the same goods.
    """
    shipped_folder = folder or datafiles.resource("checklists")
    shared = shared_questions(shipped_folder)
    shipped = {file.name: checklist_from(file, shared) for file in _files(shipped_folder)}
    _check_claims(shipped)
    if not any(GENERAL in one.categories and not one.products for one in shipped.values()):
        raise BadSiteFile(f"checklists: no file has the category {GENERAL}")
    if site is None or not site.is_dir():
        return ChecklistBook(tuple(shipped.values()), _by_hash(shipped), scales=load_scales())
    return _with_site(shipped, site, shared, is_worded)


def _with_site(
    shipped: Mapping[str, Checklist],
    site: Path,
    shared: Mapping[str, Question],
    is_worded: Callable[[str], bool],
) -> ChecklistBook:
    kept = Kept(site / "kept")
    kept.read()
    own: dict[str, Checklist] = {}
    broken: list[BrokenChecklist] = []
    for file in _files(site):
        try:
            checklist = checklist_from(file, shared)
            _check_words(file.name, checklist, is_worded)
            _check_claims({**own, file.name: checklist})
        except BadSiteFile as mistake:
            last = kept.last(file.name)
            broken.append(BrokenChecklist(file.name, _without_name(mistake), last is not None))
            if last is not None:
                own[file.name] = last
        else:
            kept.keep(checklist, file.name)
            own[file.name] = checklist
    for checklist in shipped.values():
        kept.keep(checklist)
    others = {name: one for name, one in shipped.items() if name not in own}
    current = (*own.values(), *others.values())
    return ChecklistBook(current, kept.known, tuple(broken), load_scales(site.parent / "grades"))


def _files(folder: Traversable | Path) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file


def _by_hash(checklists: Mapping[str, Checklist]) -> dict[str, Checklist]:
    return {one.content_hash or content_hash(one): one for one in checklists.values()}


def _check_claims(checklists: Mapping[str, Checklist]) -> None:
    """Refuse two checklists that are made equally closely for the same goods."""
    claimed: dict[tuple[str, str, str], str] = {}
    for name, checklist in checklists.items():
        for claim in _claims(checklist):
            other = claimed.setdefault(claim, name)
            if other != name:
                merchant, category, product = claim
                what = " ".join(part for part in (merchant, category, product) if part)
                raise BadSiteFile(f"{name}: categories: {what} is in another file: {other}")


def _claims(checklist: Checklist) -> Iterator[tuple[str, str, str]]:
    for merchant in checklist.merchants or ("",):
        for category in checklist.categories:
            for product in checklist.products or ("",):
                yield merchant, category, product


def _check_words(name: str, checklist: Checklist, is_worded: Callable[[str], bool]) -> None:
    for question in checklist.questions:
        if question.own_words is None and not is_worded(question.text):
            raise BadSiteFile(f"{name}: {question.question_id}: text: missing")
        for answer in question.answers:
            if answer.own_words is None and not is_worded(answer.text):
                where = f"{question.question_id}.{answer.answer_id}"
                raise BadSiteFile(f"{name}: {where}: text: missing")


def _without_name(mistake: BadSiteFile) -> str:
    return str(mistake).partition(": ")[2]
