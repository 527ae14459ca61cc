"""What the tests of the pages share: a box of models with a Transformer in it."""

import shutil

import pytest

from core import manifest
from core.translator import Translator
from tests.conftest import add_transformer


def forget():
    """What is cached of the models of another box."""
    from pages.shared import loading

    for cached in (
        loading.example, loading.translate, loading.search, loading.forced, loading.anatomy
    ):  # fmt: skip
        cached.clear()
    loading.loaded.cache_clear()


@pytest.fixture
def with_transformer(tmp_path, monkeypatch):
    """A box of three models: general, none, and a random Transformer of 2 layers of 2 heads."""
    models = tmp_path / "pretrained"
    for name in ("eng-fra-general", "eng-fra-none"):
        shutil.copytree(manifest.MODELS / name, models / name)
        manifest.write_entry(manifest.entry(name), models)
    add_transformer(models, manifest.entry("eng-fra-general"))
    load = Translator.load.__func__
    for function in (manifest.entries, manifest.entry, manifest.check_files, load):
        defaults = (*function.__defaults__[:-1], models)
        monkeypatch.setattr(function, "__defaults__", defaults)
    forget()
    yield models
    forget()
