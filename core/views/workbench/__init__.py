"""The workbench: one query, a few keys in the plane, and what every score function makes of them.

Shape letters: K keys, P points of a circle; every vector has two dimensions.
"""

from __future__ import annotations

import math
import threading
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.attention import attend
from core.scores import Explanation, ScoreFunction, score_functions

SIZE = 2  # dimensions of every vector
MOST_KEYS = 6
REACH = 10.0  # the largest coordinate
COLDEST, HOTTEST = 0.05, 20.0  # temperatures
LARGEST = 100.0  # the largest value of a parameter
SMALL = 16  # a parameter of more numbers stays as it was initialised
CIRCLE = 48  # points that draw the image of the unit circle

LIMITS = {
    "reach": REACH, "keys": MOST_KEYS, "coldest": COLDEST, "hottest": HOTTEST, "largest": LARGEST,
}  # fmt: skip

Vector = tuple[float, float]
_ONE_AT_A_TIME = threading.Lock()  # a module has other parameters while it is called with them


@dataclass(frozen=True)
class Parameter:
    """One parameter of a score function, as rows of numbers; a single number is one row of one."""

    score: str
    name: str  # as the class names it, such as W_a
    rows: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Setting:
    """All that a person chooses. Raises ValueError for what the workbench has no room for."""

    query: Vector
    keys: tuple[Vector, ...]  # the values too
    temperature: float = 1.0  # what scores are divided by before the softmax
    parameters: tuple[Parameter, ...] = ()  # the others are as `complete` says

    def __post_init__(self):
        if not 1 <= len(self.keys) <= MOST_KEYS:
            raise ValueError(f"one to {MOST_KEYS} keys, not {len(self.keys)}")
        for vector in (self.query, *self.keys):
            if len(vector) != SIZE:
                raise ValueError(f"a vector has {SIZE} numbers, not {len(vector)}")
            _check("a coordinate", vector, -REACH, REACH)
        _check("a temperature", (self.temperature,), COLDEST, HOTTEST)
        for one in self.parameters:
            for row in one.rows:
                _check(f"{one.name} of {one.score}", row, -LARGEST, LARGEST)

    @classmethod
    def read(cls, told: dict) -> Setting:
        """A setting from plain lists and dicts, as `asdict` makes them. Raises ValueError also for
        what is not one, and as `complete` does."""
        try:
            parameters = tuple(
                Parameter(one["score"], one["name"], tuple(map(_floats, one["rows"])))
                for one in told["parameters"]
            )
            keys = tuple(map(_floats, told["keys"]))
            temperature = float(told["temperature"])
            return complete(cls(_floats(told["query"]), keys, temperature, parameters))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a setting: {error!r}") from error


@dataclass(frozen=True)
class Scored:
    """What one score function makes of a setting; None for a number that is not finite."""

    name: str
    latex: str
    source: str
    parameters: tuple[Parameter, ...]  # that a person may change
    untouched: tuple[str, ...]  # parameters too large for that
    scores: tuple[float | None, ...]  # (K,), before temperature and softmax
    weights: tuple[float | None, ...]  # (K,), softmax(score / temperature)
    parts: tuple[tuple[float | None, ...], ...]  # (K, 2), each value times its weight
    context: tuple[float | None, ...]  # (2,), their sum
    entropy: float | None  # of the weights, in nats
    probe: Vector | None  # W_aᵀ h, what each key is multiplied with, where a matrix bends the query
    stretch: tuple[float, ...]  # the singular values of that matrix
    circle: tuple[Vector, ...]  # (P, 2), the probes of all queries of length 1


@dataclass(frozen=True)
class Workings:
    """A setting worked out under every score function."""

    setting: Setting  # with every parameter that may be changed
    query_length: float
    key_lengths: tuple[float, ...]
    cosines: tuple[float | None, ...]  # of the query and each key; None where either has no length
    scored: tuple[Scored, ...]  # those with few parameters first
    refused: tuple[tuple[str, str], ...]  # score functions that cannot score pairs, and why


