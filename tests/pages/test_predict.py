"""Predict: what the page asks, what of it the link says, and the way there from other pages."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.exercises import KINDS
from tests.pages.conftest import drawn
from tests.pages.test_pages import ROOT

BOOK = "She gave him the red book."


def opened(page="predict", **query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_ten_exercises_each_of_which_says_all(lang):
    data = drawn(opened(lang=lang))["predict"]
    assert len(data["exercises"]) == 10
    for one in data["exercises"]:
        assert one["kind"] in KINDS and one["ask"] and one["why"]
        told = json.dumps([one["ask"], one["why"]], ensure_ascii=False)
        assert "{" not in told and "nan" not in told


def test_a_link_says_which_ten_and_the_same_link_gives_the_same():
    asked = {"text": BOOK, "model": "eng-fra-concat", "kind": "row", "seed": "4", "lang": "en"}
    one, other = (drawn(opened(**asked))["predict"] for _ in range(2))
    assert one["exercises"] == other["exercises"] and one["seed"] == 4
    assert {each["kind"] for each in one["exercises"]} == {"row"}
    app = opened(**asked, step="5", number="2")
    data = drawn(app)["predict"]
    assert data["exercises"][0]["step"] == 5 and data["open"]["number"] == "2"
    assert app.query_params["kind"] in ("row", ["row"])
    assert app.query_params["step"] in ("5", ["5"])


def test_what_there_is_not_is_told_or_left_out():
    app = opened(text=BOOK, model="eng-fra-general", kind="nowhere", seed="0", lang="en")
    assert [one.value for one in app.info][:1] == [
        words.say("en", "predict_page.wrong", given="nowhere", names=", ".join(("all", *KINDS)))
    ]
    assert drawn(app)["predict"]["seed"] == 1
    none = drawn(opened(text=BOOK, model="eng-fra-none", kind="head", lang="en"))["predict"]
    assert none["exercises"] == [], "no attention, no heads"


@pytest.mark.parametrize("page", ["decode", "search", "compare", "transformer"])
def test_other_pages_lead_here_with_their_sentence(page):
    app = opened(page, text=BOOK, lang="en")
    label = words.say("en", "predict_page.go")
    (go,) = [one for one in app.button if one.label == label]
    go.click().run()
    assert not app.exception
    data = drawn(app)["predict"]
    assert data["typed"] == BOOK and data["exercises"]
