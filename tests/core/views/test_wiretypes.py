"""What travels has the types that are told to the scripts, and their file is fresh."""

import importlib
import json
import types
import typing

import numpy as np
import pytest

from core import manifest
from core.arrays import trace_of
from core.lessons import course as lessons_in
from core.replay import film
from core.stage.message import Message
from core.views import apart, bridge, card, course, heads, home, live, replay, schedule, show
from core.views.home.plan import PLANS
from core.views.maps import cell
from core.views.maps.wire import Cell
from core.views.wiretypes import FILE, payloads, views, written
from tests.core.views.test_needs import DRAWN

TEXT = "He sings."


def conforms(value, kind, path="payload"):
    """Fails where `value` is not of that type, and says where."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None or isinstance(value, str):
            assert type(value) in {*inner} or (value is None and types.NoneType in inner), path
            return
        kind = next(one for one in inner if one not in (types.NoneType, str))
        conforms(value, kind, path)
    elif typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        assert kind.__required_keys__ <= value.keys() <= hints.keys(), path
        for key, one in value.items():
            conforms(one, hints[key], f"{path}.{key}")
    elif origin in (list, tuple) and (origin is list or inner[-1] is Ellipsis):
        assert isinstance(value, (list, tuple)), path
        for i, one in enumerate(value):
            conforms(one, inner[0], f"{path}[{i}]")
    elif origin is tuple:
        assert len(value) == len(inner), path
        for i, (one, each) in enumerate(zip(value, inner)):
            conforms(one, each, f"{path}[{i}]")
    elif origin is dict:
        for key, one in value.items():
            conforms(one, inner[1], f"{path}.{key}")
    elif kind is float:
        assert type(value) in (int, float), path
    elif kind is not object:
        assert isinstance(value, kind), path


def of(view):
    return importlib.import_module(f"core.views.{view}.wire").Payload


def test_the_file_is_fresh():
    assert FILE.read_text(encoding="utf-8") == written(), "run python -m core.views.wiretypes"


def test_every_view_but_the_one_that_a_page_puts_together_says_what_travels():
    assert {*views()} == {*DRAWN, "show", *APART}
    assert all(issubclass(kind, dict) for kind in payloads())


def cell_of(found, trace):
    block = "cross" if trace.heads() is None else "cross.1.1"
    return apart.payload(apart.take_apart(found, trace, 0, 0, block), "en")


def board_of(found, trace):
    ids = [step.token.id for step in trace.path()]
    off = [
        found.translate(TEXT, limit=6, heads=("cross.1.1",), prefix=prefix) for prefix in ((), ids)
    ]
    costs = [heads.Cost("cross.1.1", 0.1, 0.0, 0.2)]
    return heads.payload(heads.Switchboard(trace, *off), costs, {"command": "", "count": 1}, "en")


HOW = {**DRAWN, "apart": cell_of, "heads": board_of}


# Views of what is no trace.
APART = {"live", "home", "course", "card", "schedule", "replay"}
# Views of models that do something else with a text, of recurrent ones, and of two models.
OTHERS = {"bridge", "stories", "alone", "pictures", "recall"}


@pytest.mark.parametrize("view", sorted(DRAWN.keys() - OTHERS))
def test_what_travels_has_its_types(view, transformer):
    data = HOW[view](transformer, transformer.translate(TEXT, limit=6))
    conforms(data, of(view))
    assert Message.__required_keys__ <= json.loads(json.dumps(data)).keys()


@pytest.mark.parametrize(
    "view", ["apart", "compare", "decode", "dialogue", "encoder", "nearby", "recall", "search"]
)
def test_so_it_has_of_one_attention_and_of_none(view, translators):
    for name in ("general", None):
        found = translators[name]
        if name or view != "apart":
            conforms(HOW[view](found, found.translate(TEXT, limit=6)), of(view))


def test_so_it_has_of_two_models(translators, transformer):
    ids = [step.token.id for step in transformer.translate(TEXT, limit=6).path()]
    crossed = bridge.cross(translators["general"], transformer, TEXT, ids)
    conforms(bridge.payload(crossed, "en"), of("bridge"))


def test_so_it_has_of_an_array_and_of_a_cell(transformer):
    weights = np.full((2, 3), 0.25)
    conforms(show.payload(trace_of(weights, queries="ab", keys="xyz"), "en"), of("show"))
    trace = transformer.translate(TEXT, limit=6)
    conforms(cell.payload(cell.take_cell(transformer, trace, "cross.1.1", 0, 0)), Cell)


def test_so_it_has_of_a_training():
    conforms(live.payload(live.filmed("en"), "", "reverse", "en"), of("live"))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_so_it_has_of_lessons_and_of_what_leads_to_them(language):
    lessons = lessons_in(language)
    conforms(course.payload(lessons, lessons, "{lesson}", "{course}", language), of("course"))
    name, lesson = next(iter(lessons.items()))
    for one in lesson.cards:
        for scene in one.scenes:
            data = card.payload(lessons, name, one.name, scene, {"text": TEXT}, language)
            conforms(data, of("card"))
    way = {"title": "", "href": "", "line": "", "kind": "", "picture": None}
    doors = {box.name: "decode" for plan in PLANS.values() for box in plan.boxes}
    conforms(home.payload(doors, [way], [way], [way], language), of("home"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"dtype": "f4", "shape": (1,)}, "Packed"),
        ({"dtype": "f4", "shape": (1,), "data": "", "more": 1}, "Packed"),
        ({"dtype": "f4", "shape": ("1",), "data": ""}, "Packed"),
        ({"dtype": 4, "shape": (1,), "data": ""}, "Packed"),
    ],
)
def test_what_has_not_is_found(value, kind):
    from core.stage import message

    with pytest.raises(AssertionError):
        conforms(value, getattr(message, kind))


def test_a_learning_rate():
    told = {"name": "a", "size": 8, "warmup": 9, "rate": 0.1, "updates": 99}
    for trained in (told, None):
        conforms(schedule.payload(trained, "en"), of("schedule"))


def test_trainings_in_step():
    names = ("eng-fra-general", "eng-fra-none")
    films = [film(manifest.entry(name)) for name in names]
    conforms(replay.payload(films, names, "en"), of("replay"))
