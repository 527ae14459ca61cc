"""How sharp the weights are, what they fall on, and which models look alike."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.measurements.reading.base import Fact, share, values
from core.measurements.table import short


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
            "model": short(name),
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
            "model": short(most), "end": share(end[most]), "punctuation": share(marks[most]),
            "coverage": share(covered[most]),
        },
    )  # fmt: skip
    pairs = rows[rows["measure"] == "divergence"].sort_values("value")
    if len(pairs) > 1:
        near, far = pairs.iloc[0], pairs.iloc[-1]
        yield Fact(
            "fact_agree",
            {
                "one": short(near.model), "two": short(near.against), "near": f"{near.value:.2f}",
                "three": short(far.model), "four": short(far.against), "far": f"{far.value:.2f}",
            },
        )  # fmt: skip
    elif len(pairs):
        only = pairs.iloc[0]
        yield Fact(
            "fact_agree_alone",
            {"one": short(only.model), "two": short(only.against), "near": f"{only.value:.2f}"},
        )
