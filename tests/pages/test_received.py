"""A trace that somebody sent: what Heed wrote opens, and anything else is told in a sentence."""

import base64
import copy
import json
import random

import pytest

import core
from core import received
from core.arrays import trace_of
from core.manifest import MODELS
from core.received import LIMIT, views_of
from core.trace import Trace
from pages.shared import received as drawing


@pytest.fixture(scope="module")
def traces(translators, transformer):
    """Traces of different shapes, by what they are."""
    return {
        "recurrent": translators["general"].translate("I sing.", limit=4),
        "beam": translators["dot"].translate("I sing.", beam=3, limit=4),
        "transformer": transformer.translate("I sing.", limit=4),
        "array": trace_of([[0.5, 0.5], [0.1, 0.9]], None, None, None, None, "two words"),
    }


KINDS = ("recurrent", "beam", "transformer", "array")


@pytest.mark.parametrize("kind", KINDS)
def test_what_heed_wrote_opens_and_every_view_of_it_is_drawn(kind, traces):
    trace = traces[kind]
    found = drawing.read(trace.to_json().encode())
    assert found == trace == core.Trace.from_json(trace.to_json())
    for view in views_of(found):
        data = drawing.drawn(found, view, "ko", drawing.usual(found))
        assert data["stage"] == view and json.loads(json.dumps(data))


def test_which_views_draw_what(traces):
    assert views_of(traces["recurrent"]) == views_of(traces["beam"]) == ("decode", "search")
    assert views_of(traces["transformer"]) == ("decode", "search", "maps")
    assert views_of(traces["array"]) == ("show",)


@pytest.mark.parametrize("name", ["eng-stories", "kor-stories", "eng-stories-one-hop"])
def test_a_story_that_heed_answered_opens_as_a_story(name):
    written = (MODELS / name / "example.json").read_bytes()
    found = drawing.read(written)
    assert views_of(found) == ("stories",)
    assert drawing.drawn(found, "stories", "en", drawing.usual(found))["stage"] == "stories"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not a trace"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"[1, 2]", "not a trace"),
        (b'"text"', "not a trace"),
        (b'{"heed": 4}', "format 4"),
        (b'{"heed": "<b>5</b>"}', "another version"),
        (b'{"heed": 5}', "is missing"),
        (b'{"heed": NaN}', "no number"),
        (b"[" * 100_000, "nested too deep|not a trace"),
        (b'{"a":' * 50_000, "nested too deep|not a trace"),
        (b" " * (LIMIT + 1), "20 are the most"),
    ],
)
def test_what_is_no_trace_is_told_in_a_sentence(data, told):
    with pytest.raises(ValueError, match=told) as caught:
        received.received(data)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


ODD = (
    None, True, -1, 10**12, 1e300, "", "<img src=x onerror=alert(1)>", "__class__", [], {},
    [[]], {"dtype": "O", "shape": [1], "data": ""}, {"dtype": "f4", "shape": [-1], "data": "AAAA"},
    {"dtype": "f4", "shape": [10**9, 10**9], "data": ""}, "9" * 3000,
)  # fmt: skip


def leaves(value, path=()):
    """The way to everything in it that can be exchanged."""
    yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value[:2]):
            yield from leaves(one, (*path, place))


def exchanged(data, path, other):
    found = copy.deepcopy(data)
    inner = found
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = other
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_exchanged_in_it_opens_or_is_told(kind, traces):
    """Each part by something odd, one after another: what comes of it is a picture or a sentence,
    never another error."""
    data = json.loads(traces[kind].to_json())
    ways = [path for path in leaves(data) if path]
    draws = random.Random(1)
    for path in draws.sample(ways, min(len(ways), 120)):
        other = exchanged(data, path, draws.choice(ODD))
        try:
            found = drawing.read(json.dumps(other).encode())
        except ValueError as error:
            assert "Traceback" not in str(error)
        else:
            assert isinstance(found, Trace)


def test_weights_that_are_none_are_told(traces):
    data = json.loads(traces["array"].to_json())
    for wrong in (b"\x00\x00\xc0\x7f", b"\x00\x00\x80\xff", b"\x00\x00\x80\xbf"):  # NaN, −∞, −1
        weights = {**data["attentions"][0]["weights"], "data": base64.b64encode(wrong * 4).decode()}
        other = {**data, "attentions": [{**data["attentions"][0], "weights": weights}]}
        with pytest.raises(ValueError, match="no weights"):
            received.received(json.dumps(other).encode())
