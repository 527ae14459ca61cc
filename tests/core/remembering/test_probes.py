"""Probes: the same from one seed, right where a state holds the words, and no better than chance
where it does not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.evaluation.probing import Read, trained
from core.remembered import (
    Encoded,
    read_probe,
    recall,
    save_probe,
    third,
    words_of,
)

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox")


def read(holds: bool, count: int = 400) -> Read:
    """Sentences of three words, and states that hold which word stands where, or nothing."""
    draw = np.random.default_rng(0)
    words = [[str(one) for one in draw.permutation(NAMES)[:3]] for _ in range(count)]
    states = torch.zeros(count, 3 * len(NAMES))
    for row, text in enumerate(words):
        for place, word in enumerate(text):
            states[row, len(NAMES) * place + NAMES.index(word)] = 1
    if not holds:
        states = torch.tensor(draw.normal(size=states.shape)).float()
    places = [torch.eye(len(NAMES))[[NAMES.index(word) for word in text]] for text in words]
    return Read(words, states, places)


def figures(rows):
    return {f"{row.measure} {row.setting}": row.value for row in rows}


def test_what_a_state_holds_is_read_and_what_it_does_not_is_not():
    probe, rows = trained("tiny", read(True), "", 1)
    found = figures(rows)
    assert sorted(probe.words) == sorted(NAMES)
    assert found["recall state"] == found["accuracy state"] == found["recall at its place"] == 1
    # Three of six words by chance.
    assert abs(found["recall control"] - 0.5) < 0.15 > abs(found["accuracy control"] - 1 / 3)
    _, rows = trained("tiny", read(False), "", 1)
    assert abs(figures(rows)["recall state"] - 0.5) < 0.15


def test_places_and_lengths_add_up():
    _, rows = trained("tiny", read(False), "", 1)
    found = {row.setting: row for row in rows if row.measure == "recall"}
    places = [found[f"state, place {place}"] for place in (1, 2, 3)]
    assert np.mean([one.value for one in places]) == pytest.approx(found["state"].value)
    assert found["state, 3 words"].value == found["state"].value
    assert all(one.low <= one.value <= one.high for one in places)


def test_one_seed_gives_one_probe_and_another_seed_another():
    one, rows = trained("tiny", read(True), "", 1)
    two, again = trained("tiny", read(True), "", 1)
    other, _ = trained("tiny", read(True), "", 2)
    assert rows == again
    for part in ("there", "where", "at_place"):
        assert np.array_equal(getattr(one, part), getattr(two, part))
    assert not np.array_equal(one.there, other.there)


def test_too_few_sentences_are_told():
    with pytest.raises(ValueError, match="too few"):
        trained("tiny", read(True, 8), "", 1)


def test_words_are_read_without_case_and_signs():
    assert [word.text for word in words_of("Don't “Look” — 2x, ok?")] == [
        "don't",
        "look",
        "2x",
        "ok",
    ]
    assert [third(place, 6) for place in range(6)] == [0, 0, 1, 1, 2, 2]
    assert third(0, 1) == 0


def test_a_sentence_is_read_by_a_probe_that_was_stored(translator, tmp_path):
    trace = translator.translate("Tom sings. Tom flies!")
    count = len(trace.source)
    probe, _ = trained("tiny", read(True), "abc", 1)
    names = ("tom", "sings", *probe.words[2:])
    probe = type(probe)("abc", names, probe.there, probe.where, probe.at_place)
    save_probe(tmp_path / "tiny.npz", probe)
    probe = read_probe(tmp_path / "tiny.npz")
    last = np.eye(3 * len(NAMES), dtype=np.float32)[0]
    encoded = Encoded(trace, last, (), (), np.ones((count, len(NAMES)), np.float32), last)
    found = recall(probe, encoded)
    tom, sings, flies = found.recalled
    assert (tom.word, tom.place, sings.place, flies) == ("Tom", 0, 1, "flies")
    assert (found.count, found.known, len(found.guessed)) == (4, len(NAMES), 2)
    assert sum(tom.thirds) == pytest.approx(1, abs=1e-5)
    ranked = sorted((p for _, p, _ in found.guessed), reverse=True)
    assert [p for _, p, _ in found.guessed] == ranked
    with pytest.raises(ValueError, match="another model"):
        recall(probe, Encoded(trace, last, (), (), encoded.memory, last[:5]))
    (tmp_path / "bad.npz").write_bytes(b"no")
    with pytest.raises(ValueError):
        read_probe(tmp_path / "bad.npz")
