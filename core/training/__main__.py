"""Train a model:

python -m core.training pairs.tsv.gz --languages eng-fra --score general --out runs/eng-fra-general

Or a family of models that differ in their attention alone: --family --out runs/eng-fra
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import fields, replace
from pathlib import Path

import torch

from core.about import UNDETERMINED, About, fingerprint, languages, read_about
from core.corpus import fingerprint_of, read_pairs, readable, split_pairs
from core.models import kinds
from core.scores import score_functions
from core.tokenisers import Tokeniser, tokeniser, tokenisers
from core.training.corpus import Corpus
from core.training.loop import RESUME, Training
from core.training.recipe import OPTIMISERS, SCHEDULES, Recipe
from core.translator import use_threads

# Score and wiring of each model that Heed compares, by the end of its name.
FAMILY = {
    "none": ("none", "luong"),
    "dot": ("dot", "luong"),
    "general": ("general", "luong"),
    "concat": ("concat", "luong"),
    "scaled-dot": ("scaled-dot", "luong"),
    "bahdanau": ("concat", "bahdanau"),
}
MODEL_HELP = {
    "score": "attention score; none trains the same model without attention",
    "wiring": "attend with the current state, or with the previous one and feed the context in",
    "cell": "recurrent cell",
    "input_feeding": "feed h̃ into the next step",
    "heads": "heads of each attention",
    "inner": "dimensions inside the feed-forward layers",
    "norm": "layer norm before each sublayer, or after it as in the paper",
    "size": "dimensions of embeddings and states",
    "encoder_layers": "layers of the encoder",
    "decoder_layers": "layers of the decoder",
    "bidirectional": "let the encoder read from both ends",
    "one_hot": "read tokens as one-hot vectors, and write them by a matrix of its own",
    "combine": "make h̃ of context and state before the readout, or read out the state as it is",
    "dropout": "share of values that training drops",
}
RECIPE_HELP = {
    "epochs": "times that training goes through the data",
    "tokens": "target tokens in a batch",
    "longest": "tokens of the longest source to train on; 0 for all that can be read",
    "optimiser": "what goes down the gradient",
    "rate": "peak learning rate",
    "warmup": "updates in which the learning rate rises",
    "smoothing": "label smoothing",
    "clip": "largest norm of a gradient",
    "schedule": "how the learning rate falls after that",
    "average": "decay of the averaged weights, which are the ones that are kept",
    "teacher_forcing": "share of true tokens that the decoder reads in training",
    "seed": "of the split, the first weights, the order of batches and the dropout",
    "interval": "updates between two checkpoints",
}


# Of each kind of model: what each option is where it is left out.
DEFAULTS = {
    kind: {
        **{f.name: f.default for f in fields(model.Config) if f.name in MODEL_HELP},
        **{name: getattr(Recipe(**model.recipe), name) for name in RECIPE_HELP},
    }
    for kind, model in kinds().items()
}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.training",
        description="Train a translation model on a two-column TSV. Started again with the same "
        "options it goes on from its last checkpoint; Ctrl-C leaves a usable model.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="source, tab, target on each line; plain or .gz")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument(
        "--languages",
        default=f"{UNDETERMINED}-{UNDETERMINED}",
        help="ISO 639 codes of source and target, like eng-fra",
    )
    parser.add_argument(
        "--family",
        action="store_true",
        help=f"train {', '.join(FAMILY)} in turn with the same options, vocabulary and seed, in "
        "folders called OUT-none and so on; leave out --score and --wiring",
    )
    parser.add_argument(
        "--kind", choices=list(kinds()), default="recurrent", help="what sort of model"
    )
    parser.add_argument(
        "--tokeniser", choices=sorted(tokenisers()), default="pieces", help="how text is split"
    )
    parser.add_argument("--vocabulary", type=int, default=4000, help="tokens, of both languages")
    parser.add_argument("--held-out", type=int, default=2000, help="sources each to test, validate")
    parser.add_argument(
        "--threads", type=int, default=torch.get_num_threads(), help="processor threads"
    )
    choices = {
        "score": ["none", *score_functions()],
        "schedule": list(SCHEDULES),
        "optimiser": list(OPTIMISERS),
        **{name: values for model in kinds().values() for name, values in model.choices.items()},
    }
    for name, text in {**MODEL_HELP, **RECIPE_HELP}.items():
        defaults = {kind: known[name] for kind, known in DEFAULTS.items() if name in known}
        told = ", ".join(f"{kind} {value}" for kind, value in defaults.items())
        switch = isinstance(next(iter(defaults.values())), bool)
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=argparse.SUPPRESS,
            help=f"{text} ({told})",
            **({"action": argparse.BooleanOptionalAction} if switch else {
                "type": type(next(iter(defaults.values()))), "choices": choices.get(name),
            }),
        )  # fmt: skip
    return parser


def main() -> int:
    options = parser().parse_args()
    try:
        return family(options) if options.family else train(options)
    except (OSError, ValueError) as error:  # a missing file, options that do not fit
        print(f"core.training: {error}", file=sys.stderr)
        return 2


def family(options: argparse.Namespace) -> int:
    """Trains each model of the family, as `train`; stopped and started again, it goes on. Raises
    ValueError for options that its members do not have in common."""
    for name in ("score", "wiring"):
        if name in vars(options):
            raise ValueError(f"--family trains {', '.join(FAMILY)}: leave --{name} out")
    if not {"score", "wiring"} <= DEFAULTS[options.kind].keys():
        raise ValueError(f"--family trains scores and wirings; --kind {options.kind} has none")
    shared = None
    for name, (score, wiring) in FAMILY.items():
        out = options.out.with_name(f"{options.out.name}-{name}")
        vocabulary = out / tokeniser(options.tokeniser).file
        if shared and not vocabulary.exists():
            out.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared, vocabulary)
        own = {**vars(options), "out": out, "score": score, "wiring": wiring}
        print(f"{out.name}: score {score}, wiring {wiring}")
        if stopped := train(argparse.Namespace(**own)):
            return stopped
        shared = vocabulary
    return 0


def chosen(options: argparse.Namespace) -> tuple[dict, Recipe]:
    """What the model is made of, and how it is trained. Raises ValueError for options of another
    kind of model."""
    known = DEFAULTS[options.kind]
    given = {
        name: value
        for name, value in vars(options).items()
        if name in {**MODEL_HELP, **RECIPE_HELP}
    }
    for name in given:
        if name not in known:
            raise ValueError(f"--{name.replace('_', '-')} is no option of --kind {options.kind}")
    values = {**known, **given}
    if not 0 <= values["dropout"] < 1:
        raise ValueError(f"dropout: expected a share from 0 to below 1, not {values['dropout']}")
    if values.get("score") == "none":
        values["score"] = None
    model = {name: values[name] for name in MODEL_HELP if name in values}
    return model, Recipe(**{name: values[name] for name in RECIPE_HELP})


def kept(folder: Path, splits: type[Tokeniser], about: About) -> Tokeniser | None:
    """The vocabulary that is in `folder` already, for a run that goes on or because it was put
    there; None where there is none, or where a run on other data or of another size left it and has
    nothing more to go on from. Raises ValueError, which names the file, when it is broken."""
    path, before = folder / splits.file, read_about(folder)
    left = before and replace(before, source=about.source, target=about.target, data=about.data)
    if not path.exists() or (left not in (None, about) and not (folder / RESUME).exists()):
        return None
    try:
        return splits.read(path)
    except ValueError as error:
        raise ValueError(
            f"{path} cannot be read ({error}); give another folder, or delete this one"
        ) from error


def train(options: argparse.Namespace) -> int:
    """Trains as the options say. Raises OSError or ValueError that tells what is wrong."""
    for name, value, least in (
        ("threads", options.threads, 1), ("held-out", options.held_out, 0),
        ("vocabulary", options.vocabulary, 1),
    ):  # fmt: skip
        if value < least:
            raise ValueError(f"{name}: expected {least} or more, not {value}")
    use_threads(options.threads)
    model, recipe = chosen(options)
    source, target = languages(options.languages)
    pairs = read_pairs(options.data, lambda line: print(line, file=sys.stderr))
    if UNDETERMINED in (source, target):
        print("The languages are not said: --languages eng-fra would name them", file=sys.stderr)
    split = split_pairs(pairs, options.held_out, recipe.seed)
    if not split.test:
        print("No sentence is held out: this model cannot be measured", file=sys.stderr)
    about = About(
        source, target, options.data.name, fingerprint(options.data), recipe.seed,
        options.held_out, options.vocabulary, fingerprint_of(split.test),
    )  # fmt: skip
    splits = tokeniser(options.tokeniser)
    vocabulary = kept(options.out, splits, about)
    if vocabulary is None:
        text = (side for pair in split.train for side in pair)
        vocabulary = splits.train(text, options.vocabulary)
    corpus = Corpus(split.train, vocabulary, recipe.tokens, recipe.longest)
    valid = readable(split.valid, vocabulary)
    print(
        f"{len(split.train) - corpus.too_long:,} pairs to train on ({corpus.too_long:,} are longer "
        f"than {corpus.longest} {vocabulary.kind} and left out), {len(valid):,} sources to "
        f"validate, {len(split.test):,} to test, {len(vocabulary):,} {vocabulary.kind}"
    )
    config = kinds()[options.kind].Config(len(vocabulary), **model)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = Training(options.out, config, recipe, vocabulary, corpus, valid, device, about)
    try:
        training.run()
    except KeyboardInterrupt:
        print(f"\nStopped. {options.out} holds the model so far; the same command goes on.")
        return 130
    print(f"Done: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
