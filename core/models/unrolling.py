"""A recurrent encoder word by word, with its gates: what torch's layers compute and do not tell.

LSTM: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; GRU: Cho et al. 2014
(arXiv 1406.1078), equations 5 to 8, in torch's order: a large update gate keeps the state.

Shape letters: B batch, S source tokens, N size of what is read, D size of a state.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.models import Sweep


def unrolled(layers: nn.RNNBase, embedded: Tensor) -> tuple[Sweep, ...]:
    """Layer by layer, forward before backward, over vectors (B, S, N) of which none is padded."""
    directions = 2 if layers.bidirectional else 1
    given, found = embedded, []
    for layer in range(layers.num_layers):
        pair = [
            _sweep(layers, layer + 1, way == 1, given, layers.all_weights[directions * layer + way])
            for way in range(directions)
        ]
        given = torch.cat([one.states for one in pair], -1)
        found += pair
    return tuple(found)


def _sweep(layers: nn.RNNBase, layer: int, backward: bool, given: Tensor, weights) -> Sweep:
    w_x, w_h, b_x, b_h = weights
    read = nn.functional.linear(given, w_x, b_x)  # (B, S, gates × D)
    before = given.new_zeros(len(given), layers.hidden_size)
    cell, steps = before, []
    order = range(given.shape[1])
    for place in reversed(order) if backward else order:
        held = nn.functional.linear(before, w_h, b_h)
        before, cell, *gates = WAYS[type(layers)](read[:, place], held, before, cell)
        steps.append((before, cell, *gates))
    steps = steps[::-1] if backward else steps
    states, cells, candidate, *gates = (torch.stack(part, 1) for part in zip(*steps, strict=True))
    return Sweep(
        layer, backward, given, states, cells if isinstance(layers, nn.LSTM) else None,
        dict(zip(GATES[type(layers)], gates, strict=True)), candidate,
    )  # fmt: skip


def _lstm(read: Tensor, held: Tensor, state: Tensor, cell: Tensor) -> tuple[Tensor, ...]:
    """c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh(c')."""
    i, f, g, o = (read + held).chunk(4, -1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    cell = f * cell + i * g
    return o * cell.tanh(), cell, g, i, f, o


def _gru(read: Tensor, held: Tensor, state: Tensor, cell: Tensor) -> tuple[Tensor, ...]:
    """h' = z ⊙ h + (1 − z) ⊙ n."""
    (r_x, z_x, n_x), (r_h, z_h, n_h) = read.chunk(3, -1), held.chunk(3, -1)
    r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
    n = (n_x + r * n_h).tanh()
    return z * state + (1 - z) * n, cell, n, z, r


def _plain(read: Tensor, held: Tensor, state: Tensor, cell: Tensor) -> tuple[Tensor, ...]:
    """h' = tanh(W x + U h)."""
    state = (read + held).tanh()
    return state, cell, state


WAYS = {nn.LSTM: _lstm, nn.GRU: _gru, nn.RNN: _plain}
GATES = {
    nn.LSTM: ("input", "forget", "output"), nn.GRU: ("update", "reset"), nn.RNN: (),
}  # fmt: skip
