"""A model reads back as it was written; a damaged folder is told by the name of the file."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import core
from core import manifest
from core.checkpoint import CONFIG, WEIGHTS, load_model, save_model
from core.facts import FILE as FACTS
from core.facts import Facts
from core.manifest import Entry, ModelError, UnknownModel, check_files, entries, entry, write_entry
from core.tokenisers import tokeniser
from core.tokenisers.pieces import Vocabulary
from core.translator import Translator
from tests.conftest import random_model, sentence_pairs

FILES = (CONFIG, WEIGHTS, Vocabulary.file)
NAME = "eng-fra-general"


@pytest.fixture
def folder(folders, tmp_path) -> Path:
    return Path(shutil.copytree(folders["general"], tmp_path / NAME))


@pytest.fixture
def models(folder) -> Path:
    """A folder of one model, with its manifest."""
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    told = Facts.read(json.loads((folder / FACTS).read_text()))
    write_entry(Entry(NAME, "eng", "fra", told, "I sing.", "Je", files=files), folder.parent)
    return folder.parent


def test_a_model_reads_back(folders, translators, any_score, tmp_path):
    model, vocabulary = load_model(folders[any_score])
    assert not model.training and model.config.score == any_score
    save_model(tmp_path, model.config, model.state_dict(), vocabulary)
    again, _ = load_model(tmp_path)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])
        assert torch.equal(value, value.half().float())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILES, FACTS])


def test_the_matrices_of_a_step_lie_as_it_reads_them(folders, transformer_folder, tmp_path):
    """Column after column; such a model can be saved again."""
    for folder in (folders["general"], transformer_folder):
        model, vocabulary = load_model(folder)
        matrices = [value for value in model.stepping() if value.dim() == 2]
        assert matrices and all(value.T.is_contiguous() for value in matrices)
        save_model(tmp_path / folder.name, model.config, model.state_dict(), vocabulary)
        again, _ = load_model(tmp_path / folder.name)
        assert all(map(torch.equal, again.state_dict().values(), model.state_dict().values()))


@pytest.mark.parametrize("kind", ["characters", "pieces", "words"])
def test_any_tokeniser_reads_back_with_its_model(tmp_path, kind):
    splits = tokeniser(kind).train((side for pair in sentence_pairs() for side in pair), 300)
    model = random_model(len(splits), one_hot=True, bidirectional=False)
    save_model(tmp_path, model.config, model.state_dict(), splits)
    again, found = load_model(tmp_path)
    assert (again.config, found.kind, found.model) == (model.config, kind, splits.model)
    (tmp_path / splits.file).write_bytes(splits.train(["a b c"], 280).model)
    with pytest.raises(ModelError, match=f"{splits.file} has .* {kind}, but config"):
        load_model(tmp_path)
    (tmp_path / splits.file).write_bytes(b"nonsense")
    with pytest.raises(ModelError, match=f"{splits.file} cannot be read"):
        load_model(tmp_path)


def test_a_config_of_an_older_version_is_of_pieces(folder, translators):
    told = json.loads((folder / CONFIG).read_text())
    for newer in ("tokeniser", "bidirectional", "one_hot", "combine"):
        del told[newer]
    (folder / CONFIG).write_text(json.dumps(told))
    model, vocabulary = load_model(folder)
    expected = translators["general"]
    assert model.config == expected.model.config
    assert vocabulary.model == expected.vocabulary.model
    for name, value in expected.model.state_dict().items():
        assert torch.equal(value, model.state_dict()[name])


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_weights_that_are_no_numbers_are_told(folder, value):
    weights = load_file(folder / WEIGHTS)
    weights["readout_bias"][3] = value
    save_file(weights, folder / WEIGHTS)
    with pytest.raises(ModelError, match="readout_bias holds values that are no numbers; restore"):
        load_model(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [None, 0, 1, 0.5, -1], ids=str)
def test_a_missing_or_truncated_file_is_named(folder, name, size):
    data = (folder / name).read_bytes()
    if size is None:
        (folder / name).unlink()
    else:
        cut = int(len(data) * size) if isinstance(size, float) else size
        if name == CONFIG and cut == -1:
            cut = -3  # its last line end is no loss
        (folder / name).write_bytes(data[:cut])
    with pytest.raises(ModelError, match="restore") as caught:
        load_model(folder)
    assert str(folder / name) in str(caught.value)


@pytest.mark.parametrize(
    "config",
    [
        {"size": 7}, {"size": "8"}, {"cell": "RNN"}, {"score": "cosine"}, {"more": 1},
        {"vocabulary": 12}, {"vocabulary": -1}, {"tokeniser": "bytes"}, [], None,
    ],
    ids=str,
)  # fmt: skip
def test_a_config_that_cannot_be_is_named(folder, config):
    data = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(data | config if isinstance(config, dict) else config))
    with pytest.raises(ModelError, match=CONFIG):
        load_model(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda weights: weights.pop("W_c.weight"),
        lambda weights: weights.update(more=torch.zeros(1)),
        lambda weights: weights.update({"W_c.weight": torch.zeros(3, 3)}),
        lambda weights: weights.update({"W_c.weight": weights["W_c.weight"].T.contiguous()}),
    ],
    ids=["missing", "more", "shape", "transposed"],
)
def test_weights_of_another_shape_are_named(folder, damage):
    weights = load_file(folder / WEIGHTS)
    damage(weights)
    save_file(weights, folder / WEIGHTS)
    with pytest.raises(ModelError, match=r"W_c\.weight|more") as caught:
        load_model(folder)
    assert str(folder / WEIGHTS) in str(caught.value)


def test_weights_of_another_score_are_told(folder):
    data = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(data | {"score": "concat"}))
    with pytest.raises(ModelError, match="score"):
        load_model(folder)


def test_no_pickle_is_read(folder):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was read",))

    torch.save(Trap(), folder / WEIGHTS)
    with pytest.raises(ModelError, match=WEIGHTS):
        load_model(folder)
    source = "".join(path.read_text() for path in Path(core.__file__).parent.rglob("*.py"))
    assert not re.search(r"import pickle|from pickle|pickle\.|torch\.(load|save)\(", source)


def test_the_manifest_leads_to_the_model(models, folder):
    assert list(entries(models)) == [NAME]
    assert check_files(entry(NAME, models)) == folder
    translator = Translator.load(NAME, models)
    assert (translator.name, translator.source, translator.target) == (NAME, "eng", "fra")
    assert translator.translate("I sing.", limit=3).model.name == NAME


def test_an_entry_is_replaced_and_others_stay(models):
    first = entry(NAME, models)
    name, facts = "deu-fra-dot", Facts("GRU", "dot", ("recurrence",), (), 7)
    other = Entry(name, "deu", "fra", facts, "Ja.", "Oui.", folder=models / name)
    write_entry(other, models)
    write_entry(other, models)
    assert entries(models) == {"deu-fra-dot": other, NAME: first}


def test_the_manifest_is_read_again_when_it_changes(models, monkeypatch):
    before, reads = entries(models), []
    read = json.loads
    monkeypatch.setattr(manifest.json, "loads", lambda text: reads.append(1) or read(text))
    assert entries(models) == before and entries(models) is not entries(models) and not reads
    write_entry(replace(before[NAME], sentence="Something else."), models)
    assert entries(models)[NAME].sentence == "Something else."


def test_an_unknown_name_lists_the_known(models):
    with pytest.raises(UnknownModel, match=f"no model 'eng-fra-x'; there are {NAME}") as caught:
        Translator.load("eng-fra-x", models)
    assert isinstance(caught.value, KeyError) and isinstance(caught.value, ModelError)
    assert not str(caught.value).startswith(('"', "'"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_manifest_does_not_describe_is_named(models, folder, name):
    check_files(entry(NAME, models))
    data = bytearray((folder / name).read_bytes())
    for altered in (data[:-1], data[:10] + bytes([data[10] ^ 1]) + data[11:], data + b"\0", b""):
        (folder / name).write_bytes(altered)
        with pytest.raises(ModelError, match="restore") as caught:
            Translator.load(NAME, models)
        assert str(folder / name) in str(caught.value)
    (folder / name).unlink()
    with pytest.raises(ModelError, match="missing") as caught:
        Translator.load(NAME, models)
    assert str(folder / name) in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"a": 1}', '{"a": {"source": "eng"}}'])
def test_a_broken_manifest_is_named(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.json cannot be read.*restore"):
        entry(NAME, tmp_path)


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=manifest.MODELS.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_looking_for_models_imports_no_torch():
    code = "import sys, core, core.manifest, core.trace, core.figures, core.tables, core.stage\n"
    assert run(code + "print('torch' in sys.modules)").strip() == "False"


def test_an_unknown_name_is_told_before_torch():
    code = (
        "import sys, core\n"
        "try: core.load('nobody')\n"
        "except Exception as error: print(type(error).__name__, 'torch' in sys.modules)\n"
    )
    kind, torch_too = run(code).split()
    assert torch_too == "False"
    assert kind == (
        "UnknownModel" if (manifest.MODELS / "manifest.json").exists() else "ModelError"
    )
