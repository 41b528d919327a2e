"""The shipped pack for a desk that opens before it judges anything."""

from dataclasses import fields
from typing import Any

from returnstation.domain.policy import Pack
from returnstation.policydata.packs import load_pack


class _UnreadPack(Pack):
    """Has no values of its own until one is asked for; then it has those of the shipped pack."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there: so once, or for what a pack does not have.
        shipped = load_pack()
        for field in fields(Pack):
            object.__setattr__(self, field.name, getattr(shipped, field.name))
        return object.__getattribute__(self, name)


def pack_on_demand() -> Pack:
    """Return the pack the station ships with; its 300 files are read when it is first used.

    Raises:
        BadPack: Not here, but at the first use: a file is not what it must be.
    """
    return object.__new__(_UnreadPack)
