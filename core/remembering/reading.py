"""How an encoder reads a sentence, place by place; how much its last state hangs on each place.

Shape letters: S source tokens, L layers, D size of a state.
"""

from __future__ import annotations

import numpy as np
import torch

from core import passes
from core.models import Memory
from core.remembered import Encoded, Swept
from core.trace import Trace
from core.translator import Translator
from core.wire import frozen


def encoded(translator: Translator, trace: Trace) -> Encoded:
    """How the encoder read what `trace` reads. Raises ValueError for a trace of another model, or
    one of a model that reads no text."""
    model, ids = translator.model, _ids(translator, trace)
    whatif = trace.whatif
    with torch.inference_mode():
        memory = model.encode(torch.tensor([ids]), whatif=whatif)
        try:
            sweeps = tuple(_swept(one) for one in model.sweeps(memory.embedded))
        except LookupError:
            sweeps = ()
    stream = passes.stream(memory.stream) if memory.stream else None
    layers = ()
    if stream and not sweeps:
        layers = tuple(one.after for one in stream.sublayers if one.name.startswith("feed."))
    return Encoded(
        trace, passes.one(memory.embedded), sweeps, layers, passes.one(memory.states),
        frozen(last_of(memory)[0]) if memory.last is not None else None,
    )  # fmt: skip


def _swept(one) -> Swept:
    return Swept(
        one.layer, one.backward, passes.one(one.given), passes.one(one.states),
        None if one.cells is None else passes.one(one.cells),
        {name: passes.one(values) for name, values in one.gates.items()},
        passes.one(one.candidate),
    )  # fmt: skip


def last_of(memory: Memory) -> np.ndarray:
    """(B, N), all that the decoder of a recurrent model begins with, side by side: the states of
    all layers, and after them the memory cells."""
    return torch.cat([part.flatten(1) for part in memory.last], 1).float().numpy()


def slopes(translator: Translator, trace: Trace) -> np.ndarray:
    """(S,), how much the last state moves with the embedding at each place: the Frobenius norm of
    ∂(the last states of all layers) / ∂(what the encoder reads there). Raises LookupError for a
    model that hands over no last state, ValueError as `encoded`."""
    model, ids = translator.model, _ids(translator, trace)
    if "recurrence" not in translator.facts.has:
        raise LookupError(f"{translator.name} has no last state: it reads all places at once")
    with torch.no_grad():
        given = model.encode(torch.tensor([ids]), whatif=trace.whatif).embedded
    with torch.enable_grad():
        given = given.detach().clone().requires_grad_()
        sweeps = model.sweeps(given)
        ends = [one.states[0, 0 if one.backward else -1] for one in sweeps]
        last = torch.cat(ends)  # (L × D,)
        # One row of the Jacobian for each number of the state, all at once.
        (rows,) = torch.autograd.grad(last, given, torch.eye(len(last)), is_grads_batched=True)
    return frozen(rows.square().sum((0, 1, 3)).double().sqrt().numpy(), np.float64)


def _ids(translator: Translator, trace: Trace) -> list:
    translator.check_maker(trace)
    if not trace.reads_source:
        raise ValueError(f"{translator.name} has no encoder that reads a text")
    return translator.ids(trace.typed, trace.source)
