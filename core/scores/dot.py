"""The dot score: how far the query and the key point the same way, times their lengths."""

from torch import Tensor

from core.scores import Explanation, Part, ScoreFunction


class Dot(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ h̄_s. No parameters; both sides must be of one size."""

    name = "dot"
    latex = r"h_t^\top \bar{h}_s"
    source = "Luong et al. 2015, section 3.1 (dot)"

    def __init__(self, query_size: int, key_size: int):
        """Raises ValueError when the sizes differ."""
        super().__init__(query_size, key_size)
        if query_size != key_size:
            raise ValueError(
                f"the dot score needs queries and keys of one size, but the queries have "
                f"{query_size} dimensions and the keys {key_size}; use general instead"
            )

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ keys.transpose(-2, -1)  # (B, Q, K)

    def explain(self, query: Tensor, keys: Tensor) -> Explanation:
        terms = Part("products", r"{[h_t]}_i {[\bar{h}_s]}_i", query * keys)  # (K, D)
        return Explanation(Part("query", "h_t", query), terms=terms)
