"""Measure what training on true words costs in decoding, and how far a model's sureness is right:
python -m core.evaluation.exposure.

Of each held-out sentence the first reference is read twice: under teacher forcing, and free
running, after the words that the model itself wrote (see `core.positions`). The table has by
position `reference_loss`, −log p of the reference's token, and `accuracy`, how often that token is
the likeliest, with the settings "forced" and "free"; with `against` the difference on the same
steps. `confidence` and `accuracy` by "confidence 0.9-1" are of teacher forcing, as is
`calibration_error`.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.about import fingerprint
from core.evaluation.__main__ import show, weights_digest
from core.evaluation.bootstrap import Estimate, estimate, p_value
from core.evaluation.gathering import keep
from core.evaluation.job import Job, chosen, jobs
from core.exposure import FORCED, FREE
from core.facts import TRANSLATES
from core.measurements import about, table
from core.measurements.exposure import TASK
from core.measurements.table import Row, Table
from core.positions import BINS, FEWEST, Both, both, calibration_error, reliability
from core.refusals import ModelError
from core.translator import Translator, use_threads

EDGES = (*range(1, 11), 12, 14, 17, 21, 31, 41, 61, 81, 10_000)  # where groups of positions begin


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.exposure",
        description="Measure teacher forcing against free running by position, and calibration, on "
        "held-out sentences, and write the table that the app shows.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="*", help="names or folders; left out, all in the box")
    parser.add_argument("--seed", type=int, default=1, help="of the resampling")
    parser.add_argument("--slice", type=int, help="measure on the first few sentences alone")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    parser.add_argument("--table", type=Path, help="where to write; left out, that of the app")
    return parser


def main() -> int:
    options = parser().parse_args()
    try:
        run(options)
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.exposure: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Measures, prints, and writes each model's rows as soon as they are there. Raises OSError,
    ValueError or ModelError."""
    for name, least in (("slice", 1), ("seed", 0), ("threads", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise ValueError(f"--{name}: expected {least} or more, not {value}")
    use_threads(options.threads)
    asked = argparse.Namespace(
        models=options.models, data=None, alignments=None, held_out=None, languages=None,
        slice=options.slice, table=None, publish=False,
    )  # fmt: skip
    for job in jobs(asked, chosen(options.models)):
        for name, translator in job.translators.items():
            if translator.facts.does == TRANSLATES:
                measure(options, job, name, translator)


def measure(options: argparse.Namespace, job: Job, name: str, translator: Translator) -> None:
    said = about.test(job.came, fingerprint(*job.data), options.slice, job.tokens, job.left_out)
    words = ["python", "-m", "core.evaluation.exposure"]
    for option in ("slice", "seed"):
        if getattr(options, option) != parser().get_default(option):
            words += [f"--{option}", str(getattr(options, option))]
    found = Table(
        table.frame(rows_of(translator, job.held.test, options.seed)),
        {
            "command": shlex.join(words), "seed": str(options.seed),
            "threads": str(options.threads), **said, "task": TASK,
        },
        {name: weights_digest(job.folders[name])},
    )  # fmt: skip
    show(found, name)
    path, found = keep(found, name, options.table)
    print(f"{path}: {len(found.rows)} rows")


def rows_of(translator: Translator, test: dict[str, list[str]], seed: int) -> list[Row]:
    """The rows of one model, of the first reference of each source."""
    encode = translator.vocabulary.encode
    pairs = [(encode(source), encode(targets[0])) for source, targets in test.items()]
    found = both(translator.model, pairs, translator.vocabulary)
    like = Row(translator.name, "", 0.0)
    return [*by_position(found, seed, like), *calibration(found, seed, like)]


def by_position(found: Sequence[Both], seed: int, like: Row) -> Iterator[Row]:
    """Each measure in each group of positions that FEWEST sentences reach, both ways, and the
    difference."""
    for begin, after in pairwise(EDGES):
        count = sum(one.steps >= begin for one in found)
        if count < FEWEST:
            return
        last = min(after - 1, max(one.steps for one in found))
        where = f"position {begin}" if last == begin else f"position {begin}-{last}"
        here = slice(begin - 1, after - 1)
        for measure, of in (("reference_loss", _losses), ("accuracy", _right)):
            parts = {way: np.array([of(one, way, here) for one in found]) for way in (FORCED, FREE)}
            row = like._replace(measure=measure, slice=where, count=count)
            told: dict[str, Estimate] = {}
            for way, each in parts.items():
                told[way] = estimate(each, seed)
                yield row._replace(setting=way, **told[way]._asdict())
            yield row._replace(
                setting=FREE, against=FORCED, value=told[FREE].value - told[FORCED].value,
                p=p_value(parts[FREE], parts[FORCED], seed),
            )  # fmt: skip


def _losses(one: Both, way: str, here: slice) -> tuple[float, int]:
    values = getattr(one, way).log_probs[: one.steps][here]
    return -float(values.sum()), len(values)


def _right(one: Both, way: str, here: slice) -> tuple[float, int]:
    values = getattr(one, way).right[: one.steps][here]
    return float(values.sum()), len(values)


def calibration(found: Sequence[Both], seed: int, like: Row) -> Iterator[Row]:
    """Of teacher forcing: sureness and how often it is right, all in all and in each bin, and the
    error."""
    sure = np.concatenate([one.forced.sure for one in found])
    right = np.concatenate([one.forced.right for one in found])
    like = like._replace(setting=FORCED, slice="test", count=len(sure))
    for measure, part in (("confidence", "sure"), ("accuracy", "right")):
        parts = [(getattr(o.forced, part).sum(), len(o.forced.sure)) for o in found]
        yield like._replace(measure=measure, **estimate(np.array(parts, float), seed)._asdict())
    bins = reliability(sure, right)
    yield like._replace(measure="calibration_error", value=calibration_error(bins))
    for one in bins:
        row = like._replace(slice=f"confidence {one.low:g}-{one.low + 1 / BINS:g}", count=one.count)
        yield row._replace(measure="confidence", value=one.sure)
        yield row._replace(measure="accuracy", value=one.right)


if __name__ == "__main__":
    sys.exit(main())
