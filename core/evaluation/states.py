"""Store the states of a model for held-out sentences: python -m core.evaluation.states.

Of each held-out sentence, in their order, the state h̄ of every token but the end mark is kept until
there are enough; of the decoder that from which each token of its own translation was written. They
are stored along their first principal components, as many as asked for, in half precision: exact
PCA, by the singular values of all of them. How much of the variance these components hold is in the
file, and the page says it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import numpy as np
import torch

from core.evaluation.__main__ import bar, weights_digest
from core.evaluation.job import chosen, jobs
from core.manifest import MODELS
from core.nearby import (
    DECODER,
    ENCODER,
    FOLDER,
    SIDES,
    Stored,
    decoder_states,
    file_of,
    principal,
    save_stored,
    written_in,
)
from core.refusals import ModelError
from core.translator import Translator, use_threads


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.states",
        description="Store the states of encoder or decoder for held-out sentences, which the app "
        "searches for those nearest to the states of a sentence.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="+", help="names or folders")
    parser.add_argument("--side", choices=SIDES, default=ENCODER, help="whose states")
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
                    weights_digest(job.folders[name]), options.side,
                )  # fmt: skip
                path = MODELS / FOLDER / file_of(name, options.side)
                save_stored(path, found)
                print(
                    f"{path}: {len(found.codes):,} states of {len(found.sentences):,} sentences, "
                    f"{100 * found.shares.sum():.1f}% of their variance"
                )
    except (OSError, ValueError, ModelError) as error:
        print(f"core.evaluation.states: {error}", file=sys.stderr)
        return 2
    return 0


def stored(
    translator: Translator, sentences: Iterable[str], most: int, components: int, digest: str,
    side: str = ENCODER,
) -> Stored:  # fmt: skip
    """The states of the first of these sentences, `most` of them at most."""
    read, states, places, count = [], [], [], 0
    for sentence in sentences:
        text, inside, found = SIDE[side](translator, sentence)
        if count + len(inside) > most:
            break
        states.append(found)
        count += len(inside)
        places += [(len(read), begin, end) for begin, end in inside]
        read.append(text)
    space = principal(np.concatenate(states), components)
    return Stored(
        digest, tuple(read), np.array(places, np.int32),
        space.codes(np.concatenate(states)).astype(np.float16), space.mean.astype(np.float32),
        space.axes.astype(np.float32), space.shares.astype(np.float32),
    )  # fmt: skip


# What a side has for a sentence: the text that its states belong to, where in it the token of each
# begins and ends, and the states (N, D).
Found = tuple[str, list[tuple[int, int]], np.ndarray]


@torch.inference_mode()
def _read(translator: Translator, sentence: str) -> Found:
    tokens = translator.read_source(sentence)
    inside = [i for i, token in enumerate(tokens) if not token.mark]
    memory = translator.model.encode(torch.tensor([translator.ids(sentence, tokens)]))
    places = [(tokens[i].begin, tokens[i].end) for i in inside]
    return sentence, places, memory.states[0, inside].numpy()


def _written(translator: Translator, sentence: str) -> Found:
    trace = translator.translate(sentence)
    states, inside = decoder_states(trace), written_in(trace)
    if states is None:
        raise ValueError(f"{translator.name} keeps no states of its decoder")
    return trace.text, [place for _, *place in inside], states[[step for step, *_ in inside]]


SIDE = {ENCODER: _read, DECODER: _written}


if __name__ == "__main__":
    sys.exit(main())
