"""What the figures share: the stage's colour scales, and labels that stay text."""

from __future__ import annotations

import html

import numpy as np

# The stage's colours (core/stage/colours.js): weights dark to bright, the small ones lifted by a
# power; scores blue below zero, orange above, paper between. Red never stands against green.
SEQUENTIAL = ((18, 30, 66), (38, 83, 124), (44, 140, 140), (128, 190, 110), (253, 231, 76))
DIVERGING = ((0, 78, 137), (96, 160, 204), (250, 249, 246), (226, 146, 90), (158, 58, 0))
POWER = 0.75


def mixed(
    at: np.ndarray, stops: tuple[tuple[int, int, int], ...] = SEQUENTIAL, power: float = POWER
) -> np.ndarray:
    """The colours of values from 0 to 1: red, green and blue, from 0 to 255, along a last axis."""
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(at**power, places, part) for part in zip(*stops)], axis=-1)


def _scale(stops: tuple[tuple[int, int, int], ...], power: float = 1.0) -> list[tuple[float, str]]:
    """A plotly colour scale through `stops`, evenly spaced along value ** power."""
    at = np.linspace(0, 1, 33)
    colours = mixed(at, stops, power)
    return [(float(x), f"rgb({r:.0f},{g:.0f},{b:.0f})") for x, (r, g, b) in zip(at, colours)]


SCALES = {"weights": _scale(SEQUENTIAL, POWER), "scores": _scale(DIVERGING)}


def literal(label: str) -> str:
    """`label` as plotly draws it literally: it reads some HTML, and TeX between dollar signs."""
    return html.escape(label, quote=False).replace("$", "&#36;")
