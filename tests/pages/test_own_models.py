"""Own models on the pages: one that is trained again while the app runs."""

import shutil

import pytest
from safetensors.torch import load_file, save_file

import core
from core import manifest
from pages.shared import loading

TEXT = "Tom sing now."


@pytest.fixture
def mine(folders, tmp_path, monkeypatch):
    """The folder of an own model that nothing is kept of yet."""
    folder = tmp_path / "mine"
    shutil.copytree(folders["general"], folder)
    monkeypatch.setenv(manifest.PLACES, str(folder))
    yield folder
    loading.forget()


def test_a_model_trained_again_is_opened_anew(mine):
    loading.models_or_stop()
    before = loading.translate("mine", TEXT, ())
    loading.models_or_stop()
    assert loading.translate("mine", TEXT, ()) is before
    weights = mine / manifest.WEIGHTS
    save_file({name: value * 0.5 for name, value in load_file(weights).items()}, weights)
    loading.models_or_stop()
    after = loading.translate("mine", TEXT, ())
    assert after.to_json() == core.load(mine).translate(TEXT).to_json() != before.to_json()
