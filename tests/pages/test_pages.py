"""The pages without a browser: both languages, bad input, and what a first visit imports."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.heads import head_name
from core.measurements import table
from core.measurements.opening import opening
from core.trace import Trace
from core.words.languages import language
from pages.shared import loading
from pages.shared.questions import Decode
from tests.pages.conftest import components

ROOT = Path(__file__).parents[2]


def run(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    asks = query.keys() & {one.name for one in Decode.asked().values()}
    return app if asks else app.switch_page("pages/decode.py").run()


def stage_data(app):
    return json.loads(components(app)[0].proto.json)[0]


def trace_of(app):
    return json.loads(stage_data(app)["trace"])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_both_languages_are_whole(lang):
    app = run(lang=lang)
    assert not app.exception
    assert app.title[0].value == words.say(lang, "decode.title")
    assert app.text_input[0].label == words.say(
        lang, "decode.sentence", source=language("eng", lang)
    )
    own = {**words.section(lang, "stage"), **words.section(lang, "hold")}
    assert stage_data(app)["strings"] == own


def test_opens_on_the_example():
    assert trace_of(run())["typed"] == "I did not know that you were there."


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_blank_sentence_keeps_the_picture(blank):
    app = run()
    before = trace_of(app)
    app.text_input[0].set_value(blank).run()
    assert not app.exception
    assert app.warning[0].value == words.say("en", "errors.blank")
    assert trace_of(app) == before


def test_a_long_sentence_is_told_its_length_and_the_limit():
    app = run()
    app.text_input[0].set_value("cat " * 70).run()
    assert not app.exception
    assert "70" in app.warning[0].value and "60" in app.warning[0].value


def test_a_long_sentence_with_forced_words_is_told_once():
    app = run(text="cat " * 70, prefix="12")
    assert not app.exception
    assert len(app.warning) == 1 and "70" in app.warning[0].value
    assert trace_of(app)["typed"] == "I did not know that you were there."
    assert "prefix" not in app.query_params


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "$x$ **b** {{x}}", "😀", "مرحبا", "\u200b", "x" * 200]
)
def test_odd_sentences_never_break_the_page(text):
    app = run(text=text)
    assert not app.exception
    assert len(components(app)) == 2  # the stage, and the button that takes it home


@pytest.mark.parametrize(
    ("wrong", "note"),
    [
        ({"model": "x"}, "errors.model"),
        ({"step": "0"}, "errors.step"),
        ({"step": "x"}, "errors.step"),
        ({"step": "1" * 5000}, "errors.step"),
        ({"view": "x"}, "errors.view"),
        ({"lang": "x"}, "errors.language"),
        ({"prefix": "1.x"}, "errors.prefix"),
    ],
)
def test_a_wrong_link_is_told(wrong, note):
    app = run(**wrong)
    assert not app.exception
    assert words.say("en", note) in [item.value for item in app.info]
    assert trace_of(app)["model"]["name"] == "eng-fra-general"


def test_a_first_visit_imports_neither_torch_nor_pandas():
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from pages.shared import loading\n"
        "loading.warm_up = lambda: None\n"
        f"app = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=60).run()\n"
        "assert not app.exception\n"
        "assert app.get('bidi_component')\n"
        "print([name for name in ('torch', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the models, which the app uses instead."""
    models = tmp_path / "pretrained"
    shutil.copytree(manifest.MODELS, models)
    for function in (manifest.entries, manifest.found, manifest.shipped, manifest.entry):
        defaults = list(function.__defaults__)
        defaults[-1] = models
        monkeypatch.setattr(function, "__defaults__", tuple(defaults))
    loading.forget()
    yield models
    loading.forget()


def test_a_damaged_model_is_named_while_the_others_work(copied):
    broken = copied / "eng-fra-general" / "weights.safetensors"
    broken.write_bytes(broken.read_bytes()[:1000])
    app = run()
    assert not app.exception
    assert app.error[0].value == words.say("en", "errors.damaged")
    assert "weights.safetensors" in app.text[0].value
    app.selectbox[1].select("no attention · LSTM").run()
    assert not app.exception and not app.error
    assert trace_of(app)["model"]["name"] == "eng-fra-none"


def test_the_models_page_names_a_damaged_file_and_shows_the_others(copied):
    (copied / "eng-fra-general" / "card.md").write_text("# Another")
    app = run()
    app.switch_page("pages/models.py").run()
    assert not app.exception
    assert len(app.error) == 1 and "card.md" in app.text[0].value
    assert len(app.get("plotly_chart")) == len(manifest.entries()) - 1


