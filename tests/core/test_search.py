"""The search: width 1 is greedy, full width is exhaustive, and it equals a slow plain one."""

import itertools
import math
import random
from collections import Counter
from dataclasses import replace
from unittest.mock import Mock

import pytest
import torch

from core.penalties import PENALTIES, Penalty
from core.scores import score_functions
from core.search import Writable, sampling_distribution, side_by_side
from core.search import search as search_for
from core.tokenisers.pieces import END_ID, START_ID
from core.tree import BEATEN, BEATEN_ALL, ENDED, KEPT, LIMIT, STOPPING, Sampling, Search
from core.whatif import WhatIf, replaced_rows
from tests.conftest import random_model, random_transformer
from tests.tolerance import log_prob, weights

SIZE = 7  # of the vocabulary: three words beside the marks
SOURCE = torch.tensor([[4, 5, 6, 3]])
WORDS = range(END_ID, SIZE)
ALLOWED = torch.arange(SIZE) >= END_ID
EVERY_PENALTY = [Penalty("none"), Penalty("average"), Penalty("wu", 0.6), Penalty("wu", 2.0)]


def search(model, source, *, prefix=(), weights=None, **how):
    """The search over what that model can write."""
    writable = Writable(START_ID, END_ID, torch.arange(model.config.vocabulary) >= END_ID)
    whatif = WhatIf(prefix=tuple(prefix), weights=replaced_rows(weights or {}))
    return search_for(model, source, writable, whatif=whatif, **how)


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
    state, written, total = model.start(model.encode(SOURCE)), [], 0.0
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
        last = WORDS if length == limit else [END_ID]
        every = list(itertools.product(*[inner] * (length - 1), last))
        given = torch.tensor([[START_ID, *words[:-1]] for words in every])
        state = model.start(model.encode(SOURCE.expand(len(every), -1)))
        log_probs = model.logits(model.decode(given, state).combined).log_softmax(-1).tolist()
        for words, rows in zip(every, log_probs, strict=True):
            found[words] = sum(row[word] for row, word in zip(rows, words, strict=True))
    return found


def normalised(total: float, length: int, penalty: Penalty) -> float:
    """The score, written out from the formulas."""
    if penalty.name == "average":
        return total / length
    if penalty.name == "wu":
        return total / ((5 + length) / 6) ** penalty.alpha
    return total


def test_width_one_is_greedy(model):
    found = search(model, SOURCE, limit=12)
    written, total = greedy(model, 12)
    (leaf,) = found.leaves
    assert tokens(found, leaf) == written
    assert found.nodes[leaf].total == pytest.approx(total, abs=1e-4)
    assert len(found.nodes) == len(found.depths) == len(written)
    assert all(len(depth.log_probs) == len(depth.hypotheses) == 1 for depth in found.depths)


@pytest.mark.parametrize("penalty", EVERY_PENALTY, ids=str)
def test_full_width_is_exhaustive(model, penalty):
    expected = {
        words: normalised(total, len(words), penalty)
        for words, total in exhaustive(model, 4).items()
    }
    found = search(model, SOURCE, beam=1000, limit=4, penalty=penalty)
    scores = {tuple(tokens(found, leaf)): found.nodes[leaf].score for leaf in found.leaves}
    assert scores == pytest.approx(expected, abs=1e-4)
    best = max(expected, key=expected.get)
    assert tuple(tokens(found, found.leaves[0])) == best
    # Stopping early loses nothing: the best few are the same ones.
    for count in (1, 3):
        few = search(model, SOURCE, beam=1000, best=count, limit=4, penalty=penalty)
        assert [tokens(few, leaf) for leaf in few.leaves] == [
            tokens(found, leaf) for leaf in found.leaves[:count]
        ]


