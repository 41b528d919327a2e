"""What a hub's database says of itself."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from returnstation.hub.database import HubDatabase

NAME = "Kim Minji"


def test_an_error_of_a_statement_tells_no_value_it_was_given(database: HubDatabase) -> None:
    asking = (database.engine.connect, database.glance, database.subject_keys.engine.connect)
    for ask in asking:
        with pytest.raises(DBAPIError, match="nowhere") as odd, ask() as connection:
            connection.execute(text("SELECT :name FROM nowhere"), {"name": NAME})

        assert NAME not in str(odd.value)
