"""What order is worth: shuffled words, positions taken away, an encoder that sees no order."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from core.agreement import differing
from core.models.decoder_only import DecoderOnlyConfig, DecoderOnlyModel
from core.models.encoder_only import EncoderOnlyConfig, EncoderOnlyModel
from core.reader import Reader
from core.stage import whole_page
from core.tokenisers import tokeniser, tokenisers
from core.tokenisers.pieces import END_ID
from core.translator import Translator
from core.tree import LIMIT, Sampling, Token
from core.views.positions import DRAWN, payload, reorder_and_read, shuffle
from core.whatif import Replaced, WhatIf
from core.words import LANGUAGES, section
from core.writer import Writer
from tests.conftest import random_transformer, sentence_pairs
from tests.core.test_alone import SMALL, random

TEXT = "She works here again now!"


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT)


@pytest.fixture(scope="module")
def ordered(transformer, trace):
    return reorder_and_read(transformer, trace, 1)


def sentence(*pieces):
    """Tokens with the places that they have in the text which these pieces stand for."""
    tokens, end = [], 0
    for i, piece in enumerate(pieces):
        text = piece.strip("▁")
        begin = end + piece.startswith("▁")
        end = begin + len(text)
        tokens.append(Token(10 + i, piece, text, i, begin, end))
    return (*tokens, Token(END_ID, "</s>", "</s>", len(pieces), mark=True))


def test_shuffling_moves_whole_words():
    source = sentence("▁un", "read", "▁books", ",", "▁he", "▁s", "aid", "!", "?")
    seen = set()
    for seed in range(40):
        order = shuffle(source, seed)
        assert sorted(order) == list(range(len(source))) and order != tuple(range(len(source)))
        assert order[-3:] == (7, 8, 9)  # the marks at the end, and the end mark
        for first, second in ((0, 1), (2, 3), (5, 6)):  # a word's pieces, and its comma
            assert order.index(second) == order.index(first) + 1
        assert order == shuffle(source, seed)
        seen.add(order)
    assert len(seen) > 10


def test_a_mark_apart_from_its_word_ends_the_sentence_too():
    assert shuffle(sentence("▁he", "▁said", "▁!"), 0) == (1, 0, 2, 3)


@pytest.mark.parametrize("pieces", [("▁no",), ("▁no", "."), ("!", "?"), ("▁a", "b", ".")], ids=str)
def test_nothing_to_shuffle_is_told(pieces):
    with pytest.raises(ValueError, match="nothing to shuffle"):
        shuffle(sentence(*pieces), 0)


def test_a_repeated_word_is_nothing_to_shuffle():
    source = tuple(one._replace(id=min(one.id, 10)) for one in sentence("▁no", "▁no"))
    with pytest.raises(ValueError, match="no two different words"):
        shuffle(source, 0)


@pytest.mark.parametrize("kind", tokenisers())
def test_words_are_shuffled_whatever_the_tokens_are(kind):
    known = [one for pair in sentence_pairs() for one in pair] + ["now, now"]
    made = tokeniser(kind).train(known, 400)
    for typed, seen in (
        ("Tom sing.", {"sing Tom."}),
        ("Tom  sing, now  !", {"sing, Tom now!", "now sing, Tom!", "sing, now Tom!",
                                "now Tom sing,!", "Tom now sing,!"}),
    ):  # fmt: skip
        source = made.source_tokens(typed)
        found = set()
        for seed in range(60):
            order = shuffle(source, seed)
            assert sorted(order) == list(range(len(source)))
            assert not source[order[0]].text.isspace()
            found.add(made.decode([source[place].id for place in order]).replace(" !", "!"))
        assert found == seen
    for alone in ("Tom", "Tom.", "now now!"):
        with pytest.raises(ValueError, match="no two different words"):
            shuffle(made.source_tokens(alone), 0)


def test_a_source_longer_than_the_picture_is_read_whole():
    made = tokeniser("characters").train([one for pair in sentence_pairs() for one in pair], 200)
    model = random_transformer(len(made), 3)
    translator = Translator("eng-fra-x", "eng", "fra", model, made)
    trace = translator.translate("She works here again now and Tom sings here again now and again!")
    found = reorder_and_read(translator, trace, 1)
    assert found.encoding.shape == (DRAWN, 8)
    assert len(found.lengths) == len(found.source) > DRAWN


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_without_positions_the_encoder_is_permutation_equivariant(vocabulary, norm):
    model = random_transformer(len(vocabulary), 3, norm=norm)
    made = Translator("eng-fra-x", "eng", "fra", model, vocabulary)
    for seed in range(5):
        found = reorder_and_read(made, made.translate(TEXT), seed)
        assert found.moved.shape == (2, len(found.source))
        assert found.moved[1].max() < 1e-4 < 1e-2 < found.moved[0].max()
        np.testing.assert_allclose(found.cosines[1], 1, atol=1e-5)
        # So the decoder, which reads that output as a set, writes the same.
        plain, mixed = found.runs[2:]
        assert plain.tokens == mixed.tokens
        np.testing.assert_allclose(plain.log_probs, mixed.log_probs, atol=1e-4)
        np.testing.assert_allclose(plain.plain, mixed.plain, atol=1e-4)


def test_the_four_runs_are_those_of_the_translator(transformer, trace, ordered):
    assert [(run.placed, run.shuffled) for run in ordered.runs] == [
        (True, False), (True, True), (False, False), (False, True),
    ]  # fmt: skip
    written = transformer.vocabulary.source_tokens(ordered.shuffled)
    again = [token.id for token in written] == [ordered.source[i].id for i in ordered.order]
    assert again, "the shuffled text is read as the shuffled pieces"
    for run in ordered.runs:
        text = ordered.shuffled if run.shuffled else TEXT
        expected = transformer.translate(text, positions=run.placed, limit=trace.search.limit)
        assert [one.id for one in run.tokens] == [step.token.id for step in expected.path()]
        assert run.cut_off == (expected.path()[-1].fate == LIMIT)
        np.testing.assert_allclose(
            run.log_probs, [step.log_prob for step in expected.path()], atol=1e-4
        )


def test_what_comes_to_no_end_is_cut_off(vocabulary):
    seen = set()
    for seed in range(12):
        model = random_transformer(len(vocabulary), seed)
        model.embedding.weight.data[END_ID] *= 8  # which is the output too: some like to end
        made, limit = Translator("eng-fra-x", "eng", "fra", model, vocabulary), 12
        found = reorder_and_read(made, made.translate(TEXT, limit=limit), 1)
        for run, told in zip(found.runs, payload(found, "en")["runs"], strict=True):
            assert run.cut_off == told["cut_off"] == (run.tokens[-1].id != END_ID)
            assert len(run.tokens) == limit or not run.cut_off
            seen.add(run.cut_off)
    assert seen == {True, False}


def test_how_likely_the_plain_words_are_is_a_forced_run(transformer, ordered):
    ids = [token.id for token in ordered.runs[0].tokens]
    for run in ordered.runs:
        text = ordered.shuffled if run.shuffled else TEXT
        forced = transformer.translate(text, prefix=ids, positions=run.placed, limit=len(ids))
        np.testing.assert_allclose(run.plain, [step.log_prob for step in forced.path()], atol=1e-4)
        assert run.differs == differing(ordered.runs[0].tokens, run.tokens)
    np.testing.assert_array_equal(ordered.runs[0].plain, ordered.runs[0].log_probs)
    assert not any(ordered.runs[0].differs)


def test_the_encoding_is_its_formula(ordered):
    assert ordered.encoding.shape == (DRAWN, 8)
    for place in (0, 1, 5, DRAWN - 1):
        for i in range(4):
            angle = place / 10_000 ** (2 * i / 8)
            assert ordered.encoding[place, 2 * i] == pytest.approx(math.sin(angle), abs=1e-4)
            assert ordered.encoding[place, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-4)


def test_similarity_depends_on_the_distance_alone(ordered):
    found = ordered.similarity
    np.testing.assert_allclose(np.diagonal(found), 1, atol=1e-5)
    for distance in (1, 7, 30):
        along = np.diagonal(found, distance)
        np.testing.assert_allclose(along, along[0], atol=1e-4)
        rates = [10_000 ** (-2 * i / 8) for i in range(4)]
        expected = sum(math.cos(distance * rate) for rate in rates) / 4
        assert along[0] == pytest.approx(expected, abs=1e-4)
    np.testing.assert_allclose(np.linalg.norm(ordered.encoding, axis=1), ordered.length, rtol=1e-5)


def test_embeddings_are_as_long_as_the_model_scales_them(transformer, ordered):
    rows = transformer.model.embedding.weight.detach().numpy()
    for token, length in zip(ordered.source, ordered.lengths, strict=True):
        assert length == pytest.approx(np.linalg.norm(rows[token.id]) * math.sqrt(8), rel=1e-5)


def test_what_else_is_switched_off_stays_off(transformer):
    heads = ("cross.1.1",)
    found = reorder_and_read(transformer, transformer.translate(TEXT, heads=heads), 1)
    expected = transformer.translate(TEXT, heads=heads, positions=False)
    assert [one.id for one in found.runs[2].tokens] == [s.token.id for s in expected.path()]


def test_weights_given_for_a_step_that_never_came_change_nothing(transformer):
    short = transformer.translate(TEXT, limit=3)
    late = Replaced(3, (1.0, *[0.0] * (len(short.source) - 1)))
    longer = replace(short, tree=replace(short.tree, search=replace(short.search, limit=6)))
    given = replace(longer, whatif=WhatIf(weights=(late,)))
    plain, other = (reorder_and_read(transformer, one, 1).runs for one in (longer, given))
    assert len(plain[0].tokens) > 3
    for one, two in zip(plain, other, strict=True):
        assert one.tokens == two.tokens
        np.testing.assert_array_equal(one.log_probs, two.log_probs)
        np.testing.assert_array_equal(one.plain, two.plain)


def test_what_cannot_be_is_told(translators, transformer, vocabulary):
    recurrent = translators["dot"]
    with pytest.raises(ValueError, match="has no positions"):
        reorder_and_read(recurrent, recurrent.translate(TEXT), 1)
    other = Translator("other", "eng", "fra", random_transformer(len(vocabulary), 1), vocabulary)
    with pytest.raises(ValueError, match="trace is of eng-fra-transformer"):
        reorder_and_read(other, transformer.translate(TEXT), 1)
    for more in ({"beam": 2}, {"sampling": Sampling(1)}):
        with pytest.raises(ValueError, match="no greedy one"):
            reorder_and_read(transformer, transformer.translate(TEXT, **more), 1)
    size = len(transformer.vocabulary.source_tokens(TEXT))
    for more in ({"prefix": [END_ID + 9]}, {"weights": {1: np.full(size, 1 / size)}}):
        with pytest.raises(ValueError, match="were given"):
            reorder_and_read(transformer, transformer.translate(TEXT, limit=5, **more), 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_is_a_message(ordered, language):
    data = json.loads(json.dumps(payload(ordered, language)))
    assert data["encoding"]["shape"] == [DRAWN, 8] and data["order"] == list(ordered.order)
    assert len(data["runs"]) == 4 and data["shuffled"] == ordered.shuffled
    assert ordered.shuffled in whole_page(data, "Positions", ordered.typed, "")


def test_an_encoder_alone_says_in_four_ways_what_stands_at_each_place():
    splits = tokeniser("pieces").train((pair[0] for pair in sentence_pairs()), 300, True)
    model = random(EncoderOnlyModel(EncoderOnlyConfig(len(splits), **SMALL, positions=24)))
    reader = Reader("eng-x", "eng", "eng", model, splits)
    trace = reader.read(TEXT)
    found = reorder_and_read(reader, trace, 2)
    assert found.moved[1].max() < 1e-4 < found.moved[0].max()
    first, mixed, bag, mixed_bag = found.runs
    stands = [token.id for token in trace.source[:-1]]
    filled = reader.forced(trace).filled[np.arange(len(stands)), stands]
    np.testing.assert_allclose(first.plain, filled, atol=1e-5)
    for run in found.runs:  # in the order of the text, whatever the order in which it was read
        assert len(run.tokens) == len(run.plain) == len(stands)
        assert (run.log_probs >= run.plain - 1e-5).all()
        assert run.differs == tuple(one.id != id for one, id in zip(run.tokens, stands))
    assert bag.tokens == mixed_bag.tokens
    np.testing.assert_allclose(bag.plain, mixed_bag.plain, atol=1e-4)
    assert not np.allclose(first.plain, mixed.plain, atol=1e-3)
    hidden = reorder_and_read(reader, reader.read("She [MASK] here again."), 2)
    (place,) = np.flatnonzero([token.id == splits.mask for token in hidden.source])
    assert all(run.plain[place] == 0 and run.differs[place] for run in hidden.runs)
    told = payload(found, "en")["strings"]
    assert told["written"] == section("en", "positions_read")["written"]


@pytest.fixture(scope="module")
def writer(vocabulary):
    def make(**sizes):
        config = DecoderOnlyConfig(len(vocabulary), **{**SMALL, **sizes}, positions=64)
        return Writer("eng-x", "eng", "eng", random(DecoderOnlyModel(config)), vocabulary)

    return make


def test_a_decoder_alone_is_told_the_order_by_its_positions_and_by_its_mask(writer):
    made = writer()
    trace = made.write(TEXT, limit=6)
    found = reorder_and_read(made, trace, 2)
    typed = made.vocabulary.prompt_tokens(TEXT)
    assert [one.id for one in found.source] == [one.id for one in typed]
    assert found.source[0].mark and found.order[0] == 0  # the start mark stays the first
    with_positions, without, unmasked = found.moved
    assert unmasked.max() < 1e-4 < 1e-2 < min(with_positions.max(), without.max())
    np.testing.assert_allclose(found.cosines[2], 1, atol=1e-5)
    still = next(i for i, place in enumerate(found.order) if place != i)
    for moved in (with_positions, without):  # what stands left of it is what it was
        assert moved[:still].max(initial=0) < 1e-5 < moved[still:].max()


def test_in_one_layer_without_positions_a_mask_tells_sets_apart_and_no_orders(writer):
    made = writer(layers=1)
    found = reorder_and_read(made, made.write(TEXT, limit=4), 2)
    same = [
        {*found.order[: found.order.index(place)]} == {*range(place)}
        for place in range(len(found.order))
    ]
    assert True in same and False in same
    np.testing.assert_array_equal(found.moved[1] < 1e-4, same)


def test_a_decoder_alone_writes_on_after_both_orders(writer):
    made = writer()
    trace = made.write(TEXT, limit=6)
    found = reorder_and_read(made, trace, 2)
    ids = [token.id for token in found.runs[0].tokens]
    for run in found.runs:
        text = found.shuffled if run.shuffled else TEXT
        expected = made.write(text, limit=6, positions=run.placed)
        typed = expected.search.typed
        path = expected.path()
        assert [one.id for one in run.tokens] == [step.token.id for step in path[typed:]]
        assert run.cut_off == (path[-1].fate == LIMIT)
        np.testing.assert_allclose(
            run.log_probs, [step.log_prob for step in path[:typed]], atol=1e-4
        )
        forced = made.write(text, limit=len(ids), prefix=ids, positions=run.placed).path()
        np.testing.assert_allclose(run.plain, [step.log_prob for step in forced[typed:]], atol=1e-4)
        assert run.differs == differing(found.runs[0].tokens, run.tokens)
    told = payload(found, "en")
    assert told["strings"]["written"] == section("en", "positions_write")["written"]
    assert tuple(told["moved"]["shape"]) == (3, len(found.source))


def test_a_decoder_alone_whose_words_were_given_is_refused(writer):
    made = writer()
    with pytest.raises(ValueError, match="were given"):
        reorder_and_read(made, made.write(TEXT, limit=4, prefix=[END_ID + 9]), 1)
    with pytest.raises(ValueError, match="no two different words"):
        reorder_and_read(made, made.write("She", limit=4), 1)
