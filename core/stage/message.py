"""What every stage is sent, as types: those of one view stand in its `wire.py`.

`python -m core.views.wiretypes` writes all of them for the scripts, as wire.d.ts.
"""

from typing import TypedDict

from core.formulas import Formula
from core.words import Text


class Message(TypedDict):
    """What all stages are sent."""

    stage: str  # a folder of core/views
    language: str
    strings: dict[str, Text]
    tongues: dict[str, str]  # of "source" and "target": see `core.stage.tongues`


class Packed(TypedDict):
    """An array: see core.wire.packed."""

    dtype: str
    shape: tuple[int, ...]
    data: str


Formulas = dict[str, Formula]
