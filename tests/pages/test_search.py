"""The beam search page without a browser: what a link may ask, and what bad input gets."""

import json
import threading

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.heads import head_name
from core.trace import Trace
from core.tree import Search as How
from core.views import search as view
from pages.shared import loading, questions, searching
from tests.pages.conftest import components
from tests.pages.test_pages import ROOT, TRANSFORMER


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if "lang" in query:
        app.query_params["lang"] = query.pop("lang")
    app.run()
    app.query_params.clear()  # as a browser does when it goes to another page
    for key in ("asked_text", "asked_model"):
        if key in app.session_state:
            del app.session_state[key]
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("pages/search.py").run()


def data(app):
    return json.loads(components(app)[0].proto.json)[0]


def traces(app):
    return {one["key"]: json.loads(one["trace"]) for one in data(app)["runs"]}


def notes(app):
    return " ".join(item.value for item in [*app.info, *app.warning, *app.error])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_both_languages_are_whole(lang):
    app = opened(lang=lang)
    assert not app.exception
    assert app.title[0].value == words.say(lang, "search_page.title")
    expected = {**words.section(lang, "stage"), **words.section(lang, "search")}
    assert data(app)["strings"] == expected
    assert not notes(app)


def test_it_opens_on_three_runs_of_the_example():
    found = traces(opened())
    assert [*found] == ["greedy", "beam", "sampling"]
    assert {one["typed"] for one in found.values()} == {"I did not know that you were there."}
    assert [one["tree"]["search"]["beam"] for one in found.values()] == [1, 5, 1]


def test_a_link_is_followed():
    found = traces(
        opened(text="I sing.", width="3", penalty="wu", alpha="0.9", best="2", limit="9",
               temperature="0.7", top_k="5", top_p="0.9", seed="4")
    )  # fmt: skip
    search = found["beam"]["tree"]["search"]
    assert (search["beam"], search["best"], search["limit"]) == (3, 2, 9)
    assert (search["penalty"], search["alpha"]) == ("wu", 0.9)
    assert found["sampling"]["tree"]["search"]["sampling"] == {
        "temperature": 0.7, "top_k": 5, "top_p": 0.9, "seed": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"width": "0"}, ("Beam width", "0", "1 to 10")),
        ({"width": "11"}, ("Beam width", "11", "1 to 10")),
        ({"width": "x"}, ("Beam width", "x", "1 to 10")),
        ({"width": "nan"}, ("Beam width", "nan")),
        ({"penalty": "long"}, ("long", "none, average, wu")),
        ({"alpha": "-5"}, ("α", "-5", "0.0 to 2.0")),
        ({"alpha": "nan"}, ("α", "nan")),
        ({"best": "9"}, ("it is 5 now",)),
        ({"limit": "0"}, ("Greatest length", "automatic")),
        ({"temperature": "0"}, ("greedy decoding",)),
        ({"temperature": "-1"}, ("Temperature", "-1")),
        ({"top_p": "0"}, ("top-p of 0",)),
        ({"top_p": "1.5"}, ("Top-p", "1.5")),
        ({"top_k": "-1"}, ("Top-k", "-1")),
        ({"seed": "x"}, ("Seed", "x")),
        ({"run": "magic"}, ("a tree that does not exist",)),
        ({"node": "9999"}, ("a node that this tree does not have",)),
        ({"node": "0.99"}, ("a node",)),
        ({"node": "²"}, ("a node",)),
        ({"step": "99"}, ("a step",)),
        ({"model": "eng-fra-magic"}, ("a model that is not here",)),
        ({"prefix": "3.5"}, ("do not fit this model",)),  # something after the end mark
        ({"prefix": "99999"}, ("do not fit this model",)),
        ({"prefix": "a.b"}, ("chosen words",)),
        ({"prefix": ".".join(["9"] * 200)}, ("200 tokens", "30 at most")),
        ({"limit": "3", "prefix": "9.9.9.9"}, ("4 tokens", "3 at most")),
        ({"text": "   "}, ("Type a sentence and press Enter",)),
        ({"text": "a " * 200}, ("tokens; the model reads 60",)),
    ],
    ids=str,
)
def test_bad_input_gets_a_clear_answer(query, told):
    app = opened(**query)
    assert not app.exception
    assert all(words in notes(app) for words in told), notes(app)
    assert "beam" in traces(app)


def test_no_temperature_leaves_two_runs():
    assert [*traces(opened(temperature="0"))] == ["greedy", "beam"]


def test_the_widgets_ask_anew_and_a_narrow_beam_says_what_it_cannot_give():
    app = opened()
    app.slider(key="search_width").set_value(2).run()
    assert traces(app)["beam"]["tree"]["search"]["beam"] == 2
    assert "it is 2 now" in notes(app)
    app.text_input(key="search_text").set_value("Tom eats.").run()
    assert traces(app)["beam"]["typed"] == "Tom eats." and not notes(app)


def test_the_widths_are_compared_on_request():
    app = opened(text="Tom eats.")
    assert not app.dataframe
    app.toggle(key="search_widths").set_value(True).run()
    frame = app.dataframe[0].value
    assert [*frame.iloc[:, 0]] == [1, 2, 3, 4, 5, 6, 8, 10] and "chrF" not in frame
    app.text_input(key="search_reference").set_value("Tom mange.").run()
    assert app.dataframe[0].value["chrF"].between(0, 100).all()


