"""How good a model is: BLEU and chrF on held-out sentences, overall and by source length."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pandas as pd
import sacrebleu

from core.translator import Translator

LENGTHS = ((3, 5), (6, 8), (9, 12), (13, 20))  # words of the source, both ends included


@dataclass(frozen=True)
class Evaluation:
    """What was measured. BLEU and chrF are 0 to 100; `seconds` is a token's decode time."""

    bleu: float
    bleu_signature: str
    bleu_all: float  # against every reference that a sentence has
    chrf: float
    chrf_signature: str
    sentences: int
    seconds: float
    by_length: pd.DataFrame  # words, sentences, bleu, chrf


def evaluate(translator: Translator, held_out: dict[str, list[str]], progress=iter) -> Evaluation:
    """Greedy translations of `held_out` (source -> references, the first one counting most).

    `progress` wraps the loop over the sources, as tqdm does.
    """
    sources = list(held_out)
    began, tokens, hypotheses = time.perf_counter(), 0, []
    for source in progress(sources):
        trace = translator.translate(source)
        tokens += len(trace.steps)
        hypotheses.append(trace.text)
    seconds = (time.perf_counter() - began) / max(1, tokens)
    first = [held_out[source][0] for source in sources]
    most = max(len(references) for references in held_out.values())
    every = [
        [held_out[source][i] if i < len(held_out[source]) else None for source in sources]
        for i in range(most)
    ]
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    overall, character = (
        bleu.corpus_score(hypotheses, [first]),
        chrf.corpus_score(hypotheses, [first]),
    )
    rows = []
    for low, high in LENGTHS:
        chosen = [i for i, source in enumerate(sources) if low <= len(source.split()) <= high]
        if chosen:
            part, wanted = [hypotheses[i] for i in chosen], [[first[i] for i in chosen]]
            rows.append(
                (
                    f"{low}–{high}",
                    len(chosen),
                    sacrebleu.corpus_bleu(part, wanted).score,
                    sacrebleu.corpus_chrf(part, wanted).score,
                )
            )
    return Evaluation(
        overall.score,
        str(bleu.get_signature()),
        sacrebleu.corpus_bleu(hypotheses, every).score,
        character.score,
        str(chrf.get_signature()),
        len(sources),
        seconds,
        pd.DataFrame(rows, columns=["words", "sentences", "bleu", "chrf"]),
    )
