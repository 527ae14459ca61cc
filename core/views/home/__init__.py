"""Three ways into Heed, and the whole of an encoder-decoder as a map whose parts are doors."""

from __future__ import annotations

from collections.abc import Mapping

from core.stage import tongues
from core.views.home.plan import PLANS, TALL
from core.views.home.wire import Payload, Plan, Way
from core.words import section


def payload(
    doors: Mapping[str, str], lessons: list[Way], pages: list[Way], teach: list[Way], language: str
) -> Payload:
    """What the script needs: `doors` are the addresses of the map's parts by name."""
    return {
        "stage": "home",
        "plans": {name: _plan(name, doors) for name in PLANS},
        "lessons": lessons,
        "pages": pages,
        "teach": teach,
        "tongues": tongues(None),
        "strings": section(language, "home"),
        "language": language,
    }


def _plan(name: str, doors: Mapping[str, str]) -> Plan:
    plan = PLANS[name]
    return {
        "width": plan.width,
        "height": plan.height,
        "tall": TALL,
        "boxes": [{**box._asdict(), "href": doors[box.name]} for box in plan.boxes],
        "arrows": list(plan.arrows),
        "again": plan.again,
    }
