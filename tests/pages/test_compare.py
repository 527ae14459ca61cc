"""The page that compares, without a browser: what a link may ask for, and what it is told."""

import hashlib
import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.heads import head_name
from core.scores import score_functions
from core.translator import Translator
from core.untrained import untrained
from pages.shared import loading
from tests.pages.conftest import components
from tests.pages.test_pages import ROOT, TRANSFORMER

SENTENCE = "I did not know that you were there."
MODELS = ("eng-fra-general", "eng-fra-none")


def say(key, lang="en", **values):
    return words.say(lang, f"compare.{key}", **values)


@pytest.fixture
def family(tmp_path, monkeypatch):
    """A box of eight models: the two that are sure to be there, and six copies of one."""
    models, listed = tmp_path / "pretrained", {}
    known = json.loads((manifest.MODELS / "manifest.json").read_text(encoding="utf-8"))
    for name in (*MODELS, *(f"eng-fra-copy{number}" for number in range(6))):
        origin = name if name in MODELS else MODELS[0]
        shutil.copytree(manifest.MODELS / origin, models / name)
        example = models / name / "example.json"
        example.write_text(example.read_text(encoding="utf-8").replace(origin, name), "utf-8")
        digest = hashlib.sha256(example.read_bytes()).hexdigest()
        files = {**known[origin]["files"], "example.json": digest}
        listed[name] = {**known[origin], "files": files}
    (models / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    load = Translator.load.__func__
    for function in (manifest.entries, manifest.entry, load):
        defaults = (*function.__defaults__[:-1], models)
        monkeypatch.setattr(function, "__defaults__", defaults)
    loading.forget()
    yield models
    loading.forget()


def run(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    if "lang" in query:
        app.query_params["lang"] = query.pop("lang")
    app.run()
    app.query_params.clear()  # as a browser does when it goes to another page
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("pages/compare.py").run()


def data_of(app):
    return json.loads(components(app)[0].proto.json)[0]


def names(app):
    return [panel["model"] for panel in data_of(app)["panels"]]


def notes(app):
    return [item.value for item in app.info]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_opens_free_running_on_the_example_in_both_languages(lang):
    app = run(lang=lang)
    assert not app.exception and not app.info and not app.warning
    assert app.title[0].value == say("title", lang)
    data = data_of(app)
    assert data["typed"] == SENTENCE and data["target"] == "free"
    assert data["told"] == words.section(lang, "compare")
    assert 2 <= len(data["panels"]) <= 6 and names(app)[0] == "eng-fra-general"


def test_a_link_restores_everything(family):
    asked = {
        "text": "Where is my dog?", "models": "eng-fra-none,eng-fra-copy1,eng-fra-general",
        "target": "typed", "forced": "Où est mon chien ?", "step": "3", "view": "pieces-scores",
        "pair": "3-2", "table": "1",
    }  # fmt: skip
    app = run(**asked)
    assert not app.exception and not app.info and not app.warning
    data = data_of(app)
    assert names(app) == asked["models"].split(",")
    assert data["typed"] == asked["text"] and data["target"] == "typed"
    opens = {"step": 2, "pair": "3-2", "view": "pieces-scores", "table": True, "cell": None}
    assert data["open"] == opens
    written = [[token[1] for token in panel["tokens"]] for panel in data["panels"]]
    assert written[0] == written[1] == written[2]
    assert (
        "".join(token[2] for token in data["panels"][0]["tokens"][:-1]).strip() == (asked["forced"])
    )
    kept = {key: app.query_params[key] for key in asked}
    assert kept in (asked, {key: [value] for key, value in asked.items()})


def test_one_models_output_is_forced_on_all(family):
    app = run(models="eng-fra-general,eng-fra-none,eng-fra-copy0", target="eng-fra-none")
    data = data_of(app)
    assert data["target"] == "none"
    assert all(all(panel["forced"]) for panel in data["panels"])
    assert len({panel["text"] for panel in data["panels"]}) == 1
    assert data["panels"][0]["log_probs"] != data["panels"][1]["log_probs"]
    assert [pair["panels"] for pair in data["pairs"]] == [[0, 2]]
    assert len(data["pairs"][0]["divergence"]) == len(data["panels"][0]["tokens"])


@pytest.mark.parametrize(
    ("wrong", "told", "shown"),
    [
        (
            {"models": "eng-fra-general,nobody,eng-fra-none"},
            say("unknown_models", names="nobody"),
            [*MODELS],
        ),
        ({"models": "eng-fra-none"}, say("filled_up"), ["eng-fra-none", "eng-fra-general"]),
        (
            {"models": "eng-fra-general," + ",".join(f"eng-fra-copy{n}" for n in range(6))},
            say("too_many", count=7, most=6),
            ["eng-fra-general", *(f"eng-fra-copy{n}" for n in range(5))],
        ),
        ({"target": "nobody"}, say("wrong_target"), None),
        ({"target": "eng-fra-copy5"}, say("wrong_target"), None),
        ({"pair": "1-1"}, say("wrong_pair"), None),
        ({"pair": "<b>"}, say("wrong_pair"), None),
        ({"step": "99"}, words.say("en", "errors.step"), None),
        ({"step": "0"}, words.say("en", "errors.step"), None),
        ({"view": "sideways"}, words.say("en", "errors.view"), None),
    ],
)
def test_a_wrong_link_is_told_and_something_is_drawn(family, wrong, told, shown):
    app = run(**wrong)
    assert not app.exception
    assert told in notes(app)
    if shown is not None:
        assert names(app) == shown


@pytest.mark.parametrize("wrong", [{"step": "99"}, {"pair": "9-9"}, {"models": "nobody"}])
def test_what_a_link_got_wrong_is_history_at_the_first_change(wrong):
    app = run(**wrong)
    assert len(app.info) == 1 + ("models" in wrong)
    app.text_input[0].set_value("She works here.").run()
    assert not app.exception and not app.info
    assert data_of(app)["typed"] == "She works here."


def test_a_note_is_told_in_the_language_that_is_chosen_then():
    app = run(models="eng-fra-general,nobody,eng-fra-none")
    app.get("button_group")[0].set_value("ko").run()
    assert notes(app) == [say("unknown_models", "ko", names="nobody")]


def test_a_step_and_a_pair_of_a_link_are_not_those_of_the_next_sentence(family):
    asked = {"models": "eng-fra-general,eng-fra-copy0", "step": "3", "pair": "2-1"}
    app = run(**asked)
    before = data_of(app)["open"]
    assert (before["step"], before["pair"]) == (2, "2-1")
    assert {"step", "pair"} <= set(app.query_params)
    app.text_input[0].set_value("She works here.").run()
    after = data_of(app)["open"]
    assert (after["step"], after["pair"]) == (None, None)
    assert not {"step", "pair"} & set(app.query_params)


def test_the_sentence_follows_from_page_to_page():
    app = run(text="She works here.")
    app.switch_page("pages/search.py").run()
    app.text_input(key="search_text").set_value("Where is my dog?").run()
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert app.text_input(key="compare_text").value == "Where is my dog?"
    assert data_of(app)["typed"] == "Where is my dog?"
    app.switch_page("pages/decode.py").run()
    assert app.text_input(key="text").value == "Where is my dog?"


def test_words_that_are_too_many_to_force_are_told_with_both_numbers():
    app = run(text="Hello.", target="typed", forced="chat " * 40, models=",".join(MODELS))
    assert not app.exception
    [warning] = [item.value for item in app.warning]
    assert "41" in warning or "42" in warning
    assert data_of(app)["typed"] == SENTENCE  # something is drawn all the same


@pytest.mark.parametrize("blank", ["", "   "])
def test_no_words_to_force_is_told(blank):
    app = run(target="typed", forced=blank)
    assert not app.exception
    assert app.warning[0].value == say("blank_target")
    assert data_of(app)["target"] == "free"


def test_fewer_than_two_models_keep_the_picture():
    app = run()
    before = names(app)
    app.multiselect[0].set_value(["eng-fra-general"]).run()
    assert not app.exception
    assert app.warning[0].value == say("too_few")
    assert names(app) == before


@pytest.mark.parametrize("text", ["", "cat " * 70, "\u200b"])
def test_a_sentence_that_cannot_be_read_keeps_the_picture(text):
    app = run()
    before = data_of(app)["panels"]
    app.text_input[0].set_value(text).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert data_of(app)["panels"] == before


def test_typed_words_begin_as_what_the_first_model_wrote():
    app = run()
    written = data_of(app)["panels"][0]["text"]
    app.selectbox[1].select(app.selectbox[1].options[-1]).run()
    assert not app.exception and not app.warning
    assert app.text_input[1].value == written
    assert data_of(app)["target"] == "typed"
    app.text_input[1].set_value("Je ne sais pas.").run()
    assert {panel["text"] for panel in data_of(app)["panels"]} == {"Je ne sais pas."}


def test_the_target_is_free_again_when_its_model_leaves(family):
    app = run(models="eng-fra-general,eng-fra-none,eng-fra-copy0", target="eng-fra-none")
    app.multiselect[0].set_value(["eng-fra-general", "eng-fra-copy0"]).run()
    assert not app.exception
    assert data_of(app)["target"] == "free"
    assert notes(app) == [say("target_left")]


def test_a_damaged_model_is_named_while_the_others_are_compared(family):
    (family / "eng-fra-copy0" / "weights.safetensors").write_bytes(b"nothing")
    app = run(models="eng-fra-general,eng-fra-copy0,eng-fra-none")
    assert not app.exception
    assert app.error[0].value == words.say("en", "errors.damaged")
    assert "eng-fra-copy0" in app.text[0].value
    assert names(app) == [*MODELS]


def test_one_model_alone_is_told(family):
    listed = json.loads((family / "manifest.json").read_text(encoding="utf-8"))
    one = {"eng-fra-general": listed["eng-fra-general"]}
    (family / "manifest.json").write_text(json.dumps(one), encoding="utf-8")
    app = run()
    assert not app.exception
    assert app.error[0].value == say("only_one")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "$x$ **b** {{x}}", "😀 مرحبا"])
