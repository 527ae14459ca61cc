"""The concat score: one hidden layer that reads the query and the key together."""

import torch
from torch import Tensor, nn

from core.scores import Explanation, Part, ScoreFunction

AT_ONCE = 4  # queries whose hidden layers are in memory together


class Concat(ScoreFunction):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s]), with W_a of (D, D + E) and v_a of D."""

    name = "concat"
    latex = r"v_a^\top \tanh\left(W_a [h_t; \bar{h}_s]\right)"
    source = "Luong et al. 2015, section 3.1 (concat)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.query_size = query_size
        self.W_a = nn.Linear(query_size + key_size, query_size, bias=False)
        self.v_a = nn.Linear(query_size, 1, bias=False)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        left, right = self._halves(queries, keys)
        # Where no gradient needs the hidden layer of every pair, a few queries at a time have one.
        some = left.shape[1] if torch.is_grad_enabled() else AT_ONCE
        return torch.cat([self._output(part, right) for part in left.split(some, 1)], 1)

    def explain(self, query: Tensor, keys: Tensor) -> Explanation:
        left, right = self._halves(query, keys)  # (D,), (K, D)
        hidden, v_a = torch.tanh(left + right), self.v_a.weight[0]
        parts = (
            Part("left", r"W_a^{(1)} h_t", left),
            Part("right", r"W_a^{(2)} \bar{h}_s", right),
            Part("hidden_layer", r"\tanh(W_a [h_t; \bar{h}_s])", hidden),
            Part("output_weights", r"v_a", v_a),
        )
        latex = r"{[v_a]}_i {[\tanh(W_a [h_t; \bar{h}_s])]}_i"
        return Explanation(None, parts, Part("weighted_units", latex, hidden * v_a))

    def _output(self, left: Tensor, right: Tensor) -> Tensor:
        mixed = left[:, :, None] + right[:, None]  # (B, Q, K, D)
        return self.v_a(torch.tanh(mixed)).squeeze(-1)  # (B, Q, K)

    def _halves(self, queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        """W_a's left half on the queries and its right half on the keys, each (..., D): their sum
        is W_a [h; h̄], and each vector is multiplied once and not once a pair."""
        left, right = self.W_a.weight.split([self.query_size, keys.shape[-1]], 1)
        return queries @ left.T, keys @ right.T
