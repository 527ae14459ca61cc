"""Each view says what it needs: it draws every shipped model that has it, and tells the others."""

import json

import pytest

from core import manifest
from core.exercises import Given
from core.facts import CAPABILITIES, TRANSLATES
from core.stage import STAGES
from core.translator import Translator
from core.views import (
    alone,
    apart,
    bridge,
    compare,
    decode,
    dialogue,
    encoder,
    explain,
    fed,
    forcing,
    heads,
    layers,
    lines,
    maps,
    mask,
    nearby,
    needed,
    padding,
    pictures,
    positions,
    predict,
    recall,
    search,
    stories,
)
from pages.shared.box import split_alike

MODELS = [name for name, one in manifest.shipped().items() if one.facts.does == TRANSLATES]
# Views of what is no trace of a model.
WITHOUT = {"workbench", "show", "live", "home", "course", "card", "schedule", "replay"}
TEXT = "Tom sings here."


def own_head(found):
    return (found.facts.heads and manifest.entry(found.name).opens.block) or "cross"


def board(found, trace):
    off = found.translate(TEXT, heads=["cross.1.1"], prefix=[s.token.id for s in trace.path()])
    free = found.translate(TEXT, heads=["cross.1.1"])
    return heads.payload(heads.Switchboard(trace, free, off), (), {}, "en")


def crossed(found, trace):
    ids = [step.token.id for step in trace.path()]
    return bridge.payload(bridge.cross(loaded("eng-fra-general"), found, TEXT, ids), "en")


def explained_one(found, trace):
    from core.explaining import explained

    return explain.payload(explain.Shown(trace, explained(found, trace)), "en")


def encoded_one(found, trace):
    from core.remembering.reading import encoded

    return encoder.payload(encoded(found, trace), "en")


def exposed_one(found, trace):
    from core.exposure import expose

    target = found.vocabulary.encode("Tom chante là.")
    return forcing.payload(trace, expose(found, trace, target), "en")


def near_one(found, trace):
    from core.remembering.near import near
    from core.remembering.reading import encoded

    return nearby.payload(near(found, encoded(found, trace), None), "en")


def remembered_one(found, trace):
    from core.measurements.explanations import PROBES, read
    from core.remembering.reading import encoded, slopes

    shown = recall.Remembered(encoded(found, trace), slopes(found, trace), None, read(PROBES))
    return recall.payload(shown, "en")


DRAWN = {
    "predict": lambda found, trace: predict.payload(Given(trace), "en"),
    "decode": lambda found, trace: decode.payload(trace, "en"),
    "lines": lambda found, trace: lines.payload(trace, "en"),
    "encoder": encoded_one,
    "forcing": exposed_one,
    "nearby": near_one,
    "recall": remembered_one,
    "explain": explained_one,
    "search": lambda found, trace: search.payload({"greedy": trace}, {"greedy": "A"}, "en"),
    "compare": lambda found, trace: compare.payload(
        [compare.Panel("a", trace, found.facts)], "free", "en"
    ),
    "apart": lambda found, trace: apart.payload(
        apart.take_apart(found, trace, 0, 0, own_head(found)), "en"
    ),
    "maps": lambda found, trace: maps.payload(trace, "en"),
    "heads": board,
    "layers": lambda found, trace: layers.payload(layers.open_layers(found, trace), "en"),
    "mask": lambda found, trace: mask.payload(mask.lift(found, trace), "en"),
    "padding": lambda found, trace: padding.payload(
        padding.pad(found, trace, found.translate("He sings.")), "en"
    ),
    "positions": lambda found, trace: positions.payload(
        positions.reorder_and_read(found, trace, 1), "en"
    ),
    "bridge": crossed,
    "pictures": lambda found, trace: pictures.payload(trace, "en"),
    "stories": lambda found, trace: stories.payload(trace, "en"),
    "dialogue": lambda found, trace: dialogue.payload(dialogue.Answers(trace, (trace,)), "en"),
    "alone": lambda found, trace: alone.payload(
        TEXT, (1,), alone.Read(found.facts, trace, trace, found.forced(trace)), None, "en"
    ),
}  # fmt: skip

_LOADED = {}


def loaded(name):
    if name not in _LOADED:
        _LOADED[name] = Translator.load(name)
    return _LOADED[name]


@pytest.fixture(scope="module")
def traces():
    """A translation of each shipped model that makes one, by name."""
    return {name: loaded(name).translate(TEXT) for name in MODELS}


def test_each_view_says_what_it_needs():
    assert set(needed()) == set(DRAWN) == set(STAGES) - WITHOUT
    assert all(needs <= set(CAPABILITIES) for needs in needed().values())
    assert fed(CAPABILITIES) == tuple(needed())
    assert fed(()) == ("compare", "decode", "dialogue", "lines", "predict", "search")


@pytest.mark.parametrize("view", DRAWN)
@pytest.mark.parametrize("name", MODELS)
def test_a_view_draws_what_has_it_and_tells_what_has_not(name, view, traces):
    found, trace, entry = loaded(name), traces[name], manifest.entry(name)
    alike = split_alike(entry, manifest.entry("eng-fra-general"))
    if view == "bridge" and (view in fed(entry.facts.has)) and not alike:
        with pytest.raises(ValueError, match=f"{name} split text into different pieces"):
            DRAWN[view](found, trace)
    elif view in fed(entry.facts.has):
        data = DRAWN[view](found, trace)
        assert data["stage"] == view and json.loads(json.dumps(data))
    else:
        with pytest.raises((ValueError, LookupError)) as told:
            DRAWN[view](found, trace)
        assert name in str(told.value) and " no " in str(told.value)
