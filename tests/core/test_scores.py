"""Each score is what its formula says, and each file is found."""

import math
from pathlib import Path

import pytest
import torch

import core.scores
from core.scores import score_function, score_functions
from core.scores.location import LONGEST
from core.untrained import untrained

FILES = {path.stem for path in Path(core.scores.__file__).parent.glob("[!_]*.py")}


def dot(score, h, m):
    return sum(a * b for a, b in zip(h, m, strict=True))


def general(score, h, m):
    W_a = score.W_a.weight.tolist()
    return sum(h[i] * W_a[i][j] * m[j] for i in range(len(h)) for j in range(len(m)))


def concat(score, h, m):
    W_a, (v_a,), both = score.W_a.weight.tolist(), score.v_a.weight.tolist(), [*h, *m]
    return sum(
        v * math.tanh(sum(w * x for w, x in zip(row, both, strict=True)))
        for v, row in zip(v_a, W_a, strict=True)
    )


def concat_deep(score, h, m):
    W_a, (v_a,), both = score.W_a.weight.tolist(), score.v_a.weight.tolist(), [*h, *m]
    hidden = [math.tanh(sum(w * x for w, x in zip(row, both, strict=True))) for row in W_a]
    for W in (getattr(score, name).weight.tolist() for name in score.deeper):
        hidden = [math.tanh(sum(w * x for w, x in zip(row, hidden, strict=True))) for row in W]
    return sum(v * x for v, x in zip(v_a, hidden, strict=True))


def scaled_dot(score, h, m):
    return dot(score, h, m) / math.sqrt(len(h))


def cosine(score, h, m):
    return score.beta.item() * dot(score, h, m) / math.hypot(*h) / math.hypot(*m)


FORMULAS = {
    "dot": dot, "general": general, "concat": concat, "scaled-dot": scaled_dot, "cosine": cosine,
    "concat-two-layers": concat_deep, "concat-three-layers": concat_deep,
}  # fmt: skip
ONE_SIZE = ("dot", "scaled-dot", "cosine")


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("sizes", [(4, 4), (3, 5)], ids=["equal", "unequal"])
def test_the_scores_are_their_formulas(name, sizes):
    if name in ONE_SIZE and sizes[0] != sizes[1]:
        pytest.skip("this score needs equal sizes; another test asks for the error")
    torch.manual_seed(0)
    score = score_function(name)(*sizes)
    queries, keys = torch.randn(2, 3, sizes[0]), torch.randn(2, 6, sizes[1])
    found = score(queries, keys)
    assert found.shape == (2, 3, 6)
    for b, q, k in torch.cartesian_prod(torch.arange(2), torch.arange(3), torch.arange(6)):
        expected = FORMULAS[name](score, queries[b, q].tolist(), keys[b, k].tolist())
        assert found[b, q, k].item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ONE_SIZE)
def test_unequal_sizes_are_told(name):
    with pytest.raises(ValueError, match=r"3 dimensions.*5.*general"):
        score_function(name)(3, 5)


def test_every_score_has_its_formula_here():
    assert {*FORMULAS, "location"} == set(score_functions())


def test_a_location_is_scored_by_the_query_alone():
    torch.manual_seed(0)
    score = score_function("location")(4, 5)
    queries, keys = torch.randn(2, 3, 4), torch.randn(2, 6, 5)
    found = score(queries, keys)
    for b, q, k in torch.cartesian_prod(torch.arange(2), torch.arange(3), torch.arange(6)):
        row = score.W_a.weight[k].tolist()
        expected = sum(w * x for w, x in zip(row, queries[b, q].tolist(), strict=True))
        assert found[b, q, k].item() == pytest.approx(expected, abs=1e-5)
    assert torch.equal(found, score(queries, 1 + keys))


def test_places_after_the_last_that_was_learnt_are_ignored():
    score = score_function("location")(4, 4)
    found = score(torch.randn(1, 1, 4), torch.zeros(1, LONGEST + 2, 4)).softmax(-1)[0, 0]
    assert (found[LONGEST:] == 0).all() and (found[:LONGEST] > 0).all()


def test_the_cosine_knows_no_length_and_bears_zeros():
    score = score_function("cosine")(4, 4)
    assert score.beta.item() == 2  # √D
    queries, keys = torch.randn(1, 2, 4), torch.randn(1, 3, 4)
    torch.testing.assert_close(score(3 * queries, keys / 7), score(queries, keys))
    assert score(queries, queries).diagonal(dim1=1, dim2=2).allclose(torch.tensor(2.0))
    for given in (torch.zeros(1, 2, 4), queries):
        zeros = torch.zeros(1, 3, 4, requires_grad=True)
        found = score(given, zeros)
        assert (found == 0).all()
        found.sum().backward()
        assert zeros.grad.isfinite().all() and score.beta.grad.isfinite()


def test_each_file_of_the_folder_is_a_score_and_called_like_it():
    """So names are known without the files being loaded, which would load torch."""
    modules = {
        name: found.__module__.rpartition(".")[2] for name, found in score_functions().items()
    }
    assert set(modules.values()) == FILES
    assert all(name == module.replace("_", "-") for name, module in modules.items())
    assert untrained({}) == sorted(modules, key=modules.__getitem__)


NOTHING = """
from core.scores import ScoreFunction


class Nothing(ScoreFunction):
    name, source = "nothing", "a test"

    @staticmethod
    def formula(letters):
        return "0"

    def compare(self, queries, projected):
        return 0 * queries @ projected.transpose(1, 2)
"""


def test_a_file_that_is_dropped_there_is_found(drop):
    drop(core.scores, "nothing.py", NOTHING, score_functions)
    assert set(score_functions()) >= {"nothing", *FORMULAS}
    assert score_function("nothing")(2, 2)(torch.ones(1, 1, 2), torch.ones(1, 3, 2)).sum() == 0


@pytest.mark.parametrize("name", score_functions())
def test_each_score_says_what_it_is_and_scores(name):
    kind = score_function(name)
    assert kind.name == name and kind.latex.strip() and kind.source.strip()
    score = kind(4, 4)
    queries, keys = torch.randn(2, 3, 4), torch.randn(2, 5, 4)
    found = score(queries, keys)
    assert found.shape == (2, 3, 5)
    # The score of a pair is its own affair: whatever else is in the batch, and behind it, it stays.
    torch.testing.assert_close(found[1:, 2:, :4], score(queries[1:, 2:], keys[1:, :4]))
    if name != "location":
        torch.testing.assert_close(found[..., 3:4], score(queries, keys[:, 3:4]))


@pytest.mark.parametrize("name", score_functions())
def test_scores_without_a_gradient_are_the_same(name):
    score, queries, keys = score_function(name)(4, 4), torch.randn(2, 11, 4), torch.randn(2, 5, 4)
    whole = score(queries, keys)
    with torch.inference_mode():
        torch.testing.assert_close(score(queries, keys), whole)


def test_an_unknown_score_lists_the_known():
    with pytest.raises(ValueError, match="concat, .*, cosine, dot, general, location, scaled-dot"):
        score_function("nothing")
