"""The beam search page in a real browser: the tree, its steps, revived branches, forced words."""

import json
import math
import re
import urllib.parse

import pytest

from core.trace import Trace
from core.translator import Translator
from tests.browser.conftest import shown
from tests.browser.test_decode_page import at, query

pytestmark = pytest.mark.browser
TEXT = "She gave him the red book."
MODEL = "eng-fra-general"


@pytest.fixture(scope="module")
def translator():
    return Translator.load(MODEL)


def opened(page, server, **asked):
    page.goto(f"{server}/search?{urllib.parse.urlencode({'text': TEXT, **asked})}")
    page.locator(".heed-card").first.wait_for()
    return page.locator(".heed-stage")


def cards(stage):
    return stage.locator(".heed-card-text").all_inner_texts()


def settled(stage):
    stage.locator("xpath=self::*[@aria-busy='false' or not(@aria-busy)]").wait_for()


def ids(stage, selector=".heed-node"):
    return [node.get_attribute("data-id") for node in stage.locator(selector).all()]


def nodes_of(trace: Trace, cut: bool) -> set[str]:
    """The ids of the steps and, where asked, of the candidates that were let go."""
    found = {"start", *map(str, range(len(trace.steps)))}
    for number, one in enumerate(trace.expansions if cut else ()):
        taken = {step.token.id for step in trace.steps if step.expansion is one}
        found |= {
            f"{number}.{place}"
            for place, item in enumerate(one.candidates) if item.id not in taken
        }  # fmt: skip
    return found


def test_the_nodes_of_the_tree_are_those_of_the_trace(page, server, translator):
    stage = opened(page, server)
    trace = translator.translate(TEXT, beam=5, best=3)
    assert set(ids(stage)) == nodes_of(trace, cut=False)
    stage.get_by_role("button", name="Unfold all that was cut").click()
    assert set(ids(stage)) == nodes_of(trace, cut=True)
    for name, one in zip(map(str, range(len(trace.steps))), trace.steps, strict=True):
        told = stage.locator(f'[data-id="{name}"]').get_attribute("aria-label")
        share = math.exp(one.log_prob)
        p = f"{share:.3f}" if share >= 0.0005 else "<0.001"
        assert told.startswith(one.token.piece) and f"p {p}" in told
        assert f"rank {one.rank}" in told
    stage.get_by_role("button", name="Fold all").click()
    assert set(ids(stage)) == nodes_of(trace, cut=False)
    finished = stage.locator(".heed-finished tbody tr")
    assert finished.locator(".heed-link").all_inner_texts() == [
        trace.tree.text_of(leaf) for leaf in trace.leaves
    ]


def test_the_tree_grows_with_the_steps_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    stage = opened(page, server)
    page.wait_for_timeout(1500)  # whatever the first run still sends
    before = len(sent)
    steps = int(at(stage).split("/")[1])
    nodes = stage.locator(".heed-node")
    visible = "nodes => nodes.filter((node) => node.getBoundingClientRect().width).length"
    stage.get_by_role("button", name="First step").click()
    counts = [nodes.evaluate_all(visible)]
    for _ in range(steps - 1):
        page.keyboard.press("ArrowRight")
        counts.append(nodes.evaluate_all(visible))
    assert at(stage) == f"{steps} / {steps}"
    assert counts == sorted(counts) and counts[0] == 6 and counts[-1] > 20
    assert len(sent) == before
    # The candidates stand in the order of their scores, the line after the width.
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    rows = stage.locator(".heed-ranking tbody tr")
    ranks = [text for text in rows.locator("td:first-child").all_inner_texts() if text.isdigit()]
    assert ranks[:8] == [str(n) for n in range(1, 9)]
    assert rows.nth(5).inner_text() == "width 5"


def test_a_cut_branch_is_revived_and_the_change_undone_by_mouse(page, server, translator):
    stage = opened(page, server)
    before = cards(stage)
    stage.locator('[data-id="0"] .heed-chip').click()
    cut = stage.locator('.heed-node[data-id^="1."]').first
    number, place = map(int, cut.get_attribute("data-id").split("."))
    trace = translator.translate(TEXT, beam=5, best=3)
    item = trace.expansions[number].candidates[place]
    cut.click()
    why = stage.locator(".heed-why").inner_text()
    assert why == f"Cut: rank {item.rank} of 19,985 extensions at this step; width 5."
    stage.locator(".heed-revive").click()
    stage.locator(".heed-change").wait_for()
    forced = translator.translate(
        TEXT, beam=5, best=3, prefix=[trace.steps[trace.expansions[number].step].token.id, item.id]
    )
    assert cards(stage)[1] == forced.text != before[1]
    told = stage.locator(".heed-change").inner_text()
    assert before[1] in told and forced.text in told
    settled(stage)
    stage.get_by_role("button", name="Undo").click()
    stage.locator(".heed-change").wait_for(state="detached")
    assert cards(stage) == before
    settled(stage)
    stage.get_by_role("button", name="Redo").click()
    stage.locator(".heed-change").wait_for()
    assert cards(stage)[1] == forced.text
    settled(stage)
    stage.get_by_role("button", name="Reset").click()
    stage.locator(".heed-change").wait_for(state="detached")
    assert cards(stage) == before


