"""What a model answers to many sources at once: greedy decoding of a batch.

Shape letters: B batch, S source tokens, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.models import Model
from core.search import Writable
from core.tokenisers import Tokeniser


@torch.inference_mode()
def answers(
    model: Model, vocabulary: Tokeniser, sources: Sequence[Sequence[int]], limit: int
) -> list[list[int]]:
    """The likeliest token at each step, as ids, at most `limit` of them and the end mark left out,
    for each of `sources` (ids without an end mark): what `core.search` finds with a beam of 1."""
    device = next(model.parameters()).device
    writable = Writable.of(vocabulary, device)
    found: list[list[int]] = [[] for _ in sources]
    lengths: dict[int, list[int]] = {}
    for place, source in enumerate(sources):
        lengths.setdefault(len(source), []).append(place)
    for places in lengths.values():  # sources of one length need no padding
        ids = [[*sources[place], vocabulary.end] for place in places]
        state = model.start(model.encode(torch.tensor(ids, device=device)))
        token = torch.full((len(places),), writable.start, device=device)
        open_ = set(places)
        for _ in range(limit + 1):
            predicted = model.step(token, state)
            logits = predicted.logits.masked_fill(~writable.allowed, -torch.inf)  # (B, V)
            token, state = logits.argmax(-1), predicted.state
            for place, one in zip(places, token.tolist(), strict=True):
                if one == vocabulary.end:
                    open_.discard(place)
                elif place in open_:
                    found[place].append(one)
            if not open_:
                break
    return [one[:limit] for one in found]
