"""One type holds every shape of attention: each is checked, travels, and says what it has not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.agreement import differing
from core.arrays import trace_of
from core.figures.heatmap import heatmap
from core.tables import attention as table
from core.trace import (
    LABELS,
    PATH,
    PICTURE,
    READ,
    SOURCE,
    TEXT,
    WRITTEN,
    Attention,
    Axis,
    Trace,
)  # fmt: skip
from core.tree import ENDED, KEPT, DecodeStep, Expansion, Search, Token, Tree
from core.wire import frozen


def axis(name: str, words: str, kind: str = TEXT, grid=None) -> Axis:
    items = tuple(Token(i, word, word, i) for i, word in enumerate(words.split()))
    return Axis(name, kind, items, frozen(np.ones((len(items), 4)), np.float16), grid)


def between(block: str, queries: str, keys: str, size: tuple[int, int], scored=True) -> Attention:
    """One layer of two heads with even weights; of what grows, the lower triangle."""
    visible = np.tri(*size, dtype=bool) if keys == READ else np.ones(size, bool)
    weights = np.broadcast_to(visible / visible.sum(1, keepdims=True), (1, 2, *size))
    scores = frozen(np.where(visible, 0, np.nan)[None, None].repeat(2, 1)) if scored else None
    return Attention(
        block, queries, keys, scores, frozen(weights), frozen(visible[None, None], bool)
    )


def tree(words: str) -> Tree:
    """A greedy run over these words, the last the end mark."""
    pieces = words.split()
    runs = tuple(Expansion(i, i - 1 if i else None, 0.5, ()) for i in range(len(pieces)))
    steps = tuple(
        DecodeStep(
            i - 1 if i else None,
            Token(i, piece, f" {piece}", i, mark=i == len(pieces) - 1),
            -0.5, -0.5 * (i + 1), -0.5 * (i + 1), 1, KEPT, runs[i],
        )
        for i, piece in enumerate(pieces)
    )  # fmt: skip
    steps = (*steps[:-1], replace(steps[-1], fate=ENDED))
    return Tree(Search(1, 1, 9, "none", 0.6), runs, steps, (len(steps) - 1,), "[CLS]", "[SEP]")


def answer() -> Tree:
    """A run of one word, after which nothing is written, not even an end mark."""
    one = tree("home")
    return replace(one, steps=(replace(one.steps[0], token=Token(0, "home", "home", 0)),))


PATHS = (Axis(WRITTEN, PATH), Axis(READ, PATH))
SHAPES = {
    "encoder and decoder": lambda: Trace(
        None, "I go", (axis(SOURCE, "I go"), *PATHS),
        (
            between("cross", WRITTEN, SOURCE, (3, 2)), between("self", WRITTEN, READ, (3, 3)),
            between("encoder", SOURCE, SOURCE, (2, 2)),
        ),
        tree("Je vais [SEP]"),
    ),
    "encoder only": lambda: Trace(
        None, "I go", (axis(SOURCE, "I go"),), (between("encoder", SOURCE, SOURCE, (2, 2)),)
    ),
    "decoder only": lambda: Trace(
        None, "Once", PATHS, (between("self", WRITTEN, READ, (3, 3)),), tree("upon a [SEP]")
    ),
    "a picture": lambda: Trace(
        None, "", (axis("picture", "a b c d e f", PICTURE, (2, 3)), *PATHS),
        (between("cross", WRITTEN, "picture", (2, 6), scored=False),), tree("Katze [SEP]"),
    ),
    "several sources": lambda: Trace(
        None, "", (axis("story", "Mary went home", LABELS), axis("question", "Where ?"), *PATHS),
        (
            between("hop", "question", "story", (2, 3)), between("cross", WRITTEN, "story", (2, 3)),
        ),
        tree("home [SEP]"),
    ),
    "one word": lambda: Trace(
        None, "Where ?", (axis(SOURCE, "Where ?"), *PATHS),
        (between("cross", WRITTEN, SOURCE, (1, 2)),),
        answer(),
    ),
    "an array": lambda: trace_of([[[0.5, 0.5]], [[1.0, 0.0]]], ["q"], ["a", "b"]),
}  # fmt: skip


@pytest.fixture(params=SHAPES)
def trace(request) -> Trace:
    return SHAPES[request.param]()


def test_each_shape_travels_and_returns(trace):
    assert Trace.from_json(trace.to_json()) == trace


def test_each_attention_is_seen_alone_and_as_a_mean(trace):
    for block, one in trace.blocks.items():
        mean, head = trace.attention(block), trace.attention(f"{block}.1.2")
        assert mean.scores is None and (head.scores is None) == (one.scores is None)
        assert mean.weights.shape == head.weights.shape == (len(head.queries), len(head.keys))
        np.testing.assert_allclose(head.weights.sum(1), 1, atol=1e-5)
        assert trace.rows(block).weights.shape[2:] == mean.weights.shape
        for name in (block, f"{block}.1.2"):
            alone = trace.only(name)
            assert Trace.from_json(alone.to_json()) == alone
            np.testing.assert_array_equal(
                alone.attention(name).weights, trace.attention(name).weights
            )
        assert table(trace, block)["score"].isna().all()
        assert heatmap(trace, "weights", block).data
        with pytest.raises(ValueError, match="no scores"):
            heatmap(trace, "scores", block)


def test_what_a_shape_has_not_is_told(trace):
    if trace.tree is None:
        for name in ("text", "steps", "leaves", "search", "expansions"):
            with pytest.raises(LookupError, match="nothing was written"):
                getattr(trace, name)
        with pytest.raises(LookupError, match="nothing was written"):
            trace.path()
    else:
        assert trace.text == " ".join(one.token.text.strip() for one in trace.steps
                                      if not one.token.mark)  # fmt: skip
    if SOURCE in [one.name for one in trace.axes]:
        assert trace.source == trace.axis(SOURCE).items
    else:
        with pytest.raises(LookupError, match="no axis 'source'; there are"):
            _ = trace.source


def test_the_end_of_another_vocabulary_is_no_part_of_the_text():
    trace = SHAPES["encoder and decoder"]()
    assert trace.text == "Je vais" and trace.tree.end == "[SEP]"
    assert trace.labels(READ) == ("[CLS]", "Je", "vais")
    word, end = Token(0, "now", "now", 0), Token(1, "[SEP]", "[SEP]", 0, mark=True)
    assert differing([word, end], [word]) == (False,)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "pictures"}, "no kind of axis 'pictures'"),
        ({"grid": None}, "has a grid"),
        ({"grid": (2, 2)}, "6 items do not fill"),
        ({"grid": (6,)}, "6 items do not fill"),
        ({"kind": LABELS}, "has a grid"),
        ({"items": ()}, "0 items"),
        ({"states": frozen(np.ones((5, 4)))}, "6 items, 5 states"),
    ],
)
def test_an_axis_that_cannot_be_is_told(change, told):
    with pytest.raises(ValueError, match=told):
        replace(axis("picture", "a b c d e f", PICTURE, (2, 3)), **change)


def test_a_trace_whose_parts_do_not_fit_is_told_where_it_is_made():
    trace = SHAPES["encoder and decoder"]()
    with pytest.raises(ValueError, match="names of their own"):
        replace(trace, axes=(*trace.axes, trace.axes[0]))
    with pytest.raises(LookupError, match="no axis 'read'"):
        replace(trace, axes=trace.axes[:2])
    with pytest.raises(ValueError, match="3 rows or columns of 'source'"):
        replace(trace, attentions=(between("cross", WRITTEN, SOURCE, (3, 3)),))
