"""What scales say, whole or in pieces, right or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.scanning.scale_words import LONGEST, Protocol, Readings, Weight

STILL, MOVING = True, False


def sma(status: bytes, digits: bytes, unit: bytes) -> bytes:
    return b"\n" + status[:1] + b"1G" + status[1:] + b" " + digits.rjust(10) + unit + b"\r"


def toledo(status: bytes, digits: bytes) -> bytes:
    return b"\x02" + status + digits + b"     0\r"


@pytest.mark.parametrize(
    ("protocol", "content", "weight"),
    [
        ("sma", sma(b"  ", b"5.025", b"lb "), Weight(2279, STILL)),
        ("sma", sma(b" M", b"7.650", b"kg "), Weight(7650, MOVING)),
        ("sma", sma(b"Z ", b"0.000", b"kg "), Weight(0, STILL)),
        ("sma", sma(b"O ", b"9.999", b"kg "), Weight(None, STILL)),
        ("sma", sma(b"  ", b"-12.0", b"g  "), Weight(-12, STILL)),
        ("sma", sma(b"  ", b"----------", b"kg "), Weight(None, STILL)),
        ("sics", b"S S     100.00 g\r\n", Weight(100, STILL)),
        ("sics", b"S D      0.5604 kg\r\n", Weight(560, MOVING)),
        ("sics", b"S +\r\n", Weight(None, MOVING)),
        ("sics", b"S I\r\n", Weight(None, MOVING)),
        # Point after the third digit from the right (5), kilograms, net.
        ("toledo", toledo(b"\x2d\x31\x20", b"   560"), Weight(560, STILL)),
        ("toledo", toledo(b"\x2d\x39\x20", b"   560"), Weight(560, MOVING)),
        ("toledo", toledo(b"\x2d\x33\x20", b"   560"), Weight(-560, STILL)),
        ("toledo", toledo(b"\x2d\x35\x20", b"   560"), Weight(None, MOVING)),
        ("toledo", toledo(b"\x2a\x21\x20", b"     2"), Weight(907, STILL)),
        ("toledo", toledo(b"\x2a\x31\x21", b"   560"), Weight(560, STILL)),
        ("8217", b"\x020.560\r", Weight(560, STILL)),
        ("8217", b"\x02?A\r", Weight(None, MOVING)),
    ],
)
def test_a_reading_becomes_grams(protocol: str, content: bytes, weight: Weight) -> None:
    assert list(Readings(Protocol(protocol)).feed(content)) == [weight]


def test_a_scale_that_tells_no_unit_has_the_one_of_the_settings() -> None:
    pounds = Readings(Protocol.TOLEDO_8217, "lb")

    assert list(pounds.feed(b"\x021.00\r")) == [Weight(454, STILL)]


@given(st.integers(0, len(b"S S     100.00 g\r\nS S     200.00 g\r\n")))
def test_readings_are_the_same_wherever_the_bytes_are_cut(place: int) -> None:
    content = b"S S     100.00 g\r\nS S     200.00 g\r\n"
    scale = Readings(Protocol.SICS)
    read = [*scale.feed(content[:place]), *scale.feed(content[place:])]

    assert [weight.grams for weight in read] == [100, 200]


@given(st.sampled_from(Protocol), st.lists(st.binary(max_size=600), max_size=8))
def test_noise_is_never_more_than_no_reading(protocol: Protocol, pieces: list[bytes]) -> None:
    scale = Readings(protocol)
    for piece in pieces:
        assert all(isinstance(weight, Weight) for weight in scale.feed(piece))


def test_noise_is_not_kept_for_ever() -> None:
    scale = Readings(Protocol.SICS)
    for _ in range(100):
        list(scale.feed(b"x" * LONGEST))

    assert list(scale.feed(b"S S     100.00 g\r\n")) == [Weight(100, STILL)]
