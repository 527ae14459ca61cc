"""The head on which pages open, from the table: the one that agrees best with people's links."""

from __future__ import annotations

import pandas as pd

from core.facts import Facts
from core.measurements.table import HEAVIEST, pick
from core.opening import Opening


def opening(rows: pd.DataFrame, model: str, facts: Facts) -> Opening | None:
    """The head with the lowest alignment error rate by the rule of the heaviest word; where none
    was measured, the first head of the last layer. None for a model without several heads."""
    if facts.heads is None:
        return None
    rates = pick(rows, "aer", model=model, setting=HEAVIEST)
    rates = rates[rates["block"].str.count(r"\.") == 2]
    if rates.empty:
        return Opening(f"cross.{facts.heads[0]}.1", None)
    best = rates.loc[rates["value"].idxmin()]
    return Opening(best["block"], float(best["value"]))
