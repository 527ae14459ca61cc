"""What the tests share: one thread (or HEED_THREADS), tiny random models, a small vocabulary."""

from __future__ import annotations

import hashlib
import itertools
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import settings

from core import manifest
from core.checkpoint import facts, save_model
from core.models.recurrent import RecurrentConfig, RecurrentModel
from core.models.transformer import TransformerConfig, TransformerModel
from core.opening import Opening
from core.scores import score_functions
from core.tokenisers.pieces import Vocabulary
from core.trace import Trace
from core.translator import Translator

torch.set_num_threads(int(os.environ.get("HEED_THREADS", "1")))
# The same examples each time, without a time limit each and without a folder of past failures.
settings.register_profile("heed", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("heed")

WHO = {"I": "Je", "You": "Tu", "He": "Il", "She": "Elle", "Tom": "Tom"}
DOES = {"sing": "chante", "eat": "mange", "talk": "parle", "work": "travaille", "look": "regarde"}
WHEN = {"": "", " now": " maintenant", " here": " ici", " again": " encore", " well": " bien"}
MARK = {".": ".", "!": " !"}


def sentence_pairs() -> list[tuple[str, str]]:
    """250 pairs of a toy language, in a fixed order."""
    return [
        (f"{who} {does}{when}{mark}", f"{WHO[who]} {DOES[does]}{WHEN[when]}{MARK[mark]}")
        for who, does, when, mark in itertools.product(WHO, DOES, WHEN, MARK)
    ]


def random_model(vocabulary: int, seed: int = 0, **options) -> RecurrentModel:
    """A tiny model whose weights are large enough that its distributions are far from flat."""
    torch.manual_seed(seed)
    config = RecurrentConfig(vocabulary, **{"size": 8, "dropout": 0.0, **options})
    model = RecurrentModel(config).eval()
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.6)
    return model


def random_transformer(vocabulary: int, seed: int = 0, **options) -> TransformerModel:
    """A tiny Transformer, its weights as large as those of `random_model`."""
    torch.manual_seed(seed)
    sizes = {"size": 8, "heads": 2, "encoder_layers": 2, "decoder_layers": 2, "inner": 12}
    model = TransformerModel(TransformerConfig(vocabulary, **{**sizes, "dropout": 0.0, **options}))
    with torch.no_grad():
        for value in model.parameters():
            value.normal_(std=0.6)
    return model.eval()


VARIANTS = [
    pytest.param(
        {"score": score, "cell": cell, "input_feeding": feeding},
        id=f"{score or 'none'}-{cell}{'-feeding' if feeding else ''}",
    )
    for score in (*score_functions(), None)
    for cell in ("LSTM", "GRU")
    for feeding in (False, True)
] + [
    pytest.param(
        {"score": score, "cell": cell, "input_feeding": feeding, "wiring": "bahdanau"},
        id=f"bahdanau-{score}-{cell}{'-feeding' if feeding else ''}",
    )
    for score, cell, feeding in (
        ("concat", "GRU", False), ("concat", "LSTM", False), ("general", "LSTM", True),
    )
] + [
    pytest.param({"score": score, "cell": "RNN"}, id=f"{score or 'none'}-RNN")
    for score in ("general", None)
] + [
    pytest.param(
        {"score": score, "one_hot": True, "bidirectional": False, "combine": score is not None},
        id=f"one-hot-{score or 'none'}",
    )
    for score in ("general", None)
] + [
    pytest.param(
        {"score": "general", "window": window, "reach": 1, "input_feeding": feeding, **more},
        id=f"{window}{'-feeding' if feeding else ''}{'-bahdanau' if more else ''}",
    )
    for window in ("monotonic", "predictive")
    for feeding, more in ((False, {}), (True, {}), (False, {"wiring": "bahdanau"}))
]  # fmt: skip


