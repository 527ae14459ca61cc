"""Films of trainings: all that records of the box hold, in step; what is missing is told."""

import json
import shutil
from dataclasses import replace

import pytest

from core import manifest
from core.about import TRANSLATION
from core.record import LARGEST, RECORD, read_record
from core.replay import film
from core.views.replay import MOST, payload

NAMES = [name for name, one in manifest.shipped().items() if one.task == TRANSLATION]


@pytest.mark.parametrize("name", NAMES)
def test_a_film_has_every_moment_of_the_record(name):
    entry = manifest.entry(name)
    found, record = film(entry), read_record(entry.folder)
    assert [one.update for one in found.moments] == [one["update"] for one in record.course()]
    assert [one.figure for one in found.moments] == [one["bleu"] for one in record.course()]
    attends = entry.facts.score is not None and "cross-attention" in entry.facts.has
    for moment in found.moments:
        assert [one.text for one in moment.shown]
        for shown, source in zip(moment.shown, found.sources, strict=True):
            assert bool(shown.weights) == attends
            if attends:
                assert len(shown.tokens) == len(shown.weights)
                assert all(len(row) == len(source) for row in shown.weights)
        assert (moment.sharpness is not None) == attends
    assert (found.aligned(0.9) is not None) == attends
    best = max(one.figure for one in found.moments)
    assert found.reached(0.9).figure >= 0.9 * best and found.reached(1.0).figure == best


def test_what_has_no_sentences_has_no_film(tmp_path):
    entry = manifest.entry("eng-fra-general")
    assert film(replace(entry, folder=tmp_path)) is None
    folder = tmp_path / entry.name
    shutil.copytree(entry.folder, folder)
    told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    for one in told["measured"]:
        one.pop("attention")
    (folder / RECORD).write_text(json.dumps(told), encoding="utf-8")
    assert film(replace(entry, folder=folder)) is None
    (folder / RECORD).write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=RECORD):
        film(replace(entry, folder=folder))


def test_moments_without_attention_keep_their_place():
    entry = manifest.entry("eng-fra-general")
    found = film(entry)
    bare = replace(found, moments=(found.moments[0]._replace(shown=()), *found.moments[1:]))
    sent = payload([bare], ["general"], "en")
    assert sent["films"][0]["moments"][0]["shown"] == []
    assert sent["films"][0]["moments"][0]["sharpness"] is None


def test_films_in_step_are_of_the_same_sentences():
    one, other = (film(manifest.entry(name)) for name in ("eng-fra-general", "eng-fra-none"))
    sent = payload([one, other], ["general", "none"], "ko")
    assert [each["name"] for each in sent["films"]] == ["general", "none"]
    assert sent["sentences"] == list(one.sentences)
    with pytest.raises(ValueError, match="same sentences"):
        payload([one, replace(other, sentences=("a",))], ["a", "b"], "en")
    with pytest.raises(ValueError, match=f"1 to {MOST}"):
        payload([one] * (MOST + 1), ["a"] * (MOST + 1), "en")


def test_what_is_written_now_is_small_enough():
    assert LARGEST <= 400_000
