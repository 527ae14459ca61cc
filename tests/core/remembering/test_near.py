"""States and words nearby: exact components, true cosines, and the sentences they stand in."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from core.evaluation.states import stored
from core.nearby import (
    DECODER,
    cosines,
    decoder_states,
    nearest,
    neighbours,
    principal,
    read_stored,
    save_stored,
    written_in,
)
from core.remembering import near as module
from core.remembering.near import near
from core.remembering.reading import encoded
from core.views.nearby import payload
from tests.conftest import sentence_pairs

SENTENCES = [source for source, _ in sentence_pairs()][:60]


@pytest.fixture(scope="module")
def kept(translators):
    return stored(translators["general"], SENTENCES, 200, 8, "abc")


@pytest.mark.parametrize("shape", [(50, 6), (4, 9)])
def test_components_are_those_of_the_singular_values(shape):
    vectors = np.random.default_rng(1).normal(size=shape)
    space = principal(vectors, 3)
    moved = vectors - vectors.mean(0)
    _, values, axes = np.linalg.svd(moved, full_matrices=False)
    assert np.allclose(space.shares, (values**2 / (values**2).sum())[:3])
    assert np.allclose(np.abs(np.sum(space.axes * axes[:3], -1)), 1)
    assert np.allclose(space.codes(vectors) @ space.axes, moved @ space.axes.T @ space.axes)
    assert space.shares.sum() <= 1 + 1e-9


def test_vectors_that_are_all_alike_have_no_variance():
    assert principal(np.ones((3, 4))).shares.tolist() == [0, 0]


def test_cosines_and_the_nearest_are_those_of_a_loop():
    draw = np.random.default_rng(2)
    one, two = draw.normal(size=(3, 5)), draw.normal(size=(7, 5))
    found = cosines(one, two)
    for i in range(3):
        own = [one[i] @ each / np.linalg.norm(one[i]) / np.linalg.norm(each) for each in two]
        assert np.allclose(found[i], own, atol=1e-5)
        assert nearest(found, 3)[i].tolist() == sorted(range(7), key=lambda k: -own[k])[:3]
    assert cosines(np.zeros((1, 5)), two).tolist() == [[0.0] * 7]


def test_stored_states_are_those_of_their_tokens(kept, translators, tmp_path):
    model = translators["general"]
    assert len(kept.codes) <= 200 and kept.codes.dtype == np.float16
    sentence, begin, end = kept.places[5]
    text = kept.sentences[sentence]
    found = encoded(model, model.translate(text))
    tokens = [token for token in found.trace.source if not token.mark]
    at = next(i for i, one in enumerate(tokens) if (one.begin, one.end) == (begin, end))
    # Eight components of eight numbers: nothing is lost but by half precision.
    again = kept.codes[5].astype(float) @ kept.axes + kept.mean
    assert np.allclose(again, found.memory[at], atol=0.02)
    save_stored(tmp_path / "states.npz", kept)
    back = read_stored(tmp_path / "states.npz")
    assert np.array_equal(back.codes, kept.codes) and back.sentences == kept.sentences
    (tmp_path / "bad.npz").write_bytes(b"no")
    with pytest.raises(ValueError):
        read_stored(tmp_path / "bad.npz")


def test_the_sentence_itself_is_no_neighbour_and_each_other_is_one_once(kept, translators):
    model = translators["general"]
    text = kept.sentences[0]
    found = encoded(model, model.translate(text))
    for each in neighbours(kept, found.memory, text):
        sentences = [one.sentence for one in each]
        assert text not in sentences and len({*sentences}) == len(sentences) == 8
        assert [one.cosine for one in each] == sorted((one.cosine for one in each), reverse=True)
        assert all(one.sentence[one.begin : one.end] for one in each)


def test_states_and_words_lie_where_their_space_has_them(kept, translators, transformer):
    model = translators["general"]
    found = near(model, encoded(model, model.translate("Tom sings well.")), kept)
    count = len(found.trace.source)
    for one in (found.states, found.words):
        assert one.points.shape == (count, 2) and len(one.shares) == 2 and len(one.near) == count
    assert np.allclose(found.states.shares, kept.shares[:2])
    own = {token.piece for token in found.trace.source[:1]}
    assert own.isdisjoint(each.one.piece for each in found.words.near[0])
    # Without stored states the plane is that of the sentence, and nothing is near.
    alone = near(transformer, encoded(transformer, transformer.translate("Tom sings.")), None)
    assert not len(alone.states.cloud) and not any(alone.states.near)
    with pytest.raises(ValueError, match="another model"):
        small = kept.__class__(**{**vars(kept), "mean": kept.mean[:3]})
        near(model, encoded(model, found.trace), small)


def test_decoder_states_are_those_that_wrote_each_token(translators, kept):
    """Stored, they are found again by the sentence that they came from, at the token they wrote."""
    model = translators["general"]
    wrote = stored(model, SENTENCES, 150, 8, "abc", DECODER)
    assert wrote.weights == "abc" and 0 < len(wrote.codes) <= 150
    trace = model.translate(SENTENCES[0])
    states, inside = decoder_states(trace), written_in(trace)
    for (step, begin, end), place, codes in zip(inside, wrote.places, wrote.codes, strict=False):
        assert tuple(place) == (0, begin, end)
        assert trace.text[begin:end].strip() == trace.path()[step].token.text.strip()
        again = codes.astype(float) @ wrote.axes + wrote.mean
        assert np.allclose(again, states[step], atol=0.02)
    found = near(model, encoded(model, model.translate("Tom sings well.")), kept, written=wrote)
    steps = len(found.trace.path())
    assert found.written.points.shape == (steps, 2) and len(found.written.near) == steps
    assert found.written.count == len(wrote.codes)
    told = payload(found, "en")
    assert len(told["target"]) == steps and len(told["written"]["near"]) == steps
    with pytest.raises(ValueError, match="another model"):
        small = wrote.__class__(**{**vars(wrote), "mean": wrote.mean[:3]})
        near(model, encoded(model, found.trace), kept, written=small)


def test_a_transformer_has_decoder_states_too(transformer):
    found = near(transformer, encoded(transformer, transformer.translate("Tom sings.")), None)
    assert len(found.written.points) == len(found.trace.path()) and not found.written.count


def test_umap_is_offered_where_it_is_installed(kept, translators, monkeypatch):
    model = translators["general"]
    read = encoded(model, model.translate("Tom sings."))
    monkeypatch.setattr(module, "ways", lambda: ("pca",))
    with pytest.raises(ValueError, match="umap"):
        near(model, read, kept, "umap")
    asked = []

    class Umap:
        def __init__(self, **options):
            asked.append(options)

        def fit_transform(self, vectors):
            return np.asarray(vectors)[:, :2]

    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=Umap))
    monkeypatch.setattr(module, "ways", lambda: ("pca", "umap"))
    found = near(model, read, kept, "umap")
    assert asked[0]["random_state"] == 1 and not len(found.states.shares)
    assert found.states.points.shape == (len(read.trace.source), 2)
    assert len(found.words.near[0]) == len(found.words.near[1]) > 0
