"""What a live training is made of: its task and data, the shape of its model, what is watched."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from typing import Any

from core.live.config import ATTENTIONS, FORCINGS, OWN, TASKS, Config, Learnt
from core.tasks import Data, Task, tasks
from core.tasks.own_pairs import OwnPairs, prepared
from core.tasks.recipe import Recipe
from core.tasks.toys import MODEL, RECIPE

LONG = 24  # tokens of the longest example to watch, where there are others


def layer_of(name: str) -> str:
    """The layer of a parameter, from its name: "encoder.1", "score", "W_c", "readout"."""
    first, *rest = name.split(".")
    number = rest[0] if rest and rest[0].isdigit() else None
    if found := re.search(r"_l(\d+)", name):
        number = found[1]
    first = first.removesuffix("_bias").removesuffix("_weight")
    return first if number is None else f"{first}.{int(number) + 1}"


def shape_of(config: Config, task: Task, vocabulary: int) -> Any:
    """The configuration of the model."""
    name, own = ATTENTIONS[config.attention]
    kind = task.kinds()[name].Config
    heads = next(one for one in (4, 2, 1) if config.size % one == 0)
    shape = {
        **MODEL, "size": config.size, "inner": 4 * config.size, "cell": config.cell,
        "heads": heads, **own,
    }  # fmt: skip
    known = {one.name for one in fields(kind)}
    return kind(vocabulary, **{name: one for name, one in shape.items() if name in known})


def data_of(learnt: Learnt, config: Config) -> tuple[Task, Data, Recipe]:
    """The task, its data and how it is trained. Raises ValueError where there is too little."""
    share, falls = FORCINGS[config.forcing]
    recipe = Recipe(**{
        **RECIPE, "rate": config.rate, "seed": config.seed, "smoothing": config.smoothing,
        "teacher_forcing": share, "forcing_falls": falls,
    })  # fmt: skip
    if learnt.task == OWN:
        task, data = tasks()[OwnPairs.name], prepared(learnt.pairs, recipe)
    else:
        name, own = TASKS[learnt.task]
        task = tasks()[name]
        options = {"examples": task.examples, "least": config.least, "most": config.most, **own}
        data = task.prepare(argparse.Namespace(**options), recipe)
    if not data.held:
        raise ValueError("none of these sources is short enough to be held out")
    return task, data, recipe


def example_of(data: Data) -> tuple[list[int], list[int]]:
    """Ids of the held-out pair to watch, both with the end mark: the longest that is not LONG."""
    vocabulary = data.vocabulary
    pairs = [
        ([*vocabulary.encode(source), vocabulary.end],
         [*vocabulary.encode(targets[0]), vocabulary.end])
        for source, targets in data.held.items()
    ]  # fmt: skip
    short = [pair for pair in pairs if max(map(len, pair)) <= LONG]
    if short:
        return max(short, key=lambda pair: len(pair[0]))
    return min(pairs, key=lambda pair: len(pair[0]))
