"""The dot score: how far the query and the key point the same way, times their lengths."""

from torch import Tensor

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction


class Dot(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ h̄_s. No parameters; both sides must be of one size."""

    name = "dot"
    source = "Luong et al. 2015, section 3.1 (dot)"

    def __init__(self, query_size: int, key_size: int):
        """Raises ValueError when the sizes differ."""
        super().__init__(query_size, key_size)
        if query_size != key_size:
            raise ValueError(
                f"the dot score needs queries and keys of one size, but the queries have "
                f"{query_size} dimensions and the keys {key_size}; use general instead"
            )

    @staticmethod
    def formula(letters: Letters) -> str:
        return rf"{letters.query}^\top {letters.key}"

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        return queries @ projected.transpose(-2, -1)  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        latex = rf"{{[{letters.query}]}}_i {{[{letters.key}]}}_i"
        terms = Part("products", latex, query * keys)  # (K, D)
        return Explanation(Part("query", letters.query, query), terms=terms)
