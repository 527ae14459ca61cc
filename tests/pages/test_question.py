"""What is asked stays while another page is open, goes into the link at once, and is asked anew by
a link that the session did not write."""

import json

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from core import words
from pages.shared import loading
from pages.shared.questions import Decode, Search
from tests.pages.conftest import components
from tests.pages.test_pages import ROOT

OTHER = "She works here."


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def turned(app, page):
    app.query_params.clear()  # as a browser does when it goes to another page
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def asked(app):
    return {name: value[0] if isinstance(value, list) else value
            for name, value in dict(app.query_params).items()}  # fmt: skip


def data(app):
    return json.loads(components(app)[0].proto.json)[0]


@pytest.fixture
def messages(monkeypatch):
    """What is sent to the address bar."""
    sent = []
    send = QueryParams._send_query_param_msg
    monkeypatch.setattr(
        QueryParams, "_send_query_param_msg", lambda self: (sent.append(1), send(self))
    )
    return sent


def test_all_that_was_asked_of_a_page_is_there_after_another():
    app = turned(opened(), "search")
    app.slider(key="search_width").set_value(3)
    app.selectbox(key="search_penalty").set_value("wu")
    app.number_input(key="search_seed").set_value(4).run()
    before = asked(app)
    assert (before["width"], before["penalty"], before["seed"]) == ("3", "wu", "4")
    assert asked(turned(turned(app, "models"), "search")) == before
    assert (
        app.slider(key="search_width").value == 3 and app.number_input(key="search_seed").value == 4
    )


def test_forced_words_are_there_after_another_page_and_gone_with_another_sentence():
    app = opened(text="Tom eats.", prefix="300")
    assert asked(turned(turned(app, "models"), "decode"))["prefix"] == "300"
    app = turned(app, "compare")
    app.text_input(key="compare_text").set_value(OTHER).run()
    link = asked(turned(app, "decode"))
    assert link["text"] == OTHER and "prefix" not in link


def test_models_to_compare_and_their_target_are_there_after_another_page():
    app = turned(opened(), "compare")
    app.multiselect(key="compare_models").set_value(["eng-fra-none", "eng-fra-general"]).run()
    app.selectbox(key="compare_target").set_value("eng-fra-none").run()
    before = asked(app)
    assert before["target"] == "eng-fra-none"
    assert asked(turned(turned(app, "decode"), "compare")) == before


@pytest.mark.parametrize("page", ["measurements", "models"])
def test_language_and_size_stand_in_the_link_of_every_page(page):
    app = turned(opened(lang="ko", projector="1"), page)
    assert asked(app) == {"lang": "ko", "projector": "1"}


def test_a_page_and_a_question_are_written_at_once_and_what_stays_is_not(messages):
    app = opened()
    assert len(messages) == 1
    app.run()
    assert len(messages) == 1
    turned(app, "search")
    assert len(messages) == 2
    app.text_input(key="search_text").set_value(OTHER)
    app.slider(key="search_width").set_value(3).run()
    assert len(messages) == 3 and asked(app)["width"] == "3"
    turned(app, "models")
    assert len(messages) == 4


def test_whoever_goes_back_is_asked_what_stood_there():
    app = opened(text="Tom eats.")
    before = dict(app.query_params)
    app.text_input(key="text").set_value(OTHER).run()
    assert asked(app)["text"] == OTHER
    app.query_params.clear()
    for name, value in before.items():  # as the browser does
        app.query_params[name] = value
    app.run()
    assert app.text_input(key="text").value == "Tom eats."
    assert json.loads(data(app)["trace"])["typed"] == "Tom eats."
    app.text_input(key="text").set_value(OTHER).run()
    assert json.loads(data(app)["trace"])["typed"] == OTHER


def test_the_link_says_what_is_left_out_and_what_stands_instead():
    given = {"width": "11", "model": "<b>", "best": "9", "head": "cross.9"}
    found, notes = Search.read(given)
    assert (found.width, found.model, found.best) == (5, Search.usual().model, 5)
    keys = ["errors.model", "search_page.wrong_number", "search_page.fewer", "head.wrong"]
    assert [note.key for note in notes] == keys


def test_another_sentence_drops_what_belonged_to_the_last():
    one = Decode.usual(prefix=(1, 2))
    assert one.follow(text=one.text).prefix == (1, 2)
    assert one.follow(text=OTHER).prefix == one.follow(model="eng-fra-none").prefix == ()


@pytest.mark.parametrize("prefix", [(10**6,), (-1,), (3, 5), (9,) * 500])
def test_words_that_no_translation_begins_with_are_refused(prefix):
    with pytest.raises(loading.Refused) as refusal:
        loading.translate("eng-fra-general", OTHER, prefix)
    assert refusal.value.key == "errors.prefix"


def test_any_other_mistake_says_itself_what_it_is():
    """An error of a page is never told as a mistake of the person's."""
    with pytest.raises(ValueError, match="temperature"):
        loading.translate("eng-fra-general", OTHER, (9,), temperature=-1.0)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_tab_is_called_by_the_page_and_its_sentence(lang):
    app = opened(text="Tom eats.", lang=lang)
    assert app.session_state.tab == f"Tom eats. · {words.say(lang, 'frame.decode')} · Heed"
