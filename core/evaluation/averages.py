"""Average the attention of models over training data: python -m core.evaluation.averages.

Of training pairs, drawn by the seed, each model reads the source and is made to write the
translation; what its attention to the source is at each step is averaged as `core.averages` says.
"""

from __future__ import annotations

import argparse
import shlex
import sys

import numpy as np

from core import averages
from core.corpus import Pair, read_all, split_pairs
from core.evaluation.__main__ import bar, weights_digest
from core.evaluation.job import chosen, jobs, tell
from core.manifest import MODELS
from core.passes import forced
from core.refusals import ModelError, TooLong
from core.translator import Translator, use_threads


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.averages",
        description="Average the attention of models over pairs that they were trained on.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="*", help="names or folders; left out, all in the box")
    parser.add_argument("--pairs", type=int, default=300, help="of the training data")
    parser.add_argument("--seed", type=int, default=1, help="of which pairs")
    return parser


def main() -> int:
    options = parser().parse_args()
    use_threads(1)
    asked = argparse.Namespace(
        models=options.models, data=None, alignments=None, held_out=None, languages=None,
        slice=None, table=None, publish=False,
    )  # fmt: skip
    words = ["python", "-m", "core.evaluation.averages"]
    for name in ("pairs", "seed"):
        if getattr(options, name) != parser().get_default(name):
            words += [f"--{name}", str(getattr(options, name))]
    try:
        for job in jobs(asked, chosen(options.models)):
            pairs = read_all(job.data, tell, job.came.turned)
            train = split_pairs(pairs, job.came.held_out, job.came.seed).train
            draw = np.random.default_rng(options.seed).permutation(len(train))[: options.pairs]
            for name, model in job.translators.items():
                if "cross-attention" not in model.facts.has:
                    continue
                grids, count = averaged(model, bar([train[i] for i in draw], name))
                told = {
                    "weights": weights_digest(job.folders[name]), "sentences": count,
                    "command": shlex.join(words),
                }  # fmt: skip
                path = MODELS / averages.FOLDER / f"{name}.npz"
                averages.write(path, grids, told)
                print(f"{path}: {len(grids)} averages of {count} sentences")
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.averages: {error}", file=sys.stderr)
        return 2
    return 0


def averaged(model: Translator, pairs: list[Pair]) -> tuple[dict[str, np.ndarray], int]:
    """The grids of one model, and of how many pairs they are: some may be too long for it."""
    found, count, vocabulary = averages.Average(), 0, model.vocabulary
    for source, target in pairs:
        try:
            read = model.ids(source, model.read_source(source))
        except TooLong:
            continue
        written = [*vocabulary.encode(target), vocabulary.end]
        passed = forced(model.model, read, written, vocabulary.start)
        found.add(passed.attentions["cross"].weights)
        count += 1
    return found.grids(), count


if __name__ == "__main__":
    sys.exit(main())
