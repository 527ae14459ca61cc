"""Models that read: what their traces hold is what transformers computes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core import load
from core.huggingface import FAMILIES
from core.refusals import BadWhatIf, TooLong, Unreadable, WrongVerb
from core.trace import Trace
from core.views.layers import open_layers
from tests import tolerance
from tests.huggingface import making
from tests.huggingface.conftest import check_matrices
from tests.huggingface.making import WORDS

READERS = [family for family, does in FAMILIES.items() if does == "read"]


@pytest.fixture(params=READERS)
def pair(request, both):
    return both(request.param)


def theirs_of(pair, text: str):
    with torch.no_grad():
        ids = pair.tokeniser(text, return_tensors="pt")["input_ids"]
        return pair.theirs(ids, output_attentions=True, output_hidden_states=True)


def test_what_is_typed_is_read_as_its_tokeniser_splits_it(pair):
    trace = pair.ours.read(WORDS)
    assert [token.id for token in trace.source] == pair.tokeniser(WORDS)["input_ids"]
    marks = [token.mark for token in trace.source]
    assert marks == [True, *[False] * (len(marks) - 2), True]
    inside = [token for token in trace.source if not token.mark]
    assert all(token.text == WORDS[token.begin : token.end] for token in inside)
    assert "".join(token.text for token in inside) == WORDS.replace(" ", "")
    words = [token.word for token in inside]
    assert words == sorted(words) and len({*words}) == 4, "three words and the stop"


def test_weights_and_scores_are_those_of_the_model(pair):
    trace = pair.ours.read(WORDS)
    expected = np.stack([one[0].numpy() for one in theirs_of(pair, WORDS).attentions])
    found = trace.blocks["encoder"]
    assert found.weights == tolerance.weights(expected)
    assert torch.tensor(found.scores).softmax(-1).numpy() == tolerance.weights(expected)
    assert (found.queries, found.keys) == ("source", "source") and found.visible.all()
    assert trace.tree is None and pair.ours.facts.attentions[0].layers == len(expected)


def test_masked_words_are_filled_in_as_by_the_model(pair):
    text = f"I {pair.tokeniser.mask_token} now."
    trace = pair.ours.read(text)
    expected = theirs_of(pair, text).logits[0].log_softmax(-1)
    assert len(trace.filled) == len(trace.source)
    for one in trace.filled:
        token = trace.source[one.place].id
        best = expected[one.place].topk(10)
        assert [guess.log_prob for guess in one.guesses][:10] == tolerance.log_prob(
            best.values.tolist()
        )
        assert token in [guess.id for guess in one.guesses]
        for guess in one.guesses:
            assert guess.log_prob == tolerance.log_prob(expected[one.place, guess.id].item())
        entropy = -(expected[one.place].exp() * expected[one.place]).sum().item()
        assert one.entropy == tolerance.log_prob(entropy)
    place = [token.id for token in trace.source].index(pair.tokeniser.mask_token_id)
    assert trace.source[place].text == pair.tokeniser.mask_token and not trace.source[place].mark
    assert pair.ours.forced(trace).filled == tolerance.log_prob(expected.numpy())


def test_the_stream_and_what_each_head_is_made_of_are_there(pair):
    one = pair.ours.forced(pair.ours.read(WORDS))
    theirs = theirs_of(pair, WORDS)
    states = [state[0].numpy() for state in theirs.hidden_states]
    assert one.encoder.embedded == pytest.approx(states[0], abs=1e-4)
    after = [sub.after for sub in one.encoder.sublayers if sub.name.startswith("feed")]
    assert len(after) == len(states) - 1
    for ours, expected in zip(after, states[1:]):
        assert ours == pytest.approx(expected, abs=1e-4)
    assert one.encoder.norm == "post"
    assert all((sub.given == sub.before).all() for sub in one.encoder.sublayers)
    head = one.attentions["encoder"]
    again = np.einsum("lhqd,lhkd->lhqk", head.queries, head.keys) / head.queries.shape[-1] ** 0.5
    assert head.scores == tolerance.log_prob(again)
    assert head.context == pytest.approx(head.weights @ head.values, abs=1e-4)


def test_the_matrices_of_the_heads_make_what_they_read_and_add(pair):
    one = pair.ours.forced(pair.ours.read(WORDS))
    for layer in (1, 2, 3):
        check_matrices(pair.ours.model, one, one.encoder, "encoder", layer)


def test_what_ifs_reach_the_attention(pair):
    calm = pair.ours.read(WORDS).blocks["encoder"].scores[0]
    warm = pair.ours.read(WORDS, temperature=2.0, heads=["encoder.2.1"])
    assert warm.blocks["encoder"].scores[0] == tolerance.log_prob(calm / 2)
    assert not pair.ours.forced(warm).attentions["encoder"].context[1, 0].any()
    with pytest.raises(BadWhatIf, match=r"encoder\.1\.1 to encoder\.3\.4"):
        pair.ours.read(WORDS, heads=["encoder.9.1"])


def test_a_trace_travels_and_is_drawn(pair):
    trace = pair.ours.read(WORDS)
    again = Trace.from_json(trace.to_json())
    assert again == trace and again.filled == trace.filled
    assert trace.model.does == "read" and trace.model.score is None
    assert "iframe" in trace._repr_html_()


def test_what_cannot_be_read_is_told(pair):
    with pytest.raises(Unreadable):
        pair.ours.read("  ")
    with pytest.raises(TooLong, match="shorten it"):
        pair.ours.read("sing " * 80)
    with pytest.raises(WrongVerb, match=r"it was made to read: ask it to read\(text\)"):
        pair.ours.write(WORDS)
    with pytest.raises(WrongVerb):
        pair.ours.translate(WORDS)
    with pytest.raises(WrongVerb):
        pair.ours.side_by_side(WORDS, ())
    trace = pair.ours.read(WORDS)
    with pytest.raises(ValueError, match="this trace is of another, not as"):
        pair.ours.forced(replace(trace, model=replace(trace.model, name="another")))


def test_one_set_of_weights_is_said(both):
    assert both("albert").ours.facts.remarks == ("shared-layers",)
    assert both("bert").ours.facts.remarks == ()


def test_a_model_that_fills_in_nothing_is_read_all_the_same(tmp_path):
    import transformers

    model, tokeniser = making.made("bert", tmp_path)
    base = transformers.BertModel(model.config).eval()
    base.save_pretrained(tmp_path)
    tokeniser.save_pretrained(tmp_path)
    ours = load(tmp_path)
    trace = ours.read(WORDS)
    assert trace.filled == () and "masked-words" not in ours.facts.has
    assert ours.facts.remarks == ("no-masked-words",)
    assert ours.forced(trace).filled is None


def test_our_mask_is_read_as_the_models_own(pair):
    own, text = pair.tokeniser.mask_token, "I [MASK] now, [MASK]."
    trace = pair.ours.read(text)
    assert [token.id for token in trace.source] == [
        token.id for token in pair.ours.read(text.replace("[MASK]", own)).source
    ]
    assert pair.ours.vocabulary.mask == pair.tokeniser.mask_token_id
    hidden = [token for token in trace.source if token.id == pair.ours.vocabulary.mask]
    assert [(token.text, token.begin) for token in hidden] == [("[MASK]", 2), ("[MASK]", 14)]
    assert not any(token.cuts for token in hidden)
    inside = [token for token in trace.source if not token.mark]
    assert all(token.text == text[token.begin : token.end] for token in inside)


def test_its_stream_is_read_off_early_by_the_head_of_its_masked_words(pair):
    text = f"I {pair.tokeniser.mask_token} now."
    trace = pair.ours.read(text)
    stream = open_layers(pair.ours, trace).encoder
    theirs, passed = theirs_of(pair, text), []
    expected = theirs.logits[0].log_softmax(-1)
    hidden = [one.id == pair.ours.vocabulary.mask for one in trace.source]
    for place, token in enumerate(trace.source):
        own = int(expected[place].argmax()) if hidden[place] else token.id
        found = float(stream.lens.log_probs[-1, place])
        assert found == tolerance.log_prob(expected[place, own].item())
    name = {"bert": "cls", "roberta": "lm_head", "albert": "predictions"}.get(pair.family)
    for layer, states in enumerate(theirs.hidden_states[1:] if name else (), 1):
        row = getattr(pair.theirs, name)(states)[0].log_softmax(-1).max(-1).values
        at = 2 * layer  # behind its feed-forward part
        best = [guesses[0].log_prob for guesses in stream.lens.likeliest[at]]
        assert np.array(best) == pytest.approx(row.detach().numpy(), abs=1e-4)
        passed.append(layer)
    assert passed or not name
