"""A trace that somebody sent: read, checked, and told which views can draw it (no torch)."""

from __future__ import annotations

import json
import re

from core import sound
from core.facts import CAPABILITIES, DOES, REMARKS
from core.pictures.seen import pixels
from core.refusals import NoTrace
from core.trace import CHARACTERS, PATH, PICTURE, TEXT, WRITTEN, Trace

LIMIT = 20 * 2**20  # bytes of a file
MOST_STEPS = 20_000  # of a search: more cannot be drawn
MOST_TEXT = 2_000  # characters of a name, a token or a formula
BLOCKS = {"encoder", "self", "cross"}  # that a Transformer's trace has


def received(data: bytes) -> Trace:
    """The trace in a file that somebody sent. Nothing of it is run, and it is text alone.

    Raises NoTrace, a ValueError, that says what it lacks.
    """
    if len(data) > LIMIT:
        told = f"it has {len(data) / 2**20:.1f} MB; {LIMIT // 2**20} are the most"
        raise NoTrace(told, "large")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoTrace("it is no text in UTF-8, so it is no JSON", "binary") from error
    trace = Trace.from_json(text)
    for check, why in ((_whole, "damaged"), (sound.check, "damaged"), (_check, "undrawn")):
        try:
            check(trace)
        except ValueError as error:
            raise NoTrace(str(error), why) from error
    return trace


def _whole(trace: Trace) -> None:
    """Raises ValueError for a text with half a character in it, which no page could be sent."""
    texts = json.dumps(json.loads(trace.to_json()), ensure_ascii=False)
    try:
        texts.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text has half a character in it") from error


def views_of(trace: Trace) -> tuple[str, ...]:
    """The views that can draw it, by their names, the first of them the best."""
    has = trace.model.has if trace.model else ()
    if "hops" in has:  # its source is a story, and what it writes one word
        return ("stories",)
    if any(axis.kind == PICTURE for axis in trace.axes):
        return ("pictures",)
    heads = "heads" in has
    scored = all(one.scores is not None for one in trace.attentions)
    maps = heads and scored and not trace.whatif.weights_changed and _stacked(trace)
    if trace.tree:
        return ("decode", "search", *["maps"] * maps)
    return ("maps",) * maps or ("show",) * (len(trace.attentions) > 0)


def _stacked(trace: Trace) -> bool:
    """Whether all maps of it can be drawn: it has the attentions of a Transformer, whole."""
    blocks = {one.block for one in trace.attentions}
    return blocks <= BLOCKS and any(trace.heads(block) for block in blocks)


def _check(trace: Trace) -> None:
    """Raises ValueError for what no picture could be made of."""
    model = trace.model
    if trace.tree and model is None:
        raise ValueError("something was written, but no model is named")
    if not trace.tree and not trace.attentions:
        raise ValueError("it has neither attention nor a search: there is nothing to draw")
    if trace.tree and len(trace.steps) > MOST_STEPS:
        raise ValueError(f"its search has {len(trace.steps)} steps; {MOST_STEPS} are the most")
    if trace.tree and not any(one.name == WRITTEN and one.kind == PATH for one in trace.axes):
        raise ValueError("something was written, but there is no axis of it")
    texts = [trace.typed[:0], *(token.piece for axis in trace.axes for token in axis.items)]
    if model:
        texts += [model.name, model.cell]
        texts += [model.score.latex, model.score.name, model.score.query] if model.score else []
        for code in (model.source, model.target):
            if not re.fullmatch("[a-z]{2,3}", code):
                raise ValueError(f"{code[:20]!r} is no code of a language")
        for told, known in ((model.has, CAPABILITIES), ((model.does,), DOES),
                            (model.remarks, REMARKS)):  # fmt: skip
            if unknown := [one for one in told if one not in known]:
                raise ValueError(f"this version knows no {unknown[0][:40]!r}")
    if any(len(text) > MOST_TEXT for text in texts):
        raise ValueError(f"a name or a token in it is longer than {MOST_TEXT} characters")
    source = next((axis.kind for axis in trace.axes if axis.name == "source"), TEXT)
    if source == PICTURE:
        _check_picture(trace)
    elif trace.tree and source not in (TEXT, CHARACTERS):
        raise ValueError(f"what was read is no text but {source}, which no view steps through yet")


def _check_picture(trace: Trace) -> None:
    """Raises ValueError for a picture that no model wrote a caption of, or that is none."""
    if not (trace.tree and "picture" in trace.model.has and trace.model.score):
        raise ValueError("it has a picture, but no caption of it that a model wrote")
    if trace.axis("source").states is None or "cross" not in trace.blocks:
        raise ValueError("it has a picture, but nothing that looked at it")
    pixels(trace.typed)
