"""Arrays as they travel, in text: written here, read by codec.js.

- `packed`: any array, as its little-endian bytes;
- `packed_bits`: yes or no, a bit each;
- `quantised`: the scores of maps in steps small enough for their weights.

Numbers of so many bits each stand one after another, high bits first. All bytes are in base64.
Shape letters: N maps, Q queries, K keys.
"""

from __future__ import annotations

import base64
import math

import numpy as np

from core.wire import packed

__all__ = ["packed", "packed_bits", "quantised"]

# Two neighbouring scores lie at most so far apart. A weight w moves by at most 2 w (1 - w) ≤ 1/2
# times as much as its scores do, and those are off by half a step at most: by STEP / 4 = 5e-4.
STEP = 1 / 512
MOST_BITS = 20  # enough for scores 2048 apart; what lies further apart has larger steps


def packed_bits(values: np.ndarray) -> str:
    """An array of yes and no, flat, as a bit each."""
    return _text(np.packbits(values))


def quantised(scores: np.ndarray, visible: np.ndarray) -> dict:
    """The scores of maps (N, Q, K) with one mask (Q, K).

    The scores of each map are its `low` plus whole multiples of its `step`, at most STEP, and the
    multiples have as many bits as its greatest needs; in `data` they stand row by row without
    those that are masked. `visible` is one bit a cell.
    """
    lows, steps, widths, streams = [], [], [], []
    for own in scores[:, visible].astype(np.float64):
        low, span = float(own.min()), float(np.ptp(own))
        width = min(MOST_BITS, max(1, math.ceil(math.log2(span / STEP + 1))))
        step = span / (2**width - 1) or STEP  # of equal scores, any will do
        lows.append(low)
        steps.append(step)
        widths.append(width)
        streams.append(_numbers(np.rint((own - low) / step), width))
    return {
        "visible": packed_bits(visible),
        "low": lows,
        "step": steps,
        "bits": widths,
        "data": packed_bits(np.concatenate(streams)),
    }


def _numbers(values: np.ndarray, width: int) -> np.ndarray:
    """Whole numbers as `width` bits each, all in one row."""
    each = np.unpackbits(values.astype(">u4").view(np.uint8)).reshape(-1, 32)
    return each[:, -width:].ravel()


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()
