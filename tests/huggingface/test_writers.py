"""Models that write on: what their traces hold is what transformers computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import wrap
from core.huggingface import FAMILIES
from core.refusals import NotTakenApart, TooLong, WrongVerb
from core.trace import Trace
from core.tree import UNREADABLE, Sampling, Search, readable
from core.whatif import WhatIf
from tests import tolerance
from tests.huggingface.conftest import check_alike, check_matrices
from tests.huggingface.making import WORDS

WRITERS = [family for family, does in FAMILIES.items() if does == "write"]


@pytest.fixture(params=WRITERS)
def pair(request, both):
    return both(request.param)


def read_by(trace: Trace, pair) -> list[int]:
    """The ids that the model read for the best hypothesis of `trace`."""
    first = pair.ours.vocabulary.prompt_tokens(trace.typed)[0].id
    return [first, *(step.token.id for step in trace.path())]


def test_what_is_typed_is_read_as_its_tokeniser_splits_it(pair):
    trace = pair.ours.write(WORDS, limit=3)
    ids = pair.tokeniser(WORDS)["input_ids"]
    assert read_by(trace, pair)[: len(ids)] == ids
    assert trace.text.startswith(WORDS) and trace.search.typed == len(ids) - 1
    typed = [step.token for step in trace.path()[: len(ids) - 1]]
    spans = [WORDS[token.begin : token.end] for token in typed]
    assert all(span == token.text.strip() for span, token in zip(spans, typed))
    assert all(step.forced == (place < len(typed)) for place, step in enumerate(trace.path()))


def test_weights_scores_and_probabilities_are_those_of_the_model(pair):
    trace = pair.ours.write(WORDS, limit=6)
    ids = torch.tensor([read_by(trace, pair)])
    with torch.no_grad():
        theirs = pair.theirs(ids[:, :-1], output_attentions=True)
    found = trace.rows("self")
    theirs_weights = np.stack([layer[0].numpy() for layer in theirs.attentions])
    assert found.weights == tolerance.weights(theirs_weights)
    visible = np.broadcast_to(found.visible, found.weights.shape)
    assert (visible == np.tri(found.weights.shape[2], dtype=bool)).all()
    softmax = torch.tensor(np.where(visible, found.scores, -np.inf)).softmax(-1).numpy()
    assert softmax == tolerance.weights(theirs_weights)
    expected = theirs.logits[0].log_softmax(-1)
    for place, step in enumerate(trace.path()):
        assert step.log_prob == tolerance.log_prob(expected[place, step.token.id].item())
        for one in step.candidates:
            assert one.log_prob == tolerance.log_prob(expected[place, one.id].item())


def test_a_forced_pass_has_the_stream_and_what_each_head_is_made_of(pair):
    trace = pair.ours.write(WORDS, limit=6)
    ids = torch.tensor([read_by(trace, pair)])
    with torch.no_grad():
        theirs = pair.theirs(ids[:, :-1], output_hidden_states=True)
    one = pair.ours.forced(trace)
    assert one.distributions == tolerance.log_prob(theirs.logits[0].log_softmax(-1).numpy())
    states = [state[0].numpy() for state in theirs.hidden_states]
    layers = len(states) - 1
    assert one.decoder.embedded == pytest.approx(states[0], abs=1e-4)
    after = [sub.after for sub in one.decoder.sublayers if sub.name.startswith("feed")]
    for ours, expected in zip(after, states[1:-1]):
        assert ours == pytest.approx(expected, abs=1e-4)
    assert one.decoder.output == pytest.approx(states[-1], abs=1e-4)
    assert len(after) == layers
    for sub in one.decoder.sublayers:
        assert sub.after == pytest.approx(sub.before + sub.added, abs=1e-4)
    head = one.attentions["self"]
    again = np.einsum("lhqd,lhkd->lhqk", head.queries, head.keys) / head.queries.shape[-1] ** 0.5
    assert head.scores == tolerance.log_prob(again)
    assert head.context == pytest.approx(head.weights @ head.values, abs=1e-4)


def hypotheses(pair, text: str, **asked):
    """What `generate` writes on, without what was typed, and the scores."""
    ids = torch.tensor([pair.tokeniser(text)["input_ids"]])
    with torch.no_grad():
        found = pair.theirs.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, return_dict_in_generate=True,
            output_scores=True, pad_token_id=pair.ours.vocabulary.end, **asked,
        )  # fmt: skip
    return [row[ids.shape[1] :].tolist() for row in found.sequences], found


def cut(ids: list[int], end: int) -> list[int]:
    return ids[: ids.index(end) + 1] if end in ids else ids


def ours_of(trace: Trace) -> list[list[int]]:
    return [
        [step.token.id for step in trace.path(leaf)][trace.search.typed :] for leaf in trace.leaves
    ]


def test_greedy_is_greedy(pair):
    end = pair.ours.vocabulary.end
    for text in (WORDS, "You"):
        theirs, _ = hypotheses(pair, text, max_new_tokens=12)
        assert ours_of(pair.ours.write(text, limit=12)) == [cut(theirs[0], end)]


@pytest.mark.parametrize("alpha", [0.0, 1.0, 2.0])
@pytest.mark.parametrize(
    ("stopping", "early"), [("never", "never"), ("heuristic", False), ("first", True)]
)
def test_the_beam_is_that_of_generate(pair, alpha, stopping, early):
    end = pair.ours.vocabulary.end
    for beam in (2, 4):
        theirs, found = hypotheses(
            pair, WORDS, max_new_tokens=10, num_beams=beam, num_return_sequences=beam,
            length_penalty=alpha, early_stopping=early,
        )  # fmt: skip
        trace = pair.ours.write(
            WORDS, limit=10, beam=beam, penalty="power", alpha=alpha, stopping=stopping
        )
        assert ours_of(trace) == [cut(ids, end) for ids in theirs]
        scores = [trace.steps[leaf].score for leaf in trace.leaves]
        assert scores == tolerance.log_prob(found.sequences_scores.tolist())


def test_what_ifs_reach_the_attention(pair):
    calm = pair.ours.write(WORDS, limit=4)
    ids = [step.token.id for step in calm.path()][calm.search.typed :]
    warm = pair.ours.write(WORDS, limit=4, prefix=ids, temperature=3.0, heads=["self.1.2"])
    first = calm.rows("self").scores[0, :, 0, 0]
    assert warm.rows("self").scores[0, :, 0, 0] == tolerance.log_prob(first / 3)
    assert not pair.ours.forced(warm).attentions["self"].context[0, 1].any()
    drawn = pair.ours.write(WORDS, limit=5, sampling=Sampling(seed=3))
    assert drawn == pair.ours.write(WORDS, limit=5, sampling=Sampling(seed=3))


def test_a_trace_travels_and_is_drawn(pair):
    trace = pair.ours.write(WORDS, limit=3, beam=2)
    assert Trace.from_json(trace.to_json()) == trace
    assert "iframe" in trace._repr_html_()
    triangle = trace.standing()
    assert triangle.tree is None and triangle.blocks["self"].weights.shape[2:] == (
        len(trace.path()), len(trace.path()),
    )  # fmt: skip
    assert triangle.labels("written") == trace.labels("written")
    assert triangle.labels("read") == trace.labels("read")
    assert trace.model.does == "write" and trace.model.has == pair.ours.facts.has


def test_a_mask_that_is_lifted_leaks(pair):
    """A forced pass in which every token reads those after it, too."""
    trace = pair.ours.write(WORDS, limit=4)
    masked = pair.ours.forced(trace)
    lifted = pair.ours.forced(trace, whatif=WhatIf(causal=False))
    assert (masked.attentions["self"].weights[..., 0, 1:] == 0).all()
    assert (lifted.attentions["self"].weights[..., 0, 1:] > 0).all()


def test_the_matrices_of_the_heads_make_what_they_read_and_add(pair):
    one = pair.ours.forced(pair.ours.write(WORDS, limit=4))
    if "rotary" in pair.ours.facts.remarks:
        with pytest.raises(NotTakenApart, match="rotated") as refused:
            pair.ours.model.projections("self", 1)
        assert refused.value.why == "rotated"
        return
    for layer in (1, 2, 3):
        check_matrices(pair.ours.model, one, one.decoder, "self", layer)


def test_keys_that_heads_share_are_those_that_each_reads(both):
    pair = both("llama")
    head = pair.ours.forced(pair.ours.write(WORDS, limit=4)).attentions["self"]
    assert head.keys.shape[1] == 4
    assert (head.keys[:, 0] == head.keys[:, 1]).all() and (head.keys[:, 2] == head.keys[:, 3]).all()
    assert (head.keys[:, 1] != head.keys[:, 2]).any()
    assert pair.ours.facts.remarks == ("rotary", "grouped-keys")
    assert both("gpt_neox").ours.facts.remarks == ("rotary", "side-by-side")
    assert both("gpt2").ours.facts.remarks == ()


def test_what_has_no_room_is_told(both):
    ours = both("gpt2").ours
    with pytest.raises(TooLong):
        ours.write("sing " * 70)
    with pytest.raises(TooLong):
        ours.write(WORDS, limit=64)
    with pytest.raises(WrongVerb, match=r"it was made to write: ask it to write\(text\)"):
        ours.translate(WORDS)
    assert both("mistral").ours.model.longest == 40, "its window"


def test_nothing_typed_begins_with_the_mark_of_the_model(both):
    trace = both("gpt2").ours.write("", limit=4)
    assert trace.search.typed == 0 and len(trace.path()) <= 4
    assert trace.tree.start == "<|endoftext|>" and trace.tree.opening == ""


def test_candidates_have_the_totals_and_scores_of_the_steps_that_they_became(pair):
    """Also where tokens were typed, which are in no total and no length."""
    trace = pair.ours.write(WORDS, limit=4, beam=3, penalty="average")
    for step in trace.steps:
        (one,) = (one for one in step.candidates if one.id == step.token.id)
        assert one.total == tolerance.log_prob(step.total)
        assert one.score == tolerance.log_prob(step.score)


def test_searches_side_by_side_find_what_each_finds_alone(both):
    for family in ("gpt2", "llama"):
        ours = both(family).ours
        hows = (
            Search(1, 1, 5, "none", 0.6), Search(3, 2, 3, "power", 1.0, stopping="never"),
            Search(2, 2, None, "power", 0.5, stopping="first"),
            Search(1, 1, 6, "none", 0.6, Sampling(seed=3)),
        )  # fmt: skip
        for how, trace in zip(hows, ours.side_by_side(WORDS, hows), strict=True):
            (alone,) = ours.side_by_side(WORDS, (how,))
            assert trace.search == alone.search and trace.search.stopping == how.stopping
            assert trace.search.typed == len(ours.vocabulary.prompt_tokens(WORDS)) - 1
            check_alike(trace, alone)


def test_the_weights_of_a_model_lie_as_they_did(both):
    """Nothing that a step reads is laid out anew: it belongs to whoever loaded it."""
    pair = both("gpt2")
    assert list(pair.ours.model.stepping()) == []
    before = [value.stride() for value in pair.theirs.parameters()]
    opened = wrap(pair.theirs, pair.tokeniser)
    opened.write(WORDS, limit=2)
    lie = {id(value): value.stride() for value in opened.model.hf.parameters()}
    assert [lie[id(value)] for value in pair.theirs.parameters()] == before


def test_a_part_of_a_character_is_called_by_its_bytes(both):
    vocabulary = both("gpt2").ours.vocabulary
    ids = vocabulary.encode("a 🐈")
    pieces = [vocabulary.piece(one) for one in ids]
    assert "".join(pieces).endswith("".join(f"<0x{byte:02X}>" for byte in "🐈".encode()))
    there = readable(vocabulary.target_tokens(ids[:-1]))
    assert "<0xF0>" in there and UNREADABLE not in there
    assert readable(vocabulary.target_tokens(ids)) == "a 🐈"
