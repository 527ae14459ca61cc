"""Settings of a folder that say what they cannot: one sentence that names the file, and the other
models stay where they are."""

from __future__ import annotations

import json
import resource
import shutil
import struct
from pathlib import Path

import pytest
from safetensors.torch import load_file

from core import huggingface, load, manifest, memory, wrap
from core.huggingface.facts import facts_of, languages_of
from core.huggingface.settings import unheeded
from core.manifest import ModelError
from core.refusals import TypedMark
from tests.huggingface import making
from tests.huggingface.making import WORDS

DEEP = '{"a":' * 5_000 + "1" + "}" * 5_000


@pytest.fixture
def place(folder_of, tmp_path, monkeypatch) -> Path:
    """Where a good model of each of three shapes stands, and what is broken is put."""
    monkeypatch.setenv(manifest.PLACES, str(tmp_path))
    shutil.copytree(folder_of("bert"), tmp_path / "good")
    return tmp_path


def change(folder: Path, file: str = "config.json", **other) -> None:
    path = folder / file
    told = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**told, **other}))


def header(folder: Path, **other) -> None:
    """Other things said of the first tensor of the weights."""
    path = folder / "model.safetensors"
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    told = json.loads(data[8 : 8 + length])
    name = next(one for one in told if one != "__metadata__")
    told[name] |= other
    written = json.dumps(told).encode()
    path.write_bytes(struct.pack("<Q", len(written)) + written + data[8 + length :])


ODD_CONFIG = [
    ("bert", {"model_type": ["bert"]}), ("bert", {"model_type": {"a": 1}}),
    ("bert", {"architectures": 5}), ("bert", {"architectures": {"a": 1}}),
    ("bert", {"architectures": [["BertForMaskedLM"]]}),
    ("bert", {"num_hidden_layers": 10**30}), ("bert", {"num_hidden_layers": 0}),
    ("bert", {"num_hidden_layers": True}), ("bert", {"num_attention_heads": "4"}),
    ("bert", {"num_attention_heads": -4}), ("bert", {"num_attention_heads": 1e300}),
    ("albert", {"inner_group_num": "x"}), ("albert", {"num_hidden_groups": "a"}),
    ("albert", {"num_hidden_groups": -1}), ("albert", {"inner_group_num": 10**9}),
    ("bert", {"vocab_size": -3}), ("bert", {"max_position_embeddings": "64"}),
    ("bert", {"max_position_embeddings": 10**18}), ("mistral", {"sliding_window": -3}),
    ("gpt2", {"scale_attn_weights": "no"}), ("gpt2", {"n_layer": [3]}),
    ("bert", {"transformers_weights": "pytorch_model.bin"}),
]  # fmt: skip


@pytest.mark.parametrize(("family", "other"), ODD_CONFIG, ids=str)
def test_settings_of_another_kind_are_told(family, other, folder_of, place):
    folder = shutil.copytree(folder_of(family), place / "odd")
    change(folder, **other)
    with pytest.raises(ModelError, match=r"config\.json .*(restore it|take that setting)") as told:
        huggingface.look(folder)
    assert next(iter(other)) in str(told.value) and len(str(told.value)) < 400
    found = manifest.found()
    assert [entry for entry in found.entries.values() if entry.own] == [found.entries["good"]]
    assert found.refused == (str(told.value),)


ODD_HEADERS = [
    {"shape": [-(10**18)]}, {"shape": [float("inf")]}, {"shape": ["a"]}, {"shape": 5},
    {"shape": [1e3]}, {"shape": [True]}, {"dtype": "F33"}, {"dtype": None}, {"data_offsets": [0]},
    {"shape": [10**12]}, {"dtype": ["F32"]},
]  # fmt: skip


@pytest.mark.parametrize("other", ODD_HEADERS, ids=str)
def test_a_tensor_has_as_many_bytes_as_it_says(other, place):
    folder = shutil.copytree(place / "good", place / "odd")
    header(folder, **other)
    with pytest.raises(ModelError, match=r"model\.safetensors is no whole file of safetensors"):
        huggingface.look(folder)
    assert "good" in manifest.found().entries


def deep(folder: Path) -> None:
    (folder / "config.json").write_text(DEEP)


