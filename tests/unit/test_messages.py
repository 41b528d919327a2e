"""What is to be said survives being kept as JSON."""

from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.messages import Say, Value, from_plain, plain, say
from returnstation.domain.money import Money

values = st.recursive(
    st.text()
    | st.integers()
    | st.none()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.builds(Money, st.integers(), st.sampled_from(["EUR", "KRW"])),
    lambda inner: st.builds(
        Say, st.text(min_size=1), st.dictionaries(st.text(min_size=1), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(values)
def test_a_value_kept_is_read_back(value: Value) -> None:
    assert from_plain(plain(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 11, 26),
        datetime(2026, 11, 26, 9, 0, tzinfo=timezone(timedelta(hours=9))),
        Money(1, "KRW"),
        say("a.b", inner=say("c.d", n=2), text="x", nothing=None),
        "is",
        7,
    ],
)
def test_a_value_kept_as_json_is_read_back(value: Value) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(plain(value)))

    assert from_plain(kept) == value
