"""The page of explanations without a browser: what it draws, searches, and links good and bad."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import manifest
from core.about import TRANSLATION
from pages.shared import explaining, loading
from tests.pages.conftest import TRANSFORMER, drawn, template, with_transformer  # noqa: F401
from tests.pages.test_pages import ROOT

MODEL, TEXT = "eng-fra-general", "Tom sings."


@pytest.fixture(scope="module", autouse=True)
def forgetting():
    yield
    loading.forget()


def opened(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page("pages/explain.py")
    app.query_params.clear()
    for key, value in {"text": TEXT, "model": MODEL, **query}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def infos(app):
    return [one.value for one in (*app.info, *app.warning)]


def test_it_opens_with_all_rows_and_searches_what_the_link_asks():
    found = drawn(opened())["explain"]
    assert [row["kind"] for row in found["rows"]][:3] == ["attention", "norms", "gradient"]
    assert found["missing"] == ["rollout", "flow"] and found["pick"]
    trace = loading.translate(MODEL, TEXT, ())
    token = trace.path()[1].expansion.candidates[1]
    app = opened(word=f"2.{token.id + 1}", far="1", epsilon="0.1")
    found = drawn(app)["explain"]
    assert not infos(app)
    assert (found["found"]["step"], found["found"]["piece"]) == (1, token.piece)
    assert found["farthest"]["changed"] <= found["epsilon"] == 0.1
    assert app.query_params["word"] in (f"2.{token.id + 1}", [f"2.{token.id + 1}"])


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"word": "99.5"}, "explain.wrong_word"),
        ({"word": "x"}, "explain.wrong_word"),
        ({"word": "1.99999"}, "explain.wrong_word"),
        ({"far": "99"}, "explain.wrong_far"),
        ({"row": "magic"}, "explain.wrong_row"),
        ({"step": "99"}, "errors.step"),
        ({"links": "9-9"}, "explain.wrong_link"),
        ({"links": "1~1"}, "explain.wrong_link"),
        ({"model": "eng-fra-none", "word": "1.5"}, "explain.wrong_word"),
    ],
)
def test_a_wrong_link_is_told_in_a_sentence(query, key):
    app = opened(**query)
    told = template("en", key).split("{")[0] or template("en", key).split("}")[1][:30]
    assert any(told.strip("“”") in one for one in infos(app)), infos(app)
    assert "explain" in drawn(app)


def test_the_step_that_is_shown_is_worked_out_and_others_when_they_are_asked():
    text = "He eats."
    count = len(loading.translate(MODEL, text, ()).path())
    app = opened(text=text, step="1")
    assert drawn(app)["explain"]["steps"] == [0]
    app.session_state.explain_step = 2  # as the stage asks for it
    app.run()
    assert drawn(app)["explain"]["steps"] == [0, 2]
    app.session_state.explain_step = explaining.ALL
    app.run()
    assert drawn(app)["explain"]["steps"] == [*range(count)]


def test_the_sentence_that_is_stored_with_a_model_needs_no_work():
    for name, entry in manifest.entries().items():
        if entry.task == TRANSLATION:
            found = explaining._example(name, entry.sentence, (), "cross")
            assert len(found.steps) == len(loading.stored(name).path()), name
    assert explaining._example(MODEL, TEXT, (), "cross") is None
    assert explaining._example(MODEL, manifest.entry(MODEL).sentence, (7,), "cross") is None


def test_links_that_a_person_drew_are_a_row():
    app = opened(target="Tom chante.", links="1-1 2p2")
    found = drawn(app)["explain"]
    assert found["rows"][-1]["kind"] == "human"
    assert not infos(app)


def test_pairs_of_ones_own_are_offered_where_they_are(tmp_path, monkeypatch):
    (tmp_path / "hansards.eng-fra.txt").write_text(
        "my friend sings well . ||| mon ami chante bien .\nno ||| non\n", encoding="utf-8"
    )
    (tmp_path / "hansards.eng-fra.gold").write_text("1-1 2-2 3-3 4-4 5-5\n1-1\n", encoding="utf-8")
    monkeypatch.setenv("HEED_DATA", str(tmp_path))
    explaining.aligned.cache_clear()
    (pair,) = explaining.offers(MODEL)
    assert pair.links == "1-1 2-2 3-3 4-4 5-5" and pair.target == "mon ami chante bien ."
    app = opened()
    app.selectbox(key="explain_pair").select(pair).run()
    assert not app.exception
    found = drawn(app)["explain"]
    assert found["rows"][-1]["kind"] == "human"
    assert app.query_params["links"] in (pair.links, [pair.links])
    explaining.aligned.cache_clear()


def test_a_transformer_has_every_row_and_a_head(with_transformer):  # noqa: F811
    app = opened(model=TRANSFORMER, head="cross.2.1")
    found = drawn(app)["explain"]
    assert not found["missing"] and "2" in found["head"]


def test_only_models_that_translate_are_offered():
    app = opened()
    offered = app.selectbox(key="explain_model").options
    translating = [one for one in manifest.entries().values() if one.facts.does == "translate"]
    assert len(offered) == len(translating)
