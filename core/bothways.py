"""A target through the decoder at once under the mask, as in training, and token by token, as in
decoding: the same numbers, and the time of each.

Vaswani et al. 2017 (arXiv 1706.03762), section 3.2.3: masked, all positions are computed in
parallel. A recurrent decoder is run over the positions one after another both ways.

Shape letters: T target tokens, V vocabulary.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import torch

from core.wire import frozen

if TYPE_CHECKING:
    from core.trace import Trace
    from core.translator import Translator

REPEATS = 7  # of each way; the shortest is told: what else the processor does only adds to it
Found = TypeVar("Found")


class BothWays(NamedTuple):
    """What the two ways have in common, and what they do not. Times leave the encoder out."""

    pieces: tuple[str, ...]  # (T,)
    at_once: float  # ms of all positions together
    steps: np.ndarray  # (T,), ms of each step by itself
    log_probs: np.ndarray  # (2, T), of the target's tokens, nats: at once, and step by step
    apart: float  # the largest difference of any log-probability (T, V) between the two, nats


@torch.inference_mode()
def both_ways(translator: Translator, trace: Trace) -> BothWays:
    """The translation of `trace` both ways. Raises ValueError for a trace of another model."""
    translator.check_maker(trace)
    model, source = translator.model, translator.given(trace)[0]
    target = [step.token.id for step in trace.path()]
    read = torch.tensor([[translator.vocabulary.start, *target[:-1]]])
    memory = model.encode(torch.tensor([source]))

    def together() -> torch.Tensor:
        return model.logits(model.decode(read, model.start(memory)).combined)[0]

    at_once, logits = timed(together)
    walks = [_walk(model, memory, read[0].tolist()) for _ in range(REPEATS)]
    stepped = walks[0][1]
    first, second = (one.float().log_softmax(-1) for one in (logits, stepped))  # (T, V)
    told = [one[range(len(target)), target].numpy() for one in (first, second)]
    return BothWays(
        tuple(step.token.piece for step in trace.path()), at_once,
        frozen(np.min([times for times, _ in walks], axis=0)), frozen(told),
        float((first - second).abs().max()),
    )  # fmt: skip


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    """The shortest time of `work`, in ms, and what it gives."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = work()
        times.append(1e3 * (time.perf_counter() - began))
    return min(times), found


def _walk(model, memory, read: list[int]) -> tuple[list[float], torch.Tensor]:
    """The ms of each step, and the logits (T, V)."""
    state, times, logits = model.start(memory), [], []
    for token in read:
        began = time.perf_counter()
        prediction = model.step(torch.tensor([token]), state)
        state = prediction.state
        times.append(1e3 * (time.perf_counter() - began))
        logits.append(prediction.logits[0])
    return times, torch.stack(logits)
