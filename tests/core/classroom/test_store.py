"""What keeps classes does the same whether it is a file or a server."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from core.classroom import codes, opened
from core.classroom.store import ENDED, Gone, NotLeading

CODE = "BCDFHJ"


@pytest.fixture
def room(store):
    assert store.create(CODE, codes.digest("key"), "desk")
    return store


def test_a_class_is_opened_once(store):
    assert store.create(CODE, "one", "desk") and not store.create(CODE, "two", "phone")
    room = store.room(CODE)
    assert room[:] == (CODE, "one", "desk", 0, 0, False)


def test_of_each_name_the_last_is_kept_and_numbers_rise(room):
    numbers = [room.put(CODE, name, name * 2, "desk") for name in ("a", "b", "a", "c")]
    assert numbers == [1, 2, 3, 4] and room.room(CODE).number == 4
    assert [note[:] for note in room.notes(CODE)] == [
        (2, "b", "bb"),
        (3, "a", "aa"),
        (4, "c", "cc"),
    ]


def test_whoever_comes_back_gets_what_was_written_meanwhile(room):
    for name in ("a", "b", "c"):
        room.put(CODE, name, "", "desk")
    assert [[note.name for note in room.notes(CODE, after)] for after in (0, 1, 2, 3, 99)] == [
        ["a", "b", "c"], ["b", "c"], ["c"], [], [],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "한국어 — “quoted”\r\n\\ %s %d", "\0 a\0", "x" * 40_000])
def test_a_text_comes_back_as_it_went(room, text):
    room.put(CODE, "scene", text, "desk")
    assert room.notes(CODE)[0].text == text


def test_one_device_leads(room):
    room.put(CODE, "scene", "first", "desk")
    assert room.take(CODE, "phone", "lead", "{}") == 2
    with pytest.raises(NotLeading):
        room.put(CODE, "scene", "second", "desk", poll=1)
    assert room.room(CODE)[2:5] == ("phone", 0, 2)  # neither number nor poll has changed
    assert room.put(CODE, "scene", "third", "phone") == 3


def test_those_who_follow(room):
    assert room.join(CODE, "ann", 2) and room.join(CODE, "bob", 2) and not room.join(CODE, "cem", 2)
    assert room.here(CODE, "ann", 7, True) and not room.here(CODE, "cem", 7, False)
    people = sorted(room.people(CODE))
    assert [(one.number, one.away) for one in people] == [(0, False), (7, True)]
    assert all(0 <= one.since < 30 for one in people)


def test_an_answer_is_taken_while_its_poll_asks(room):
    for who in ("ann", "bob"):
        room.join(CODE, who, 9)
    assert not room.answer(CODE, 1, "ann", 0)  # nothing is asked yet
    assert not room.answer(CODE, 0, "ann", 0)  # which is no poll
    room.put(CODE, "poll", "open", "desk", poll=1)
    assert room.answer(CODE, 1, "ann", 2) and room.answer(CODE, 1, "bob", 2)
    assert not room.answer(CODE, 2, "ann", 0) and not room.answer(CODE, 1, "stranger", 0)
    assert room.answer(CODE, 1, "ann", 1)  # the last one counts
    room.put(CODE, "poll", "closed", "desk", poll=0)
    assert not room.answer(CODE, 1, "bob", 0)
    room.put(CODE, "poll", "open", "desk", poll=11)
    assert room.answer(CODE, 11, "bob", 3)
    assert room.answers(CODE, 1) == Counter({1: 1, 2: 1}) and room.answers(CODE, 11) == {3: 1}
    assert room.answers(CODE, 9) == Counter()


def test_a_class_that_is_ended_says_so_and_keeps_nothing(room):
    room.join(CODE, "ann", 9)
    room.put(CODE, "poll", "open", "desk", poll=1)
    room.answer(CODE, 1, "ann", 0)
    room.end(CODE)
    assert room.room(CODE).ended and [note[:2] for note in room.notes(CODE, 1)] == [(2, ENDED)]
    for done in (
        lambda: room.put(CODE, "scene", "", "desk"), lambda: room.take(CODE, "desk", "lead", ""),
        lambda: room.join(CODE, "bob", 9), lambda: room.here(CODE, "ann", 1, False),
        lambda: room.answer(CODE, 1, "ann", 0), lambda: room.answers(CODE, 1),
        lambda: room.people(CODE), lambda: room.end(CODE),
    ):  # fmt: skip
        with pytest.raises(Gone):
            done()
    assert not room.create(CODE, "key", "desk")  # nobody of the old class falls into a new one


def test_there_is_no_other_class(store):
    for done in (
        lambda: store.room(CODE), lambda: store.notes(CODE), lambda: store.people(CODE),
        lambda: store.put(CODE, "scene", "", "desk"), lambda: store.join(CODE, "ann", 9),
        lambda: store.here(CODE, "ann", 1, False), lambda: store.answer(CODE, 1, "ann", 0),
        lambda: store.answers(CODE, 1), lambda: store.take(CODE, "desk", "lead", ""),
        lambda: store.end(CODE),
    ):  # fmt: skip
        with pytest.raises(Gone):
            done()


def test_classes_do_not_mix(room):
    room.create("XYXYXY", "key", "desk")
    room.put("XYXYXY", "scene", "other", "desk")
    room.join("XYXYXY", "ann", 9)
    assert not room.notes(CODE) and not room.people(CODE) and not room.here(CODE, "ann", 0, False)


def test_an_idle_class_is_forgotten(address):
    store = opened(address, idle=0.4)
    store.create(CODE, "key", "desk")
    for _ in range(4):  # who does something keeps it
        time.sleep(0.2)
        store.put(CODE, "scene", "", "desk")
    store.join(CODE, "ann", 9)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            store.here(CODE, "ann", 1, False)  # who merely watches does not
        except Gone:
            break
        time.sleep(0.05)
    with pytest.raises(Gone):
        store.room(CODE)
    assert store.create(CODE, "other", "desk")
    assert not store.notes(CODE) and not store.people(CODE)
    store.close()


def test_what_is_written_at_once_has_numbers_of_its_own(address):
    """Several threads of one process, and a second process's connection."""
    stores = [opened(address), opened(address)]
    stores[0].create(CODE, "key", "desk")
    found: list[int] = []

    def write(store, own):
        for _ in range(25):
            found.append(store.put(CODE, own, "", "desk"))

    threads = [
        threading.Thread(target=write, args=(stores[turn % 2], str(turn))) for turn in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == list(range(1, 101))
    assert stores[0].notes(CODE) == stores[1].notes(CODE)
    for store in stores:
        store.close()


ANSWERING = """
import sys
from core.classroom import opened
store = opened(sys.argv[1])
for turn in range(100_000):
    assert store.join("BCDFHJ", str(turn), 100_000) and store.answer("BCDFHJ", 1, str(turn), 3)
    print(turn, flush=True)
"""


def test_an_answer_that_was_acknowledged_outlives_its_process(address):
    store = opened(address)
    store.create(CODE, "key", "desk")
    store.put(CODE, "poll", "open", "desk", poll=1)
    process = subprocess.Popen(
        [sys.executable, "-c", ANSWERING, address], stdout=subprocess.PIPE, text=True
    )
    for _ in range(40):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    acknowledged = 40 + len(process.stdout.readlines())
    process.wait()
    kept = store.answers(CODE, 1)[3]
    assert acknowledged <= kept <= acknowledged + 1  # one may have been on its way
    store.put(CODE, "poll", "closed", "desk", poll=0)  # nothing is locked, nothing is broken
    store.close()
    again = opened(address)
    assert again.answers(CODE, 1)[3] == kept and again.room(CODE).poll == 0
    again.close()
