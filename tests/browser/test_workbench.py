"""The workbench in a real browser: dragging, keys, fields, undo, links, exports, a phone."""

import csv
import io
import json
import math
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, urlsplit

import pytest

from core.views.workbench import SITUATIONS, Parameter, Setting, complete, with_parameter, work
from tests.browser.conftest import where

pytestmark = pytest.mark.browser
FIRST = SITUATIONS["long"].setting


def opened(page, server, **query):
    page.goto(f"{server}/workbench?{urllib.parse.urlencode(query)}")
    page.locator(".heed-plane").wait_for()
    page.wait_for_timeout(500)  # until the courier is there
    return page.locator(".heed-stage")


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).query).items()}


def number(text):
    """A dash stands where the answer to the last change has not come yet: no number."""
    return math.nan if text == "–" else float(text.replace("−", "-"))


def board(stage):
    """Scores and weights as the screen shows them, by score function."""
    found = {}
    for row in stage.locator(".heed-board tbody tr").all():
        scores = [number(text) for text in row.locator(".heed-raw").all_inner_texts()]
        weights = [number(text) for text in row.locator(".heed-weight-cell").all_inner_texts()]
        found[row.locator("b").inner_text()] = (scores, weights)
    return found


def holds(stage, setting):
    """Waits until the screen shows what the core makes of `setting`."""
    scored = work(setting).scored
    expected = {one.name: (list(one.scores), list(one.weights)) for one in scored}
    for _ in range(60):
        found = board(stage)
        if found.keys() == expected.keys() and all(
            found[name][kind] == pytest.approx(expected[name][kind], abs=0.0051)
            for name in expected
            for kind in range(2)
        ):
            return
        stage.page.wait_for_timeout(50)
    assert found == expected


def moved(index, vector):
    """The first situation with one key elsewhere."""
    keys = tuple(vector if j == index else key for j, key in enumerate(FIRST.keys))
    return Setting(FIRST.query, keys, FIRST.temperature, FIRST.parameters)


def test_opens_on_numbers_of_the_core(page, server):
    stage = opened(page, server)
    holds(stage, FIRST)
    words = [one.name for one in work(FIRST).scored]
    assert list(board(stage)) == words
    assert "dot" in stage.locator(".heed-vectors .heed-tag").inner_text()


def drag(page, stage, index, by):
    """Drags an arrow's tip by units of the plane, in steps."""
    box = stage.locator(f".heed-handle[data-vector='{index}']").bounding_box()
    unit = stage.locator(".heed-plane").bounding_box()["width"] / 6
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 11):
        page.mouse.move(x + by[0] * unit * part / 10, y - by[1] * unit * part / 10)
        page.wait_for_timeout(16)
    return page.mouse.up


def test_dragging_moves_the_arrow_at_once_and_the_numbers_follow(page, server):
    stage = opened(page, server)
    drop = drag(page, stage, 1, (-0.8, -1.2))
    field = stage.get_by_label("Key 2, x", exact=True)
    assert field.input_value() == "0.6"  # while the button is still held
    holds(stage, moved(1, (0.6, 1.4)))
    drop()
    assert query(page)["k"].split("*")[1] == "0.6_1.4"
    assert stage.get_attribute("aria-busy") != "true"


def test_few_bytes_go_along_while_dragging(page, server):
    received = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    stage = opened(page, server)
    page.wait_for_timeout(500)
    received.clear()
    drag(page, stage, 1, (-0.8, -1.2))()
    holds(stage, moved(1, (0.6, 1.4)))
    assert received and max(received) < 20_000


def test_arrow_keys_move_the_focused_arrow(page, server):
    stage = opened(page, server)
    handle = stage.locator(".heed-handle[data-vector='0']")
    handle.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    holds(stage, moved(0, (2.3, 0.4)))
    assert handle.get_attribute("aria-valuetext") == "x 2.30, y 0.40"
    assert handle.evaluate("node => node === node.getRootNode().activeElement")


def test_fields_take_exact_numbers_and_tell_wrong_ones(page, server):
    stage = opened(page, server)
    field = stage.get_by_label("Key 3, y", exact=True)
    field.fill("-2.125")
    holds(stage, moved(2, (-1.6, -2.125)))
    field.fill("99")
    assert "−10 to 10" in stage.get_by_role("alert").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("")
    field.press("Tab")
    assert field.input_value() == "-2.125"
    holds(stage, moved(2, (-1.6, -2.125)))
    field.fill("1")
    assert stage.locator(".heed-complaint").text_content() == ""