def plain_search(model, source, beam: int, best: int, limit: int, penalty: Penalty):
    """The same search with lists, one hypothesis at a time, and nothing shared with core.search.

    Returns the finished (tokens, score), best first, and each step's kept (tokens, fate).
    """
    live, finished, steps = [([], 0.0)], [], []
    for length in range(1, limit + 1):
        extensions = []
        for words, total in live:
            state = model.start(model.encode(source))
            for token in [START_ID, *words]:
                prediction = model.step(torch.tensor([token]), state)
                state = prediction.state
            log_probs = prediction.logits[0].double().log_softmax(-1).tolist()
            for token in range(END_ID, len(log_probs)):
                extensions.append(([*words, token], total + log_probs[token]))
        extensions.sort(key=lambda item: -item[1])
        live, fates = [], []
        for words, total in extensions[:beam]:
            if words[-1] == END_ID:
                finished.append((words, normalised(total, length, penalty)))
                fates.append((words, ENDED))
            else:
                live.append((words, total))
        finished.sort(key=lambda item: -item[1])
        if len(finished) >= best:
            worst = finished[best - 1][1]
            # The best that can still come of it: every later token certain, and the length free.
            hope = {
                tuple(words): max(
                    normalised(total, later, penalty) for later in range(length, limit + 1)
                )
                for words, total in live
            }
            fates += [(words, BEATEN) for words, _ in live if hope[tuple(words)] <= worst]
            live = [one for one in live if hope[tuple(one[0])] > worst]
        fates += [(words, LIMIT if length == limit else KEPT) for words, _ in live]
        steps.append(fates)
        if not live:
            break
    finished += [(words, normalised(total, len(words), penalty)) for words, total in live]
    finished.sort(key=lambda item: -item[1])
    return finished[:best], steps


@pytest.mark.parametrize("seed", range(50))
@torch.no_grad()
def test_it_equals_a_slow_plain_search(seed):
    """Fifty random models and sentences: hypothesis by hypothesis, fate by fate."""
    rng = random.Random(seed)
    size = rng.randint(6, 14)
    score = rng.choice([*score_functions(), None])
    model = random_model(
        size, seed, score=score, cell=rng.choice(["LSTM", "GRU"]),
        wiring=rng.choice(["luong", "bahdanau"]) if score else "luong",
    )  # fmt: skip
    model.readout_bias[END_ID] -= rng.random() * 3
    source = torch.tensor([[rng.randrange(4, size) for _ in range(rng.randint(1, 6))] + [END_ID]])
    beam, limit = rng.randint(1, 6), rng.randint(2, 9)
    best, penalty = rng.randint(1, beam), rng.choice(EVERY_PENALTY)

    found = search(model, source, beam=beam, best=best, limit=limit, penalty=penalty)
    expected, steps = plain_search(model, source, beam, best, limit, penalty)
    assert [tokens(found, leaf) for leaf in found.leaves] == [words for words, _ in expected]
    for leaf, (_, value) in zip(found.leaves, expected, strict=True):
        assert found.nodes[leaf].score == pytest.approx(value, abs=1e-4)
    assert len(found.depths) == len(steps)
    for depth, fates in enumerate(steps):
        here = [i for i, node in enumerate(found.nodes) if node.depth == depth]
        assert sorted((tokens(found, i), found.nodes[i].fate) for i in here) == sorted(fates)


@pytest.mark.parametrize("beam", [1, 2, 3, 8])
def test_totals_are_sums_and_leaves_are_in_order(model, beam):
    found = search(model, SOURCE, beam=beam, limit=6, penalty=Penalty("average"))
    for node in found.nodes:
        before = 0.0 if node.parent is None else found.nodes[node.parent].total
        depth = found.depths[node.depth]
        assert node.total == pytest.approx(before + node.log_prob)
        assert node.score == pytest.approx(node.total / (node.depth + 1))
        assert node.log_prob == pytest.approx(depth.log_probs[node.row, node.token].item())
        assert depth.hypotheses[node.row] == node.parent
        assert node.token >= END_ID
    scores = [found.nodes[leaf].score for leaf in found.leaves]
    assert scores == sorted(scores, reverse=True)
    assert 1 <= len(found.leaves) <= beam
    assert len({tuple(tokens(found, leaf)) for leaf in found.leaves}) == len(found.leaves)
    for leaf in found.leaves:
        written = tokens(found, leaf)
        assert END_ID not in written[:-1]
        assert written[-1] == END_ID or len(written) == 6


