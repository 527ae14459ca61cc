"""One cell of one head's attention map, with all the numbers between its query and what the head
adds to the residual stream.

Shape letters: T target tokens, K keys, H heads, D vector size, d = D / H size of a head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.stage.codec import packed
from core.trace import Trace
from core.views.maps import wire
from core.wire import frozen

if TYPE_CHECKING:
    from core.passes import Pass
    from core.translator import Translator


@dataclass(frozen=True, eq=False)
class Cell:
    """One query of one head against all keys of its row; `column` is the key of the chosen cell.

    score = query · key / divisor, weights = softmax(scores) over what is visible, unless somebody
    changed them, context = Σ weight · value, and the head adds context · W_O^h to the residual
    stream: Vaswani et al. 2017, equation 1 and section 3.2.2, where W_O^h are the d rows of W_O
    that meet this head: columns of `W_O.weight`, as torch writes it. Arrays are float32 and as the
    model computed them.
    """

    block: str  # "cross.2.5"
    queries: tuple[str, ...]  # the labels of the map
    keys: tuple[str, ...]
    row: int  # from 0, like the column
    column: int
    query: np.ndarray  # (d,)
    key_vectors: np.ndarray  # (K, d)
    values: np.ndarray  # (K, d)
    visible: np.ndarray  # bool (K,)
    scores: np.ndarray  # (K,), of masked keys too: what the mask covers
    weights: np.ndarray  # (K,), zero where masked
    divisor: float  # the root of d, or 1 where that is switched off
    contexts: np.ndarray  # (H, d), of all heads: joined, they are what W_O reads
    contributions: np.ndarray  # (H, D), what each head adds; with the bias they sum to `added`
    bias: np.ndarray  # (D,), of W_O
    added: np.ndarray  # (D,), what the attention adds
    before: np.ndarray  # (D,), the residual stream that it is added to

    @property
    def head(self) -> int:
        """Which head of its layer, from 0."""
        return int(self.block.rsplit(".", 1)[1]) - 1

    @property
    def undivided(self) -> np.ndarray:
        """(K,), what the weights would be if the sums were not divided."""
        sums = self.scores.astype(np.float64) * self.divisor
        raised = np.where(self.visible, np.exp(sums - sums[self.visible].max()), 0)
        return frozen(raised / raised.sum())

    @property
    def contribution(self) -> np.ndarray:
        """(D,), what the head adds to the residual stream."""
        return self.contributions[self.head]


def take_cell(
    translator: Translator,
    trace: Trace,
    block: str,
    row: int,
    column: int,
    found: Pass | None = None,
) -> Cell:
    """The cell of the head `block`, "cross.2.5" for example, at `row` and `column` of its map, both
    from 0: a projection of the forced pass over `trace`, which is `found` where there is one.

    Raises LookupError for a head that there is not, ValueError for a cell that there is not or a
    trace that another model made.
    """
    shown = trace.attention(block)
    name, *place = block.split(".")
    if len(place) != 2:
        raise LookupError(f"{block!r} is a mean over heads; name one, like {name}.1.1")
    rows, columns = shown.weights.shape
    for kind, index, count in (("row", row, rows), ("column", column, columns)):
        if not 0 <= index < count:
            raise ValueError(f"no {kind} {index}; this map has the {kind}s 0 to {count - 1}")

    layer, head = (int(part) for part in place)
    found = found or translator.forced(trace)
    side = found.encoder if name == "encoder" else found.decoder
    sublayer = next(one for one in side.sublayers if one.name == f"{name}.{layer}")
    heads, at = found.attentions[name], (layer - 1, head - 1)
    weights = heads.weights[(*at, row)]
    if np.abs(weights - shown.weights[row]).max() > 1e-3:
        raise ValueError(f"{translator.name} gives other weights than this trace has")
    query, keys = heads.queries[(*at, row)], heads.keys[at]
    contexts = heads.context[layer - 1, :, row]
    scorer, matrices = (
        translator.model.scorer(name, layer, head), translator.model.projections(name, layer),
    )  # fmt: skip
    mixing, bias = matrices.W_O.detach().numpy(), matrices.b_O.detach().numpy()
    return Cell(
        block,
        shown.queries,
        shown.keys,
        row,
        column,
        query,
        keys,
        heads.values[at],
        heads.visible[row],
        heads.scores[(*at, row)],
        weights,
        math.prod(value for _, value in scorer.divisors(len(query), trace.whatif)),
        contexts,
        frozen((mixing @ contexts[..., None])[..., 0]),
        frozen(bias),
        sublayer.added[row],
        sublayer.before[row],
    )


def payload(cell: Cell) -> wire.Cell:
    """What the script needs to draw `cell` and, as the row is the same, its neighbours."""
    return {
        "head": cell.block,
        "row": cell.row,
        "query": packed(cell.query),
        "keys": packed(cell.key_vectors),
        "values": packed(cell.values),
        "visible": packed(cell.visible),
        "scores": packed(cell.scores),
        "weights": packed(cell.weights),
        "undivided": packed(cell.undivided),
        "divisor": cell.divisor,
        "contexts": packed(cell.contexts),
        "contribution": packed(cell.contribution),
        "shares": [float(size) for size in np.linalg.norm(cell.contributions, axis=1)],
        "bias": float(np.linalg.norm(cell.bias)),
        "added": packed(cell.added),
        "before": packed(cell.before),
    }