def deep_tokeniser(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text(DEEP)


def deep_about(folder: Path) -> None:
    (folder / "about.json").write_text(DEEP)


def odd_language(folder: Path) -> None:
    change(folder, "tokenizer_config.json", source_lang=5)


def itself(folder: Path) -> None:
    (folder / "notes.txt").symlink_to("notes.txt")


def nothing(folder: Path) -> None:
    (folder / "notes.txt").symlink_to("gone.txt")


def inside_a_folder(folder: Path) -> None:
    (folder.parent / "secret.jinja").write_text("secret")
    (folder / "additional_chat_templates").mkdir()
    (folder / "additional_chat_templates" / "x.jinja").symlink_to(folder.parent / "secret.jinja")


def a_folder_elsewhere(folder: Path) -> None:
    (folder.parent / "templates").mkdir()
    (folder / "additional_chat_templates").symlink_to(folder.parent / "templates")


def another_model_of_pieces(folder: Path) -> None:
    change(folder, "tokenizer_config.json", sp_model_kwargs={"model_file": "/etc/passwd"})


ODD = [
    deep, deep_tokeniser, deep_about, odd_language, itself, inside_a_folder, a_folder_elsewhere,
    another_model_of_pieces,
]  # fmt: skip


@pytest.mark.parametrize("damage", ODD, ids=lambda one: one.__name__)
def test_an_odd_folder_takes_no_other_away(damage, place):
    folder = shutil.copytree(place / "good", place / "odd")
    damage(folder)
    found = manifest.found()
    assert "good" in found.entries and "odd" not in found.entries
    (told,) = found.refused
    assert str(folder) in told and "\n" not in told and len(told) < 400
    if damage is not deep_about:  # of its languages whoever loads it is told
        with pytest.raises(ModelError):
            load(folder)


def test_a_link_to_nothing_that_is_not_read_is_no_matter(place):
    nothing(place / "good")
    assert manifest.found().refused == () and load(place / "good").read(WORDS).filled


def test_what_nobody_foresaw_takes_no_other_away(place, monkeypatch):
    shutil.copytree(place / "good", place / "odd")

    def look(folder):
        if folder.name == "odd":
            raise MemoryError
        return huggingface.look(folder)

    monkeypatch.setattr(manifest, "look", look)
    found = manifest.found()
    assert "good" in found.entries
    assert str(place / "odd") in found.refused[0] and "MemoryError" in found.refused[0]


def test_a_place_that_may_not_be_looked_into_is_told(place, monkeypatch):
    closed, is_file = place / "closed", Path.is_file

    def refuse(path):
        if path.parent == closed:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    closed.mkdir()
    monkeypatch.setattr(Path, "is_file", refuse)
    found = manifest.found()
    assert "good" in found.entries
    assert found.refused == (f"{closed} cannot be looked into (Permission denied): it is left out",)


@pytest.mark.parametrize(
    ("file", "other"),
    [("facts.json", {"parameters": "x"}), ("facts.json", {"spared": -1}),
     ("facts.json", {"attentions": [{"block": "cross", "layers": "a", "heads": 1}]})],
)  # fmt: skip
def test_so_does_an_odd_folder_of_training(file, other, place, transformer_folder):
    folder = shutil.copytree(transformer_folder, place / "ours")
    change(folder, file, **other)
    found = manifest.found()
    assert "good" in found.entries and str(folder / file) in found.refused[0]


WRITING = [
    {"eos_token_id": "x"}, {"eos_token_id": [2, "x"]}, {"eos_token_id": -1},
    {"eos_token_id": 10**6}, {"bad_words_ids": 5}, {"bad_words_ids": [["a"]]},
    {"bad_words_ids": [5]}, {"bad_words_ids": [[]]}, {"suppress_tokens": "abc"},
    {"suppress_tokens": [-3]}, {"decoder_start_token_id": 10**6}, {"decoder_start_token_id": [1]},
    {"forced_bos_token_id": 10**6}, {"bos_token_id": True}, {"bos_token_id": 10**6},
]  # fmt: skip


@pytest.mark.parametrize("other", WRITING, ids=str)
def test_odd_settings_of_writing_are_told_by_their_file(other, folder_of, tmp_path):
    folder = shutil.copytree(folder_of("bart"), tmp_path / "mine")
    change(folder, "generation_config.json", **other)
    with pytest.raises(ModelError, match=r"generation_config\.json .*restore it, or save") as told:
        load(folder)
    assert next(iter(other)) in str(told.value)
    theirs, tokeniser = making.read("bart", folder_of("bart"))
    for name, value in other.items():
        setattr(theirs.generation_config, name, value)
    with pytest.raises(ModelError, match=r"BartForConditionalGeneration\.generation_config "):
        wrap(theirs, tokeniser)


def test_a_model_that_can_read_nothing_is_told(folder_of, tmp_path):
    with making.quiet():
        theirs, tokeniser = making.made("roberta", tmp_path, max_position_embeddings=3)
    with pytest.raises(ModelError, match="leaves room for 1 tokens .*max_position_embeddings"):
        wrap(theirs, tokeniser)


CALLED_FOR = [
    {"vocab_size": 19_000_000}, {"max_position_embeddings": 19_000_000},
    {"intermediate_size": 30_000_000}, {"num_hidden_layers": 900},
]  # fmt: skip


@pytest.mark.parametrize("other", CALLED_FOR, ids=str)
def test_what_the_settings_call_for_is_told_before_it_is_made(other, place, monkeypatch):
    change(place / "good", **other)
    monkeypatch.setattr("transformers.AutoModelForMaskedLM.from_pretrained", None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ModelError, match=r"model\.safetensors.*config\.json beside it"):
        load(place / "good")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB
    monkeypatch.setattr(memory, "available", lambda: 2**20)
    with pytest.raises(ModelError, match=r"needs .* GB of memory, and 0\.0 GB"):
        load(place / "good")


def test_waves_of_positions_are_not_made_where_they_do_not_fit(folder_of, tmp_path, monkeypatch):
    folder = shutil.copytree(folder_of("m2m_100"), tmp_path / "many")
    change(folder, max_position_embeddings=19_000_000)
    monkeypatch.setattr(memory, "available", lambda: 2**30)
    with pytest.raises(ModelError, match=r"many needs 1\.4 GB of memory, and 1\.0 GB"):
        load(folder, source="en", target="fr")


def test_a_file_of_old_names_is_as_large_as_its_settings_say(place):
    """Of a norm the weight was called gamma, and the base model was saved by itself."""
    from safetensors.torch import save_file

    path = place / "good" / "model.safetensors"
    before = load(place / "good").read(WORDS)
    weights = load_file(path)
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): one
        for name, one in weights.items()
    }
    save_file(old, path, {"format": "pt"})
    assert load(place / "good").read(WORDS).attentions[0].weights.shape == (
        before.attentions[0].weights.shape
    )


