"""Longer sentences: which are taken, what is measured of them, and the shipped table."""

import gzip

import pytest

from core import manifest
from core.evaluation.long import BANDS, main, rows_of, sample
from core.measurements import about, table
from core.measurements.longer import TASK


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "long.tsv.gz"
    counts = [4, 5, 10, 5, 11, 40, 41]
    lines = [f"{' '.join(['Tom'] * count)}\tn° {place}\n" for place, count in enumerate(counts)]
    path.write_bytes(gzip.compress("".join(lines).encode()))
    return path


def test_of_each_file_the_first_of_each_length_are_taken(file):
    found = sample([file, file], 2)
    targets = {band: [pair.target for pair in pairs] for band, pairs in found.items()}
    assert targets == {
        (5, 10): ["n° 1", "n° 2"] * 2, (11, 15): ["n° 4"] * 2, (36, 40): ["n° 5"] * 2,
    }  # fmt: skip


def test_a_file_of_other_columns_and_a_wrong_number_are_told(tmp_path, capsys, monkeypatch):
    path = tmp_path / "one.tsv"
    path.write_text("alone\n")
    with pytest.raises(ValueError, match="line 1: two columns, not 1"):
        sample([path], 1)
    monkeypatch.setattr("sys.argv", ["long", "--each", "0"])
    assert main() == 2 and "--each: expected 1 or more, not 0" in capsys.readouterr().err


def test_what_is_strange_and_how_words_are_split_is_counted(translator, file):
    rows = rows_of(translator, sample([file], 2), 1)
    found = {(row.measure, row.slice): row for row in rows}
    assert {one for one, _ in found} == {"bleu", "chrf", "strange", "fertility"}
    assert {slice_ for _, slice_ in found} == {"5-10 words", "11-15 words", "36-40 words"}
    tokens = translator.vocabulary.encode(" ".join(["Tom"] * 11))
    assert found["fertility", "11-15 words"].value == pytest.approx(len(tokens) / 11)
    assert found["strange", "11-15 words"].value == 0 and found["bleu", "5-10 words"].count == 2
    (strange,) = (
        row for row in rows_of(translator, {(5, 10): [("Tom ☃", "Tom")]}, 1)
        if row.measure == "strange"
    )  # fmt: skip
    assert 0 < strange.value < 1


def test_the_shipped_table_is_of_these_weights():
    (path,) = about.tables(task=TASK)
    found = table.read(path)
    for name in found.weights:
        assert found.current(name, manifest.entry(name).digest), name
    assert table.lengths(found.rows) == [f"{low}-{high} words" for low, high in BANDS]
    assert set(found.rows["measure"]) <= set(table.UNITS)
