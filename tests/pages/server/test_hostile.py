"""Whatever is sent to the routes of a class: an answer with a sentence, and nothing has changed."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.classroom.store import Note
from pages.server import asking, notes
from tests.pages.server.conftest import POLL, SCENE

POSTED = ("scene", "screen", "door", "call", "lead", "poll", "end", "join", "here", "answer")
ASKED = ("events", "notes", "people", "polls.csv")
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats()
    | st.text(max_size=30) | st.sampled_from(["\ud800", "\0", "<script>", "../..", "x" * 70_000])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = ("device", "who", "poll", "choice", "number", "away", "scene", "state", "do", "question",
         "choices", "weights", "large", "page", "text")  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6) | VALUES
RAW = st.sampled_from([
    b"", b"{", b"\xff\xfe", b"[" * 30_000, b"{}" * 40_000, b'{"a":NaN}',
    b'{"a":' + b"9" * 9_000 + b"}",
])  # fmt: skip
KINDS = st.sampled_from(["application/json", "text/plain", "", "application/x-www-form-urlencoded"])
MANY = settings(
    max_examples=64, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def state(room) -> tuple:
    """All that is known of a class, but for how long ago."""
    store = room.school.store
    people = sorted((one.number, one.away) for one in store.people(room.code))
    known = store.room(room.code)
    return known, store.notes(room.code), people, [store.answers(room.code, n) for n in (1, 2)]


@pytest.fixture
def asked(room):
    """A class in the middle of a poll, with one follower who has answered."""
    who = room.join()
    room.lead("scene", scene=SCENE)
    room.lead("poll", **POLL)
    room.answer(who, 1)
    return room, state(room)


def told(found) -> None:
    """A refusal says why in a sentence, and shows nothing of the inside."""
    assert 400 <= found.status_code < 500, found.text
    if "why" in found.text:
        assert asking.STATUS[found.json()["why"]] == found.status_code
        assert found.json()["told"].endswith(".")
    assert "Traceback" not in found.text and ".py" not in found.text


@MANY
@given(name=st.sampled_from(POSTED), given=OBJECTS, key=st.text(max_size=30))
def test_a_stranger_changes_nothing(asked, name, given, key):
    """Neither by a key that is none, nor by a name that nobody has."""
    room, before = asked
    if name == "join":
        return  # that one is everybody's
    data = json.dumps(given).encode()
    said = {"Content-Type": "application/json", "Authorization": b"Bearer " + key.encode()}
    found = room.client.post(f"/api/class/{room.code}/{name}", content=data, headers=said)
    told(found)
    assert state(room) == before


@MANY
@given(name=st.sampled_from([one for one in POSTED if one not in ("join", "end", "lead")]),
       given=OBJECTS.filter(lambda one: one != {}), known=st.booleans())  # fmt: skip
def test_whoever_may_lead_cannot_break_it(asked, name, given, known):
    """With the right key, and the right device among whatever else is said."""
    room, before = asked
    if known and isinstance(given, dict):
        given = {**given, "device": room.device}
        states = {"screen": ("open", "blank", "frozen"), "door": ("open", "closed")}
        if name == "call" or given.get("state") in states.get(name, ()):
            return  # that is a request
    said = {"Content-Type": "application/json", "Authorization": f"Bearer {room.key}"}
    data = json.dumps(given).encode()
    found = room.client.post(f"/api/class/{room.code}/{name}", content=data, headers=said)
    told(found)
    assert state(room) == before


@MANY
@given(name=st.sampled_from(POSTED), data=RAW | st.binary(max_size=60), kind=KINDS)
def test_what_is_no_request_is_refused(asked, name, data, kind):
    room, before = asked
    if (kind, name) == ("application/json", "join"):
        return
    said = {"Content-Type": kind, "Authorization": f"Bearer {room.key}"}
    told(room.client.post(f"/api/class/{room.code}/{name}", content=data, headers=said))
    assert state(room) == before


@MANY
@given(code=st.text(max_size=20), name=st.sampled_from(POSTED + ASKED), after=st.text(max_size=20))
def test_codes_and_numbers_that_are_none(asked, code, name, after):
    room, before = asked
    path = f"/api/class/{quote(code.replace('.', ''), safe='') or 'x'}/{name}"
    told(room.client.post(path, json={}) if name in POSTED else room.client.get(path))
    if name in ASKED:
        given = {"after": after, "who": after}
        told(room.client.get(f"/api/class/{room.code}/{name}", params=given))
    assert state(room) == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_none(asked, method):
    room, before = asked
    for name in POSTED:
        assert room.client.request(method, f"/api/class/{room.code}/{name}").status_code == 405
    assert state(room) == before


def test_markup_travels_as_text(room):
    """What the leader shows is JSON all the way, in one line of the stream."""
    who = room.join()
    evil = "</script><img src=x onerror=alert(1)>\n\ndata: {}\n\n"
    room.lead("poll", do="open", question=evil, choices=["<b>", "\n"])
    found = room.client.get(f"/api/class/{room.code}/notes?who={who}")
    assert found.headers["content-type"] == "application/json"
    assert found.json()["notes"][0]["note"]["question"] == evil
    told = notes.event(Note(1, "poll.1", json.dumps({"question": evil})))
    assert told.count("\n") == 4 and told.endswith("\n\n")
    data = told.splitlines()[2].removeprefix("data: ")
    assert json.loads(data)["note"] == {"question": evil}
