"""What several ways to explain one word have found, and what two searches for other weights have:
the types, and how far explanations agree (numpy, no torch). `core.explaining` makes them.

Shape letters: T steps, S source tokens, N free heads.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.rankings import overlap, tau
from core.whatif import Replaced

KINDS = (
    "attention", "norms", "gradient", "integrated", "removed", "replaced", "rollout", "flow"
)  # fmt: skip
SIGNED = ("gradient", "integrated", "removed", "replaced")  # below zero: it speaks against the word
HUMAN = "human"  # beside KINDS: links that people drew
EPSILONS = (0.01, 0.02, 0.05, 0.1, 0.2)  # that a person may choose from; any may be asked for
FOUND, UNREACHABLE, NOT_FOUND = "found", "unreachable", "not-found"


class Integrated(NamedTuple):
    """Integrated gradients, and how far they are complete."""

    values: np.ndarray  # (T, S), nats
    gained: np.ndarray  # (T,), log-probability at the embeddings less that at the baseline, nats
    error: np.ndarray  # (T,), |Σ values − gained| ÷ |gained|
    points: np.ndarray  # (T,), how many gradients the mean is of


@dataclass(frozen=True, eq=False)
class Explained:
    """The explanations of some steps of a translation; arrays are (T, S)."""

    block: str  # which heads `attention` and `norms` look through
    steps: tuple[int, ...]  # from 0
    values: dict[str, np.ndarray]  # of KINDS, as far as the model has them
    missing: tuple[str, ...]  # of KINDS, the others
    completeness: Integrated | None  # of `integrated`, if it is there


def together(parts: Sequence[Explained]) -> Explained:
    """Explanations of some steps of one translation and of others, in the order of the steps."""
    order = np.argsort([step for one in parts for step in one.steps], kind="stable")
    steps = [step for one in parts for step in one.steps]

    def whole(arrays: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate(arrays)[order]

    complete = None
    if parts[0].completeness:
        each = (whole(arrays) for arrays in zip(*(one.completeness for one in parts), strict=True))
        complete = Integrated(*each)
    values = {kind: whole([one.values[kind] for one in parts]) for kind in parts[0].values}
    return replace(parts[0], steps=tuple(steps[i] for i in order), values=values,
                   completeness=complete)  # fmt: skip


def write_explained(path: Path, explained: Explained, asked: Mapping[str, str]) -> None:
    """Into a file, with what was `asked`: the weights of the model, the text, …"""
    told = {
        "asked": dict(asked), "block": explained.block, "steps": explained.steps,
        "missing": explained.missing,
    }  # fmt: skip
    arrays = {f"values.{kind}": values for kind, values in explained.values.items()}
    if explained.completeness:
        arrays |= {f"complete.{name}": one for name, one in
                   explained.completeness._asdict().items()}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    about = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(path, about=about, **arrays)


def read_explained(path: Path) -> tuple[Explained, dict[str, str]]:
    """The opposite. Raises OSError or ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(file["about"].tobytes())
            values = {name[7:]: file[name] for name in file.files if name.startswith("values.")}
            complete = {name[9:]: file[name] for name in file.files if name.startswith("complete.")}
        return Explained(
            told["block"], tuple(told["steps"]), values, tuple(told["missing"]),
            Integrated(**complete) if complete else None,
        ), told["asked"]  # fmt: skip
    except (KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} holds no explanations: {error}") from error


@dataclass(frozen=True, eq=False)
class Sought:
    """The search for weights that write one word at one step, which counts from 0."""

    step: int
    token: int
    block: str
    outcome: str  # FOUND, UNREACHABLE: proven, NOT_FOUND: within the steps
    steps: int  # gradient steps that were taken
    heads: tuple[tuple[int, int], ...]  # layer and head of each row, from 1
    own: np.ndarray  # (N, S), the model's weights
    weights: np.ndarray | None  # (N, S), what was found
    distance: float | None  # total variation from `own`, the mean over heads, 0 to 1
    before: float  # log-probability of the word with `own`, nats
    after: float | None  # and with `weights`
    closest: float  # the best margin that was met, nats; of a word that is found above 0
    rows: tuple[Replaced, ...] = ()  # `weights` as `translate` takes them


@dataclass(frozen=True, eq=False)
class Farthest:
    """Weights far from the model's own with nearly its answer, of one step, from 0."""

    step: int
    block: str
    epsilon: float  # of total variation between the next-token distributions
    heads: tuple[tuple[int, int], ...]  # layer and head of each row, from 1
    own: np.ndarray  # (N, S), the model's weights
    weights: np.ndarray  # (N, S), what was found
    divergence: float  # Jensen–Shannon, nats, the mean over heads
    distance: float  # total variation of the weights, the mean over heads, 0 to 1
    changed: float  # total variation of the next-token distribution, at most ε
    token: int  # the likeliest next token with `weights`
    same: bool  # whether it is the likeliest with the model's own weights too
    rows: tuple[Replaced, ...]  # `weights` as `translate` takes them


def agreement(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Kendall's τ-b and the overlap of the three heaviest of two explanations (S,), by the size of
    their numbers: what speaks for a word and what speaks against it both matter. τ is NaN where one
    of them is the same everywhere."""
    sizes = np.abs(first), np.abs(second)
    return tau(*sizes), overlap(*sizes)


def mean_agreement(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Both, the mean over the steps (T, S) where they are numbers; NaN where at none."""
    found = np.array([agreement(*rows) for rows in zip(first, second, strict=True)])
    return tuple(
        float(np.nanmean(each)) if np.isfinite(each).any() else math.nan for each in found.T
    )