def test_odd_text_is_compared_like_any_other(text):
    app = run(text=text, target="typed", forced=text, models=",".join(MODELS))
    assert not app.exception and not app.warning
    assert data_of(app)["typed"] == text


def test_a_score_that_nobody_trained_says_how_to_train_it():
    app = run()
    known = manifest.entries()
    others = untrained(known)
    recurrent = [entry for entry in known.values() if entry.cell != "Transformer"]
    assert set(others) == set(score_functions()) - {entry.score for entry in recurrent}
    assert "cosine" in others
    before = names(app)
    box = app.multiselect(key="compare_models")
    box.set_value([*box.value, "cosine"]).run()
    assert not app.exception
    assert "--score cosine" in app.text[0].value and "cosine" in app.info[0].value
    assert names(app) == before


def test_a_link_brings_back_the_cell_that_is_taken_apart():
    app = run(models="eng-fra-general,eng-fra-none", cell="1.3.4")
    # The stage, the cell, and the button that takes the page home.
    assert len(components(app)) == 3 and not app.info and not app.warning
    drawn = json.loads(components(app)[1].proto.json)[0]
    assert (drawn["step"], drawn["column"]) == (2, 3)


@pytest.mark.parametrize("cell", ["x", "1.2", "0.1.1", "9.1.1", "1.99.1", "1.1.99", "2.1.1"])
def test_a_cell_that_there_is_not_is_told(cell):
    app = run(models="eng-fra-general,eng-fra-none", cell=cell)
    assert not app.exception and len(components(app)) == 2
    assert len(app.info) + len(app.warning) == 1


