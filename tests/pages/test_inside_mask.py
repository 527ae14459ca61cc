"""The mask on its page: what is drawn, what a link restores, and what cannot be shown."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.language import LANGUAGES, say
from pages.shared.sentence import EXAMPLES

NAME, TEXT = "eng-fra-transformer", "She gave him the red book."


def page(text, lang):
    import streamlit as st

    from pages.shared.inside import mask

    st.session_state.lang, st.session_state.large = lang, False
    mask.show("eng-fra-transformer", text)


def started(text=TEXT, lang="en", **query):
    app = AppTest.from_function(page, default_timeout=90, args=(text, lang))
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def drawn(app):
    data = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    return {one["stage"]: one for one in data}


def test_both_masks_are_drawn():
    found = drawn(started())
    assert set(found) == {"mask", "padding"}
    assert found["mask"]["keys"][0] == "<s>"
    lengths = [len(one) for one in found["padding"]["sentences"]]
    assert lengths[0] < lengths[1], "beside it stands a longer sentence"


def test_the_longest_example_stands_beside_a_shorter_one():
    lengths = [len(one) for one in drawn(started(EXAMPLES[-1]))["padding"]["sentences"]]
    assert lengths[0] > lengths[1]


def test_a_typed_target_is_forced():
    app = started(mask_target="typed", mask_typed="Bonjour.")
    pieces = [token[1] for token in drawn(app)["mask"]["target"]]
    assert "".join(pieces).replace("▁", " ").strip() == "Bonjour.</s>"
    assert app.query_params["mask_typed"] == "Bonjour."
    app.text_input(key="mask_typed").set_value("Le livre.").run()
    pieces = [token[1] for token in drawn(app)["mask"]["target"]]
    assert "".join(pieces).replace("▁", " ").strip() == "Le livre.</s>"


def test_a_link_opens_where_it_says():
    app = started(mask_head="2.3", mask_step="2", mask_view="scores", padding_mask="off")
    assert not app.info
    opens = drawn(app)["mask"]["open"]
    assert (opens["mask_head"], opens["mask_step"], opens["mask_view"]) == ("2.3", "2", "scores")
    assert drawn(app)["padding"]["open"]["padding_mask"] == "off"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"mask_head": "9.9"}, "bad_head"),
        ({"mask_head": "<b>"}, "bad_head"),
        ({"padding_head": "0"}, "bad_head"),
        ({"mask_step": "0"}, "bad_step"),
        ({"mask_step": "x"}, "bad_step"),
        ({"mask_view": "heat"}, "bad_view"),
        ({"padding_mask": "no"}, "bad_padding"),
        ({"mask_target": "hers"}, "bad_target"),
    ],
    ids=str,
)
def test_what_a_link_gets_wrong_is_told(query, key, lang):
    app = started(lang=lang, **query)
    (note,) = app.info
    assert note.value.startswith(say(lang, f"transformer_mask.{key}").split("{")[0])
    assert not set(query) & set(drawn(app)["mask"]["open"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_blank_target_is_told_and_the_rest_stays(lang):
    app = started(lang=lang, mask_target="typed", mask_typed="  ")
    assert [one.value for one in app.warning] == [say(lang, "transformer_mask.blank_typed")]
    assert set(drawn(app)) == {"padding"}


def test_a_target_that_is_too_long_is_told():
    app = started("Hi.", mask_target="typed", mask_typed="mot " * 99)
    (warning,) = app.warning
    assert "99" in warning.value or "pieces" in warning.value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"), [("  ", "errors.blank"), ("I " * 99, "errors.too_long")], ids=["blank", "long"]
)
def test_what_cannot_be_translated_is_told(text, key, lang):
    app = started(text, lang)
    (warning,) = app.warning
    assert warning.value.startswith(say(lang, key).split("{")[0])
    assert not drawn(app)


def test_a_sentence_beside_it_that_cannot_be_read_is_told():
    app = started(mask_beside="I " * 99)
    (warning,) = app.warning
    assert warning.value.startswith("The sentence beside it")
    assert set(drawn(app)) == {"mask"}
