"""Settings that change what a family computes: the numbers are the model's all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from core import wrap
from core.refusals import BadWhatIf
from tests import tolerance
from tests.huggingface import making
from tests.huggingface.making import WORDS

GATED = {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}
BY_LAYER = {"scale_attn_by_inverse_layer_idx": True, "reorder_and_upcast_attn": True}
VARIANTS = [
    ("t5", GATED, ("position-bias", "no-root")),
    ("gpt2", BY_LAYER, ("layer-root",)),
    ("gpt2", {"scale_attn_weights": False}, ("no-root",)),
    ("gpt_neox", {"use_parallel_residual": False}, ("rotary",)),
    ("llama", {"num_key_value_heads": 4, "tie_word_embeddings": True}, ("rotary",)),
    ("mistral", {"head_dim": 6}, ("rotary", "grouped-keys")),
    ("albert", {}, ("shared-layers",)),
    ("albert", {"num_hidden_groups": 3, "inner_group_num": 2}, ()),
    ("albert", {"num_hidden_groups": 1, "inner_group_num": 2}, ("grouped-layers",)),
    ("albert", {"num_hidden_layers": 4, "num_hidden_groups": 2}, ("grouped-layers",)),
    ("bert", {"chunk_size_feed_forward": 2}, ()),
    ("bart", {"scale_embedding": True}, ()),
    ("marian", {"share_encoder_decoder_embeddings": True, "scale_embedding": True}, ()),
]


@pytest.mark.parametrize(("family", "other", "remarks"), VARIANTS, ids=str)
def test_the_numbers_are_those_of_the_model(family, other, remarks, tmp_path):
    with making.quiet():
        theirs, tokeniser = making.made(family, tmp_path, **other)
    ours = wrap(theirs, tokeniser)
    theirs.set_attn_implementation("eager")
    assert ours.facts.remarks == remarks
    block = ours.facts.attentions[0]
    with torch.no_grad():
        if ours.facts.does == "read":
            trace = ours.read(WORDS)
            ids = torch.tensor([[token.id for token in trace.source]])
            found = theirs(ids, output_attentions=True)
            weights = found.attentions
            predicted = torch.tensor(ours.forced(trace).filled)
        elif ours.facts.does == "write":
            trace = ours.write(WORDS, limit=5)
            first = ours.vocabulary.prompt_tokens(WORDS)[0].id
            ids = torch.tensor([[first, *(step.token.id for step in trace.path())]])
            found = theirs(ids[:, :-1], output_attentions=True)
            weights = found.attentions
            predicted = torch.tensor(ours.forced(trace).distributions)
        else:
            trace = ours.translate(WORDS, limit=5)
            source = torch.tensor([[token.id for token in trace.source]])
            written = [ours.vocabulary.start, *(step.token.id for step in trace.path())]
            found = theirs(
                input_ids=source, decoder_input_ids=torch.tensor([written[:-1]]),
                output_attentions=True,
            )  # fmt: skip
            weights = found.encoder_attentions
            predicted = torch.tensor(ours.forced(trace).distributions)
    assert predicted.numpy() == tolerance.log_prob(found.logits[0].log_softmax(-1).numpy())
    expected = np.stack([layer[0].numpy() for layer in weights])
    found = trace.rows(block.block)
    assert found.weights == tolerance.weights(expected)
    visible = np.broadcast_to(found.visible, expected.shape)
    scores = torch.tensor(np.where(visible, found.scores, -np.inf))
    assert scores.softmax(-1).numpy() == tolerance.weights(expected)


def test_what_the_settings_say_comes_first_comes_first(tmp_path):
    with making.quiet():
        theirs, tokeniser = making.made("bart", tmp_path)
    theirs.generation_config.forced_bos_token_id = tokeniser.bos_token_id
    trace = wrap(theirs, tokeniser).translate(WORDS, limit=8)
    ids = torch.tensor([[token.id for token in trace.source]])
    with torch.no_grad():
        written = theirs.generate(ids, max_new_tokens=8, do_sample=False)[0, 1:].tolist()
    assert [step.token.id for step in trace.path()] == written
    assert written[0] == tokeniser.bos_token_id and trace.path()[0].forced


def test_what_is_divided_otherwise_is_not_taken_apart(tmp_path):
    with making.quiet():
        ours = wrap(*making.made("gpt2", tmp_path, scale_attn_weights=False))
    with pytest.raises(LookupError, match="more than a scaled product"):
        ours.model.scorer("self", 1, 1)
    with pytest.raises(BadWhatIf, match="does not divide"):
        ours.write(WORDS, scaling="undivided")


def test_threads_have_traces_of_their_own(both):
    ours = both("bert").ours
    texts = [f"{who} {does} now." for who in ("I", "You", "He") for does in ("sing", "eat")]
    alone = [ours.read(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ours.read, texts * 2)) == alone * 2
