"""Models that translate: what their traces hold is what transformers computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import load, wrap
from core.huggingface import FAMILIES
from core.refusals import BadWhatIf, TooLong, WrongVerb
from core.trace import Trace
from core.tree import UNREADABLE, Search
from core.views.maps.cell import take_cell
from tests import tolerance
from tests.huggingface import making
from tests.huggingface.conftest import check_alike, check_matrices
from tests.huggingface.making import WORDS

TRANSLATORS = [family for family, does in FAMILIES.items() if does == "translate"]


@pytest.fixture(params=TRANSLATORS)
def pair(request, both):
    return both(request.param)


def start_of(pair) -> int:
    return pair.theirs.generation_config.decoder_start_token_id


def theirs_of(pair, trace: Trace):
    source = torch.tensor([pair.tokeniser(trace.typed)["input_ids"]])
    read = [start_of(pair), *(step.token.id for step in trace.path())][:-1]
    with torch.no_grad():
        return pair.theirs(
            input_ids=source, decoder_input_ids=torch.tensor([read]), output_attentions=True,
            output_hidden_states=True,
        )  # fmt: skip


def test_what_is_typed_is_read_as_its_tokeniser_splits_it(pair):
    trace = pair.ours.translate(WORDS, limit=4)
    assert [token.id for token in trace.source] == pair.tokeniser(WORDS)["input_ids"]
    inside = [token for token in trace.source if not token.mark]
    assert all(token.text == WORDS[token.begin : token.end] for token in inside)
    assert "".join(token.text for token in inside) == WORDS.replace(" ", "")
    assert trace.source[-1].mark
    languages = getattr(pair.tokeniser, "lang_token_to_id", {}).values()
    marks = {*pair.tokeniser.all_special_ids, *languages}
    kept = [step.token.id for step in trace.path() if step.token.id not in marks]
    text = pair.tokeniser.decode(kept, clean_up_tokenization_spaces=False)
    if UNREADABLE not in text:  # or it ended within a character: see tests of `readable`
        assert trace.text == text.strip()


def test_weights_scores_and_probabilities_are_those_of_the_model(pair):
    trace = pair.ours.translate(WORDS, limit=8)
    theirs = theirs_of(pair, trace)
    for block, expected in (
        ("encoder", theirs.encoder_attentions), ("self", theirs.decoder_attentions),
        ("cross", theirs.cross_attentions),
    ):  # fmt: skip
        found = trace.rows(block)
        weights = np.stack([layer[0].numpy() for layer in expected])
        assert found.weights == tolerance.weights(weights), block
        visible = np.broadcast_to(found.visible, found.weights.shape)
        scores = torch.tensor(np.where(visible, found.scores, -np.inf))
        assert scores.softmax(-1).numpy() == tolerance.weights(weights), block
    expected = theirs.logits[0].log_softmax(-1)
    for place, step in enumerate(trace.path()):
        assert step.log_prob == tolerance.log_prob(expected[place, step.token.id].item())
        for one in step.candidates:
            assert one.log_prob == tolerance.log_prob(expected[place, one.id].item())


def test_the_formula_that_is_shown_makes_the_scores_of_the_attention_to_the_source(pair):
    trace = pair.ours.translate(WORDS, limit=4)
    score, heads = trace.model.score, pair.ours.forced(trace).attentions["cross"]
    products = np.einsum("lhqd,lhkd->lhqk", heads.queries, heads.keys)
    root = heads.queries.shape[-1] ** 0.5
    expected = {"dot": products, "scaled-dot": products / root}[score.name]
    assert heads.scores == pytest.approx(expected, abs=1e-3)
    assert (r"\sqrt" in score.latex) == (score.name == "scaled-dot") and "b_" not in score.latex
    assert pair.ours.facts.score == score.name
    scorer = pair.ours.model.scorer("cross", 1, 1).score
    read, offered = (torch.from_numpy(one[0, 0].copy()) for one in (heads.queries, heads.keys))
    assert scorer.compare(read, offered).numpy() == pytest.approx(heads.scores[0, 0], abs=1e-3)
    cell = take_cell(pair.ours, trace, "cross.1.1", 0, 0)
    assert cell.scores * cell.divisor == pytest.approx(products[0, 0, 0], abs=1e-3)


def test_a_forced_pass_has_both_streams_and_what_each_head_is_made_of(pair):
    trace = pair.ours.translate(WORDS, limit=8)
    one, theirs = pair.ours.forced(trace), theirs_of(pair, trace)
    assert one.distributions == tolerance.log_prob(theirs.logits[0].log_softmax(-1).numpy())
    for stream, states in (
        (one.encoder, theirs.encoder_hidden_states), (one.decoder, theirs.decoder_hidden_states),
    ):  # fmt: skip
        states = [state[0].numpy() for state in states]
        assert stream.embedded == pytest.approx(states[0], abs=1e-4)
        after = [sub.after for sub in stream.sublayers if sub.name.startswith("feed")]
        assert len(after) == len(states) - 1
        for ours, expected in zip(after[:-1], states[1:-1]):
            assert ours == pytest.approx(expected, abs=1e-4)
        assert stream.output == pytest.approx(states[-1], abs=1e-4)
        if stream.norm == "pre":
            for sub in stream.sublayers:
                assert sub.after == pytest.approx(sub.before + sub.added, abs=1e-4)
    assert pair.ours.facts.has.count("output-layer") == (one.decoder.norm == "pre")
    for head in one.attentions.values():
        again = np.einsum("lhqd,lhkd->lhqk", head.queries, head.keys)
        if pair.family != "t5":
            root = head.queries.shape[-1] ** 0.5
            assert head.scores == tolerance.log_prob(again / root)
        assert head.context == pytest.approx(head.weights @ head.values, abs=1e-4)


def test_the_matrices_of_the_heads_make_what_they_read_and_add(pair):
    one = pair.ours.forced(pair.ours.translate(WORDS, limit=6))
    for block in ("encoder", "self", "cross"):
        stream = one.encoder if block == "encoder" else one.decoder
        check_matrices(pair.ours.model, one, stream, block, 2)


def test_the_scores_of_t5_are_products_and_a_bias_by_distance(both):
    pair = both("t5")
    one = pair.ours.forced(pair.ours.translate(WORDS, limit=8))
    for block, stack in (("encoder", pair.theirs.encoder), ("self", pair.theirs.decoder)):
        head = one.attentions[block]
        products = np.einsum("lhqd,lhkd->lhqk", head.queries, head.keys)
        bias = stack.block[0].layer[0].SelfAttention.compute_bias(*head.scores.shape[2:])
        added = np.broadcast_to(bias.detach().numpy(), products.shape)
        assert head.scores == tolerance.log_prob(products + added), "the same in every layer"
    head = one.attentions["cross"]
    products = np.einsum("lhqd,lhkd->lhqk", head.queries, head.keys)
    assert head.scores == tolerance.log_prob(products)
    assert pair.ours.facts.remarks == ("position-bias", "no-root")
    with pytest.raises(BadWhatIf, match="does not divide its scores"):
        pair.ours.translate(WORDS, scaling="undivided")


def hypotheses(pair, text: str, limit: int, **asked):
    """What `generate` writes after its first token, and the scores."""
    ids = torch.tensor([pair.tokeniser(text)["input_ids"]])
    if pair.family == "m2m_100":
        asked["forced_bos_token_id"] = pair.tokeniser.get_lang_id("fr")
    with torch.no_grad():
        found = pair.theirs.generate(
            ids, do_sample=False, return_dict_in_generate=True, output_scores=True,
            max_new_tokens=limit, **asked,
        )  # fmt: skip
    end = pair.ours.vocabulary.end
    rows = [row[1:].tolist() for row in found.sequences]
    return [row[: row.index(end) + 1] if end in row else row for row in rows], found


def ours_of(trace: Trace) -> list[list[int]]:
    return [[step.token.id for step in trace.path(leaf)] for leaf in trace.leaves]


def test_greedy_is_greedy(pair):
    for text in (WORDS, "She eats here!"):
        theirs, _ = hypotheses(pair, text, 12)
        assert ours_of(pair.ours.translate(text, limit=12)) == theirs


@pytest.mark.parametrize("alpha", [0.0, 1.0, 2.0])
@pytest.mark.parametrize(
    ("stopping", "early"), [("never", "never"), ("heuristic", False), ("first", True)]
)
def test_the_beam_is_that_of_generate(pair, alpha, stopping, early):
    for beam, text in ((2, WORDS), (5, "She eats here!")):
        theirs, found = hypotheses(
            pair, text, 10, num_beams=beam, num_return_sequences=beam, length_penalty=alpha,
            early_stopping=early,
        )  # fmt: skip
        trace = pair.ours.translate(
            text, limit=10, beam=beam, penalty="power", alpha=alpha, stopping=stopping
        )
        assert ours_of(trace) == theirs
        scores = [trace.steps[leaf].score for leaf in trace.leaves]
        assert scores == tolerance.log_prob(found.sequences_scores.tolist())


def test_what_ifs_and_gradients_reach_the_attention(pair):
    calm = pair.ours.translate(WORDS, limit=5)
    ids = [step.token.id for step in calm.path()][calm.search.fixed :]
    warm = pair.ours.translate(WORDS, limit=5, prefix=ids[:2], temperature=3.0, heads=["cross.1.2"])
    first = calm.rows("encoder").scores[0]
    assert warm.rows("encoder").scores[0] == tolerance.log_prob(first / 3)
    assert not pair.ours.forced(warm).attentions["cross"].context[0, 1].any()
    row = np.full(len(calm.source), 1 / len(calm.source))
    even = pair.ours.translate(WORDS, limit=5, weights={2: row})
    assert even.rows("cross").weights[:, :, 1] == tolerance.weights(
        np.broadcast_to(row, even.rows("cross").weights[:, :, 1].shape)
    )
    one = pair.ours.forced(calm, gradient_of=[1])
    assert one.gradients.source.any() and one.gradients.weights["cross"].any()


def test_a_trace_travels_and_is_drawn(pair):
    trace = pair.ours.translate(WORDS, limit=4, beam=2)
    assert Trace.from_json(trace.to_json()) == trace
    assert trace.model.does == "translate" and "iframe" in trace._repr_html_()


def test_languages_come_from_the_model_or_are_asked_for(both, folder_of):
    told = {family: both(family).ours for family in TRANSLATORS}
    assert (told["marian"].source, told["marian"].target) == ("en", "fr")
    assert (told["t5"].source, told["t5"].target) == ("und", "und")
    assert (told["m2m_100"].source, told["m2m_100"].target) == ("en", "fr")
    with pytest.raises(ValueError, match="name its source as source=, one of af, am,"):
        load(folder_of("m2m_100"))
    with pytest.raises(ValueError, match="name its target as target=.*not 'xx'"):
        load(folder_of("m2m_100"), source="en", target="xx")
    trace = told["m2m_100"].translate(WORDS, limit=4)
    assert trace.search.fixed == 1 and trace.path()[0].forced and trace.path()[0].token.mark
    assert trace.path()[0].token.piece == "__fr__" and trace.path()[0].total == 0


def test_nllb_is_told_its_languages_by_the_codes_that_it_has(tmp_path):
    tokeniser = making.nllb()
    model, _ = making.made("m2m_100", tmp_path / "m2m", vocab_size=len(tokeniser))
    tokeniser.src_lang = "kor_Hang"
    ours = wrap(model, tokeniser, source="eng_Latn", target="fra_Latn")
    assert (ours.source, ours.target) == ("eng", "fra") and tokeniser.src_lang == "kor_Hang"
    tokeniser.src_lang = "eng_Latn"
    ids = tokeniser(WORDS, return_tensors="pt")["input_ids"]
    trace = ours.translate(WORDS, limit=8)
    assert [token.id for token in trace.source] == ids[0].tolist()
    assert [token.mark for token in trace.source[:2]] == [True, False]
    french = tokeniser.convert_tokens_to_ids("fra_Latn")
    with torch.no_grad():
        theirs = model.generate(ids, forced_bos_token_id=french, max_new_tokens=8)[0, 1:].tolist()
    assert ours_of(trace) == [theirs] and theirs[0] == french
    with pytest.raises(ValueError, match="one of ace_Arab, ace_Latn"):
        wrap(model, tokeniser)


def test_what_cannot_be_written_is_told(pair):
    with pytest.raises(WrongVerb, match="ask it to translate"):
        pair.ours.write(WORDS)
    with pytest.raises(TooLong, match="shorten it"):
        pair.ours.translate("sing " * 600)
    with pytest.raises(ValueError, match="at most, not 9000"):
        pair.ours.translate(WORDS, limit=9000)


def test_searches_side_by_side_find_what_each_finds_alone(both):
    """Also after the mark of a language, which is in no total."""
    for family in ("marian", "m2m_100", "t5"):
        ours = both(family).ours
        hows = (
            Search(1, 1, 6, "none", 0.6), Search(3, 3, None, "power", 1.0, stopping="heuristic"),
            Search(2, 1, 4, "wu", 0.6), Search(2, 2, 5, "power", 1.0, stopping="first"),
        )  # fmt: skip
        for how, trace in zip(hows, ours.side_by_side(WORDS, hows), strict=True):
            (alone,) = ours.side_by_side(WORDS, (how,))
            assert trace.search == alone.search and trace.search.stopping == how.stopping
            assert trace.search.fixed == len(ours.vocabulary.fixed) == (family == "m2m_100")
            check_alike(trace, alone)
            for step in trace.steps:
                (one,) = (one for one in step.candidates if one.id == step.token.id)
                assert (one.total, one.score) == tolerance.log_prob((step.total, step.score))
