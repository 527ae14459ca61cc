"""A class by its routes: what is shown, who follows, what is asked, and who may."""

from __future__ import annotations

import csv
import io

import pytest

from core import words
from core.classroom import opened
from pages.server import asking
from pages.server.limits import Limit
from pages.server.school import School
from tests.pages.server.conftest import POLL, SCENE, client
from tests.tolerance import DOUBLE


def test_followers_see_what_the_leader_shows(room):
    who = room.join()
    assert room.notes(who) == []
    room.lead("scene", scene=SCENE, large=True)
    room.lead("screen", state="blank")
    scene, screen = room.notes(who)
    assert scene["note"]["page"] == "decode" and scene["note"]["large"] is True
    assert scene["note"]["asks"]["text"] == SCENE["text"] and scene["note"]["view"] == {"step": "2"}
    assert screen["note"] == {"state": "blank"}
    room.lead("scene", scene=SCENE | {"step": "3"})
    assert [one["note"]["view"]["step"] for one in room.notes(who, screen["number"])] == ["3"]


def test_whoever_comes_late_sees_the_last_of_everything(room):
    for step in range(5):
        room.lead("scene", scene=SCENE | {"step": str(step)})
    room.lead("call")
    room.lead("screen", state="frozen")
    assert [one["name"] for one in room.notes(room.join())] == ["scene", "call", "screen"]


def test_the_code_is_read_in_any_case_and_the_key_stands_nowhere(room):
    other = room._replace(code=f"{room.code[:3].lower()}-{room.code[3:].lower()}")
    who = other.join()
    room.lead("scene", scene=SCENE)
    everything = str(other.notes(who)) + str(room.people())
    assert room.key not in everything and room.device not in everything and who not in everything


def test_who_follows_is_counted_without_names(room):
    room.lead("scene", scene=SCENE)
    ann, bob, cem = (room.join() for _ in range(3))
    assert room.people()["at"] == [0, 0, 0]
    room.post("here", {"who": ann, "number": 1})
    room.post("here", {"who": cem, "number": 1, "away": True})
    found = room.people()
    assert (found["number"], found["at"], found["away"]) == (1, [0, 1], 1)
    assert room.post("here", {"who": "x" * 22, "number": 1}).json()["why"] == "stranger"
    assert bob


def test_a_poll_from_its_opening_to_its_figures(room):
    ann, bob, cem = (room.join() for _ in range(3))
    assert room.answer(ann, 0).json()["why"] == "closed"  # nothing is asked yet
    room.lead("poll", **POLL)
    assert [room.answer(who, 1).status_code for who in (ann, bob)] == [200, 200]
    assert room.answer(cem, 0).json() == {"poll": 1, "choice": 0}
    assert (room.people()["poll"], room.people()["answers"]) == (1, 3)
    [asked] = room.notes(ann)
    assert asked["name"] == "poll" and set(asked["note"]) == {
        "poll",
        "state",
        "question",
        "choices",
        "sort",
        "match",
    }
    room.lead("poll", do="close")
    assert room.answer(cem, 2).json()["why"] == "closed"
    assert "counts" not in room.notes(ann)[-1]["note"]
    room.lead("poll", do="reveal", weights=[0.5, 0.25, 0.25])
    shown = room.notes(ann)[-1]["note"]
    assert (shown["state"], shown["counts"], shown["mistake"]) == ("revealed", [1, 2, 0], 1)
    assert shown["distance"] == pytest.approx(5 / 12, abs=DOUBLE)  # ½ (1/6 + 5/12 + 1/4)
    key = {"Authorization": f"Bearer {room.key}"}
    told = room.client.get(f"/api/class/{room.code}/polls.csv", headers=key)
    rows = list(csv.reader(io.StringIO(told.text)))
    assert rows[1:] == [
        ["1", POLL["question"], *row]
        for row in (["love", "1", "0.5"], ["you", "2", "0.25"], [".", "0", "0.25"])
    ]
    assert not any(who in told.text for who in (ann, bob, cem))


def test_a_new_poll_takes_the_place_of_the_last(room):
    ann = room.join()
    room.lead("poll", **POLL)
    room.answer(ann, 0)
    room.lead("poll", **POLL | {"question": "And then?"})
    assert [one["note"]["poll"] for one in room.notes(ann)] == [2]
    assert room.answer(ann, 0).json()["why"] == "closed"
    assert room.answer(ann, 0, poll=2).status_code == 200 and room.people()["answers"] == 1


def test_another_device_with_the_key_takes_the_lead(room):
    who = room.join()
    phone = room._replace(device=room.post("lead").json()["device"])
    assert room.post("scene", {"device": room.device, "scene": SCENE}).json()["why"] == "leading"
    phone.lead("scene", scene=SCENE)
    assert [one["name"] for one in room.notes(who)] == ["lead", "scene"]
    assert phone.people()["leads"] and not room.people()["leads"]


