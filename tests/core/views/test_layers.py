"""A layer, opened: the stream adds up, the lens ends where the model reads, and they travel."""

import base64
import json

import numpy as np
import pytest
import torch

from core.checkpoint import save_model
from core.models.encoder_only import EncoderOnlyConfig, EncoderOnlyModel
from core.reader import Reader
from core.stage import whole_page
from core.tokenisers import tokeniser
from core.translator import Translator
from core.views.layers import LISTED, open_layers, payload
from core.whatif import NOTHING
from core.words import LANGUAGES, section
from tests.conftest import random_transformer, sentence_pairs
from tests.core.test_alone import SMALL, random
from tests.tolerance import SINGLE, log_prob, places

TEXT = "Tom sings now."


@pytest.fixture(scope="module", params=["pre", "post"])
def translator(request, vocabulary, tmp_path_factory) -> Translator:
    folder = tmp_path_factory.mktemp("layers") / "eng-fra-transformer"
    model = random_transformer(len(vocabulary), norm=request.param)
    save_model(folder, model.config, model.state_dict(), vocabulary)
    return Translator.from_folder(folder, "eng", "fra")


@pytest.fixture(scope="module")
def trace(translator):
    return translator.translate(TEXT, limit=6)


@pytest.fixture(scope="module")
def opened(translator, trace):
    return open_layers(translator, trace)


def test_every_sublayer_stands_in_its_order(opened, trace):
    assert [one.name for one in opened.encoder.sublayers] == [
        "encoder.1", "feed.1", "encoder.2", "feed.2",
    ]  # fmt: skip
    assert [one.name for one in opened.decoder.sublayers] == [
        "self.1", "cross.1", "feed.1", "self.2", "cross.2", "feed.2",
    ]  # fmt: skip
    assert opened.encoder.reads == tuple(token.piece for token in trace.source)
    assert opened.decoder.writes == tuple(step.token.piece for step in trace.path())
    assert opened.decoder.reads == ("<s>", *opened.decoder.writes[:-1])
    assert opened.encoder.states.shape == (5, len(trace.source), 8)
    assert opened.decoder.states.shape == (7, len(trace.path()), 8)


def norm_of(translator, side, name):
    """The norm around a sublayer, as the model has it."""
    kind, number = name.split(".")
    layer = getattr(translator.model, side)[int(number) - 1]
    return getattr(layer, {"encoder": "own", "self": "own"}.get(kind, kind) + "_around").norm


@torch.inference_mode()
def test_the_stream_is_the_sum_of_what_was_added(translator, opened):
    for stream in (opened.encoder, opened.decoder):
        for place, one in enumerate(stream.sublayers):
            before, after = stream.states[place], stream.states[place + 1]
            norm = norm_of(translator, stream.side, one.name)
            if opened.norm == "pre":
                np.testing.assert_allclose(before + one.added, after, atol=1e-5)
                given = norm(torch.from_numpy(before.copy())).numpy()
                np.testing.assert_allclose(one.given, given, atol=1e-5)
                np.testing.assert_array_equal(one.normed, one.given)
            else:
                np.testing.assert_array_equal(one.given, before)
                summed = norm(torch.from_numpy(before + one.added)).numpy()
                np.testing.assert_allclose(after, summed, atol=1e-5)
                np.testing.assert_array_equal(one.normed, after)


def test_lengths_and_directions_are_those_of_the_vectors(opened):
    for stream in (opened.encoder, opened.decoder):
        np.testing.assert_allclose(stream.norms**2, (stream.states**2).sum(-1), rtol=1e-5)
        for before, one in zip(stream.states, stream.sublayers, strict=False):
            product = (before * one.added).sum(-1)
            lengths = np.linalg.norm(before, axis=-1) * one.added_norm
            np.testing.assert_allclose(one.cosine * lengths, product, atol=1e-4)
            lengths = np.linalg.norm(one.normed, axis=-1)
            np.testing.assert_allclose(one.normed_norm, lengths, rtol=SINGLE)


def test_it_begins_with_embeddings_and_ends_with_what_the_trace_has(translator, opened, trace):
    states = np.array([step.state for step in trace.path()], np.float32)
    np.testing.assert_allclose(opened.decoder.states[-1], states, rtol=1e-3, atol=1e-3)
    combined = np.array([step.combined for step in trace.path()], np.float32)
    np.testing.assert_allclose(opened.decoder.output, combined, rtol=1e-3, atol=1e-3)
    memory = trace.axis("source").states.astype(np.float32)
    np.testing.assert_allclose(opened.encoder.output, memory, rtol=1e-3, atol=1e-3)
    with torch.inference_mode():
        source = torch.tensor([[token.id for token in trace.source]])
        start = translator.model.embed(source, 0, NOTHING)
    np.testing.assert_allclose(opened.encoder.states[0], start[0], atol=1e-6)


def test_the_end_of_the_stream_is_read_as_the_model_reads_it(opened, trace):
    lens = opened.decoder.lens
    for t, step in enumerate(trace.path()):
        assert lens.log_probs[-1, t] == pytest.approx(step.log_prob, abs=1e-4)
        assert lens.entropies[-1, t] == pytest.approx(step.entropy, abs=1e-4)
        likely = [one for one in step.candidates if one.fate != "overruled"]
        # The search never writes the padding or the start mark; the lens shows them where they are.
        told = [one for one in lens.likeliest[-1][t] if one.piece not in ("<pad>", "<s>", "<unk>")]
        for one, expected in zip(told, likely, strict=False):
            assert one.piece in [c.piece for c in likely if c.log_prob == log_prob(one.log_prob)]
            assert one.log_prob == pytest.approx(expected.log_prob, abs=1e-4)


