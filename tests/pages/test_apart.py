"""What cannot be taken apart is told where the picture would stand."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from core.words import LANGUAGES, say
from tests.pages.conftest import components, template

HEADS = "eng-fra-transformer"
NAME, TEXT = "eng-fra-general", "I did not know that you were there."


def page(name, text, prefix, step, column, temperature, lang, block, handed):
    import streamlit as st

    from pages.shared import apart

    st.session_state.lang, st.session_state.large = lang, False
    on_head = None if handed is None else handed.append
    whatif = {"temperature": temperature}
    apart.show(name, text, prefix, step, column, block=block, on_head=on_head, **whatif)


def run(
    name=NAME, text=TEXT, prefix=(), step=4, column=1, temperature=1.0, lang="en", block="cross",
    handed=None,
):  # fmt: skip
    given = (name, text, prefix, step, column, temperature, lang, block, handed)
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
        ({"name": HEADS, "block": "cross.9.1"}, "apart.no_head"),
        ({"name": HEADS, "block": "self.1.1"}, "apart.no_head"),
        ({"name": HEADS, "block": "cross.1.1", "column": 10}, "apart.no_cell"),
        ({"text": "  "}, "errors.blank"),
        ({"text": "I " * 99}, "errors.too_long"),
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_told(wrong, key, lang):
    app = run(**wrong, lang=lang)
    assert not components(app)
    (warning,) = app.warning
    assert max(re.split(r"\{\w+\}", template(lang, key)), key=len) in warning.value


def test_an_unknown_model_is_told():
    assert run(name="eng-fra-nothing").error


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_head_of_a_transformer_is_drawn(lang):
    (found,) = run(name=HEADS, step=1, block="cross.2.5", lang=lang).get("bidi_component")
    (data,) = json.loads(found.proto.json)
    assert (data["stage"], data["step"], data["column"]) == ("apart", 1, 1)
    assert data["head"] == say(lang, "head.one", layer=2, head=5)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("mean", "count"), [("cross", 24), ("cross.2", 8)])
def test_of_a_mean_a_head_is_offered_with_its_weight(mean, count, lang):
    from core import load

    app = run(name=HEADS, step=1, block=mean, lang=lang)
    assert not components(app)
    assert app.info[0].value == say(lang, "apart.choose_head")
    offered = app.selectbox(key="apart_head")
    assert len(offered.options) == count
    weight = load(HEADS).translate(TEXT).attention("cross.2.5").weights[1, 1]
    assert any(one.endswith(f" {weight:.3f}") for one in offered.options)
    offered.set_value("cross.2.5").run()
    (data,) = json.loads(components(app)[0].proto.json)
    assert data["head"] == say(lang, "head.one", layer=2, head=5)


def test_a_page_that_shows_heads_is_told_which_was_chosen():
    handed = []
    app = run(name=HEADS, step=1, handed=handed)
    app.selectbox(key="apart_head").set_value("cross.1.3").run()
    assert handed == ["cross.1.3"]
    assert not components(app)  # it is for the page to show another block


def test_compare_takes_the_chosen_head_apart_and_shows_it():
    from tests.pages.test_compare import run as compare

    def drawn(app):
        data = (json.loads(one.proto.json)[0] for one in components(app))
        return {one["stage"]: one for one in data if "stage" in one}

    app = compare(models=f"{NAME},{HEADS}", cell="2.2.3")
    assert "apart" not in drawn(app)
    assert say("en", "apart.choose_head") in [one.value for one in app.info]
    app.selectbox(key="apart_head").set_value("cross.2.5").run()
    found = drawn(app)["apart"]
    assert (found["step"], found["column"]) == (1, 2)
    assert found["head"] == say("en", "head.one", layer=2, head=5)
    assert app.query_params["head"] == "cross.2.5"  # and so the map is that of this head
    assert say("en", "apart.choose_head") not in [one.value for one in app.info]
