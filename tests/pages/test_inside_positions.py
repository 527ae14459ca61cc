"""Positions on their page: an order of the words, another one, and what cannot be shown."""

import pytest

from core.tree import Token
from core.views.positions import shuffle
from core.words import LANGUAGES, say, section
from tests.pages import conftest
from tests.pages.conftest import EXAMPLES, TEXT, opened


def started(text=TEXT, lang="en", **query):
    return opened("positions", text, lang, **query)


def drawn(app):
    return conftest.drawn(app)["positions"]


def order(data, seed):
    """The order of that seed."""
    return list(shuffle([Token(*one) for one in data["source"]], seed))


def test_shuffling_again_is_another_order_and_stands_in_the_link():
    app = started()
    first = drawn(app)
    assert first["order"] == order(first, 1) and "positions_seed" not in app.query_params
    app.button[0].click().run()
    second = drawn(app)
    assert second["order"] == order(second, 2) != first["order"]
    assert app.query_params["positions_seed"] == "2"
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
    assert note.value.startswith(say(lang, f"positions.{key}").split("{")[0])
    assert drawn(app)["order"] == order(drawn(app), 1)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hello!", "positions.one_word"),
        ("...", "positions.one_word"),
        (" ", "errors.blank"),
        ("I " * 99, "errors.too_long"),
    ],
    ids=["one word", "no word", "blank", "long"],
)
def test_what_cannot_be_shown_is_told_above_an_example(text, key, lang):
    app = started(text, lang)
    (warning,) = app.warning
    assert warning.value.startswith(conftest.template(lang, key).split("{")[0])
    assert drawn(app)["typed"] == EXAMPLES[0] != TEXT
    (still,) = app.caption
    assert EXAMPLES[0] in still.value


def test_the_last_picture_stays_and_the_links_mistakes_are_history():
    app = started(positions_at="here")
    assert len(app.info) == 1
    app.session_state.text = "  "
    app.run()
    assert drawn(app)["typed"] == TEXT and not app.info and len(app.warning) == 1
    app.session_state.text = "My sisters are very tired."
    app.run()
    assert drawn(app)["typed"] == app.session_state.text
    assert not app.info and not app.warning and not app.caption
    app.session_state.text = "Hello!"
    app.run()
    assert drawn(app)["typed"] == "My sisters are very tired." and len(app.warning) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_decoder_alone_has_positions_and_a_mask(lang):
    app = opened("positions", "The old man saw the young dog and", lang, "eng-gpt")
    data = drawn(app)
    assert data["order"] == order(data, 1) and data["order"][0] == 0
    assert tuple(data["moved"]["shape"]) == (3, len(data["source"]))
    honest = section(lang, "positions", "write")["honest_text"].strip()
    assert honest in [one.value for one in app.markdown]
    app.session_state.text = "Hello!"
    app.run()
    assert app.warning[0].value == section(lang, "positions", "write")["one_word"]
