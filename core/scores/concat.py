"""The concat score: one hidden layer that reads the query and the key together."""

import torch
from torch import Tensor, nn

from core.scores import ScoreFunction


class Concat(ScoreFunction):
    """score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s]), with W_a of (D, D + E) and v_a of D."""

    name = "concat"
    latex = r"v_a^\top \tanh\left(W_a [h_t; \bar{h}_s]\right)"
    source = "Luong et al. 2015, equation 8 (concat)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.query_size = query_size
        self.W_a = nn.Linear(query_size + key_size, query_size, bias=False)
        self.v_a = nn.Linear(query_size, 1, bias=False)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        # W_a [h; h̄] is the sum of W_a's left half on h and its right half on h̄, so that each
        # is multiplied once and not once a pair.
        left, right = self.W_a.weight.split([self.query_size, keys.shape[-1]], 1)
        mixed = (queries @ left.T)[:, :, None] + (keys @ right.T)[:, None]  # (B, Q, K, D)
        return self.v_a(torch.tanh(mixed)).squeeze(-1)  # (B, Q, K)
