"""Processes of trainings: a limit, a queue, and an end to each, whatever happens."""

import os
import signal
import sys
import time

import pytest

from core.live.config import Config, Learnt
from core.live.pool import Full, Pool
from core.live.run import DONE, FRAMES, Run
from tests.core.live.worker import BABBLES, FALLS, FINISHES, WAITS

COMMAND = (sys.executable, "-m", "tests.core.live.worker")
REVERSE = Learnt.checked("reverse")


def here() -> bool:
    return True


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def pool():
    found = Pool(at_once=2, queue=2, seconds=600, command=COMMAND)
    yield found
    found.close()


def begin(pool, visit, *seeds, alive=here):
    return pool.begin(visit, REVERSE, [Config(seed=seed) for seed in seeds or (WAITS,)], alive)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_training_tells_what_it_sees_and_does_what_it_is_told(pool):
    (run,) = begin(pool, "a")
    until(lambda: len(run.frames) == 5)
    assert run.state == "running" and run.snapshot.weights.shape == (9, 9)
    assert [number for number, _ in run.since(3)] == [4, 5]
    run.command("pause")
    until(lambda: run.state == "paused")
    run.command("rate", rate=0.5)
    until(lambda: run.snapshot.rate == 0.5)
    run.command("go")
    until(lambda: run.state == "running")
    run.command("stop")
    until(lambda: run.state == "stopped" and not run.working)


def test_two_side_by_side_begin_together_and_others_wait_in_line(pool):
    first = begin(pool, "a", WAITS, WAITS)
    until(lambda: all(run.state == "running" for run in first))
    (second,), (third,) = begin(pool, "b"), begin(pool, "c")
    assert [pool.place(run) for run in (*first, second, third)] == [0, 0, 1, 2]
    with pytest.raises(Full):
        begin(pool, "d")
    pool.end("b")  # who waits can go, and the next moves up
    assert second.state == "stopped" and pool.place(third) == 1
    pool.end("a")
    until(lambda: third.state == "running")
    assert pool.place(third) == 0


def test_two_side_by_side_run_where_only_one_has_room(pool):
    pool.at_once = 1
    runs = begin(pool, "a", WAITS, WAITS)
    until(lambda: all(run.state == "running" for run in runs))


def test_a_process_that_is_killed_is_told_and_nothing_else_falls(pool):
    (run,), (other,) = begin(pool, "a"), begin(pool, "b")
    until(lambda: run.state == other.state == "running")
    os.kill(run.pid, signal.SIGKILL)
    until(lambda: run.state == "crashed")
    assert str(-signal.SIGKILL) in run.told and other.state == "running"
    until(lambda: begin(pool, "a")[0].state in ("starting", "running"))


@pytest.mark.parametrize(("seed", "state"), [(FALLS, "crashed"), (BABBLES, "crashed")])
def test_one_that_ends_by_itself_or_says_too_much_is_over(pool, seed, state):
    (run,) = begin(pool, "a", seed)
    until(lambda: run.state == state and not run.working)


def test_one_that_finishes_makes_room(pool):
    (run,) = begin(pool, "a", FINISHES)
    until(lambda: run.state == "finished" and not run.working)


def test_time_is_limited(pool):
    pool.seconds = 0.0
    (run,) = begin(pool, "a")
    until(lambda: run.state == "late" and not run.working)


def test_who_leaves_leaves_nothing_behind(pool):
    there = [True]
    (run,) = begin(pool, "a", alive=lambda: there[0])
    until(lambda: run.state == "running")
    pid, folder = run.pid, run.folder.parent
    assert folder.is_dir()
    there[0] = False
    until(lambda: not folder.exists())
    until(lambda: not run.working)
    assert run.state in DONE and gone(pid)


def test_a_new_one_ends_the_one_before_and_two_visits_do_not_meet(pool):
    (first,), (other,) = begin(pool, "a"), begin(pool, "b")
    until(lambda: first.state == other.state == "running")
    (second,) = begin(pool, "a")
    assert first.state == "stopped" and other.state == "running"
    until(lambda: second.state == "running")
    assert len({first.name, second.name, other.name}) == 3


def test_closing_ends_all(pool):
    (run,) = begin(pool, "a")
    until(lambda: run.state == "running")
    pid = run.pid
    pool.close()
    until(lambda: run._process.poll() is not None)
    assert gone(pid) and not pool.home.exists()


def test_a_worker_ends_with_whoever_began_it(pool):
    (run,) = begin(pool, "a")
    until(lambda: run.state == "running")
    run._process.stdin.close()
    until(lambda: not run.working)


def test_memory_is_bounded(tmp_path):
    run = Run("a", REVERSE, Config(), tmp_path, here)
    for number in range(5 * FRAMES):
        run._hear({"kind": "snapshot", "moment": [number]})
    assert len(run.frames) <= FRAMES
    assert run.frames[0][0] == 1 and run.frames[-1][0] == 5 * FRAMES
