"""Own models: folders that training wrote, found where HEED_MODELS says, opened by their path."""

import hashlib
import json
import os
import shutil
from dataclasses import replace

import pytest

import core
from core import manifest
from core.about import About, write_about
from core.manifest import ModelError, UnknownModel
from core.opening import OPENING, Opening, write_opening
from core.translator import Translator


@pytest.fixture
def place(folders, tmp_path, monkeypatch):
    """A folder of two own models, of which one says that it is Korean."""
    place = tmp_path / "runs"
    for name, score in (("mine", "general"), ("other", None)):
        shutil.copytree(folders[score], place / name)
    write_about(About("eng", "kor", data="pairs.tsv", seed=7, held_out=20), place / "mine")
    monkeypatch.setenv(manifest.PLACES, str(place))
    return place


def test_they_stand_after_those_of_the_box(place):
    found = manifest.found()
    names = list(found.entries)
    assert names[-2:] == ["mine", "other"] and names[:-2] == list(manifest.shipped())
    assert found.refused == ()
    mine, other = found.entries["mine"], found.entries["other"]
    assert (mine.source, mine.target, mine.score, mine.own) == ("eng", "kor", "general", True)
    assert (other.source, other.target, other.score) == ("und", "und", None)
    assert mine.folder == place / "mine" and mine.translation is None
    assert not any(entry.own for entry in list(found.entries.values())[:-2])


def test_a_place_is_a_model_or_holds_some(place, monkeypatch):
    monkeypatch.setenv(manifest.PLACES, os.pathsep.join([str(place / "other"), str(place)]))
    found = manifest.found()
    assert list(found.entries)[-2:] == ["other", "mine"]
    assert len(found.refused) == 1 and "a model called other too" in found.refused[0]


def test_a_name_that_is_there_already_is_refused_with_a_sentence(place, monkeypatch):
    (place / "mine").rename(place / "eng-fra-general")
    found = manifest.found()
    assert not found.entries["eng-fra-general"].own
    (told,) = found.refused
    assert str(place / "eng-fra-general") in told and "rename" in told


def test_one_that_was_put_into_the_box_is_not_refused_beside_itself(place, tmp_path):
    """Its folder may stay where it was; what was trained again since is another model."""
    box = tmp_path / "box"
    shutil.copytree(place / "mine", box / "mine")
    told = manifest.own(place / "mine")
    digest = hashlib.sha256((box / "mine" / manifest.WEIGHTS).read_bytes()).hexdigest()
    manifest.write_entry(replace(told, files={manifest.WEIGHTS: digest}), box)
    found = manifest.found(box)
    assert found.refused == () and not found.entries["mine"].own
    shutil.copy(place / "other" / manifest.WEIGHTS, place / "mine")
    assert "a model called mine too" in manifest.found(box).refused[0]


@pytest.mark.parametrize("content", [None, "", "{"])
def test_they_need_no_box(place, tmp_path, monkeypatch, content):
    box = tmp_path / "box"
    box.mkdir()
    if content is not None:
        (box / "manifest.json").write_text(content)
    found = manifest.found(box)
    assert list(found.entries) == ["mine", "other"]
    assert len(found.refused) == 1 and str(box / "manifest.json") in found.refused[0]
    monkeypatch.setattr(manifest, "shipped", lambda models=box, read=manifest.shipped: read(box))
    assert core.load("mine").target == "kor"
    monkeypatch.delenv(manifest.PLACES)
    assert core.load(place / "mine").translate("Tom sing now.").steps
    with pytest.raises(ModelError, match=r"manifest\.json"):
        manifest.found(box)


@pytest.mark.parametrize("file", ["facts.json", "about.json"])
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"source": 3}', '{"cell": 1, "has": 2}'])
def test_a_broken_folder_is_told_and_left_out(place, file, content):
    (place / "mine" / file).write_text(content, encoding="utf-8")
    found = manifest.found()
    if (file, content) == ("about.json", "{}"):  # nobody said
        assert found.entries["mine"].source == "und"
        return
    assert "mine" not in found.entries and "other" in found.entries
    (told,) = found.refused
    assert str(place / "mine" / file) in told and "repository" not in told


