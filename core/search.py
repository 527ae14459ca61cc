"""One search over the stepping protocol: a beam, of which greedy decoding is width 1.

Shape letters: L live hypotheses, V vocabulary, K source tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from core.models import Prediction, SteppingModel, reorder
from core.text import END_ID, START_ID


class Node(NamedTuple):
    """One token of one hypothesis."""

    parent: int | None  # index of the node before it
    token: int
    log_prob: float  # nats
    total: float  # sum along the path, nats
    depth: int  # which prediction it was chosen from
    row: int  # and which row of that prediction
    forced: bool


class Found(NamedTuple):
    """The tree that the search made. `leaves` index `nodes`, likeliest first."""

    nodes: list[Node]
    leaves: list[int]
    predictions: list[Prediction]  # one a depth, its rows the hypotheses then alive
    log_probs: list[Tensor]  # (L, V), one a depth
    memory: Tensor  # the encoder's states (K, D)


@torch.inference_mode()
def search(
    model: SteppingModel,
    source: Tensor,
    *,
    beam: int = 1,
    limit: int = 100,
    prefix: Sequence[int] = (),
    weights: Mapping[int, Tensor] | None = None,
) -> Found:
    """The `beam` likeliest translations of `source` (1, K), of at most `limit` tokens.

    `prefix` is forced: those tokens come first, whatever the model thinks of them. `weights`
    replace the attention's at the steps they are given for, each (K,). Ties go to the earlier
    hypothesis, then to the lower token id. Raises ValueError for a beam or prefix that cannot be.
    """
    if beam < 1:
        raise ValueError(f"a beam is at least 1 wide, not {beam}")
    if len(prefix) > limit:
        raise ValueError(f"the prefix has {len(prefix)} tokens, the limit is {limit}")
    state = model.start(source)
    found = Found([], [], [], [], state.memory[0])
    live: list[int | None] = [None]  # the last node of each hypothesis
    totals = torch.zeros(1, device=source.device)
    tokens = torch.full((1,), START_ID, device=source.device)
    for depth in range(limit):
        given = (weights or {}).get(depth)
        rows = None if given is None else given.expand(len(live), -1)
        prediction = model.step(tokens, state, rows)
        log_probs = prediction.logits.float().log_softmax(-1)  # (L, V)
        found.predictions.append(prediction)
        found.log_probs.append(log_probs)

        forced = depth < len(prefix)
        if forced:
            chosen = [(0, int(prefix[depth]))]
        else:
            chosen = _best(totals, log_probs, beam - len(found.leaves))
        keep, survivors = [], []
        for row, token in chosen:
            log_prob = log_probs[row, token].item()
            total = log_prob + (0.0 if live[row] is None else found.nodes[live[row]].total)
            index = len(found.nodes)
            found.nodes.append(Node(live[row], token, log_prob, total, depth, row, forced))
            if token == END_ID:
                found.leaves.append(index)
            else:
                keep.append(row)
                survivors.append(index)
        live = survivors
        if not live or len(found.leaves) >= beam:
            break
        totals = torch.tensor([found.nodes[i].total for i in live], device=source.device)
        tokens = torch.tensor([found.nodes[i].token for i in live], device=source.device)
        state = prediction.state
        if keep != list(range(len(log_probs))):
            state = reorder(state, torch.tensor(keep, device=source.device))
    else:
        found.leaves.extend(live)  # cut off by the limit
    found.leaves.sort(key=lambda leaf: -found.nodes[leaf].total)
    return found


def _best(totals: Tensor, log_probs: Tensor, count: int) -> list[tuple[int, int]]:
    """The `count` best (row, token) by total; padding, unknown and start are no tokens to write."""
    scores = totals[:, None] + log_probs
    scores[:, :END_ID] = -torch.inf
    if count == 1 and len(scores) == 1:
        return [(0, int(scores.argmax()))]
    count = min(count, len(scores) * (scores.shape[1] - END_ID))  # what there is to choose from
    order = scores.flatten().sort(descending=True, stable=True).indices[:count]
    return [divmod(int(i), scores.shape[1]) for i in order]
