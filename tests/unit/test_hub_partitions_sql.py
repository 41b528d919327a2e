"""The SQL that spreads facts and the photos' index, as it is printed."""

import pytest

from processes import run_program
from returnstation.hub.partitions import Node, on_first, on_node


def test_every_server_has_a_part_and_the_password_cannot_end_its_quotes() -> None:
    nodes = [Node({"host": f"db{n}"}, {"user": "hub", "password": "a'b"}) for n in (2, 3)]

    statements = on_first(nodes)

    parts = [s for s in statements if "REMAINDER" in s]
    assert [s.split("REMAINDER ")[1][0] for s in parts] == ["0", "1", "2"] * 2
    assert all("MODULUS 3" in s for s in parts)
    assert any("password 'a''b'" in s for s in statements)
    assert "PRIMARY KEY (station, branch, seq)" in on_node()[0]
    assert any("PRIMARY KEY (station, digest)" in s for s in on_node())
    keys = [s for s in statements if "PRIMARY KEY" in s]
    assert all("KEY (station, " in s for s in keys)
    assert [s.split()[2] for s in keys] == ["fact_0", "station_photo_0"]


def test_a_server_that_does_not_answer_is_not_waited_for_long_unless_somebody_says_so() -> None:
    patient = Node({"host": "db2", "connect_timeout": "30"}, {})

    assert any("connect_timeout '2'" in s for s in on_first([Node({"host": "db2"}, {})]))
    assert any("connect_timeout '30'" in s for s in on_first([patient]))


def test_a_backslash_in_an_option_is_refused() -> None:
    with pytest.raises(ValueError, match="x"):
        on_first([Node({"host": "x\\"}, {})])


def test_a_wrong_connection_string_is_told_without_its_password() -> None:
    told = run_program("hub", "partition", "nonsense password=secret")

    assert told.code == 1
    assert "node-wrong" in told.err
    assert "secret" not in told.err
