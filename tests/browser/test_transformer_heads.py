"""Heads switched off, in a real browser: by click and key, undone, in the link."""

import csv
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest

from core import manifest, stage
from core.rollout import rollout
from core.tokenisers.pieces import END_ID
from core.tree import LIMIT
from core.views.heads import Cost, Switchboard, payload
from core.words import section
from tests.browser.conftest import serious, where
from tests.browser.conftest import shown as shown_text

pytestmark = pytest.mark.browser
TEXT = "Tom sings now."
OFF = ("encoder.1.2", "self.2.1", "cross.2.1")
COSTS = [Cost("cross.1.1", 0.5, 0.25, 0.75), Cost("self.2.1", 0.8, 0.7, 0.9),
         Cost("encoder.1.1", -0.01, -0.02, 0.01)]  # fmt: skip
MEASURED = {"command": "python -m core.evaluation", "count": 9, "stale": False}


@pytest.fixture(scope="module")
def board(transformer):
    plain = transformer.translate(TEXT, limit=6)
    written = [step.token.id for step in plain.path()]
    return Switchboard(
        plain,
        transformer.translate(TEXT, limit=6, heads=OFF),
        transformer.translate(TEXT, limit=6, heads=OFF, prefix=written),
    )


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of a switchboard and gives its stage."""

    def open_(board, language="en", address="", costs=COSTS, **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", **payload(board, costs, MEASURED, language), **more}
        path.write_text(stage.whole_page(data, "t", "", ""), encoding="utf-8")
        page.goto(f"{path.as_uri()}#{address}")
        return page.locator(".heed-stage")

    return open_


def numbers(locator):
    return [float(text.replace("−", "-").strip("<")) for text in locator.all_inner_texts()]


def test_every_head_is_a_switch(board, opened):
    shown = opened(board)
    assert shown.locator(".heed-switch").count() == 12
    off = shown.locator(".heed-switch[aria-pressed=false]")
    found = off.evaluate_all("all => all.map((one) => one.dataset.act)")
    assert tuple(found) == OFF
    assert "off" in off.first.get_attribute("aria-label")
    assert serious(shown.page) == []


def test_each_piece_has_its_probability_with_and_without(board, opened):
    shown = opened(board)
    rows = shown.locator(".heed-outcome-row[role=option]")
    for t, (one, other) in enumerate(zip(board.plain.path(), board.forced.path(), strict=True)):
        with_, without, change = numbers(rows.nth(t).locator(".heed-value"))
        assert with_ == pytest.approx(np.exp(one.log_prob), abs=5.1e-4)
        assert without == pytest.approx(np.exp(other.log_prob), abs=5.1e-4)
        assert change == pytest.approx(other.log_prob - one.log_prob, abs=5.1e-4)
    assert shown.locator(".heed-outcome-read").inner_text() == TEXT
    for output, trace in zip(shown.locator(".heed-outcome p").all(), (board.plain, board.free)):
        assert trace.path()[-1].fate == LIMIT
        assert output.inner_text() == f"{shown_text(trace)} … (stopped after 6 tokens, no end mark)"


def test_an_output_that_ends_is_not_said_to_be_stopped(transformer, opened):
    words = [*transformer.vocabulary.encode("Tom chante."), END_ID]
    plain = transformer.translate(TEXT, prefix=words)
    shown = opened(Switchboard(plain, plain, plain))
    assert shown.locator(".heed-outcome p").first.inner_text() == plain.text


def test_the_change_is_that_of_the_numbers_shown(board, opened, page):
    for nudge in np.linspace(0, 0.01, 7):
        page.goto("about:blank")
        steps = tuple(replace(one, log_prob=one.log_prob - nudge) for one in board.forced.steps)
        forced = replace(board.forced, tree=replace(board.forced.tree, steps=steps))
        other = Switchboard(board.plain, board.free, forced)
        told = opened(other).locator(".heed-outcome-verdict").inner_text().replace("−", "-")
        before, after, change = map(float, re.findall(r"[-+]?\d+\.\d+", told))
        assert change == pytest.approx(after - before, abs=1e-9)
        total = sum(step.log_prob for step in other.forced.path())
        assert after == pytest.approx(total, abs=5.1e-4)


def test_the_tables_hold_the_maps_with_and_without_and_the_rollout(board, opened):
    shown = opened(board, address="head=cross.2.2&rollout=cross&table=1")
    tables = shown.locator(".heed-tables table")
    plain = board.plain
    rolled = rollout(plain).cross
    expected = {
        1: plain.attention("cross.2.2").weights, 2: board.forced.attention("cross.2.2").weights,
        3: plain.attention("cross.2").weights, 4: rolled,
    }  # fmt: skip
    for index, values in expected.items():
        found = numbers(tables.nth(index).locator("tbody td"))
        np.testing.assert_allclose(found, values.ravel(), rtol=0, atol=5.001e-5)
    log_probs = numbers(tables.nth(0).locator("tbody td:nth-child(3)"))
    np.testing.assert_allclose(log_probs, [s.log_prob for s in plain.path()], atol=1e-5)


def test_the_bubble_has_the_weight_of_the_trace(board, opened, page):
    shown = opened(board, address="head=encoder.2.1")
    grids = shown.locator(".heed-head-maps .heed-grid")
    for grid, trace in zip(grids.all(), (board.plain, board.forced), strict=True):
        weights = trace.attention("encoder.2.1").weights
        for i in (0, 2):
            grid.focus()
            page.keyboard.press("ArrowRight")
            told = page.locator(".heed-live").inner_text()
            assert f"{weights[i, (i > 0) + 1]:.5f}" in told
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")


def test_heads_are_ranked_by_what_they_cost(board, opened, page):
    shown = opened(board)
    rows = shown.locator(".heed-cost")
    assert rows.evaluate_all("all => all.map((one) => one.dataset.rank)") == [
        "self.2.1", "cross.1.1", "encoder.1.1",
    ]  # fmt: skip
    assert numbers(rows.locator(".heed-value")) == [0.8, 0.5, -0.01]
    rows.nth(1).click()
    assert parse_qs(urlsplit(where(page)).fragment)["head"] == ["cross.1.1"]
    assert shown.locator(".heed-switch-chosen").get_attribute("data-act") == "cross.1.1"


def test_a_small_probability_is_not_nothing(board, opened):
    shown = opened(board, forced=[-9.5] * len(board.plain.path()), address="table=1")
    row = shown.locator("[role=option].heed-outcome-row").first
    assert "<0.001 without" in row.get_attribute("aria-label")
    assert row.locator(".heed-outcome-q").inner_text() == "<0.001"
    lost = shown.locator(".heed-tables table").first.locator("tbody td:nth-child(4)")
    assert set(lost.all_inner_texts()) == {"0.00007"}


# More than a frame holds, as of a larger model; those of the two layers here are the cheapest.
NAMED = [f"{block}.{layer}.{head}" for layer in (6, 5, 4, 3, 2, 1)
         for block in ("encoder", "self", "cross") for head in (1, 2)]  # fmt: skip
MANY = [Cost(name, 0.04 - 0.001 * i, 0.03 - 0.001 * i, 0.05 - 0.001 * i)
        for i, name in enumerate(NAMED)]  # fmt: skip


def test_the_ranking_opens_at_its_top_and_points_to_the_rest(board, opened, page):
    shown = opened(board, address="head=cross.1.1", costs=MANY, projector=True)
    box = shown.locator(".heed-costs")
    assert box.evaluate("one => one.scrollHeight - one.clientHeight") > 200
    assert box.evaluate("one => one.scrollTop") == 0
    arrow = shown.locator(".heed-scrolling", has=page.locator(".heed-costs")).locator(
        ".heed-beyond-down"
    )
    arrow.wait_for()
    # Another head comes into view, and at the end no arrow points on.
    shown.locator("[data-act='cross.1.1']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.heed-costs').scrollTop > 200")
    box.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    arrow.wait_for(state="hidden")


def test_bars_have_a_scale_and_a_unit(board, opened):
    shown = opened(board, costs=MANY)
    assert "0.040 nats per token" in shown.inner_text()
    scale = shown.locator(".heed-cost-scale").inner_text().split()
    assert scale == ["nats", "per", "token", "0", "0.01", "0.02", "0.03", "0.04", "0.05"]
    # Bars stand to the scale: the dearest, 0.04, ends at its tick.
    bar = shown.locator(".heed-cost[data-rank='encoder.6.1'] i").bounding_box()
    tick = shown.locator(".heed-cost-scale > span > span").nth(4).bounding_box()
    assert bar["x"] + bar["width"] == pytest.approx(tick["x"] + tick["width"] / 2, abs=1.5)


def take(page, shown, text):
    """What the menu gives under that name, as text or bytes."""
    shown.locator("summary", has_text="Download").click()
    with page.expect_download() as found:
        shown.get_by_role("button", name=text, exact=True).click()
    content = found.value.path().read_bytes()
    return content if text.endswith("PNG") else content.decode("utf-8-sig")


def test_numbers_can_be_taken_home(board, opened, page):
    shown = opened(board, address="head=self.1.2&rollout=cross")
    rows = list(csv.DictReader(take(page, shown, "Maps of this head as CSV").splitlines()))
    plain, forced = (one.attention("self.1.2") for one in (board.plain, board.forced))
    there = [(i, j) for i in range(6) for j in range(i + 1)]  # what the mask leaves
    assert [(int(one["query_index"]) - 1, int(one["key_index"]) - 1) for one in rows] == there
    for one, (i, j) in zip(rows, there, strict=True):
        assert (one["query"], one["key"]) == (plain.queries[i], plain.keys[j])
        assert np.float32(one["weight"]) == plain.weights[i, j]
        assert np.float32(one["weight_without"]) == forced.weights[i, j]
    rows = list(csv.DictReader(take(page, shown, f"{ROLLOUT} as CSV").splitlines()))
    raw = board.plain.attention("cross.2").weights
    for name, values in (("weight", raw), ("rollout", rollout(board.plain).cross)):
        np.testing.assert_allclose([float(one[name]) for one in rows], values.ravel(), atol=1e-6)
    rows = list(csv.reader(take(page, shown, f"{RANKING} as CSV").splitlines()))
    dearest = [[one.head, *map(str, one[1:])] for one in sorted(COSTS, key=lambda c: -c[1])]
    assert rows[1:] == dearest


ROLLOUT, RANKING = "Rollout beside raw attention", "The ranking"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("what", "words", "shapes"),
    [
        ("Maps of this head", {"with all heads", "without those that are off (3)"}, 2 * 6 * 7),
        (ROLLOUT, {"raw: last layer, mean of its heads", "rollout from source to output"}, 84),
        (RANKING, {"nats per token", "decoder 2.1", "+0.8000", "−0.0100", "0", "0.6"}, 3 * 2),
    ],
)  # fmt: skip
def test_a_picture_taken_home_can_be_read_by_itself(
    board, opened, page, theme, what, words, shapes
):
    shown = opened(board, address="head=cross.2.2&rollout=cross", theme=theme, projector=True)
    picture = take(page, shown, f"{what} as SVG")
    root = ElementTree.fromstring(picture)
    told = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert board.plain.model.name in told and words <= set(told)
    if what != RANKING:
        assert TEXT in told and "1  weight" in told
        assert {token.piece for token in board.plain.source} <= set(told)
        assert told.count(f"{board.plain.path()[0].token.piece}₁") >= 2  # it comes again
    rects = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert rects[0].get("fill") == "#fff" and len(rects) > shapes
    width, height = (float(root.get(side)) for side in ("width", "height"))
    for one in rects:
        assert float(one.get("x", 0)) >= 0 and float(one.get("x", 0)) <= width
        assert float(one.get("y", 0)) + float(one.get("height")) <= height
    assert take(page, shown, f"{what} as PNG").startswith(b"\x89PNG")


def test_what_was_not_measured_says_with_which_command(board, opened):
    shown = opened(board, costs=[])
    assert shown.locator(".heed-cost").count() == 0
    assert not any("ranking" in one for one in shown.locator(".heed-item").all_text_contents())
    assert "python -m core.evaluation" in shown.locator("code").inner_text()


def test_arrows_walk_from_head_to_head(board, opened, page):
    shown = opened(board, address="head=encoder.1.1")
    shown.locator("[data-act='encoder.1.1']").focus()
    for key, head in (
        ("ArrowRight", "encoder.1.2"), ("ArrowDown", "encoder.2.2"), ("ArrowRight", "self.2.1"),
        ("ArrowUp", "self.1.1"), ("ArrowUp", "self.1.1"), ("ArrowLeft", "encoder.1.2"),
    ):  # fmt: skip
        page.keyboard.press(key)
        chosen = shown.locator(".heed-switch-chosen")
        assert chosen.get_attribute("data-act") == head
        assert chosen.evaluate("one => one === document.activeElement")


def test_with_the_mask_the_future_is_blank(board, opened):
    shown = opened(board, address="head=self.1.1&table=1")
    first = shown.locator(".heed-tables table").nth(1).locator("tbody tr").first.locator("td")
    assert first.all_inner_texts()[1:] == ["masked"] * (len(board.plain.path()) - 1)


def test_a_page_of_its_own_cannot_ask_and_says_so(board, opened):
    shown = opened(board)
    before = shown.locator(".heed-switch[aria-pressed=false]").count()
    shown.locator("[data-act='cross.1.2']").click()
    assert shown.locator(".heed-switch[aria-pressed=false]").count() == before
    assert "only Heed itself" in shown.inner_text()
    assert shown.get_by_role("button", name="Undo").count() == 0


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_phone_needs_no_sideways_scrolling(board, opened, page, language):
    page.set_viewport_size({"width": 390, "height": 800})
    opened(board, language, projector=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


NAMES = [
    name for name, entry in manifest.entries().items()
    if {"heads", "cross-attention"} <= {*entry.facts.has}
]  # fmt: skip


@pytest.mark.skipif(not NAMES, reason="no Transformer among the models")
def test_switching_asks_the_model_and_can_be_undone(server, page):
    def link():
        return parse_qs(urlsplit(where(page)).query).get("off", [""])[0]

    def settled(count):
        page.locator(".heed-stage:not([aria-busy=true])").wait_for()
        page.get_by_text(re.compile(rf"^{count} of \d+ heads off$")).wait_for()
        shown = page.locator(".heed-outcome").nth(1).inner_text()
        assert (f"({count})" in shown) == bool(count)

    page.goto(f"{server}/transformer?part=heads&lang=en")
    settled(0)
    page.locator("[data-act='cross.1.1']").click()
    page.get_by_text("heads that are off (1)").wait_for()
    settled(1)
    assert link() == "cross.1.1"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.get_by_text("heads that are off (2)").wait_for()
    settled(2)
    assert link() == "cross.1.1,cross.1.2"
    # A whole layer at once, undone, done again, and all on.
    page.get_by_role("button", name="Cross-attention, layer 1: switch off").click()
    heads = (
        page.locator("[data-block=cross] .heed-switch-row").first.locator(".heed-switch").count()
    )
    page.get_by_text(f"heads that are off ({heads})").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("heads that are off (2)").wait_for()
    page.get_by_role("button", name="Redo").click()
    page.get_by_text(f"heads that are off ({heads})").wait_for()
    settled(heads)
    restored = page.url
    page.get_by_role("button", name="All on").click()
    settled(0)
    assert link() == ""
    page.goto(restored)
    page.get_by_text(f"heads that are off ({heads})").wait_for()
    settled(heads)


@pytest.mark.skipif(not NAMES, reason="no Transformer among the models")
@pytest.mark.parametrize(("part", "mark"), [("heads", ".heed-switch"), ("layers", ".heed-stream")])
def test_the_page_is_one_file_that_needs_no_server(server, page, tmp_path, part, mark):
    page.goto(f"{server}/transformer?part={part}&off=cross.1.1&lang=ko")
    page.locator(mark).first.wait_for()
    with page.expect_download() as found:
        page.get_by_role("button", name=section("ko", "decode")["page"]).click()
    path = tmp_path / "page.html"
    found.value.save_as(path)
    page.goto(path.as_uri())
    page.locator(mark).first.wait_for()
    assert page.locator("html").get_attribute("lang") == "ko"