def test_what_the_search_does_not_follow_is_told(folder_of, place):
    told = {
        "renormalize_logits": True, "bad_words_ids": [[5], [5, 6]], "no_repeat_ngram_size": 0,
        "num_beams": 4, "min_new_tokens": 3, "repetition_penalty": 1.0, "eos_token_id": [2, 2],
    }  # fmt: skip
    assert unheeded(told) == ("min_new_tokens", "renormalize_logits", "bad_words_ids")
    folder = shutil.copytree(folder_of("bart"), place / "writes")
    assert manifest.entries()["writes"].facts.unheeded == ()
    change(folder, "generation_config.json", renormalize_logits=True, forced_eos_token_id=2)
    entry, ours = manifest.entries()["writes"], load("writes")
    assert entry.facts.unheeded == ours.facts.unheeded == (
        "forced_eos_token_id", "renormalize_logits",
    )  # fmt: skip
    trace = ours.translate(WORDS, limit=3)
    assert "unheeded" in trace.model.remarks and entry.facts.remarks == ours.facts.remarks


@pytest.mark.parametrize(
    ("family", "mark"),
    [("gpt2", "<|endoftext|>"), ("bert", "[SEP]"), ("bert", "[CLS]"), ("roberta", "</s>"),
     ("t5", "</s>"), ("llama", "<s>"), ("marian", "</s>"), ("m2m_100", "</s>")],
)  # fmt: skip
def test_a_mark_that_is_typed_is_refused_and_never_read_as_one(family, mark, both):
    ours = both(family).ours
    verb = getattr(ours, ours.facts.does)
    for text in (f"I sing{mark}now.", mark, f"I sing {mark}"):
        with pytest.raises(TypedMark, match="reads as a mark and not as text") as refused:
            verb(text)
        assert refused.value.mark in text
    assert verb(f"I sing {mark[0]} now.").typed
    if ours.facts.does != "read":
        assert verb("I sing", prefix="I", limit=2).path()[0].forced


def test_a_mask_that_is_typed_is_one(both):
    ours = both("bert").ours
    assert ours.vocabulary.mask in [token.id for token in ours.read("I [MASK] now.").source]


def test_languages_and_facts_need_no_other_look(place):
    described = huggingface.look(place / "good")
    assert languages_of(place / "good", described) == ("und", "und")
    assert facts_of(described).parameters == described.parameters > 0
