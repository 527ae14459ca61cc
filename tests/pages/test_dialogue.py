"""The page of dialogue without a browser: answers, links good and bad, and turns that get none."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.tasks.dialogue.fit import unfit
from pages.shared import loading
from tests.pages.conftest import components, template
from tests.pages.test_pages import ROOT


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    app.switch_page("pages/dialogue.py")
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    if "lang" in query:
        app.session_state.lang = query["lang"]
    app.run()
    assert not app.exception
    return app


def sent(app):
    """What the page gave the stage."""
    return json.loads(components(app)[0].proto.json)[0]


def test_a_turn_has_answers_of_both_ways():
    data = sent(opened(model="eng-dialogue", text="How are you?", count="3"))
    assert [one["way"] for one in data["answers"]] == ["beam"] * 3 + ["sampling"] * 3
    assert data["turn"][-1] == "</s>" and "How" in data["turn"]
    totals = [one["total"] for one in data["answers"][:3]]
    assert totals == sorted(totals, reverse=True)


def test_the_same_link_has_the_same_answers():
    asked = {"model": "kor-dialogue", "text": "배고파", "seed": "7", "lang": "ko"}
    first, again = sent(opened(**asked)), sent(opened(**asked))
    assert first["answers"] == again["answers"]
    other = sent(opened(**{**asked, "seed": "8"}))
    assert other["answers"] != first["answers"]


@pytest.mark.parametrize(
    ("model", "text", "lang"),
    [("eng-dialogue", "I want to die.", "en"), ("kor-dialogue", "죽고 싶어", "ko")],
)
def test_what_no_model_learnt_from_gets_no_answer(model, text, lang):
    assert unfit(text, model[:3])
    app = opened(model=model, text=text, lang=lang)
    assert [one.value for one in app.warning] == [words.say(lang, "errors.withheld")]
    assert text not in json.dumps(sent(app), ensure_ascii=False)
    with pytest.raises(loading.Refused):  # and so on every other page
        loading.translate(model, text, ())


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"text": " "}, "errors.blank"), ({"text": "word " * 400}, "errors.too_long")],
)
def test_what_cannot_be_answered_is_told(asked, told):
    app = opened(model="eng-dialogue", **asked)
    assert any(template("en", told).split("{")[0] in one.value for one in app.warning)


@pytest.mark.parametrize("wrong", [{"count": "99"}, {"temperature": "0"}, {"answer": "77"}])
def test_a_link_that_is_wrong_is_told_and_the_page_is_whole(wrong):
    app = opened(model="eng-dialogue", text="How are you?", **wrong)
    assert app.info and sent(app)["answers"]
