"""Leave one out: how much less likely what was written is without one piece of the source.

Without a piece another sentence is read, so there are two ways, and they do not say the same: the
piece is removed, and those after it move up; or it stays where it is, and its embedding is that of
no word: the mean of the other pieces' embeddings. Both force the same translation.

Shape letters: T steps, S source tokens, D vector size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core import passes
from core.explaining.gradients import baseline
from core.models import Model
from core.whatif import WhatIf


@torch.no_grad()
def removed(
    model: Model, source: Sequence[int], target: Sequence[int], start: int, whatif: WhatIf
) -> np.ndarray:
    """(T, S), log-probability of each token of `target` less that without each source piece, nats.
    Raises LookupError for a source of one piece, without which there is none."""
    if len(source) < 2:
        raise LookupError("of one piece none can be left out")
    without = [[*source[:i], *source[i + 1 :]] for i in range(len(source))]
    whole = model.encode(torch.tensor([list(source)]), whatif=whatif)
    lacking = model.encode(torch.tensor(without), whatif=whatif)
    own, others = (
        passes.log_probs(model, memory, target, start, whatif) for memory in (whole, lacking)
    )
    return (own - others).T.numpy()


@torch.no_grad()
def replaced(
    model: Model, source: Sequence[int], target: Sequence[int], start: int, whatif: WhatIf
) -> np.ndarray:
    """(T, S), the same with each source piece's embedding replaced by the mean of the others', at
    its own position. Raises LookupError for a model that reads tokens alone, or a source of one
    piece."""
    if len(source) < 2:
        raise LookupError("of one piece there are no others whose mean could stand for it")
    memory = model.encode(torch.tensor([list(source)]), whatif=whatif)
    zero = baseline(model, memory, whatif)
    words = (memory.embedded - zero)[0]  # (S, D)
    means = (words.sum(0) - words) / (len(words) - 1)
    given = words.repeat(len(words), 1, 1)  # (S, S, D)
    places = torch.arange(len(words))
    given[places, places] = means
    read = model.read(torch.cat([memory.embedded, given + zero]), None, whatif)
    log_probs = passes.log_probs(model, read, target, start, whatif)
    return (log_probs[0] - log_probs[1:]).T.numpy()
