"""What-ifs: the same model with its scores divided before the softmax, or with parts switched off.

Each is a twin: another module around the same weights.
"""

from __future__ import annotations

import copy
import math

from torch import Tensor, nn

from core.scores import Explanation, ScoreFunction, score_function
from core.trace import Switches

LEAST = 1e-4  # a temperature below it could take scores out of single precision's range


class Tempered(ScoreFunction):
    """Another score divided by the temperature τ and, where `scaled`, by √D, D the query's size.

    α = softmax(score / τ): Hinton et al. 2015 (arXiv 1503.02531), equation 1; / √D: Vaswani et
    al. 2017, equation 1. Its scores are what enters the softmax; its name and formula say so.
    Raises ValueError for a temperature that is not a finite number of LEAST or more.
    """

    def __init__(self, score: ScoreFunction, temperature: float = 1.0, scaled: bool = False):
        nn.Module.__init__(self)  # it has no sizes of its own
        if not (math.isfinite(temperature) and temperature >= LEAST):
            raise ValueError(
                f"a temperature is a finite number above 0, at least {LEAST:g}; not {temperature!r}"
            )
        self.score, self.temperature, self.scaled = score, temperature, scaled
        number = f"{temperature:g}" if temperature != 1 or not scaled else ""
        self.name = f"{score.name} ÷ {number}{'√D' if scaled else ''}"
        divisor = rf"{number} \sqrt{{D}}" if scaled else number
        self.latex = rf"\frac{{{score.latex}}}{{{divisor}}}"
        self.source = f"{score.source}; divided before the softmax, as a what-if"

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return self.score(queries, keys) / self._divisor(queries)

    def explain(self, query: Tensor, keys: Tensor) -> Explanation:
        inner = self.score.explain(query, keys)
        added = []
        if self.scaled:
            added.append((r"\sqrt{D}", query.shape[-1] ** 0.5))
        if self.temperature != 1:
            added.append((r"\tau", self.temperature))
        return inner._replace(divisors=(*inner.divisors, *added))

    def _divisor(self, queries: Tensor) -> float:
        return self.temperature * (queries.shape[-1] ** 0.5 if self.scaled else 1)


def tempered(model: nn.Module, temperature: float = 1.0, scaled: bool = False) -> nn.Module:
    """`model` with the score of every attention `Tempered`.

    Raises ValueError for a model without attention, and as `Tempered` does.
    """
    twin = _twin(model)
    attentions = [one for one in twin.modules() if isinstance(_score(one), ScoreFunction)]
    if not attentions:
        raise ValueError("a model without attention has no scores that could be divided")
    for attention in attentions:
        attention.score = Tempered(attention.score, temperature, scaled)
    return twin.eval()


def switched(model: nn.Module, switches: Switches) -> nn.Module:
    """A Transformer without what `switches` take away: the output of those heads is zero, tokens
    have no positions, scores are not divided by the root of d, which makes them the dot score.

    Raises ValueError for a head that there is not, and for a model that is no Transformer.
    """
    if not hasattr(model, "attentions"):
        raise ValueError("only a Transformer has heads, positions and scaled scores to switch off")
    twin = _twin(model)
    known = twin.attentions()
    for attention in known.values():
        size = attention.W_Q.out_features // attention.heads
        plain = score_function("scaled-dot" if switches.scaled else "dot")(size, size)
        before = attention.score
        if isinstance(before, Tempered):  # a temperature stays
            plain = Tempered(plain, before.temperature, before.scaled)
        attention.score = plain
        attention.off = ()
    for name in switches.heads:
        attention, _, place = name.rpartition(".")
        count = known[attention].heads if attention in known else 0
        if not (place.isdecimal() and 1 <= int(place) <= count):
            raise ValueError(
                f"there is no head {name!r}; there are {', '.join(known)}, each with the heads "
                f"1 to {next(iter(known.values())).heads}: say {next(iter(known))}.1"
            )
        known[attention].off += (int(place) - 1,)
    twin.placed = switches.positions
    return twin.eval()


def _twin(model: nn.Module) -> nn.Module:
    # What the copy would copy and already has is shared: all parameters.
    return copy.deepcopy(model, {id(value): value for value in model.parameters()})


def _score(module: nn.Module) -> ScoreFunction | None:
    return None if isinstance(module, ScoreFunction) else getattr(module, "score", None)
