"""One cell of the attention map taken apart: query, key, and all that stands between them and
their score. In a recurrent model states meet, in a head of a Transformer what W_Q and W_K made of
them.

Shape letters: S source tokens, D size of query and key, N terms of a score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from core.formulas import equation, length, mathml, rendered
from core.heads import head_name
from core.scores import Part
from core.stage import tongues
from core.stage.codec import packed
from core.trace import Model, Trace
from core.tree import Token
from core.views.apart.wire import Payload
from core.windows import Window
from core.wire import frozen
from core.words import section

if TYPE_CHECKING:
    from core.passes import Pass
    from core.translator import Translator

NEEDS = ("cross-attention",)


@dataclass(frozen=True, eq=False)
class Apart:
    """One query against all keys of its row; `column` is the key of the chosen cell.

    own = Σ terms / Π divisors, where the score function tells its terms, and |probe| · |key| ·
    cosine / Π divisors, where it is a product of the key with a probe: the query itself, or what
    a matrix made of it. What enters the softmax is that, and in a local attention less by the
    Gaussian of its window. Arrays are float32 and as the model computed them.
    """

    model: Model
    head: str | None  # in a Transformer, such as "cross.2.5"
    source: tuple[Token, ...]
    token: Token  # what this step wrote
    step: int  # from 0, like the column
    column: int
    query: np.ndarray  # (D,), the state that attended, or the head's query
    keys: np.ndarray  # (S, D), the encoder's states, or the head's keys
    probe: Part | None  # (D,), what each key is multiplied with
    cosines: np.ndarray  # (S,), of the query and each key; 0 where either has no length
    probe_cosines: np.ndarray | None  # (S,), of the probe and each key
    scores: np.ndarray  # (S,), what enters the softmax
    weights: np.ndarray  # (S,), what comes out, or what was put in its place
    parts: tuple[Part, ...]  # what the terms are made of
    terms: Part | None  # (S, N)
    divisors: tuple[tuple[str, float], ...]  # LaTeX and value
    parameters: tuple[tuple[str, tuple[int, ...]], ...]  # of the score, or a head: name and shape
    gaussian: np.ndarray | None = None  # (S,), what a window takes from each score, if it does

    @property
    def own(self) -> np.ndarray:
        """(S,), what the score function alone makes of query and keys."""
        return self.scores if self.gaussian is None else self.scores + self.gaussian

    @property
    def score(self) -> float:
        return float(self.scores[self.column])

    @property
    def weight(self) -> float:
        return float(self.weights[self.column])

    @property
    def key(self) -> np.ndarray:
        """(D,), the key of the chosen cell."""
        return self.keys[self.column]

    @property
    def query_norm(self) -> float:
        return float(np.linalg.norm(self.query))

    @property
    def probe_norm(self) -> float | None:
        return None if self.probe is None else float(np.linalg.norm(self.probe.values))

    @property
    def key_norms(self) -> np.ndarray:
        """(S,), the lengths of the keys."""
        return np.linalg.norm(self.keys, axis=1)

    @property
    def divisor(self) -> float:
        """What the sum is divided by: 1 where by nothing."""
        return math.prod(value for _, value in self.divisors)


@torch.inference_mode()
def take_apart(
    translator: Translator, trace: Trace, step: int, column: int, block: str = "cross",
    found: Pass | None = None,
) -> Apart:  # fmt: skip
    """The cell of `trace` at `step` of its best path and source `column`, both from 0: a projection
    of the forced pass over it, which is `found` where there is one already; forced words and
    replaced weights included.

    Where there are several heads `block` names one, "cross.2.5" being head 5 of layer 2. Raises
    ValueError for a model without attention, a cell that there is not, a mean over heads, which has
    no score, another attention than that to the source, and a trace that another model made;
    LookupError for a head that there is not.
    """
    path = trace.path()
    found = found or translator.forced(trace)
    if trace.model.score is None:
        raise ValueError(f"{trace.model.name} has no attention, so it has no score to take apart")
    for name, index, count in (("step", step, len(path)), ("column", column, len(trace.source))):
        if not 0 <= index < count:
            raise ValueError(f"no {name} {index}; this trace has the {name}s 0 to {count - 1}")
    several, place = trace.heads() is not None, _place(trace, block)
    heads, shown = found.attentions["cross"], trace.attention(block)
    query, keys, scores = heads.queries[place][step], heads.keys[place], heads.scores[place][step]
    seen = shown.visible[step]
    if np.abs(scores - shown.scores[step])[seen].max() > 1e-3 * np.abs(scores[seen]).max():
        raise ValueError(f"{translator.name} gives other scores than this trace has")

    scorer = translator.model.scorer("cross", *(index + 1 for index in place))
    read, offered = torch.from_numpy(query.copy()), torch.from_numpy(keys.copy())
    told = scorer.score.explain(read, offered, scorer.letters)
    return Apart(
        trace.model,
        block if several else None,
        trace.source,
        path[step].token,
        step,
        column,
        query,
        keys,
        told.probe and _plain(told.probe),
        _cosines(read, offered),
        told.probe and _cosines(told.probe.values, offered),
        scores,
        frozen(shown.weights[step]),
        tuple(map(_plain, told.parts)),
        told.terms and _plain(told.terms),
        scorer.divisors(len(query), trace.whatif),
        scorer.parameters,
        _gaussian(trace, step),
    )


def _gaussian(trace: Trace, step: int) -> np.ndarray | None:
    """(S,), what the window of that step takes from the scores; None where there is no Gaussian."""
    window, centres = trace.model.score.window, trace.rows().centres
    if window is None or not window.gaussian:
        return None
    bias = Window(torch.tensor(centres[step]).view(1, 1), window.reach, True).bias(
        len(trace.source)
    )
    return frozen(-bias[0, 0, 0].numpy())


def _plain(part: Part) -> Part:
    return part._replace(values=frozen(part.values.numpy()))


def _place(trace: Trace, block: str) -> tuple[int, int]:
    """Layer and head of `block`, from 0."""
    name, *place = block.split(".")
    if name != "cross":
        raise ValueError(f"only the attention to the source is taken apart, not {block!r}")
    trace.attention(block)  # or there is no such head
    if trace.heads() is None:
        return 0, 0
    if len(place) < 2:
        raise ValueError(
            f"{block} is a mean over heads, and a mean of weights is the softmax of no score; "
            f"choose a head, such as cross.1.1"
        )
    layer, head = (int(part) - 1 for part in place)
    return layer, head


def payload(apart: Apart, language: str) -> Payload:
    """What the script needs to draw `apart`: its numbers, its formulas and the words."""

    def part(one: Part) -> dict:
        return {
            "name": one.name,
            "formula": mathml(one.latex),
            "length": mathml(length(one.latex)),
            "values": packed(one.values),
        }

    return {
        "stage": "apart",
        "model": apart.model.name,
        "head": apart.head and head_name(apart.head, language),
        "score": apart.model.score.name,
        "formula": mathml(equation(apart.model.score.latex)),
        "formulas": rendered("score", "weight", "cosine", "sum", "gaussian"),
        "gain": apart.probe
        and mathml(f"{length(apart.probe.latex)} / {length(apart.model.score.query)}"),
        "source": apart.source,
        "token": apart.token,
        "step": apart.step,
        "column": apart.column,
        "query": part(Part("query", apart.model.score.query, apart.query)),
        "keys": part(Part("key", apart.model.score.key, apart.keys)),
        "probe": apart.probe and part(apart.probe),
        "norms": {
            "query": apart.query_norm,
            "probe": apart.probe_norm,
            "keys": packed(apart.key_norms),
        },
        "cosines": packed(apart.cosines),
        "probe_cosines": None if apart.probe is None else packed(apart.probe_cosines),
        "scores": packed(apart.scores),
        "own": packed(apart.own),
        "gaussian": None if apart.gaussian is None else packed(apart.gaussian),
        "weights": packed(apart.weights),
        "parts": [part(one) for one in apart.parts],
        "terms": apart.terms and part(apart.terms),
        "divisors": [(mathml(latex), value) for latex, value in apart.divisors],
        "parameters": apart.parameters,
        "tongues": tongues(apart.model),
        "strings": {**section(language, "stage"), **section(language, "apart")},
        "language": language,
    }


def _cosines(query: Tensor, keys: Tensor) -> np.ndarray:
    """(S,), of a vector (D,) and each of the keys (S, D)."""
    return frozen(torch.nn.functional.cosine_similarity(query[None], keys, dim=1).numpy())