@torch.inference_mode()
def test_every_place_is_read_by_the_last_norm_and_the_readout(translator, opened, trace):
    model, lens = translator.model, opened.decoder.lens
    ids = {translator.vocabulary.piece(i): i for i in range(len(translator.vocabulary))}
    for place, states in enumerate(opened.decoder.states):
        for t, state in enumerate(states):
            logits = model.logits(model.decoder_norm(torch.from_numpy(state.copy())))
            told = logits.log_softmax(-1)
            own = told[trace.path()[t].token.id]
            assert lens.log_probs[place, t] == pytest.approx(own.item(), abs=1e-4)
            assert lens.ranks[place, t] in places(own, told)
            listed = [ids[one.piece] for one in lens.likeliest[place][t]]
            assert len(set(listed)) == LISTED
            assert told[listed].tolist() == log_prob(told.topk(LISTED).values.tolist())
            values = [one.log_prob for one in lens.likeliest[place][t]]
            assert values == sorted(values, reverse=True)


def test_heads_that_are_off_change_what_is_added(translator):
    heads = ("self.1.1", "self.1.2")
    opened = open_layers(translator, translator.translate(TEXT, limit=6, heads=heads))
    # Nothing but W_O's bias is left of an attention all of whose heads are off.
    bias = translator.model.attentions()["self.1"].W_O.bias.detach().numpy()
    np.testing.assert_allclose(
        opened.decoder.sublayers[0].added, bias[None].repeat(6, 0), atol=1e-6
    )


def test_what_cannot_be_opened_is_told(translator, trace, translators):
    other = Translator("other", "eng", "fra", translator.model, translator.vocabulary)
    with pytest.raises(ValueError, match="not as other makes it"):
        open_layers(other, trace)
    recurrent = translators["general"]
    with pytest.raises(ValueError, match="has no residual stream"):
        open_layers(recurrent, recurrent.translate(TEXT, limit=3))
    size = len(trace.source)
    given = translator.translate(TEXT, limit=6, weights={1: np.full(size, 1 / size)})
    with pytest.raises(ValueError, match="replaced"):
        open_layers(translator, given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payload_is_json_and_whole(opened, language):
    data = json.loads(json.dumps(payload(opened, language)))
    assert data["stage"] == "layers" and data["norm"] == opened.norm
    own = data["streams"]["decoder"]
    assert len(opened.decoder.states) == len(own["sublayers"]) + 1 == len(own["lens"]["likeliest"])
    assert data["streams"]["encoder"]["lens"] is None
    assert section(language, "layers").items() <= data["strings"].items()


def unpacked(packed):
    kind = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(packed["data"]), kind).reshape(packed["shape"])


def test_what_travels_is_the_stream_to_the_last_bit(opened):
    for side, stream in payload(opened, "en")["streams"].items():
        own, state = getattr(opened, side), unpacked(stream["start"])
        assert state.dtype == np.float32
        np.testing.assert_array_equal(state, own.states[0])
        np.testing.assert_array_equal(unpacked(stream["output"]), own.output)
        for place, (one, told) in enumerate(zip(own.sublayers, stream["sublayers"], strict=True)):
            added, normed = unpacked(told["added"]), unpacked(told["normed"])
            np.testing.assert_array_equal(added, one.added)
            np.testing.assert_array_equal(one.given, normed if opened.norm == "pre" else state)
            state = state + added if opened.norm == "pre" else normed
            np.testing.assert_array_equal(state, own.states[place + 1])


def test_a_page_of_its_own_holds_what_was_typed_as_text(transformer):
    trace = transformer.translate("</script><img src=x> $x$", limit=4)
    text = whole_page(
        payload(open_layers(transformer, trace), "en"), "A layer", trace.typed, "of a model"
    )
    assert "<img" not in text and "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_of_an_encoder_alone_is_read_off_what_stands_at_each_place(norm):
    splits = tokeniser("pieces").train((pair[0] for pair in sentence_pairs()), 300, True)
    config = EncoderOnlyConfig(len(splits), **SMALL, norm=norm, positions=24)
    reader = Reader("eng-x", "eng", "eng", random(EncoderOnlyModel(config)), splits)
    trace = reader.read("Tom [MASK] now.")
    found = open_layers(reader, trace)
    stream, lens = found.encoder, found.encoder.lens
    assert found.decoder is None and len(lens.ranks) == len(stream.states)
    for place, one in enumerate(trace.filled):
        token = trace.source[place]
        hidden = token.id == splits.mask
        own = one.guesses[0] if hidden else next(g for g in one.guesses if g.id == token.id)
        assert stream.writes[place] == own.piece and stream.reads[place] == token.piece
        assert lens.log_probs[-1, place] == pytest.approx(own.log_prob, abs=1e-4)
        assert lens.entropies[-1, place] == pytest.approx(one.entropy, abs=1e-4)
        assert lens.likeliest[-1][place][0].piece == one.guesses[0].piece
        assert lens.ranks[-1, place] == 1 or not hidden
    with torch.no_grad():
        logits = reader.model.read_off(torch.from_numpy(stream.states[2].copy()))
    told = logits.log_softmax(-1)
    for place, row in enumerate(told):
        best = lens.likeliest[2][place][0]
        assert best.log_prob == pytest.approx(row.max().item(), abs=1e-4)
    sent = payload(found, "en")
    assert sent["streams"]["encoder"]["lens"] and sent["streams"]["encoder"]["writes"]
    assert sent["strings"]["lens_own"] == section("en", "layers_read")["lens_own"]
