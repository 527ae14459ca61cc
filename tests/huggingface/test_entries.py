"""Folders of Hugging Face among the models that pages list: known without being loaded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from core import load, manifest, memory
from core.huggingface import FAMILIES
from core.loader import opened
from core.manifest import ModelError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where own models are."""
    monkeypatch.setenv(manifest.PLACES, str(tmp_path))
    return tmp_path


def entry_of(folder_of, place, family: str, **about: str) -> manifest.Entry:
    folder = shutil.copytree(folder_of(family), place / f"my-{family}")
    if about:
        (folder / "about.json").write_text(json.dumps(about))
    return manifest.entries()[folder.name]


@pytest.mark.parametrize("family", FAMILIES)
def test_an_entry_says_what_the_loaded_model_says(family, folder_of, place):
    about = {"source": "en", "target": "fr"} if family == "m2m_100" else {}
    entry = entry_of(folder_of, place, family, **about)
    ours = opened(entry)
    assert replace(entry.facts, parameters=0) == replace(ours.facts, parameters=0)
    assert entry.facts.parameters == pytest.approx(ours.facts.parameters, rel=0.2)
    assert (entry.source, entry.target) == (ours.source, ours.target)
    assert ours.name == entry.name and entry.own


def test_a_model_of_many_languages_asks_which(folder_of, place):
    folder = shutil.copytree(folder_of("m2m_100"), place / "many")
    found = manifest.found()
    assert folder.name not in found.entries
    assert "about.json" in found.refused[0] and '"source": "en"' in found.refused[0]


def test_a_listed_name_opens_the_model(folder_of, place):
    entry = entry_of(folder_of, place, "gpt2")
    assert load(entry.name).write("I sing", limit=2).tree


def test_other_weights_are_another_model(folder_of, place):
    entry = entry_of(folder_of, place, "bert")
    weights = entry.folder / "model.safetensors"
    before = manifest.entries()[entry.name].digest
    weights.touch()
    assert before and manifest.entries()[entry.name].digest != before


def test_too_large_a_model_is_refused_with_both_numbers_before_it_is_loaded(
    folder_of, place, monkeypatch
):
    entry = entry_of(folder_of, place, "gpt2")
    monkeypatch.setattr(memory, "available", lambda: 3 * 2**30)
    monkeypatch.setattr(memory, "NUMBER", 2**30 / entry.facts.parameters * 4)
    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", None)
    with pytest.raises(ModelError, match=r"my-gpt2 needs 5\.0 GB of memory, and 3\.0 GB"):
        opened(entry)


def test_memory_is_that_of_the_container(tmp_path, monkeypatch):
    told = {"machine": "MemTotal: 9 kB\nMemAvailable:  4000 kB\n", "limit": "3000", "used": "1000"}
    for name, text in told.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(memory, "MACHINE", tmp_path / "machine")
    monkeypatch.setattr(memory, "LIMITS", ((tmp_path / "limit", tmp_path / "used"),))
    assert memory.available() == 2000
    (tmp_path / "limit").write_text("max")
    assert memory.available() == 4000 * 1024
    monkeypatch.setattr(memory, "MACHINE", tmp_path / "nothing")  # then it is all of the machine
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr(memory.os, "sysconf", pages.__getitem__)
    assert memory.available() == 4096 * 1000
    (tmp_path / "limit").write_text("3000")
    assert memory.available() == 2000
    monkeypatch.setattr(memory, "LIMITS", ())
    monkeypatch.delattr(memory.os, "sysconf")
    assert memory.available() is None
    memory.check("any", 10**15)  # nobody knows, so nothing is refused
