"""The parts "layers" and "heads": what a link asks for, and what it gets wrong."""

import pytest

from core import manifest
from core.about import TRANSLATION
from core.measurements import about, table
from core.measurements.table import Row
from core.words import LANGUAGES, say
from pages.shared import measured
from tests.pages import conftest
from tests.pages.conftest import EXAMPLES, TEXT, opened

NAMES = [
    name for name, entry in manifest.entries().items()
    if {"heads", "cross-attention"} <= {*entry.facts.has} and entry.task == TRANSLATION
]  # fmt: skip
pytestmark = pytest.mark.skipif(not NAMES, reason="no Transformer among the models")


def run(part, lang="en", text=TEXT, **given):
    return opened(part, text, lang, NAMES[0], **given)


def drawn(app):
    (one,) = conftest.drawn(app).values()
    return one


def told(app):
    return [one.value for one in app.info]


def opening(lang, key):
    return conftest.template(lang, key).split("{")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ["layers", "heads"])
def test_it_is_drawn_without_a_word_of_complaint(part, lang):
    app = run(part, lang)
    assert drawn(app)["stage"] == part and not told(app) and not app.warning
    assert all(expander.markdown for expander in app.expander) and len(app.expander) >= 2


def test_layers_open_where_the_link_says():
    data = drawn(run("layers", side="encoder", at="encoder.2", step="3", table="1"))
    assert data["open"] == {"side": "encoder", "at": "encoder.2", "step": 2, "table": True}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("layers", "side", "x"), ("layers", "at", "feed.99"), ("layers", "at", "**x**"),
        ("layers", "step", "0"), ("layers", "step", "x"), ("heads", "head", "cross.1"),
        ("heads", "head", "<b>"), ("heads", "rollout", "x"), ("heads", "step", "999"),
        ("heads", "off", "cross.99.1"), ("heads", "off", "$x$,<img>"),
    ],
)  # fmt: skip
def test_what_a_link_gets_wrong_is_told_once_and_taken_out(part, key, value, lang):
    app = run(part, lang, **{key: value})
    (note,) = told(app)
    assert note.startswith(opening(lang, f"{part}.wrong_{key}"))
    assert value not in note or not set(value) & set("*<$")  # text of a link is never markup
    assert drawn(app)["stage"] == part
    app.run()
    assert not told(app)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ["layers", "heads"])
@pytest.mark.parametrize(("text", "key"), [("  ", "errors.blank"), ("I " * 99, "errors.too_long")])
def test_what_cannot_be_translated_is_told_above_what_was_shown_last(part, text, key, lang):
    app = run(part, lang, text)
    (warning,) = app.warning
    assert warning.value.startswith(opening(lang, key))
    assert drawn(app)["typed"] == EXAMPLES[0] and EXAMPLES[0] in app.caption[0].value
    for sentence in (TEXT, text):
        app.session_state.text = sentence
        app.run()
        assert drawn(app)["typed"] == TEXT != EXAMPLES[0]
    assert len(app.warning) == 1


@pytest.mark.parametrize("part", ["layers", "heads"])
def test_a_step_of_another_sentence_is_no_mistake(part):
    data = drawn(run(part))
    count = len(data["plain"]["tokens"] if part == "heads" else data["streams"]["decoder"]["reads"])
    app = run(part, step=str(count))
    assert not app.info and drawn(app)["open"]["step"] == count - 1
    app.session_state.text = "Go!"
    assert not app.run().info and not app.exception
    assert drawn(app)["typed"] == "Go!" and "step" not in app.query_params


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_told_which_names_mean_no_head_and_which_heads_are_off(lang):
    (note,) = told(run("heads", lang, off="zzz"))
    assert "“zzz”" in note and note.endswith(say(lang, "heads.off_none"))
    (note,) = told(run("heads", lang, off="cross.1.2,zzz,<b>,self.1.1"))
    assert "“zzz, \\<b\\>”" in note
    assert note.endswith(say(lang, "heads.off_are", off="self.1.1, cross.1.2"))


def test_heads_of_a_link_are_off_and_those_that_there_are_not_are_left_out():
    data = drawn(run("heads", off="cross.1.2,self.1.1,cross.99.99"))
    assert data["switched"] == ["self.1.1", "cross.1.2"]
    assert data["without"] is not None
    assert data["forced"] != data["plain"]["log_probs"]
    assert len(data["forced"]) == len(data["plain"]["tokens"])


def test_with_all_heads_on_nothing_is_compared():
    data = drawn(run("heads"))
    assert data["switched"] == [] and data["without"] is None
    assert data["forced"] == data["plain"]["log_probs"]


def stored(tmp_path, monkeypatch, rows, digest):
    path = tmp_path / "evaluation.csv"
    said = {"command": "x", "seed": "1", "threads": "1", "bleu": "b", "chrf": "c"}
    table.write(path, table.Table(table.frame(rows), said, {NAMES[0]: digest}))
    monkeypatch.setattr(about, "PATH", path)


def test_costs_are_those_of_the_table(tmp_path, monkeypatch):
    like = Row(NAMES[0], "head_cost", 0.25, 0.125, 0.5, None, 7, "cross.1.1", "first 7 of test")
    rows = [like, like._replace(block="self.1.1", value=-0.5, low=-1.0, high=0.0),
            like._replace(model="another"), like._replace(measure="entropy")]  # fmt: skip
    weights = manifest.entry(NAMES[0]).files["weights.safetensors"][: table.DIGEST]
    stored(tmp_path, monkeypatch, rows, weights)
    data = drawn(run("heads"))
    assert data["costs"] == [["cross.1.1", 0.25, 0.125, 0.5], ["self.1.1", -0.5, -1.0, 0.0]]
    assert data["measured"] == {
        "command": measured.COMMAND, "count": 7, "stale": False,
    }  # fmt: skip


def test_costs_of_earlier_weights_are_said_to_be_old(tmp_path, monkeypatch):
    stored(tmp_path, monkeypatch, [Row(NAMES[0], "head_cost", 0.2, 0.1, 0.3, count=7,
                                       block="cross.1.1", slice="s")], "0" * 12)  # fmt: skip
    assert drawn(run("heads"))["measured"]["stale"]


@pytest.mark.parametrize("rows", [[], None])
def test_without_measurements_it_says_with_which_command(tmp_path, monkeypatch, rows):
    if rows is None:
        monkeypatch.setattr(about, "PATH", tmp_path / "none.csv")
    else:
        stored(tmp_path, monkeypatch, [Row("other", "bleu", 1.0)], "0" * 12)
    data = drawn(run("heads"))
    assert data["costs"] == [] and data["measured"]["command"] == measured.COMMAND
