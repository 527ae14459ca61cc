"""Train linear probes on what a recurrent encoder hands over: python -m core.evaluation.probes.

Each held-out sentence is read once, by the encoder alone. Logistic regressions learn from three of
four sentences, drawn by the seed, and are measured on the fourth: which of the commonest words were
in the sentence, and in which third of it, from all that the decoder begins with; and which word
stands at a place, from the encoder's state there. `recall` is the share of a sentence's words that
are among as many likeliest ones; `accuracy` of places is how often the likeliest third is right.

A probe may know more than the state: that "I" is common, and comes first. Beside each figure stands
a control task after Hewitt & Liang 2019 (arXiv 1909.03368, section 2): the same probe, trained
alike on the same states, but each sentence has the words of another one, drawn once by the seed.
On new sentences it gets right what frequencies alone say; on those it was trained on ("control,
trained on") also what such a probe can learn by heart.
"""

from __future__ import annotations

import argparse
import shlex
import sys

import torch

from core.about import fingerprint
from core.evaluation.__main__ import bar, show, weights_digest
from core.evaluation.gathering import keep
from core.evaluation.job import Job, chosen, jobs
from core.evaluation.probing import Read, trained
from core.manifest import MODELS
from core.measurements import about, table
from core.measurements.explanations import PROBES
from core.measurements.table import Table
from core.refusals import ModelError
from core.remembered import last_token, save_probe, words_of
from core.remembering.reading import last_of
from core.translator import Translator, use_threads

FOLDER = MODELS / PROBES


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.evaluation.probes",
        description="Train linear probes on the last state of recurrent encoders, on held-out "
        "sentences, and write them and the table that the app shows.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("models", nargs="+", help="names or folders")
    parser.add_argument("--sentences", type=int, help="held-out; left out, all of both parts")
    parser.add_argument("--seed", type=int, default=1, help="of the split, control, resampling")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    return parser


def main() -> int:
    options = parser().parse_args()
    use_threads(options.threads)
    asked = argparse.Namespace(
        models=options.models, data=None, alignments=None, held_out=None, languages=None,
        slice=options.sentences, table=None, publish=False,
    )  # fmt: skip
    try:
        for job in jobs(asked, chosen(options.models)):
            for name, translator in job.translators.items():
                measure(options, job, name, translator)
    except (OSError, ValueError, LookupError, ModelError) as error:
        print(f"core.evaluation.probes: {error}", file=sys.stderr)
        return 2
    return 0


def measure(options: argparse.Namespace, job: Job, name: str, translator: Translator) -> None:
    """Trains and measures the probes of one model, and writes both."""
    read = read_all(translator, bar(job.held.sources, name))
    digest = weights_digest(job.folders[name])
    probe, rows = trained(name, read, digest, options.seed)
    save_probe(FOLDER / f"{name}.npz", probe)
    said = about.test(job.came, fingerprint(*job.data), options.sentences, job.tokens, job.left_out)
    words = ["python", "-m", "core.evaluation.probes", *options.models]
    words += [] if options.sentences is None else ["--sentences", str(options.sentences)]
    found = Table(
        table.frame(rows),
        {
            "command": shlex.join([*words, *(["--seed", str(options.seed)] * (options.seed != 1))]),
            "seed": str(options.seed), "threads": str(options.threads), **said, "task": PROBES,
        },
        {name: digest},
    )  # fmt: skip
    show(found, name)
    keep(found, name)


@torch.inference_mode()
def read_all(translator: Translator, sentences) -> Read:
    """Raises LookupError for a model that hands over no last state."""
    words, last, places = [], [], []
    for sentence in sentences:
        found = words_of(sentence)
        if not found:
            continue
        tokens = translator.read_source(sentence)
        memory = translator.model.encode(torch.tensor([[token.id for token in tokens]]))
        if memory.last is None:
            raise LookupError(f"{translator.name} hands over no last state")
        words.append([word.text for word in found])
        last.append(torch.tensor(last_of(memory)[0]))
        places.append(memory.states[0, [last_token(tokens, word) for word in found]].clone())
    return Read(words, torch.stack(last), places)


if __name__ == "__main__":
    sys.exit(main())
