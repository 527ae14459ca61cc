"""What the tests of the pages share: one part of the Transformer page by itself, and a box of
models with a Transformer in it."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.translator import Translator
from pages.shared import box, loading
from tests.conftest import add_transformer

TRANSFORMER, TEXT = "eng-fra-transformer", "She gave him the red book."
EXAMPLES = box.examples(manifest.entry(TRANSFORMER))


def template(lang, key):
    """A string before anything is filled in; of one with plural forms, that of many."""
    section, _, name = key.partition(".")
    text = words.table(lang)[section][name]
    return text if isinstance(text, str) else text["other"]


def page(part, name, text, lang):
    """One part of the Transformer page; the session may have another sentence by now."""
    from importlib import import_module

    import streamlit as st

    state = st.session_state
    state.lang, state.large = lang, False
    import_module(f"pages.shared.inside.{part}").show(name, state.get("text", text))


def opened(part, text=TEXT, lang="en", name=TRANSFORMER, **query):
    """That part, run once, with these parameters in its address."""
    app = AppTest.from_function(page, default_timeout=90, args=(part, name, text, lang))
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def components(app):
    """What a page draws, without the tools that every page has in its bar."""
    tools = ("heed_presenter", "heed_sharer")
    return [one for one in app.get("bidi_component") if one.proto.component_name not in tools]


def drawn(app):
    """What the stages of a page are given, by their names."""
    data = [json.loads(one.proto.json)[0] for one in components(app)]
    return {one["stage"]: one for one in data if one and "stage" in one}


@pytest.fixture
def with_transformer(tmp_path, monkeypatch):
    """A box of three models: general, none, and a random Transformer of 2 layers of 2 heads."""
    models = tmp_path / "pretrained"
    for name in ("eng-fra-general", "eng-fra-none"):
        shutil.copytree(manifest.MODELS / name, models / name)
        manifest.write_entry(manifest.entry(name), models)
    add_transformer(models, manifest.entry("eng-fra-general"))
    load = Translator.load.__func__
    for function in (manifest.entries, manifest.found, manifest.shipped, manifest.entry, load):
        defaults = (*function.__defaults__[:-1], models)
        monkeypatch.setattr(function, "__defaults__", defaults)
    loading.forget()
    yield models
    loading.forget()
