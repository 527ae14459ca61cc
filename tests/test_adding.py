"""The examples of docs/adding.md work as they stand there."""

import json
import re
import shlex
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

import core.models
import core.scores
import core.tokenisers
import core.views
from core import manifest, stage, untrained, words
from core.about import About
from core.checkpoint import build
from core.corpus import Pair, split_pairs
from core.models import kinds
from core.models.recurrent import RecurrentConfig
from core.record import read_record
from core.scores import score_functions
from core.tasks import Data, tasks
from core.tasks.recipe import Recipe
from core.tasks.translation import Translation
from core.tasks.translation.corpus import Corpus
from core.tokenisers import tokeniser, tokenisers
from core.training.__main__ import main
from core.training.loop import Training
from core.translator import Translator
from core.views import fed, workbench
from pages.shared import loading
from pages.shared.scene import Scene
from tests.conftest import sentence_pairs

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
# The examples by what stands above each: a file, or what it is.
EXAMPLES = {
    name: text for name, text in re.findall(r"^```\w+ (.+)\n([\s\S]*?)^```$", GUIDE, re.MULTILINE)
}
PAIRS = [Pair(*pair) for pair in sentence_pairs()[::3]]


@pytest.fixture
def place(tmp_path, drop):
    """Writes an example where the package looks, or, without one, where nobody does."""

    def put(name: str, package=None, *registries) -> Path:
        if package:
            inside = name.removeprefix(f"{package.__name__.replace('.', '/')}/")
            return drop(package, inside, EXAMPLES[name], *registries)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLES[name], encoding="utf-8")
        return path

    return put


@pytest.fixture
def more_words(tmp_path, monkeypatch):
    """Adds an example to the words: a language of its own, or more of English."""
    folder = tmp_path / "core" / "words"

    def add(name: str, language: str = words.FALLBACK) -> None:
        folder.mkdir(parents=True)
        for one in words.LANGUAGES:
            text = (words.FOLDER / f"{one}.toml").read_text(encoding="utf-8")
            (folder / f"{one}.toml").write_text(text, encoding="utf-8")
        with (folder / f"{language}.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{EXAMPLES[name]}")
        monkeypatch.setattr(words, "FOLDER", folder)
        monkeypatch.setattr(words, "LANGUAGES", words.found())
        words.table.cache_clear()

    yield add
    monkeypatch.undo()
    words.table.cache_clear()


def trained(folder, config, splits, updates=2) -> tuple[Training, Translator]:
    """A model after that many updates, as it was saved."""
    split = split_pairs(PAIRS, 4, 1)
    recipe = Recipe(epochs=1, tokens=600)
    corpus = Corpus(split.train, splits, recipe.tokens)
    data = Data(corpus, splits, {}, About())
    training = Training(folder, config, recipe, Translation(), data, torch.device("cpu"))
    for number, ready in enumerate(training._batches(), 1):
        training._train(ready)
        training.update = number
        if number == updates:
            break
    training.save()
    return training, Translator.from_folder(folder, "eng", "fra")


def test_every_example_is_run():
    own = Path(__file__).read_text(encoding="utf-8")
    assert len(EXAMPLES) == GUIDE.count("```") // 2
    assert [name for name in EXAMPLES if f'"{name}"' not in own] == []


def test_a_score(place, tmp_path, vocabulary, monkeypatch):
    path = place("core/scores/distance.py", core.scores, score_functions)
    found = score_functions()["distance"](3, 3)
    queries, keys = torch.randn(2, 4, 3), torch.randn(2, 5, 3)
    torch.testing.assert_close(found(queries, keys), -(torch.cdist(queries, keys) ** 2))
    worked = workbench.work(workbench.Setting((1.0, 0.0), ((0.0, 1.0),)))
    assert {one.name: one.scores for one in worked.scored}["distance"] == (-2.0,)
    monkeypatch.setattr(untrained, "SCORES", path.parent)
    assert untrained.untrained({}) == ["distance"]
    config = RecurrentConfig(len(vocabulary), size=8, score="distance")
    training, translator = trained(tmp_path / "eng-fra-distance", config, vocabulary)
    assert training.update == 2
    trace = translator.translate("I sing.", limit=5)
    assert trace.model.score.name == "distance" and (trace.attention().scores <= 0).all()
    assert manifest.own(tmp_path / "eng-fra-distance").score == "distance"


def test_a_tokeniser(place, tmp_path):
    place("core/tokenisers/spaced.py", core.tokenisers, tokenisers)
    splits = tokeniser("spaced").train(["I sing now.", "You sing."], 20)
    ids = splits.encode("I sing.")
    assert len(ids) == 2 and splits.decode(splits.encode("You sing now.")) == "You sing now."
    (tmp_path / splits.file).write_bytes(splits.model)
    assert tokeniser("spaced").read(tmp_path / splits.file).encode("I sing.") == ids
    _, translator = trained(tmp_path / "toy", RecurrentConfig(len(splits), size=8), splits)
    trace = translator.translate("I sing.", limit=4)
    assert [token.text for token in trace.source[:-1]] == ["I", "sing."]
    assert translator.facts.tokeniser == "spaced"


