"""The facade of models that write what is to be seen on a picture: a board or a picture in, a trace
out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.pictures.board import Placed, read, written
from core.pictures.photo import data_url, is_photo, text_of
from core.pictures.seen import board, pixels
from core.trace import Trace
from core.translator import Translator
from core.tree import Sampling, Token
from core.whatif import TRAINED, Replaced

WORDS = 20  # of a caption at most


class Captioner(Translator):
    """A loaded model that writes captions, and its tokeniser."""

    def caption(
        self,
        picture: str | Path | bytes | np.ndarray | Sequence[Placed],
        *,
        beam: int = 1,
        sampling: Sampling | None = None,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, Sequence[float]] | Sequence[Replaced] = (),
        temperature: float = 1.0,
        scaling: str = TRAINED,
    ) -> Trace:
        """What is to be seen on `picture`, with every number that led to the caption.

        A picture is a board, as a text ("fox 30,4,16; pizza 18,26,30": left, top and size in
        pixels of 64) or as drawings that are `Placed`; or one of your own: its file, as a path or
        as bytes, or its pixels (64, 64, 3) from 0 to 255. The others are those of
        `Translator.translate`.

        Raises BadBoard for a text that is no board and for what is no picture, OSError for a file
        that cannot be read; BadPrefix and BadWhatIf for what-ifs that do not fit.
        """
        return super().translate(
            _told(picture), beam=beam, sampling=sampling, limit=WORDS, prefix=prefix,
            weights=weights, temperature=temperature, scaling=scaling,
        )  # fmt: skip

    def read_source(self, text: str) -> tuple[Token, ...]:
        """The cells of the picture that `text` tells, row by row. Raises BadBoard."""
        board(text)
        rows, columns = self.model.grid
        names = [f"{row + 1},{column + 1}" for row in range(rows) for column in range(columns)]
        return tuple(Token(at, name, name, at) for at, name in enumerate(names))

    def ids(self, text: str, source: Sequence[Token]) -> list:
        """The pixels of the picture that `text` tells, (P, P, 3)."""
        return pixels(text).tolist()

    def translate(self, text: str, **asked) -> Trace:
        """Raises WrongVerb."""
        raise self.wrong("translate")


def _told(given: str | Path | bytes | np.ndarray | Sequence[Placed]) -> str:
    """Any of the ways to tell a picture, as a text."""
    if isinstance(given, str):
        return given if is_photo(given) else written(read(given))
    if isinstance(given, Path):
        return text_of(given.read_bytes())
    if isinstance(given, bytes):
        return text_of(given)
    if isinstance(given, np.ndarray):
        return data_url(given.astype(np.uint8))
    return written(read(written(given)))