def test_behind_a_door_that_is_shut_those_who_follow_stay_and_nobody_comes_in(room):
    ann = room.join()
    room.lead("door", state="closed")
    found = room.post("join")
    assert found.status_code == 403 and found.json()["why"] == "door"
    room.lead("scene", scene=SCENE)
    assert room.notes(ann)[-1]["name"] == "scene"
    room.lead("door", state="open")
    assert room.join()


LED = {
    "scene": {"scene": SCENE}, "screen": {"state": "blank"}, "door": {"state": "closed"},
    "call": {}, "lead": {}, "poll": POLL, "end": {},
}  # fmt: skip


@pytest.mark.parametrize("name", LED)
def test_nobody_leads_without_the_key(room, name):
    ann = room.join()
    for key in ("", ann, room.code, room.device, room.key[:-1], room.key + "x"):
        found = room.post(name, {"device": room.device, **LED[name]}, key=key)
        assert found.status_code == 403 and found.json()["why"] == "key"
    assert room.notes(ann) == []


def test_a_class_that_has_ended(room):
    ann = room.join()
    room.lead("scene", scene=SCENE)
    room.lead("end")
    assert [one["name"] for one in room.notes(ann)] == ["ended"]
    for found in (room.post("join"), room.answer(ann, 0), room.post("call", {"device": "x"})):
        assert found.status_code == 404 and found.json()["why"] == "gone"


def test_wrong_codes_have_their_sentence_in_the_readers_language(room):
    short = room.client.post("/api/class/abc/join?lang=ko", json={})
    assert short.json()["told"] == words.say("ko", "classroom.refused_code", letters=letters())
    said = {"Accept-Language": "fr-FR,ko-KR;q=0.8,en;q=0.5"}
    other = room.client.post("/api/class/XXXXXX/join", json={}, headers=said)
    assert other.json() == {"why": "gone", "told": words.say("ko", "classroom.refused_gone")}


def letters() -> str:
    return " ".join(asking.codes.LETTERS)


@pytest.mark.parametrize("spoken", words.LANGUAGES)
def test_each_refusal_has_a_sentence(spoken):
    told = {words.say(spoken, f"classroom.refused_{why}", letters="") for why in asking.STATUS}
    assert len(told) == len(asking.STATUS) and all(one.endswith(".") for one in told)


def test_guessing_ends_after_some_tries(room, monkeypatch):
    monkeypatch.setattr(asking, "GUESSES", Limit(3, 0))
    ann = room.join()
    whys = [
        room.client.post("/api/class/XXXXXX/join", json={}).json()["why"] for _ in range(5)
    ]  # fmt: skip
    assert whys == ["gone"] * 3 + ["often"] * 2
    assert room.post("join").json()["why"] == "often"  # right or wrong: nothing is learnt
    assert room.post("here", {"who": "stranger", "number": 0}).json()["why"] == "often"
    assert room.post("here", {"who": ann, "number": 0}).status_code == 200  # who is in stays in
    room.lead("call")


def test_how_often_one_may_ask_is_bounded(room):
    ann, bob = room.join(), room.join()
    room.lead("poll", **POLL)
    room.school.words = Limit(3, 0)
    assert [room.answer(ann, 0).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert room.answer(bob, 0).status_code == 200
    room.school.joins = Limit(1, 0)
    assert [room.post("join").status_code for _ in range(2)] == [200, 429]
    room.school.classes = Limit(1, 0)
    opened = [room.client.post("/api/class", json={}).status_code for _ in range(2)]
    assert opened == [200, 429]


def test_a_class_has_only_so_many_followers(room, monkeypatch):
    monkeypatch.setattr("pages.server.following.FOLLOWERS", 2)
    found = [room.post("join").status_code for _ in range(3)]
    assert found == [200, 200, 503]


def test_another_process_sees_the_same(room, address, patient):
    other = patient(School(lambda: opened(address)))
    there = room._replace(client=client(other))
    who = there.join()
    room.lead("scene", scene=SCENE)
    assert [one["name"] for one in there.notes(who)] == ["scene"]
    assert room.people()["at"] == there.people()["at"] == [0]
    other.close()


def test_a_store_that_is_away_has_its_sentence():
    def opening():
        raise OSError("no route to host")

    found = client(School(opening)).post("/api/class", json={})
    assert found.status_code == 503 and found.json()["why"] == "store"


def test_a_link_to_follow_says_of_no_code_whether_there_is_a_class(room):
    room.lead("scene", scene=SCENE)
    for code in (room.code, "BBBBBB"):
        found = room.client.get(f"/class/{code}?lang=ko", follow_redirects=False)
        assert found.status_code == 302
        assert found.headers["location"] == f"/?class={code}&lang=ko"
    strange = room.client.get("/class/%3Cb%3E", follow_redirects=False).headers["location"]
    assert strange == "/?class=%3Cb%3E"