def test_a_model_without_record_or_card_is_shown(copied):
    path = copied / "manifest.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    for name in ("record.json", "card.md"):
        del listed["eng-fra-general"]["files"][name]
        (copied / "eng-fra-general" / name).unlink()
    path.write_text(json.dumps(listed), encoding="utf-8")
    app = run()
    app.switch_page("pages/models.py").run()
    assert not app.exception and not app.error
    assert len(app.subheader) == len(manifest.entries())


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("content", "told"), [("{", "errors.manifest"), ("{}", "errors.no_models")]
)
def test_a_box_without_models_is_told(copied, lang, content, told):
    (copied / "manifest.json").write_text(content)
    app = run(lang=lang)
    assert not app.exception
    assert app.error[0].value == words.say(lang, told)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_models_page(lang):
    app = run(lang=lang)
    app.query_params.clear()  # as a browser does when it goes to another page
    app.switch_page("pages/models.py").run()
    assert not app.exception
    assert [item.value for item in app.subheader] == sorted(manifest.entries())
    # No two models that differ are told in the same words: Bahdanau's is not just a concat.
    told = [item.value for item in app.markdown if "LSTM" in item.value]
    assert len(set(told)) == len(told)


def test_the_model_of_a_link_stands_first_with_its_card_open():
    app = run().switch_page("pages/models.py")
    app.query_params["model"] = "eng-fra-none"
    app.run()
    names, cards = [item.value for item in app.subheader], app.expander
    assert not app.exception and not app.info
    assert names[0] == "eng-fra-none" and sorted(names) == sorted(manifest.entries())
    assert [card.proto.expanded for card in cards] == [True] + [False] * (len(names) - 1)
    app.query_params["model"] = "eng-fra-nobody"
    app.run()
    assert [item.value for item in app.info] == [words.say("en", "models.wrong_model")]
    assert [item.value for item in app.subheader] == sorted(names)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("나는 학교에 간다", "strange"),
        ("I am here " * 7, "long"),
        ("My friend 은 went home.", None),  # a word that it never saw is no other script
    ],
)
def test_a_sentence_unlike_those_of_training_has_a_hint(text, hint):
    app = run(text=text)
    told = [words.say("en", f"decode.{hint}", most=20)] if hint else []
    assert not app.exception and [item.value for item in app.info] == told


TRANSFORMER = "eng-fra-transformer"


def attention_of(app, part="cross"):
    """What a whole trace has of that attention to the source, beside what travelled."""
    from pages.shared import loading

    found = loading.translate(TRANSFORMER, trace_of(app)["typed"], ())
    return found.only(part), Trace.from_json(stage_data(app)["trace"])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_transformer_opens_on_one_head_that_has_scores(with_transformer, lang):
    app = run(model=TRANSFORMER, lang=lang)
    assert not app.exception and not app.info and not app.warning
    expected, drawn = attention_of(app, "cross.2.1")  # its weights were never measured
    assert drawn == expected and not np.isnan(drawn.attentions[0].scores).any()
    named = {"head": head_name("cross.2.1", lang), "count": 4}
    assert words.say(lang, "head.usual_first", **named) in [one.value for one in app.caption]
    box = next(box for box in app.selectbox if box.label == words.say(lang, "head.choose"))
    assert box.options == [
        head_name(block, lang)
        for block in ("cross", "cross.1", "cross.1.1", "cross.1.2", "cross.2", "cross.2.1",
                      "cross.2.2")
    ]  # fmt: skip
    assert stage_data(app)["head"] == head_name("cross.2.1", lang)
    assert "head" not in app.query_params
    told = {}
    for name in ("stage", "stage_heads", "stage_stream", "hold"):
        told |= words.section(lang, name)
    assert stage_data(app)["strings"] == told


@pytest.fixture
def rates(with_transformer):
    """Ships the Transformer of the box again, with these alignment error rates measured."""

    def write(found, measured=TRANSFORMER):
        rows = table.frame([
            table.Row(measured, "aer", value, block=block, slice="hansards", setting=setting)
            for block, setting, value in found
        ])  # fmt: skip
        entry = manifest.entry(TRANSFORMER)
        opens = opening(rows, TRANSFORMER, entry.facts)
        manifest.write_entry(replace(entry, opens=opens), with_transformer)

    return write


