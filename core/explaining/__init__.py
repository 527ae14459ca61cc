"""Several explanations of what a model wrote, on one axis: the tokens of its source.

Each says of every source token what part it had in one written token, in its own way and unit:

- `attention`: α, the mean of the heads that are looked through.
- `norms`: ‖α f(x)‖, the length of what a source token adds (Kobayashi et al. 2020, arXiv
  2004.10102, equation 4), f being value and output projection, summed over the heads of a layer,
  the mean of layers; of a single attention, which has no projections, α‖h̄‖.
- `gradient`, `integrated`: see `gradients`.
- `removed`, `replaced`: see `leaving`.
- `rollout`, `flow`: see `core.rollout` and `flow`; of models whose layers attend to themselves.

Shape letters: T steps, S source tokens, L layers, H heads, d size of a value, D vector size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch

from core import passes
from core.explaining.again import free
from core.explaining.gradients import baseline, integrated
from core.explaining.leaving import removed, replaced
from core.explanations import KINDS, Explained, Integrated
from core.rollout import rollout
from core.trace import Trace
from core.translator import Translator
from core.wire import frozen


def explained(
    translator: Translator, trace: Trace, steps: Sequence[int] | None = None, block: str = "cross"
) -> Explained:
    """The explanations of `steps`, from 0 (default: all), of the best path of `trace`.

    Raises ValueError for a step that there is not, for a trace of another model, one without a
    source, and one whose weights were replaced by hand: they would explain the hand. LookupError
    for a head that there is not.
    """
    translator.check_maker(trace)
    if not (trace.reads_source and trace.tree):
        raise ValueError(
            f"{translator.name} did not write of a source: there is none to explain by"
        )
    if trace.whatif.weights:
        raise ValueError("weights of this trace were replaced by hand; explain one without")
    target = [one.token.id for one in trace.path()]
    chosen = list(range(len(target))) if steps is None else list(steps)
    for step in chosen:
        if not 0 <= step < len(target):
            raise ValueError(
                f"the translation has the steps 1 to {len(target)}; there is no step {step + 1}"
            )
    if not chosen:
        raise ValueError("of no step there is nothing to explain")
    target = target[: max(chosen) + 1]
    whatif = replace(trace.whatif, prefix=())
    source, start = translator.given(trace)
    asked = (translator.model, source, target, start, whatif)
    complete: list[Integrated] = []

    def whole() -> np.ndarray:
        complete.append(integrated(*asked, chosen))
        return complete[0].values

    ways: dict[str, Callable[[], np.ndarray]] = {
        "attention": lambda: _looks(trace, block)[chosen],
        "norms": lambda: _norms(translator, trace, target, block)[chosen],
        "gradient": lambda: _slopes(*asked, chosen),
        "integrated": whole,
        "removed": lambda: removed(*asked)[chosen],
        "replaced": lambda: replaced(*asked)[chosen],
        "rollout": lambda: _rolled(trace)[chosen],
        "flow": lambda: _flowing(trace, chosen),
    }
    values, missing = {}, []
    if block != "cross" or "cross" in trace.blocks:
        free(trace, block)  # of a head that there is not nothing is shown
    for kind in KINDS:
        try:
            values[kind] = frozen(ways[kind](), np.float64)
        except LookupError:
            missing.append(kind)
    return Explained(
        block, tuple(chosen), values, tuple(missing), complete[0] if complete else None
    )


def _looks(trace: Trace, block: str) -> np.ndarray:
    """(T, S). Raises LookupError for a model without attention to the source."""
    return trace.attention(block).weights


def _norms(translator: Translator, trace: Trace, target: Sequence[int], block: str) -> np.ndarray:
    heads = free(trace, block)
    found = translator.forced(trace, target).attentions["cross"]
    layers = []
    for layer in sorted({layer for layer, _ in heads}):
        places = [head - 1 for one, head in heads if one == layer]
        values = found.values[layer - 1, places].astype(np.float64)  # (H, S, d)
        try:
            mixing = translator.model.projections("cross", layer).W_O.detach().double().numpy()
            values = values @ mixing[places].transpose(0, 2, 1)  # (H, S, D)
        except LookupError:
            pass  # a single attention: its context is a sum of states as they are
        added = np.einsum("hts,hsd->tsd", found.weights[layer - 1, places], values)
        layers.append(np.linalg.norm(added, axis=-1))
    return np.mean(layers, 0)


def _slopes(model, source, target, start, whatif, steps: Sequence[int]) -> np.ndarray:
    """Gradient × input, of embeddings less the baseline."""
    found = []
    with torch.no_grad():
        memory = model.encode(torch.tensor([source]), whatif=whatif)
        way = (memory.embedded - baseline(model, memory, whatif))[0].numpy()
    for step in steps:
        one = passes.forced(model, source, target[: step + 1], start, whatif, (step,))
        found.append((one.gradients.source * way).sum(-1))
    return np.stack(found)


def _rolled(trace: Trace) -> np.ndarray:
    if not {"encoder", "self", "cross"} <= trace.blocks.keys():
        raise LookupError(f"{trace.model.name} has one attention: there is nothing to roll out")
    return rollout(trace).cross


def _flowing(trace: Trace, steps: Sequence[int]) -> np.ndarray:
    from core.explaining.flow import flow  # with networkx, which takes long to import

    return flow(trace, steps)
