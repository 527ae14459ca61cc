"""A training that is watched: small, on toy data, and at any moment it says where it is.

Shape letters: S source tokens, T target tokens, V vocabulary.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.corpus import Pair
from core.live.config import OWN, BadConfig, Config, Learnt
from core.live.snapshot import Example, Guess, Moment, Snapshot, thinned
from core.passes import forced
from core.positions import both, places, reliability
from core.tasks.answers import answers
from core.tasks.toys import figures
from core.training.loop import Diverged, Training, Update
from core.training.making import data_of, example_of, layer_of, shape_of

MEASURED = 100  # held-out sources that a moment is measured on
LISTED = 5  # tokens of a softmax that are told


class Apart(NamedTuple):
    """One update taken apart: Adam (Kingma & Ba 2015, algorithm 1), for one weight."""

    update: int
    loss_before: float  # of its batch, with label smoothing, a token, nats
    loss_after: float  # of the same batch, with the new weights
    norm: float  # of the whole gradient
    clip: float  # what the gradient was multiplied with, 1 where it was short enough
    rate: float
    weight: str  # which one is told of: name and place
    before: float
    gradient: float  # of the loss by it, clipped
    mean: float  # m̂, the running mean of gradients
    root: float  # √v̂, the root of the running mean of their squares
    after: float


class Live:
    """One training. Raises BadConfig, or ValueError where there are no data to learn from."""

    def __init__(self, learnt: Learnt, config: Config, folder: Path):
        self.config, self.folder = config, folder
        task, data, recipe = data_of(learnt, config)
        shape = shape_of(config, task, len(data.vocabulary))
        self.training = Training(
            folder, shape, recipe, task, data, torch.device("cpu"), config.updates
        )
        self.training.dtype = torch.float32
        self.data, self.model = data, self.training.model
        self.source, self.target = example_of(data)
        piece = data.vocabulary.piece
        self.example = Example(
            tuple(map(piece, self.source)), tuple(map(piece, self.target)), len(data.vocabulary)
        )  # fmt: skip
        self.curve: list[Moment] = []
        self._losses: list[float] = []
        self._norms: tuple[tuple[str, float], ...] = ()
        self._written = ""
        self._good = self._weights()
        self._followed: tuple[str, tuple[int, ...]] | None = None

    @property
    def done(self) -> int:
        """Updates so far."""
        return self.training.update

    @property
    def rate(self) -> float:
        """The learning rate, warm-up past. Set, it holds from the next update on."""
        return self.training.schedule.base_lrs[0]

    @rate.setter
    def rate(self, rate: float) -> None:
        checked = Config(**{**asdict(self.config), "rate": rate}).rate
        schedule = self.training.schedule
        share = self.training.recipe.share(self.done, self.training.updates)
        schedule.base_lrs = [checked for _ in schedule.base_lrs]
        for group in self.training.optimizer.param_groups:
            group["lr"] = checked * share

    def steps(self) -> Iterator[Update]:
        """One update after another, as many as are asked for. Raises Diverged; the model then has
        the weights of the last measured moment."""
        try:
            for one in self.training.steps():
                self._losses.append(one.loss)
                yield one
        except Diverged:
            self._restore()
            raise

    @torch.no_grad()
    def look(self, measure: bool = True) -> Snapshot:
        """Where it is; a moment that is not measured has no held-out figures."""
        self.model.eval()
        found: dict[str, float] = {}
        if measure:

            def plain(ready) -> tuple[float, int]:
                _, loss, count = self.training.loss(self.model, ready)
                return loss.item(), count

            found = figures(self.model, self.data, plain, MEASURED)
            if np.isfinite(found["held_out_loss"]):
                self._good = self._weights()
            ids = answers(
                self.model, self.data.vocabulary, [self.source[:-1]], 2 * len(self.target)
            )
            self._written = self.data.vocabulary.decode(ids[0])
        mean = float(np.mean(self._losses)) if self._losses else None
        moment = Moment(
            self.done, self.training.seconds, mean, found.get("held_out_loss"), found.get("right")
        )
        self._losses.clear()
        self.curve = thinned([*self.curve, moment])
        return self._snapshot(moment)

    def _snapshot(self, moment: Moment) -> Snapshot:
        recipe, updates = self.training.recipe, self.training.updates
        with torch.enable_grad():
            seen = forced(
                self.model, self.source, self.target, self.data.vocabulary.start,
                gradient_of=range(len(self.target)),
            )  # fmt: skip
        cross = seen.attentions.get("cross")
        return Snapshot(
            moment, self.config.updates, self.training.optimizer.param_groups[0]["lr"],
            recipe.forcing(self.done, updates).share, recipe.smoothing, self.norms(), self.example,
            None if cross is None else cross.weights.mean((0, 1)),
            np.linalg.norm(seen.gradients.source, axis=1),
            tuple(map(self._guesses, seen.distributions, self.target)),
            self._written, tuple(self.curve),
        )  # fmt: skip

    def _guesses(self, log_probs: np.ndarray, wanted: int) -> tuple[Guess, ...]:
        best = np.argsort(-log_probs, kind="stable")[:LISTED].tolist()
        if wanted not in best:
            best = [*best[:-1], wanted]
        vocabulary = self.data.vocabulary
        return tuple(
            Guess(vocabulary.piece(one), float(np.exp(log_probs[one])), one == wanted)
            for one in best
        )

    def norms(self) -> tuple[tuple[str, float], ...]:
        """Norm of the last update's gradient by layer, before it was clipped; none before the
        first update."""
        squares: dict[str, float] = {}
        for name, value in self.model.named_parameters():
            if value.grad is not None:
                layer = layer_of(name)
                squares[layer] = squares.get(layer, 0.0) + value.grad.square().sum().item()
        return tuple((layer, one**0.5 / self.clip) for layer, one in squares.items())

    @property
    def clip(self) -> float:
        """What the last gradient was multiplied with to be no longer than is allowed."""
        return min(1.0, self.training.recipe.clip / (self.training.norm + 1e-6))

    def apart(self, steps: Iterator[Update]) -> Apart | None:
        """Does the next of the `steps` and takes it apart; None where there is no other."""
        before = {name: value.detach().clone() for name, value in self.model.named_parameters()}
        ready = next(steps, None)
        if ready is None:
            return None
        named = dict(self.model.named_parameters())
        if self._followed is None:
            name = next((one for one in named if one.startswith("score.")), None)
            name = name or max(named, key=lambda one: named[one].grad.abs().max().item())
            place = int(named[name].grad.abs().argmax())
            self._followed = name, np.unravel_index(place, named[name].shape)
        name, place = self._followed
        place = tuple(map(int, place))
        value, group = named[name], self.training.optimizer.param_groups[0]
        state, betas = self.training.optimizer.state[value], group["betas"]
        count = float(state["step"])
        mean = state["exp_avg"][place].item() / (1 - betas[0] ** count)
        root = (state["exp_avg_sq"][place].item() / (1 - betas[1] ** count)) ** 0.5
        change = value.detach()[place].item() - before[name][place].item()
        scale = mean / (root + group["eps"])
        return Apart(
            self.done, self._loss_with(before, ready), self._loss_with(None, ready),
            self.training.norm, self.clip, -change / scale if scale else group["lr"],
            f"{name.removesuffix('.weight')}[{', '.join(str(one + 1) for one in place)}]",
            before[name][place].item(), value.grad[place].item(), mean, root,
            value.detach()[place].item(),
        )  # fmt: skip

    @torch.no_grad()
    def _loss_with(self, weights: dict[str, Tensor] | None, one: Update) -> float:
        """The smoothed loss of that update's batch, all tokens true, with these weights or those
        there are."""
        now = self._weights()
        if weights:
            self._restore(weights)
        found = self.training.loss(self.model.eval(), one.batch, self.training.recipe.smoothing)
        self._restore(now)
        return found.smoothed.item() / found.count

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach().clone() for name, value in self.model.named_parameters()}

    @torch.no_grad()
    def _restore(self, weights: dict[str, Tensor] | None = None) -> None:
        for name, value in self.model.named_parameters():
            value.copy_((weights or self._good)[name])

    def courses(self) -> dict[str, list]:
        """The held-out references both ways, see `core.positions`: `places` are means by position,
        `bins` how sure the model is under teacher forcing and how often that is right."""
        encode = self.data.vocabulary.encode
        pairs = [(encode(source), encode(told[0])) for source, told in self.data.held.items()]
        found = both(self.model.eval(), pairs, self.data.vocabulary)
        bins = reliability(
            *(np.concatenate([getattr(one.forced, part) for one in found])
              for part in ("sure", "right"))
        )  # fmt: skip
        return {"places": places(found), "bins": [one[1:] for one in bins]}

    def keep(self) -> None:
        """Writes the model into its folder, with its record. Raises ValueError for weights that
        half precision has no room for, OSError for a folder that cannot be written."""
        for name, value in self.training.average.module.named_parameters():
            value.data.copy_(self.model.get_parameter(name))
        self.training.measure(self.curve[-1].loss or 0.0 if self.curve else 0.0)
        self.training.save()
        (self.folder / "resume.safetensors").unlink(missing_ok=True)


def train(
    task: str | Sequence[Pair] = "reverse",
    config: Config | None = None,
    *,
    every: int = 20,
    out: str | Path | None = None,
) -> Iterator[Snapshot]:
    """Trains a small model, and yields what it looks like: before the first update, after each
    `every` of them, and at the end.

    `task` is the name of one of `core.live.config.TASKS`, or pairs of source and target. The model
    is written to the folder `out`, where one is named: `core.load` opens it.

    Raises BadConfig for what cannot be trained, ValueError for data that cannot be used, and
    Diverged when the loss is no number any more.
    """
    named = isinstance(task, str)
    learnt = Learnt.checked(task if named else OWN, () if named else task)
    if every < 1:
        raise BadConfig("every", "range", f"every: expected 1 or more, not {every}")
    with tempfile.TemporaryDirectory() as beside:
        live = Live(learnt, config or Config(), Path(out or beside))
        yield live.look()
        for _ in live.steps():
            if live.done % every == 0 or live.done == live.config.updates:
                yield live.look()
        if out:
            live.keep()
