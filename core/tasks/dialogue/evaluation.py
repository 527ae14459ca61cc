"""How a model of dialogue answers turns that it has not seen: how likely people's answers are to
it, and how dull its own are, by the way in which they are found.

An answer is called dull when it is one of the LIKED that greedy decoding gives most often.

Shape letters: N turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.about import read_about
from core.corpus import Split, read_all, readable, split_pairs
from core.evaluation.bootstrap import estimate
from core.evaluation.forced import Forced, Pieces, force
from core.evaluation.origin import check_split
from core.measurements.table import Row
from core.tasks import Asked, Evaluated
from core.tasks.dialogue.fit import LONGEST, SHORT, fit
from core.tasks.measuring import Measure, card, rows_of, stated
from core.tasks.sentences import tell
from core.tasks.translation import translated
from core.tokenisers.text import words_of
from core.translator import Translator
from core.tree import Sampling, Search

LIKED = 10  # of its answers, the ones that it gives most often
SEARCHED = 200  # turns that are answered in every way
BEAM = 5
WAYS = {  # of finding an answer; what is drawn has the number of the turn as its seed
    "greedy": Search(1, 1, None, "none", 0.0),
    f"beam={BEAM}": Search(BEAM, 1, None, "none", 0.0),
    "sampling": Search(1, 1, None, "none", 0.0),
}
PEOPLE = "people"
WEAK = (
    "It chatters. It knows nothing of the world and nothing of the person it answers, remembers no "
    "turn but the one that it reads, and agrees with everything. Its likeliest answer is often one "
    "that fits any turn. What it has learnt is how some students wrote to each other, or what was "
    "written for a chat of one company: nobody should take its answers for advice, and no rule "
    "about words keeps every unkind sentence out. It is meant for looking at how attention and "
    "search work, not for talking to."
)


def split_of(folder: Path, data: Sequence[Path]) -> Split:
    """The turns as they were split for the training of the model in `folder`. Raises ValueError
    where that cannot be told."""
    came = read_about(folder)
    pairs = [pair for pair in read_all(data, tell, came.turned) if fit(pair, came.source)]
    split = split_pairs(list(dict.fromkeys(pairs)), came.held_out, came.seed)
    check_split(came, data, split)
    return split


def by_way(
    facade: Translator, turns: list[tuple[str, list[str]]], said: Sequence[Forced],
    liked: set[str], asked: Asked,
) -> list[Row]:  # fmt: skip
    """Of the answers that each way finds, and of people's, which the model made `said` of: the
    share of dull ones, their length in pieces and their log-probability, end marks counted."""
    found = {way: [] for way in (*WAYS, PEOPLE)}
    for number, (turn, answers) in enumerate(asked.bar(turns, "ways")):
        hows = [
            replace(how, sampling=Sampling(seed=number)) if way == "sampling" else how
            for way, how in WAYS.items()
        ]
        for way, trace in zip(WAYS, facade.side_by_side(turn, hows), strict=True):
            path = trace.path()
            found[way].append((trace.text in liked, len(path), path[-1].total))
        log_probs = said[number].log_probs
        found[PEOPLE].append((answers[0] in liked, len(log_probs), log_probs.sum()))
    ones, rows = np.ones(len(turns)), []
    for way, numbers in found.items():
        for measure, column in zip(("commonest", "length", "log_prob"), np.transpose(numbers)):
            parts = np.stack([column, ones], 1)  # (N, 2)
            rows.append(Row(
                facade.name, measure, *estimate(parts, asked.seed), count=len(turns), setting=way,
                slice=f"first {len(turns)} of test",
            ))  # fmt: skip
    return rows


def evaluate(facade: Translator, folder: Path, data: Sequence[Path], asked: Asked) -> Evaluated:
    """Perplexity of people's answers; how many of its greedy answers are different, what share are
    among its LIKED commonest ones, and how long they are. Raises OSError or ValueError for data
    that it was not trained on."""
    split, vocabulary = split_of(folder, data), facade.vocabulary
    test = dict(list(readable(split.test, vocabulary).items())[: asked.first])
    pieces = [Pieces(vocabulary.encode(t), vocabulary.encode(a[0])) for t, a in test.items()]
    said = force(facade.model, pieces, vocabulary)
    nats = [-float(one.log_probs.sum()) for one in said]
    answers = [translated(facade.model, vocabulary, turn)[0] for turn in asked.bar(test, "answers")]
    times = Counter(answers)
    liked = {text for text, _ in times.most_common(LIKED)}
    ones = np.ones(len(test))
    rows = rows_of(
        facade, asked.seed,
        Measure("perplexity", np.stack([nats, [len(one.log_probs) for one in said]], 1),
                shape=np.exp),
        Measure("commonest", np.stack([[one in liked for one in answers], ones], 1),
                f"first {LIKED}"),
        Measure("words_written", np.stack([[len(words_of(one)) for one in answers], ones], 1)),
        Measure("words_written",
                np.stack([[len(words_of(one[0])) for one in test.values()], ones], 1), PEOPLE),
    )  # fmt: skip
    rows += [
        Row(facade.name, "said", count / len(answers), count=count, setting=text)
        for text, count in times.most_common(LIKED)
    ]
    rows += by_way(facade, list(test.items())[:SEARCHED], said, liked, asked)
    perplexity, dull, own, people = rows[:4]
    # A share of different answers has no interval over turns: it falls as there are more of them.
    different = len(times) / len(answers)
    commonest = ", ".join(f"*{text}* ({count})" for text, count in times.most_common(3))
    told = (
        f"{len(test):,} turns that were held out, one answer each by greedy decoding: "
        f"{len(times):,} different ones ({different:.0%}), most often {commonest}. How like a "
        "person's answer it is is not measured, as there are many right ones (Liu et al. 2016). "
        "Intervals are over turns drawn again, 95%."
    )
    quality = stated(
        told,
        ("perplexity of a token of people's answers", perplexity, ".1f"),
        (f"answers that are one of its {LIKED} commonest", dull, ".1%"),
        ("words and marks of its answers", own, ".1f"),
        ("words and marks of people's answers", people, ".1f"),
    )
    came = read_about(folder)
    learnt = (
        f"{len(split.train):,} turns with an answer, of {came.data}; a turn or an answer of more "
        f"than {SHORT.get(came.source, LONGEST)} words, with an address or a long number, or with "
        "any of a list of words that one would not show to a class is left out "
        "(core/tasks/dialogue/unfit.toml). "
        f"Split by turn: {len(split.test):,} for the test, {len(split.valid):,} for validation."
    )
    trace = facade.translate(asked.told.example or next(iter(test)))
    return Evaluated(rows, card(facade, folder, learnt, quality, WEAK, asked.told), trace)
