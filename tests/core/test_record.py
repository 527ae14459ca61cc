"""The record of a training: its moments in order, and never larger than it may be."""

import json

from core.record import RECORD, Record, read_record, written

RECIPE = {"seed": 1, "smoothing": 0.1, "rate": 0.1, "warmup": 1, "tokens": 9, "average": 0.9}


def entry(update):
    weights = [[0.125] * 20] * 20
    shown = [{"source": "a", "target": "b", "weights": weights}]
    return {"update": update, "seconds": update, "bleu": update / 10, "attention": shown}


def whole():
    return Record(RECIPE, "cpu", [entry(n) for n in (100, 200, 300)],
                  [entry(2**n) for n in range(7)])  # fmt: skip


def test_what_is_written_is_read_again_in_its_order(tmp_path):
    (tmp_path / RECORD).write_text(written(whole()), encoding="utf-8")
    found = read_record(tmp_path)
    assert found == whole()
    assert [one["update"] for one in found.course()] == [1, 2, 4, 8, 16, 32, 64, 100, 200, 300]


def test_one_without_moments_has_none(tmp_path):
    old = {"recipe": RECIPE, "device": "cpu", "measured": [entry(5)]}
    (tmp_path / RECORD).write_text(json.dumps(old), encoding="utf-8")
    assert read_record(tmp_path).moments == [] and len(read_record(tmp_path).course()) == 1


def test_attention_gives_way_to_size_and_figures_stay():
    full = len(written(whole()))
    for largest in (full // 2, full // 4, 10):
        text = written(whole(), largest)
        found = json.loads(text)
        course = sorted([*found["moments"], *found["measured"]], key=lambda one: one["update"])
        assert [one["bleu"] for one in course] == [one["bleu"] for one in whole().course()]
        assert course[-1]["attention"]
        assert len(text) <= largest or sum(bool(one["attention"]) for one in course) == 1
