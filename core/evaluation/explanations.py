"""Measure how far explanations agree: python -m core.evaluation.explanations.

Of each held-out sentence the model's own translation is taken, and of it one step, drawn by the
seed. Every explanation of that step that the model has is ranked by the size of its numbers; of
each two of them Kendall's τ-b and the overlap of the three heaviest are taken, and their mean over
sentences, with the interval of whole sentences drawn again. The table has them by the setting
"attention integrated"; "chance" is what the overlap would be of two orders that know nothing of
each other, and `completeness` the error of integrated gradients.
"""

from __future__ import annotations

import argparse
import itertools
import shlex
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.about import fingerprint
from core.evaluation.__main__ import bar, show, weights_digest
from core.evaluation.bootstrap import estimate
from core.evaluation.gathering import keep
from core.evaluation.job import Job, chosen, jobs
from core.explaining import explained
from core.explanations import agreement
from core.facts import TRANSLATES
from core.measurements import about, table
from core.measurements.explanations import TASK
from core.measurements.table import Row, Table
from core.rankings import by_chance
from core.refusals import ModelError
from core.translator import Translator, use_threads

Parts = Mapping[tuple[str, str], Sequence[tuple[float, float]]]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.explanations",
        description="Measure how far explanations of single words agree, on held-out sentences, "
        "and write the table that the app shows.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="*", help="names or folders; left out, all in the box")
    parser.add_argument("--sentences", type=int, default=500, help="held-out, the first of them")
    parser.add_argument("--seed", type=int, default=1, help="of the steps and of the resampling")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    parser.add_argument("--table", type=Path, help="where to write; left out, that of the app")
    return parser


def main() -> int:
    options = parser().parse_args()
    try:
        run(options)
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.explanations: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Measures, prints, and writes each model's rows as soon as they are there. Raises OSError,
    ValueError or ModelError."""
    for name, least in (("sentences", 1), ("seed", 0), ("threads", 1)):
        if getattr(options, name) < least:
            raise ValueError(f"--{name}: expected {least} or more, not {getattr(options, name)}")
    use_threads(options.threads)
    asked = argparse.Namespace(
        models=options.models, data=None, alignments=None, held_out=None, languages=None,
        slice=options.sentences, table=None, publish=False,
    )  # fmt: skip
    for job in jobs(asked, chosen(options.models)):
        for name, translator in job.translators.items():
            if translator.facts.does == TRANSLATES:
                measure(options, job, name, translator)


def measure(options: argparse.Namespace, job: Job, name: str, translator: Translator) -> None:
    sentences = list(job.held.test)
    rows = rows_of(translator, bar(sentences, name), len(sentences), options.seed)
    said = about.test(job.came, fingerprint(*job.data), options.sentences, job.tokens, job.left_out)
    words = ["python", "-m", "core.evaluation.explanations", "--sentences", str(options.sentences)]
    found = Table(
        table.frame(rows),
        {
            "command": shlex.join([*words, *(["--seed", str(options.seed)] * (options.seed != 1))]),
            "seed": str(options.seed), "threads": str(options.threads), **said,
            "task": TASK,
        },
        {name: weights_digest(job.folders[name])},
    )  # fmt: skip
    show(found, name)
    path, found = keep(found, name, options.table)
    print(f"{path}: {len(found.rows)} rows")


def rows_of(translator: Translator, sentences: Sequence[str], count: int, seed: int) -> list[Row]:
    """The rows of one model, of `count` sentences."""
    parts, draw = defaultdict(list), np.random.default_rng(seed)
    for sentence in sentences:
        trace = translator.translate(sentence)
        step = int(draw.integers(len(trace.path())))
        found = explained(translator, trace, [step])
        for first, second in itertools.combinations(found.values, 2):
            tau, overlap = agreement(found.values[first][0], found.values[second][0])
            parts["kendall", f"{first} {second}"].append((tau, 1) if np.isfinite(tau) else (0, 0))
            parts["overlap", f"{first} {second}"].append((overlap, 1))
        parts["overlap", "chance"].append((by_chance(len(trace.source)), 1))
        if found.completeness:
            parts["completeness", "integrated"].append((float(found.completeness.error[0]), 1))
    like = Row(translator.name, "", 0.0, slice=f"first {count} of test", block="cross")
    rows = []
    for (measure, setting), each in parts.items():
        array = np.array(each, float)
        if array[:, 1].any():
            rows.append(like._replace(
                measure=measure, setting=setting, count=int(array[:, 1].sum()),
                **estimate(array, seed)._asdict(),
            ))  # fmt: skip
    return rows


if __name__ == "__main__":
    sys.exit(main())
