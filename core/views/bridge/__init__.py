"""One forced target through a recurrent model and a Transformer, side by side: what is called what.

Between two sets of states both score with the same form. Luong's general score is hᵀ W_a h̄ (Luong
et al. 2015, section 3.1); a head's is (W_Q x + b_Q)ᵀ (W_K m + b_K) / √d_k (Vaswani et al.
2017, equation 1), which is xᵀ (W_Qᵀ W_K) m / √d_k and what the biases add: W_Q and W_K are the
head's blocks of d_k rows. So W_Qᵀ W_K is that head's W_a, of a rank of d_k at most; the paper,
whose vectors are rows, would write it W_Q W_Kᵀ.

Shape letters: S source tokens, T target tokens, L decoder layers, H heads, D vector size of either
model, d = d_k = D / H size of a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from core.distributions import divergence
from core.formulas import LATEX, equation, mathml
from core.models import Projections
from core.passes import Pass, forced
from core.stage import tongues
from core.stage.codec import packed
from core.trace import Model
from core.tree import Token
from core.views.bridge.wire import Payload
from core.wire import frozen
from core.words import section

if TYPE_CHECKING:
    from core.translator import Translator

# Of the second model; the first needs the general score.
NEEDS = ("heads", "cross-attention", "residual-stream")


@dataclass(frozen=True, eq=False)
class Recurrent:
    """The side of the recurrent model. Arrays are float32 and as it computed them."""

    model: Model
    queries: np.ndarray  # (T, D), the state that attends
    memory: np.ndarray  # (S, D), the encoder's states: keys and values at once
    stretch: np.ndarray  # (D,), the singular values of W_a, the largest first
    products: np.ndarray  # (T, S), hᵀ W_a h̄, worked out from the matrix in double precision
    scores: np.ndarray  # (T, S)
    weights: np.ndarray  # (T, S)
    contexts: np.ndarray  # (T, D)
    combined: np.ndarray  # (T, D), h̃
    log_probs: np.ndarray  # (T,), of the tokens of the target, nats


@dataclass(frozen=True, eq=False)
class Heads:
    """The side of the Transformer, of all heads that attend to the source. Arrays are float32.

    scores = (products + query_biases + key_biases + both_biases) / √d_k, broadcast to (L, H, T, S):
    the four terms are worked out in double precision from states and matrices, the scores are the
    model's own.
    """

    model: Model
    given: np.ndarray  # (L, T, D), x, what W_Q reads
    memory: np.ndarray  # (S, D), m, the encoder's output: what W_K and W_V read
    queries: np.ndarray  # (L, H, T, d), W_Q x + b_Q
    keys: np.ndarray  # (L, H, S, d), W_K m + b_K
    values: np.ndarray  # (L, H, S, d), W_V m + b_V
    stretch: np.ndarray  # (L, H, d), singular values of W_Qᵀ W_K; the other D − d are zero
    products: np.ndarray  # (L, H, T, S), xᵀ (W_Qᵀ W_K) m
    query_biases: np.ndarray  # (L, H, 1, S), b_Qᵀ W_K m
    key_biases: np.ndarray  # (L, H, T, 1), b_Kᵀ W_Q x, the same for all keys
    both_biases: np.ndarray  # (L, H, 1, 1), b_Qᵀ b_K
    scores: np.ndarray  # (L, H, T, S)
    weights: np.ndarray  # (L, H, T, S)
    contexts: np.ndarray  # (L, H, T, d); those of a layer side by side are what W_O reads
    added: np.ndarray  # (L, T, D), what W_O makes of them, added to the residual stream
    log_probs: np.ndarray  # (T,), of the tokens of the target, nats


@dataclass(frozen=True, eq=False)
class Bridge:
    """Both sides of one sentence and one target."""

    typed: str
    source: tuple[Token, ...]
    target: tuple[Token, ...]
    recurrent: Recurrent
    heads: Heads

    @property
    def divergences(self) -> np.ndarray:
        """(L, H), the Jensen–Shannon divergence of each head's rows from those of the recurrent
        model, mean over the steps: nats."""
        return divergence(self.heads.weights, self.recurrent.weights).mean(-1)

    @property
    def nearest(self) -> tuple[int, int]:
        """Layer and head, from 0, that look where the recurrent model looks."""
        apart = self.divergences
        layer, head = np.unravel_index(apart.argmin(), apart.shape)
        return int(layer), int(head)


@torch.inference_mode()
def cross(
    recurrent: Translator, transformer: Translator, text: str, target: Sequence[int]
) -> Bridge:
    """Both models read `text` and are made to write the pieces `target`: projections of a forced
    pass of each.

    Raises ValueError for a first model without the general score, a second without heads, two
    models that split text in different ways, a blank text and a target that is not one.
    """
    if recurrent.facts.score != "general":
        raise ValueError(
            f"{recurrent.name} scores by {recurrent.facts.score or 'nothing'}: the bridge begins "
            f"at the general score, which has the matrix W_a"
        )
    if "heads" not in transformer.facts.has:
        raise ValueError(f"{transformer.name} has no heads: the bridge has to end at some")
    if recurrent.vocabulary.model != transformer.vocabulary.model:
        raise ValueError(
            f"{recurrent.name} and {transformer.name} split text into different pieces, so neither "
            f"their steps nor their columns can be set side by side; train both on one vocabulary"
        )
    vocabulary, allowed = transformer.vocabulary, transformer.vocabulary.allowed
    source = vocabulary.source_tokens(text)
    if len(source) == 1:
        raise ValueError("there is nothing to read: the text is blank")
    if not target or not all(0 <= one < len(allowed) and allowed[one] for one in target):
        raise ValueError(f"the target is one piece or more of the vocabulary, not {target!r}")
    ids = [token.id for token in source]
    left, right = (
        forced(one.model, ids, target, vocabulary.start) for one in (recurrent, transformer)
    )
    return Bridge(
        text, source, vocabulary.target_tokens(target), _recurrent(recurrent, left),
        _heads(transformer, right),
    )  # fmt: skip


def _recurrent(translator: Translator, found: Pass) -> Recurrent:
    heads = found.attentions["cross"]
    W_a = translator.model.scorer("cross", 1, 1).score.W_a.weight
    query = torch.from_numpy(heads.queries[0, 0].copy()).double()
    memory = torch.from_numpy(found.memory.copy()).double()
    products = query @ W_a.double() @ memory.T  # (T, S)
    return Recurrent(
        translator.described(), heads.queries[0, 0], found.memory,
        frozen(torch.linalg.svdvals(W_a).numpy()), frozen(products.numpy()), heads.scores[0, 0],
        heads.weights[0, 0], heads.context[0, 0], found.combined, frozen(found.log_probs),
    )  # fmt: skip


def _heads(translator: Translator, found: Pass) -> Heads:
    heads = found.attentions["cross"]
    attends = [one for one in found.decoder.sublayers if one.name.startswith("cross.")]
    memory = torch.from_numpy(found.memory.copy()).double()
    layers = [
        _layer(translator.model.projections("cross", number), one.given, memory)
        for number, one in enumerate(attends, 1)
    ]
    algebra = [frozen(torch.stack(parts).numpy()) for parts in zip(*layers, strict=True)]
    return Heads(
        translator.described(), frozen([one.given for one in attends]), found.memory,
        heads.queries, heads.keys, heads.values, *algebra, heads.scores, heads.weights,
        heads.context, frozen([one.added for one in attends]), frozen(found.log_probs),
    )  # fmt: skip


def _layer(matrices: Projections, given: np.ndarray, memory: Tensor) -> tuple[Tensor, ...]:
    """Of one layer what `Heads` has by head from its singular values to its biases, each (H, ...),
    where W_Q reads `given` (T, D) and W_K `memory` (S, D)."""
    W_Q, b_Q, W_K, b_K = (part.double() for part in matrices[:4])  # (H, d, D), (H, d)
    x, m = torch.from_numpy(given.copy()).double(), memory
    form = W_Q.transpose(1, 2) @ W_K  # (H, D, D)
    # With W_Qᵀ = Q R, and W_Kᵀ likewise, the form is Q (R Rᵀ) Qᵀ: what stretches is d by d.
    across = [torch.linalg.qr(one.transpose(1, 2)).R for one in (W_Q, W_K)]
    stretch = torch.linalg.svdvals(across[0] @ across[1].transpose(1, 2))  # (H, d)
    by_query = b_Q[:, None] @ (W_K @ m.T)  # (H, 1, S)
    by_key = (x @ W_Q.transpose(1, 2)) @ b_K[..., None]  # (H, T, 1)
    both = (b_Q * b_K).sum(-1)[:, None, None]
    return stretch, x @ form @ m.T, by_query, by_key, both


def payload(bridge: Bridge, language: str) -> Payload:
    """What the script needs to draw `bridge`: its numbers, formulas and words. Arrays by head have
    their first dimensions in one."""
    left, right = bridge.recurrent, bridge.heads

    def rows(array: np.ndarray) -> dict:
        return packed(array.reshape(-1, array.shape[-1]).astype(np.float32))

    def side(one: Recurrent | Heads, names: Sequence[str]) -> dict:
        return {
            "model": one.model.name,
            **{name: rows(getattr(one, name)) for name in ("scores", "weights", *names)},
            "log_probs": packed(one.log_probs),
        }

    by_head = (
        "given", "memory", "queries", "keys", "values", "contexts", "added", "stretch", "products",
        "query_biases", "key_biases", "both_biases",
    )  # fmt: skip
    layers, heads = right.scores.shape[:2]
    return {
        "stage": "bridge",
        "typed": bridge.typed,
        "source": bridge.source,
        "target": bridge.target,
        "recurrent": {
            **side(left, ("queries", "memory", "products", "contexts", "combined")),
            "stretch": packed(left.stretch),
            "attends": mathml(left.model.score.query),
        },
        "heads": {
            **side(right, by_head),
            "layers": layers,
            "heads": heads,
            "divergences": rows(bridge.divergences),
            "nearest": bridge.nearest,
        },
        "formulas": {
            name: mathml(latex) for name, latex in formulas(left.model.score.query).items()
        },
        "tongues": tongues(right.model),
        "strings": {**section(language, "stage"), **section(language, "bridge")},
        "language": language,
    }


def formulas(query: str) -> dict[str, str]:
    """Both sides of every row, left and right, in the letters of either paper; `query` is what
    attends on the left. What becomes of the context is mixed with the new state in both wirings."""
    return {
        "asks_left": query,
        "asks_right": LATEX["stream"],
        "query_left": f"q_t = {query}",
        "query_right": r"q_t = W_Q x_t + b_Q",
        "score": LATEX["score"],
        "read_left": r"\bar{h}_s",
        "read_right": "m_s",
        "key_left": r"k_s = \bar{h}_s",
        "key_right": r"k_s = W_K m_s + b_K",
        "matrix_left": "W_a",
        "matrix_right": r"W_Q^\top W_K",
        "score_left": equation(rf"{query}^\top W_a \bar{{h}}_s"),
        "score_right": LATEX["score_divided"],
        "product_right": r"x_t^\top (W_Q^\top W_K) m_s",
        "query_bias": r"b_Q^\top W_K m_s",
        "key_bias": r"b_K^\top W_Q x_t",
        "both_bias": r"b_Q^\top b_K",
        "product_qk": LATEX["product"],
        "root": LATEX["root"],
        "softmax": LATEX["softmax"],
        "value_left": r"v_s = \bar{h}_s",
        "value_right": r"v_s = W_V m_s + b_V",
        "context_left": LATEX["context_of_states"],
        "context_right": LATEX["context_of_head"],
        "on_left": LATEX["combine"],
        "joined": LATEX["joined"],
        "on_right": f"W_O {LATEX['joined']} + b_O",
    }
