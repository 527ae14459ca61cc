"""How well a model says which token comes next, at each place of each held-out sentence.

Shape letters: N tokens of a sentence and the end mark, B rows of a batch, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from core.about import read_about
from core.evaluation.forced import padded
from core.models import Model
from core.tasks import Asked, Evaluated
from core.tasks.measuring import Measure, card, rows_of, stated
from core.tasks.sentences import counted, held_out
from core.tokenisers import Tokeniser
from core.tokenisers.text import words_of
from core.writer import Writer

BATCH, FEW, BEGUN = 64, 5, 3
WEAK = (
    "It has read short everyday sentences, mostly of fewer than ten words, and few of them for a "
    "model of this kind. It writes such sentences, each for itself: it keeps to no subject, knows "
    "next to nothing of the world, and says what is false as readily as what is true. It is at a "
    "loss with long or technical beginnings and with any other language. It is meant for looking "
    "at how attention works from one side, not for being believed."
)


class Said(NamedTuple):
    """What a model thinks of the tokens of a sentence, each after those before it."""

    log_probs: np.ndarray  # (N,), nats, of each token and at last of the end mark
    ranks: np.ndarray  # (N,), from 1, of that token among all


@torch.inference_mode()
def one_after_another(model: Model, vocabulary: Tokeniser, sentences: Sequence[str]) -> list[Said]:
    """All sentences under teacher forcing."""
    encoded = [vocabulary.encode(sentence) for sentence in sentences]
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    found: dict[int, Said] = {}
    for begin in range(0, len(order), BATCH):
        some = order[begin : begin + BATCH]
        given, _ = padded([[vocabulary.start, *encoded[i]] for i in some], vocabulary.pad)
        wanted, _ = padded([[*encoded[i], vocabulary.end] for i in some], vocabulary.pad)
        state = model.start(model.encode(given[:, :0]))
        logits = model.logits(model.decode(given, state).combined).float()  # (B, N, V)
        right = logits.gather(-1, wanted[..., None])
        ranks = 1 + (logits > right).sum(-1)
        log_probs = right[..., 0] - logits.logsumexp(-1)
        for row, index in enumerate(some):
            count = len(encoded[index]) + 1
            found[index] = Said(log_probs[row, :count].numpy(), ranks[row, :count].numpy())
    return [found[i] for i in range(len(encoded))]


def evaluate(facade: Writer, folder: Path, data: Sequence[Path], asked: Asked) -> Evaluated:
    """Perplexity a token and a word, and accuracy, on the held-out sentences, with intervals over
    sentences. Raises OSError or ValueError for data that it was not trained on."""
    came = read_about(folder)
    split = held_out(came, data, facade.vocabulary, asked.first)
    said = one_after_another(facade.model, facade.vocabulary, split.test)
    nats = [-float(one.log_probs.sum()) for one in said]
    tokens = [len(one.log_probs) for one in said]
    words = [len(words_of(sentence)) + 1 for sentence in split.test]
    rows = rows_of(
        facade, asked.seed,
        Measure("perplexity", np.stack([nats, tokens], 1), shape=np.exp),
        Measure("word_perplexity", np.stack([nats, words], 1), shape=np.exp),
        Measure("accuracy", _right(said, 1)),
        Measure("accuracy", _right(said, FEW), f"first {FEW}"),
    )  # fmt: skip
    token, word, once, few = rows[:4]
    told = (
        f"Each of the {sum(tokens) - len(said):,} tokens of the {len(said):,} test sentences, and "
        "the end mark, is said after those before it. The accuracy leaves the end marks out, so "
        "that it compares with that of a model of masked words; a word's perplexity takes marks of "
        "punctuation for words. Intervals are over sentences drawn again, 95%."
    )
    quality = stated(
        told,
        ("perplexity of a token", token, ".1f"),
        ("perplexity of a word", word, ".1f"),
        ("the next token is the model's first guess", once, ".1%"),
        (f"it is among the first {FEW}", few, ".1%"),
    )
    trace = facade.write(asked.told.example or " ".join(split.test[0].split(" ")[:BEGUN]))
    learnt = counted(split, facade.vocabulary, came)
    return Evaluated(rows, card(facade, folder, learnt, quality, WEAK, asked.told), trace)


def _right(said: Sequence[Said], few: int) -> np.ndarray:
    """How many tokens of each sentence are among the first `few` guesses, and of how many."""
    ranks = [one.ranks[:-1] for one in said]
    return np.array([((one <= few).sum(), len(one)) for one in ranks], float)
