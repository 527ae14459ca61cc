"""What a model sees of a text: the pixels of a board or of a picture of one's own, and which cells
of a grid over them lie on which thing.

Shape letters: P pixels of a picture's side, S cells of a grid, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.pictures.board import SIDE, Board, Placed, read
from core.pictures.drawing import picture
from core.pictures.photo import is_photo, pixels_of


def pixels(text: str) -> np.ndarray:
    """uint8 (P, P, 3). Raises BadBoard."""
    return pixels_of(text) if is_photo(text) else picture(read(text))


def board(text: str) -> Board:
    """The drawings on it; none of a picture of one's own. Raises BadBoard."""
    return () if is_photo(text) else read(text)


def under(placed: Sequence[Placed], grid: tuple[int, int]) -> np.ndarray:
    """bool (S,), the cells whose middle lies in the square around one of these drawings."""
    rows, columns = ((np.arange(count) + 0.5) * SIDE / count for count in grid)  # of middles
    found = np.zeros(grid, bool)
    for one in placed:
        down = (rows >= one.top) & (rows < one.top + one.size)
        across = (columns >= one.left) & (columns < one.left + one.size)
        found |= down[:, None] & across[None]
    return found.ravel()
