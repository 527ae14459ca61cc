"""Half a Transformer in a folder is a reader or a writer, asked like any other."""

from dataclasses import asdict

import pytest
import torch

import core
from core.checkpoint import load_model, save_model
from core.facts import READS, WRITES, Facts
from core.models import kinds
from core.models.decoder_only import DecoderOnlyConfig
from core.models.encoder_only import EncoderOnlyConfig
from core.reader import Reader
from core.refusals import BadWhatIf, TooLong, WrongVerb
from core.tokenisers import tokeniser
from core.trace import Trace
from core.tree import MASK, Sampling
from core.whatif import Replaced, WhatIf
from core.writer import Writer
from tests import tolerance
from tests.conftest import sentence_pairs
from tests.core.test_alone import SMALL, ids, random, without_gradients

__all__ = ["without_gradients"]


@pytest.fixture(scope="module")
def hiding():
    return tokeniser("pieces").train((pair[0] for pair in sentence_pairs()), 300, True)


@pytest.fixture(scope="module")
def saved(hiding, tmp_path_factory):
    """The folder of a random model of each kind."""
    root = tmp_path_factory.mktemp("alone")
    for name, config in (
        ("eng-bert", EncoderOnlyConfig(len(hiding), **SMALL, positions=24)),
        ("eng-albert", EncoderOnlyConfig(len(hiding), **SMALL, shared=True, embedding=6)),
        ("eng-gpt", DecoderOnlyConfig(len(hiding), **SMALL, positions=24)),
    ):
        model = random(kinds()[config.kind](config))
        weights = dict(model.named_parameters())
        save_model(root / name, config, weights, hiding)
    return root


@pytest.mark.parametrize("name", ["eng-bert", "eng-albert"])
def test_a_folder_is_opened_as_a_reader(saved, hiding, name):
    found = core.load(saved / name)
    assert type(found) is Reader and found.facts.does == READS
    assert Facts.read(found.facts.plain()) == found.facts
    text = f"I {MASK} now."
    trace = found.read(text)
    place = [token.id for token in trace.source].index(hiding.mask)
    token = trace.source[place]
    assert (token.text, token.mark, token.cuts) == (MASK, False, ())
    assert text[token.begin : token.end] == MASK
    assert trace.blocks["encoder"].shape == (3, 4) and trace.tree is None
    (filled,) = (one for one in trace.filled if one.place == place)
    with torch.no_grad():
        read = torch.tensor([[one.id for one in trace.source]])
        expected = found.model.fill(found.model.encode(read))[0, place].log_softmax(-1)
    best = expected.topk(5)
    assert [guess.id for guess in filled.guesses[:5]] == best.indices.tolist()
    assert [g.log_prob for g in filled.guesses[:5]] == tolerance.log_prob(best.values.tolist())
    assert Trace.from_json(trace.to_json()) == trace and "iframe" in trace._repr_html_()
    one = found.forced(trace)
    assert one.filled == tolerance.log_prob(
        found.model.fill(found.model.encode(read))[0].log_softmax(-1).numpy()
    )
    assert len(one.encoder.sublayers) == 6 and one.attentions["encoder"].queries.shape[:2] == (3, 4)
    for refused in (found.translate, found.write):
        with pytest.raises(WrongVerb):
            refused(text)


def test_what_ifs_reach_a_reader(saved):
    found = core.load(saved / "eng-bert")
    text = "I sing now."
    plain, warm = found.read(text), found.read(text, temperature=2.0, heads=["encoder.2.1"])
    assert warm.blocks["encoder"].scores[0] == tolerance.log_prob(
        plain.blocks["encoder"].scores[0] / 2
    )
    assert not found.forced(warm).attentions["encoder"].context[1, 0].any()
    nowhere = found.read("now now", positions=False).blocks["encoder"].weights
    assert nowhere[0, :, 0] == tolerance.weights(nowhere[0, :, 1]), "equal tokens look alike"
    size = len(plain.source)
    row = Replaced(1, tuple([1.0] + [0.0] * (size - 1)), "encoder", 1, 2)
    given = found.read(text, weights=[row]).blocks["encoder"].weights[0, 1, 1]
    assert given.tolist() == [1.0] + [0.0] * (size - 1)
    with pytest.raises(BadWhatIf, match="no causal mask"):
        found.forced(plain, WhatIf(causal=False))


