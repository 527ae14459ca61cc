"""The page of pictures without a browser: links good and bad, boards that are none, pictures of
one's own, another language, and what is changed on the board."""

import io
import json

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.about import About, write_about
from core.checkpoint import save_model
from core.models.picture import PictureConfig, PictureModel
from core.pictures.board import HOLDS
from core.pictures.photo import BEGINS, text_of
from core.pictures.tongue import tongue
from core.tokenisers.words import Words
from pages.shared import drawn, loading
from pages.shared.drawn import EXAMPLES, Pictures
from tests.pages.conftest import components, template
from tests.pages.test_pages import ROOT


@pytest.fixture
def seers(tmp_path, monkeypatch):
    """Two random models that write captions, one a language."""
    place = tmp_path / "runs"
    for code in ("eng", "kor"):
        vocabulary = Words.train(tongue(code).sentences(), 1000)
        torch.manual_seed(0)
        model = PictureModel(PictureConfig(len(vocabulary), size=8, channels=8))
        folder = place / f"{code}-sights"
        save_model(folder, model.config, model.state_dict(), vocabulary)
        write_about(About(code, code, task="pictures"), folder)
    monkeypatch.setenv(manifest.PLACES, str(place))
    yield place
    loading.forget()


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    app.switch_page("pages/pictures.py")
    app.query_params.clear()
    for key, value in {"model": "eng-sights", **query}.items():
        app.query_params[key] = value
    if "lang" in query:
        app.session_state.lang = query["lang"]
    app.run()
    assert not app.exception
    return app


def sent(app):
    """What the page gave the stage."""
    return json.loads(components(app)[0].proto.json)[0]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_a_finished_picture(seers, lang):
    app = opened(lang=lang)
    assert app.title[0].value == words.say(lang, "pictures.title")
    found = sent(app)
    assert [one["thing"] for one in found["placed"]] == ["fox", "pizza"]
    assert found["strings"]["board"] == words.say(lang, "pictures.board")
    assert len(found["things"]) == 80 and not app.warning
    assert app.query_params["board"] == EXAMPLES[0]
    assert any("CC BY-SA 4.0" in one.value for one in app.caption)


def test_a_link_restores_the_board(seers):
    app = opened(board=EXAMPLES[2], unit="cells", light="off", step="2")
    found = sent(app)
    assert [one["thing"] for one in found["placed"]] == ["cat", "cat", "cat", "house"]
    assert found["open"] == {"step": 1, "unit": "cells", "light": "off", "table": False}


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"), ("wolf 1,2,20", "unknown"), ("fox 1,2", "unread"), ("fox 1,2,60", "size"),
        ("fox 60,2,20", "outside"), ("; ".join(["fox 1,2,20"] * 40), "many"),
        (f"{BEGINS}AAAA", "no_picture"),
    ],
)  # fmt: skip
def test_what_is_no_board_gets_a_sentence(seers, lang, text, key):
    app = opened(lang=lang, board=text)
    said = template(lang, f"pictures_page.{key}").split("{")[0]
    assert len(app.warning) == 1 and app.warning[0].value.replace("\\", "").startswith(said)
    assert sent(app)["placed"]  # an example stands there


def test_what_a_person_wrote_is_text(seers):
    app = opened(board="<b>wolf</b> 1,2,20")
    assert "<b>" not in app.warning[0].value


def test_another_board_and_another_model(seers):
    app = opened()
    app.selectbox(key="pictures_example").set_value(EXAMPLES[3]).run()
    assert [one["thing"] for one in sent(app)["placed"]] == ["house", "sailboat", "bicycle"]
    app.text_area(key="pictures_text").set_value("owl 4,4,20").run()
    assert [one["thing"] for one in sent(app)["placed"]] == ["owl"]
    app.selectbox(key="pictures_model").set_value("kor-sights").run()
    found = sent(app)
    assert found["tongues"]["target"] == "ko" and found["placed"][0]["thing"] == "owl"
    app.text_area(key="pictures_text").set_value("owl 4,4,90").run()
    assert len(app.warning) == 1 and sent(app)["placed"] == found["placed"]


def test_a_picture_of_ones_own_is_shown_and_stands_in_no_link(seers, monkeypatch):
    file = io.BytesIO()
    Image.new("RGB", (200, 100), "red").save(file, "PNG")
    text = text_of(file.getvalue())
    question, notes = Pictures.read({"board": text, "model": "eng-sights"})
    assert not notes and question.parameters()["board"] == ""
    app = opened(board=text)
    found = sent(app)
    assert found["own"] and found["placed"] == [] and "board" not in app.query_params
    assert found["truth"]["right"] is None
    app.selectbox(key="pictures_model").set_value("kor-sights").run()
    assert sent(app)["own"]  # the session keeps it


def test_a_board_holds_no_more(seers):
    with pytest.raises(loading.Refused) as refused:
        drawn.captioned("eng-sights", "; ".join(["fox 1,2,20"] * (HOLDS + 1)))
    assert refused.value.key == "pictures_page.many"


def test_without_a_model_the_page_says_how_to_train_one(monkeypatch):
    monkeypatch.setattr(drawn, "captioners", dict)
    app = opened()
    assert "--task pictures" in app.info[0].value
