"""The cosine score: only how far the query and the key point the same way, not their lengths."""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction

SHORTEST = 1e-6  # a length is at least this, so that a vector of zeros divides nothing by 0


class Cosine(ScoreFunction):
    """score(h_t, h̄_s) = β h_tᵀ h̄_s / (‖h_t‖ ‖h̄_s‖), with one learned number β.

    Cosines lie between −1 and 1, too close together for a softmax to choose among many keys: β
    spreads them. It starts at √D, where the score is the scaled dot of two vectors of length √D.
    A vector of zeros has no direction; its score is 0.
    """

    name = "cosine"
    source = "Graves et al. 2014, equations 5 (β) and 6 (cosine), here with a learned β"

    def __init__(self, query_size: int, key_size: int):
        """Raises ValueError when the sizes differ."""
        super().__init__(query_size, key_size)
        if query_size != key_size:
            raise ValueError(
                f"the cosine score needs queries and keys of one size, but the queries have "
                f"{query_size} dimensions and the keys {key_size}; use general instead"
            )
        self.beta = nn.Parameter(torch.tensor(query_size**0.5))

    @staticmethod
    def formula(letters: Letters) -> str:
        query, key, _ = letters
        return rf"\beta \, \frac{{{query}^\top {key}}}{{\|{query}\| \, \|{key}\|}}"

    def project(self, keys: Tensor) -> Tensor:
        return _direction(keys)

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        return self.beta * (_direction(queries) @ projected.transpose(-2, -1))  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        q, k, _ = letters
        read, offered = _direction(query), _direction(keys)  # (D,), (K, D)
        parts = (
            Part("query_direction", rf"{q} / \|{q}\|", read),
            Part("key_direction", rf"{k} / \|{k}\|", offered),
        )
        latex = rf"\beta \, \frac{{({q})_i}}{{\|{q}\|}} \frac{{({k})_i}}{{\|{k}\|}}"
        return Explanation(None, parts, Part("products", latex, self.beta * read * offered))


def _direction(vectors: Tensor) -> Tensor:
    return normalize(vectors, dim=-1, eps=SHORTEST)
