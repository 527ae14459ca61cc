"""What cannot be taken apart is told where the picture would stand."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.language import LANGUAGES, say

NAME, TEXT = "eng-fra-general", "I did not know that you were there."


def page(name, text, prefix, step, column, temperature, lang):
    import streamlit as st

    from pages.shared import apart

    st.session_state.lang, st.session_state.large = lang, False
    apart.show(name, text, prefix, step, column, temperature=temperature)


def run(name=NAME, text=TEXT, prefix=(), step=4, column=1, temperature=1.0, lang="en"):
    given = (name, text, prefix, step, column, temperature, lang)
    app = AppTest.from_function(page, default_timeout=60, args=given).run()
    assert not app.exception
    return app


def test_a_cell_is_drawn():
    (drawn,) = run().get("bidi_component")
    (data,) = json.loads(drawn.proto.json)
    assert (data["stage"], data["step"], data["column"]) == ("apart", 4, 1)
    assert not data["whatif"]


def test_another_column_of_the_row_is_the_same_but_for_the_column():
    one, other = (json.loads(run(column=c).get("bidi_component")[0].proto.json)[0] for c in (0, 3))
    assert {**one, "column": 3} == other


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"step": 99}, "apart.no_cell"),
        ({"step": -1}, "apart.no_cell"),
        ({"column": 10}, "apart.no_cell"),
        ({"column": -1}, "apart.no_cell"),
        ({"name": "eng-fra-none"}, "apart.no_attention"),
        ({"temperature": 0.0}, "apart.bad_temperature"),
        ({"temperature": float("nan")}, "apart.bad_temperature"),
        ({"prefix": (10**6,)}, "apart.bad_prefix"),
        ({"text": "  "}, "errors.blank"),
        ({"text": "I " * 99}, "errors.too_long"),
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_told(wrong, key, lang):
    app = run(**wrong, lang=lang)
    assert not app.get("bidi_component")
    (warning,) = app.warning
    assert warning.value.startswith(say(lang, key).split("{")[0])


def test_an_unknown_model_is_told():
    assert run(name="eng-fra-nothing").error
