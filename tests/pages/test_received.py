"""A trace that somebody sent: what Heed wrote opens, and anything else is told in a sentence."""

import base64
import copy
import json
import random
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import core
from core import received, words
from core.arrays import trace_of
from core.manifest import MODELS
from core.received import LIMIT, views_of
from core.refusals import NoTrace
from core.trace import Trace
from pages.shared import received as drawing
from tests.pages.conftest import components

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def traces(translators, transformer):
    """Traces of different shapes, by what they are."""
    return {
        "recurrent": translators["general"].translate("I sing.", limit=4),
        "beam": translators["dot"].translate("I sing.", beam=3, limit=4),
        "transformer": transformer.translate("I sing.", limit=4),
        "array": trace_of([[0.5, 0.5], [0.1, 0.9]], None, None, None, None, "two words"),
        "reader": stored("eng-bert"),
        "writer": stored("eng-gpt"),
        "story": stored("eng-stories"),
    }


def stored(name: str) -> Trace:
    """The example that stands beside a model of the box."""
    return Trace.from_json((MODELS / name / "example.json").read_text(encoding="utf-8"))


KINDS = ("recurrent", "beam", "transformer", "array", "reader", "writer", "story")


@pytest.mark.parametrize("kind", KINDS)
def test_what_heed_wrote_opens_and_every_view_of_it_is_drawn(kind, traces):
    trace = traces[kind]
    found = drawing.read(trace.to_json().encode())
    assert found == trace == core.Trace.from_json(trace.to_json())
    for view in views_of(found):
        data = drawing.drawn(found, view, "ko", drawing.usual(found))
        assert data["stage"] == view and json.loads(json.dumps(data))


def test_what_was_changed_in_attention_opens(translators):
    for weights in ({1: None}, {2: [0.5, 0.5, 0, 0]}):
        trace = translators["general"].translate("I sing.", limit=4, weights=weights)
        assert drawing.read(trace.to_json().encode()) == trace


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
        except NoTrace as error:
            assert error.why in ("version", "damaged", "undrawn") and "\n" not in str(error)
        else:  # whatever it says now is written, read and drawn as it is
            again = drawing.read(found.to_json().encode())
            assert again == found
            for view in views_of(found):
                drawn = drawing.drawn(found, view, "ko", drawing.usual(found))
                assert json.dumps(drawn, allow_nan=False, ensure_ascii=False).encode()


def numbers(shape: list[int], value: float) -> dict:
    data = np.full(shape, value, "<f4").tobytes()
    return {"dtype": "f4", "shape": shape, "data": base64.b64encode(data).decode()}


def first_weights(data: dict, value: float) -> dict:
    one = data["attentions"][0]
    return {**data, "attentions": [
        {**one, "weights": numbers(one["weights"]["shape"], value)}, *data["attentions"][1:]
    ]}  # fmt: skip