def test_a_what_if_keeps_the_cell_where_the_words_stay():
    asked = {"models": "eng-fra-general,eng-fra-dot", "cell": "1.3.4"}
    app = run(**asked, target="eng-fra-general")
    app.select_slider(key="temperature").set_value(2.0).run()
    assert data_of(app)["open"]["cell"] == {"panel": 0, "step": 2, "source": 3}
    assert len(components(app)) == 3 and not app.exception
    app.selectbox(key="compare_target").set_value("eng-fra-dot").run()
    text = [panel["text"] for panel in data_of(app)["panels"]]
    assert data_of(app)["open"]["cell"] is None or len(set(text)) == 1


def test_a_transformer_stands_beside_others_with_a_choice_of_head(with_transformer):
    asked = {"models": f"eng-fra-general,{TRANSFORMER}", "target": "eng-fra-general"}
    app = run(**asked)
    assert not app.exception and not notes(app)
    general, mean = data_of(app)["panels"]
    assert (general["head"], mean["head"]) == (None, head_name("cross", "en"))
    app.selectbox(key="cross_head").set_value("cross.2.1").run()
    assert not app.exception and app.query_params["head"] == "cross.2.1"
    _, one = data_of(app)["panels"]
    assert one["head"] == head_name("cross.2.1", "en") and one["weights"] != mean["weights"]
    assert one["tokens"] == mean["tokens"]
    again = data_of(run(**asked, head="cross.2.1"))
    assert again["panels"] == data_of(app)["panels"] and again["pairs"] == data_of(app)["pairs"]
    assert notes(run(**asked, head="cross.2.7")) == [words.say("en", "head.wrong")]


def test_another_head_keeps_the_cell_and_a_what_if_is_explained(with_transformer):
    app = run(models=f"eng-fra-general,{TRANSFORMER}", cell="1.1.2", head="cross.1.1")
    assert data_of(app)["open"]["cell"] == {"panel": 0, "step": 0, "source": 1}
    app.selectbox(key="cross_head").set_value("cross.1").run()
    assert data_of(app)["open"]["cell"] == {"panel": 0, "step": 0, "source": 1}
    before = data_of(app)["panels"][1]["weights"]
    app.select_slider(key="temperature").set_value(5.0).run()
    assert not app.exception and data_of(app)["panels"][1]["weights"] != before
    assert words.say("en", "head.whatif") in notes(app)


def test_without_a_transformer_there_is_no_head_to_choose(with_transformer):
    app = run(models="eng-fra-general,eng-fra-none", head="cross.1.1")
    assert notes(app) == [words.say("en", "head.wrong")]
    assert "cross_head" not in [box.key for box in app.selectbox]
    app.multiselect(key="compare_models").set_value(["eng-fra-general", TRANSFORMER]).run()
    assert not app.exception and "cross_head" in [box.key for box in app.selectbox]
