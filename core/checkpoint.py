"""A model as a folder, loaded strictly.

`config.json` says its kind, its shape and its tokeniser, `weights.safetensors` holds the weights in
half precision, a file named by the tokeniser the vocabulary. What stands there besides (where it
comes from, its card, how it was trained) does not change what it computes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.facts import FILE as FACTS
from core.facts import Facts
from core.manifest import CONFIG, WEIGHTS, ModelError
from core.models import Model, kinds
from core.plain import parsed
from core.tokenisers import Tokeniser, tokeniser
from core.tokenisers.pieces import Vocabulary


def build(config) -> Model:
    """An untrained model of that shape."""
    return kinds()[config.kind](config)


def facts(model, vocabulary: Tokeniser) -> Facts:
    """What a model states of itself, with what it reads."""
    return replace(model.facts(), tokeniser=vocabulary.kind)


def save_facts(folder: Path, told: Facts) -> None:
    """Writes them where `core.manifest` finds them without loading the model."""
    (folder / FACTS).write_text(json.dumps(told.plain(), indent=2) + "\n", encoding="utf-8")


def save_model(folder: Path, config, weights: dict[str, Tensor], vocabulary: Tokeniser) -> None:
    """Writes the configuration, the weights in half precision, the vocabulary, and the facts.

    Raises ValueError, and writes nothing, for weights that are no numbers, or too large for half
    precision: nobody could load them.
    """
    halves = {name: value.to("cpu", torch.float16) for name, value in weights.items()}
    odd = [name for name, value in halves.items() if not bool(value.isfinite().all())]
    if odd:
        raise ValueError(
            f"{odd[0]} holds values that are no numbers, or beyond half precision: {folder} stays "
            "as it was. A smaller --rate or more --warmup may help"
        )
    folder.mkdir(parents=True, exist_ok=True)
    told = {"kind": config.kind, "tokeniser": vocabulary.kind, **asdict(config)}
    (folder / CONFIG).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (folder / vocabulary.file).write_bytes(vocabulary.model)
    with torch.device("meta"):  # shapes alone
        save_facts(folder, facts(build(config), vocabulary))
    new = folder / "weights.new"
    save_file({name: value.contiguous() for name, value in halves.items()}, new)
    new.replace(folder / WEIGHTS)


def load_model(folder: Path) -> tuple[Model, Tokeniser]:
    """The model in `folder`, ready to decode, and its vocabulary.

    Raises ModelError, which names the file, when one is missing, broken or of another shape.
    """
    model, splits = _read(folder / CONFIG, lambda path: _built(parsed(path.read_text("utf-8"))))
    config = model.config
    vocabulary = _read(folder / splits.file, splits.read)
    if len(vocabulary) != config.vocabulary:
        raise ModelError(
            f"{folder / splits.file} has {len(vocabulary)} {splits.kind}, but {CONFIG} beside it "
            f"says {config.vocabulary}; restore both from one training"
        )
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    weights = _read(folder / WEIGHTS, load_file)
    found = {name: tuple(value.shape) for name, value in weights.items()}
    if found != wanted:
        odd = next(name for name in {**wanted, **found} if wanted.get(name) != found.get(name))
        raise ModelError(
            f"{folder / WEIGHTS}: {odd} has the shape {found.get(odd, 'none, it is missing')}, "
            f"but {CONFIG} beside it calls for {wanted.get(odd, 'no such weight')}; "
            f"restore both from one training"
        )
    odd = [name for name, value in weights.items() if not bool(value.isfinite().all())]
    if odd:
        raise ModelError(
            f"{folder / WEIGHTS}: {odd[0]} holds values that are no numbers; "
            f"restore it, or train the model again"
        )
    model.load_state_dict({name: value.float() for name, value in weights.items()}, strict=True)
    _lay_out(model)
    return model.eval(), vocabulary


def parameters(folder: Path, *begin: str) -> dict[str, Tensor]:
    """Those of the model in `folder` whose names begin so. Raises ModelError."""
    weights = _read(folder / WEIGHTS, load_file)
    return {name: value.float() for name, value in weights.items() if name.startswith(begin)}


def _lay_out(model: Model) -> None:
    """Lays the matrices of a step column by column in memory. A step waits for its weights, and in
    this order a product with few rows reads them from end to end, in half the time."""
    for value in model.stepping():
        if value.dim() == 2:
            value.data = value.data.T.contiguous().T


def _built(told: dict) -> tuple[Model, type[Tokeniser]]:
    """An untrained model, and how its text is split."""
    told = dict(told)
    kind, splits = told.pop("kind"), told.pop("tokeniser", Vocabulary.kind)
    if kind not in kinds():
        raise ValueError(f"no kind of model {kind!r}; there are {', '.join(kinds())}")
    return build(kinds()[kind].Config(**told)), tokeniser(splits)


def _read(path: Path, reader):
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing; restore it, or train the model again") from error
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{path} cannot be read ({error}); restore it, or train the model again"
        ) from error
