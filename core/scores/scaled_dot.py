"""The scaled dot score: the dot score, divided by the root of the number of dimensions."""

from torch import Tensor

from core.scores import Explanation, Part, ScoreFunction


class ScaledDot(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ h̄_s / √D. No parameters; both sides must be of one size."""

    name = "scaled-dot"
    latex = r"\frac{h_t^\top \bar{h}_s}{\sqrt{D}}"
    source = "Vaswani et al. 2017, equation 1"

    def __init__(self, query_size: int, key_size: int):
        """Raises ValueError when the sizes differ."""
        super().__init__(query_size, key_size)
        if query_size != key_size:
            raise ValueError(
                f"the scaled dot score needs queries and keys of one size, but the queries have "
                f"{query_size} dimensions and the keys {key_size}; use general instead"
            )

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ keys.transpose(-2, -1) / queries.shape[-1] ** 0.5  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor) -> Explanation:
        terms = Part("products", r"{[h_t]}_i {[\bar{h}_s]}_i", query * keys)  # (K, D)
        return Explanation(
            Part("query", "h_t", query), (), terms, ((r"\sqrt{D}", len(query) ** 0.5),)
        )
