"""One forced pass over a source and a target, with everything in it, and gradients on request.

What a view shows beyond a trace (queries and keys, the residual stream, what a mask covers) is a
projection of such a pass; nothing is run again for it.

Shape letters: S source tokens, T target tokens, N positions of a stream, L layers, H heads,
Q queries, K keys, D vector size, d size of a head, E of a value, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core import models
from core.whatif import NOTHING, WhatIf
from core.wire import frozen


@dataclass(frozen=True, eq=False)
class Heads:
    """One attention, all layers and heads; arrays are float32 and as the model computed them."""

    queries: np.ndarray  # (L, H, Q, d)
    keys: np.ndarray  # (L, H, K, d)
    values: np.ndarray  # (L, H, K, E)
    scores: np.ndarray  # (L, H, Q, K), of masked keys too: what the mask covers
    weights: np.ndarray  # (L, H, Q, K), zero where masked
    context: np.ndarray  # (L, H, Q, E), zero of a head that is switched off
    visible: np.ndarray  # bool (Q, K)


@dataclass(frozen=True, eq=False)
class Sublayer:
    """One sublayer at every position: arrays are (N, D)."""

    name: str  # "encoder.1", "self.2", "cross.3", "feed.1"
    before: np.ndarray  # the stream
    given: np.ndarray  # what the sublayer reads of it
    added: np.ndarray  # what it adds to it
    after: np.ndarray  # the stream after it


@dataclass(frozen=True, eq=False)
class Stream:
    """A residual stream: arrays are (N, D)."""

    embedded: np.ndarray  # where it begins
    sublayers: tuple[Sublayer, ...]
    output: np.ndarray  # what is read off its end
    norm: str  # "pre": sublayers read the stream normed; "post": what they add is normed with it

    @property
    def states(self) -> np.ndarray:
        """(P, N, D), at its beginning and after each sublayer."""
        return frozen([self.embedded, *(one.after for one in self.sublayers)])


@dataclass(frozen=True, eq=False)
class Gradients:
    """Of the summed log-probabilities of some tokens of the target."""

    source: np.ndarray  # (S, D), by what the encoder begins with; one-hot vectors: D is V
    weights: dict[str, np.ndarray]  # by the weights of each attention of the decoder (L, H, Q, K)


@dataclass(frozen=True, eq=False)
class Pass:
    """What a model makes of a source and a target that it is given."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    embedded: np.ndarray  # (S, D), what the encoder begins with
    memory: np.ndarray  # (S, D), what it makes of it
    hidden: np.ndarray  # (T, D), before combining
    combined: np.ndarray  # (T, D), what logits are read from
    distributions: np.ndarray  # (T, V), log-probabilities of every token, nats
    attentions: dict[str, Heads]
    encoder: Stream | None = None
    decoder: Stream | None = None
    gradients: Gradients | None = None
    filled: np.ndarray | None = None  # (S, V), log-probabilities of every token at each place, nats

    @property
    def log_probs(self) -> np.ndarray:
        """(T,), of the tokens of the target, nats."""
        return self.distributions[np.arange(len(self.target)), list(self.target)]


def forced(
    model: models.Model,
    source: Sequence[int],
    target: Sequence[int],
    start: int,
    whatif: WhatIf = NOTHING,
    gradient_of: Sequence[int] = (),
) -> Pass:
    """The model reads `source` and, after the token `start`, all of `target` but its last.

    Gradients are those of the summed log-probabilities of the steps `gradient_of`, from 0; without
    any there are none. A prefix of the what-if concerns a search and is left out here.

    Raises ValueError for a step of `gradient_of` that the target does not have.
    """
    beyond = [step for step in gradient_of if not 0 <= step < len(target)]
    if beyond:
        raise ValueError(f"the target has the steps 0 to {len(target) - 1}, not {beyond[0]}")
    grad = torch.enable_grad() if gradient_of else torch.inference_mode()
    with grad:
        memory = model.encode(torch.tensor([list(source)]), whatif=whatif)
        read = torch.tensor([[start, *target[:-1]]])
        decoded = model.decode(read, model.start(memory), whatif)
        distributions = _distributions(model, decoded)
        found = None
        if gradient_of:
            steps = list(gradient_of)
            chosen = distributions[steps, [target[step] for step in steps]].sum()
            found = _gradients(chosen, memory, decoded)
    return _pass(source, target, memory, decoded, distributions, found)


