"""Exercises one after the other: predict what the model did, then see both side by side."""

from __future__ import annotations

from string import Formatter

from core import exercises
from core.exercises import MIXED, Exercise, Given, Map, Told
from core.stage import tongues, whole_page
from core.views.predict import wire
from core.words import say, section

NEEDS = ()  # without attention there is still a next token


def payload(
    given: Given, language: str, kind: str = "", level: str = MIXED, step: int | None = None
) -> wire.Payload:
    """What the script needs to ask ten exercises: see `core.exercises.ten`."""
    trace = given.trace
    return {
        "stage": "predict",
        "set": f"{trace.model.name} {given.seed} {kind} {level} {step} {trace.typed}",
        "model": trace.model.name,
        "typed": trace.typed,
        "seed": given.seed,
        "exercises": [_item(one, language) for one in exercises.ten(given, kind, level, step)],
        "tongues": tongues(trace.model),
        "strings": {**section(language, "stage"), **section(language, "predict")},
        "language": language,
    }


def _item(one: Exercise, language: str) -> wire.Exercise:
    return {
        "kind": one.kind,
        "step": one.step + 1,
        "sources": list(one.words),
        "written": list(one.written),
        "word": one.word,
        "ask": [told(each, language) for each in one.asks],
        "why": [told(each, language) for each in one.why],
        "row": _numbers(one.row),
        "best": [int(count) for count in exercises.best(one.row)] if one.row else [],
        "scores": _numbers(one.scores),
        "wrong": _numbers(one.wrong),
        "options": [
            {"label": o.label, "side": o.side, "value": o.value, "row": _numbers(o.row)}
            for o in one.options
        ],
        "right": one.right,
        "clues": [_map(each) for each in one.clues],
        "maps": [_map(each) for each in one.maps],
    }


def told(one: Told, language: str) -> wire.Runs:
    """A sentence as runs of one kind each; what was typed or written stands in runs of its own."""
    found: wire.Runs = []
    for text, name, _, _ in Formatter().parse(say(language, f"predict.{one.key}")):
        value = one.values[name] if name else ""
        kind, filled = value if isinstance(value, tuple) else ("plain", str(value))
        found += [pair for pair in (("plain", text), (kind, filled)) if pair[1]]
    return found


def _map(one: Map) -> wire.Map:
    weights = [_numbers(row) for row in one.weights]
    return {"label": one.label, "rows": list(one.rows), "weights": weights}


def _numbers(row) -> list[float]:
    return [float(f"{value:.6g}") for value in row]


def page(data: wire.Payload, theme: str = "auto") -> str:
    """One HTML file with the exercises of a payload, and their sheet, with nothing to fetch."""
    language = data["language"]
    data = {**data, "theme": theme, "exports": {"name": named(data)}}
    return whole_page(
        data, say(language, "predict.title"), data["typed"],
        say(language, "predict.about", model=data["model"], seed=data["seed"]),
    )  # fmt: skip


def named(data: wire.Payload) -> str:
    """What a file of these exercises is called, without its ending."""
    return f"heed-predict-{data['model']}-{data['seed']}"
