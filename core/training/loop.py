"""The training loop: warm-up and decay, averaged weights, checkpoints that it goes on from.

A run lives in one folder. `resume.safetensors` holds all that the next update depends on, written
whole or not at all; the other files are a usable model at any time.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tqdm import tqdm

from core.checkpoint import build, save_model
from core.models.recurrent import RecurrentConfig
from core.models.transformer import TransformerConfig
from core.search import search
from core.tokenisers import Tokeniser
from core.training.corpus import Batch, Corpus, batch
from core.training.loss import readout_loss


def _cosine(done: int, warmup: int, updates: int) -> float:
    """A half cosine from one down to nothing (Loshchilov & Hutter 2017, arXiv 1608.03983)."""
    part = (done - 1 - warmup) / max(1, updates - warmup)
    return 0.5 * (1 + math.cos(math.pi * part))


def _inverse_sqrt(done: int, warmup: int, updates: int) -> float:
    """Falls with the root of the updates (Vaswani et al. 2017, equation 3)."""
    return math.sqrt(max(1, warmup) / done)


# Share of the peak learning rate, after `done` updates, past the warm-up.
SCHEDULES = {"cosine": _cosine, "inverse-sqrt": _inverse_sqrt}


def _adam(parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
    """Kingma & Ba 2015 (arXiv 1412.6980), with the second decay of Vaswani et al. 2017."""
    return torch.optim.Adam(parameters, betas=(0.9, 0.98), fused=True)


def _rmsprop(parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
    """Tieleman & Hinton 2012 (Coursera, lecture 6.5), with the decay of Keras."""
    return torch.optim.RMSprop(parameters, alpha=0.9, eps=1e-7)


OPTIMISERS = {"adam": _adam, "rmsprop": _rmsprop}


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: the same for every model that is to be compared."""

    epochs: int = 12
    tokens: int = 3000  # target tokens a batch
    optimiser: str = "adam"
    rate: float = 2e-3  # peak learning rate
    warmup: int = 500  # updates
    smoothing: float = 0.1
    clip: float = 1.0  # largest norm of the gradient
    average: float = 0.999  # of the weights, exponential, a step
    teacher_forcing: float = 1.0  # share of true tokens that the decoder reads in training
    schedule: str = "cosine"
    seed: int = 1
    interval: int = 250  # updates between two checkpoints

    def __post_init__(self):
        if self.schedule not in SCHEDULES:
            raise ValueError(f"no schedule {self.schedule!r}; there are {', '.join(SCHEDULES)}")
        if self.optimiser not in OPTIMISERS:
            raise ValueError(f"no optimiser {self.optimiser!r}; there are {', '.join(OPTIMISERS)}")