def test_a_kind_of_model(place, tmp_path, vocabulary):
    place("core/models/glance.py", core.models, kinds)
    config = kinds()["glance"].Config(len(vocabulary), size=8)
    assert sum(one.numel() for one in build(config).parameters())
    _, translator = trained(tmp_path / "eng-fra-glance", config, vocabulary)
    trace = translator.translate("I sing now.", beam=2, limit=6)
    assert trace.attention().weights.sum(1) == pytest.approx(1, abs=1e-5)
    target = [step.token.id for step in trace.path()]
    told = [step.log_prob for step in trace.path()]
    assert translator.forced(trace).log_probs == pytest.approx(told, abs=1e-4)
    assert translator.translate("I sing now.", prefix=target, limit=6).text == trace.text
    assert set(fed(translator.facts.has)) >= {"decode", "search", "compare", "apart"}
    entry = manifest.own(tmp_path / "eng-fra-glance")
    assert "maps" not in fed(entry.facts.has) and entry.cell == "embeddings"


def test_a_task(place, tmp_path, monkeypatch):
    place("core/tasks/reversal/__init__.py", core.tasks, tasks)
    monkeypatch.chdir(tmp_path)
    _, _, *words = shlex.split(EXAMPLES["train a task"])
    monkeypatch.setattr(sys, "argv", [*words, "--threads", "1"])
    assert main() == 0
    monkeypatch.setenv(manifest.PLACES, "runs")
    assert manifest.entries()["reversal"].task == "reversal"
    assert len(core.load("runs/reversal").translate("12").text) > 0
    assert {"held_out_loss", "right"} <= read_record(Path("runs/reversal")).measured[-1].keys()


def test_data(place, tmp_path, monkeypatch):
    place("pairs.tsv")
    monkeypatch.chdir(tmp_path)
    python, dash, module, *asked = shlex.split(EXAMPLES["train"])
    assert (python, dash, module) == ("python", "-m", "core.training")
    monkeypatch.setattr(sys, "argv", [module, *asked, "--threads", "1"])
    assert main() == 0
    monkeypatch.setenv(manifest.PLACES, "runs")
    entry = manifest.entries()["toy"]
    assert (entry.source, entry.target, entry.facts.tokeniser) == ("eng", "fra", "words")
    trace = core.load("runs/toy").translate("She sings.")
    assert [token.text.strip() for token in trace.source[:-1]] == ["She", "sings", "."]


def test_a_view(place, more_words, tmp_path, monkeypatch, translator):
    place("core/views/surprise/surprise.js")
    place("core/views/surprise/__init__.py", core.views, core.views.needed)
    more_words("words for the view")
    ours = tmp_path / "core" / "stage"
    shutil.copytree(stage.FOLDER, ours, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(stage, "FOLDER", ours)
    from core.views.surprise import payload

    assert "surprise" in fed(())
    trace = translator.translate("I sing.", limit=4)
    data = payload(trace, "ko")
    assert data["strings"] == words.section("en", "surprise")
    page = stage.whole_page(data, "Surprise", trace.typed, "what was written")
    assert "function mountSurprise(" in page and "import " not in stage.script("surprise")
    held = re.search(r'<script type="application/json" id="heed-data">(.*?)</script>', page)[1]
    sizes = [nats for _, nats in json.loads(held)["tokens"]]
    assert sizes == [-step.log_prob for step in trace.path()]


def test_a_page(place, more_words, tmp_path):
    page = place("pages/sizes.py")
    more_words("words for the page")
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    line = EXAMPLES["app.py"]
    app = app.replace("        ],\n", f"{line}        ],\n", 1).replace(", default=True", "")
    app = app.replace('"pages/sizes.py",', f"{str(page)!r}, default=True,")
    app = app.replace('"pages/', f'"{ROOT}/pages/')
    (tmp_path / "app.py").write_text(app, encoding="utf-8")
    shown = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=90).run()
    assert not shown.exception and shown.title[0].value == "Sizes"
    told = [one.value for one in shown.markdown]
    for name, entry in manifest.entries().items():
        assert f"{name}: {entry.facts.parameters:,}" in told


def test_a_language(more_words, monkeypatch):
    monkeypatch.setattr(loading, "warm_up", lambda: None)
    before = words.LANGUAGES
    more_words("core/words/fr.toml", "fr")
    assert ("en", "fr", *before[1:]) == words.LANGUAGES
    assert words.say("fr", "frame.decode") == "Traduire"
    assert words.say("fr", "frame.search") == words.say("en", "frame.search")
    section = words.section("fr", "frame")
    assert section == {**words.section("en", "frame"), "decode": "Traduire", "language": "Langue"}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.query_params["lang"] = "fr"
    app.run()
    assert not app.exception and app.session_state.lang == "fr"
    assert "français" in app.get("button_group")[0].options


def test_a_scene():
    scene = Scene.from_json(EXAMPLES["a scene"])
    assert Scene.of(scene.link) == scene == Scene.from_json(scene.to_json())
    assert scene.question.text == "She gave him the red book."
    assert scene.view == {"step": "4", "view": "words-weights"}
    other = replace(scene.question, model="eng-fra-dot")
    assert replace(scene, question=other).link != scene.link
