"""What the home page draws before any model is loaded: one translation whole, and a small true
picture for each page, in pretrained/home.json.

    python -m core.evaluation.front
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from core import manifest
from core.loader import load
from core.measurements import table
from core.trace import Trace

FILE = manifest.MODELS / "home.json"
SENTENCE = "She gave him the red book."
FIRST, BESIDE, TRANSFORMER = (
    "eng-fra-general",
    ("eng-fra-dot", "eng-fra-concat"),
    "eng-fra-transformer",
)
READER, WRITER, STORIES = "eng-bert", "eng-gpt", "eng-stories"
BEAM = 3


def rows(weights: np.ndarray) -> list[list[float]]:
    """Weights, two digits each: more is not seen in a small picture."""
    return np.round(weights.astype(float), 2).tolist()


def branches(trace: Trace) -> list[list[float]]:
    """The tree of a search: of each step its depth, its place among those of that depth by total,
    its parent (-1 for none), and whether it is on the best path (1 or 0)."""
    depths: list[int] = []
    for step in trace.steps:
        depths.append(1 if step.parent is None else depths[step.parent] + 1)
    best = {id(step) for step in trace.path()}
    found = []
    for place, step in enumerate(trace.steps):
        alike = [one for one, depth in zip(trace.steps, depths) if depth == depths[place]]
        rank = sorted(alike, key=lambda one: -one.total).index(step)
        parent = -1 if step.parent is None else step.parent
        found.append([depths[place], rank, parent, int(id(step) in best)])
    return found


def looks(trace: Trace) -> list[list[float]]:
    """Of an answered story: of each look how much weight each line has."""
    weights = trace.attention("cross.1.1").weights[0], trace.attention("cross.2.1").weights[0]
    lines = trace.typed.split("\n")
    ends, at = [], 0
    for line in lines:
        at += len(line) + 1
        ends.append(at)
    place = np.array([
        sum(token.begin >= end for end in ends) if token.begin is not None else len(lines)
        for token in trace.source
    ])  # fmt: skip
    return [[round(float(one[place == n].sum()), 2) for n in range(len(lines) - 1)]
            for one in weights]  # fmt: skip


def pictures() -> dict[str, object]:
    """The small pictures, by the address of their page."""
    found: dict[str, object] = {}
    first = load(FIRST)
    trace = first.translate(SENTENCE)
    written = [step.token.id for step in trace.path()]
    both = [load(name).translate(SENTENCE, prefix=written) for name in BESIDE]
    found["decode"] = rows(trace.attention("cross").weights)
    found["compare"] = [rows(one.attention("cross").weights) for one in (trace, *both)]
    found["search"] = branches(first.translate(SENTENCE, beam=BEAM))
    inside = load(TRANSFORMER).translate(SENTENCE)
    layers, heads = inside.heads("cross")
    found["transformer"] = [rows(inside.attention(f"cross.{layers}.{head}").weights)
                            for head in range(1, heads + 1)]  # fmt: skip
    found["alone"] = [
        rows(load(READER).read(manifest.entry(READER).sentence).attention("encoder").weights),
        rows(load(WRITER).write(manifest.entry(WRITER).sentence).attention("self").weights),
    ]
    found["stories"] = looks(load(STORIES).answer(manifest.entry(STORIES).sentence))
    found["workbench"] = bench()
    found["measurements"] = measured()
    found["models"] = [[name, one.facts.parameters] for name, one in manifest.shipped().items()]
    return found


def bench() -> dict[str, object]:
    """The query and the keys that the workbench opens with, and the weights of its score."""
    from core.views import workbench

    score, setting = workbench.SITUATIONS[workbench.FIRST]
    worked = workbench.work(workbench.complete(setting))
    own = next(one for one in worked.scored if one.name == score)
    weights = [round(float(one), 2) for one in own.weights]
    return {"query": setting.query, "keys": setting.keys, "weights": weights}


def measured() -> list[list[object]]:
    """BLEU of the models that translate, as the table of measurements has it."""
    found = table.read(manifest.MODELS / "evaluation.csv").rows
    whole = (found["measure"] == "bleu") & (found["slice"] == "test")
    plain = whole & (found["setting"] == "") & (found["against"] == "")
    return [[one.model, round(float(one.value), 1)] for one in found[plain].itertuples()]


def front() -> dict[str, object]:
    """What stands in the file."""
    used = (FIRST, *BESIDE, TRANSFORMER, READER, WRITER, STORIES)
    return {
        "digests": {name: manifest.entry(name).digest for name in used},
        "trace": json.loads(load(FIRST).translate(SENTENCE).to_json()),
        "pictures": pictures(),
    }


def write(path: Path = FILE) -> None:
    path.write_text(json.dumps(front(), ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