def test_a_word_is_forced_and_undone_by_keyboard(page, server, translator):
    stage = opened(page, server)
    before = cards(stage)

    def focused():
        return stage.evaluate("node => node.getRootNode().activeElement?.dataset.id")

    stage.locator('.heed-node[tabindex="0"]').focus()
    for _ in range(30):  # back to the first token
        page.keyboard.press("ArrowLeft")
        if focused() == "start":
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    chosen = focused()
    assert query(page)["node"] == chosen
    page.keyboard.press("Shift+Equal")
    assert stage.locator(f'[data-id="{chosen}"]').get_attribute("aria-expanded") == "true"
    page.keyboard.press("-")
    assert stage.locator(f'[data-id="{chosen}"]').get_attribute("aria-expanded") == "false"
    box = stage.locator(".heed-word")
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("node => node === node.getRootNode().activeElement"):
            break
    page.keyboard.type("vous")
    page.keyboard.press("Enter")
    stage.locator(".heed-change").wait_for()
    trace = translator.translate(TEXT, beam=5, best=3)
    first = trace.steps[int(chosen)].parent
    prefix = [trace.steps[first].token.id, *translator.vocabulary.encode("vous")]
    assert cards(stage)[1] == translator.translate(TEXT, beam=5, best=3, prefix=prefix).text
    settled(stage)
    stage.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    stage.locator(".heed-change").wait_for(state="detached")
    assert cards(stage) == before


def test_a_word_that_the_vocabulary_lacks_and_no_word_are_answered(page, server):
    stage = opened(page, server)
    stage.locator('[data-id="0"]').click()
    stage.locator(".heed-force button").click()
    assert stage.locator(".heed-answer").inner_text() == "Type a word first."
    stage.locator(".heed-word").fill("<b>🦉</b>")
    stage.locator(".heed-force button").click()
    stage.locator(".heed-change").wait_for()
    told = stage.locator(".heed-change").inner_text()
    assert "<0xF0>" in told and "written as its bytes" in told
    assert "<b>🦉</b>" in cards(stage)[1] and not page.locator(".heed-card-text b").count()


def test_greedy_beam_and_sampling_stand_side_by_side(page, server, translator):
    from core.tree import Sampling

    stage = opened(page, server, temperature="1.5", seed="7", width="4")
    expected = [
        translator.translate(TEXT),
        translator.translate(TEXT, beam=4, best=3),
        translator.translate(TEXT, sampling=Sampling(1.5, seed=7)),
    ]
    assert cards(stage) == [shown(trace) for trace in expected]
    for card, trace in zip(stage.locator(".heed-card-facts").all(), expected, strict=True):
        total = f"{trace.path()[-1].total:.3f}".replace("-", "−")
        assert card.inner_text() == f"log-probability {total} · {len(trace.path())} tokens"
    stage.locator('[data-run="sampling"]').click()
    assert set(ids(stage)) == nodes_of(expected[2], cut=False)
    assert query(page)["run"] == "sampling"
    page.reload()
    page.locator(".heed-card").first.wait_for()
    assert set(ids(stage)) == nodes_of(expected[2], cut=False)


def test_a_link_brings_back_step_node_and_list(page, server):
    stage = opened(page, server, width="3", step="4", node="2", table="1")
    assert at(stage).startswith("4 / ")
    assert stage.locator(".heed-selected").get_attribute("data-id") == "2"
    nested = stage.locator(".heed-nested")
    assert nested.is_visible() and nested.locator("li").count() > 5


def test_exports_hold_the_search(page, server, translator):
    stage = opened(page, server)
    trace = translator.translate(TEXT, beam=5, best=3)

    def taken(name):
        stage.locator(".heed-menu summary").click()
        with page.expect_download() as found:
            stage.get_by_role("button", name=name).click()
        return found.value.path().read_text(encoding="utf-8")

    assert Trace.from_json(taken("Trace")) == trace
    lines = taken("All nodes as CSV").strip().splitlines()
    assert len(lines) == len(nodes_of(trace, cut=True))  # a heading, and no line for the start
    svg = taken("SVG")
    assert (
        svg.startswith("<svg")
        and TEXT in svg
        and svg.count('role="treeitem"') == len(trace.steps) + 1
    )
    with page.expect_download() as found:
        page.get_by_role("button", name="Download this page (HTML)").click()
    text = found.value.path().read_text(encoding="utf-8")
    page.goto("about:blank")
    page.set_content(text)
    page.locator(".heed-card").first.wait_for()
    assert len(page.locator(".heed-node").all()) == len(trace.steps) + 1
    held = json.loads(re.search(r'id="heed-data">(.*?)</script>', text, re.DOTALL)[1])
    assert Trace.from_json(held["runs"][1]["trace"]) == trace


def test_the_keyboard_keeps_its_place_when_an_answer_comes(page, server):
    stage = opened(page, server)
    stage.locator('[data-id="0"] .heed-chip').click()
    stage.locator('.heed-node[data-id^="1."]').first.click()
    stage.locator(".heed-revive").focus()
    page.keyboard.press("Enter")
    stage.locator(".heed-change").wait_for()
    inside = "node => node.contains(node.getRootNode().activeElement)"
    assert stage.evaluate(inside)
    stage.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    stage.locator(".heed-change").wait_for(state="detached")
    assert stage.evaluate(inside)


@pytest.mark.parametrize(
    ("width", "scheme", "asked"),
    [
        (390, "light", {}),
        (1400, "dark", {"lang": "ko"}),
        (1400, "light", {"projector": "1", "table": "1"}),
        (390, "dark", {"lang": "ko", "width": "10"}),
    ],
)
def test_nothing_sticks_out_in_any_setting(page, server, width, scheme, asked):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    stage = opened(page, server, **asked)
    assert stage.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
    # Every explanation opens within the stage.
    for mark in stage.locator(".heed-help summary").all():
        mark.click()
        text = mark.locator("xpath=following-sibling::p")
        frame, box = stage.bounding_box(), text.bounding_box()
        assert box["x"] >= frame["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
        own = mark.bounding_box()
        assert 0 <= box["y"] - own["y"] < 60
        mark.click()
