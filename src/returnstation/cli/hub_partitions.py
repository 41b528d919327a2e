"""``returnstation hub partition``: the SQL that spreads the hub over several servers."""

import argparse
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from returnstation.application.troubles import Refused
from returnstation.hub.partitions import Node, on_first, on_node

_LOGIN = frozenset({"user", "password"})


def add_commands(acts: Any) -> None:
    """Add ``partition`` to the acts of ``hub``."""
    parser = acts.add_parser(
        "partition",
        help="print the SQL that spreads facts and photos' index over PostgreSQL servers",
    )
    parser.add_argument(
        "nodes", nargs="+", metavar="NODE", help="'host=… port=… dbname=… user=… password=…'"
    )
    parser.set_defaults(run=_partition)


def _partition(args: argparse.Namespace) -> int:
    nodes = [_node(text) for text in args.nodes]
    for node in nodes:
        print(f"-- on {node.options.get('host', 'the other server')}, first")
        _print(on_node())
    print("-- on the first server, before the hub is served there")
    _print(on_first(nodes))
    return 0


def _print(statements: Any) -> None:
    for statement in statements:
        print(f"{statement};")


def _node(text: str) -> Node:
    try:
        values = {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except ProgrammingError as odd:
        raise Refused("node-wrong", node=text.partition(" password")[0]) from odd
    login = {name: value for name, value in values.items() if name in _LOGIN}
    return Node({name: values[name] for name in values if name not in _LOGIN}, login)
