"""The head on which pages open is the one that was measured to align best."""

import pytest

from core.checkpoint import facts
from core.measurements.opening import opening
from core.measurements.table import HEAVIEST, Row, frame
from core.opening import Opening

WHERE = {"slice": "hansards", "setting": HEAVIEST}
ROWS = [
    Row("a", "aer", 0.1, block="cross", **WHERE), Row("a", "aer", 0.1, block="cross.1", **WHERE),
    Row("a", "aer", 0.6, block="cross.1.1", **WHERE),
    Row("a", "aer", 0.5, block="cross.1.2", **WHERE),
    Row("a", "aer", 0.2, block="cross.2.2", slice="hansards", setting="threshold=0.2"),
    Row("b", "aer", 0.1, block="cross.2.2", **WHERE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ROWS, Opening("cross.1.2", 0.5)),
        (ROWS[-1:], Opening("cross.2.1", None)),  # of another model
        ([], Opening("cross.2.1", None)),
    ],
)
def test_it_is_the_head_with_the_lowest_rate_or_the_first_of_the_last_layer(
    transformer, rows, expected
):
    told = facts(transformer.model, transformer.vocabulary)
    assert opening(frame(rows), "a", told) == expected


def test_where_there_is_one_attention_nothing_is_chosen(translator):
    assert opening(frame(ROWS), "a", facts(translator.model, translator.vocabulary)) is None
