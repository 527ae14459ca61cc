"""The general score: a dot product with a learned matrix in between."""

import torch
from torch import Tensor, nn

from core.scores import Explanation, Part, ScoreFunction


class General(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ W_a h̄_s, with W_a of (D, E)."""

    name = "general"
    latex = r"h_t^\top W_a \bar{h}_s"
    source = "Luong et al. 2015, section 3.1 (general)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.W_a = nn.Linear(key_size, query_size, bias=False)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ self.W_a(keys).transpose(1, 2)  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor) -> Explanation:
        """W_a = Σ σ_i u_i v_iᵀ stretches by σ_i from one direction into another, so the score is
        the sum of σ_i (u_iᵀ h_t) (v_iᵀ h̄_s)."""
        W_a = self.W_a.weight  # (D, E)
        U, stretch, V = torch.linalg.svd(W_a, full_matrices=False)
        read, offered = query @ U, keys @ V.T  # (N,), (K, N)
        parts = (
            Part("singular_values", r"\sigma_i", stretch),
            Part("query_along", r"u_i^\top h_t", read),
            Part("key_along", r"v_i^\top \bar{h}_s", offered),
        )
        latex = r"\sigma_i (u_i^\top h_t) (v_i^\top \bar{h}_s)"
        return Explanation(
            Part("turned_query", r"W_a^\top h_t", query @ W_a),
            parts,
            Part("stretched_products", latex, stretch * read * offered),
        )
