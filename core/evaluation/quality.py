"""BLEU, chrF and character error rate of greedy translations, with intervals and paired tests.

BLEU and chrF are sacrebleu's, 0 to 100, and so are the intervals and p-values: paired bootstrap
resampling (Koehn 2004; Post 2018, arXiv 1804.08771). The character error rate is a share: the edits
that make the first reference of a translation, found by jiwer, for each character of the reference.
`core.measurements.table` says how to read them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import jiwer
import numpy as np
import pandas as pd
import sacrebleu
import torch
from sacrebleu.significance import PairedTest

from core.corpus import Split
from core.evaluation import bootstrap
from core.evaluation.bootstrap import SAMPLES
from core.evaluation.forced import padded
from core.evaluation.growth import Part, growth
from core.measurements.table import Row, pick
from core.translator import Translator, room

LENGTHS = ((3, 5), (6, 8), (9, 12), (13, 20))  # words of the source, both ends included
BATCH = 64  # sentences that are translated together
METRICS = {"bleu": sacrebleu.BLEU, "chrf": sacrebleu.CHRF}


@dataclass(frozen=True)
class HeldOut:
    """What no model was trained on: for each source its translations, the first counting most."""

    test: dict[str, list[str]]
    valid: dict[str, list[str]]

    @classmethod
    def of(cls, split: Split, first: int | None = None) -> HeldOut:
        """The held-out sentences of a corpus, or the `first` few of each part."""
        return cls(*(dict(list(part.items())[:first]) for part in (split.test, split.valid)))

    @property
    def sources(self) -> list[str]:
        return [*self.test, *self.valid]

    @property
    def references(self) -> list[list[str]]:
        return [*self.test.values(), *self.valid.values()]


class Length(NamedTuple):
    """How well sentences of some length are translated."""

    words: str
    sentences: int
    bleu: float
    chrf: float
    cer: float  # in percent


def translations(translator: Translator, sources: Sequence[str], progress=iter) -> list[str]:
    """Greedy translations of `sources`, those of `Translator.translate`, many at a time.

    `progress` wraps the loop over batches, as tqdm does.
    """
    vocabulary = translator.vocabulary
    tokens = [[token.id for token in vocabulary.source_tokens(text)] for text in sources]
    order = sorted(range(len(sources)), key=lambda i: len(tokens[i]))
    texts = [""] * len(sources)
    for chosen in progress([order[i : i + BATCH] for i in range(0, len(order), BATCH)]):
        written = greedy(translator, [tokens[i] for i in chosen])
        for i, ids in zip(chosen, written, strict=True):
            texts[i] = vocabulary.decode(ids).strip()
    return texts


@torch.inference_mode()
def greedy(translator: Translator, sources: Sequence[Sequence[int]]) -> list[list[int]]:
    """The likeliest piece again and again, for each of `sources`, up to its end or its room."""
    model, marks = translator.model, translator.vocabulary
    barred = torch.from_numpy(~marks.allowed)
    source, visible = padded(sources, marks.pad)  # (B, S)
    state = model.start(model.encode(source, visible))
    token = torch.full((len(sources),), marks.start)
    written: list[list[int]] = [[] for _ in sources]
    for _ in range(room(source.shape[1])):
        prediction = model.step(token, state)
        state, token = (
            prediction.state,
            prediction.logits.masked_fill(barred, -torch.inf).argmax(-1),
        )
        going = False
        for ids, own, index in zip(written, sources, token.tolist(), strict=True):
            if len(ids) < room(len(own)) and (not ids or ids[-1] != marks.end):
                ids.append(index)
                going = going or index != marks.end
        if not going:
            break
    return written


def quality(hypotheses: Mapping[str, Sequence[str]], held: HeldOut, seed: int) -> list[Row]:
    """Rows of the three measures, of each model's translations of `held.sources`.

    On the test sentences, against the first translation and against all there are; and by length
    of the source, where validation sentences count too, because there are few long ones. How BLEU
    changes from the shortest to the longest is from `core.evaluation.growth`.
    """
    count = len(held.test)
    first = [references[0] for references in held.references]
    tested = {name: texts[:count] for name, texts in hypotheses.items()}
    every = list(held.test.values())
    most = max(map(len, every))
    columns = [[texts[i] if i < len(texts) else None for texts in every] for i in range(most)]
    like = Row("", "", 0.0, slice="test", count=count)
    rows = [
        *compared(tested, [first[:count]], seed, like),
        *compared(tested, columns, seed, like._replace(setting="all references"), ["bleu"]),
        *error_rates(tested, first[:count], seed, like),
    ]
    parts = []
    for low, high in LENGTHS:
        chosen = [i for i, text in enumerate(held.sources) if low <= len(text.split()) <= high]
        if chosen:
            part = Part(
                _words(low, high),
                {name: [texts[i] for i in chosen] for name, texts in hypotheses.items()},
                [first[i] for i in chosen],
            )
            like = Row("", "", 0.0, slice=part.slice, count=len(chosen))
            rows += compared(part.texts, [part.references], seed, like)
            rows += error_rates(part.texts, part.references, seed, like)
            parts.append(part)
    if len(parts) > 1:
        rows += growth(parts[0], parts[-1], seed)
    return rows


def by_length(rows: pd.DataFrame, model: str) -> list[Length]:
    """For each length that the table has of `model`."""
    found = []
    for low, high in LENGTHS:
        here = [
            pick(rows, measure, slice=_words(low, high), model=model)
            for measure in (*METRICS, "cer")
        ]
        if all(map(len, here)):
            bleu, chrf, cer = (one["value"].iloc[0] for one in here)
            count = int(here[0]["count"].iloc[0])
            found.append(Length(f"{low}–{high}", count, bleu, chrf, 100 * cer))
    return found


def signatures() -> dict[str, str]:
    """What sacrebleu says about how it computes BLEU and chrF here, against one reference."""
    found = {}
    for key, kind in METRICS.items():
        metric = kind()
        metric.corpus_score(["a"], [["a"]])  # a metric knows its signature once it was used
        found[key] = str(metric.get_signature())
    return found


def _words(low: int, high: int) -> str:
    return f"{low}-{high} words"


def compared(
    hypotheses: Mapping[str, Sequence[str]],
    references: Sequence[Sequence[str | None]],
    seed: int,
    like: Row,
    measures: Sequence[str] = tuple(METRICS),
) -> Iterator[Row]:
    """Rows as `like`: each model's score with its interval, and its difference from each model
    after it. `references` are as sacrebleu takes them: one list for each place, None for none."""
    named = [(name, list(texts)) for name, texts in hypotheses.items()]
    for place, (name, _) in enumerate(named):
        metrics = {key: METRICS[key]() for key in measures}
        with _seeded(seed):
            _, found = PairedTest(named[place:], metrics, references, "bs", SAMPLES)()
        # sacrebleu calls the metrics by names of its own, in the order in which it was given them.
        for key, column in zip(measures, list(found)[1:], strict=True):
            own, *others = found[column]
            here = like._replace(model=name, measure=key)
            # Half of what lies between the percentiles may reach past the ends of the scale.
            low, high = max(0.0, own.mean - own.ci), min(100.0, own.mean + own.ci)
            yield here._replace(value=own.score, low=low, high=high)
            for (other, _), result in zip(named[place + 1 :], others, strict=True):
                gap = own.score - result.score
                # Its test would call two equal scores significantly different.
                p = result.p_value if gap else 1.0
                yield here._replace(value=gap, p=p, against=other)


def error_rates(
    hypotheses: Mapping[str, Sequence[str]], references: Sequence[str], seed: int, like: Row
) -> Iterator[Row]:
    """Rows as `like`: the character error rate of each model, and its differences."""
    parts = {(name, ""): edits(texts, references) for name, texts in hypotheses.items()}
    return bootstrap.compared(parts, seed, like._replace(measure="cer"))


def edits(texts: Sequence[str], references: Sequence[str]) -> np.ndarray:
    """Least edits from each text to its reference, and the characters of that: (N, 2)."""
    found = [jiwer.process_characters(*pair) for pair in zip(references, texts, strict=True)]
    wrong = np.array([[one.substitutions + one.deletions, one.insertions] for one in found])
    hits = np.array([one.hits for one in found])
    return np.stack([wrong.sum(1), wrong[:, 0] + hits], 1).astype(float)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """sacrebleu takes the seed of its resampling from the environment."""
    before = os.environ.get("SACREBLEU_SEED")
    os.environ["SACREBLEU_SEED"] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SACREBLEU_SEED"]
        else:
            os.environ["SACREBLEU_SEED"] = before
