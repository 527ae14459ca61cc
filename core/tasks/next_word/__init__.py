"""The next word: write a sentence on from any beginning (Radford et al. 2018, section 3.1)."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from core.facts import WRITES
from core.models import Model
from core.search import Writable, search
from core.tasks import Asked, Data, Evaluated, Measure, sentences
from core.tasks.recipe import Recipe
from core.tasks.sentences import Groups
from core.tasks.translation.corpus import Batch
from core.tokenisers import Tokeniser
from core.whatif import WhatIf

if TYPE_CHECKING:
    from core.translator import Translator

SHOWN, BEGUN, LIMIT = 3, 3, 20  # beginnings that are looked at, words of each, tokens written on


class NextWord(sentences.OfSentences):
    """Sentences, by a model that goes on writing."""

    name = "next-word"
    does = WRITES
    usual = "decoder-only"
    headline = "perplexity"
    hides = False

    def corpus(self, texts: Sequence[str], vocabulary: Tokeniser, recipe: Recipe) -> Groups:
        return Corpus(texts, vocabulary, recipe.tokens, recipe.longest)

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        from core.tasks.next_word import evaluation  # heavy, and only measuring needs it

        return evaluation.evaluate(facade, folder, data, asked)

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss and perplexity a token, and how the model writes on a few sentences."""
        if not data.held:
            return {}
        corpus = Corpus(data.held, data.vocabulary, 3000)
        parts = [loss(ready) for ready in corpus.batches(random.Random(0))]
        mean = sum(part for part, _ in parts) / sum(count for _, count in parts)
        return {
            "held_out_loss": round(mean, 4),
            "perplexity": round(math.exp(mean), 2),
            "attention": [written(model, data.vocabulary, one) for one in data.held[:SHOWN]],
        }


class Corpus(Groups):
    """Encoded sentences without a source: each token is predicted of those before it."""

    def __init__(self, sentences: list[str], vocabulary: Tokeniser, tokens: int, longest: int = 0):
        super().__init__(sentences, vocabulary, tokens, longest)
        self.start = vocabulary.start

    def batches(self, rng: random.Random) -> Iterator[Batch]:
        """One epoch: every sentence once, in an order that `rng` decides."""
        for rows in self.rows(rng):
            given = np.concatenate([np.full((len(rows), 1), self.start), rows[:, :-1]], 1)
            nothing = np.zeros((len(rows), 0), int)
            yield Batch(nothing, given, rows, np.ones(rows.shape, bool))


def written(model: Model, vocabulary: Tokeniser, sentence: str) -> dict[str, Any]:
    """The beginning of `sentence`, what the model writes on greedily, and where it looked to write
    each token: the mean of all layers and heads, (T, K) of all tokens read by the end."""
    device = next(model.parameters()).device
    begun = " ".join(sentence.split(" ")[:BEGUN])
    first, *typed = [token.id for token in vocabulary.prompt_tokens(begun)]
    found = search(
        model, torch.zeros((1, 0), dtype=torch.long, device=device),
        Writable.of(vocabulary, device)._replace(start=first),
        limit=len(typed) + LIMIT, whatif=WhatIf(tuple(typed)),
    )  # fmt: skip
    looks = [
        block.all("weights")[0, :, :, 0].mean((0, 1)).cpu().float().numpy().astype(float)
        for depth in found.depths
        for block in depth.prediction.attentions
    ][len(typed) :]
    weights = [np.pad(row, (0, len(looks[-1]) - len(row))) for row in looks]
    return {
        "source": begun,
        "target": vocabulary.decode([node.token for node in found.nodes[len(typed) :]]),
        "weights": np.round(weights, 3).tolist(),
    }
