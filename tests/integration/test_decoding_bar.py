"""On drawn camera pictures the station reads more than either library alone, and nothing wrong."""

from pathlib import Path

import pytest

from processes import run_program
from returnstation.application.troubles import Trouble
from returnstation.cli.bench.decoding.pictures import (
    NONE,
    Sample,
    Truth,
    drawn_samples,
    folder_samples,
    keep_sample,
)
from returnstation.cli.bench.decoding.report import ALL, rows, shortfalls
from returnstation.cli.bench.decoding.scoring import OURS, Score, Scores, readers, score, total
from returnstation.scanning.frames import FrameDecoder

PICTURES, SEED = 44, 5


@pytest.fixture(scope="module")
def scores() -> Scores:
    return score(drawn_samples(PICTURES, SEED), readers())


def test_nothing_is_worse_than_a_library_alone(scores: Scores) -> None:
    assert shortfalls(scores) == []


def test_nine_codes_of_ten_are_read(scores: Scores) -> None:
    ours = total(scores[OURS])

    assert ours.right >= 0.9 * ours.codes


def test_much_more_is_read_than_by_zxing_alone(scores: Scores) -> None:
    assert total(scores[OURS]).right >= 1.3 * total(scores["zxing-cpp"]).right


def test_nothing_is_read_wrong(scores: Scores) -> None:
    assert total(scores[OURS]).wrong == []


def test_every_symbology_stands_in_the_report(scores: Scores) -> None:
    named = {symbology for symbology, _, _ in rows(scores)}

    assert {"code128", "maxicode", "pdf417", "ean-add-on", NONE, ALL} <= named


def test_one_seed_gives_the_same_pictures() -> None:
    first, again = (list(drawn_samples(4, 9)) for _ in range(2))

    assert [sample.truths for sample in first] == [sample.truths for sample in again]
    assert all((a.pixels == b.pixels).all() for a, b in zip(first, again, strict=True))


def test_pictures_kept_in_a_folder_are_compared_again(tmp_path: Path) -> None:
    for sample in drawn_samples(11, 2):
        keep_sample(tmp_path, sample)

    found = list(folder_samples(tmp_path))

    assert [each.truths for each in found] == [each.truths for each in drawn_samples(11, 2)]


def test_truth_may_be_json(tmp_path: Path) -> None:
    (sample,) = drawn_samples(1, 2)
    keep_sample(tmp_path, sample)
    text = f'{{"{sample.name}": [{{"symbology": "code128", "text": "A\\u001dB"}}]}}'
    (tmp_path / "truth.json").write_text(text, encoding="utf-8")

    (found,) = folder_samples(tmp_path)

    assert found.truths == (Truth("code128", "A\x1dB"),)


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="file-unreadable"):
        list(folder_samples(tmp_path))


def test_the_command_says_how_good_each_reader_is(tmp_path: Path) -> None:
    for sample in drawn_samples(2, 2):
        keep_sample(tmp_path, sample)

    ended = run_program("bench", "decoding", str(tmp_path))

    assert ended.code == 0
    assert "| code128 | 1 |" in ended.out


def a_score(right: int, *wrong: str) -> dict[str, Score]:
    return {"qr": Score(right, list(wrong), 10 - right), NONE: Score()}


@pytest.mark.parametrize(
    ("ours", "count"), [(a_score(8), 0), (a_score(7), 2), (a_score(8, "misread"), 1)]
)
def test_a_shortfall_is_named(ours: dict[str, Score], count: int) -> None:
    assert len(shortfalls({"zxing-cpp": a_score(8), OURS: ours})) == count


def live(sample: Sample, frames: int) -> set[str]:
    decoder = FrameDecoder(clock=lambda: 0.0)  # a machine that is never busy with others
    return {code.text for _ in range(frames) for code in decoder.decode(sample.pixels).codes}


def test_a_camera_reads_most_labels_within_a_second() -> None:
    samples = [sample for sample in drawn_samples(48, 6) if sample.truths]

    read = [bool(live(sample, 30)) for sample in samples[::3]]

    assert sum(read) >= 0.7 * len(read)


def test_a_camera_reads_nothing_where_there_is_nothing() -> None:
    bare = [sample for sample in drawn_samples(40, 8) if not sample.truths]

    assert [live(sample, 24) for sample in bare] == [set()] * len(bare)
