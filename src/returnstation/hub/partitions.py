"""The fact log spread over several PostgreSQL servers, by station.

The server the hub talks to keeps everything else, and a part of the log; the other parts are
foreign tables (postgres_fdw) that the planner reaches by the hash of the station's name. A
server that is away stops only the stations whose facts lie on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, Table, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from returnstation.hub.tables import FACT

_BATCH_ROWS = 500
"""Rows that travel to another server together."""


@dataclass(frozen=True, slots=True)
class Node:
    """Another server, as the first one reaches it.

    Attributes:
        options: Of the connection, e.g. ``host``, ``port``, ``dbname``.
        login: ``user`` and ``password``.
    """

    options: dict[str, str]
    login: dict[str, str]


def on_node() -> Sequence[str]:
    """Return what makes another server's part of the log; its key is checked there."""
    return [
        _sql(CreateTable(FACT, if_not_exists=True)),
        *(_sql(CreateIndex(index, if_not_exists=True)) for index in FACT.indexes),
    ]


def on_first(nodes: Sequence[Node]) -> Sequence[str]:
    """Return what spreads the log from the first server, before the hub is served there.

    A table with foreign parts has no key of its own: each part keeps its own.
    """
    parts = len(nodes) + 1
    local = f"{FACT.name}_0"
    statements = [
        "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
        _sql(CreateTable(_spread())),
        f"CREATE TABLE {local} {_part(parts, 0)}",
        f"ALTER TABLE {local} ADD PRIMARY KEY (station, branch, seq)",
        f"CREATE INDEX ON {local} (subject, station, branch, seq)",
    ]
    for place, node in enumerate(nodes, start=1):
        options = f"{_options(node.options)}, batch_size '{_BATCH_ROWS}'"
        server, login = f"node_{place}", _options(node.login)
        part = f"{FACT.name}_{place} {_part(parts, place)}"
        statements += [
            f"CREATE SERVER {server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})",
            f"CREATE USER MAPPING FOR CURRENT_USER SERVER {server} OPTIONS ({login})",
            f"CREATE FOREIGN TABLE {part} SERVER {server} OPTIONS (table_name '{FACT.name}')",
        ]
    return statements


def _part(parts: int, place: int) -> str:
    return f"PARTITION OF {FACT.name} FOR VALUES WITH (MODULUS {parts}, REMAINDER {place})"


def _spread() -> Table:
    columns = [
        Column(column.name, column.type, nullable=column.nullable) for column in FACT.columns
    ]
    return Table(FACT.name, MetaData(), *columns, postgresql_partition_by="HASH (station)")


def _options(values: dict[str, str]) -> str:
    return ", ".join(f"{name} {_quoted(value)}" for name, value in values.items())


def _quoted(value: str) -> str:
    if "\\" in value or "\0" in value:
        raise ValueError(value)
    return "'" + value.replace("'", "''") + "'"


def _sql(element: CreateTable | CreateIndex) -> str:
    dialect = make_url("postgresql+psycopg://").get_dialect()
    return str(element.compile(dialect=dialect())).strip()
