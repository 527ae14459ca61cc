"""Folders that do not hold what they should: each is told in one sentence that names the file and
what to do; nothing of them is run, and nothing outside them is read."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import core
from core import huggingface, load, wrap
from core.foreign import is_huggingface
from core.manifest import ModelError, UnknownModel
from core.models import huggingface as adapter
from tests import tolerance
from tests.huggingface import making
from tests.huggingface.making import WORDS


@pytest.fixture
def folder(folder_of, tmp_path) -> Path:
    """A copy of the folder of a model that reads."""
    return shutil.copytree(folder_of("bert"), tmp_path / "mine")


@pytest.fixture
def nobody_is_asked(monkeypatch):
    """The network is not there."""

    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def config(folder: Path, **other) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **other}))


def no_tokeniser(folder: Path) -> str:
    (folder / "tokenizer.json").unlink()
    return r"tokenizer\.json is missing, .*tokenizer\.save_pretrained"


def broken_tokeniser(folder: Path) -> str:
    (folder / "tokenizer.json").write_text('{"version": "1.0", "model": 3}')
    return r"tokenizer\.json or the files beside it make no tokeniser .*save the model's tokeniser"


def cut_tokeniser(folder: Path) -> str:
    (folder / "tokenizer.json").write_text('{"version": "1.0", ')
    return r"tokenizer\.json cannot be read .*restore it"


def broken_settings(folder: Path) -> str:
    (folder / "generation_config.json").write_text("[1]")
    return r"generation_config\.json cannot be read \(it is no JSON object\): restore it"


def other_tokeniser(folder: Path) -> str:
    path = folder / "tokenizer.json"
    told = json.loads(path.read_text())
    told["model"]["vocab"] |= {f"other{i}": len(told["model"]["vocab"]) + i for i in range(40)}
    path.write_text(json.dumps(told))
    return r"tokenizer\.json has \d+ tokens .* has embeddings for \d+: put the tokeniser of this"


def smaller_tokeniser(folder: Path) -> str:
    path = folder / "tokenizer.json"
    told = json.loads(path.read_text())
    told["model"]["vocab"] = dict([*told["model"]["vocab"].items()][:30])
    path.write_text(json.dumps(told))
    return r"tokenizer\.json has 30 tokens .* has embeddings for \d+"


def a_pickle_alone(folder: Path) -> str:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch /tmp/run'\ntR.")
    return r"pytorch_model\.bin is a pickle, which can run code .*save_pretrained\(folder\)"


def no_weights(folder: Path) -> str:
    (folder / "model.safetensors").unlink()
    return r"model\.safetensors is missing: restore it"


def cut_weights(folder: Path) -> str:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    return r"model\.safetensors is no whole file of safetensors .*download or save it again"


def long_header(folder: Path) -> str:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    return r"model\.safetensors is no whole file of safetensors \(its header is longer"


def sharded(folder: Path, keep: int = 2) -> list[str]:
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    half = len(weights) // 2
    parts = [dict([*weights.items()][:half]), dict([*weights.items()][half:])]
    for name, part in list(zip(names, parts))[:keep]:
        save_file(part, folder / name, {"format": "pt"})
    places = {key: name for name, part in zip(names, parts) for key in part}
    index = {"metadata": {"total_size": 1}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return names


def half_the_shards(folder: Path) -> str:
    sharded(folder, 1)
    return r"model-00002-of-00002\.safetensors is missing, one of 2 files of weights"


def half_a_shard(folder: Path) -> str:
    path = folder / sharded(folder)[1]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return r"model-00002-of-00002\.safetensors is no whole file of safetensors"


def a_shard_without_its_weight(folder: Path) -> str:
    _, second = sharded(folder)
    weights = load_file(folder / second)
    lost = weights.popitem()[0]
    save_file(weights, folder / second, {"format": "pt"})
    return rf"model-00002-of-00002\.safetensors has no weight {re.escape(lost)}"


def a_shard_elsewhere(folder: Path) -> str:
    _, second = sharded(folder)
    path = folder / "model.safetensors.index.json"
    (folder / second).rename(folder.parent / "else.safetensors")
    path.write_text(path.read_text().replace(second, "../else.safetensors"))
    return r"else\.safetensors leads out of the folder, and nothing outside it is read"


def a_link_elsewhere(folder: Path) -> str:
    (folder / "tokenizer.json").rename(folder.parent / "else.json")
    (folder / "tokenizer.json").symlink_to(folder.parent / "else.json")
    return r"tokenizer\.json leads out of the folder"


def unknown_architecture(folder: Path) -> str:
    config(folder, model_type="mamba", architectures=["MambaForCausalLM"])
    return r"config\.json names the architecture 'mamba', .*take a model of marian, t5"


def remote_code(folder: Path) -> str:
    config(folder, auto_map={"AutoModel": "mine.Model"})
    (folder / "mine.py").write_text("raise SystemExit('it was run')")
    return r"config\.json asks for code of its own \(auto_map\), and Heed runs no code"


def remote_code_of_a_tokeniser(folder: Path) -> str:
    path = folder / "tokenizer_config.json"
    told = {**json.loads(path.read_text()), "auto_map": {"AutoTokenizer": ["mine.Tokens", None]}}
    path.write_text(json.dumps(told))
    return r"tokenizer_config\.json asks for code of its own"


def other_shape(folder: Path) -> str:
    config(folder, intermediate_size=44)
    return (
        r"model\.safetensors: .*\.bias has the shape \(20,\), but config\.json .* \(44,\); restore"
    )


def more_layers(folder: Path) -> str:
    config(folder, num_hidden_layers=5)
    return r"model\.safetensors has no weight bert\.encoder\.layer\.3\..*config\.json beside it"


def no_numbers(folder: Path) -> str:
    weights = load_file(folder / "model.safetensors")
    name = sorted(one for one in weights if "dense" in one)[0]
    weights[name] = torch.full_like(weights[name], torch.nan)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return rf"model\.safetensors: {re.escape(name)} holds values that are no numbers"


def quantised(folder: Path) -> str:
    config(folder, quantization_config={"quant_method": "gptq"})
    return r"config\.json says that the weights are quantised"


def an_adapter(folder: Path) -> str:
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "../other"}')
    return r"adapter_config\.json says that this is an adapter"


def impossible(folder: Path) -> str:
    config(folder, hidden_size=15)
    return r"config\.json makes no model \(ValueError"


def a_decoder(folder: Path) -> str:
    config(folder, is_decoder=True)
    return r"is an encoder that was turned into a decoder"


BROKEN = [
    no_tokeniser, broken_tokeniser, cut_tokeniser, broken_settings, other_tokeniser,
    smaller_tokeniser, a_pickle_alone, no_weights, cut_weights, long_header,
    half_the_shards, half_a_shard,
    a_shard_without_its_weight, a_shard_elsewhere, a_link_elsewhere, unknown_architecture,
    remote_code, remote_code_of_a_tokeniser, other_shape, more_layers, no_numbers, quantised,
    an_adapter, impossible, a_decoder,
]  # fmt: skip


@pytest.mark.parametrize("damage", BROKEN, ids=lambda one: one.__name__)
def test_what_is_wrong_is_one_sentence(folder, damage, nobody_is_asked):
    told = damage(folder)
    with pytest.raises(ModelError, match=told) as refused:
        load(folder)
    sentence = str(refused.value)
    assert "\n" not in sentence and str(folder) in sentence and len(sentence) < 600


def test_a_config_that_is_no_json_is_told(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"config\.json"):
        huggingface.look(folder)
    assert not is_huggingface(folder)


def test_a_whole_folder_needs_no_network(folder, nobody_is_asked):
    assert load(folder).read(WORDS).filled


def test_shards_are_read_as_one_file_is(folder):
    before = load(folder).read(WORDS)
    sharded(folder)
    described = huggingface.look(folder)
    assert described.parameters == load(folder).facts.parameters and described.does == "read"
    assert load(folder).read(WORDS) == before


def test_our_own_folders_are_none_of_these(transformer_folder, folder):
    assert not is_huggingface(transformer_folder)
    assert is_huggingface(folder) and not is_huggingface(folder.parent)
    assert load(transformer_folder).translate(WORDS, limit=3).text is not None
    with pytest.raises(ValueError, match="leave source and target out"):
        load(transformer_folder, source="en")


def test_what_is_wrapped_is_not_changed(folder_of):
    model, tokeniser = making.read("gpt2", folder_of("gpt2"))
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    hooks = [len(module._forward_hooks) for module in model.modules()]
    ours = wrap(model, tokeniser, name="mine")
    trace = ours.write(WORDS, limit=4)
    assert trace.model.name == "mine" and trace == wrap(model, tokeniser, name="mine").write(
        WORDS, limit=4
    )
    assert model.training and model.config._attn_implementation == "eager"
    assert [len(module._forward_hooks) for module in model.modules()] == hooks
    assert all((value == before[name]).all() for name, value in model.state_dict().items())
    shared = {id(one) for one in model.parameters()}
    assert {id(one) for one in ours.model.parameters()} == shared, "no weight is held twice"
    with torch.no_grad():
        model.transformer.wte.weight.mul_(2)
    assert ours.write(WORDS, limit=4) != trace, "they are the very same"


def test_what_cannot_be_wrapped_is_told(folder_of):
    import transformers

    model, tokeniser = making.read("gpt2", folder_of("gpt2"))
    with pytest.raises(ModelError, match="load it by AutoModelForCausalLM"):
        wrap(model.transformer, tokeniser)
    with pytest.raises(ModelError, match=r"hand over model\.float\(\)"):
        wrap(model.half(), tokeniser)
    small = transformers.OPTConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1)
    with pytest.raises(ModelError, match="architecture 'opt', which Heed does not read"):
        wrap(transformers.OPTForCausalLM(small), tokeniser)
    other = making.wordpiece()
    with pytest.raises(ModelError, match="put the tokeniser of this very model there"):
        wrap(making.read("gpt2", folder_of("gpt2"))[0], other)


def test_a_model_that_shows_no_attention_is_told(folder_of, monkeypatch):
    from transformers.models.gpt2 import modeling_gpt2

    model, tokeniser = making.read("gpt2", folder_of("gpt2"))
    own = modeling_gpt2.ALL_ATTENTION_FUNCTIONS

    class Deaf:
        def get_interface(self, name, default):
            return own.get_interface("sdpa", default)

    monkeypatch.setattr(modeling_gpt2, "ALL_ATTENTION_FUNCTIONS", Deaf())
    with pytest.raises(ModelError, match="returns no attention that could be shown"):
        wrap(model, tokeniser)


def test_settings_that_the_search_does_not_follow_are_named(folder_of):
    model, tokeniser = making.read("gpt2", folder_of("gpt2"))
    assert wrap(model, tokeniser).model.unheeded == ()
    model.generation_config.no_repeat_ngram_size = 3
    model.generation_config.bad_words_ids = [[5]]
    model.generation_config.eos_token_id = [tokeniser.eos_token_id, 7]
    ours = wrap(model, tokeniser)
    assert ours.model.unheeded == ("no_repeat_ngram_size", "eos_token_id")
    assert ours.writable.end == tokeniser.eos_token_id
    assert not ours.writable.allowed[5] and ours.writable.allowed[6]


def test_a_model_of_the_hub_is_taken_from_its_cache(folder, tmp_path, monkeypatch, nobody_is_asked):
    from huggingface_hub import constants

    cache, commit = tmp_path / "hub", "a" * 40
    place = cache / "models--owner--mine"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(commit)
    (place / "blobs").mkdir()
    snapshot = place / "snapshots" / commit
    snapshot.mkdir(parents=True)
    for path in folder.iterdir():
        shutil.move(path, place / "blobs" / path.name)
        (snapshot / path.name).symlink_to(Path("../../blobs") / path.name)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    ours = load("owner/mine")
    assert ours.name == "mine" and ours.read(WORDS).filled


def test_the_network_is_used_only_after_it_was_said(tmp_path, monkeypatch, capsys):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    said = []

    def refuse(*_, **__):
        said.append(capsys.readouterr().err)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError, match="owner/none could not be fetched .* or name a folder"):
        load("owner/none")
    assert said[0] == "Heed fetches owner/none from huggingface.co over the network.\n"


def test_without_the_library_it_is_said_how_to_get_it(folder, monkeypatch):
    monkeypatch.setattr(adapter, "NEEDED", "transformers_that_is_not_there")
    with pytest.raises(
        ModelError, match="pip install -r requirements-huggingface.txt, or make app"
    ):
        load(folder)
    with pytest.raises(ModelError, match="make app HUGGINGFACE=1"):
        wrap(object(), object())
    with pytest.raises(ModelError, match="there is no model and no folder 'owner/none', and a Hug"):
        load("owner/none")
    assert core.load("eng-fra-general").name == "eng-fra-general"


def test_a_folder_that_is_not_there_is_not_looked_for_in_the_hub(
    tmp_path, monkeypatch, nobody_is_asked
):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownModel, match="no model 'runs/mine'; there are .*eng-fra-bahdanau"):
        load("runs/mine")


def test_a_trained_model_is_read_too(trained_folder):
    import transformers

    ours = load(trained_folder)
    trace = ours.read("The cat sat on the mat because it was tired.")
    assert trace.heads("encoder") == (6, 12)
    theirs = transformers.AutoModel.from_pretrained(trained_folder, attn_implementation="eager")
    ids = torch.tensor([[token.id for token in trace.source]])
    with torch.no_grad():
        found = theirs.eval()(ids, output_attentions=True).attentions
    weights = torch.cat(found).numpy()
    assert trace.blocks["encoder"].weights == tolerance.weights(weights)
