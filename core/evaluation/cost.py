"""What a model costs: its parameters, the time of a token, the time of its training."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from core.evaluation.bootstrap import median
from core.measurements.table import Row
from core.record import read_record
from core.translator import Translator

WARM_UP = 3  # times that the first sentence is decoded before any is timed


def sizes(translators: Mapping[str, Translator], folders: Mapping[str, Path]) -> list[Row]:
    """Rows of each model's parameters and, where its record is there, of its training time."""
    rows = []
    for name, translator in translators.items():
        count = sum(value.numel() for value in translator.model.parameters())
        rows.append(Row(name, "parameters", count))
        record = read_record(folders[name])
        if record and record.measured:  # the first epoch is over
            rows.append(Row(name, "training", record.measured[-1]["seconds"] / 60))
    return rows


def speed(
    translators: Mapping[str, Translator],
    sources: Sequence[str],
    seed: int,
    like: Row,
    progress=iter,
) -> list[Row]:
    """Rows of each model's time for a token: the median over sentences, greedy, one at a time.

    With the setting "model" it is the model's alone, encoder and decoder; without one it is that
    of `translate`, with search and trace. All models take turns on each sentence, so that a
    machine that is busy for a while is so for all of them. `progress` wraps the loop.
    """
    times: dict[tuple[str, str], list[float]] = {}
    for translator in WARM_UP * list(translators.values()):
        translator.translate(sources[0])
    for source in progress(sources):
        for name, translator in translators.items():
            began = time.perf_counter()
            path = translator.translate(source).path()
            traced = time.perf_counter() - began
            began = time.perf_counter()
            replay(translator, source, [step.token.id for step in path])
            alone = time.perf_counter() - began
            for setting, seconds in (("", traced), ("model", alone)):
                times.setdefault((name, setting), []).append(1000 * seconds / len(path))
    return [
        like._replace(model=name, measure="decoding", setting=setting, count=len(found))._replace(
            **median(np.array(found), seed)._asdict()
        )
        for (name, setting), found in times.items()
    ]


@torch.inference_mode()
def replay(translator: Translator, source: str, written: Sequence[int]) -> None:
    """Runs the model over `source` and the tokens `written`, and keeps nothing."""
    model, splits = translator.model, translator.vocabulary
    ids = [*splits.encode(source), splits.end]
    state = model.start(model.encode(torch.tensor([ids])))
    for token in [splits.start, *written[:-1]]:
        state = model.step(torch.tensor([token]), state).state
