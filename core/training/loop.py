"""The training loop: averaged weights, held-out sentences, checkpoints that it goes on from.

A run lives in one folder. `resume.safetensors` holds all that the next update depends on, written
whole or not at all; the other files are a usable model at any time.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from core.about import write_about
from core.checkpoint import build, save_model
from core.models import FORCED, Loss, Model
from core.record import RECORD, RESUME, Record, written
from core.tasks import Data, Task
from core.tasks.recipe import OPTIMISERS, Recipe
from core.training.events import Events
from core.training.team import ALONE, Team


class Update(NamedTuple):
    """One update, once it is done."""

    batch: NamedTuple  # arrays, what it learnt from
    loss: float  # plain, a token, nats
    norm: float  # of the whole gradient, before it was clipped
    tokens: int
    seconds: float


class Diverged(ValueError):
    """A training whose loss is no number any more."""


class Training:
    """One run in `folder`. Made again on the same folder, it goes on where it was."""

    def __init__(
        self,
        folder: Path,
        config,  # of any of `core.models.kinds`
        recipe: Recipe,
        task: Task,
        data: Data,
        device: torch.device,
        updates: int = 0,  # at which it ends; 0: where its epochs do
        team: Team = ALONE,
        events: Events | None = None,
    ):
        self.folder, self.recipe, self.task, self.data = folder, recipe, task, data
        self.device, self.team, self.events = device, team, events
        torch.manual_seed(recipe.seed)
        self.model = build(config).to(device)
        for name, value in data.begins.items():
            self.model.get_parameter(name).data.copy_(value)
        self.average = AveragedModel(self.model, multi_avg_fn=self._averaged)
        self.average.update_parameters(self.model)  # it begins with the first weights
        self.optimizer = OPTIMISERS[recipe.optimiser](self.model.parameters(), recipe.rate)
        self.per_epoch = sum(1 for _ in data.corpus.batches(random.Random(0)))
        self.updates = updates or recipe.epochs * self.per_epoch
        self.update, self.seconds, self.record, self.moments = 0, 0.0, [], []
        self.norm = 0.0  # of the last gradient, before it was clipped
        self.dtype = torch.bfloat16 if fast_bfloat16(device) else torch.float32
        if (folder / RESUME).exists():
            self._resume()
        if team.size > 1 and not team.agrees(f"{self.update} {self._signature()}"):
            raise ValueError(
                f"the processes do not begin alike: all need the same data and options, and "
                f"{folder} has to be one folder that all of them see"
            )
        self.computing = team.computing(self.model)
        if not team.first:  # what is dropped in one part of a batch says nothing of another
            torch.manual_seed(hash((recipe.seed, self.update, team.rank)))
        for group in self.optimizer.param_groups:
            group["initial_lr"] = recipe.rate  # what a schedule that goes on asks for
        self.schedule = LambdaLR(
            self.optimizer, lambda done: recipe.share(done, self.updates), self.update - 1
        )

    def steps(self) -> Iterator[Update]:
        """Trains to the end, one update at a time. The gradients of an update stay on the model
        until the next one.

        Raises Diverged, before any weight is changed, when the loss is no number any more.
        """
        for ready in self._batches():
            began = time.monotonic()
            loss, tokens = self._train(ready)
            spent = time.monotonic() - began
            self.seconds += spent
            self.update += 1
            yield Update(ready, loss, self.norm, tokens, spent)

    def run(self) -> None:
        """Trains to the end. On Ctrl-C the model so far is saved, and KeyboardInterrupt raised.

        Raises ValueError when the loss or a weight is no number any more; what was saved last
        stays. Raises OSError when `folder` cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)  # told now, and not when all is done
        if not self.team.first:
            for _ in self.steps():
                pass
            return
        if self.events:
            self.events.begin(self.update)
        try:
            with tqdm(total=self.updates, initial=self.update, unit="update") as bar:
                for one in self.steps():
                    bar.update()
                    bar.set_postfix(
                        loss=f"{one.loss:.3f}",
                        tokens_s=f"{one.tokens / one.seconds:,.0f}",
                        **self._headline(),
                    )
                    if self.events:
                        rate = self.optimizer.param_groups[0]["lr"]
                        self.events.update(self.update, loss=one.loss, norm=one.norm, rate=rate)
                    if self.update % self.per_epoch == 0:
                        self.measure(one.loss)
                    elif self.update < self.per_epoch and self.update.bit_count() == 1:
                        self.measure(one.loss, self.moments)  # attention is learnt early
                    if self.update % self.recipe.interval == 0 or self.update == self.updates:
                        self.save()
        except KeyboardInterrupt:
            self.save()
            raise
        write_about(self.data.about, self.folder)  # also of a run that had nothing left to do

    def _headline(self) -> dict[str, str]:
        """The figure of the task as it was measured last."""
        name = self.task.headline
        return {name: f"{self.record[-1][name]:.1f}" if self.record else "–"}

    def save(self) -> None:
        """Writes the usable model and the state to go on from."""
        weights = dict(self.average.module.named_parameters())
        save_model(self.folder, self.model.config, weights, self.data.vocabulary)
        write_about(self.data.about, self.folder)
        device = (
            torch.cuda.get_device_name()
            if self.device.type == "cuda"
            else f"{self.device.type}, {torch.get_num_threads()} threads"
        )
        told = written(Record(asdict(self.recipe), device, self.record, self.moments))
        (self.folder / RECORD).write_text(told, encoding="utf-8")
        tensors = {"rng": torch.get_rng_state()}
        if self.device.type == "cuda":
            tensors["rng.cuda"] = torch.cuda.get_rng_state()
        for index, (name, value) in enumerate(self.model.named_parameters()):
            tensors[f"model.{name}"] = value.detach()
            tensors[f"average.{name}"] = weights[name].detach()
            for key, part in self.optimizer.state_dict()["state"].get(index, {}).items():
                tensors[f"optimiser.{index}.{key}"] = part
        state = {
            "update": self.update, "seconds": self.seconds, "record": self.record,
            "moments": self.moments,
        }  # fmt: skip
        new = self.folder / "resume.new"
        save_file(tensors, new, {"state": json.dumps(state), "recipe": self._signature()})
        new.replace(self.folder / RESUME)

    def _signature(self) -> str:
        """What must not change between parts of a run."""
        recipe = asdict(self.recipe)
        if self.recipe.schedule == "inverse-sqrt":  # the rate does not depend on where it ends
            del recipe["epochs"]
        data = [self.data.about.sha256, self.data.about.held_out, self.data.about.vocabulary]
        data += [hashlib.sha256(self.data.vocabulary.model).hexdigest(), self.per_epoch]
        return json.dumps([asdict(self.model.config), recipe, data])

    def _resume(self) -> None:
        path = self.folder / RESUME
        try:
            with safe_open(path, "pt") as file:
                told = file.metadata() or {}
                tensors = {key: file.get_tensor(key) for key in list(file.keys())}
            signature, state = told["recipe"], json.loads(told["state"])
        except (OSError, SafetensorError, LookupError, ValueError) as error:
            raise ValueError(
                f"{path} is damaged ({error}); delete it, and the training begins anew"
            ) from error
        if signature != self._signature():
            raise ValueError(
                f"{path} was written with other options or data; give the same ones to go on, "
                f"or another folder to begin anew"
            )
        self.update, self.seconds, self.record = state["update"], state["seconds"], state["record"]
        self.moments = state.get("moments", [])
        torch.set_rng_state(tensors.pop("rng"))
        if "rng.cuda" in tensors:
            torch.cuda.set_rng_state(tensors.pop("rng.cuda"))
        steps: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in tensors.items():
            kind, _, name = key.partition(".")
            if kind == "model":
                self.model.get_parameter(name).data.copy_(value)
            elif kind == "average":
                self.average.module.get_parameter(name).data.copy_(value)
            else:
                index, _, part = name.partition(".")
                steps.setdefault(int(index), {})[part] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": steps})
        self.average.n_averaged.fill_(self.update + 1)

    def _batches(self) -> Iterator[NamedTuple]:
        """The batches still to come; an epoch's order follows from the seed and its number."""
        while self.update < self.updates:
            epoch, done = divmod(self.update, self.per_epoch)
            rng = random.Random(f"{self.recipe.seed} {epoch}")
            for index, ready in enumerate(self.data.corpus.batches(rng)):
                if index >= done and self.update < self.updates:
                    yield ready

    def _averaged(self, average: list, weights: list, count: torch.Tensor) -> None:
        # Early weights are forgotten faster, or the average would lag behind a short run.
        done = count.item() - 1
        keep = min(self.recipe.average, (1 + done) / (10 + done))
        torch._foreach_lerp_(average, weights, 1 - keep)

    def _train(self, ready: NamedTuple) -> tuple[float, int]:
        """One update; the plain loss a token in nats, and how many tokens there were."""
        self.model.train()
        self.optimizer.zero_grad()
        mine, counts = self.team.part(ready)
        forcing = self.recipe.forcing(self.update, self.updates)
        found = self.computing(self._tensors(mine), self.recipe.smoothing, self.dtype, forcing)
        plain, tokens = self.team.sums(counts * found[1].item(), counts * found[2])
        # Gradients are means over the processes, so that each loss counts as many times.
        (found[0] * counts * self.team.size / tokens).backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.norm = norm.item()
        loss, tokens = plain / tokens, int(tokens)
        if not math.isfinite(loss + self.norm):
            raise Diverged(
                f"after {self.update} updates the loss is {loss:g} and its gradient {self.norm:g}"
                f": such a training cannot go on. A smaller --rate or more --warmup may help"
            )
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.model)
        return loss, tokens

    def loss(self, model: Model, ready: NamedTuple, smoothing: float = 0.0) -> Loss:
        """That of a batch, all tokens that it reads being true."""
        return model.loss(self._tensors(ready), smoothing, self.dtype, FORCED)

    def _tensors(self, ready: NamedTuple) -> NamedTuple:
        return type(ready)(*(torch.from_numpy(part).to(self.device) for part in ready))

    @torch.no_grad()
    def measure(self, loss: float, record: list[dict] | None = None) -> None:
        """What the task measures on what was held out, into the record of epochs or another."""
        model = self.average.module.eval()

        def plain(ready: NamedTuple) -> tuple[float, int]:
            _, found, count = self.loss(model, ready)
            return found.item(), count

        found = self.task.measure(model, self.data, plain)
        if not found:
            return
        entry = {
            "update": self.update, "seconds": round(self.seconds), "loss": round(loss, 4), **found
        }  # fmt: skip
        shown = {name: value for name, value in entry.items() if name != "attention"}
        tqdm.write(json.dumps(shown, ensure_ascii=False))
        if self.events:
            self.events.moment(entry)
        (self.record if record is None else record).append(entry)


def fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is fast there: a GPU that has it, or a processor with AMX or AVX-512."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return torch.cpu._is_avx512_bf16_supported()