class Training:
    """One run in `folder`. Made again on the same folder, it goes on where it was."""

    def __init__(
        self,
        folder: Path,
        config: RecurrentConfig | TransformerConfig,
        recipe: Recipe,
        vocabulary: Tokeniser,
        corpus: Corpus,
        valid: dict[str, list[str]],
        device: torch.device,
    ):
        self.folder, self.recipe, self.vocabulary, self.corpus = folder, recipe, vocabulary, corpus
        self.valid, self.device = valid, device
        torch.manual_seed(recipe.seed)
        self.model = build(config).to(device)
        self.average = {k: v.detach().clone() for k, v in self.model.named_parameters()}
        self.optimizer = OPTIMISERS[recipe.optimiser](self.model.parameters())
        self.per_epoch = sum(1 for _ in corpus.batches(random.Random(0)))
        self.update, self.seconds, self.record = 0, 0.0, []
        self.dtype = torch.bfloat16 if fast_bfloat16(device) else torch.float32
        if (folder / "resume.safetensors").exists():
            self._resume()

    @property
    def updates(self) -> int:
        return self.recipe.epochs * self.per_epoch

    def run(self) -> None:
        """Trains to the end. On Ctrl-C the model so far is saved, and KeyboardInterrupt raised."""
        try:
            with tqdm(total=self.updates, initial=self.update, unit="update") as bar:
                for ready in self._batches():
                    began = time.monotonic()
                    loss, tokens = self._train(ready)
                    spent = time.monotonic() - began
                    self.seconds += spent
                    self.update += 1
                    bar.update()
                    bar.set_postfix(
                        loss=f"{loss:.3f}",
                        tokens_s=f"{tokens / spent:,.0f}",
                        bleu=f"{self.record[-1]['bleu']:.1f}" if self.record else "–",
                    )
                    if self.update % self.per_epoch == 0 and self.valid:
                        self._measure(loss)
                    if self.update % self.recipe.interval == 0 or self.update == self.updates:
                        self.save()
        except KeyboardInterrupt:
            self.save()
            raise

    def save(self) -> None:
        """Writes the usable model and the state to go on from."""
        save_model(self.folder, self.model.config, self.average, self.vocabulary)
        record = {
            "recipe": asdict(self.recipe),
            "device": f"{self.device.type}, {torch.get_num_threads()} threads"
            if self.device.type == "cpu"
            else torch.cuda.get_device_name(),
            "measured": self.record,
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        (self.folder / "record.json").write_text(text + "\n", encoding="utf-8")
        tensors = {"rng": torch.get_rng_state()}
        if self.device.type == "cuda":
            tensors["rng.cuda"] = torch.cuda.get_rng_state()
        for index, (name, value) in enumerate(self.model.named_parameters()):
            tensors[f"model.{name}"] = value.detach()
            tensors[f"average.{name}"] = self.average[name]
            for key, part in self.optimizer.state_dict()["state"].get(index, {}).items():
                tensors[f"optimiser.{index}.{key}"] = part
        state = {"update": self.update, "seconds": self.seconds, "record": self.record}
        new = self.folder / "resume.new"
        save_file(tensors, new, {"state": json.dumps(state), "recipe": self._signature()})
        new.replace(self.folder / "resume.safetensors")

    def _signature(self) -> str:
        """What must not change between parts of a run."""
        recipe = asdict(self.recipe)
        if self.recipe.schedule == "inverse-sqrt":  # the rate does not depend on where it ends
            del recipe["epochs"]
        return json.dumps([asdict(self.model.config), recipe, self.per_epoch])

    def _resume(self) -> None:
        path = self.folder / "resume.safetensors"
        with safe_open(path, "pt") as file:
            if file.metadata()["recipe"] != self._signature():
                raise ValueError(
                    f"{path} was written with other options or data; give the same ones to go on, "
                    f"or another folder to begin anew"
                )
            tensors = {key: file.get_tensor(key) for key in list(file.keys())}
            state = json.loads(file.metadata()["state"])
        self.update, self.seconds, self.record = state["update"], state["seconds"], state["record"]
        torch.set_rng_state(tensors.pop("rng"))
        if "rng.cuda" in tensors:
            torch.cuda.set_rng_state(tensors.pop("rng.cuda"))
        steps: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in tensors.items():
            kind, _, name = key.partition(".")
            if kind == "model":
                self.model.get_parameter(name).data.copy_(value)
            elif kind == "average":
                self.average[name].copy_(value)
            else:
                index, _, part = name.partition(".")
                steps.setdefault(int(index), {})[part] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": steps})

    def _batches(self) -> Iterator[Batch]:
        """The batches still to come; an epoch's order follows from the seed and its number."""
        while self.update < self.updates:
            epoch, done = divmod(self.update, self.per_epoch)
            rng = random.Random(f"{self.recipe.seed} {epoch}")
            for index, ready in enumerate(self.corpus.batches(rng)):
                if index >= done:
                    yield ready

    def _rate(self) -> float:
        """Linear warm-up to the peak, then down by the schedule."""
        done, warmup = self.update + 1, self.recipe.warmup
        if done <= warmup:
            return self.recipe.rate * done / warmup
        return self.recipe.rate * SCHEDULES[self.recipe.schedule](done, warmup, self.updates)

    def _train(self, ready: Batch) -> tuple[float, int]:
        """One update; the plain loss a token in nats, and how many tokens there were."""
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        smoothed, plain, tokens = self._loss(ready, self.recipe.smoothing)
        (smoothed / tokens).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        # Early weights are forgotten faster, or the average would lag behind a short run.
        keep = min(self.recipe.average, (1 + self.update) / (10 + self.update))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.values()), list(self.model.parameters()), 1 - keep
            )
        return plain.item() / tokens, tokens

    def _loss(self, ready: Batch, smoothing: float):
        source, given, wanted = (torch.from_numpy(part).to(self.device) for part in ready)
        real = wanted != self.vocabulary.pad
        with self._precision():
            state = self.model.start(source)
            if self.model.training and self.recipe.teacher_forcing < 1:
                given = self._mix(given, state)
            combined = self.model.decode(given, state).combined
        losses = readout_loss(
            combined[real],
            *self.model.readout(),
            wanted[real],
            smoothing,
            self.dtype,
        )
        return *losses, int(real.sum())

    def _mix(self, given: torch.Tensor, state) -> torch.Tensor:
        """Some of the true tokens replaced by the model's own guesses, all steps at once
        (Duckworth et al. 2019, arXiv 1906.04331)."""
        with torch.no_grad():
            guesses = self.model.logits(self.model.decode(given, state).combined).argmax(-1)
        own = torch.rand(given.shape, device=given.device) >= self.recipe.teacher_forcing
        own[:, 0] = False
        return torch.where(own & (given != self.vocabulary.pad), guesses.roll(1, 1), given)

    def _precision(self) -> AbstractContextManager:
        if self.dtype is torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    @torch.no_grad()
    def _measure(self, loss: float) -> None:
        """Held-out loss, BLEU and the attention of a few fixed sentences, into the record."""
        trained = {k: v.detach().clone() for k, v in self.model.named_parameters()}
        self._swap(self.average)
        try:
            entry = self._held_out(loss)
        finally:  # Ctrl-C must not leave the averaged weights as those to go on from
            self._swap(trained)
        self.record.append(entry)
        tqdm.write(json.dumps({k: v for k, v in entry.items() if k != "attention"}))

    def _held_out(self, loss: float) -> dict:
        self.model.eval()
        held = [
            ([*self.vocabulary.encode(s), self.vocabulary.end], self.vocabulary.encode(t[0]))
            for s, t in self.valid.items()
        ]
        parts = [self._loss(batch([pair], self.vocabulary), 0.0) for pair in held[:200]]
        shown = [self._translate(source) for source in list(self.valid)[:300]]
        import sacrebleu  # heavy, and only training needs it here

        bleu = sacrebleu.corpus_bleu(
            [text for text, _ in shown], [[t[0] for t in list(self.valid.values())[:300]]]
        )
        return {
            "update": self.update,
            "seconds": round(self.seconds),
            "loss": round(loss, 4),
            "held_out_loss": round(
                sum(p.item() for _, p, _ in parts) / sum(n for *_, n in parts), 4
            ),
            "bleu": round(bleu.score, 2),
            "attention": [
                {"source": source, "target": text, "weights": weights}
                for source, (text, weights) in list(zip(self.valid, shown))[:3]
            ],
        }

    def _translate(self, source: str) -> tuple[str, list[list[float]]]:
        """The greedy translation, and its weights (T, S)."""
        ids = torch.tensor(
            [[*self.vocabulary.encode(source), self.vocabulary.end]], device=self.device
        )
        found = search(self.model, ids, limit=2 * ids.shape[1] + 10)
        weights = [
            one.weights[0].flatten(0, -2).mean(0) if one.weights.dim() > 2 else one.weights[0]
            for depth in found.depths
            for one in depth.prediction.attention
            if one.name == "cross"
        ]
        return self.vocabulary.decode([node.token for node in found.nodes]), [
            np.round(row.cpu().float().numpy().astype(float), 3).tolist() for row in weights
        ]

    def _swap(self, values: dict[str, torch.Tensor]) -> None:
        for name, value in values.items():
            self.model.get_parameter(name).data.copy_(value)


def fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is fast there: a GPU that has it, or a processor with AMX or AVX-512."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return torch.cpu._is_avx512_bf16_supported()