@pytest.fixture
def drop(tmp_path, monkeypatch):
    """Puts a module where a package looks, and makes everybody forget it afterwards: another test
    in this process may put another of the same name there."""
    cached, modules = [], []

    def put(package, name: str, text: str, *registries) -> Path:
        folder = tmp_path / package.__name__.replace(".", "/")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
        modules.append((package, name.removesuffix("/__init__.py").removesuffix(".py")))
        for registry in registries:
            cached.append(registry)
            registry.cache_clear()
        return path

    yield put
    monkeypatch.undo()
    for registry in cached:
        registry.cache_clear()
    for package, name in modules:
        vars(package).pop(name, None)
        for module in [*sys.modules]:
            if f"{module}.".startswith(f"{package.__name__}.{name}."):
                del sys.modules[module]


@pytest.fixture(params=VARIANTS)
def options(request) -> dict:
    """The options of every score, and none, with every cell, with and without input feeding, of
    Bahdanau's wiring, and of models that read one-hot vectors from one end."""
    return request.param


@pytest.fixture(params=[*score_functions(), None], ids=lambda score: score or "none")
def any_score(request) -> str | None:
    return request.param


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.train((side for pair in sentence_pairs() for side in pair), 400)


@pytest.fixture(scope="session")
def folders(vocabulary, tmp_path_factory) -> dict[str | None, Path]:
    """A saved random model for each score, and for none."""
    root = tmp_path_factory.mktemp("models")
    found = {}
    for score in (*score_functions(), None):
        model = random_model(len(vocabulary), score=score)
        found[score] = root / f"eng-fra-{score or 'none'}"
        save_model(found[score], model.config, model.state_dict(), vocabulary)
    return found


@pytest.fixture(scope="session")
def translators(folders) -> dict[str | None, Translator]:
    return {
        score: Translator.from_folder(folder, "eng", "fra") for score, folder in folders.items()
    }


@pytest.fixture
def translator(translators) -> Translator:
    return translators["general"]


@pytest.fixture(scope="session")
def transformer_folder(vocabulary, tmp_path_factory) -> Path:
    """A saved random Transformer."""
    folder = tmp_path_factory.mktemp("transformer") / "eng-fra-transformer"
    model = random_transformer(len(vocabulary))
    save_model(folder, model.config, model.state_dict(), vocabulary)
    return folder


@pytest.fixture(scope="session")
def transformer(transformer_folder) -> Translator:
    """It, read again."""
    return Translator.from_folder(transformer_folder, "eng", "fra")


def add_transformer(models: Path, like: manifest.Entry, name: str = "eng-fra-transformer") -> None:
    """Puts a random Transformer with the vocabulary of the shipped model `like` into a box."""
    vocabulary = Vocabulary.read(manifest.MODELS / like.name / Vocabulary.file)
    model = random_transformer(len(vocabulary))
    save_model(models / name, model.config, model.state_dict(), vocabulary)
    told = facts(model, vocabulary)
    trace = Translator.from_folder(models / name, "eng", "fra").translate(like.sentence, limit=12)
    (models / name / "example.json").write_text(trace.to_json(), encoding="utf-8")
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (models / name).iterdir()
    }
    manifest.write_entry(
        replace(
            like, name=name, facts=told, translation=trace.text, files=files,
            opens=Opening(f"cross.{told.heads[0]}.1", None),
        ),
        models,
    )  # fmt: skip


class Row(NamedTuple):
    """Where one step looked: (K,), or (L, H, K) where there are several heads."""

    scores: np.ndarray
    weights: np.ndarray
    visible: np.ndarray  # (K,)


def rows(trace: Trace, block: str = "cross", leaf: int | None = None) -> list[Row]:
    """A row for each step of a path."""
    found = trace.rows(block, leaf)
    place = (0, 0) if found.shape == (1, 1) else ()
    return [
        Row(found.scores[..., t, :][place], found.weights[..., t, :][place], found.visible[0, 0, t])
        for t in range(found.weights.shape[2])
    ]
