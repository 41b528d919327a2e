"""A station's settings: defaults, what is written is read, mistakes are named."""

from pathlib import Path

import pytest

from returnstation.application.troubles import Trouble
from returnstation.settings import (
    FILE,
    LONGEST_KEPT_DAYS,
    PrinterSettings,
    ScannerSettings,
    Settings,
    home_folder,
    load_settings,
    write_settings,
)

PRINTER = "[printers.labels]\nmodel = 'x'\nmedium = 'x'\naddress = 'tcp://x'\n"


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_settings_written_are_read_back(tmp_path: Path) -> None:
    settings = Settings(
        site='인천 "3호" \\ 센터',
        desk="3번",
        zone="Europe/Berlin",
        goal=300,
        is_training=True,
        printers={"labels": PrinterSettings("zebra", "50x30", "tcp://10.0.0.9:9100", (0.5, -1), 9)},
        scanners={"keyboard": ScannerSettings(suffix="\t", separator="{GS}", layout="ko")},
    )

    write_settings(tmp_path / "new", settings)

    assert load_settings(tmp_path / "new") == settings


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("site = ", "settings-wrong"),
        ("sight = 'x'", "sight"),
        ("goal = 'many'", "goal"),
        ("zone = 'Asia/Soul'", "zone"),
        ("zone = '../etc/passwd'", "settings-wrong"),
        ("[printers.labels]\nmodel = 'x'", "medium"),
        (PRINTER + "offset_mm = [nan, 0]", "offset_mm"),
        (PRINTER + "offset_mm = [0, -20.5]", "offset_mm"),
        (PRINTER + "offset_mm = [1]", "offset_mm"),
        (PRINTER + "darkness = 'dark'", "darkness"),
        ("[scanners.keyboard]\nlayout = 'dvorak'", "layout"),
        ("[scanners.keyboard]\nends = 'bell'", "ends"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(Trouble, match=what) as trouble:
        load_settings(tmp_path)

    assert trouble.value.code == "settings-wrong"


def test_settings_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"site = '\xff'")

    with pytest.raises(Trouble, match="settings-wrong"):
        load_settings(tmp_path)


def test_settings_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    with pytest.raises(Trouble, match="file-unreadable"):
        load_settings(tmp_path)


def test_the_home_is_as_given_else_of_the_environment_else_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNSTATION_HOME", str(tmp_path / "env"))
    given = home_folder(str(tmp_path / "given"))
    of_environment = home_folder(None)
    monkeypatch.delenv("RETURNSTATION_HOME")

    assert given == tmp_path / "given"
    assert of_environment == tmp_path / "env"
    assert home_folder(None).name == "returnstation"


def test_a_goal_of_zero_shows_none() -> None:
    assert Settings(goal=0).for_desk().goal is None
    assert Settings(goal=1).for_desk().goal == 1


@pytest.mark.parametrize("days", [1, LONGEST_KEPT_DAYS])
def test_papers_are_kept_for_a_while(tmp_path: Path, days: int) -> None:
    (tmp_path / "station.toml").write_text(f"keep_papers_days = {days}\n")

    assert load_settings(tmp_path).keep_papers_days == days


@pytest.mark.parametrize("days", [-1, 0, LONGEST_KEPT_DAYS + 1])
def test_papers_are_kept_neither_for_no_time_nor_for_ever(tmp_path: Path, days: int) -> None:
    (tmp_path / "station.toml").write_text(f"keep_papers_days = {days}\n")

    with pytest.raises(Trouble, match="settings-wrong"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "keep_orders_days = 0",
        "keep_orders_days = 30",
        f"keep_orders_days = {LONGEST_KEPT_DAYS}",
        "keep_photos_days = 0",
        "keep_photos_days = 14",
    ],
)
def test_orders_and_photos_are_kept_for_ever_or_for_a_while(tmp_path: Path, line: str) -> None:
    (tmp_path / "station.toml").write_text(f"{line}\n")
    name, _, days = line.partition(" = ")

    assert getattr(load_settings(tmp_path), name) == int(days)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("keep_orders_days = 29", "0 (for ever), or 30 to"),
        ("keep_orders_days = -1", "0 (for ever), or 30 to"),
        (f"keep_orders_days = {LONGEST_KEPT_DAYS + 1}", "0 (for ever), or 30 to"),
        ("keep_photos_days = 13", "0 (for ever), or 14 to"),
    ],
)
def test_orders_and_photos_are_not_kept_too_short_a_time(
    tmp_path: Path, line: str, why: str
) -> None:
    (tmp_path / "station.toml").write_text(f"{line}\n")

    with pytest.raises(Trouble, match="settings-wrong") as caught:
        load_settings(tmp_path)
    assert why in str(caught.value.say().values["what"])