RATES = [
    ("cross", table.HEAVIEST, 0.1), ("cross.1", table.HEAVIEST, 0.1),
    ("cross.1.1", table.HEAVIEST, 0.6), ("cross.1.2", table.HEAVIEST, 0.5),
    ("cross.2.1", table.HEAVIEST, 0.7), ("cross.2.2", "threshold=0.2", 0.2),
]  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_the_head_that_aligns_best(rates, lang):
    rates(RATES)
    app = run(model=TRANSFORMER, lang=lang)
    assert not app.exception and stage_data(app)["head"] == head_name("cross.1.2", lang)
    named = {"head": head_name("cross.1.2", lang), "count": 4}
    assert words.say(lang, "head.usual_best", **named) in [one.value for one in app.caption]
    app.selectbox(key="cross_head").set_value("cross").run()
    assert attention_of(app, "cross")[1].attentions[0].scores is None
    assert app.query_params["head"] == "cross" and not app.caption
    again = run(model=TRANSFORMER, head="cross", lang=lang)  # the mean by its link
    assert stage_data(again)["head"] == head_name("cross", lang) and not again.info


def test_rates_of_another_model_choose_no_head(rates):
    rates(RATES, measured="eng-fra-other")
    assert stage_data(run(model=TRANSFORMER))["head"] == head_name("cross.2.1", "en")


def test_a_head_is_chosen_and_stands_in_the_link(with_transformer):
    app = run(model=TRANSFORMER)
    app.selectbox(key="cross_head").set_value("cross.1.2").run()
    expected, drawn = attention_of(app, "cross.1.2")
    assert drawn == expected and not np.isnan(drawn.attentions[0].scores).any()
    assert app.query_params["head"] == "cross.1.2"
    again = run(model=TRANSFORMER, head="cross.1.2")
    assert not again.info and stage_data(again)["trace"] == stage_data(app)["trace"]
    # A recurrent model has one attention: nothing to choose, nothing in the link.
    app.selectbox(key="model").set_value("eng-fra-general").run()
    assert not app.exception and stage_data(app)["head"] is None
    assert "head" not in app.query_params
    assert "cross_head" not in [box.key for box in app.selectbox]
    app.selectbox(key="model").set_value(TRANSFORMER).run()
    assert app.query_params["head"] == "cross.1.2"  # what was chosen is remembered
    # A page that compares models shows it too, but begins with the mean where none was chosen.
    app.switch_page("pages/compare.py").run()
    assert not app.exception and app.session_state.asked_head == "cross.1.2"
    fresh = run(model=TRANSFORMER).switch_page("pages/compare.py").run()
    assert not fresh.exception and fresh.session_state.asked_head == "cross"


@pytest.mark.parametrize("model", [TRANSFORMER, "eng-fra-general"])
@pytest.mark.parametrize("wrong", ["cross.3", "cross.1.9", "self.1.1", "cross.x", "", "<b>"])
def test_a_link_to_a_head_that_there_is_not_is_told(with_transformer, model, wrong):
    app = run(model=model, head=wrong)
    assert not app.exception and not app.error
    assert [item.value for item in app.info] == [words.say("en", "head.wrong")]
    usual = head_name("cross.2.1", "en")
    assert stage_data(app)["head"] == (usual if model == TRANSFORMER else None)


def test_the_models_page_tells_of_layers_and_heads(with_transformer):
    app = run().switch_page("pages/models.py").run()
    assert not app.exception and not app.error
    shown = [item.value for item in app.markdown]
    made = f"scaled-dot · Transformer · {words.say('en', 'models.tokens_pieces')}"
    heads = words.say("en", "head.count", layers=2, heads=2)
    assert [one for one in shown if made in one and heads in one] == [
        one for one in shown if heads in one
    ]
    # Its score is no recurrent model's, so that one is still to be trained.
    assert f"**{words.say('en', 'compare.untrained', score='scaled-dot')}**" in shown


def test_no_page_loads_the_highlighter_of_programming_languages():
    pages = [path for path in (ROOT / "pages").rglob("*.py") if "st.code(" in path.read_text()]
    assert pages == []


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_style_has_words_as_they_are(lang):
    """A style sheet does not know JSON's escapes, "\\u" and four digits."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["lang"] = lang
    style = "".join(one.proto.body for one in app.run().get("html"))
    for name in ("enter", "menu"):
        assert f'--heed-{name}: "{words.say(lang, f"frame.{name}")}";' in style
