"""Store the states of an encoder for held-out sentences: python -m core.evaluation.states.

Of each held-out sentence, in their order, the state h̄ of every token but the end mark is kept until
there are enough. They are stored along their first principal components, as many as asked for, in
half precision: exact PCA, by the singular values of all of them. How much of the variance these
components hold is in the file, and the page says it.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import torch

from core.evaluation.__main__ import bar, weights_digest
from core.evaluation.job import chosen, jobs
from core.manifest import MODELS
from core.nearby import FOLDER, Stored, principal, save_stored
from core.refusals import ModelError
from core.translator import Translator, use_threads


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.states",
        description="Store the encoder's states of held-out sentences, which the app searches for "
        "those nearest to the states of a sentence.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="+", help="names or folders")
    parser.add_argument("--states", type=int, default=20_000, help="how many at most")
    parser.add_argument("--components", type=int, default=96, help="principal components of each")
    return parser


def main() -> int:
    options = parser().parse_args()
    use_threads(1)
    asked = argparse.Namespace(
        models=options.models, data=None, alignments=None, held_out=None, languages=None,
        slice=None, table=None, publish=False,
    )  # fmt: skip
    try:
        for job in jobs(asked, chosen(options.models)):
            for name, translator in job.translators.items():
                found = stored(
                    translator, bar(job.held.sources, name), options.states, options.components,
                    weights_digest(job.folders[name]),
                )  # fmt: skip
                path = MODELS / FOLDER / f"{name}.npz"
                save_stored(path, found)
                print(
                    f"{path}: {len(found.codes):,} states of {len(found.sentences):,} sentences, "
                    f"{100 * found.shares.sum():.1f}% of their variance"
                )
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.states: {error}", file=sys.stderr)
        return 2
    return 0


@torch.inference_mode()
def stored(translator: Translator, sentences, most: int, components: int, digest: str) -> Stored:
    """The states of the first of these sentences, `most` of them at most."""
    read, states, places = [], [], []
    for sentence in sentences:
        tokens = translator.read_source(sentence)
        inside = [i for i, token in enumerate(tokens) if not token.mark]
        if sum(map(len, states)) + len(inside) > most:
            break
        memory = translator.model.encode(torch.tensor([translator.ids(sentence, tokens)]))
        states.append(memory.states[0, inside].numpy())
        places += [(len(read), tokens[i].begin, tokens[i].end) for i in inside]
        read.append(sentence)
    space = principal(np.concatenate(states), components)
    return Stored(
        digest, tuple(read), np.array(places, np.int32),
        space.codes(np.concatenate(states)).astype(np.float16), space.mean.astype(np.float32),
        space.axes.astype(np.float32), space.shares.astype(np.float32),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