@pytest.mark.parametrize("beam", [1, 3, 8])
def test_each_fate_is_what_happened(model, beam):
    found = search(model, SOURCE, beam=beam, best=1, limit=6)
    parents = {node.parent for node in found.nodes}
    beyond = {i for depth in found.depths for i in depth.hypotheses}
    for index, node in enumerate(found.nodes):
        assert (node.fate == ENDED) == (node.token == END_ID)
        assert (node.fate == KEPT) == (index in beyond)
        assert node.fate == KEPT or index not in parents
        assert node.fate != LIMIT or node.depth == 5
        if node.fate == BEATEN:
            assert node.total <= found.nodes[found.leaves[0]].total


@pytest.mark.parametrize("beam", [1, 2, 5])
def test_ranks_are_places_among_all_extensions(model, beam):
    found = search(model, SOURCE, beam=beam, limit=5)
    for number, depth in enumerate(found.depths):
        totals = {}
        for row, before in enumerate(depth.hypotheses):
            for token in WORDS:
                total = 0.0 if before is None else found.nodes[before].total
                totals[row, token] = total + depth.log_probs[row, token].item()
        ranked = [divmod(place, SIZE) for place in depth.ranked]
        assert ranked == sorted(totals, key=lambda place: (-totals[place], *place))[:100]
        here = [node for node in found.nodes if node.depth == number]
        assert [node.rank for node in here] == list(range(1, len(here) + 1))


def test_ties_go_to_the_earlier_hypothesis_and_the_lower_id():
    model = random_model(SIZE, score="dot")
    with torch.no_grad():
        model.embedding.weight.zero_()
        model.readout_bias.zero_()  # every token is as likely as any other
    found = search(model, SOURCE, beam=3, limit=3)
    assert [(n.depth, n.row, n.token) for n in found.nodes[:6]] == [
        (0, 0, 3), (0, 0, 4), (0, 0, 5), (1, 0, 3), (1, 0, 4), (1, 0, 5),
    ]  # fmt: skip


def test_the_rows_of_a_beam_are_its_hypotheses(model):
    """A hypothesis of a batch has the numbers that it has when it is forced alone."""
    found = search(model, SOURCE, beam=3, limit=5)
    for leaf, node in enumerate(found.nodes):
        alone = search(model, SOURCE, limit=5, prefix=tokens(found, leaf))
        same = alone.nodes[node.depth]
        assert same.total == pytest.approx(node.total, abs=1e-4)
        torch.testing.assert_close(
            alone.depths[node.depth].log_probs[0], found.depths[node.depth].log_probs[node.row],
            atol=1e-4, rtol=0,
        )  # fmt: skip


def test_a_prefix_equal_to_its_own_output_changes_nothing(model):
    free = search(model, SOURCE, limit=8)
    written = tokens(free, free.leaves[0])
    for size in range(len(written) + 1):
        forced = search(model, SOURCE, limit=8, prefix=written[:size])
        assert [n._replace(forced=False) for n in forced.nodes] == free.nodes
        assert [n.forced for n in forced.nodes] == [t < size for t in range(len(written))]
        for one, other in zip(forced.depths, free.depths, strict=True):
            assert torch.equal(one.log_probs, other.log_probs)


def test_a_prefix_comes_first_and_a_forced_end_ends(model):
    found = search(model, SOURCE, limit=8, prefix=[5, 5, 4])
    assert tokens(found, found.leaves[0])[:3] == [5, 5, 4]
    ended = search(model, SOURCE, limit=8, beam=2, prefix=[6, END_ID])
    assert [node.token for node in ended.best()] == [6, END_ID]
    assert [tokens(ended, leaf) for leaf in ended.leaves] == [[6, END_ID]]


def test_a_limit_cuts_off(model):
    found = search(model, SOURCE, limit=2, prefix=[4])
    assert len(tokens(found, found.leaves[0])) == 2


