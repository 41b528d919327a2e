"""The wheel has everything the program reads, and runs from where it lies."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

from processes import Ended, run_python
from returnstation import __version__

ROOT = Path(__file__).parents[2]

LOAD_EVERYTHING = """
import returnstation, sys
from returnstation import datafiles
from returnstation.i18n import languages, load_catalog
from returnstation.policydata import load_pack
from returnstation.sitedata import load_checklists, load_economics

assert sys.argv[1] in returnstation.__file__, returnstation.__file__
assert all(load_catalog(language).messages for language in languages())
assert load_pack().regions and load_checklists() and load_economics()
assert list(datafiles.printer_data("models").iterdir())
print("loaded", len(languages()))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    built = WheelBuilder(str(ROOT)).build(directory=str(target), versions=["standard"])
    return Path(next(iter(built)))


@pytest.fixture(scope="module")
def inside(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_below(folder: str) -> set[str]:
    return {
        f"returnstation/_data/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("folder", ["ui", "resources", "printers"])
def test_every_data_file_is_in_the_wheel(folder: str, inside: set[str]) -> None:
    expected = files_below(folder)

    assert expected
    assert sorted(expected - inside) == []


def test_every_module_is_in_the_wheel_and_nothing_else(inside: set[str]) -> None:
    source = ROOT / "src"
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    templates = {path.relative_to(source).as_posix() for path in source.rglob("*.mako")}

    packed = {name for name in inside if not name.startswith("returnstation/_data/")}

    assert {name for name in packed if ".dist-info/" not in name} == modules | templates


def in_wheel(place: Path, *arguments: str) -> Ended:
    return run_python(*arguments, env={"PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"})


def test_the_program_runs_from_an_unpacked_wheel(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)

    ended = in_wheel(tmp_path, "-m", "returnstation", "--version")

    assert ended.code == 0, ended.err
    assert ended.out.strip() == f"returnstation {__version__}"


def test_all_data_are_read_from_a_wheel_that_stays_zipped(wheel: Path) -> None:
    ended = in_wheel(wheel, "-c", LOAD_EVERYTHING, str(wheel))

    assert ended.code == 0, ended.err
    assert ended.out.startswith("loaded")
