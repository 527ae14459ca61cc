"""Local attention: which keys a query may read, and how much a Gaussian favours each of them.

Luong et al. 2015 (arXiv 1508.04025, section 3.2) read only the keys within D places of a centre
p_t. *Monotonic*, it is the step itself: p_t = t. *Predictive*, the query says where it is,
p_t = S · sigmoid(v_pᵀ tanh(W_p h_t)), and a Gaussian of σ = D / 2 around it favours the keys that
are near (equations 9 and 10).

The paper multiplies the weights with the Gaussian after the softmax, so that a row sums to less
than one. Here its logarithm is added to the scores, as in Yang et al. 2018 (arXiv 1810.10182,
section 3): the weights are the paper's, divided by their sum, and a row stays a distribution.

Shape letters: B batch, Q queries, S source tokens.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

MONOTONIC, PREDICTIVE = WINDOWS = ("monotonic", "predictive")
CENTRES = {
    MONOTONIC: r"p_t = \min(t, S)",
    PREDICTIVE: r"p_t = S \cdot \text{sigmoid}(v_p^\top \tanh(W_p {query}))",
}
SHORT = {MONOTONIC: "local-m", PREDICTIVE: "local-p"}  # as the paper calls them


class Window(NamedTuple):
    """What each of some queries may read."""

    centres: Tensor  # p_t (B, Q), places of the source, which count from 1
    reach: int  # D
    gaussian: bool

    def visible(self, read: Tensor) -> Tensor:
        """bool (B, 1, Q, S), of the tokens (B, S) that there are to `read`."""
        return read[:, None, None] & (self._away(read.shape[1]).abs() <= self.reach)

    def bias(self, size: int) -> Tensor | None:
        """What is added to the scores (B, 1, Q, S) of `size` keys; None where nothing is."""
        if not self.gaussian:
            return None
        return -self._away(size).square() / (2 * (self.reach / 2) ** 2)

    def _away(self, size: int) -> Tensor:
        """s − p_t (B, 1, Q, S)."""
        places = torch.arange(1, size + 1, device=self.centres.device)
        return (places - self.centres[..., None].float())[:, None]


class Predicted(nn.Module):
    """Where the centre of a query's window is, as the query itself says it."""

    def __init__(self, size: int):
        super().__init__()
        self.W_p = nn.Linear(size, size, bias=False)
        self.v_p = nn.Linear(size, 1, bias=False)

    def forward(self, queries: Tensor, read: Tensor) -> Tensor:
        """p_t (B, Q) of queries (B, Q, D) over the tokens (B, S) that there are to `read`."""
        share = torch.sigmoid(self.v_p(torch.tanh(self.W_p(queries)))[..., 0].float())
        return share * read.sum(1)[:, None]


def stepped(first: Tensor, count: int, read: Tensor) -> Tensor:
    """p_t (B, `count`) of the steps after `first` (B,), counted from 1; past the end of what there
    is to `read` (B, S) it stays there."""
    steps = first[:, None] + torch.arange(1, count + 1, device=read.device)
    return torch.minimum(steps, read.sum(1)[:, None]).float()
