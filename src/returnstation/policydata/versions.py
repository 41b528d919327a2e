"""Put together the dated versions of a right from its own file and the ones it is like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from returnstation.policydata.shapes import BadPack

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it stands, and what it says."""

    region: str
    topic: str
    table: Table

    @property
    def name(self) -> str:
        """Its name for ``like``."""
        return f"{self.region}/{self.topic}"

    @property
    def where(self) -> str:
        """Its name for readers."""
        return f"{self.name}.toml"


def model_first(sources: Mapping[str, Source]) -> list[Source]:
    """Return the files so that each comes after the one it is like.

    A mistake in a model is named there, not in the files that follow it.

    Raises:
        BadPack: A file is like one that is not there, or in the end like itself.
    """
    depths = {source.name: len(_models(source, sources)) for source in sources.values()}
    return sorted(sources.values(), key=lambda source: depths[source.name])


def _models(source: Source, sources: Mapping[str, Source]) -> list[str]:
    """Return the names of the files a file follows, the nearest first."""
    names: list[str] = []
    like = source.table.get("like")
    while like is not None:
        if not isinstance(like, str) or like not in sources:
            raise BadPack(f"{source.where}: like {like}, which is not there")
        if like in names or like == source.name:
            raise BadPack(f"{source.where}: like {like}, which is like this file")
        names.append(like)
        like = sources[like].table.get("like")
    return names


def versions_of(source: Source, sources: Mapping[str, Source]) -> Iterator[Table]:
    """Yield the whole terms of each version, oldest first.

    A version says only what changed; what it leaves out stays as before, and what was never
    said is taken from the file it is ``like``, as that stood on the same day.
    """
    own = _dated(source)
    like = source.table.get("like")
    model = list(versions_of(sources[like], sources)) if like else []
    first = own[0]["since"] if own else None
    days = {table["since"] for table in own}
    days |= {table["since"] for table in model if first is not None and table["since"] > first}
    for day in sorted(days):
        # States often acted a little before the day their model names.
        oldest = model[0] if model else {}
        base = next((table for table in reversed(model) if table["since"] <= day), oldest)
        table = dict(base)
        for version in own:
            if version["since"] <= day:
                # A new source comes with its own address, or with none.
                table |= {"url": "", **version}
        yield table | {"since": day}


def _dated(source: Source) -> list[Table]:
    versions = source.table.get("version", [])
    for version in versions:
        for key in ("since", "source", "confidence"):
            if key not in version:
                raise BadPack(f"{source.where}: version without {key}")
        if type(version["since"]) is not date:
            raise BadPack(f"{source.where}: since is not a day")
    return sorted(versions, key=lambda version: version["since"])
