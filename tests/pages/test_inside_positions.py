"""Positions on their page: an order of the words, another one, and what cannot be shown."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.language import LANGUAGES, say

TEXT = "She gave him the red book."


def page(text, lang):
    import streamlit as st

    from pages.shared.inside import positions

    st.session_state.lang, st.session_state.large = lang, False
    positions.show("eng-fra-transformer", text)


def started(text=TEXT, lang="en", **query):
    app = AppTest.from_function(page, default_timeout=90, args=(text, lang))
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def drawn(app):
    (one,) = app.get("bidi_component")
    return json.loads(one.proto.json)[0]


def test_shuffling_again_is_another_order_and_stands_in_the_link():
    app = started()
    first = drawn(app)
    assert first["seed"] == 1 and "positions_seed" not in app.query_params
    app.button[0].click().run()
    second = drawn(app)
    assert second["seed"] == 2 and app.query_params["positions_seed"] == "2"
    assert second["runs"][0] == first["runs"][0]
    again = drawn(started(positions_seed="2"))
    assert again["order"] == second["order"] and again["shuffled"] == second["shuffled"]


def test_a_link_opens_where_it_says():
    app = started(positions_at="12", table="1")
    assert not app.info and drawn(app)["open"] == {"table": True, "positions_at": "12"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"positions_seed": "0"}, "bad_seed"),
        ({"positions_seed": "-1"}, "bad_seed"),
        ({"positions_seed": "99999999999999999999"}, "bad_seed"),
        ({"positions_seed": "²"}, "bad_seed"),
        ({"positions_at": "64"}, "bad_place"),
        ({"positions_at": "here"}, "bad_place"),
    ],
    ids=str,
)
def test_what_a_link_gets_wrong_is_told(query, key, lang):
    app = started(lang=lang, **query)
    (note,) = app.info
    assert note.value.startswith(say(lang, f"transformer_positions.{key}").split("{")[0])
    assert drawn(app)["seed"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hello!", "transformer_positions.one_word"),
        ("...", "transformer_positions.one_word"),
        (" ", "errors.blank"),
        ("I " * 99, "errors.too_long"),
    ],
    ids=["one word", "no word", "blank", "long"],
)
def test_what_cannot_be_shown_is_told(text, key, lang):
    app = started(text, lang)
    (warning,) = app.warning
    assert warning.value.startswith(say(lang, key).split("{")[0])
    assert not app.get("bidi_component")
