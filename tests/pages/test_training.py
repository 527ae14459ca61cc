"""The page of live training without a browser, its processes played by one that trains nothing."""

import io
import json
import sys
import time
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import manifest, words
from core.live.config import FEWEST, MOST, Config, Learnt
from core.live.pool import Pool
from core.live.run import Run
from core.loader import load
from core.training import train
from pages.shared import live
from tests.core.live.worker import FALLS, FINISHES, WAITS
from tests.pages.conftest import components

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.core.live.worker")


@pytest.fixture(autouse=True)
def pool(monkeypatch):
    """Processes that say what they are told to, and a window that is not in the way of others."""
    found = Pool(at_once=2, queue=1, command=COMMAND)
    monkeypatch.setattr(live, "pool", lambda: found)
    yield found
    found.close()


def run(**query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = str(value)
    app.run().switch_page("pages/training.py").run()
    assert not app.exception
    return app


def sent(app):
    """What the stage was given, and the answer that the courier carried."""
    stage, courier = (json.loads(one.proto.json)[0] for one in components(app)[:2])
    return stage, courier


def start(app):
    app.button(key="live_start").click().run()
    assert not app.exception
    return app


def until(app, state):
    """Runs the page until its first training is in that state."""
    end = time.monotonic() + 60
    while sent(app.run())[0]["runs"][0]["state"] != state:
        assert time.monotonic() < end
        time.sleep(0.1)
    return app


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_it_opens_on_a_training_that_was_recorded(lang):
    app = run(lang=lang)
    stage, courier = sent(app)
    assert stage["job"] == courier["job"] == "" and [one["state"] for one in stage["runs"]] == [
        "film", "film",
    ]  # fmt: skip
    assert stage["strings"] == words.section(lang, "live")
    assert stage["runs"][0]["frames"][-1]["moment"][4] >= 95  # general
    assert stage["runs"][1]["frames"][-1]["moment"][4] < 95  # and none, which stays behind
    assert app.title[0].value == words.say(lang, "live_page.title") and not app.error


def test_the_film_shows_the_other_diagonal():
    frames = sent(run())[0]["runs"][0]["frames"]
    weights = frames[-1]["weights"]
    size = len(weights) - 1
    assert all(max(row) == row[size - 1 - place] for place, row in enumerate(weights[:size]))


def test_start_begins_two_that_differ_in_one_thing():
    app = until(start(run(seed=WAITS)), "running")
    stage, courier = sent(app)
    assert [one["label"] for one in stage["runs"]] == ["general", "no attention"]
    assert courier["job"] == stage["job"] != ""
    assert len(stage["runs"][0]["frames"]) == 5
    app.selectbox(key="live_beside").set_value("nothing").run()
    assert len(sent(until(start(app), "running"))[0]["runs"]) == 1


@pytest.mark.parametrize(
    ("seed", "key"), [(FALLS, "state_crashed"), (FINISHES, "")], ids=["falls", "finishes"]
)
def test_what_is_over_is_said_and_can_be_begun_again(seed, key):
    app = start(run(seed=seed, beside="nothing"))
    app = until(app, "crashed" if seed == FALLS else "finished")
    note = sent(app)[0]["runs"][0]["note"]
    assert note.startswith(
        words.say("en", f"live_page.{key}", told="@").split("@")[0] if key else ""
    )
    assert not app.exception and app.button(key="live_start").label == "Start again"


@pytest.mark.parametrize("size", [0, 10_000, 33])
def test_sizes_that_cannot_be_are_refused_with_a_sentence(size):
    app = run()
    app.number_input(key="live_size").set_value(size).run()
    start(app)
    assert str(size) in app.error[0].value.replace(",", "") and sent(app)[0]["job"] == ""
    app.number_input(key="live_size").set_value(64).run()
    assert not start(app).error


def test_a_link_that_asks_for_the_impossible_says_so():
    app = run(size=10_000, cell="VHS", seed=WAITS)
    assert len(app.info) == 2 and "VHS" in app.info[1].value + app.info[0].value
    assert app.number_input(key="live_size").value == 64


def test_a_full_queue_is_told_and_so_is_a_place_in_it(pool):
    learnt, config = Learnt.checked("reverse"), Config(seed=WAITS)
    pool.begin("somebody", learnt, [config, config], lambda: True)
    app = start(run(seed=WAITS))
    place = words.say("en", "live_page.waiting", place=1)
    assert [one["note"] for one in sent(app)[0]["runs"]] == [place, place]
    full = words.say("en", "live_page.full")
    other = run(seed=WAITS)
    pool.queue = 0
    assert full in [one.value for one in start(other).error]


def own(text, name="pairs.tsv"):
    return live.brought(text if isinstance(text, bytes) else text.encode(), name)


LINES = [f"one {i}\tuno {i}" for i in range(12)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES), "\r\n".join(LINES), "\ufeff" + "\n".join(LINES),
        "\n".join(LINES) + "\n\n",
        "\n".join(f'"{one.replace(chr(9), chr(34) + chr(9) + chr(34))}"' for one in LINES),
        "\n".join(f"{one}\tCC-BY 2.0 (France) #{i}" for i, one in enumerate(LINES)),
    ],
    ids=["plain", "CRLF", "BOM", "empty", "quotes", "attribution"],
)  # fmt: skip
def test_pairs_are_read_as_training_reads_them(text):
    found = own(text)
    assert [tuple(pair) for pair in found.pairs] == [tuple(one.split("\t")) for one in LINES]
    assert any("first two" in one for one in found.told) == ("CC-BY" in text)


