"""How sharp the weights are, what they fall on, and which models look alike."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.measurements.reading.base import Fact, share, values
from core.measurements.table import label


def attention(rows: pd.DataFrame) -> Iterator[Fact]:
    """How sharp the weights are, what they fall on, and which models look alike."""
    entropy = values(rows, "entropy", slice="test")[::-1]  # the sharpest first
    if entropy.empty:
        return
    largest, end, marks, covered = (
        values(rows, measure, slice="test")
        for measure in ("largest", "end", "punctuation", "coverage")
    )

    def described(name: str) -> dict[str, str]:
        return {
            "model": label(rows, name),
            "entropy": f"{entropy[name]:.2f}",
            "largest": share(largest[name]),
        }

    sharpest, widest = entropy.index[0], entropy.index[-1]
    if sharpest == widest:
        yield Fact("fact_sharp_alone", described(sharpest))
    else:
        other = {f"{key}_2": value for key, value in described(widest).items()}
        yield Fact("fact_sharp", {**described(sharpest), **other})
    most = end.index[0]
    yield Fact(
        "fact_marks" if len(end) > 1 else "fact_marks_alone",
        {
            "model": label(rows, most), "end": share(end[most]), "punctuation": share(marks[most]),
            "coverage": share(covered[most]),
        },
    )  # fmt: skip
    pairs = rows[rows["measure"] == "divergence"].sort_values("value")
    if len(pairs) > 1:
        near, far = pairs.iloc[0], pairs.iloc[-1]
        yield Fact(
            "fact_agree",
            {
                "one": label(rows, near.model), "two": label(rows, near.against),
                "near": f"{near.value:.2f}", "three": label(rows, far.model),
                "four": label(rows, far.against), "far": f"{far.value:.2f}",
            },
        )  # fmt: skip
    elif len(pairs):
        only = pairs.iloc[0]
        yield Fact(
            "fact_agree_alone",
            {
                "one": label(rows, only.model),
                "two": label(rows, only.against),
                "near": f"{only.value:.2f}",
            },
        )