def complete(setting: Setting) -> Setting:
    """`setting` with every parameter that it leaves out as it is first initialised (seed 0, two
    decimals). Raises ValueError for a parameter that no score has, or of another shape."""
    given = {(one.score, one.name): one for one in setting.parameters}
    found = []
    for name, module, _ in _modules():
        for own in _editable(name, module) if module else ():
            chosen = given.pop((name, own.name), own)
            if list(map(len, chosen.rows)) != list(map(len, own.rows)):
                shape = f"{len(own.rows)} by {len(own.rows[0])}"
                raise ValueError(f"{own.name} of {name} is {shape}")
            found.append(chosen)
    if given:
        raise ValueError(f"no such parameter: {', '.join(map(' '.join, given))}")
    return replace(setting, parameters=tuple(found))


def with_parameter(setting: Setting, own: Parameter) -> Setting:
    """`setting` with another parameter. Raises ValueError as `complete` does."""
    others = (one for one in setting.parameters if (one.score, one.name) != (own.score, own.name))
    return complete(replace(setting, parameters=(*others, own)))


@torch.no_grad()
def work(setting: Setting) -> Workings:
    """All scores, weights and contexts of `setting`. Raises ValueError as `complete` does."""
    setting = complete(setting)
    query, keys = torch.tensor(setting.query), torch.tensor(setting.keys)  # (2,), (K, 2)
    scored, refused = [], []
    for name, module, reason in _modules():
        if module is None:
            refused.append((name, reason))
            continue
        chosen = tuple(one for one in setting.parameters if one.score == name)
        scored.append(_scored(module, chosen, query, keys, setting.temperature))
    lengths, length = keys.norm(dim=-1), query.norm()
    # None for a vector of zeros, which has no direction.
    cosines = _numbers(keys @ query / (length * lengths))
    return Workings(
        setting, length.item(), tuple(lengths.tolist()), cosines, tuple(scored), tuple(refused)
    )


def _scored(
    module: ScoreFunction,
    chosen: tuple[Parameter, ...],
    query: Tensor,
    keys: Tensor,
    temperature: float,
) -> Scored:
    scores, told, matrix = _asked(module, chosen, query, keys)
    _, weights, context = attend(scores / temperature, keys[None])  # the values are the keys
    weights = weights[0, 0]
    stretch = [part.values for part in told.parts if part.name == "singular_values"]
    circle = _vectors(_circle() @ matrix) if stretch else ()
    return Scored(
        module.name,
        module.latex,
        module.source,
        chosen,
        tuple(name for name, value in _named(module) if value.numel() > SMALL),
        _numbers(scores[0, 0]),
        _numbers(weights),
        _vectors(weights[:, None] * keys),
        _numbers(context[0, 0]),
        _number(torch.special.entr(weights).sum().item()),
        _numbers(told.probe.values) if stretch else None,
        _numbers(stretch[0]) if stretch else (),
        circle,
    )


class _Asked(nn.Module):
    """A score function, asked for all that the workbench shows of it in one call."""

    def __init__(self, score: ScoreFunction):
        super().__init__()
        self.score = score

    def forward(self, query: Tensor, keys: Tensor) -> tuple[Tensor, Explanation, Tensor | None]:
        """Scores (1, 1, K) of a query (2,), how they came about, and what bends a query (2, 2),
        where something does: its rows are the probes of the two unit vectors."""
        told = self.score.explain(query, keys)
        probes = [self.score.explain(unit, keys).probe for unit in torch.eye(SIZE)]
        matrix = None if None in probes else torch.stack([one.values for one in probes])
        return self.score(query[None, None], keys[None]), told, matrix


def _asked(
    module: ScoreFunction, chosen: tuple[Parameter, ...], query: Tensor, keys: Tensor
) -> tuple[Tensor, Explanation, Tensor | None]:
    """What `_Asked` tells, with the chosen parameters in the place of the module's own."""
    given = {one.name: torch.tensor(one.rows) for one in chosen}
    own = zip(module.named_parameters(), _named(module), strict=True)
    values = {
        f"score.{name}": given[short].reshape(value.shape)
        for (name, value), (short, _) in own
        if short in given
    }
    with _ONE_AT_A_TIME:
        return functional_call(_Asked(module), values, (query, keys))


def _circle() -> Tensor:
    """Points of the unit circle (P, 2)."""
    turn = torch.arange(CIRCLE) * (2 * math.pi / CIRCLE)
    return torch.stack((turn.cos(), turn.sin()), 1)


def _modules() -> list[tuple[str, ScoreFunction | None, str]]:
    """Name, module and, where there is none, why; those with few parameters first."""

    def size(one) -> int:
        return sum(value.numel() for value in one[1].parameters()) if one[1] else 0

    return sorted(((name, *_built(kind)) for name, kind in score_functions().items()), key=size)


