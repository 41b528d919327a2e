"""What merchants call grades, from ``resources/grades/*.toml`` and the site's ``grades``."""

from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from returnstation import datafiles
from returnstation.domain.checklists import GradeScale, ScaleStep
from returnstation.sitedata.files import BadSiteFile, read_toml


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    functional: int = 1
    cosmetic: int = 0


class _Scale(msgspec.Struct, forbid_unknown_fields=True):
    grade: list[_Step]
    merchants: list[str] = []


def load_scales(site: Path | None = None) -> tuple[GradeScale, ...]:
    """Return all scales; a site's come first.

    Raises:
        BadSiteFile: A file has a mistake, or two claim one merchant.
    """
    folders: list[Traversable | Path] = [] if site is None or not site.is_dir() else [site]
    scales: list[GradeScale] = []
    for folder in (*folders, datafiles.resource("grades")):
        found = [_scale(file) for file in _files(folder)]
        named = [merchant for scale in found for merchant in scale.merchants or ("",)]
        if len(set(named)) != len(named):
            raise BadSiteFile("grades: merchants: two scales are for the same merchant")
        scales += found
    return tuple(scales)


def _files(folder: Traversable | Path) -> list[Traversable]:
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted(files, key=lambda file: file.name)


def _scale(file: Traversable) -> GradeScale:
    record = read_toml(file, _Scale)
    for step in record.grade:
        if not (1 <= step.functional <= 6 and 0 <= step.cosmetic <= 9):
            raise BadSiteFile(
                f"{file.name}: grade: {step.name}: functional is 1 to 6, cosmetic 0 to 9"
            )
    if not record.grade:
        raise BadSiteFile(f"{file.name}: grade: there is none")
    steps = tuple(ScaleStep(step.name, step.functional, step.cosmetic) for step in record.grade)
    return GradeScale(file.name.removesuffix(".toml"), tuple(record.merchants), steps)
