"""The concat score: one hidden layer that reads the query and the key together."""

import torch
from torch import Tensor, nn

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction

AT_ONCE = 4  # queries whose hidden layers are in memory together


class Concat(ScoreFunction):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s]), with W_a of (D, D + E) and v_a of D."""

    name = "concat"
    source = "Luong et al. 2015, section 3.1 (concat)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.query_size = query_size
        self.W_a = nn.Linear(query_size + key_size, query_size, bias=False)
        self.v_a = nn.Linear(query_size, 1, bias=False)

    @staticmethod
    def formula(letters: Letters) -> str:
        return rf"v_a^\top \tanh\left(W_a [{letters.query}; {letters.key}]\right)"

    def project(self, keys: Tensor) -> Tensor:
        return keys @ self._half("right").T

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        left = queries @ self._half("left").T
        # Where no gradient needs the hidden layer of every pair, a few queries at a time have one.
        some = left.shape[-2] if torch.is_grad_enabled() else AT_ONCE
        return torch.cat([self._output(part, projected) for part in left.split(some, -2)], -2)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        left, right = query @ self._half("left").T, self.project(keys)  # (D,), (K, D)
        hidden, v_a = torch.tanh(left + right), self.v_a.weight[0]
        unit = rf"\tanh(W_a [{letters.query}; {letters.key}])"
        parts = (
            Part("left", rf"W_a^{{(1)}} {letters.query}", left),
            Part("right", rf"W_a^{{(2)}} {letters.key}", right),
            Part("hidden_layer", unit, hidden),
            Part("output_weights", r"v_a", v_a),
        )
        latex = rf"{{[v_a]}}_i {{[{unit}]}}_i"
        return Explanation(None, parts, Part("weighted_units", latex, hidden * v_a))

    def _output(self, left: Tensor, right: Tensor) -> Tensor:
        mixed = left[..., :, None, :] + right[..., None, :, :]  # (B, Q, K, D)
        return self.v_a(torch.tanh(mixed)).squeeze(-1)  # (B, Q, K)

    def _half(self, side: str) -> Tensor:
        """The columns of W_a that meet the query ("left") or the key: W_a [h; h̄] is the sum of both
        products, and each vector is multiplied once and not once a pair."""
        W_a = self.W_a.weight
        return W_a[:, : self.query_size] if side == "left" else W_a[:, self.query_size :]
