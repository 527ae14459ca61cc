"""The page of measurements: it says what follows from the table, and what is not in it."""

import json
import shutil

import pytest

from core import manifest, words
from core.about import TRANSLATION
from core.facts import TRANSLATES
from core.measurements import about, reading, table
from core.measurements.reading import base
from pages.shared import box, longer
from pages.shared.frame import literal
from tests.pages.test_pages import ROOT, AppTest

pytestmark = pytest.mark.skipif(not about.PATH.exists(), reason="no table is shipped yet")


def open_page(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run().switch_page("pages/measurements.py").run()


def written(app) -> str:
    return "\n".join(item.value for item in app.markdown)


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of the table that the page reads instead."""
    path = tmp_path / "evaluation.csv"
    shutil.copy(about.PATH, path)
    monkeypatch.setattr(about, "PATH", path)
    return path


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_says_every_fact_in_both_languages(lang):
    app = open_page(lang=lang)
    assert not app.exception and not app.error
    assert app.title[0].value == words.say(lang, "measurements.title")
    text = written(app)
    for topic in reading.TOPICS:
        for fact in reading.read(table.read(about.PATH).rows, topic):
            values = fact.values and {"limit": 60, **fact.values}  # of models that read pieces
            assert words.say(lang, f"measurements.{fact.key}", **values) in text


def test_every_figure_has_the_command_and_the_seed_under_it_and_its_meaning_in_its_title():
    app = open_page()
    charts = len(app.get("plotly_chart"))
    how = table.read(about.PATH).about
    captions = [item.value for item in app.caption if f"`{how['command']}`" in item.value]
    assert sum("core.evaluation.long" in item.value for item in app.caption) == 1
    charts -= len(longer.DRAWN)  # which that caption is of
    assert charts >= 8 and len(captions) == charts + 1  # and one under the table
    assert all(f"seed {how['seed']}" in caption for caption in captions)
    text = written(app)
    for key in ("bleu", "aer", "curve", "entropy", "coverage", "parameters"):
        assert words.say("en", f"measurements.{key}_help", threads=1) in text


@pytest.mark.parametrize("measure", ["chrf", "perplexity"])
def test_another_measure_of_quality_is_drawn(measure):
    app = open_page()
    app.get("button_group")[-1].set_value(words.say("en", f"measurements.{measure}")).run()
    assert not app.exception
    assert words.say("en", f"measurements.{measure}_help", threads=1) in written(app)


def test_the_sortable_table_has_the_numbers_of_the_file():
    app = open_page()
    shown = app.dataframe[0].value
    found = table.read(about.PATH)
    assert list(shown["model"]) == [table.label(found.rows, name) for name in found.weights]
    for measure, where in (("bleu", {"slice": "test"}), ("parameters", {})):
        wanted = base.values(found.rows, measure, **where)
        assert list(shown[measure]) == [wanted[name] for name in found.weights]
    assert len(app.dataframe[1].value) == len(found.rows)


@pytest.mark.parametrize("command", ["python -m core.evaluation", "x --alignments mine.txt"])
def test_other_links_are_not_called_hansards(shipped, command):
    found = table.read(shipped)
    table.write(shipped, found._replace(about={**found.about, "command": command}))
    told = words.say("en", "measurements.aer_hansards")
    assert (told in written(open_page())) == ("--alignments" not in command)


def test_a_name_is_text(shipped):
    odd, bleu = "my*odd*[name](x)", table.pick(table.read(shipped).rows, "bleu", slice="test")
    rows = bleu[bleu["model"] == bleu["model"].iloc[0]].assign(model=odd)
    table.write(shipped, table.read(shipped)._replace(rows=rows, weights={odd: "0" * 12}))
    assert f"**{literal(odd)}**" in written(open_page())


def test_models_that_the_table_does_not_know_are_named(shipped):
    found = table.read(shipped)
    name = next(iter(found.weights))
    told = [item.value for item in open_page().info]
    models = box.able(manifest.entries(), TRANSLATES)
    models = {name for name, entry in models.items() if entry.task == TRANSLATION}
    missing = models - set(found.weights)
    assert all(any(model in text for text in told) for model in missing)
    assert not any(name in text for text in told)
    table.write(shipped, found._replace(weights={**found.weights, name: "another one"}))
    told = [item.value for item in open_page().info]
    assert any(name in text and "`python -m core.evaluation`" in text for text in told)


def test_a_table_of_one_model_is_shown(shipped):
    found = table.read(shipped)
    for name in found.weights:
        rows = found.rows[found.rows["model"].isin(["", name]) & (found.rows["against"] == "")]
        table.write(shipped, found._replace(rows=rows, weights={name: found.weights[name]}))
        app = open_page()
        assert not app.exception and not app.error
        assert len(app.dataframe[0].value) == 1


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "\xff\x00"])
def test_a_missing_or_broken_table_is_told_with_the_command(shipped, lang, content):
    shipped.unlink()
    if content is not None:
        shipped.write_text(content, encoding="latin-1")
    app = open_page(lang=lang)
    assert not app.exception
    assert app.error[0].value == words.say(lang, "measurements.missing")
    assert app.text[0].value == "python -m core.evaluation"


def test_a_broken_manifest_is_told_and_the_figures_stay(tmp_path, monkeypatch):
    (tmp_path / "manifest.json").write_text(json.dumps([]))
    broken = tuple(tmp_path for _ in manifest.entries.__defaults__)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    monkeypatch.setattr(manifest.entries, "__defaults__", broken)
    app.switch_page("pages/measurements.py").run()
    assert not app.exception
    assert app.error[0].value == words.say("en", "errors.manifest")
    assert app.get("plotly_chart")


@pytest.mark.parametrize("tokeniser", ["characters", "words"])
def test_models_that_read_otherwise_are_measured_apart(shipped, tokeniser):
    found = table.read(shipped)
    name = next(iter(found.weights))
    one = found.only(name)._replace(about={**found.about, "tokeniser": tokeniser})
    table.write(about.shipped(tokeniser), one._replace(weights={name: found.weights[name]}))
    app = open_page()
    assert len(app.dataframe[0].value) == len(found.weights)
    choice = app.selectbox(key="test_set")
    told = words.table("en")["models"].get(f"tokens_{tokeniser}", tokeniser)
    assert len(choice.options) == 2 and told in choice.options[1]
    assert words.say("en", "models.tokens_pieces") in choice.options[0]
    choice.set_value(choice.options[1]).run()
    assert not app.exception
    assert list(app.dataframe[0].value["model"]) == [table.label(one.rows, name)]
