"""The general score: a dot product with a learned matrix in between."""

import torch
from torch import Tensor, nn

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction


class General(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ W_a h̄_s, with W_a of (D, E)."""

    name = "general"
    source = "Luong et al. 2015, section 3.1 (general)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.W_a = nn.Linear(key_size, query_size, bias=False)

    @staticmethod
    def formula(letters: Letters) -> str:
        return rf"{letters.query}^\top W_a {letters.key}"

    def project(self, keys: Tensor) -> Tensor:
        return self.W_a(keys)  # W_a h̄_s (B, K, D)

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        return queries @ projected.transpose(-2, -1)  # h_tᵀ (W_a h̄_s): (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        """W_a = Σ σ_i u_i v_iᵀ stretches by σ_i from one direction into another, so the score is
        the sum of σ_i (u_iᵀ h_t) (v_iᵀ h̄_s)."""
        W_a = self.W_a.weight  # (D, E)
        U, stretch, V = torch.linalg.svd(W_a, full_matrices=False)
        read, offered = query @ U, keys @ V.T  # (N,), (K, N)
        parts = (
            Part("singular_values", r"\sigma_i", stretch),
            Part("query_along", rf"u_i^\top {letters.query}", read),
            Part("key_along", rf"v_i^\top {letters.key}", offered),
        )
        latex = rf"\sigma_i (u_i^\top {letters.query}) (v_i^\top {letters.key})"
        return Explanation(
            Part("turned_query", rf"W_a^\top {letters.query}", query @ W_a),
            parts,
            Part("stretched_products", latex, stretch * read * offered),
        )
