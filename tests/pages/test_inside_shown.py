"""What stands on the Transformer page while what was asked for cannot be shown."""

import pytest
from streamlit.testing.v1 import AppTest

from core.words import say
from tests.pages.conftest import EXAMPLES

A, B = "eng-fra-general", "eng-fra-dot"


def page():
    import streamlit as st

    from core.manifest import ModelError
    from pages.shared.inside.shown import find
    from pages.shared.loading import Refused

    def ask(name, text):
        if "odd" in text:
            raise Refused("errors.blank")
        if name == "eng-fra-none":
            raise ModelError("weights.safetensors is missing")
        return f"{name}: {text}"

    state = st.session_state
    state.lang = "en"
    state.shown = find(state.name, state.text, ask)


@pytest.fixture
def ask():
    app = AppTest.from_function(page, default_timeout=60)

    def ask(text, name=A):
        app.session_state.name, app.session_state.text = name, text
        app.run()
        assert not app.exception
        return app, app.session_state.shown

    return ask


def test_it_is_what_was_asked_for(ask):
    app, shown = ask("one")
    assert shown == (A, "one", f"{A}: one", False)
    assert not app.warning and not app.caption and not app.error
    assert ask("one")[1].other is False
    assert ask("two")[1] == (A, "two", f"{A}: two", True)
    assert ask("two", B)[1] == (B, "two", f"{B}: two", True)


def test_what_is_refused_is_told_above_what_was_shown_last(ask):
    app, shown = ask("odd")
    assert shown == (A, EXAMPLES[0], f"{A}: {EXAMPLES[0]}", False)
    assert [one.value for one in app.warning] == [say("en", "errors.blank")]
    ask("one", B)
    app, shown = ask("odd *too*")
    assert shown == (B, "one", f"{B}: one", False)
    assert [one.value for one in app.warning] == [say("en", "errors.blank")]
    assert app.caption[0].value == say("en", "transformer.still", text="one")


def test_a_damaged_model_is_told_and_shows_nothing(ask):
    ask("one")
    app, shown = ask("one", "eng-fra-none")
    assert shown is None and "weights.safetensors" in app.text[0].value
    assert [one.value for one in app.error] == [say("en", "errors.damaged")]
