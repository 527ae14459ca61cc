"""One step of a forced pass, taken again with other weights, many side by side and with gradients.

Shape letters: B rows of weights, N free heads, S source tokens, D vector size, V vocabulary.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from core.models import Prediction, reorder
from core.trace import Trace
from core.translator import Translator
from core.whatif import Replaced


class Again:
    """The step `step`, from 0, of the best path of `trace`; the weights of some heads are free.

    `block` says which: "cross" all heads that look at the source, "cross.2" those of a layer,
    "cross.2.5" one. Raises ValueError for a step that the trace does not have or a trace of another
    model, LookupError for a model or a head without attention to a source.
    """

    def __init__(self, translator: Translator, trace: Trace, step: int, block: str = "cross"):
        translator.check_maker(trace)
        path = [one.token.id for one in trace.path()]
        if not 0 <= step < len(path):
            raise ValueError(
                f"the translation has the steps 1 to {len(path)}; there is no step {step + 1}"
            )
        self.heads = free(trace, block)
        self.step, self.written = step, path[:step]
        self.token = path[step]
        self.allowed = translator.writable.allowed  # bool (V,)
        self._model = translator.model
        self._whatif = replace(trace.whatif, prefix=())
        source, start = translator.given(trace)
        rows = trace.rows("cross").weights[:, :, step]  # (L, H, S)
        self.own = torch.tensor(
            np.stack([rows[layer - 1, head - 1] for layer, head in self.heads])
        )  # (N, S)
        with torch.no_grad():
            self.memory = self._model.encode(torch.tensor([source]), whatif=self._whatif)
            state = self._model.start(self.memory)
            if step:
                before = torch.tensor([[start, *path[: step - 1]]])
                state = self._model.decode(before, state, self._whatif).state
            self._read, self._state = (path[step - 1] if step else start), state

    def taken(self, weights: Tensor) -> Prediction:
        """What the step computes under `weights` (B, N, S) of the free heads."""
        size = len(weights)
        here = self._whatif.at(self.step)
        given = tuple(
            Replaced(0, weights[:, place], "cross", layer, head)
            for place, (layer, head) in enumerate(self.heads)
        )
        state = reorder(self._state, torch.zeros(size, dtype=torch.long))
        read = torch.full((size,), self._read)
        return self._model.step(read, state, replace(here, weights=(*here.weights, *given)))

    def log_probs(self, weights: Tensor) -> Tensor:
        """(B, V), of every token under `weights` (B, N, S), nats; with gradients where they are on
        and the weights ask for them."""
        return self.taken(weights).logits.float().log_softmax(-1)

    def rows(self, weights: Tensor) -> tuple[Replaced, ...]:
        """`weights` (N, S) as `translate(weights=…)` takes them."""
        return tuple(
            Replaced(self.step, tuple(row.tolist()), "cross", layer, head)
            for (layer, head), row in zip(self.heads, weights, strict=True)
        )


def free(trace: Trace, block: str) -> tuple[tuple[int, int], ...]:
    """Layer and head, from 1, of all that `block` names. Raises LookupError where there is none."""
    name, *place = block.split(".")
    if name != "cross" or "cross" not in trace.blocks:
        raise LookupError(
            f"{trace.model.name} has no attention {block!r} to a source whose weights could be free"
        )
    trace.attention(block)  # raises LookupError for a layer or a head that there is not
    layers, heads = trace.blocks["cross"].shape
    chosen = [int(one) for one in place] if (layers, heads) != (1, 1) else []
    return tuple(
        (layer, head)
        for layer in range(1, layers + 1)
        for head in range(1, heads + 1)
        if (layer, head)[: len(chosen)] == tuple(chosen)
    )


def apart(weights: Tensor, own: Tensor) -> Tensor:
    """Total variation of `weights` (..., N, S) from `own` (N, S), the mean over heads: half of the
    sum of what differs, from 0 to 1."""
    return (weights - own).abs().sum(-1).mean(-1) / 2
