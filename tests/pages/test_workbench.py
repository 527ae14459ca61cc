"""The workbench page without a browser: links good and bad, both languages, what it imports."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.formulas import mathml
from core.scores import score_functions
from core.views.workbench import LIMITS, SITUATIONS, Setting, complete, work
from tests.pages.conftest import components

ROOT = Path(__file__).parents[2]


def run(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run().switch_page("pages/workbench.py").run()


def sent(app):
    """What the page gave the stage, the first of its components."""
    return json.loads(components(app)[0].proto.json)[0]


def setting(app):
    return Setting.read(sent(app)["answer"]["setting"])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_both_languages_are_whole(lang):
    app = run(lang=lang)
    assert not app.exception and not app.info
    assert app.title[0].value == words.say(lang, "workbench_page.title")
    assert sent(app)["strings"] == words.section(lang, "workbench")
    assert [item.label for item in app.expander] == [
        words.say(lang, f"workbench_page.{topic}") for topic in ("reading", "why", "formulas")
    ]


def test_opens_on_the_first_situation_worked_out():
    found = sent(run())
    score, first = next(iter(SITUATIONS.values()))
    assert found["open"] == {"score": score, "situation": "long", "table": False}
    worked_out = work(first)
    assert Setting.read(found["answer"]["setting"]) == worked_out.setting
    for told, one in zip(found["answer"]["scored"], worked_out.scored, strict=True):
        assert told["name"] == one.name and told["weights"] == list(one.weights)
    assert set(found["formulas"]) == set(score_functions())
    assert found["formulas"]["dot"] == mathml(score_functions()["dot"].latex)


def test_every_score_has_its_formula_and_source_in_words():
    words = " ".join(item.value for item in run().markdown)
    for name, kind in score_functions().items():
        assert f"**{name}**" in words and kind.latex in words and kind.source in words


def test_a_link_restores_everything():
    app = run(
        situation="turn",
        score="concat",
        q="1_-2.5",
        k="0_0*10_-10",
        t="0.05",
        table="1",
        **{"general.W_a": "1_2*3_4", "cosine.beta": "-3"},
    )
    assert not app.exception and not app.info
    found = setting(app)
    assert (found.query, found.keys) == ((1, -2.5), ((0, 0), (10, -10)))
    assert found.temperature == 0.05
    given = {(one.score, one.name): one.rows for one in found.parameters}
    assert given["general", "W_a"] == ((1, 2), (3, 4)) and given["cosine", "beta"] == ((-3,),)
    assert sent(app)["open"] == {"score": "concat", "situation": "turn", "table": True}


@pytest.mark.parametrize(
    ("wrong", "note"),
    [
        ({"situation": "x"}, "situation"),
        ({"score": "<b>x</b>"}, "score"),
        ({"q": "1"}, "query"),
        ({"q": "1_x"}, "query"),
        ({"q": "nan_1"}, "query"),
        ({"q": "1_2*3_4"}, "query"),
        ({"q": "11_0"}, "query"),
        ({"q": "1" * 5000}, "query"),
        ({"k": ""}, "keys"),
        ({"k": "1_2_3"}, "keys"),
        ({"k": "*".join(["1_1"] * 7)}, "keys"),
        ({"t": "0"}, "temperature"),
        ({"t": "inf"}, "temperature"),
        ({"t": "cold"}, "temperature"),
        ({"general.W_a": "1_2"}, "parameter"),
        ({"general.W_a": "1_2*3_1e9"}, "parameter"),
        ({"general.W_b": "1_2*3_4"}, "parameter"),
        ({"x.y": "1"}, "parameter"),
    ],
)
def test_a_wrong_link_is_told_and_the_rest_of_it_holds(wrong, note):
    app = run(**{"k": "1_1*2_2", "q": "3_3", **wrong})
    assert not app.exception
    limits = {"reach": "10", "most": LIMITS["keys"], "coldest": "0.05", "hottest": "20"}
    told = words.say("en", f"workbench_page.bad_{note}", **limits)
    assert [item.value for item in app.info] == [told]
    plain = complete(SITUATIONS["long"].setting)
    found = setting(app)
    assert found.query == (plain.query if "q" in wrong else (3, 3))
    assert found.keys == (plain.keys if "k" in wrong else ((1, 1), (2, 2)))
    assert (found.temperature, found.parameters) == (plain.temperature, plain.parameters)


def test_several_wrong_parameters_are_told_once():
    assert len(run(**{"x.y": "1", "x.z": "2", "t": "x"}).info) == 2


def test_the_setting_stays_while_another_page_is_open():
    app = run(q="3_3")
    app.switch_page("pages/models.py").run()
    app.switch_page("pages/workbench.py").run()
    assert not app.exception and setting(app).query == (3, 3)


def test_a_note_is_told_in_the_language_that_is_chosen_then():
    app = run(situation="x")
    app.get("button_group")[0].set_value("ko").run()
    told = words.say("ko", "workbench_page.bad_situation")
    assert [item.value for item in app.info] == [told]
