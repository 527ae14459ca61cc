"""Pictures: drawings on a board, and a caption that says what is to be seen. All boards are made
up; some pairs of things are never seen together in training."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from core.about import About
from core.checkpoint import parameters
from core.corpus import fingerprint_of
from core.facts import CAPTIONS
from core.manifest import ModelError
from core.models import Model
from core.pictures import generator
from core.pictures.board import Board, things, written
from core.pictures.generator import Pair
from core.pictures.tongue import languages, tongue
from core.tasks import Asked, Data, Evaluated, Measure, Task
from core.tasks.pictures.corpus import Corpus, batch, pictures
from core.tasks.recipe import Recipe
from core.tokenisers import Tokeniser
from core.tokenisers.words import Words

if TYPE_CHECKING:
    from core.translator import Translator

VOCABULARY = 1000  # words at most; a language of captions has two hundred
WORDS = 20  # of a caption at most
TARGETS = 8  # words that a caption has, or so
TOGETHER = 100  # boards that are seen at a time while they are measured
LOOKED_AT = 300  # boards that are measured while a model is learnt
PARTS = ("test", "validate")
EYES = ("encoder.layers.", "encoder.around.", "encoder.out.")  # of a model, by its parameters


class Pictures(Task):
    """A board, and the caption that is true of it."""

    name = "pictures"
    does = CAPTIONS
    usual = "picture"
    headline = "right"
    recipe = {
        "epochs": 40, "tokens": 256, "rate": 3e-3, "warmup": 300, "smoothing": 0.0,
        "schedule": "inverse-sqrt", "interval": 250,
    }  # fmt: skip

    def options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--language", choices=languages(), default="eng", help="of the captions"
        )
        parser.add_argument("--boards", type=int, default=8000, help="made up for each epoch")
        parser.add_argument(
            "--shares", type=int, nargs=len(generator.KINDS), default=generator.LEARNT,
            metavar="N", help="of boards with " + ", ".join(generator.KINDS).replace("_", " ") +
            " of its things; the last kinds are learnt last, and a training that goes on may "
            "have more of them",
        )  # fmt: skip
        parser.add_argument(
            "--held-out", type=int, default=2000, help="boards each to test, validate"
        )
        parser.add_argument(
            "--eyes", type=Path, help="folder of a model of pictures, of any language, whose "
            "convolutions this one begins with",
        )  # fmt: skip

    def prepare(self, options: argparse.Namespace, recipe: Recipe) -> Data:
        for name, value, least in (
            ("boards", options.boards, 1), ("held-out", options.held_out, 0)
        ):  # fmt: skip
            if value < least:
                raise ValueError(f"{name}: expected {least} or more, not {value}")
        if min(options.shares) < 0 or not any(options.shares):
            raise ValueError(f"shares: expected some above 0 and none below, not {options.shares}")
        words, seed = tongue(options.language), recipe.seed
        test, valid = (held(seed, options.held_out, part) for part in PARTS)
        without = generator.unseen(seed)
        vocabulary = Words.train(words.sentences(), VOCABULARY)
        about = About(
            options.language, options.language, seed=seed, held_out=options.held_out,
            vocabulary=VOCABULARY, test=fingerprint_of(map(written, test)), task=self.name,
        )  # fmt: skip
        told = (
            f"{options.boards:,} made-up boards in each epoch, {len(without):,} pairs of things "
            f"never together, {len(valid):,} boards to validate, {len(vocabulary)} words"
        )
        corpus = Corpus(
            made_up((*test, *valid), without, options.shares),
            lambda board: words.captions(board)[0], vocabulary, options.boards,
            max(1, recipe.tokens // TARGETS),
        )  # fmt: skip
        sizes = {"things": len(things())}
        eyes = _eyes(options.eyes) if options.eyes else {}
        return Data(corpus, vocabulary, valid[:LOOKED_AT], about, told, sizes, eyes)

    def evaluate(
        self, facade: Translator, folder: Path, data: Sequence[Path], asked: Asked
    ) -> Evaluated:
        from core.tasks.pictures.evaluation import evaluate  # heavy, and only measuring needs it

        return evaluate(facade, folder, asked)

    def measure(self, model: Model, data: Data, loss: Measure) -> dict[str, Any]:
        """Held-out loss, and how many captions of a hundred are right to the last word."""
        if not data.held:
            return {}
        words, total, count, right = tongue(data.about.target), 0.0, 0, []
        for some in parted(data.held):
            captions = [words.captions(board)[0] for board in some]
            part, predicted = loss(batch(some, captions, data.vocabulary))
            total, count = total + part, count + predicted
            right += [
                seen.caption == one
                for seen, one in zip(captioned(model, data.vocabulary, some), captions, strict=True)
            ]
        return {
            "held_out_loss": round(total / count, 4),
            "right": round(100 * float(np.mean(right)), 2),
        }


def _eyes(folder: Path) -> dict[str, torch.Tensor]:
    """The convolutions of the model in `folder`. Raises ValueError where there are none."""
    try:
        found = parameters(folder, *EYES)
    except ModelError as error:
        raise ValueError(str(error)) from error
    if not found:
        raise ValueError(f"{folder} holds no model of pictures")
    return found


def made_up(
    held_out: Collection[Board], without: Collection[Pair],
    shares: Sequence[int] = generator.LEARNT,
) -> Callable[[random.Random], Board]:  # fmt: skip
    """What makes up boards to train on: none of those that are held out."""
    away = {frozenset(board) for board in held_out}

    def made(rng: random.Random) -> Board:
        while True:
            found = generator.board(rng, without=without, shares=shares)
            if frozenset(found) not in away:
                return found

    return made


def held(seed: int, count: int, part: str = PARTS[0]) -> list[Board]:
    """The boards that are held out for one of PARTS, no two of them alike, of pairs of things that
    training has."""
    without = generator.unseen(seed)
    return _drawn(f"{part} {seed}", count, lambda rng: generator.board(rng, without=without))


def of_unseen_pairs(seed: int, count: int) -> list[Board]:
    """Boards that have each a pair of things which training never had together."""
    pairs = sorted(generator.unseen(seed), key=sorted)
    kinds = (generator.TWO, generator.SEVERAL_AND_ONE, generator.THREE)
    return _drawn(
        f"unseen {seed}", count,
        lambda rng: generator.board(rng, rng.choice(kinds), pair=rng.choice(pairs)),
    )  # fmt: skip


def _drawn(seed: str, count: int, make: Callable[[random.Random], Board]) -> list[Board]:
    rng, found = random.Random(seed), {}
    while len(found) < count:
        one = make(rng)
        found.setdefault(frozenset(one), one)
    return list(found.values())


class Seen(NamedTuple):
    """What a model wrote about a board, greedily."""

    caption: str
    tokens: tuple[int, ...]  # without the end mark
    weights: np.ndarray  # (T, S), of the step that wrote each


def parted(boards: Sequence[Board]) -> Iterator[Sequence[Board]]:
    for begin in range(0, len(boards), TOGETHER):
        yield boards[begin : begin + TOGETHER]


@torch.no_grad()
def captioned(model: Model, vocabulary: Tokeniser, boards: Sequence[Board]) -> list[Seen]:
    """Greedy captions of some boards together, and where the model looked for each word."""
    device = next(model.parameters()).device
    state = model.start(model.encode(torch.from_numpy(pictures(boards)).to(device)))
    token = torch.full((len(boards),), vocabulary.start, device=device)
    banned = torch.from_numpy(~vocabulary.allowed).to(device)
    tokens, weights = [], []
    for _ in range(WORDS):
        found = model.step(token, state)
        token, state = found.logits.masked_fill(banned, -torch.inf).argmax(-1), found.state
        tokens.append(token.cpu().numpy())
        weights.append(found.attentions[0].all("weights")[:, 0, 0, 0].cpu().numpy())
        if all(vocabulary.end in row for row in np.stack(tokens, 1)):
            break
    rows, looks = np.stack(tokens, 1), np.stack(weights, 1)
    return [_seen(row, look, vocabulary) for row, look in zip(rows, looks, strict=True)]


def _seen(row: np.ndarray, look: np.ndarray, vocabulary: Tokeniser) -> Seen:
    ends = np.flatnonzero(row == vocabulary.end)
    count = int(ends[0]) if len(ends) else len(row)
    tokens = tuple(map(int, row[:count]))
    return Seen(vocabulary.decode(tokens), tokens, look[:count])
