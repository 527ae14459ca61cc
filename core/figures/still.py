"""A trace as one still picture, in SVG: for whoever shows no script, such as an untrusted notebook.

Shape letters: Q queries, K keys.
"""

from __future__ import annotations

import base64
import html
import math
import struct
import unicodedata
import zlib
from typing import NamedTuple

import numpy as np

from core.figures.scales import mixed
from core.trace import PICTURE, AttentionMap, Trace
from core.wire import shortened
from core.words.languages import tag

# Colours that are read on white and on black alike: the picture has no ground of its own.
SOURCE, TARGET = "#1f7fc0", "#c25a10"
FONT = "Noto Sans KR, Noto Sans CJK KR, sans-serif"
SIZE, LINE = 13, 22  # of type, and from line to line
WIDE, TALL = 640, 900  # how large a map may be, in pixels
LEAST, MOST = 1, 26  # sides of a cell, in pixels
LONGEST = 16  # half-width characters of a label


class Side(NamedTuple):
    """The labels along one side of a map, their colour and their language."""

    labels: tuple[str, ...]
    colour: str
    tongue: str


def still(trace: Trace) -> str:
    """What was read, what was written, and its attention, rows are queries: of several heads their
    mean. A trace without attention is two lines of text."""
    model = trace.model
    tongues = (tag(model.source), tag(model.target)) if model else ("und", "und")
    typed = trace.typed
    if any(axis.kind == PICTURE for axis in trace.axes):  # which may be told by a long text
        typed = shortened(typed)
    lines = [_text(0, LINE, typed, SOURCE, tongues[0], weight=600)] if typed else []
    if trace.tree:
        lines.append(_text(0, 2 * LINE, trace.text, TARGET, tongues[1], weight=600))
    top = LINE * len(lines) + 10
    block = next((one.block for one in trace.attentions if one.block == "cross"), None)
    if block is None and trace.attentions:
        block = trace.attentions[0].block
    drawn, wide, tall = "", max(map(_width, (typed, trace.text if trace.tree else ""))), top
    if block is not None:
        found = trace.attention(block)
        sides = Side(found.queries, TARGET, tongues[1]), Side(found.keys, SOURCE, tongues[0])
        drawn, across, tall = _map(found, *sides, top)
        wide = max(wide, across)
    wide, tall = math.ceil(wide), math.ceil(tall)
    size = f'width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" '
        f'font-size="{SIZE}">{"".join(lines)}{drawn}</svg>'
    )


def _map(found: AttentionMap, rows: Side, columns: Side, top: float) -> tuple[str, float, float]:
    """A map below `top`, and how far the picture reaches to the right and down."""
    each = max(LEAST, min(MOST, WIDE // len(columns.labels), TALL // len(rows.labels)))
    named = each > 8  # else there is no room for labels
    left, over = 0.0, 0.0
    if named:
        left = max(map(_width, map(_cut, rows.labels))) + 8
        over = max(map(_width, map(_cut, columns.labels))) * 0.72 + 14
    y = top + over
    size = min(SIZE, each - 1)
    parts = []
    for i, label in enumerate(rows.labels if named else ()):
        place = left - 8, y + (i + 0.5) * each + size * 0.35
        parts.append(_text(*place, _cut(label), rows.colour, rows.tongue, size=size, anchor="end"))
    for j, label in enumerate(columns.labels if named else ()):
        x = left + (j + 0.5) * each
        turn = f"rotate(-45 {x:.1f} {y - 6:.1f})"
        parts.append(
            _text(x, y - 6, _cut(label), columns.colour, columns.tongue, size=size, turn=turn)
        )
    tall, wide = (each * count for count in found.weights.shape)
    data = base64.b64encode(png(cells(found, each))).decode()
    parts.append(
        f'<image x="{left:.1f}" y="{y:.1f}" width="{wide}" height="{tall}" '
        f'href="data:image/png;base64,{data}"/>'
    )
    return "".join(parts), left + wide + over, y + tall


def cells(found: AttentionMap, each: int) -> np.ndarray:
    """The map in pixels (Q · each, K · each, 4): red, green, blue, and what is covered. A cell is
    `each` wide and tall with its gap, and clear where nothing may be read."""
    colours = mixed(np.clip(found.weights, 0, 1)).round().astype(np.uint8)  # (Q, K, 3)
    covers = np.where(found.visible, 255, 0).astype(np.uint8)[..., None]  # (Q, K, 1)
    pixels = np.concatenate([colours, covers], axis=-1).repeat(each, 0).repeat(each, 1)
    if each > 8:
        pixels[each - 1 :: each, :, 3] = pixels[:, each - 1 :: each, 3] = 0
    return pixels


def png(pixels: np.ndarray) -> bytes:
    """Pixels (height, width, 4) as a PNG file (ISO/IEC 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    tall, wide, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)  # no filter
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, tall, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )


def _text(
    x: float, y: float, words: str, colour: str, tongue: str, *,
    size: float = SIZE, weight: int = 400, anchor: str = "start", turn: str = "",
) -> str:  # fmt: skip
    told = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in words)
    turned = f' transform="{turn}"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" lang="{tongue}" font-size="{size}" '
        f'font-weight="{weight}" text-anchor="{anchor}"{turned}>{html.escape(told)}</text>'
    )


def _halves(text: str) -> int:
    """How wide a text is, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _width(text: str) -> float:
    """About how many pixels wide it is."""
    return 0.58 * SIZE * _halves(text)


def _cut(label: str) -> str:
    if _halves(label) <= LONGEST:
        return label
    kept = label
    while _halves(kept) >= LONGEST:
        kept = kept[:-1]
    return f"{kept}…"