WRONG = {
    "typed_many": lambda d: exchanged(d, ("tree", "search", "typed"), 10**9),
    "typed_less": lambda d: exchanged(d, ("tree", "search", "typed"), -5),
    "fixed_less": lambda d: exchanged(d, ("tree", "search", "fixed"), -1),
    "beam": lambda d: exchanged(d, ("tree", "search", "beam"), 0),
    "log_prob": lambda d: exchanged(d, ("tree", "steps", 0, "log_prob"), 99999.0),
    "candidate": lambda d: exchanged(d, ("tree", "expansions", 0, "candidates", 0, 2), 99999.0),
    "rank": lambda d: exchanged(d, ("tree", "steps", 0, "rank"), -1),
    "entropy": lambda d: exchanged(d, ("tree", "expansions", 0, "entropy"), -3.0),
    "total": lambda d: exchanged(d, ("tree", "steps", 0, "total"), 1e300),
    "digits": lambda d: exchanged(d, ("tree", "steps", 0, "log_prob"), -(10**400)),
    "surrogate": lambda d: exchanged(d, ("typed",), "a\ud800b"),
    "piece": lambda d: exchanged(d, ("tree", "steps", 0, "token", 1), "\udfff"),
    "place": lambda d: exchanged(d, ("tree", "steps", 0, "token", 4), 10**12),
    "weights": lambda d: first_weights(d, 1e30),
    "sums": lambda d: first_weights(d, 0.3),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("kind", ["recurrent", "writer"])
def test_numbers_that_no_model_computes_are_told(kind, wrong, traces):
    data = WRONG[wrong](json.loads(traces[kind].to_json()))
    with pytest.raises(NoTrace) as caught:
        received.received(json.dumps(data).encode())
    assert caught.value.why == "damaged"


def test_so_is_what_a_reader_would_put_there(traces):
    data = json.loads(traces["reader"].to_json())
    for path, other in (
        (("filled", 0, "entropy"), -1.0), (("filled", 0, "guesses", 0, 2), 3.0),
        (("filled", 0, "place"), -1), (("filled", 0, "guesses", 0, 1), "\ud800"),
    ):  # fmt: skip
        with pytest.raises(NoTrace):
            received.received(json.dumps(exchanged(data, path, other)).encode())


def test_a_number_without_end_is_none(traces):
    text = traces["recurrent"].to_json()
    first = json.loads(text)["tree"]["steps"][0]["log_prob"]
    for endless in ("1e999", "-1e999", "-Infinity"):
        with pytest.raises(NoTrace):
            received.received(text.replace(f'"log_prob":{first}', f'"log_prob":{endless}').encode())


def test_weights_of_nobodys_model_need_not_sum_to_one():
    loose = trace_of([[0.5, 0.1], [0.1, 0.2]], None, None, None, None, "averaged")
    assert drawing.read(loose.to_json().encode()) == loose


@pytest.mark.parametrize("name", sorted(one.parent.name for one in MODELS.glob("*/example.json")))
def test_what_stands_in_the_box_opens(name):
    assert drawing.read((MODELS / name / "example.json").read_bytes())


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_why_a_file_is_no_trace_is_said_in_every_language(lang):
    told = [words.say(lang, f"own.why_{why}", most=20) for why in NoTrace.WHY]
    assert len({*told}) == len(NoTrace.WHY) and all(one.endswith(".") for one in told)


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "no_json"), (b'{"heed": 5, "model', "no_json"), (b"\xff\xfe\x00", "binary"),
     (b'{"a": 1}', "other"), (b"[1]", "other"), (b'{"heed": 4}', "version"),
     (b'{"heed": 5}', "damaged"), (b" " * (LIMIT + 1), "large")],
    ids=lambda one: str(one)[:20],
)  # fmt: skip
def test_each_kind_of_file_has_its_own_reason(data, why):
    with pytest.raises(NoTrace) as caught:
        received.received(data)
    assert caught.value.why == why


def test_weights_that_are_none_are_told(traces):
    data = json.loads(traces["array"].to_json())
    for wrong in (b"\x00\x00\xc0\x7f", b"\x00\x00\x80\xff", b"\x00\x00\x80\xbf"):  # NaN, −∞, −1
        weights = {**data["attentions"][0]["weights"], "data": base64.b64encode(wrong * 4).decode()}
        other = {**data, "attentions": [{**data["attentions"][0], "weights": weights}]}
        with pytest.raises(ValueError, match="no weights"):
            received.received(json.dumps(other).encode())


def offered(app):
    """What the courier of a page carries."""
    sent = [json.loads(one.proto.json)[0] for one in components(app)]
    return next((one["whole"] for one in sent if one and "whole" in one), None)


@pytest.mark.parametrize(
    ("page", "state", "query"),
    [("decode", "stage_whole", {"model": "eng-gpt"}),
     ("search", "search_whole", {"model": "eng-fra-transformer"}),
     ("transformer", "maps_asked", {"model": "eng-bert", "part": "maps"})],
)  # fmt: skip
def test_all_layers_and_heads_are_handed_over_when_they_are_asked_for(page, state, query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.query_params.update({"lang": "en", **query})
    app.switch_page(f"pages/{page}.py").run()
    assert offered(app) is None and not app.exception
    typed = app.session_state["transformer_shown"][1] if page == "transformer" else ""
    app.session_state[state] = {
        "typed": typed, "head": "", "row": None, "of": "trace", "run": "beam", "nonce": 1,
    }  # fmt: skip
    app.run()
    trace = received.received(offered(app).encode())
    assert trace.model.name == query["model"]
    assert all(one.shape[0] > 1 and one.shape[1] > 1 for one in trace.attentions)
    assert offered(app.run()) is None  # it does not travel again
