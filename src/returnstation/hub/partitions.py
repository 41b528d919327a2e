"""The fact log and the photos' index spread over several PostgreSQL servers, by station.

The server the hub talks to keeps everything else, and a part of both; the other parts are
foreign tables (postgres_fdw) that the planner reaches by the hash of the station's name. What a
station names and sends lies beside its facts: a server that is away stops only its stations.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from returnstation.hub.tables import FACT
from returnstation.hub.tables_photos import PHOTO

SPREAD = (FACT, PHOTO)
"""What is spread; both by the same hash of the same column."""

_BATCH_ROWS = 500
"""Rows that travel to another server together."""

_PATIENCE = {"connect_timeout": "2", "tcp_user_timeout": "15000"}
"""How long a server is waited for that does not answer, in s and ms; a node may say otherwise."""


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
    """Return what makes another server's part of each table; its keys are checked there."""
    made: list[str] = []
    for table in SPREAD:
        made.append(_sql(CreateTable(table, if_not_exists=True)))
        made += [_sql(CreateIndex(index, if_not_exists=True)) for index in table.indexes]
    return made


def on_first(nodes: Sequence[Node]) -> Sequence[str]:
    """Return what spreads the tables from the first server, before the hub is served there."""
    statements = ["CREATE EXTENSION IF NOT EXISTS postgres_fdw"]
    for place, node in enumerate(nodes, start=1):
        options = f"{_options(_PATIENCE | node.options)}, batch_size '{_BATCH_ROWS}'"
        login = _options(node.login)
        statements += [
            f"CREATE SERVER node_{place} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})",
            f"CREATE USER MAPPING FOR CURRENT_USER SERVER node_{place} OPTIONS ({login})",
        ]
    for table in SPREAD:
        statements += _parts_of(table, len(nodes) + 1)
    return statements


def _parts_of(table: Table, count: int) -> Iterator[str]:
    """Yield what makes a table of parts; one with foreign parts has no key but those of each."""
    local = f"{table.name}_0"
    yield _sql(CreateTable(_spread(table)))
    yield f"CREATE TABLE {local} {_part(table, count, 0)}"
    yield f"ALTER TABLE {local} ADD PRIMARY KEY ({_names(table.primary_key.columns)})"
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        yield f"CREATE INDEX ON {local} ({_names(index.columns)})"
    for place in range(1, count):
        part = f"{table.name}_{place} {_part(table, count, place)}"
        yield f"CREATE FOREIGN TABLE {part} SERVER node_{place} OPTIONS (table_name '{table.name}')"


def _part(table: Table, count: int, place: int) -> str:
    return f"PARTITION OF {table.name} FOR VALUES WITH (MODULUS {count}, REMAINDER {place})"


def _spread(table: Table) -> Table:
    columns = [
        Column(column.name, column.type, nullable=column.nullable) for column in table.columns
    ]
    return Table(table.name, MetaData(), *columns, postgresql_partition_by="HASH (station)")


def _names(columns: Iterable[Column[Any]]) -> str:
    return ", ".join(column.name for column in columns)


def _options(values: dict[str, str]) -> str:
    return ", ".join(f"{name} {_quoted(value)}" for name, value in values.items())


def _quoted(value: str) -> str:
    if "\\" in value or "\0" in value:
        raise ValueError(value)
    return "'" + value.replace("'", "''") + "'"


def _sql(element: CreateTable | CreateIndex) -> str:
    dialect = make_url("postgresql+psycopg://").get_dialect()
    return str(element.compile(dialect=dialect())).strip()
