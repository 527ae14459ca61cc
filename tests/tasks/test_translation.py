"""A translation's data: several files, several languages that are read, either column first."""

import sys
from argparse import Namespace
from pathlib import Path

import pytest

from core.about import SEVERAL, About, fingerprint, read_about, write_about
from core.evaluation.origin import origin
from core.tasks import tasks
from core.tasks.recipe import Recipe
from core.training.__main__ import main
from tests.conftest import sentence_pairs

PAIRS = sentence_pairs()


@pytest.fixture
def files(tmp_path) -> list[Path]:
    """Three files: two of one language, one of another, each with the target first."""
    paths = [tmp_path / f"{name}.tsv" for name in "abc"]
    for number, path in enumerate(paths):
        mark = "" if number < 2 else "o "
        lines = [f"{source}\t{mark}{target}\n" for source, target in PAIRS[number::3]]
        path.write_text("".join(lines), encoding="utf-8")
    return paths


def prepared(files, languages, out, turned=True, held_out=4):
    options = Namespace(
        data=files, languages=languages, out=out, turned=turned, held_out=held_out,
        vocabulary=300, tokeniser="pieces",
    )  # fmt: skip
    return tasks()["translation"].prepare(options, Recipe(tokens=300))


def test_files_of_one_language_are_split_as_one(files, tmp_path):
    data = prepared(files[:2], ["fra-eng"], tmp_path)
    assert data.about.files == ("a.tsv", "b.tsv") and data.about.parts == ()
    assert data.about.sha256 == fingerprint(*files[:2]) != fingerprint(files[0])
    targets = {target for group in data.held.values() for target in group}
    assert targets <= {source for source, _ in PAIRS}  # the first column is what is written


def test_what_is_held_out_of_a_language_does_not_depend_on_the_others(files, tmp_path):
    alone = prepared(files[2:], ["oci-eng"], tmp_path / "alone")
    both = prepared(files, ["fra-eng", "fra-eng", "oci-eng"], tmp_path / "both")
    assert (both.about.source, both.about.target) == (SEVERAL, "eng")
    assert both.held.items() >= alone.held.items()
    assert both.about.of("oci", "eng").test == alone.about.test
    with pytest.raises(LookupError, match="fra-eng, oci-eng, not kor-eng"):
        both.about.of("kor", "eng")


def test_measuring_asks_which_pair_is_meant(files, tmp_path):
    both = prepared(files, ["fra-eng", "fra-eng", "oci-eng"], tmp_path)
    write_about(both.about, tmp_path)
    assert read_about(tmp_path) == both.about
    found = origin({"both": tmp_path}, None, ("oci", "eng"), print)
    assert (found.source, found.data, found.sha256) == ("oci", "c.tsv", fingerprint(files[2]))
    with pytest.raises(ValueError, match="say with --languages which"):
        origin({"both": tmp_path}, None, None, print)
    with pytest.raises(ValueError, match="not kor-eng"):
        origin({"both": tmp_path}, None, ("kor", "eng"), print)


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        (["fra-eng", "oci-eng"], "one for each of the 3 files, not 2"),
        (["fra-eng", "fra-eng", "eng-oci"], "one model writes one language"),
    ],
)
def test_languages_that_do_not_fit_are_told(files, tmp_path, languages, told):
    with pytest.raises(ValueError, match=told):
        prepared(files, languages, tmp_path)


def test_one_model_learns_to_read_several(files, tmp_path, monkeypatch):
    out = tmp_path / "mul-eng"
    words = [
        *map(str, files), "--turned", "--languages", "fra-eng", "fra-eng", "oci-eng", "--out",
        str(out), "--size", "8", "--vocabulary", "300", "--epochs", "1", "--held-out", "4",
        "--threads", "1",
    ]  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["core.training", *words])
    assert main() == 0
    about = read_about(out)
    assert isinstance(about, About) and [part.source for part in about.parts] == ["fra", "oci"]