@torch.inference_mode()
def batched(
    model: models.Model,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    start: int,
    pad: int,
    whatif: WhatIf = NOTHING,
    masked: bool = True,
) -> tuple[Pass, ...]:
    """Like `forced`, for several sources that the encoder reads in one batch, padded by `pad` to
    the longest: what a pass has of its source, it has of the padding too. Unless it is `masked`,
    padding is read like any other token."""
    size = max(map(len, sources))
    read = torch.tensor([[*source, *[pad] * (size - len(source))] for source in sources])  # (B, S)
    lengths = torch.tensor([[len(source) if masked else size] for source in sources])
    memory = model.encode(read, torch.arange(size) < lengths, whatif)
    state, found = model.start(memory), []
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        given = torch.tensor([[start, *target[:-1]]])
        decoded = model.decode(given, models.reorder(state, torch.tensor([row])), whatif)
        found.append(
            _pass(source, target, memory, decoded, _distributions(model, decoded), row=row)
        )
    return tuple(found)


def log_probs(
    model: models.Model, memory: models.Memory, target: Sequence[int], start: int,
    whatif: WhatIf = NOTHING,
) -> Tensor:  # fmt: skip
    """(B, T), nats, of the tokens of one `target` after each of the sources that `memory` has read,
    with gradients where they are on."""
    read = torch.tensor([[start, *target[:-1]]]).expand(len(memory.states), -1)
    decoded = model.decode(read, model.start(memory), whatif)
    found = model.logits(decoded.combined).float().log_softmax(-1)  # (B, T, V)
    return found[:, range(len(target)), list(target)]


def _distributions(model: models.Model, decoded: models.Decoded) -> Tensor:
    return model.logits(decoded.combined)[0].float().log_softmax(-1)  # (T, V)


def _pass(
    source: Sequence[int], target: Sequence[int], memory: models.Memory, decoded: models.Decoded,
    distributions: Tensor, gradients: Gradients | None = None, row: int = 0,
) -> Pass:  # fmt: skip
    """The pass of one `row` that an encoder read, and of the decoder that read it alone."""
    return Pass(
        tuple(source), tuple(target), array(memory.embedded[row]), array(memory.states[row]),
        one(decoded.hidden), one(decoded.combined), array(distributions),
        {block.name: heads(block, row) for block in memory.attentions}
        | {block.name: heads(block) for block in decoded.attentions},
        stream(memory.stream, row), stream(decoded.stream), gradients,
    )  # fmt: skip


def reading(model: models.Model, source: Sequence[int], whatif: WhatIf = NOTHING) -> Pass:
    """A model that writes nothing reads `source`: nothing of a pass is there that is of a target.
    Of a model of masked words, what it would put at each place is."""
    with torch.inference_mode():
        memory = model.encode(torch.tensor([list(source)]), whatif=whatif)
        filled = None
        if "masked-words" in model.facts().has:
            filled = array(model.fill(memory)[0].float().log_softmax(-1))
    states = one(memory.states)
    return Pass(
        tuple(source), (), one(memory.embedded), states, states[:0], states[:0], states[:0],
        {block.name: heads(block) for block in memory.attentions},
        stream(memory.stream), filled=filled,
    )  # fmt: skip


def heads(block: models.Block, row: int = 0) -> Heads:
    """One attention of one row of a batch."""
    parts = {part: array(block.all(part)[row]) for part in models.Heads._fields}
    shape = parts["scores"].shape[-2:]
    visible = block.visible[min(row, len(block.visible) - 1), 0].expand(shape)
    return Heads(**parts, visible=frozen(visible.numpy(), bool))


def stream(found: models.Stream | None, row: int = 0) -> Stream | None:
    """A stream of one row of a batch."""
    if found is None:
        return None
    sublayers = tuple(
        Sublayer(change.name, *(array(part[row]) for part in change[1:]))
        for change in found.changes
    )
    return Stream(array(found.embedded[row]), sublayers, array(found.output[row]), found.norm)


def array(values: Tensor) -> np.ndarray:
    return frozen(values.detach().float().numpy())


def one(values: Tensor) -> np.ndarray:
    """The only row of a batch."""
    return array(values[0])


def _gradients(chosen: Tensor, memory: models.Memory, decoded: models.Decoded) -> Gradients:
    blocks = {block.name: block.steps or (block.layers,) for block in decoded.attentions}
    weights = [layer.weights for steps in blocks.values() for step in steps for layer in step]
    # A step after the chosen ones has no part in them: its gradient is None, and stands for zero.
    source, *rest = torch.autograd.grad(chosen, [memory.embedded, *weights], allow_unused=True)
    found = iter(
        torch.zeros_like(by) if grad is None else grad
        for by, grad in zip(weights, rest, strict=True)
    )
    along = {
        name: torch.cat([torch.stack([next(found)[0] for _ in step]) for step in steps], 2)
        for name, steps in blocks.items()
    }  # (L, H, Q, K) each
    return Gradients(one(source), {name: array(grads) for name, grads in along.items()})
