"""The location score: where a key stands is all that counts of it."""

from __future__ import annotations

from torch import Tensor, nn

from core.scores import LUONG, Explanation, Letters, Part, ScoreFunction

LONGEST = 256  # places that have a score of their own
IGNORED = -1e4  # of those after them: the softmax makes nothing of it


class Location(ScoreFunction):
    """score(h_t, h̄_s) = [W_a h_t]_s, with W_a of (256, D): row s is that of the place s, and what
    stands there is not read. A shorter sentence uses the first rows; of a longer one the places
    after them are ignored."""

    name = "location"
    source = "Luong et al. 2015, section 3.1 (location)"

    def __init__(self, query_size: int, key_size: int, places: int = LONGEST):
        super().__init__(query_size, key_size)
        self.W_a = nn.Linear(query_size, places, bias=False)

    @classmethod
    def of_few(cls, query_size: int, key_size: int, keys: int) -> Location:
        return cls(query_size, key_size, keys)

    @staticmethod
    def formula(letters: Letters) -> str:
        return rf"{{[W_a {letters.query}]}}_s"

    def compare(self, queries: Tensor, projected: Tensor) -> Tensor:
        size = projected.shape[-2]
        scores = queries @ self.W_a.weight[:size].T  # (B, Q, K)
        return nn.functional.pad(scores, (0, size - scores.shape[-1]), value=IGNORED)

    def explain(self, query: Tensor, keys: Tensor, letters: Letters = LUONG) -> Explanation:
        if len(keys) > len(self.W_a.weight):
            return Explanation()
        rows = self.W_a.weight[: len(keys)]  # (K, D)
        parts = (Part("query", letters.query, query), Part("row", "{[W_a]}_{si}", rows))
        latex = rf"{{[W_a]}}_{{si}} {{[{letters.query}]}}_i"
        return Explanation(parts=parts, terms=Part("place_products", latex, rows * query))
