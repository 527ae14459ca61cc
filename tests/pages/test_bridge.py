"""The bridge as a part of the page: what both write, what a link asks for, what cannot be shown."""

import re
from dataclasses import replace

import pytest

from core import manifest
from core.words import LANGUAGES, say
from pages.shared.frame import literal
from tests.pages.conftest import EXAMPLES, opened, template
from tests.pages.conftest import TRANSFORMER as NAME
from tests.pages.conftest import drawn as stages

LEFT, TEXT = "eng-fra-general", "I did not know that you were there."


def run(text=TEXT, lang="en", name=NAME, **link):
    return opened("bridge", text, lang, name, **link)


def drawn(app):
    return stages(app)["bridge"]


def written(data):
    return [piece for _, piece, *_ in data["target"]]


def told(app):
    return [*(one.value for one in app.info), *(one.value for one in app.warning)]


def says(text, lang, key):
    """Whether a text is that string, filled in with anything."""
    return max(re.split(r"\{\w+\}", template(lang, key)), key=len) in text


def test_it_opens_on_what_the_recurrent_model_writes():
    app = run()
    data = drawn(app)
    assert data["stage"] == "bridge" and told(app) == []
    assert (data["recurrent"]["model"], data["heads"]["model"]) == (LEFT, NAME)
    golden = manifest.entry(LEFT).translation
    assert "".join(text for _, _, text, *_ in data["target"][:-1]).strip() == golden
    assert data["open"] == {
        "step": None, "table": False, "source_token": None, "head": None, "view": None,
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_opens_where_it_says(lang):
    app = run(lang=lang, step="2", source_token="3", head="2.5", view="scores", table="1")
    assert told(app) == []
    assert drawn(app)["open"] == {
        "step": 1, "table": True, "source_token": "3", "head": "2.5", "view": "scores",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_link_gets_wrong_is_told_and_left_out(lang):
    wrong = {
        "step": ("0", "bridge.wrong_step"),
        "source_token": ("0", "bridge.wrong_token"),
        "head": ("9.x", "bridge.wrong_head"),
        "view": ("<b>", "bridge.wrong_view"),
        "target": ("nobody", "bridge.wrong_target"),
    }
    app = run(lang=lang, **{key: value for key, (value, _) in wrong.items()})
    assert len(told(app)) == len(wrong)
    for value, key in wrong.values():
        (text,) = [text for text in told(app) if says(text, lang, key)]
        assert literal(value) in text
    assert not set(wrong) & set(app.query_params)
    steps = len(drawn(app)["target"])
    middle = (steps - 1) // 2
    own = say(lang, "bridge.wrong_step", given="0", steps=steps, shown=middle + 1)
    assert own in told(app)
    assert drawn(app)["open"] == {
        "step": middle, "table": False, "source_token": None, "head": None, "view": None,
    }  # fmt: skip
    assert not told(app.run())  # told once


def test_both_write_what_the_transformer_writes_or_what_is_typed():
    from core import load

    own = [step.token.piece for step in load(NAME).translate(TEXT).path()]
    app = run(target="transformer")
    assert written(drawn(app)) == own and app.query_params["target"] == "transformer"
    app = run(target="typed", forced="Je le savais.")
    assert "".join(written(drawn(app))) == "▁Je▁le▁savais.</s>"
    assert app.query_params["forced"] == "Je le savais."
    app.text_input(key="bridge_typed").set_value("Tu sais.").run()
    assert "".join(written(drawn(app))) == "▁Tu▁sais.</s>"


def test_ones_own_words_begin_as_what_was_shown():
    app = run()
    app.selectbox(key="bridge_target").set_value("typed").run()
    assert app.text_input(key="bridge_typed").value == manifest.entry(LEFT).translation
    assert not app.warning and drawn(app)


def test_the_step_of_another_translation_is_forgotten():
    app = run(step="9", source_token="2")
    app.query_params["step"] = "9"  # as the browser keeps it
    app.selectbox(key="bridge_target").set_value("typed").run()
    app.text_input(key="bridge_typed").set_value("Tu.").run()
    assert told(app) == [] and drawn(app)["open"]["step"] is None
    assert "step" not in app.query_params


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("link", "key"),
    [
        ({"text": "  "}, "errors.blank"),
        ({"text": "I " * 99}, "errors.too_long"),
        ({"target": "typed", "forced": " "}, "bridge.blank_typed"),
        ({"target": "typed", "forced": "je " * 99}, "compare.long_target"),
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_told_and_another_picture_stands_there(link, key, lang):
    app = run(lang=lang, **link)
    (text,) = [one.value for one in app.warning]
    assert says(text, lang, key)
    assert drawn(app)["typed"] == (EXAMPLES[0] if "text" in link else TEXT)
    assert written(drawn(app)) == written(drawn(run(drawn(app)["typed"])))
    assert len(app.expander) == 3  # the words stay


def test_while_ones_own_words_are_blank_the_last_ones_stay():
    app = run(target="typed", forced="Je le savais.")
    for words in ("  ", "je " * 99):
        app.text_input(key="bridge_typed").set_value(words).run()
        assert len(app.warning) == 1
        assert "".join(written(drawn(app))) == "▁Je▁le▁savais.</s>"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_model_at_the_other_end(monkeypatch, lang):
    models = manifest.entries()
    alone = {name: one for name, one in models.items() if one.score != "general"}
    monkeypatch.setattr(manifest, "entries", lambda: alone)
    (text,) = told(run(lang=lang))
    assert says(text, lang, "bridge.no_partner") and NAME in text
    files = {**models[NAME].files, "vocabulary.model": "another"}
    other = {**models, NAME: replace(models[NAME], files=files)}
    monkeypatch.setattr(manifest, "entries", lambda: other)
    (text,) = told(run(lang=lang))
    assert LEFT in text and NAME in text
    assert text == say(lang, "bridge.other_vocabulary", left=LEFT, right=NAME)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explanations_are_a_click_away(lang):
    titles = [say(lang, f"bridge.{topic}") for topic in ("names", "why", "form")]
    app = run(lang=lang)
    assert [one.label for one in app.expander] == titles
    assert not any(one.proto.expanded for one in app.expander)