@pytest.mark.parametrize("beam", [1, 3])
def test_weights_are_replaced_at_their_steps_only(model, beam):
    if model.score is None:
        pytest.skip("no weights to replace")
    given = torch.tensor([0.0, 1.0, 0.0, 0.0])
    found = search(model, SOURCE, beam=beam, limit=4, prefix=[4], weights={2: given})
    free = search(model, SOURCE, beam=beam, limit=4, prefix=[4])
    assert torch.equal(found.depths[0].log_probs, free.depths[0].log_probs)
    assert not torch.allclose(found.depths[1].log_probs, free.depths[1].log_probs)
    (heads,) = found.depths[1].prediction.attentions[0].layers
    rows = len(found.depths[1].hypotheses)
    assert torch.equal(heads.weights[:, 0, 0], given.expand(rows, -1))
    torch.testing.assert_close(heads.context[:, 0, 0], found.memory.states[0, 1].expand(rows, -1))


SAMPLINGS = [
    Sampling(),
    Sampling(temperature=0.5, seed=2),
    Sampling(temperature=2.0, top_k=3, seed=3),
    Sampling(top_p=0.7, seed=4),
    Sampling(temperature=1.5, top_k=4, top_p=0.9, seed=5),
]


def plain_distribution(log_probs: list[float], how: Sampling) -> dict[int, float]:
    """Temperature, then top-k, then the nucleus, each written out."""
    heat = {w: math.exp(log_probs[w] / how.temperature) for w in range(END_ID, len(log_probs))}
    order = sorted(heat, key=lambda word: -heat[word])[: how.top_k or None]
    whole, left, mass = sum(heat[word] for word in order), [], 0.0
    for word in order:
        left.append(word)
        mass += heat[word] / whole
        if mass >= how.top_p:
            break
    whole = sum(heat[word] for word in left)
    return {word: heat[word] / whole for word in left}


@pytest.mark.parametrize("how", SAMPLINGS, ids=str)
def test_the_chances_are_the_formulas(how):
    log_probs = torch.randn(5, 12, generator=torch.Generator().manual_seed(1)).log_softmax(-1)
    chances = sampling_distribution(log_probs, how, torch.arange(12) >= END_ID)
    for row, found in zip(log_probs, chances, strict=True):
        expected = plain_distribution(row.tolist(), how)
        assert {w: p for w, p in enumerate(found.tolist()) if p} == pytest.approx(expected)


def test_top_k_one_and_a_cold_temperature_are_greedy(model):
    free = search(model, SOURCE, limit=8)
    for how in (Sampling(top_k=1), Sampling(temperature=1e-6), Sampling(top_p=1e-9)):
        drawn = search(model, SOURCE, limit=8, sampling=how)
        assert [n.token for n in drawn.nodes] == [n.token for n in free.nodes]
        assert [n.total for n in drawn.nodes] == [n.total for n in free.nodes]


@pytest.mark.parametrize("how", SAMPLINGS, ids=str)
def test_drawn_tokens_follow_the_distribution(how):
    """Pearson's chi-square over 2,000 first tokens: the seeds are fixed, so is the outcome."""
    model, draws = random_model(12, seed=4, score="dot"), 2000
    seeds = range(10_000 * how.seed, 10_000 * how.seed + draws)
    hows = [Search(1, 1, 1, "none", 0.0, replace(how, seed=seed)) for seed in seeds]
    writable = Writable(START_ID, END_ID, torch.arange(12) >= END_ID)
    counts = Counter(
        found.nodes[0].token
        for begin in range(0, draws, 100)
        for found in side_by_side(model, SOURCE, writable, hows[begin : begin + 100])
    )
    log_probs = search(model, SOURCE, limit=1).depths[0].log_probs[0].tolist()
    expected = plain_distribution(log_probs, how)
    assert set(counts) <= set(expected)
    statistic = sum(
        (counts[word] - draws * chance) ** 2 / (draws * chance) for word, chance in expected.items()
    )
    # The 99.9th percentile by the approximation of Wilson & Hilferty 1931.
    free = max(1, len(expected) - 1)
    assert statistic < free * (1 - 2 / (9 * free) + 3.09 * math.sqrt(2 / (9 * free))) ** 3


