"""One cell of one head's attention map, with all the numbers between its query and what the head
adds to the residual stream.

Shape letters: T target tokens, K keys, H heads, D vector size, d = D / H size of a head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from core.stage.codec import packed
from core.tokenisers.pieces import START_ID
from core.trace import SearchTrace, frozen
from core.views import check

if TYPE_CHECKING:
    from core.models.transformer import Change, TransformerModel
    from core.translator import Translator


@dataclass(frozen=True, eq=False)
class Cell:
    """One query of one head against all keys of its row; `column` is the key of the chosen cell.

    score = query · key / divisor, weights = softmax(scores) over what is visible, context =
    Σ weight · value, and the head adds context · W_O^h to the residual stream: Vaswani et al. 2017,
    equation 1 and section 3.2.2, where W_O^h are the d rows of W_O that meet this head: columns of
    `W_O.weight`, as torch writes it. Arrays are float32 and as the model computed them.
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


@torch.inference_mode()
def take_cell(
    translator: Translator, trace: SearchTrace, block: str, row: int, column: int
) -> Cell:
    """The cell of the head `block`, "cross.2.5" for example, at `row` and `column` of its map, both
    from 0.

    The model reads the source and what the trace says was written once more, because a trace holds
    no queries. Raises LookupError for a head that there is not, ValueError for a cell that there is
    not, a trace that another model made or one whose weights were given by hand.
    """
    shown = trace.attention(block)
    name, *place = block.split(".")
    if len(place) != 2:
        raise LookupError(f"{block!r} is a mean over heads; name one, like {name}.1.1")
    check(translator, trace)
    if any(step.replaced for step in trace.path()):
        raise ValueError("the weights of this trace were given, so no query and key made them")
    rows, columns = shown.weights.shape
    for kind, index, count in (("row", row, rows), ("column", column, columns)):
        if not 0 <= index < count:
            raise ValueError(f"no {kind} {index}; this map has the {kind}s 0 to {count - 1}")

    layer, head = (int(part) - 1 for part in place)
    attention = translator.model.attentions()[f"{name}.{layer + 1}"]
    change = _read_again(translator.model, trace, name, layer)
    heads = change.heads
    query, keys, values = heads.queries[0, head, row], heads.keys[0, head], heads.values[0, head]
    scores, weights = heads.scores[0, head, row], heads.weights[0, head, row]
    visible = heads.visible.expand_as(heads.scores)[0, head, row].numpy()
    if np.abs(weights.numpy() - shown.weights[row]).max() > 1e-3:
        raise ValueError(f"{translator.name} gives other weights than this trace has")
    contexts = heads.context[0, :, row]  # (H, d)
    # (D, D) -> (H, D, d): the columns of the matrix that meet each head.
    mixing = attention.W_O.weight.unflatten(1, (attention.heads, -1)).movedim(1, 0)
    return Cell(
        block,
        shown.queries,
        shown.keys,
        row,
        column,
        _array(query),
        _array(keys),
        _array(values),
        frozen(visible, bool),
        _array(scores),
        _array(weights),
        math.prod(value for _, value in attention.score.explain(query, keys).divisors),
        _array(contexts),
        _array((mixing @ contexts[..., None])[..., 0]),
        _array(attention.W_O.bias),
        _array(change.added[0, row]),
        _array(change.before[0, row]),
    )


def _read_again(model: TransformerModel, trace: SearchTrace, name: str, layer: int) -> Change:
    """The attention of that block and layer in one forced pass over `trace`."""
    source = torch.tensor([[token.id for token in trace.source]])
    if name == "encoder":
        return model.encode(source, torch.ones_like(source, dtype=torch.bool)).layers[layer][0]
    written = [step.token.id for step in trace.path()]
    read = torch.tensor([[START_ID, *written[:-1]]])
    return model.decode(read, model.start(source)).layers[layer][("self", "cross").index(name)]


def payload(cell: Cell) -> dict:
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


def _array(values: Tensor) -> np.ndarray:
    return frozen(values.numpy())