def test_a_folder_is_opened_as_a_writer(saved, hiding):
    found = core.load(saved / "eng-gpt")
    assert type(found) is Writer and found.facts.does == WRITES
    trace = found.write("I sing", beam=3, limit=6)
    assert trace.text.startswith("I sing") and trace.search.typed == len(hiding.encode("I sing"))
    weights = trace.rows("self").weights
    assert weights.shape[2] == weights.shape[3] == len(trace.path())
    assert Trace.from_json(trace.to_json()) == trace and "iframe" in trace._repr_html_()
    forced = found.forced(trace)
    assert forced.log_probs == tolerance.log_prob([step.log_prob for step in trace.path()])
    assert forced.attentions["self"].weights == tolerance.weights(weights)
    assert found.write("", limit=3).path(), "it can begin by itself"
    again = {"limit": 5, "sampling": Sampling(seed=3)}
    assert found.write("I", **again) == found.write("I", **again)
    prefix = found.write("I", prefix=" sing", limit=4)
    assert prefix.text.startswith("I sing")
    assert hiding.mask not in {one.id for step in trace.path() for one in step.candidates}
    lifted = found.forced(trace, whatif=WhatIf(causal=False))
    assert abs(lifted.log_probs[:-1] - forced.log_probs[:-1]).max() > 1e-3, "it leaks"
    still = found.write("I sing", limit=3, positions=False)
    assert still.rows("self").weights != tolerance.weights(trace.rows("self").weights[..., :3, :3])
    with pytest.raises(WrongVerb):
        found.translate("I sing")


def test_there_are_so_many_positions_and_no_more(saved):
    writer = core.load(saved / "eng-gpt")
    assert writer.model.longest == 24
    typed = len(writer.vocabulary.prompt_tokens("I sing"))
    assert len(writer.write("I sing", limit=25 - typed).path()) <= 24
    with pytest.raises(TooLong, match="the limit is 24"):
        writer.write("I sing", limit=26 - typed)
    model = writer.model
    state = model.decode(ids(1, 24), model.start(model.encode(ids(1, 0)))).state
    with pytest.raises(ValueError, match="24 positions, and 25 tokens"):
        model.step(ids(1), state)
    with pytest.raises(TooLong):
        core.load(saved / "eng-bert").read("I sing now. " * 6)


def test_what_is_saved_is_what_was_made(saved, hiding):
    for name in ("eng-bert", "eng-albert", "eng-gpt"):
        model, vocabulary = load_model(saved / name)
        assert vocabulary.mask == hiding.mask and asdict(model.config)["vocabulary"] == len(hiding)


def test_a_model_is_told_from_what_it_does_not_do(saved, transformer):
    for model, does in ((core.load(saved / "eng-gpt"), "write"), (transformer, "translate")):
        with pytest.raises(WrongVerb, match=rf"does not read, .* ask it to {does}\(text\)"):
            model.read("I sing now.")


def test_what_is_typed_leaves_as_much_room_as_there_is(saved):
    writer = core.load(saved / "eng-gpt")
    text = "I sing now."
    while len(writer.vocabulary.prompt_tokens(f"{text} I sing")) <= 24:
        text += " I sing"
    typed = len(writer.vocabulary.prompt_tokens(text)) - 1
    assert 0 < writer.write(text).search.limit - typed <= 24 - typed
    with pytest.raises(TooLong, match="the limit is 24"):
        writer.write("I sing now. " * 12)