@pytest.mark.parametrize("temperature", [0.1, 0.01, 1e-300])
def test_nothing_is_cut_where_nothing_is_asked_and_no_temperature_is_too_small(temperature):
    log_probs = torch.tensor([[0.0, 0.0, 0.0, 9.0, 5.0, 1.0, -3.0]]).log_softmax(-1)
    (chances,) = sampling_distribution(log_probs, Sampling(temperature), ALLOWED).tolist()
    assert sum(chances) == pytest.approx(1) and chances[3] == max(chances)
    if temperature == 0.1:
        assert all(chances[END_ID:])  # small as they are
    search(random_model(SIZE), SOURCE, limit=2, sampling=Sampling(temperature))


def test_a_seed_draws_the_same_again_and_another_does_not(model):
    def drawn(seed):
        return [n.token for n in search(model, SOURCE, sampling=Sampling(2.0, seed=seed)).nodes]

    assert drawn(1) == drawn(1)
    assert any(drawn(seed) != drawn(1) for seed in range(2, 20))


def test_the_penalties_never_fall_with_the_length():
    """What the bound of a live hypothesis rests on."""
    for name, divisor in PENALTIES.items():
        for alpha in (0.0, 0.6, 2.0):
            values = [divisor(length, alpha) for length in range(1, 130)]
            assert values == sorted(values) and values[0] > 0, name


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"beam": 0}, "at least 1"),
        ({"beam": -1}, "at least 1"),
        ({"beam": 2, "best": 3}, "1 to 2 translations, not 3"),
        ({"beam": 2, "best": 0}, "1 to 2 translations, not 0"),
        ({"limit": 0}, "at least 1 token"),
        ({"limit": 2.5}, "whole number, not 2.5"),
        ({"beam": "x"}, "whole number, not 'x'"),
        ({"beam": 2, "sampling": Sampling()}, "a beam of 1, not 2"),
        ({"prefix": [4, 4, 4], "limit": 2}, "3 tokens, the limit is 2"),
    ],
)
def test_a_search_that_cannot_be_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        search(random_model(SIZE), SOURCE, **wrong)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Penalty("wu", -5), "from 0 to 10, not -5"),
        (lambda: Penalty("wu", math.nan), "from 0 to 10, not nan"),
        (lambda: Penalty("wu", 1000), "from 0 to 10, not 1000"),
        (lambda: Penalty("long"), "none, average, wu"),
        (lambda: Sampling(temperature=0), "greedy"),
        (lambda: Sampling(temperature=-1), "above 0, not -1"),
        (lambda: Sampling(temperature=math.inf), "above 0, not inf"),
        (lambda: Sampling(top_p=0), "above 0 and at most 1, not 0"),
        (lambda: Sampling(top_p=1.1), "at most 1, not 1.1"),
        (lambda: Sampling(top_k=-1), "1 or more, or 0"),
        (lambda: Sampling(top_k=1.5), "not 1.5"),
        (lambda: Sampling(seed=-1), "0 or more, not -1"),
        (lambda: Sampling(seed=1.5), "not 1.5"),
    ],
)
def test_options_that_mean_nothing_are_told(make, told):
    with pytest.raises(ValueError, match=told):
        make()


