"""Read drafts: folders that hold only the files that change.

A draft has the layout of the statute pack, ``KR/withdrawal.toml``; a file replaces the pack's of
the same name, or adds to them. Merchants' terms lie in ``merchants``, a file per merchant, named
by the merchant's id.
"""

from collections.abc import Sequence
from pathlib import Path

from returnstation import datafiles
from returnstation.application.policy_ports import Draft, UnreadablePolicy
from returnstation.domain.policy import PolicySet
from returnstation.policydata.checks import problems_of
from returnstation.policydata.packs import pack_files, pack_of
from returnstation.policydata.shapes import BadPack
from returnstation.policydata.texts import KeptTexts

_MERCHANTS = "merchants"


class DraftFolders:
    """The drafts in a folder, one folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Sequence[str]:
        """Return the names of all drafts, in order; none when the folder is not there."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(entry.name for entry in self._folder.iterdir() if entry.is_dir()))

    def files(self, name: str) -> Sequence[str]:
        """Return the names of the files of a draft, in order."""
        folder = self._folder / name
        terms = (f"{_MERCHANTS}/{file.name}" for file in (folder / _MERCHANTS).glob("*.json"))
        return (*pack_files(folder), *sorted(terms))

    def load(self, name: str) -> Draft:
        """Return a draft by its name."""
        return load_draft(self._folder / name)


def load_draft(folder: Path) -> Draft:
    """Return the draft in a folder.

    Raises:
        UnreadablePolicy: A file of it is not what it must be, or there is none.
    """
    try:
        changed = pack_files(folder)
        policies = {
            file.stem: _policy(file) for file in sorted((folder / _MERCHANTS).glob("*.json"))
        }
    except OSError as error:
        raise UnreadablePolicy(f"{folder.name}: {error.strerror}") from error
    if not changed and not policies:
        raise UnreadablePolicy(f"{folder.name}: holds neither statutes nor merchants' terms")
    try:
        pack = pack_of({**pack_files(datafiles.resource("policy")), **changed})
    except BadPack as error:
        raise UnreadablePolicy(str(error)) from error
    for problem in problems_of(pack):
        raise UnreadablePolicy(problem)
    return Draft(folder.name, pack, policies)


def _policy(file: Path) -> PolicySet:
    try:
        return KeptTexts().policy(file.read_bytes())
    except UnreadablePolicy as error:
        raise UnreadablePolicy(f"{_MERCHANTS}/{file.name}: {error}") from error
