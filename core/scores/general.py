"""The general score: a dot product with a learned matrix in between."""

from torch import Tensor, nn

from core.scores import ScoreFunction


class General(ScoreFunction):
    """score(h_t, h̄_s) = h_tᵀ W_a h̄_s, with W_a of (D, E)."""

    name = "general"
    latex = r"h_t^\top W_a \bar{h}_s"
    source = "Luong et al. 2015, equation 8 (general)"

    def __init__(self, query_size: int, key_size: int):
        super().__init__(query_size, key_size)
        self.W_a = nn.Linear(key_size, query_size, bias=False)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ self.W_a(keys).transpose(1, 2)  # (B, Q, K)
