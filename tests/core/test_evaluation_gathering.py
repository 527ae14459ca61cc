"""Rows that are measured model by model stand with those of their test set, and with no others."""

import pytest

from core.evaluation.gathering import keep, place
from core.measurements import about, table
from core.measurements.table import Row, Table, frame

TOLD = {
    "command": "python -m x", "seed": "1", "task": "doubts", "source": "eng", "target": "fra",
    "data": "a.tsv 00", "split": "seed 1", "slice": "first 5", "tokeniser": "pieces",
}  # fmt: skip


@pytest.fixture(autouse=True)
def box(monkeypatch, tmp_path):
    monkeypatch.setattr(about, "PATH", tmp_path / "evaluation.csv")
    return tmp_path


def measured(name, **other):
    return Table(frame([Row(name, "kendall", 0.5, count=5)]), {**TOLD, **other}, {name: "0" * 12})


def kept(name, **other):
    path, found = keep(measured(name, **other), name)
    assert table.read(path).weights == found.weights
    return path.name, list(found.weights)


def test_models_of_one_test_set_stand_together_and_another_pair_apart():
    assert kept("a") == ("doubts.csv", ["a"])
    assert kept("b") == ("doubts.csv", ["a", "b"])
    assert kept("k", target="kor", data="k.tsv 11") == ("doubts-eng-kor.csv", ["k"])
    assert kept("l", tokeniser="characters") == ("doubts-characters.csv", ["l"])
    assert kept("a") == ("doubts.csv", ["b", "a"])
    assert kept("k", target="kor", data="k.tsv 11") == ("doubts-eng-kor.csv", ["k"])


def test_what_was_measured_on_more_sentences_takes_the_place_of_all():
    kept("a"), kept("b")
    assert kept("a", slice="first 500") == ("doubts.csv", ["a"])


def test_a_file_that_is_named_is_taken(tmp_path):
    own = tmp_path / "own.csv"
    assert keep(measured("a"), "a", own)[0] == own
    assert place(TOLD).name == "doubts.csv" and not place(TOLD).exists()
