"""How far two floats may lie apart that are one number, added up in another order.

The width of a batch, the number of threads and the processor's vectors decide in which order a
sum is taken, and so its last bits. What is handed on or read back is compared exactly; what is
computed twice has one of these tolerances.
"""

from __future__ import annotations

import pytest

# Single precision has 24 bits. A log-probability is the difference of sums of tens of terms of
# magnitude ten, a score such a sum, and a trace rounds both to a millionth.
LOG_PROB = 1e-4  # nats: of log-probabilities, totals, entropies and raw scores
WEIGHT = 1e-5  # of the weights of a softmax, all in [0, 1], and of the sum of a row of them
SINGLE = 1e-5  # relative: of a few operations in single precision
HALF = 2e-3  # of vectors kept in half precision, 11 bits, whose numbers are of magnitude one
DOUBLE = 1e-12  # of a few operations in double precision on numbers of magnitude one


def log_prob(expected):
    """Equal to a log-probability, a total or an entropy, or to several, that is worked out anew."""
    return pytest.approx(expected, abs=LOG_PROB)


def weights(expected):
    """Equal to the weights of a softmax, or to their sums, that are worked out anew."""
    return pytest.approx(expected, abs=WEIGHT)


def places(value: float, values) -> range:
    """The ranks, from 1, that `value` may have among `values`, which hold it: near-ties may change
    places."""
    above = sum(bool(other > value + LOG_PROB) for other in values)
    return range(above + 1, sum(bool(other > value - LOG_PROB) for other in values) + 1)
