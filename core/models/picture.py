"""A model that writes what is to be seen on a picture: convolutions make a grid of states of it,
and the recurrent decoder of `core.models.recurrent` attends to them. It is the soft attention of Xu
et al. 2015 (arXiv 1502.03044, sections 3.1 and 4.2), in Luong's wiring unless told otherwise.

Their encoder could tell things apart before it learnt from captions (section 4.3); this one learns
both at once: in training each cell's state is also read for what lies there. Where to look it is
never told.

Shape letters: B batch, P pixels of a side, R cells of a side, S cells, T target tokens, L layers,
D vector size, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.facts import CAPTIONS, Facts
from core.loss import readout_loss
from core.models import FORCED, Forcing, Loss, Memory
from core.models.recurrent import CELLS, GLOBAL, WIRINGS, RecurrentModel
from core.pictures.board import GRID, SIDE
from core.whatif import NOTHING, WhatIf

CELL = SIDE // GRID[0]  # pixels of a side of a cell
GROUPS = 8  # of channels that are normed together
PAPER = 0.1  # how much a cell on which nothing lies counts, as most are such


@dataclass(frozen=True)
class PictureConfig:
    """The shape of such a model; raises ValueError for one that cannot be built."""

    kind: ClassVar[str] = "picture"
    # As in `RecurrentConfig`, of which the decoder is one.
    encoder_layers: ClassVar[int] = 1
    decoder_layers: ClassVar[int] = 1
    # What it saw as it wrote a word is needed for the words after it: where something else lies.
    input_feeding: ClassVar[bool] = True
    one_hot: ClassVar[bool] = False
    combine: ClassVar[bool] = True
    window: ClassVar[str] = GLOBAL
    vocabulary: int
    size: int = 128
    channels: int = 16  # of the first convolution; those after it have more
    cell: str = "LSTM"
    score: str = "concat"
    wiring: str = "luong"
    dropout: float = 0.1
    things: int = 80  # that cells are read for in training

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"no cell {self.cell!r}; there are {', '.join(CELLS)}")
        if self.wiring not in WIRINGS:
            raise ValueError(f"no wiring {self.wiring!r}; there are {', '.join(WIRINGS)}")
        if min(self.vocabulary, self.size, self.channels, self.things) < 1:
            raise ValueError("of vocabulary, size, channels, things there is at least one each")
        if self.channels % GROUPS:
            raise ValueError(f"channels are normed in {GROUPS} groups: {self.channels} are not")
        if not self.score:
            raise ValueError("a model of pictures attends: it needs a score")


class PictureModel(RecurrentModel):
    Config = PictureConfig
    does = CAPTIONS
    task = "pictures"
    grid = GRID

    def __init__(self, config: PictureConfig):
        super().__init__(config)
        self.lies = nn.Linear(config.size, 1 + config.things)  # nothing, or one of the things

    def _encoder(self, given: int, dropout: float) -> nn.Module:
        return Convolutions(self.config.channels, self.config.size)

    def encode(
        self, source: Tensor, visible: Tensor | None = None, whatif: WhatIf = NOTHING
    ) -> Memory:
        """Reads pictures (B, P, P, 3) of 0 to 255; all of each is `visible`, and a what-if changes
        nothing here. What the encoder begins with is the pixels of each cell."""
        side, _ = self.grid
        pixels = source.to(self.readout_bias.dtype) / 127.5 - 1
        cells = pixels.unflatten(2, (side, CELL)).unflatten(1, (side, CELL))  # (B, R, 8, R, 8, 3)
        cells = cells.transpose(2, 3).flatten(3).flatten(1, 2)  # (B, S, 8 × 8 × 3)
        # A gradient by what is read is asked for outside training alone.
        cells = cells.requires_grad_(torch.is_grad_enabled() and not self.training)
        grid = cells.view(-1, side, side, CELL, CELL, 3).transpose(2, 3)
        states, first = self.encoder(grid.reshape(-1, SIDE, SIDE, 3).permute(0, 3, 1, 2))
        seen = torch.ones(states.shape[:2], dtype=torch.bool, device=states.device)
        hidden = first[0][:, None]  # (B, L, D)
        cell = first[1][:, None][:, : int(self.kind.remembers)]
        return Memory(states, seen, cells, last=(hidden, cell), grid=self.grid)

    def loss(
        self, batch, smoothing: float = 0.0, dtype: torch.dtype = torch.float32,
        forcing: Forcing = FORCED,
    ) -> Loss:  # fmt: skip
        """The loss of a batch of `core.tasks.pictures.corpus.Batch`, as tensors: of its captions
        and, where there are gradients, of what lies on its cells."""
        source, cells, given, wanted, real = batch
        with torch.autocast(source.device.type, dtype, enabled=dtype is not torch.float32):
            memory = self.encode(source)
            state = self.start(memory)
            read = forcing.read(self, given, real, state)
            combined = self.decode(read, state).combined
            lies = self.lies(memory.states)
        smoothed, plain = readout_loss(
            combined[real], *self.readout(), wanted[real], smoothing, dtype
        )
        count = int(real.sum())
        counts = torch.ones(1 + self.config.things, device=source.device)
        counts[0] = PAPER
        missed = functional.cross_entropy(lies.float().flatten(0, 1), cells.flatten(), counts)
        return Loss(smoothed + count * missed, plain, count)

    def made_of(self) -> str:
        """What it is made of, in sentences for its card."""
        config, score = self.config, self.score_of()
        return (
            f"A convolutional encoder reads {SIDE} × {SIDE} pixels and leaves a grid of "
            f"{SIDE // CELL} × {SIDE // CELL} states; a recurrent decoder ({config.cell}, one "
            f"layer, {config.size} dimensions) attends to them (soft attention, Xu et al. 2015) "
            f"with the {score.name} score ({score.source}) in {config.wiring.title()}'s wiring. In "
            "training the states also learnt which drawing lies on each cell; the attention was "
            "never told where to look."
        )

    def facts(self) -> Facts:
        """What it is made of and has."""
        found = super().facts()
        has = (*found.has, "picture")
        return replace(found, cell=f"CNN + {self.config.cell}", has=has, does=self.does)


class Convolutions(nn.Module):
    """Pictures (B, 3, P, P) to states (B, S, D) of cells, row by row, and the decoder's first state
    and cell (B, D), each from the mean of them (Xu et al. 2015, section 3.1.2)."""

    def __init__(self, channels: int, size: int):
        super().__init__()
        widths = (3, channels, 3 * channels, 6 * channels)
        layers: list[nn.Module] = []  # each halves the sides: 64, 32, 16, 8
        for before, after, kernel in zip(widths, widths[1:], (5, 3, 3)):
            layers += (
                nn.Conv2d(before, after, kernel, 2, kernel // 2, bias=False),
                nn.GroupNorm(GROUPS, after),
                nn.ReLU(),
            )
        self.layers, wide = nn.Sequential(*layers), widths[-1]
        self.around = nn.Sequential(
            nn.Conv2d(wide, wide, 3, 1, 1, bias=False), nn.GroupNorm(GROUPS, wide), nn.ReLU()
        )
        self.out = nn.Linear(wide, size)
        self.places = nn.Parameter(_waves(size))
        self.first = nn.Linear(size, 2 * size)

    def forward(self, pictures: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        found = self.layers(pictures)
        found = found + self.around(found)  # (B, 6C, R, R)
        states = torch.tanh(self.out(found.flatten(2).transpose(1, 2))) + self.places
        return states, torch.tanh(self.first(states.mean(1))).chunk(2, -1)


def _waves(size: int) -> Tensor:
    """(S, D), where the vectors of places begin: waves along the rows in one half of them, along
    the columns in the other (Vaswani et al. 2017, section 3.5)."""
    places, parts = torch.arange(SIDE // CELL)[:, None], []
    for half in (size // 2, size - size // 2):
        angles = places * 10 ** (-torch.arange(half) / half) + torch.arange(half) % 2 * torch.pi / 2
        parts.append(0.5 * angles.sin())  # (R, D / 2)
    count = len(places)
    down, across = parts[0].repeat_interleave(count, 0), parts[1].repeat(count, 1)
    return torch.cat([down, across], -1)