@pytest.mark.parametrize("made", [random_model, random_transformer])
def test_searches_side_by_side_find_what_each_finds_alone(made):
    """Of one reading of the source and one step for all; each ends when it does."""
    model = made(SIZE, seed=3)
    model.encode, read = Mock(wraps=model.encode), SOURCE
    writable = Writable(START_ID, END_ID, torch.arange(SIZE) >= END_ID)
    hows = (
        Search(1, 1, 8, "none", 0.6), Search(4, 3, 8, "wu", 0.6), Search(2, 2, 3, "average", 0.6),
        Search(1, 1, 8, "none", 0.6, Sampling(2.0, seed=5)),
        Search(3, 2, 7, "power", 0.5, stopping="never"), Search(2, 2, 8, "none", 0.6, typed=1),
        Search(2, 1, 8, "power", 1.0, stopping="first", fixed=1),
        Search(3, 3, 8, "average", 0.6, stopping="heuristic", typed=1),
    )  # fmt: skip
    for whatif in (WhatIf(), WhatIf((5,))):
        model.encode.reset_mock()
        together = side_by_side(model, read, writable, hows, whatif)
        assert model.encode.call_count == 1
        for how, found in zip(hows, together, strict=True):
            (alone,) = side_by_side(model, read, writable, (how,), whatif)
            for one, other in zip(found.nodes, alone.nodes, strict=True):
                assert other[-4:] == one[-4:] and (other.token, other.parent) == (
                    one.token, one.parent,
                )  # fmt: skip
                assert one.total == log_prob(other.total)
            assert found.leaves == alone.leaves and len(found.depths) == len(alone.depths)
            for one, other in zip(found.depths, alone.depths, strict=True):
                assert len(one.prediction.logits) == len(one.hypotheses) == len(other.hypotheses)
                mine, theirs = (d.prediction.attentions[-1].layers[0].weights for d in (one, other))
                assert mine.flatten().tolist() == weights(theirs.flatten().tolist())


def test_one_search_that_cannot_be_refuses_them_all():
    hows = (Search(1, 1, 8, "none", 0.6), Search(1, 2, 8, "none", 0.6))
    with pytest.raises(ValueError, match="1 to 1 translations"):
        side_by_side(random_model(SIZE), SOURCE, Writable(START_ID, END_ID, ALLOWED), hows)


@pytest.mark.parametrize("stopping", STOPPING)
def test_width_one_is_greedy_whenever_it_stops(stopping):
    model = random_model(SIZE, seed=3)
    found = search(model, SOURCE, limit=9, stopping=stopping)
    assert tokens(found, found.leaves[0]) == greedy(model, 9)[0]


@pytest.mark.parametrize("stopping", STOPPING[1:])
def test_a_beam_that_stays_full_goes_on_from_as_many_as_it_is_wide(stopping):
    model = random_model(SIZE, seed=3)
    found = search(model, SOURCE, beam=3, limit=9, stopping=stopping, penalty=Penalty("power", 1.0))
    alive = [len(depth.hypotheses) for depth in found.depths]
    assert alive[0] == 1 and {*alive[1:]} <= {3}
    scores = [found.nodes[leaf].score for leaf in found.leaves]
    assert scores == sorted(scores, reverse=True) and len(scores) == 3


def test_what_no_end_can_overtake_is_found_by_a_beam_that_stays_full_too():
    """With room for everything the two find the same."""
    model = random_model(SIZE, seed=3)
    for penalty in (Penalty("none"), Penalty("average")):
        both = [
            search(model, SOURCE, beam=64, best=3, limit=3, stopping=stopping, penalty=penalty)
            for stopping in (BEATEN_ALL, "never")
        ]
        first, second = ([tokens(found, leaf) for leaf in found.leaves] for found in both)
        assert first == second


def test_totals_leave_out_what_was_typed_and_lengths_do_too():
    model = random_model(SIZE, seed=3)
    how = {"prefix": [4, 5, 6], "limit": 7, "penalty": Penalty("average")}
    whole = search(model, SOURCE, **how)
    for typed, fixed in ((2, 0), (0, 2), (1, 1), (3, 0)):
        found = search(model, SOURCE, typed=typed, fixed=fixed, **how)
        assert [node.token for node in found.nodes] == [node.token for node in whole.nodes]
        for node, full in zip(found.nodes, whole.nodes):
            left_out = sum(
                one.log_prob for one in whole.nodes[: min(typed + fixed, node.depth + 1)]
            )
            assert node.log_prob == full.log_prob
            assert node.total == pytest.approx(full.total - left_out, abs=1e-6)
            length = max(1, node.depth + 1 - typed)
            assert node.score == pytest.approx(node.total / length, abs=1e-6)


def test_another_way_to_stop_is_refused():
    with pytest.raises(ValueError, match="no stopping 'now'; there are beaten, never"):
        search(random_model(SIZE), SOURCE, stopping="now")
