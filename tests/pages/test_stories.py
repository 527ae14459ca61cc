"""The page of stories without a browser: links good and bad, texts that are no stories, another
language, and what is changed in the picture."""

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.about import About, write_about
from core.checkpoint import save_model
from core.models.hops import HopsConfig, HopsModel
from core.stories.story import MOST
from core.stories.tongue import tongue
from core.tokenisers.words import Words
from pages.shared import loading, telling
from tests.pages.conftest import components, template
from tests.pages.test_pages import ROOT

ENGLISH, KOREAN = tongue("eng"), tongue("kor")
CLASSIC = ENGLISH.examples[0]


@pytest.fixture
def tales(tmp_path, monkeypatch):
    """Two random models that answer, one a language."""
    place = tmp_path / "runs"
    for told in (ENGLISH, KOREAN):
        vocabulary = Words.train(told.sentences(), 4000)
        torch.manual_seed(0)
        model = HopsModel(HopsConfig(len(vocabulary), vocabulary.encode(".")[0], size=8))
        folder = place / f"{told.code}-tales"
        save_model(folder, model.config, model.state_dict(), vocabulary)
        write_about(About(told.code, told.code, task="stories"), folder)
    monkeypatch.setenv(manifest.PLACES, str(place))
    yield place
    loading.forget()


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    app.switch_page("pages/stories.py")
    app.query_params.clear()
    for key, value in {"model": "eng-tales", **query}.items():
        app.query_params[key] = value
    if "lang" in query:
        app.session_state.lang = query["lang"]
    app.run()
    assert not app.exception
    return app


def sent(app):
    """What the page gave the stage."""
    return json.loads(components(app)[0].proto.json)[0]


def lines(app):
    return [line["text"] for line in sent(app)["lines"]]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_the_classic_in_both_languages(tales, lang):
    app = opened(lang=lang)
    assert lines(app) == CLASSIC.split("\n")
    assert not app.warning and not app.info
    assert app.title[0].value == words.say(lang, "stories.title")
    assert sent(app)["strings"]["story"] == words.say(lang, "stories.story")
    assert app.query_params["story"] in (CLASSIC, [CLASSIC])
    assert [one.label for one in app.expander][:3] == [
        words.say(lang, f"stories_page.{topic}") for topic in ("reading", "why", "trying")
    ]


def test_a_link_holds_the_story_and_the_look(tales):
    other = ENGLISH.examples[2]
    app = opened(story=other, step="1", table="1", unit="lines")
    assert lines(app) == other.split("\n")
    assert sent(app)["open"] == {"step": 0, "unit": "lines", "table": True}
    app = opened(step="9")
    assert app.info and sent(app)["open"]["step"] is None


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"), ("Joe went to the kitchen.", "no_question"),
        ("Where is Joe?", "no_statements"), ("Joe went to the kitchen. Where is?", "nobody"),
        ("Where is Joe?\nJoe went to the kitchen.\nWhere is Joe?", "early_question"),
        ("Joe went to the **zoo**. Where is Joe?", "unknown"),
        ("Joe went to the kitchen.\n" * (MOST + 1) + "Where is Joe?", "long"),
    ],
)  # fmt: skip
def test_what_is_no_story_is_told_and_the_picture_stays(tales, text, key, lang):
    app = opened(lang=lang)
    app.text_area(key="stories_story").set_value(text).run()
    assert not app.exception
    said = template(lang, f"stories_page.{key}")
    assert len(app.warning) == 1
    assert app.warning[0].value.startswith(said.partition("{")[0].partition("“")[0])
    assert "**zoo**" not in app.warning[0].value  # never markup
    assert lines(app) == CLASSIC.split("\n")


def test_a_question_about_somebody_else_is_answered_and_doubted(tales):
    app = opened(story=CLASSIC.replace("Where was Joe before the office?", "Where is Anna?"))
    truth = sent(app)["truth"]
    assert truth["answer"] is None and "Anna" in truth["told"] and not app.warning


def test_an_example_takes_the_place_of_the_story(tales):
    app = opened()
    app.selectbox(key="stories_example").set_value(ENGLISH.examples[1]).run()
    assert lines(app) == ENGLISH.examples[1].split("\n")


def test_another_model_is_told_the_story_in_its_language(tales):
    app = opened(story=CLASSIC.replace("office", "park"))
    app.selectbox(key="stories_model").set_value("kor-tales").run()
    assert lines(app)[-1] == "수진은 공원에 가기 전에 어디에 있었나요?"
    app.selectbox(key="stories_model").set_value("eng-tales").run()
    assert "park" in lines(app)[-1]


def test_a_story_that_is_not_understood_gives_way_to_an_example(tales):
    models = telling.answerers()
    found = telling.suited("Joe sat down. Where is Joe?", models["eng-tales"], models["kor-tales"])
    assert found == KOREAN.examples[0]
    assert telling.suited("x", None, models["kor-tales"]) == "x"


def test_models_that_answer_are_in_no_other_menu(tales):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.query_params["model"] = "eng-tales"
    app.run()
    assert not app.exception
    assert "eng-tales" not in app.selectbox(key="model").options
    assert app.info  # the link asked for a model that this page has not


@pytest.mark.parametrize(("lang", "code"), [("en", "eng"), ("ko", "kor")])
def test_the_page_opens_on_a_model_of_the_language_in_which_it_is_read(lang, code):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.query_params["lang"] = lang
    app.run()
    app.switch_page("pages/stories.py").run()
    assert not app.exception
    name = app.selectbox(key="stories_model").value
    assert manifest.entry(name).source == code, "where the box has one"
