"""From a board to the picture that a model reads, the same on every machine: whole numbers alone.

Each drawing is a square of the sheet; its pixels are averaged over those of the size that is asked
for, and laid over what is there. Shape letters: P pixels of a picture's side, C of a sheet's
square, N of a drawing's side.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from core.pictures.board import SIDE, Placed, things

SHEET = Path(__file__).with_name("drawings.png")
CELL, ACROSS = 48, 10  # pixels of a square of the sheet, and squares of a row
PAPER = 255  # white


@cache
def sheet() -> np.ndarray:
    """All drawings, (rows × C, ACROSS × C, 4), red, green, blue and opacity."""
    from PIL import Image  # heavy, and a stored trace needs no picture drawn

    with Image.open(SHEET) as image:
        return np.asarray(image.convert("RGBA"))


@cache
def sheet_url() -> str:
    """The sheet as an address that holds it, for a page with nothing to fetch."""
    return f"data:image/png;base64,{base64.b64encode(SHEET.read_bytes()).decode()}"


@cache
def drawn(thing: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """A drawing at a size: what it adds, its colours times their opacity (N, N, 3), and how much it
    lets through (N, N, 1), both of 255 squared parts."""
    row, column = divmod(list(things()).index(thing), ACROSS)
    square = sheet()[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL]
    colours, opacity = square[..., :3].astype(np.int32), square[..., 3:].astype(np.int32)
    parts = np.concatenate([colours * opacity, 255 * opacity], -1)  # (C, C, 4)
    share = _overlaps(size)  # (N, C)
    rows = np.tensordot(share, parts, 1)  # (N, C, 4)
    mean = np.tensordot(rows, share, (1, 1)).transpose(0, 2, 1) // CELL**2  # (N, N, 4)
    mean = mean.astype(np.int32)
    return mean[..., :3], 255**2 - mean[..., 3:]


def picture(board: Sequence[Placed]) -> np.ndarray:
    """The picture of a board, uint8 (P, P, 3)."""
    found = np.full((SIDE, SIDE, 3), PAPER, np.int32)
    for thing, left, top, size in board:
        adds, through = drawn(thing, size)
        place = found[top : top + size, left : left + size]
        place[:] = (adds + place * through // 255 + 127) // 255
    return found.astype(np.uint8)


def _overlaps(size: int) -> np.ndarray:
    """(N, C), how much of each new pixel each old one fills, of C parts of its length."""
    new, old = np.arange(size)[:, None] * CELL, np.arange(CELL)[None] * size
    return np.clip(np.minimum(new + CELL, old + size) - np.maximum(new, old), 0, None)