def test_parameters_and_temperature(page, server):
    stage = opened(page, server, situation="turn")
    turned = SITUATIONS["turn"].setting
    holds(stage, turned)
    assert stage.locator(".heed-arrow-probe").is_visible()
    stage.get_by_label("W_a of general, row 1, column 1", exact=True).fill("2")
    rows = ((2.0, 1.0), (-1.0, 0.0))
    changed = with_parameter(turned, Parameter("general", "W_a", rows))
    holds(stage, changed)
    stretch = next(one for one in work(changed).scored if one.name == "general").stretch
    shown = stage.locator(".heed-parameter-group", has_text="singular").inner_text()
    assert f"{stretch[0]:.2f}, {stretch[1]:.2f}" in shown
    stage.get_by_label("beta of cosine, row 1, column 1", exact=True).fill("5")
    changed = with_parameter(changed, Parameter("cosine", "beta", ((5.0,),)))
    holds(stage, changed)
    stage.get_by_role("slider", name="Temperature τ").fill("0")
    cold = Setting(changed.query, changed.keys, 0.05, changed.parameters)
    holds(stage, cold)
    assert stage.get_by_role("spinbutton", name="Temperature τ").input_value() == "0.05"
    stage.get_by_role("button", name="dot", exact=False).first.click()
    assert stage.locator(".heed-arrow-probe").is_hidden()


def test_keys_come_and_go(page, server):
    stage = opened(page, server)
    add = stage.get_by_role("button", name="Add a key")
    add.click()
    add.click()
    assert add.is_disabled()
    assert stage.locator(".heed-handle").count() == 7
    keys = (*FIRST.keys, (1.5, -1.0), (-1.0, -1.5))
    holds(stage, Setting(FIRST.query, keys, 1.0, FIRST.parameters))
    for _ in range(5):
        stage.get_by_role("button", name="Remove key 1").click()
    assert stage.get_by_role("button", name="Remove key 1").is_disabled()
    holds(stage, Setting(FIRST.query, keys[5:], 1.0, FIRST.parameters))
    assert board(stage)["concat"][1] == [1]


