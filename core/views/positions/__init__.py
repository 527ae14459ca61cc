"""What order is worth to a Transformer: its positions as a picture, and one sentence read with and
without them, as it was typed and with its words shuffled.

Shape letters: P positions, D vector size, S source tokens, C conditions under which they are read.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.stage import tongues
from core.stage.codec import packed
from core.tokenisers.text import is_mark
from core.trace import Model, Trace
from core.tree import Token
from core.views import require
from core.views.positions.runs import Run, run, unmasked
from core.views.positions.wire import Payload
from core.wire import frozen
from core.words import section

if TYPE_CHECKING:
    from core.translator import Translator

NEEDS = ("positions",)
DRAWN = 64  # positions: as many as the longest source of pieces that is read, and a few


@dataclass(frozen=True, eq=False)
class Ordered:
    """One sentence in two orders, read with positions and without."""

    model: Model
    typed: str
    shuffled: str  # the sentence in the other order
    source: tuple[Token, ...]
    order: tuple[int, ...]  # which token of the source stands at each place of the other order
    runs: tuple[Run, ...]  # with positions: plain, shuffled; without: the same
    encoding: np.ndarray  # float32 (P, D)
    lengths: np.ndarray  # (S,), of the embeddings that positions are added to, root of D included
    # Of each source token (C, S), with positions and without, and of a decoder alone without its
    # causal mask either: between the last states of a token in both orders, the largest difference
    # of a dimension, and the cosine.
    moved: np.ndarray
    cosines: np.ndarray

    @property
    def similarity(self) -> np.ndarray:
        """(P, P), the cosine of each position with each. Rows have the length √(D/2): their dot
        products are sums of cos((i - j) ω), so they depend on the distance alone."""
        rows = self.encoding.astype(np.float64)
        return (rows @ rows.T / (rows.shape[1] / 2)).astype(np.float32)

    @property
    def length(self) -> float:
        """Of every position's vector: sin² + cos² = 1 for each of its D / 2 pairs."""
        return float(np.sqrt(self.encoding.shape[1] / 2))


def shuffle(source: Sequence[Token], seed: int) -> tuple[int, ...]:
    """The places of `source` in an order drawn with `seed`: whole words move, with the marks that
    are written to them; marks at the end of the sentence, the end mark and a start mark stay where
    they are.

    A word is what was typed without a space in it. Where a space is a token of its own, there is
    one again between any two words. Never the order that the sentence already has. Raises
    ValueError where there are no two different words.
    """
    begin, last = int(bool(source) and source[0].mark), len(source)
    while last > begin and (
        source[last - 1].mark or all(c.isspace() or is_mark(c) for c in source[last - 1].text)
    ):
        last -= 1
    words: list[list[int]] = []
    spaces: list[list[int]] = []  # after each word
    reached = -1  # where the word before ends in the typed text
    for place, token in enumerate(source[begin:last], begin):
        if token.text.isspace():
            spaces[-1].append(place)
            reached = -1
            continue
        if token.begin > reached:
            words.append([])
            spaces.append([])
        words[-1].append(place)
        reached = token.end
    ids = [[source[place].id for place in word] for word in words]
    if all(one == ids[0] for one in ids):
        raise ValueError("there is nothing to shuffle: the sentence has no two different words")
    drawn, order = random.Random(seed), list(range(len(words)))
    while [ids[index] for index in order] == ids:
        drawn.shuffle(order)
    moved = (place for index, gap in zip(order, spaces) for place in (*words[index], *gap))
    return (*range(begin), *moved, *range(last, len(source)))


def given(translator: Translator, trace: Trace) -> tuple[Token, ...]:
    """The tokens whose order is asked about: the source or, where there is none, what was typed,
    after what is read before it."""
    if trace.reads_source:
        return trace.source
    return translator.vocabulary.prompt_tokens(trace.typed)


def reorder_and_read(translator: Translator, trace: Trace, seed: int) -> Ordered:
    """The sentence of `trace`, a plain greedy one, and its words in an order drawn with `seed`,
    with positions and without them: four traces, and forced passes over what the first of them
    wrote, or over what was read where the model writes nothing. Where a causal mask is all that is
    left of the order, its tokens are read without that too.

    Raises ValueError for a model without positions, a trace of another one, one of a beam or of
    drawn tokens, one in which tokens were forced or weights replaced, and a sentence that cannot be
    shuffled.
    """
    require(translator, *NEEDS)
    if trace.tree is None:
        require(translator, "masked-words")
    else:
        _check(trace)
    plain = translator.forced(trace)
    source = given(translator, trace)
    order = shuffle(source, seed)
    runs: list[Run] = []
    moved, cosines = [], []

    def compare(states: np.ndarray, other: np.ndarray) -> None:
        found = np.empty_like(other)
        found[list(order)] = other  # back in the order that was typed
        moved.append(np.abs(found - states).max(-1))
        lengths = np.linalg.norm(found, axis=-1) * np.linalg.norm(states, axis=-1)
        cosines.append((found * states).sum(-1) / np.maximum(lengths, 1e-8))

    for placed in (True, False):
        # Weights may have been given for a step that this trace did not come to.
        whatif = replace(trace.whatif, positions=placed, weights=())
        read, states = [], []
        for places in (range(len(source)), order):
            read.append(translator.reordered(trace, places, whatif))
            found, own = run(translator, read[-1], places, source, runs[0] if runs else None)
            runs.append(found)
            states.append(own)
        compare(*states)
    if not trace.reads_source:
        compare(*(unmasked(translator, one) for one in read))
    encoding = translator.model.encoding(max(DRAWN, len(source))).numpy()
    added = encoding[: len(source)] if trace.whatif.positions else 0
    begins = plain.embedded if trace.reads_source else plain.decoder.embedded[: len(source)]
    return Ordered(
        trace.model,
        trace.typed,
        read[-1].typed,
        source,
        order,
        tuple(runs),
        frozen(encoding[:DRAWN]),
        frozen(np.linalg.norm(begins - added, axis=-1)),
        frozen(moved),
        frozen(cosines),
    )


def _check(trace: Trace) -> None:
    """Raises ValueError for a search that another order would not go through alike."""
    if trace.search.beam > 1 or trace.search.sampling:
        raise ValueError("this trace is no greedy one, so its first reading would be another")
    if any(step.forced or step.replaced for step in trace.path()[trace.search.typed :]):
        raise ValueError("tokens or weights of this trace were given, so no reading repeats it")


def payload(ordered: Ordered, language: str) -> Payload:
    """What the script needs to draw `ordered`: its numbers and the words."""
    return {
        "stage": "positions",
        "model": ordered.model.name,
        "typed": ordered.typed,
        "shuffled": ordered.shuffled,
        "source": ordered.source,
        "order": ordered.order,
        "runs": [
            {
                "placed": run.placed,
                "shuffled": run.shuffled,
                "tokens": run.tokens,
                "differs": [int(one) for one in run.differs],
                "log_probs": packed(run.log_probs),
                "plain": packed(run.plain),
                "cut_off": run.cut_off,
            }
            for run in ordered.runs
        ],
        "encoding": packed(ordered.encoding),
        "similarity": packed(ordered.similarity),
        "length": ordered.length,
        "lengths": packed(ordered.lengths),
        "moved": packed(ordered.moved),
        "cosines": packed(ordered.cosines),
        "tongues": tongues(ordered.model),
        "strings": {
            **section(language, "stage"),
            **section(language, "positions", ordered.model.does),
        },
        "language": language,
    }
