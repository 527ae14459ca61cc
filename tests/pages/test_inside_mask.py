"""The mask on its page: what is drawn, what a link restores, and what cannot be shown."""

import re

import pytest

from core.words import LANGUAGES, say
from pages.shared.frame import literal
from tests.pages.conftest import EXAMPLES, TEXT, drawn, opened, template


def started(text=TEXT, lang="en", **query):
    return opened("mask", text, lang, **query)


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
        ({"mask_head": "9.9"}, "mask.bad_head"),
        ({"mask_head": "<b>"}, "mask.bad_head"),
        ({"padding_head": "0"}, "padding.bad_head"),
        ({"mask_step": "0"}, "mask.bad_step"),
        ({"mask_step": "x"}, "mask.bad_step"),
        ({"mask_view": "heat"}, "mask.bad_view"),
        ({"padding_mask": "no"}, "padding.bad_mask"),
        ({"mask_target": "hers"}, "mask.bad_target"),
    ],
    ids=str,
)
def test_what_a_link_gets_wrong_is_told(query, key, lang):
    app = started(lang=lang, **query)
    (note,) = app.info
    before, after = say(lang, key).split("{given}")
    (given,) = query.values()
    assert note.value.startswith(before + literal(given) + after.split("{")[0])
    assert "{" not in note.value
    assert not set(query) & set(drawn(app)["mask"]["open"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_blank_target_is_told_and_the_models_own_stands_there(lang):
    app = started(lang=lang, mask_target="typed", mask_typed="  ")
    assert [one.value for one in app.warning] == [say(lang, "mask.blank_typed")]
    assert drawn(app)["mask"]["target"] == drawn(started())["mask"]["target"]


def test_while_a_target_is_blank_or_too_long_the_last_one_stays():
    app = started(mask_target="typed", mask_typed="Bonjour.")
    shown = drawn(app)["mask"]["target"]
    app.text_input(key="mask_typed").set_value("").run()
    assert [one.value for one in app.warning] == [say("en", "mask.blank_typed")]
    assert drawn(app)["mask"]["target"] == shown
    app.text_input(key="mask_typed").set_value("mot " * 99).run()
    (warning,) = app.warning
    length, limit = map(int, re.findall(r"\d+", warning.value))
    told = say("en", "compare.long_target", length=length, limit=limit)
    assert warning.value == told and length > 99 > limit
    assert drawn(app)["mask"]["target"] == shown


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"), [("  ", "errors.blank"), ("I " * 99, "errors.too_long")], ids=["blank", "long"]
)
def test_what_cannot_be_translated_is_told_and_a_picture_stands_there(text, key, lang):
    app = started(text, lang)
    (warning,) = app.warning
    assert warning.value.startswith(template(lang, key).split("{")[0])
    found = drawn(app)
    assert found["mask"]["typed"] == found["padding"]["typed"][0] == EXAMPLES[0]


def test_while_the_sentence_beside_it_cannot_be_read_the_last_one_stays():
    app = started(mask_beside="He reads.")
    app.text_input(key="mask_beside").set_value("I " * 99).run()
    (warning,) = app.warning
    assert warning.value.startswith("The sentence beside it: This sentence has")
    assert drawn(app)["padding"]["typed"] == [TEXT, "He reads."]
