"""Own models on the pages: other languages, other tokens, their own sentences and measurements,
names that are alike, and one that is trained again while the app runs."""

import json
import shlex
import shutil

import pytest
from safetensors.torch import load_file, save_file

import core
from core import manifest
from core.about import About, write_about
from core.checkpoint import save_model
from core.evaluation import __main__ as evaluation
from core.facts import TRANSLATES
from core.measurements import about, table
from core.opening import Opening, write_opening
from core.record import RECORD
from core.tasks import tasks
from core.tokenisers.characters import Characters
from core.training import __main__ as training
from core.words import LANGUAGES, say, section
from core.words.languages import language
from pages.shared import box, comparing, inside, loading, measured
from pages.shared.fields import TYPED
from pages.shared.frame import literal
from pages.shared.inside import bridge, heads
from pages.shared.questions import Compare, Decode, Search, Transformer
from pages.shared.scene import Scene
from tests.conftest import random_model, sentence_pairs
from tests.pages.conftest import EXAMPLES, opened
from tests.pages.test_pages import ROOT, AppTest, run, stage_data, trace_of

TEXT = "Tom sing now."
KOREAN = ("나는 노래해.", "너는 지금 먹어.", "그는 여기 있어.")


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The place of own models; nothing is kept of them afterwards."""
    place = tmp_path / "runs"
    place.mkdir()
    monkeypatch.setenv(manifest.PLACES, str(place))
    yield place
    loading.forget()


@pytest.fixture
def mine(runs, folders):
    """An own model of which nobody said a thing."""
    return shutil.copytree(folders["general"], runs / "mine")


@pytest.fixture
def korean(runs, folders):
    """Korean to English, with sentences of its own; its name ends like that of one in the box."""
    folder = shutil.copytree(folders["general"], runs / "kor-eng-general")
    write_about(About("kor", "eng", "pairs.tsv"), folder)
    remember(folder, *KOREAN)
    return folder


@pytest.fixture
def characters(runs):
    """A model that reads characters."""
    splits = Characters.train((side for pair in sentence_pairs() for side in pair), 60)
    model = random_model(len(splits))
    save_model(runs / "letters", model.config, model.state_dict(), splits)
    return runs / "letters"


@pytest.fixture
def own_transformer(runs, transformer_folder):
    """A Transformer of 2 layers of 2 heads, with the vocabulary of `mine`."""
    return shutil.copytree(transformer_folder, runs / "many heads")


def remember(folder, *sentences):
    shown = [{"source": text, "target": "", "weights": []} for text in sentences]
    record = {"measured": [{"attention": shown}]}
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")


def test_a_model_trained_again_is_opened_anew(mine):
    loading.models_or_stop()
    before = loading.translate("mine", TEXT, ())
    loading.models_or_stop()
    assert loading.translate("mine", TEXT, ()) is before
    weights = mine / manifest.WEIGHTS
    save_file({name: value * 0.5 for name, value in load_file(weights).items()}, weights)
    assert loading.loaded("mine") is not loading.loaded("eng-fra-general")
    loading.models_or_stop()
    after = loading.translate("mine", TEXT, ())
    assert after.to_json() == core.load(mine).translate(TEXT).to_json() != before.to_json()


def test_a_model_that_was_being_loaded_is_not_taken_for_the_one_trained_since(mine):
    before = loading.loaded("mine")
    weights = mine / manifest.WEIGHTS
    save_file({name: value * 0.5 for name, value in load_file(weights).items()}, weights)
    assert loading.loaded("mine") is not before


def test_pieces_are_handed_over_where_text_is_split_alike(mine, characters, runs):
    shutil.copytree(mine, runs / "same")
    models = manifest.entries()
    assert box.split_alike(models["mine"], models["same"])
    assert box.split_alike(models["eng-fra-dot"], models["eng-fra-none"])
    for other in ("letters", "eng-fra-general"):
        assert not box.split_alike(models["mine"], models[other])
    asked = Compare.usual(models=("mine", "same"), target="mine", text=TEXT)
    found = comparing.find(models, asked)
    free, other = ([step.token.id for step in one.trace().path()] for one in found.sides)
    assert other == free
    asked = Compare.usual(models=("mine", "letters"), target=TYPED, typed="Je mange.", text=TEXT)
    assert {one.trace().text for one in comparing.find(models, asked).sides} == {"Je mange."}


def test_what_a_model_has_no_tokens_for_is_not_forced_on_it(characters):
    with pytest.raises(loading.Refused) as refusal:
        loading.forced("letters", TEXT, "😀")
    assert refusal.value.key == "compare.unwritable"


def test_a_file_of_its_tokeniser_that_is_not_there_is_alike_to_none(characters, runs):
    shutil.copytree(characters, runs / "same")
    for name in ("letters", "same"):
        (runs / name / Characters.file).unlink()
    models = manifest.entries()
    assert not box.split_alike(models["letters"], models["same"])


def test_the_bridge_stands_where_an_own_model_is_at_its_other_end(own_transformer, mine):
    name = own_transformer.name
    assert bridge._partner(name) == "mine" and "bridge" in inside.offered(manifest.entry(name))
    shutil.rmtree(mine)
    assert "bridge" not in inside.offered(manifest.entry(name))
    asked, (note,) = Transformer.read({"model": name, "part": "bridge"})
    assert (asked.part, note.key) == ("maps", "transformer.no_part")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bridge_without_a_partner_names_the_languages(own_transformer, lang):
    write_about(About("kor", "deu"), own_transformer)
    (told,) = opened("bridge", TEXT, lang, own_transformer.name).warning
    assert all(language(code, lang) in told.value for code in ("kor", "deu"))


def test_an_example_that_is_too_long_stops_nobody(mine):
    remember(mine, "now " * 200, " ", TEXT)
    assert loading.translate("mine", "She sing.", ()).typed == "She sing."
    app = run(model="mine")
    assert not app.exception and len(app.warning) == 1
    assert trace_of(app)["typed"] == TEXT


def test_models_that_would_be_called_the_same_have_their_whole_names(korean, mine):
    models = box.able(manifest.entries(), TRANSLATES)
    called = box.names(models)
    assert called["eng-fra-general"] == "eng-fra-general"
    assert (called["kor-eng-general"], called["eng-fra-dot"]) == ("kor-eng-general", "dot")
    assert box.names({name: models[name] for name in ("eng-fra-general", "mine")}) == {
        "eng-fra-general": "general", "mine": "mine",
    }  # fmt: skip
    labels = box.labels(models, "no attention")
    assert len({*labels.values()}) == len(models)
    assert (labels["eng-fra-none"], labels["eng-fra-transformer"]) == (
        "no attention · LSTM", "eng-fra-transformer",
    )  # fmt: skip
    asked = Compare.usual(models=("eng-fra-general", "kor-eng-general"), text=TEXT)
    assert [one.label for one in comparing.find(models, asked).sides] == [*asked.models]


def test_a_name_with_a_comma_stands_in_a_link(mine, runs):
    for name in ("a,b", "100%", "%2C"):
        shutil.copytree(mine, runs / name)
    asked = Compare.usual(models=("a,b", "mine", "100%", "%2C"))
    assert Scene.of(Scene("compare", asked).link).question == asked


@pytest.mark.parametrize("kind", [Decode, Search])
def test_a_model_is_asked_its_own_sentences(korean, kind):
    name = korean.name
    assert kind.read({"model": name})[0].text == KOREAN[0]
    assert kind.read({"model": name}, text=EXAMPLES[1])[0].text == KOREAN[0]
    typed = kind.read({"model": name}, text="Nobody's example.")[0]
    assert typed.text == "Nobody's example."
    linked = kind.read({"model": name, "text": EXAMPLES[1]})[0]
    assert linked.text == EXAMPLES[1]
    assert kind.read({}, text=KOREAN[1])[0].text == EXAMPLES[0]
    assert kind.read({}, text=EXAMPLES[1])[0].text == EXAMPLES[1]


def test_models_in_the_box_offer_their_own_sentence_and_those_of_their_language():
    for one in manifest.shipped().values():
        assert box.examples(one)[0] == one.sentence or one.source == "eng"
        # Some tasks have pages of their own; of other languages there may be no more examples.
        if one.task not in ("stories", "pictures", "dialogue") and one.source == "eng":
            assert box.examples(one) in (EXAMPLES, (one.sentence, *EXAMPLES))
    assert EXAMPLES[0] == Decode.usual().text == "I did not know that you were there."
    assert Compare.usual().models == ("eng-fra-general", "eng-fra-dot", "eng-fra-concat")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_follows_the_model(korean, lang):
    app = run(lang=lang)
    tries = section(lang, "trying")["eng-fra"].strip()
    assert any(one.value.startswith(tries) for one in app.markdown)
    app.selectbox(key="model").set_value(korean.name).run()
    assert not app.exception and app.text_input(key="text").value == KOREAN[0]
    assert trace_of(app)["typed"] == KOREAN[0]
    assert app.text_input(key="text").label == say(
        lang, "decode.sentence", source=language("kor", lang)
    )
    assert list(app.selectbox(key="example").options) == [*KOREAN]
    assert not any(tries in one.value for one in app.markdown)
    app.selectbox(key="model").set_value("eng-fra-general").run()
    assert app.text_input(key="text").value == EXAMPLES[0]


def test_a_language_that_nobody_named_is_not_named(mine):
    app = run(model="mine")
    assert app.text_input(key="text").label == say("en", "decode.sentence_any")
    app.switch_page("pages/models.py").run()
    told = [one.value for one in app.markdown]
    assert not app.exception and any(say("en", "models.own") in one for one in told)
    assert not any(language("und", "en") in one for one in told)


def test_the_heads_of_an_own_model_are_measured_by_themselves(own_transformer):
    entry = manifest.entry(own_transformer.name)
    costs, told = heads._measured(entry.name)
    assert costs == () and dict(told)["command"].endswith(f" '{own_transformer}' --data PAIRS")
    row = table.Row(entry.name, "head_cost", 0.5, 0.4, 0.6, count=7, block="cross.1.2")

    def measured(digest):
        found = table.Table(table.frame([row]), {}, {entry.name: digest[: about.DIGEST]})
        table.write(own_transformer / about.FILE, found)
        return heads._measured(entry.name)

    (cost,), told = measured(entry.digest)
    assert cost == ("cross.1.2", 0.5, 0.4, 0.6)
    assert (dict(told)["count"], dict(told)["stale"]) == (7, False)
    assert dict(measured("0" * 64)[1])["stale"]


def test_an_own_model_opens_on_the_head_that_was_measured(own_transformer):
    write_opening(Opening("cross.1.2", 0.25), own_transformer)
    app = run(model=own_transformer.name)
    assert not app.exception and stage_data(app)["head"] == say("en", "head.one", layer=1, head=2)


@pytest.mark.parametrize("known", [("kor-eng-general", "mine"), ("mine",), ("eng-fra-dot",), ()])
def test_the_commands_that_train_name_the_languages(korean, mine, known):
    models = manifest.entries()
    told = box.training("cosine", {name: models[name] for name in known})
    first, second = (shlex.split(line) for line in told.splitlines())
    assert first[:3] == ["python", "-m", "core.training"]
    options = training.parser(tasks()["translation"]).parse_args(first[3:])
    pairs = {"kor-eng-general": "kor-eng", "eng-fra-dot": "eng-fra"}
    assert options.languages == [pairs.get(next(iter(known), ""), "SOURCE-TARGET")]
    assert options.score == "cosine"
    assert second[:3] == ["python", "-m", "core.evaluation"]
    measured = evaluation.parser().parse_args(second[3:])
    assert measured.models == [str(options.out)] and measured.publish


def test_a_link_without_a_sentence_opens_on_that_of_its_model():
    for name, entry in box.able(manifest.shipped(), TRANSLATES).items():
        asked, notes = Decode.read({"model": name})
        assert (asked.text, notes) == (entry.sentence, [])
    known, _ = Decode.read({"model": "eng-fra-characters"}, text="Run!")
    assert known.text == "Run!"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_models_of_other_languages_are_not_compared_without_a_word(korean, mine, lang):
    asked = {"models": f"eng-fra-general,{korean.name},mine", "lang": lang}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params.update({**asked, "text": TEXT})
    app.run().switch_page("pages/compare.py").run()
    english, french = (language(code, lang) for code in ("eng", "fra"))
    pairs = (language("kor", lang), english), (english, french)
    pair, other = (say(lang, "models.pair", source=a, target=b) for a, b in pairs)
    told = say(lang, "compare.other_pair", model=korean.name, first="eng-fra-general",
               pair=pair, other=other)  # fmt: skip
    assert [one.value for one in app.info] == [told] and not app.exception


def test_a_broken_record_and_an_odd_name_are_told_as_they_are(mine, runs):
    odd = mine.rename(runs / "my*odd*model")
    (odd / RECORD).write_text("{")
    app = run().switch_page("pages/models.py").run()
    assert not app.exception and literal(odd.name) in [one.value for one in app.subheader]
    shown = [one.value for one in (*app.code, *app.text)]
    assert any(str(odd / RECORD) in one and "delete it" in one for one in shown)


def test_a_model_put_into_the_box_has_its_own_table_there(tmp_path, monkeypatch):
    monkeypatch.setattr(about, "PATH", tmp_path / about.FILE)
    entry = manifest.entry("eng-fra-general")
    row = table.frame([table.Row(entry.name, "bleu", 30.0, slice="test")])
    table.write(about.PATH, table.Table(row, {}, {"other": "0"}))
    assert measured.place(entry) == about.PATH, "where one would stand"
    own = tmp_path / "evaluation-kor-eng-0.csv"
    table.write(own, table.Table(row, {}, {entry.name: entry.digest[: about.DIGEST]}))
    assert measured.place(entry) == own
