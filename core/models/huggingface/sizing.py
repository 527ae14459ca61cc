"""What a configuration calls for, before anything is loaded: a model is built of shapes alone."""

from __future__ import annotations

import math
from pathlib import Path

import torch
import transformers

from core import memory
from core.foreign import CONFIG
from core.huggingface import Described
from core.huggingface.facts import MANY
from core.refusals import ModelError

EARLIER = ((".gamma", ".weight"), (".beta", ".bias"))  # names of old, and those of now


def check_size(described: Described, kind: type, file: Path) -> None:
    """Builds the model that `config.json` calls for, of the class `kind`, without a number in it.

    Raises ModelError where that is none, where it would not fit into memory, where a weight in
    `file` is of another shape, and where it calls for more weights beside those that are there than
    these are themselves.
    """
    try:
        config = transformers.AutoConfig.from_pretrained(
            str(described.folder), local_files_only=True, trust_remote_code=False
        )
        if described.family == MANY:  # which computes its waves of positions wherever it is built
            memory.check(described.folder, config.max_position_embeddings * config.d_model)
        with torch.device("meta"):
            built = kind.from_config(config, trust_remote_code=False, dtype=torch.float32)
    except ModelError:
        raise
    except Exception as error:  # whatever a config of somebody else makes of its classes
        raise no_model(described.folder, error) from error
    values = [*built.parameters(), *built.buffers()]
    memory.check(described.folder, sum(one.numel() for one in values))
    lost = {}
    for name, value in sorted(built.named_parameters()):
        found = _found(described, name, built.base_model_prefix)
        if found is None:
            lost[name] = value.numel()
        elif found != tuple(value.shape):
            raise other_shape(file, name, found, value.shape)
    if lost and sum(lost.values()) > sum(map(math.prod, described.shapes.values())):
        raise no_weight(file, sorted(lost)[0])


def _found(described: Described, name: str, prefix: str) -> tuple[int, ...] | None:
    """The shape of that weight in the files, which may name it as it was named of old, and with the
    name of the base model before it or without."""
    names = {name, name.removeprefix(f"{prefix}."), f"{prefix}.{name}"}
    for old, new in EARLIER:
        names |= {one.removesuffix(new) + old for one in names if one.endswith(new)}
    return next((described.shapes[one] for one in names if one in described.shapes), None)


def no_model(folder: Path, error: Exception) -> ModelError:
    return ModelError(
        f"{folder / CONFIG} makes no model ({line(error)}): save the model again with the "
        f"transformers of this machine, {transformers.__version__}"
    )


def other_shape(file: Path, name: str, found, wanted) -> ModelError:
    return ModelError(
        f"{file}: {name} has the shape {tuple(found)}, but {CONFIG} beside it calls for "
        f"{tuple(wanted)}; restore both from one model"
    )


def no_weight(file: Path, name: str) -> ModelError:
    return ModelError(
        f"{file} has no weight {name}, which {CONFIG} beside it calls for; restore both from one "
        "model"
    )


def line(error: Exception) -> str:
    """An error of another library in one line."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
