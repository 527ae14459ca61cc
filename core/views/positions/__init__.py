"""What order is worth to a Transformer: its positions as a picture, and one sentence read with and
without them, as it was typed and with its words shuffled.

Shape letters: P positions, D vector size, S source tokens, T target tokens.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.models.transformer import positions
from core.search import search
from core.stage.codec import packed
from core.tokenisers.pieces import PUNCTUATION, SPACE, START_ID
from core.trace import LIMIT, Model, SearchTrace, Switches, Token, frozen
from core.views import check
from core.views.compare import differing
from core.words import section

if TYPE_CHECKING:
    from core.translator import Translator

DRAWN = 64  # positions: as many as the longest source that is read, and a few


@dataclass(frozen=True, eq=False)
class Run:
    """What the model makes of the sentence in one of the four ways to read it."""

    placed: bool  # with positions
    shuffled: bool
    tokens: tuple[Token, ...]
    differs: tuple[bool, ...]  # which of them belong to a word that the plain run does not have
    log_probs: np.ndarray  # (T,), nats
    plain: np.ndarray  # nats, of each token that the plain run wrote, were it to be written here
    cut_off: bool  # by the greatest length, before it came to an end


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
    # Of each source token (2, S), with positions and without: between the encoder's outputs in
    # both orders, the largest difference of a dimension, and the cosine.
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
    are written to them; marks at the end of the sentence, and the end mark, stay where they are.

    Never the order that it already has. Raises ValueError where there are no two different words.
    """
    last = len(source) - 1
    while last and all(letter in PUNCTUATION for letter in source[last - 1].piece.lstrip(SPACE)):
        last -= 1
    words: list[list[int]] = []
    for place in range(last):
        if not words or source[place].piece.startswith(SPACE):
            words.append([])
        words[-1].append(place)
    ids = [[source[place].id for place in word] for word in words]
    if all(one == ids[0] for one in ids):
        raise ValueError("there is nothing to shuffle: the sentence has no two different words")
    drawn, order = random.Random(seed), list(range(len(words)))
    while [ids[index] for index in order] == ids:
        drawn.shuffle(order)
    return (*(place for index in order for place in words[index]), *range(last, len(source)))


@torch.inference_mode()
def reorder_and_read(translator: Translator, trace: SearchTrace, seed: int) -> Ordered:
    """The sentence of `trace`, a plain greedy one, and its words in an order drawn with `seed`,
    decoded with positions and without them.

    Raises ValueError for a model that is no Transformer, a trace of another one, one of a beam or
    of drawn tokens, one in which tokens were forced or weights replaced, and a sentence that
    cannot be shuffled.
    """
    check(translator, trace)
    if trace.search.beam > 1 or trace.search.sampling:
        raise ValueError("this trace is no greedy one, so its first reading would be another")
    if any(step.forced or step.replaced for step in trace.path()):
        raise ValueError("tokens or weights of this trace were given, so no reading repeats it")
    source, order = trace.source, shuffle(trace.source, seed)
    as_is = trace.model.switches
    models = [
        translator.switched(Switches(as_is.heads, placed, as_is.scaled)).model
        for placed in (True, False)
    ]
    both = [torch.tensor([[source[place].id for place in places]])
            for places in (range(len(source)), order)]  # fmt: skip
    runs: list[Run] = []
    moved, cosines = [], []
    for placed, model in zip((True, False), models):
        for mixed, ids in zip((False, True), both):
            runs.append(_run(translator, model, ids, placed, mixed, trace.search.limit, runs))
        memory, other = (
            model.encode(ids, torch.ones_like(ids, dtype=torch.bool)).memory[0] for ids in both
        )
        found = torch.empty_like(other)
        found[list(order)] = other  # back in the order that was typed
        moved.append((found - memory).abs().amax(-1).numpy())
        cosines.append(torch.nn.functional.cosine_similarity(found, memory, dim=-1).numpy())
    size = translator.model.config.size
    embedded = translator.model.embedding(both[0])[0] * size**0.5
    return Ordered(
        trace.model,
        trace.typed,
        translator.vocabulary.decode(both[1][0].tolist()),
        source,
        order,
        tuple(runs),
        frozen(positions(0, DRAWN, size).numpy()),
        frozen(embedded.norm(dim=-1).numpy()),
        frozen(moved),
        frozen(cosines),
    )


def _run(
    translator: Translator, model, source, placed: bool, mixed: bool, limit: int, runs: list[Run]
) -> Run:
    """What `model` writes for `source` (1, S), and how likely it finds the first of `runs`."""
    found = search(model, source, limit=limit)
    nodes, place = [], found.leaves[0]
    while place is not None:
        nodes.append(found.nodes[place])
        place = nodes[-1].parent
    nodes.reverse()
    tokens = translator.vocabulary.target_tokens([node.token for node in nodes])
    own = frozen([node.log_prob for node in nodes])
    cut_off = nodes[-1].fate == LIMIT
    if not runs:
        return Run(placed, mixed, tokens, (False,) * len(tokens), own, own, cut_off)
    plain = [token.id for token in runs[0].tokens]
    read = torch.tensor([[START_ID, *plain[:-1]]])
    log_probs = model.logits(model.decode(read, model.start(source)).combined)[0].log_softmax(-1)
    there = log_probs.gather(1, torch.tensor(plain)[:, None])[:, 0].numpy()
    differs = differing(runs[0].tokens, tokens)
    return Run(placed, mixed, tokens, differs, own, frozen(there), cut_off)


def payload(ordered: Ordered, language: str) -> dict:
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
        "strings": {**section(language, "stage"), **section(language, "positions")},
        "language": language,
    }
