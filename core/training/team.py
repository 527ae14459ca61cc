"""Several processes that train one model together, each on its part of every batch: data parallel,
as `torchrun` begins them; and one process by itself.

Shape letters: B rows of a batch.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch import distributed as others
from torch.nn.parallel import DistributedDataParallel

from core.models import Loss, Model

BACKENDS = {"cpu": "gloo", "cuda": "nccl"}


class Team(NamedTuple):
    """Which of how many processes this one is. All hold the same weights at all times; the first
    alone measures, prints and writes."""

    rank: int = 0
    size: int = 1

    @classmethod
    def joined(cls, device: torch.device) -> Team:
        """As the environment says that `torchrun` makes; without it one process by itself."""
        if int(os.environ.get("WORLD_SIZE", "1")) == 1:
            return ALONE
        if device.type == "cuda":
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        others.init_process_group(BACKENDS[device.type])
        return cls(others.get_rank(), others.get_world_size())

    @property
    def first(self) -> bool:
        return self.rank == 0

    def leave(self) -> None:
        if self.size > 1:
            others.destroy_process_group()

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            others.barrier()

    def computing(self, model: Model) -> Callable[..., Loss]:
        """What computes the loss of a batch, as `Model.loss` does, such that the gradients which
        follow from it are the means over all processes."""
        if self.size == 1:
            return model.loss
        # Which parameters have a part in a loss differs with the kind of model.
        return DistributedDataParallel(_Computing(model), find_unused_parameters=True)

    def part(self, ready: Any) -> tuple[Any, int]:
        """The rows of a batch (B, ...) that this process computes, and 1; of a batch that has fewer
        rows than there are processes a row that another computes too, and 0: it must not count."""
        rows = type(ready)(*(part[self.rank :: self.size] for part in ready))
        if len(rows[0]):
            return rows, 1
        return type(ready)(*(part[:1] for part in ready)), 0

    def sums(self, *values: float) -> list[float]:
        """Each of the values summed over all processes."""
        if self.size == 1:
            return list(values)
        together = torch.tensor(values, dtype=torch.float64, device=_here())
        others.all_reduce(together)
        return together.tolist()

    def agrees(self, told: str) -> bool:
        """Whether all of several processes are told the same."""
        number = int.from_bytes(sha256(told.encode()).digest()[:7], "big")
        both = torch.tensor([number, -number], device=_here())
        others.all_reduce(both, others.ReduceOp.MAX)
        return both[0].item() == -both[1].item()


ALONE = Team()


def _here() -> str:
    """Where tensors lie that are sent to others."""
    return "cuda" if others.get_backend() == "nccl" else "cpu"


class _Computing(nn.Module):
    """A model whose call is its loss, which is what gradients are gathered of."""

    def __init__(self, model: Model):
        super().__init__()
        self.model = model

    def forward(self, *asked: Any) -> tuple[Tensor, Tensor, int]:
        return self.model.loss(*asked)
