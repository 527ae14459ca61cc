"""Several models on one sentence: what they are made of, and where they agree.

Works on traces alone (numpy, no torch). Entropies and divergences are in nats.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core import stage
from core.agreement import differing, side, together
from core.distributions import divergence, entropy
from core.facts import Facts
from core.formulas import equation, mathml, parameter
from core.heads import MEAN, head_name
from core.stage.codec import packed
from core.stage.glossed import Glossed
from core.trace import Trace
from core.tree import Token
from core.views.compare.wire import Payload
from core.words import say, section

NEEDS = ()
FEWEST, MOST = 2, 6  # models side by side


class Panel(NamedTuple):
    """One model's part in a comparison."""

    label: str  # what the model is called beside the others
    trace: Trace
    facts: Facts
    head: str = MEAN  # which attention of a Transformer, by its name in the trace


def payload(panels: Sequence[Panel], target: str, language: str) -> Payload:
    """What the stage needs to draw `panels`; arrays as base64 of their little-endian bytes.

    `target` is "free", or where the one forced target comes from: "typed" or a model's label.
    """
    first = [step.token for step in panels[0].trace.path()]
    found, sides = [], [side(panel.trace, panel.head) for panel in panels]
    attending = [i for i, side in enumerate(sides) if side]
    for a, b in itertools.combinations(attending, 2):
        if both := together(sides[a], sides[b]):
            apart = np.round(divergence(both.first, both.second), 5).tolist()
            found.append({"panels": [a, b], "unit": both.unit, "divergence": apart})
    kinds = {panel.trace.axis("source").kind for panel in panels}
    tokens = kinds.pop() if len(kinds) == 1 else ""
    return {
        "stage": "compare",
        "typed": panels[0].trace.typed,
        "target": target,
        "panels": [_plain(panel, first, language) for panel in panels],
        "pairs": found,
        "tongues": stage.tongues(panels[0].trace.model),
        "strings": {
            **section(language, "stage", tokens),
            "no_scores": say(language, "stage_heads.no_scores"),
        },
        "told": section(language, "compare", tokens),
        "language": language,
    }


def page(
    panels: Sequence[Panel], target: str, language: str = "en", theme: str = "auto",
    glosses: Glossed | None = None,
) -> str:  # fmt: skip
    """One HTML file that steps through all panels like the app, with nothing to fetch; with
    `glosses` under what was written."""
    words = section(language, "compare")
    data = {
        **payload(panels, target, language),
        "theme": theme,
        "open": {"step": None},
        "exports": {"name": "heed-compare"},
        "glosses": glosses,
    }
    names = ", ".join(panel.trace.model.name for panel in panels)
    return stage.whole_page(data, words["title"], panels[0].trace.typed, names)


def _plain(panel: Panel, first: Sequence[Token], language: str) -> dict:
    """One panel without what the stage of a comparison does not draw, such as state vectors."""
    trace, path = panel.trace, panel.trace.path()
    tokens, score = [step.token for step in path], trace.model.score
    parameters = panel.facts.parameters_of(panel.head)
    plain = {
        "label": panel.label,
        "model": trace.model.name,
        "tongues": stage.tongues(trace.model),
        "score": score and score.name,
        "reference": score and score.source,
        "formula": score and mathml(equation(score.latex)),
        "parameters": parameters,
        "symbols": [mathml(parameter(name)) for name, _ in parameters],
        "block": score and panel.head,
        "head": head_name(panel.head, language) if panel.facts.heads else None,
        "total": panel.facts.parameters,
        "attends_first": "attends-first" in panel.facts.has,
        "text": trace.text,
        "source": trace.source,
        "tokens": tokens,
        "log_probs": [round(step.log_prob, 6) for step in path],
        "forced": [int(step.forced) for step in path],
        "differs": [int(mark) for mark in differing(first, tokens)],
    }
    if score:
        found = trace.attention(panel.head)
        plain |= {
            "scores": None if found.scores is None else packed(found.scores),
            "weights": packed(found.weights),
            "visible": None if found.visible.all() else packed(found.visible),
            "entropy": np.round(entropy(found.weights), 6).tolist(),
        }
    return plain
