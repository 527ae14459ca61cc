"""A reference read both ways: one step at a time, whatever stands beside it, and in the table."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.exposure import by_position, calibration, rows_of
from core.exposure import FORCED, FREE
from core.measurements import exposure, table
from core.measurements.table import Row, Table
from core.positions import BINS, both, calibration_error, places, reliability
from tests.conftest import sentence_pairs
from tests.tolerance import log_prob


@pytest.fixture(params=["general", None])
def found(request, translators):
    translator = translators[request.param]
    encode = translator.vocabulary.encode
    pairs = [(encode(source), encode(target)) for source, target in sentence_pairs()[:30]]
    return translator, pairs, both(translator.model, pairs, translator.vocabulary)


def test_forced_it_is_what_a_forced_pass_says(found):
    translator, pairs, courses = found
    for (source, target), one in list(zip(pairs, courses, strict=True))[:6]:
        trace = translator.translate(translator.vocabulary.decode(source))
        true = [*target, translator.vocabulary.end]
        seen = translator.forced(trace, true)
        assert one.forced.log_probs == log_prob(seen.log_probs)
        assert len(one.forced.sure) == len(true)


def test_free_it_goes_the_way_of_greedy_decoding(found):
    translator, pairs, courses = found
    for (source, target), one in list(zip(pairs, courses, strict=True))[:6]:
        trace = translator.translate(translator.vocabulary.decode(source), limit=len(target) + 1)
        own = [step.token.id for step in trace.path()]
        true = [*target, translator.vocabulary.end]
        steps = min(len(own), len(true))
        assert one.steps == steps
        seen = translator.forced(trace, own)
        wanted = seen.distributions[range(steps), true[:steps]]
        assert one.free.log_probs[:steps] == log_prob(wanted)
        assert [a == b for a, b in zip(own, true)] == one.free.right[:steps].tolist()


def test_until_the_first_difference_both_ways_are_one(found):
    for one in found[2]:
        wrong = np.flatnonzero(~one.free.right[: one.steps])
        same = (wrong[0] if len(wrong) else one.steps - 1) + 1
        assert one.forced.log_probs[:same] == log_prob(one.free.log_probs[:same])


def test_company_in_a_batch_changes_nothing(found):
    translator, pairs, courses = found
    for place in (0, 7, 29):
        (alone,) = both(translator.model, [pairs[place]], translator.vocabulary)
        assert alone.forced.log_probs == log_prob(courses[place].forced.log_probs)
        assert alone.steps == courses[place].steps


def test_means_by_position_are_those_of_the_references_that_have_it(found):
    courses = found[2]
    rows = places(courses)
    assert rows[0].count == 30 and rows[0].forced == log_prob(rows[0].free)
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    second = [one for one in courses if one.steps > 1]
    assert rows[1].free == log_prob(-np.mean([one.free.log_probs[1] for one in second]))


def test_bins_hold_each_step_once_and_a_calibrated_model_has_no_error():
    draw = np.random.default_rng(1)
    sure = draw.uniform(size=200_000)
    sure[0] = 1.0
    right = draw.uniform(size=len(sure)) < sure
    bins = reliability(sure, right)
    assert len(bins) == BINS and sum(one.count for one in bins) == len(sure)
    assert all(one.low <= one.sure <= one.low + 1 / BINS + 1e-9 for one in bins)
    assert calibration_error(bins) < 0.01
    assert calibration_error(reliability(sure, np.zeros(len(sure), bool))) == pytest.approx(
        0.5, abs=0.01
    )


def test_the_table_tells_pages_what_was_measured(found, tmp_path, monkeypatch):
    _, _, courses = found
    like = Row("a", "", 0.0)
    rows = [*by_position(courses, 1, like), *calibration(courses, 1, like)]
    other = [row._replace(model="b") for row in rows]
    told = {"command": "measure", "seed": "1", "task": exposure.TASK}
    first, second = (Table(table.frame(part), told, {name: "1"})
                     for part, name in ((rows, "a"), (other, "b")))  # fmt: skip
    (both_,) = table.gather([first, second])
    table.write(tmp_path / "exposure.csv", both_)
    monkeypatch.setattr(exposure.about, "tables", lambda task: [tmp_path / "exposure.csv"])
    read = exposure.read()
    assert set(read) == {"a", "b"} and read["a"] == read["b"]
    one = read["a"]
    assert one.groups[0].first == 1 and one.groups[0].forced == one.groups[0].free
    assert one.groups[0].count == 30 and 0 <= one.error <= 1
    assert sum(each.count for each in one.bins) == sum(len(c.forced.sure) for c in courses)


def test_rows_of_a_model_name_both_ways_and_their_difference(found):
    translator, _, _ = found
    test = {source: [target] for source, target in sentence_pairs()[:30]}
    rows = rows_of(translator, test, 1)
    kinds = {(row.setting, row.against) for row in rows if row.measure == "reference_loss"}
    assert kinds == {(FORCED, ""), (FREE, ""), (FREE, FORCED)}
