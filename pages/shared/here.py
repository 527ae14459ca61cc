"""Where on the map of the whole a page is: a small picture beside its title, and the way there."""

from __future__ import annotations

import html
from urllib.parse import quote

from core.views.home.plan import PLANS, TALL

# On light and on dark paper alike.
COLOURS = {"source": "#2f87c4", "target": "#d9692a", "context": "#8a6cc4", "line": "#8b8895"}
WHOLE = {name: {box.name for box in plan.boxes} for name, plan in PLANS.items()}
# Of each page, by its address, the plan and the parts of it that the page shows.
PARTS: dict[str, tuple[str, set[str]]] = {
    "decode": ("recurrent", {"score", "softmax", "context", "combine", "next"}),
    "search": ("recurrent", {"next"}),
    "predict": ("recurrent", {"softmax", "next"}),
    "compare": ("recurrent", {"score", "softmax"}),
    "workbench": ("recurrent", {"score", "softmax", "context"}),
    "encoder": ("recurrent", {"words", "encoder", "states"}),
    "explain": ("recurrent", {"softmax"}),
    "pictures": ("recurrent", {"states", "score", "softmax", "context", "next"}),
    "stories": ("recurrent", {"states", "score", "softmax", "context"}),
    "dialogue": ("recurrent", {"softmax", "context", "next"}),
    "training": ("recurrent", WHOLE["recurrent"]),
    "replay": ("recurrent", WHOLE["recurrent"]),
    "forcing": ("recurrent", {"softmax", "next"}),
    "transformer": ("transformer", WHOLE["transformer"]),
    "alone": ("transformer", {"self", "masked"}),
    "measurements": ("recurrent", WHOLE["recurrent"]),
    "models": ("recurrent", WHOLE["recurrent"]),
}


def drawing(page: str, told: str, language: str) -> str:
    """The map, small, with the parts lit that this page shows, as a link to the large one; nothing
    for a page that shows none. `told` says what the link is, to who cannot see it."""
    if page not in PARTS:
        return ""
    name, lit = PARTS[page]
    plan = PLANS[name]
    high = plan.height - 28  # without the arrow back
    boxes = "".join(
        f'<rect x="{box.x + 3:g}" y="{box.y:g}" width="{box.width - 6:g}" height="{TALL:g}" '
        f'rx="14" stroke="{COLOURS[box.colour]}" stroke-width="6" '
        f'fill="{COLOURS[box.colour] if box.name in lit else "none"}" '
        f'opacity="{1 if box.name in lit else 0.45}"/>'
        for box in plan.boxes
    )
    size = f'viewBox="0 0 {plan.width:g} {high:g}" width="{plan.width:g}" height="{high:g}"'
    picture = pictured(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{boxes}</svg>')
    return (
        f'<a class="heed-here" href="./?lang={html.escape(language)}" target="_self" '
        f'title="{html.escape(told)}"><img src="{picture}" alt="{html.escape(told)}"></a>'
    )


def pictured(svg: str) -> str:
    """A drawing as the address of a picture."""
    return f"data:image/svg+xml,{quote(svg)}"
