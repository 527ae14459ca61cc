"""Masked words: say which token stands at a place that is hidden (Devlin et al. 2019)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from core.facts import READS
from core.models import Model
from core.tasks import Asked, Data, Evaluated, Measure, sentences
from core.tasks.masked_words.corpus import Corpus
from core.tasks.recipe import Recipe
from core.tasks.sentences import Groups
from core.tokenisers import Tokeniser
from core.tree import MASK

if TYPE_CHECKING:
    from core.translator import Translator

SHOWN = 3  # held-out sentences that are looked at


class MaskedWords(sentences.OfSentences):
    """Sentences with hidden tokens, by a model that reads from both sides."""

    name = "masked-words"
    does = READS
    usual = "encoder-only"
    headline = "accuracy"
    hides = True

    def corpus(self, texts: Sequence[str], vocabulary: Tokeniser, recipe: Recipe) -> Groups:
        return Corpus(texts, vocabulary, recipe.tokens, recipe.longest)

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        from core.tasks.masked_words import evaluation  # heavy, and only measuring needs it

        return evaluation.evaluate(facade, folder, data, asked)

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Loss and accuracy of SHARE of the held-out tokens, all of them masked and always the
        same, and where the model looks from a hidden word of a few fixed sentences."""
        if not data.held:
            return {}
        corpus = Corpus(data.held, data.vocabulary, 3000)
        draws = np.random.default_rng(0)
        total = count = right = 0
        device = next(model.parameters()).device
        for rows in corpus.rows(random.Random(0)):
            ready = corpus.hidden(rows, draws, masks=1.0, exchanges=0.0)
            found, many = loss(ready)
            states = model.encode(torch.from_numpy(ready.source).to(device)).states
            said = model.logits(states[torch.from_numpy(ready.chosen)]).argmax(-1).cpu().numpy()
            total, count = total + found, count + many
            right += int((said == ready.wanted[ready.chosen]).sum())
        return {
            "held_out_loss": round(total / count, 4),
            "accuracy": round(100 * right / count, 2),
            "attention": [looked(model, data.vocabulary, one) for one in data.held[:SHOWN]],
        }


def looked(model: Model, vocabulary: Tokeniser, sentence: str) -> dict[str, Any]:
    """`sentence` with its middle word hidden, what the model would put there, and how it looks from
    there at each token: the mean of all layers and heads (1, S)."""
    words = sentence.split(" ")
    words[len(words) // 2] = MASK
    text = " ".join(words)
    ids = [token.id for token in vocabulary.source_tokens(text)]
    place = ids.index(vocabulary.mask)
    memory = model.encode(torch.tensor([ids], device=next(model.parameters()).device))
    said = int(model.logits(memory.states[0, place]).argmax())
    (block,) = memory.attentions
    weights = block.all("weights")[0, :, :, place].mean((0, 1)).cpu().float().numpy()
    return {
        "source": text,
        "target": vocabulary.decode([said]),
        "weights": [np.round(weights.astype(float), 3).tolist()],
    }
