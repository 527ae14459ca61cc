"""The scaled dot score: the dot score, divided by the root of the number of dimensions."""

from torch import Tensor

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction
from core.scores.dot import Dot


class ScaledDot(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ h̄_s / √D. No parameters; both sides must be of one size."""

    name = "scaled-dot"
    without_root = Dot
    source = "Vaswani et al. 2017, equation 1"

    def __init__(self, query_size: int, key_size: int):
        """Raises ValueError when the sizes differ."""
        super().__init__(query_size, key_size)
        if query_size != key_size:
            raise ValueError(
                f"the scaled dot score needs queries and keys of one size, but the queries have "
                f"{query_size} dimensions and the keys {key_size}; use general instead"
            )

    @staticmethod
    def formula(letters: Letters) -> str:
        return rf"\frac{{{letters.query}^\top {letters.key}}}{{\sqrt{{{letters.size}}}}}"

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        return queries @ projected.transpose(-2, -1) / queries.shape[-1] ** 0.5  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        latex = rf"{{[{letters.query}]}}_i {{[{letters.key}]}}_i"
        terms = Part("products", latex, query * keys)  # (K, D)
        root = (rf"\sqrt{{{letters.size}}}", len(query) ** 0.5)
        return Explanation(Part("query", letters.query, query), (), terms, (root,))
