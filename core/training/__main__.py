"""Train a model:

python -m core.training pairs.tsv.gz --languages eng-fra --score general --out runs/eng-fra-general

Or a family of models that differ in their attention alone: --family --out runs/eng-fra
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from core.about import TRANSLATION
from core.models import GUESSES
from core.record import read_record
from core.scores import score_functions
from core.tasks import Task, tasks
from core.tasks.recipe import OPTIMISERS, SCHEDULES, Recipe
from core.tokenisers import tokeniser
from core.training.events import Events
from core.training.loop import Training
from core.training.team import ALONE, Team
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
    "window": "places of the source that a step may attend to: all, those around the step's own "
    "number, or those around a place that the state predicts (Luong et al. 2015, section 3.2)",
    "reach": "places on each side of the middle of a window",
    "heads": "heads of each attention",
    "inner": "dimensions inside the feed-forward layers",
    "norm": "layer norm before each sublayer, or after it as in the paper",
    "size": "dimensions of embeddings and states",
    "hops": "looks at a story, each asking with what the ones before found",
    "encoder_layers": "layers of the encoder",
    "decoder_layers": "layers of the decoder",
    "layers": "layers of a model that is one stack",
    "shared": "let all layers share one set of weights, as in ALBERT",
    "embedding": "dimensions between the factors of the embedding, as in ALBERT; 0 for one matrix",
    "bidirectional": "let the encoder read from both ends",
    "one_hot": "read tokens as one-hot vectors, and write them by a matrix of its own",
    "combine": "make h̃ of context and state before the readout, or read out the state as it is",
    "dropout": "share of values that training drops",
}
RECIPE_HELP = {
    "epochs": "times that training goes through the data",
    "tokens": "tokens in a batch, of targets where there are some",
    "longest": "tokens of the longest sentence to read in training; 0 for all that can be read",
    "optimiser": "what goes down the gradient",
    "rate": "peak learning rate",
    "warmup": "updates in which the learning rate rises",
    "smoothing": "label smoothing",
    "clip": "largest norm of a gradient",
    "schedule": "how the learning rate falls after that",
    "average": "decay of the averaged weights, which are the ones that are kept",
    "teacher_forcing": "share of true tokens that the decoder reads in training",
    "forcing_falls": "let that share fall to what it is from 1, linearly over the training",
    "guesses": "how tokens that are not true are guessed: at-once, each after true ones, or "
    "in-turn, each after what was read before it",
    "seed": "of the split, the first weights, the order of batches and the dropout",
    "interval": "updates between two checkpoints",
}


def defaults(task: Task) -> dict[str, dict[str, Any]]:
    """Of each kind of model that learns a task: what each option is where it is left out."""
    return {
        name: {
            **{f.name: f.default for f in fields(kind.Config) if f.name in MODEL_HELP},
            **{name: value for name, value in task.model.items() if name in MODEL_HELP},
            **{one: getattr(Recipe(**{**kind.recipe, **task.recipe}), one) for one in RECIPE_HELP},
        }
        for name, kind in task.kinds().items()
    }


def parser(task: Task) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.training",
        description="Train a model. Started again with the same options it goes on from its last "
        "checkpoint; Ctrl-C leaves a usable model.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _task(parser)
    task.options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--kind", choices=list(task.kinds()), default=task.usual, help="of model")
    parser.add_argument(
        "--tensorboard", action="store_true", help="write TensorBoard event files into OUT/events"
    )
    parser.add_argument(
        "--threads", type=int, default=torch.get_num_threads(), help="processor threads"
    )
    usual = defaults(task)
    if {"score", "wiring"} <= usual[task.usual].keys():
        parser.add_argument(
            "--family",
            action="store_true",
            help=f"train {', '.join(FAMILY)} in turn with the same options, vocabulary and seed, "
            "in folders called OUT-none and so on; leave out --score and --wiring",
        )
    choices = {
        "score": ["none", *score_functions()],
        "schedule": list(SCHEDULES),
        "optimiser": list(OPTIMISERS),
        "guesses": list(GUESSES),
        **{name: values for kind in task.kinds().values() for name, values in kind.choices.items()},
    }
    for name, text in {**MODEL_HELP, **RECIPE_HELP}.items():
        known = {kind: values[name] for kind, values in usual.items() if name in values}
        if not known:
            continue
        told = ", ".join(f"{kind} {value}" for kind, value in known.items())
        switch = isinstance(next(iter(known.values())), bool)
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=argparse.SUPPRESS,
            help=f"{text} ({told})",
            **({"action": argparse.BooleanOptionalAction} if switch else {
                "type": type(next(iter(known.values()))), "choices": choices.get(name),
            }),
        )  # fmt: skip
    return parser


def _task(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--task", choices=list(tasks()), default=TRANSLATION, help="what is learnt")


def main() -> int:
    first = argparse.ArgumentParser(add_help=False, prog="python -m core.training")
    _task(first)
    task = tasks()[first.parse_known_args()[0].task]
    options = parser(task).parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    team = Team.joined(device)
    try:
        work = family if vars(options).get("family") else train
        return work(task, options, device, team)
    except (OSError, ValueError) as error:  # a missing file, options that do not fit
        print(f"core.training: {error}", file=sys.stderr)
        return 2
    finally:
        team.leave()


def family(
    task: Task, options: argparse.Namespace, device: torch.device, team: Team = ALONE
) -> int:
    """Trains each model of the family, as `train`; stopped and started again, it goes on. Raises
    ValueError for options that its members do not have in common."""
    for name in ("score", "wiring"):
        if name in vars(options):
            raise ValueError(f"--family trains {', '.join(FAMILY)}: leave --{name} out")
    if not {"score", "wiring"} <= defaults(task)[options.kind].keys():
        raise ValueError(f"--family trains scores and wirings; --kind {options.kind} has none")
    shared = None
    for name, (score, wiring) in FAMILY.items():
        out = options.out.with_name(f"{options.out.name}-{name}")
        vocabulary = out / tokeniser(options.tokeniser).file
        if team.first and shared and not vocabulary.exists():
            out.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared, vocabulary)
        team.wait()
        own = {**vars(options), "out": out, "score": score, "wiring": wiring}
        if team.first:
            print(f"{out.name}: score {score}, wiring {wiring}")
        if stopped := train(task, argparse.Namespace(**own), device, team):
            return stopped
        shared = vocabulary
    return 0


def chosen(task: Task, options: argparse.Namespace) -> tuple[dict, Recipe]:
    """What the model is made of, and how it is trained. Raises ValueError for options of another
    kind of model."""
    known = defaults(task)[options.kind]
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


def train(task: Task, options: argparse.Namespace, device: torch.device, team: Team = ALONE) -> int:
    """Trains as the options say. Raises OSError or ValueError that tells what is wrong."""
    if options.threads < 1:
        raise ValueError(f"threads: expected 1 or more, not {options.threads}")
    use_threads(options.threads)
    model, recipe = chosen(task, options)
    events = Events(options.out) if options.tensorboard and team.first else None
    data = task.prepare(options, recipe)
    if data.told and team.first:
        print(data.told)
    config = task.kinds()[options.kind].Config(len(data.vocabulary), **{**model, **data.sizes})
    try:
        Training(options.out, config, recipe, task, data, device, team=team, events=events).run()
    except KeyboardInterrupt:
        if team.first:
            print(f"\nStopped. {options.out} holds the model so far; the same command goes on.")
        return 130
    finally:
        if events:
            events.close()
    if team.first:
        draw(options.out)
        print(f"Done: {options.out}")
    return 0


def draw(folder: Path) -> None:
    """The curves of a training that is done, where something was measured."""
    from core.figures import course  # with plotly, which nothing before this needs

    record = read_record(folder)
    if record and record.course():
        print("\n".join(course.draw(record.course(), folder)))


if __name__ == "__main__":
    sys.exit(main())
