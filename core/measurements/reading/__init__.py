"""What follows from the table, in words: facts with their figures, for a page to say.

A fact is the key of a string and the values to fill in, so that it can be said in any language.
Each is computed from the rows; where they do not tell, there is no fact.
"""

from __future__ import annotations

import pandas as pd

from core.measurements.reading.alignment import alignment
from core.measurements.reading.attention import attention
from core.measurements.reading.base import Fact
from core.measurements.reading.cost import cost
from core.measurements.reading.luong import luong_aer, luong_length, luong_scores
from core.measurements.reading.quality import quality

# The facts of each part of the page, in the order in which they are said.
TOPICS = {
    "quality": quality,
    "alignment": alignment,
    "attention": attention,
    "cost": cost,
    "luong_scores": luong_scores,
    "luong_length": luong_length,
    "luong_aer": luong_aer,
}


def read(rows: pd.DataFrame, topic: str) -> list[Fact]:
    """The facts of one of TOPICS."""
    return list(TOPICS[topic](rows))
