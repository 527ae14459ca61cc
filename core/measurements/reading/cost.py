"""What models cost: time per token, parameters and training time of the extremes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.measurements.reading.base import Fact, values
from core.measurements.table import label


def cost(rows: pd.DataFrame) -> Iterator[Fact]:
    """Time per token, parameters and training time of the extremes."""
    whole, alone = (values(rows, "decoding", setting=setting) for setting in ("", "model"))
    if len(whole) > 1:
        slow, fast = whole.index[0], whole.index[-1]
        more, less = round(whole[slow], 2), round(whole[fast], 2)  # as they are shown
        yield Fact(
            "fact_slow",
            {
                "slow": label(rows, slow), "fast": label(rows, fast),
                "ratio": f"{more / less:.2f}", "more": f"{more:.2f}",
                "less": f"{less:.2f}", "alone": f"{alone[slow] / alone[fast]:.2f}",
            },
        )  # fmt: skip
    sizes, minutes = (values(rows, measure) for measure in ("parameters", "training"))
    if len(sizes) > 1 and sizes.iloc[0] > sizes.iloc[-1]:
        yield Fact(
            "fact_size",
            {
                "most": label(rows, sizes.index[0]), "least": label(rows, sizes.index[-1]),
                "count": f"{sizes.iloc[0]:,.0f}",
                "percent": f"{100 * (sizes.iloc[0] / sizes.iloc[-1] - 1):.1f}",
            },
        )  # fmt: skip
    if len(minutes) > 1:
        yield Fact(
            "fact_training",
            {
                "least": label(rows, minutes.index[-1]), "low": f"{minutes.iloc[-1]:.0f}",
                "most": label(rows, minutes.index[0]), "high": f"{minutes.iloc[0]:.0f}",
            },
        )  # fmt: skip