@cache
def _built(kind: type[ScoreFunction]) -> tuple[ScoreFunction | None, str]:
    """A score function of the workbench's size, its parameters rounded to what a person can read;
    or None and why there is none."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        try:
            module = kind.of_few(SIZE, SIZE, MOST_KEYS).eval()
        except ValueError as error:
            return None, str(error)
    with torch.no_grad():
        for value in module.parameters():
            value.copy_(value.round(decimals=2))
    return module, ""


def _named(module: ScoreFunction) -> list[tuple[str, Tensor]]:
    """Parameters by the names that formulas have for them."""
    return [(name.removesuffix(".weight"), value) for name, value in module.named_parameters()]


def _editable(score: str, module: ScoreFunction) -> list[Parameter]:
    return [
        Parameter(score, name, tuple(tuple(_short(x) for x in row) for row in _rows(value)))
        for name, value in _named(module)
        if 0 < value.numel() <= SMALL
    ]


def _rows(value: Tensor) -> list[list[float]]:
    return value.reshape(-1, value.shape[-1] if value.dim() else 1).tolist()


def _short(value: float) -> float:
    return round(value, 2)


def _floats(values: list) -> tuple[float, ...]:
    return tuple(map(float, values))


def _check(what: str, values: tuple[float, ...], least: float, most: float) -> None:
    for value in values:
        if not least <= value <= most:  # which no NaN is
            raise ValueError(f"{what} lies between {least:g} and {most:g}; {value!r} does not")


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _numbers(values: Tensor) -> tuple[float | None, ...]:
    return tuple(map(_number, values.tolist()))


def _vectors(values: Tensor) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(map(_number, row)) for row in values.tolist())


IDENTITY = ((1.0, 0.0), (0.0, 1.0))
# Adds the query and the key, passes both sums through tanh and adds what comes out.
ADDING = (
    Parameter("concat", "W_a", ((1.0, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0))),
    Parameter("concat", "v_a", ((1.0, 1.0),)),
)


class Situation(NamedTuple):
    """A setting that shows one thing, and the score function to look at first."""

    score: str
    setting: Setting


def _situation(score: str, query: Vector, *keys: Vector, temperature=1.0, W_a=IDENTITY):
    given = (Parameter("general", "W_a", W_a), *ADDING)
    return Situation(score, Setting(query, keys, temperature, given))


SITUATIONS = {
    "long": _situation("dot", (1.5, 0.5), (1.4, 0.2), (1.4, 2.6), (-1.6, 1.0), (0.6, -1.6)),
    "cosine": _situation("cosine", (1.6, 0.2), (0.8, 0.6), (2.4, 1.8), (-0.7, 1.4)),
    "turn": _situation(
        "general", (1.8, 0.6), (2.2, 0.2), (-1.3, 2.0), (-1.8, -0.8), (0.8, -1.8),
        W_a=((0.0, 1.0), (-1.0, 0.0)),
    ),
    "blind": _situation(
        "general", (1.5, 1.0), (1.5, 2.2), (1.5, 0.6), (1.5, -1.8), (-1.0, 1.5),
        W_a=((1.0, 0.0), (0.0, 0.0)),
    ),
    "cold": _situation(
        "dot", (1.5, 0.5), (1.4, 0.6), (1.2, 0.9), (0.2, 1.5), (-1.2, 0.4), temperature=0.1
    ),
    "root": _situation("scaled-dot", (2.4, 1.2), (2.2, 1.6), (1.4, 2.4), (2.4, -0.6), (-1.5, 1.5)),
    "bounded": _situation(
        "concat", (0.9, 0.1), (0.8, 0.6), (2.4, 1.8), (2.8, -2.0), (-2.0, -1.2)
    ),
    "silent": _situation("dot", (0.0, 0.0), (1.6, 1.0), (-0.8, 1.8), (-1.4, -1.2), (1.4, -1.6)),
}  # fmt: skip
FIRST = next(iter(SITUATIONS))


def situations() -> list[dict]:
    """All situations as plain lists and dicts, their settings complete."""
    return [
        {"name": name, "score": score, "setting": asdict(complete(setting))}
        for name, (score, setting) in SITUATIONS.items()
    ]