def test_undo_redo_and_reset(page, server):
    stage = opened(page, server)
    undo, redo = (stage.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    assert undo.is_disabled() and redo.is_disabled()
    drag(page, stage, 1, (-0.8, -1.2))()
    stage.get_by_role("button", name="A cold softmax").click()
    holds(stage, SITUATIONS["cold"].setting)
    undo.click()
    holds(stage, moved(1, (0.6, 1.4)))
    stage.locator(".heed-handle").first.focus()
    page.keyboard.press("Control+z")  # the whole drag is one change
    holds(stage, FIRST)
    assert undo.is_disabled()
    redo.click()
    holds(stage, moved(1, (0.6, 1.4)))
    stage.get_by_role("button", name="Reset").click()
    holds(stage, FIRST)


def test_every_situation_tells_its_lesson(page, server):
    stage = opened(page, server)
    for name, (score, setting) in SITUATIONS.items():
        stage.locator(".heed-chips button").nth(list(SITUATIONS).index(name)).click()
        holds(stage, setting)
        assert query(page)["situation"] == name and query(page)["score"] == score
        assert len(stage.locator(".heed-lesson").inner_text()) > 80
        assert score in stage.locator(".heed-vectors .heed-tag b").inner_text()


def test_the_address_restores_all_of_it(page, server):
    stage = opened(page, server, situation="turn")
    stage.get_by_label("Query, x", exact=True).fill("0.25")
    stage.get_by_label("W_a of general, row 2, column 2", exact=True).fill("-1.5")
    stage.get_by_role("button", name="As a table").click()
    stage.get_by_text("concat", exact=True).first.click()
    page.wait_for_timeout(400)
    told = query(page)
    page.goto("about:blank")
    stage = opened(page, server, **told)
    assert query(page) == told
    assert stage.get_by_label("Query, x", exact=True).input_value() == "0.25"
    assert stage.locator(".heed-current b").inner_text() == "concat"
    assert stage.locator(".heed-tables table").count() == 2
    setting = SITUATIONS["turn"].setting
    setting = Setting((0.25, setting.query[1]), setting.keys, 1.0, setting.parameters)
    holds(stage, with_parameter(setting, Parameter("general", "W_a", ((0, 1), (-1, -1.5)))))


def test_language_and_size_keep_what_was_done(page, server):
    stage = opened(page, server)
    stage.get_by_label("Key 1, x", exact=True).fill("-2")
    page.get_by_text("한국어").click()
    stage.get_by_label("키 1, x", exact=True).wait_for()
    assert stage.get_by_label("키 1, x", exact=True).input_value() == "-2"
    page.get_by_text("큰 글씨", exact=True).click()
    page.locator(".heed-large").wait_for()
    holds(stage, moved(0, (-2.0, 0.2)))
    assert query(page)["lang"] == "ko" and query(page)["projector"] == "1"
    stage.get_by_role("button", name="되돌리기").click()
    holds(stage, FIRST)


def test_table_and_downloads_hold_the_same_numbers(page, server):
    stage = opened(page, server, table="1", situation="blind")
    worked_out = work(SITUATIONS["blind"].setting)
    rows = stage.locator(".heed-tables table").first.locator("tbody tr")
    for j in range(len(worked_out.setting.keys)):
        cells = [number(text) for text in rows.nth(j + 1).locator("td").all_inner_texts()]
        expected = [worked_out.key_lengths[j], worked_out.cosines[j]]
        for one in worked_out.scored:
            expected += [one.scores[j], one.weights[j]]
        assert cells[2:] == pytest.approx(expected, abs=6e-5)

    def download(name):
        stage.locator(".heed-menu summary").click()
        with page.expect_download() as waiting:
            stage.get_by_role("button", name=name).click()
        return waiting.value.path().read_bytes()

    lines = list(csv.DictReader(io.StringIO(download("CSV").decode("utf-8-sig"))))
    assert len(lines) == len(worked_out.scored) * len(worked_out.setting.keys)
    general = [float(one["weight"]) for one in lines if one["score_function"] == "general"]
    wanted = next(one for one in worked_out.scored if one.name == "general")
    assert general == pytest.approx(wanted.weights, rel=1e-6)
    told = json.loads(download("JSON"))
    assert Setting.read(told["setting"]) == complete(worked_out.setting)
    assert told["scored"][0]["scores"] == pytest.approx(worked_out.scored[0].scores)
    drawn = ElementTree.fromstring(download("SVG"))
    words = " ".join(drawn.itertext())
    assert all(one.name in words for one in worked_out.scored) and "0.33" in words
    assert download("PNG").startswith(b"\x89PNG")


def test_hostile_links_stay_text(page, server):
    hostile = "<img src=x onerror='window.hit=1'>"
    stage = opened(page, server, situation=hostile, score=hostile, q=hostile, **{hostile: "1"})
    holds(stage, FIRST)
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_fits_on_a_phone_and_answers_a_finger(browser, server, lang):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 844}, has_touch=True, locale="en-US"
    )
    page = context.new_page()
    page.goto(f"{server}/workbench?lang={lang}&k=1_1*2_2*-1_1*-2_1*0_-2*1_-1")
    page.locator(".heed-plane").wait_for()
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    stage, circle = page.locator(".heed-stage"), page.locator(".heed-handle[data-vector='4']")
    wide = stage.evaluate(
        "node => [...node.querySelectorAll('.heed-pane, .heed-flow')]"
        ".map((part) => part.scrollWidth - part.clientWidth)"
    )
    assert max(wide) <= 0
    circle.scroll_into_view_if_needed()
    box = circle.bounding_box()
    touch = context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, dx in (("touchStart", 0), ("touchMove", -30), ("touchMove", -60)):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + dx, "y": y}]}
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)
    assert float(query(page)["k"].split("*")[4].split("_")[0]) < -0.5
    context.close()


def test_the_stage_says_the_result(page, server):
    stage = opened(page, server)
    stage.get_by_role("button", name="Cosine does not care").click()
    live = page.locator(".heed-root > .heed-live")
    live.filter(has_text=re.compile("cosine: key 1 .* 0.46")).wait_for(state="attached")