def test_pairs_that_cannot_be_used_are_told():
    for text in ("one\ntwo\nthree", "", b"\x00\x01\xff" * 50):
        with pytest.raises(ValueError, match="pairs.tsv"):
            own(text)
    assert not live.enough(own("\n".join(LINES[: FEWEST - 1])))
    assert live.enough(own("\n".join(LINES[:FEWEST])))


def test_ten_megabytes_are_read_and_the_first_are_taken():
    line = f"{'a' * 20} {{}}\t{'b' * 20}"
    text = "\n".join(line.format(i) for i in range(10 * 2**20 // 48))
    found = own(text)
    assert len(text) > 9 * 2**20 and len(found.pairs) == MOST < found.count


def test_pasted_lines_may_have_arrows():
    app = run(task="own", seed=WAITS, beside="nothing")
    app.text_area(key="live_pasted").set_value("one → uno").run()
    assert any("1" in one.value for one in app.error)
    start(app)
    assert sent(app)[0]["job"] == "" and app.error
    text = "\n".join(f"{i} → {i * i}" for i in range(20))
    app.text_area(key="live_pasted").set_value(text).run()
    assert not until(start(app), "running").error
    learnt = live.pool()._runs[-1].learnt
    assert learnt.pairs[3] == ("3", "9")
    app.text_area(key="live_pasted").set_value("no column at all\nhere").run()
    assert "column" in " ".join(one.value for one in app.text)


@pytest.fixture
def trained(tmp_path):
    """A run whose model is there."""
    config = Config(size=16, updates=10, least=2, most=4)
    folder = tmp_path / "live" / "reverse-general-test"
    list(train("reverse", config, every=10, out=folder))
    found = Run("", Learnt.checked("reverse"), config, folder, lambda: True)
    found.state, found.kept = "finished", True
    return found


def test_what_was_trained_opens_on_other_pages_and_only_there(trained):
    app = run()
    app.session_state["live_job"] = live.Job((trained,), "reverse", sent=[0])
    app.run()
    assert trained.name in manifest_of(app)
    app.button(key=f"live_decode_{trained.name}").click().run()
    assert not app.exception and app.selectbox(key="model").value == trained.name
    assert trained.name not in manifest.entries()
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    other.switch_page("pages/decode.py").run()
    assert trained.name not in other.selectbox(key="model").options


def manifest_of(app):
    return " ".join(one.value for one in app.markdown)


def test_a_zip_holds_a_folder_that_opens(trained, tmp_path):
    with zipfile.ZipFile(io.BytesIO(live.packed(trained.folder))) as archive:
        archive.extractall(tmp_path / "home")
    facade = load(tmp_path / "home" / trained.name)
    assert facade.name == trained.name and facade.translate("123").path()
