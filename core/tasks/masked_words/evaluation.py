"""How well a model says which token is hidden, each token of each held-out sentence in turn.

Shape letters: N tokens of a sentence, B rows of a batch, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from core.about import read_about
from core.models import Model
from core.reader import Reader
from core.tasks import Asked, Evaluated
from core.tasks.measuring import Measure, card, rows_of, stated
from core.tasks.sentences import counted, held_out
from core.tokenisers import Tokeniser
from core.tree import MASK

BATCH, FEW = 256, 5
WEAK = (
    "It has read short everyday sentences, mostly of fewer than ten words, and few of them for a "
    "model of this kind. It knows how such sentences go on better than it knows the world, and is "
    "at a loss with long or technical sentences, rare words and names, and any other language. A "
    "word of several pieces it fills in piece by piece. It is meant for looking at how attention "
    "works from both sides, not for understanding what matters."
)


class Said(NamedTuple):
    """What a model thinks of the tokens of a sentence, each hidden while the others are seen."""

    log_probs: np.ndarray  # (N,), nats, of each token that stands there
    ranks: np.ndarray  # (N,), from 1, of that token among all


@torch.inference_mode()
def hidden_in_turn(model: Model, vocabulary: Tokeniser, sentences: Sequence[str]) -> list[Said]:
    """Each token but the end mark is hidden once: Salazar et al. 2020 (arXiv 1910.14659),
    equation 1."""
    by_length: dict[int, list[tuple[int, list[int], int]]] = {}
    found = []
    for place, sentence in enumerate(sentences):
        ids = [*vocabulary.encode(sentence), vocabulary.end]
        found.append(Said(np.zeros(len(ids) - 1), np.zeros(len(ids) - 1, int)))
        for at in range(len(ids) - 1):
            by_length.setdefault(len(ids), []).append((place, ids, at))
    for rows in by_length.values():
        for begin in range(0, len(rows), BATCH):
            some = rows[begin : begin + BATCH]
            source = torch.tensor([ids for _, ids, _ in some])
            places, every = torch.tensor([at for *_, at in some]), torch.arange(len(some))
            wanted = source[every, places]
            source[every, places] = vocabulary.mask
            logits = model.logits(model.encode(source).states[every, places]).float()  # (B, V)
            right = logits.gather(1, wanted[:, None])
            ranks = 1 + (logits > right).sum(1)
            log_probs = right[:, 0] - logits.logsumexp(-1)
            for (place, _, at), log_prob, rank in zip(some, log_probs.tolist(), ranks.tolist()):
                found[place].log_probs[at], found[place].ranks[at] = log_prob, rank
    return found


def evaluate(facade: Reader, folder: Path, data: Sequence[Path], asked: Asked) -> Evaluated:
    """Loss, accuracy and pseudo-perplexity on the held-out sentences, with intervals over
    sentences. Raises OSError or ValueError for data that it was not trained on."""
    came = read_about(folder)
    split = held_out(came, data, facade.vocabulary, asked.first)
    said = hidden_in_turn(facade.model, facade.vocabulary, split.test)
    counts = np.array([len(one.ranks) for one in said])
    loss = np.stack([[-one.log_probs.sum() for one in said], counts], 1)
    rows = rows_of(
        facade, asked.seed,
        Measure("masked_loss", loss),
        Measure("pseudo_perplexity", loss, shape=np.exp),
        Measure("accuracy", _right(said, counts, 1)),
        Measure("accuracy", _right(said, counts, FEW), f"first {FEW}"),
    )  # fmt: skip
    nats, perplexity, once, few = rows[:4]
    told = (
        f"Each of the {counts.sum():,} tokens of the {len(said):,} test sentences is hidden once, "
        f"and the model reads all others: chance is 1 of {len(facade.vocabulary):,}. Intervals are "
        "over sentences drawn again, 95%."
    )
    quality = stated(
        told,
        ("the hidden token is the model's first guess", once, ".1%"),
        (f"it is among the first {FEW}", few, ".1%"),
        ("cross-entropy of a hidden token, nats", nats, ".2f"),
        ("pseudo-perplexity of a token (Salazar et al. 2020)", perplexity, ".1f"),
    )
    trace = facade.read(asked.told.example or _with_mask(split.test[0]))
    learnt = counted(split, facade.vocabulary, came)
    return Evaluated(rows, card(facade, folder, learnt, quality, WEAK, asked.told), trace)


def _right(said: Sequence[Said], counts: np.ndarray, few: int) -> np.ndarray:
    """How many tokens of each sentence are among the first `few` guesses, and of how many."""
    return np.stack([[(one.ranks <= few).sum() for one in said], counts], 1).astype(float)


def _with_mask(sentence: str) -> str:
    """`sentence` with its middle word hidden."""
    words = sentence.split(" ")
    words[len(words) // 2] = MASK
    return " ".join(words)
