"""How BLEU changes with length: the scores are sacrebleu's, and the test is of the change."""

import numpy as np
import pytest
import sacrebleu

from core.evaluation.bootstrap import SAMPLES
from core.evaluation.growth import Part, growth, scores
from core.measurements.table import frame, less

WORDS = np.array(["le", "chat", "noir", "mange", "ici", "une", "pomme", "et", "Tom", "encore"])


def sentences(rng: np.random.Generator, count: int) -> list[str]:
    return [" ".join(rng.choice(WORDS, rng.integers(5, 9))) for _ in range(count)]


def blurred(rng: np.random.Generator, texts: list[str], share: float) -> list[str]:
    """`texts` with that share of their words replaced."""
    return [
        " ".join("x" if rng.random() < share else word for word in text.split()) for text in texts
    ]


def part(slice_: str, seed: int, shares: dict[str, float], count: int = 60) -> Part:
    rng = np.random.default_rng(seed)
    references = sentences(rng, count)
    return Part(
        slice_, {name: blurred(rng, references, s) for name, s in shares.items()}, references
    )


def test_the_score_of_all_and_of_a_draw_is_that_of_sacrebleu():
    one = part("", 3, {"a": 0.2}, 7)
    found = scores(one.texts["a"], one.references, [1, 0])
    assert found.found == pytest.approx(
        sacrebleu.corpus_bleu(one.texts["a"], [one.references]).score
    )
    times = np.random.default_rng([1, 0]).multinomial(7, np.full(7, 1 / 7), SAMPLES)[4]
    drawn = [i for i, n in enumerate(times) for _ in range(n)]
    texts, references = ([side[i] for i in drawn] for side in (one.texts["a"], one.references))
    assert found.resampled[4] == pytest.approx(sacrebleu.corpus_bleu(texts, [references]).score)


def test_rows_are_the_differences_of_what_is_measured_in_each_slice():
    near = part("3-5 words", 1, {"a": 0.1, "b": 0.2})
    far = part("13-20 words", 2, {"a": 0.1, "b": 0.5}, 40)
    rows = frame(growth(near, far, 1)).set_index(["model", "against"])
    bleu = {
        (name, one.slice): sacrebleu.corpus_bleu(one.texts[name], [one.references]).score
        for one in (near, far)
        for name in "ab"
    }
    change = {name: bleu[name, far.slice] - bleu[name, near.slice] for name in "ab"}
    for name in "ab":
        row = rows.loc[name, ""]
        assert row.value == pytest.approx(change[name]) and row.low < row.value < row.high
    more = rows.loc["a", "b"]
    assert more.value == pytest.approx(change["a"] - change["b"])
    assert more.low > 0 and more.p < 0.01
    assert set(rows["slice"]) == {far.slice} and set(rows["setting"]) == {less(near.slice)}
    assert set(rows["count"]) == {40} and len(rows) == 3


def test_a_lead_that_is_the_same_in_both_does_not_grow():
    """However certain the lead is in each: of such cases one of twenty comes out below 0.05."""
    found = []
    for seed in range(12):
        slices = (part("3-5 words", seed, {"a": 0.1, "b": 0.3}, 40),
                  part("13-20 words", seed + 100, {"a": 0.1, "b": 0.3}, 40))  # fmt: skip
        (row,) = [row for row in growth(*slices, 1) if row.against]
        assert (row.low <= 0 <= row.high) == (row.p > 0.05) or 0.03 < row.p < 0.08
        found.append(row.p)
    assert sum(p < 0.05 for p in found) <= 3 and max(found) > 0.3
