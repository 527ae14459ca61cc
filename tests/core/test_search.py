"""The search: width 1 is greedy, full width is exhaustive, totals are sums."""

import itertools

import pytest
import torch

from core.search import search
from core.text import END_ID, START_ID
from tests.conftest import random_model

SIZE = 7  # of the vocabulary: three words beside the marks
SOURCE = torch.tensor([[4, 5, 6, 3]])
WORDS = range(END_ID, SIZE)


@pytest.fixture
def model(options):
    model = random_model(SIZE, seed=3, **options)
    with torch.no_grad():
        model.readout_bias[END_ID] -= 2  # so that hypotheses have some length
    return model


def tokens(found, leaf: int) -> list[int]:
    path = []
    while leaf is not None:
        path.append(found.nodes[leaf].token)
        leaf = found.nodes[leaf].parent
    return path[::-1]


@torch.no_grad()
def greedy(model, limit: int) -> tuple[list[int], float]:
    """The plain loop: the likeliest next token, again and again."""
    state, written, total = model.start(SOURCE), [], 0.0
    token = START_ID
    while len(written) < limit and token != END_ID:
        prediction = model.step(torch.tensor([token]), state)
        state = prediction.state
        log_probs = prediction.logits[0].log_softmax(-1)
        token = max(WORDS, key=lambda word: log_probs[word].item())
        total += log_probs[token].item()
        written.append(token)
    return written, total


@torch.no_grad()
def exhaustive(model, limit: int) -> dict[tuple[int, ...], float]:
    """Every hypothesis of at most `limit` tokens with its total, by teacher forcing."""
    found = {}
    inner = [word for word in WORDS if word != END_ID]
    for length in range(1, limit + 1):
        for words in itertools.product(*[inner] * (length - 1), WORDS):
            if words[-1] != END_ID and length < limit:
                continue
            given = torch.tensor([[START_ID, *words[:-1]]])
            decoded = model.decode(given, model.start(SOURCE))
            log_probs = model.logits(decoded.combined)[0].log_softmax(-1)
            found[words] = sum(log_probs[t, word].item() for t, word in enumerate(words))
    return found


def test_width_one_is_greedy(model):
    found = search(model, SOURCE, limit=12)
    written, total = greedy(model, 12)
    (leaf,) = found.leaves
    assert tokens(found, leaf) == written
    assert found.nodes[leaf].total == pytest.approx(total, abs=1e-4)
    assert len(found.nodes) == len(found.predictions) == len(found.log_probs) == len(written)


def test_full_width_is_exhaustive(model):
    expected = exhaustive(model, 4)
    found = search(model, SOURCE, beam=1000, limit=4)
    totals = {tuple(tokens(found, leaf)): found.nodes[leaf].total for leaf in found.leaves}
    assert totals == pytest.approx(expected, abs=1e-4)
    best = max(expected, key=expected.get)
    assert tuple(tokens(found, found.leaves[0])) == best


@pytest.mark.parametrize("beam", [1, 2, 3, 8])
def test_totals_are_sums_and_leaves_are_in_order(model, beam):
    found = search(model, SOURCE, beam=beam, limit=6)
    for node in found.nodes:
        before = 0.0 if node.parent is None else found.nodes[node.parent].total
        assert node.total == pytest.approx(before + node.log_prob)
        assert node.log_prob == pytest.approx(
            found.log_probs[node.depth][node.row, node.token].item()
        )
        assert node.token >= END_ID
    totals = [found.nodes[leaf].total for leaf in found.leaves]
    assert totals == sorted(totals, reverse=True)
    assert 1 <= len(found.leaves) <= beam
    assert len({tuple(tokens(found, leaf)) for leaf in found.leaves}) == len(found.leaves)
    for leaf in found.leaves:
        written = tokens(found, leaf)
        assert END_ID not in written[:-1]
        assert written[-1] == END_ID or len(written) == 6


def test_the_rows_of_a_beam_are_its_hypotheses(model):
    """A hypothesis of a beam has the numbers that it has when it is forced alone."""
    found = search(model, SOURCE, beam=3, limit=5)
    for leaf in found.leaves:
        alone = search(model, SOURCE, limit=5, prefix=tokens(found, leaf))
        assert alone.nodes[-1].total == pytest.approx(found.nodes[leaf].total, abs=1e-4)


def test_a_prefix_equal_to_its_own_output_changes_nothing(model):
    free = search(model, SOURCE, limit=8)
    written = tokens(free, free.leaves[0])
    for size in range(len(written) + 1):
        forced = search(model, SOURCE, limit=8, prefix=written[:size])
        assert [n._replace(forced=False) for n in forced.nodes] == free.nodes
        assert [n.forced for n in forced.nodes] == [t < size for t in range(len(written))]
        for one, other in zip(forced.log_probs, free.log_probs, strict=True):
            assert torch.equal(one, other)


def test_a_prefix_comes_first_and_a_forced_end_ends(model):
    found = search(model, SOURCE, limit=8, prefix=[5, 5, 4])
    assert tokens(found, found.leaves[0])[:3] == [5, 5, 4]
    ended = search(model, SOURCE, limit=8, beam=2, prefix=[6, END_ID])
    assert [tokens(ended, leaf) for leaf in ended.leaves] == [[6, END_ID]]


def test_a_limit_cuts_off(model):
    found = search(model, SOURCE, limit=2, prefix=[4])
    assert len(tokens(found, found.leaves[0])) == 2


@pytest.mark.parametrize("beam", [1, 3])
def test_weights_are_replaced_at_their_steps_only(model, beam):
    if model.score is None:
        pytest.skip("no weights to replace")
    given = torch.tensor([0.0, 1.0, 0.0, 0.0])
    found = search(model, SOURCE, beam=beam, limit=4, prefix=[4], weights={1: given})
    free = search(model, SOURCE, beam=beam, limit=4, prefix=[4])
    assert torch.equal(found.log_probs[0], free.log_probs[0])
    assert not torch.allclose(found.log_probs[1], free.log_probs[1])
    rows = found.predictions[1]
    assert torch.equal(rows.attention[0].weights, given.expand(len(rows.logits), -1))
    torch.testing.assert_close(rows.context, found.memory[1].expand(len(rows.logits), -1))


@pytest.mark.parametrize("beam", [0, -1])
def test_a_beam_that_cannot_be_is_told(beam):
    with pytest.raises(ValueError, match="at least 1"):
        search(random_model(SIZE), SOURCE, beam=beam)


def test_a_prefix_beyond_the_limit_is_told():
    with pytest.raises(ValueError, match="3 tokens, the limit is 2"):
        search(random_model(SIZE), SOURCE, prefix=[4, 4, 4], limit=2)