def test_the_sentence_follows_from_page_to_page():
    app = opened(text="Tom eats.", model="eng-fra-none")
    app.switch_page("pages/decode.py").run()
    assert not app.exception
    assert json.loads(data(app)["trace"])["typed"] == "Tom eats."
    app.text_input(key="text").set_value("I sing.").run()
    app.switch_page("pages/search.py").run()
    assert traces(app)["beam"]["typed"] == "I sing."
    assert traces(app)["beam"]["model"]["name"] == "eng-fra-none"


def test_forced_words_of_a_link_can_be_taken_back():
    app = opened(text="Tom eats.", prefix="300")
    assert data(app)["history"] == {"undo": True, "redo": False, "reset": True}
    assert data(app)["before"]["text"] and traces(app)["beam"]["tree"]["steps"][0]["forced"]


def test_words_forced_before_that_no_longer_fit_do_no_harm():
    app = opened(text="Tom eats.", prefix="300.301.302.303")
    app.session_state.search_history = app.session_state.search_history.push((300,))
    app.number_input(key="search_limit").set_value(3).run()
    assert not app.exception and data(app)["before"] is None


@pytest.mark.parametrize("temperature", ["1e-310", "0.001"])
def test_a_tiny_temperature_draws_the_likeliest(temperature):
    found = traces(opened(text="Tom eats.", temperature=temperature))
    assert [s["token"] for s in found["sampling"]["tree"]["steps"]] == [
        s["token"] for s in found["greedy"]["tree"]["steps"]
    ]


def test_the_links_mistakes_are_told_once():
    app = opened(step="99")
    assert "a step" in notes(app)
    app.slider(key="search_width").set_value(4).run()
    assert not notes(app)


def test_a_transformer_is_searched_and_one_head_of_it_drawn(with_transformer):
    asked = {"model": TRANSFORMER, "text": "I sing.", "limit": "5", "width": "2"}
    app = opened(**asked)
    assert not app.exception and not notes(app)
    # It opens on one head, whose scores and context can be shown.
    assert data(app)["head"] == head_name("cross.2.1", "en") and "head" not in app.query_params
    named = {"head": head_name("cross.2.1", "en"), "count": 4}
    assert words.say("en", "head.usual_first", **named) in [one.value for one in app.caption]
    app.selectbox(key="cross_head").set_value("cross.1.2").run()
    assert not app.exception and app.query_params["head"] == "cross.1.2"
    whole = loading.search(TRANSFORMER, "I sing.", (), How(2, 2, 5, "none", 0.6))
    (drawn,) = [one["trace"] for one in data(app)["runs"] if one["key"] == "beam"]
    assert Trace.from_json(drawn) == whole.only("cross.1.2")
    assert len(drawn) < len(whole.to_json())
    again = opened(**asked, head="cross.1.2")
    assert not notes(again) and data(again)["runs"] == data(app)["runs"]
    assert notes(opened(**asked, head="cross.7")) == words.say("en", "head.wrong")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_what_a_forced_word_did_is_said(lang):
    assert searching.change(-3.0, -3.0 + view.NOISE / 2, True, lang) == ""
    for now, missed, key in ((-4.0, True, "less_probable"), (-2.0, True, "missed"),
                             (-2.0, False, "more_probable")):  # fmt: skip
        told = words.say(lang, f"search.{key}", factor=searching.times(1.0))
        assert searching.change(-3.0, now, missed, lang) == told and "2.72" in told


def test_the_likeliest_of_several_runs_is_marked():
    runs = searching.runs(questions.Search.usual(text="I sing."))
    drawn = view.payload(runs, dict.fromkeys(runs, ""), "en")["runs"]
    most = max(runs[one["key"]].path()[-1].total for one in drawn)
    for one in drawn:
        assert one["likeliest"] == (runs[one["key"]].path()[-1].total >= most - view.NOISE)
    alone = view.payload({"beam": runs["beam"]}, {"beam": ""}, "en")["runs"]
    assert [one["likeliest"] for one in alone] == [False]


def test_settings_that_are_out_of_sight_are_counted():
    def told(**query):
        return opened(**query).get("popover")[0].proto.popover.label

    assert told() == words.say("en", "decode.settings")
    assert told(penalty="wu", alpha="0.9", seed="7").endswith("(3)")


def test_searches_are_made_together_and_each_but_once(monkeypatch):
    made = []

    def work(name, text, prefix, hows):
        made.append(len(hows))
        return [f"{text} {how.beam}" for how in hows]

    monkeypatch.setattr(loading, "_search", work)
    asked = "some-model", "Of searches beside each other.", ()
    one, two, three = (How(beam, 1, None, "none", 0.6) for beam in (1, 2, 3))
    people = [
        threading.Thread(target=loading.searches, args=(*asked, (one, two))) for _ in range(4)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(10)
    assert made == [2], "one works for all who ask the same"
    found = loading.searches(*asked, (one, two, three))
    assert found == [f"{asked[1]} {beam}" for beam in (1, 2, 3)] and made == [2, 1]
    assert loading.search(*asked, two) == found[1] and made == [2, 1]
