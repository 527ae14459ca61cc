"""Bootstrap over sentences for any ratio of sums: intervals, and paired tests of differences.

A measure is given as its parts, (N, 2): for each of N sentences what it adds to the numerator and
to the denominator. Whole sentences are drawn again, as sacrebleu does for BLEU (Koehn 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.measurements.table import Row
from core.wire import frozen

SAMPLES = 1000

Shape = Callable[[np.ndarray], np.ndarray]  # from the ratio to the measure, such as exp


class Estimate(NamedTuple):
    value: float
    low: float  # 2.5th percentile of the resampled values
    high: float  # 97.5th


def plain(ratio: np.ndarray) -> np.ndarray:
    """The ratio as it is: the shape of a mean."""
    return ratio


def estimate(parts: np.ndarray, seed: int, shape: Shape = plain) -> Estimate:
    """`shape` of Σ numerator / Σ denominator with its 95% interval.

    Raises ValueError when the denominators are all zero.
    """
    value = _whole(parts, shape)
    low, high = np.nanpercentile(_resampled(parts, seed, shape), [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def p_value(parts: np.ndarray, others: np.ndarray, seed: int, shape: Shape = plain) -> float:
    """How often a difference as large as that of two models on the same sentences comes by chance.

    Two-sided: the resampled differences, moved so that their mean is zero, are compared with the
    one that was found (Riezler & Maxwell 2005), and one is added to both counts. Raises ValueError
    when the two are not of equally many sentences.
    """
    if len(parts) != len(others):
        raise ValueError(
            f"{len(parts)} sentences cannot be paired with {len(others)}: measure both models on "
            "the same ones"
        )
    found = _whole(parts, shape) - _whole(others, shape)
    return two_sided(found, _resampled(parts, seed, shape) - _resampled(others, seed, shape))


def two_sided(found: float, resampled: np.ndarray) -> float:
    """The p-value of a difference `found`, from the `resampled` ones (SAMPLES,); see `p_value`."""
    beyond = np.abs(resampled - np.nanmean(resampled)) >= abs(found)
    return float((beyond.sum() + 1) / (len(resampled) + 1))


def median(values: np.ndarray, seed: int) -> Estimate:
    """The median of `values` (N,) with its 95% interval."""
    draws = np.random.default_rng(seed).integers(len(values), size=(SAMPLES, len(values)))
    low, high = np.percentile(np.median(values[draws], axis=1), [2.5, 97.5])
    return Estimate(float(np.median(values)), float(low), float(high))


def grouped(parts: Sequence[tuple[float, float]], group: np.ndarray) -> np.ndarray:
    """Parts of N pairs, summed over those of one sentence: `group` (N,) says which, from 0."""
    sums = np.zeros((int(group.max()) + 1, 2))
    np.add.at(sums, group, np.asarray(parts, float))
    return sums


def compared(
    parts: Mapping[tuple[str, str], np.ndarray], seed: int, like: Row, shape: Shape = plain
) -> Iterator[Row]:
    """A row as `like` for each (model, block), and one for its difference from the same block of
    each model after it."""
    values = {key: estimate(part, seed, shape) for key, part in parts.items()}
    for place, ((model, block), own) in enumerate(values.items()):
        here = like._replace(model=model, block=block)
        yield here._replace(value=own.value, low=own.low, high=own.high)
        for other in list(values)[place + 1 :]:
            if other[1] == block:
                yield here._replace(
                    value=own.value - values[other].value,
                    p=p_value(parts[model, block], parts[other], seed, shape),
                    against=other[0],
                )


def _whole(parts: np.ndarray, shape: Shape) -> float:
    total, over = parts.sum(0)
    if over == 0:
        raise ValueError("there is nothing to divide by: no sentence counts for this measure")
    return float(shape(total / over))


def _resampled(parts: np.ndarray, seed: int, shape: Shape) -> np.ndarray:
    sums = _drawn(len(parts), seed) @ parts  # (SAMPLES, 2)
    over = np.where(sums[:, 1] == 0, np.nan, sums[:, 1])  # none of those that count was drawn
    return shape(sums[:, 0] / over)


@lru_cache(maxsize=2)
def _drawn(size: int, seed: int) -> np.ndarray:
    """How often each of `size` sentences is in each draw (SAMPLES, size): slow to draw, and the
    same for every measure."""
    draws = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), SAMPLES)
    return frozen(draws, np.float64)
