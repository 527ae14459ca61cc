"""The concat score: a small network that reads the query and the key together."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction

AT_ONCE = 4  # queries whose hidden layers are in memory together


class Concat(ScoreFunction):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s]), with W_a of (D, D + E) and v_a of D.

    A subclass that has `deeper` hidden layers puts one tanh(W_i …) more around that for each, with
    W_i of (D, D).
    """

    name = "concat"
    source = "Luong et al. 2015, section 3.1 (concat)"
    deeper: tuple[
        str, ...
    ] = ()  # what the matrices of the hidden layers after the first are called

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.query_size = query_size
        self.W_a = nn.Linear(query_size + key_size, query_size, bias=False)
        for name in self.deeper:
            setattr(self, name, nn.Linear(query_size, query_size, bias=False))
        self.v_a = nn.Linear(query_size, 1, bias=False)

    @classmethod
    def formula(cls, letters: Letters) -> str:
        hidden = rf"\tanh\left(W_a [{letters.query}; {letters.key}]\right)"
        for name in cls.deeper:
            hidden = rf"\tanh\left({name} {hidden}\right)"
        return rf"v_a^\top {hidden}"

    def project(self, keys: Tensor) -> Tensor:
        return keys @ self._half("right").T

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        left = queries @ self._half("left").T
        # Where no gradient needs the hidden layer of every pair, a few queries at a time have one.
        some = left.shape[-2] if torch.is_grad_enabled() else AT_ONCE
        return torch.cat([self._output(part, projected) for part in left.split(some, -2)], -2)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        left, right = query @ self._half("left").T, self.project(keys)  # (D,), (K, D)
        hidden, v_a = self._hidden(left + right), self.v_a.weight[0]
        name, units = "weighted_units", rf"\tanh(W_a [{letters.query}; {letters.key}])"
        below = (
            Part("left", rf"W_a^{{(1)}} {letters.query}", left),
            Part("right", rf"W_a^{{(2)}} {letters.key}", right),
        )
        if self.deeper:  # whose units are made of all units of the layer below
            name, units, below = "weighted_deep_units", r"\tanh(\ldots)", ()
        parts = (*below, Part("hidden_layer", units, hidden), Part("output_weights", r"v_a", v_a))
        latex = rf"{{[v_a]}}_i {{[{units}]}}_i"
        return Explanation(None, parts, Part(name, latex, hidden * v_a))

    def _output(self, left: Tensor, right: Tensor) -> Tensor:
        mixed = left[..., :, None, :] + right[..., None, :, :]  # (B, Q, K, D)
        return self.v_a(self._hidden(mixed)).squeeze(-1)  # (B, Q, K)

    def _hidden(self, mixed: Tensor) -> Tensor:
        """The last hidden layer of W_a [h; h̄]."""
        hidden = torch.tanh(mixed)
        for name in self.deeper:
            hidden = torch.tanh(getattr(self, name)(hidden))
        return hidden

    def _half(self, side: str) -> Tensor:
        """The columns of W_a that meet the query ("left") or the key: W_a [h; h̄] is the sum of both
        products, and each vector is multiplied once and not once a pair."""
        W_a = self.W_a.weight
        return W_a[:, : self.query_size] if side == "left" else W_a[:, self.query_size :]