@pytest.mark.parametrize("file", ["facts.json", "weights.safetensors"])
def test_a_missing_file_is_told_with_what_to_do(place, file):
    (place / "mine" / file).unlink()
    (told,) = manifest.found().refused
    assert str(place / "mine" / file) in told and "repository" not in told


def test_a_place_without_models_is_told(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    places = [tmp_path / "empty", tmp_path / "nowhere"]
    monkeypatch.setenv(manifest.PLACES, os.pathsep.join(map(str, places)))
    found = manifest.found()
    assert list(found.entries) == list(manifest.shipped())
    assert [str(path) in told for path, told in zip(places, found.refused, strict=True)] == [
        True
    ] * 2


def test_one_is_loaded_by_name_and_any_by_its_folder(place, monkeypatch):
    text = "Tom sing now."
    by_name = core.load("mine")
    assert (by_name.name, by_name.source, by_name.target) == ("mine", "eng", "kor")
    monkeypatch.delenv(manifest.PLACES)
    with pytest.raises(UnknownModel, match="mine"):
        core.load("mine")
    by_path, plain = core.load(place / "mine"), core.load(str(place / "other"))
    assert by_path.translate(text).to_json() == by_name.translate(text).to_json()
    assert (plain.name, plain.source) == ("other", "und")
    monkeypatch.chdir(place)
    assert core.load("mine").target == "kor" and core.load("./mine").name == "mine"
    with pytest.raises(ModelError):
        core.load(".")  # no model, but a folder of some


@pytest.mark.parametrize("content", ["", "[]", '{"source": "English"}'])
def test_a_broken_about_is_told_by_its_folder(place, content):
    (place / "mine" / "about.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"about\.json.*train the model again"):
        core.load(place / "mine")


@pytest.mark.parametrize("file", ["config.json", "vocabulary.model", "weights.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "empty"])
def test_a_broken_file_of_an_own_model_is_no_matter_of_the_repository(place, file, damage):
    path = place / "mine" / file
    path.unlink() if damage == "missing" else path.write_bytes(b"")
    with pytest.raises(ModelError, match="train the model again") as caught:
        core.load(place / "mine")
    assert str(path.resolve()) in str(caught.value) and "repository" not in str(caught.value)


def test_examples_are_sentences_of_its_own_record(place):
    assert manifest.entry("mine").examples == ("?",)
    shown = [{"source": text, "target": "", "weights": []} for text in ("I sing.", "You eat.")]
    record = {"measured": [{"attention": []}, {"attention": shown}]}
    (place / "mine" / "record.json").write_text(json.dumps(record), encoding="utf-8")
    entry = manifest.entry("mine")
    assert entry.examples == ("I sing.", "You eat.") and entry.sentence == "I sing."


def test_weights_are_known_by_their_digest(place):
    before = manifest.entry("mine").digest
    assert len(before) == 64 and before != manifest.entry("other").digest
    Translator.from_folder(place / "mine", "eng", "kor")  # reads, and changes nothing
    assert manifest.entry("mine").digest == before


def test_the_head_to_open_on_is_that_of_its_own_measurement(transformer_folder, place):
    home = place / "many"
    shutil.copytree(transformer_folder, home)
    first = Opening("cross.2.1", None)
    assert manifest.own(home).opens == first
    best = Opening("cross.1.2", 0.3)
    write_opening(best, home)
    assert manifest.own(home).opens == best
    write_opening(Opening("cross.9.9", 0.1), home)
    assert manifest.own(home).opens == first, "there is no such head"
    for broken in ("", "[]", "{}", '{"block": 3}'):
        (home / OPENING).write_text(broken, encoding="utf-8")
        assert manifest.own(home).opens == first
    write_opening(best, home)
    weights = home / manifest.WEIGHTS
    weights.write_bytes(weights.read_bytes() + b" ")
    assert manifest.own(home).opens == first, "other weights were measured"


def test_a_hugging_face_model_that_is_not_whole_is_left_out_with_the_reason(place):
    other = place / "bert"
    other.mkdir()
    (other / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    found = manifest.found()
    assert "bert" not in found.entries
    (told,) = found.refused
    assert str(other / "tokenizer.json") in told and "save the model's tokeniser" in told
