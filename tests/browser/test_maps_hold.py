"""Taking hold of the weights of a Transformer on its maps: by mouse, finger and keyboard."""

import numpy as np
import pytest
from playwright.sync_api import expect

from core import load
from pages.shared.holding import ROWS
from tests.browser.conftest import serious
from tests.browser.test_decode_page import query
from tests.browser.test_hold import drag

pytestmark = pytest.mark.browser
TEXT = "I did not know that you were there."
MODEL = "eng-fra-transformer"
IMAGE = "(node) => node.toDataURL()"


def opened(page, server, **asked):
    told = {"part": "maps", "text": TEXT, "model": MODEL, **asked}
    page.goto(f"{server}/transformer?" + "&".join(f"{a}={b}" for a, b in told.items()))
    stage = page.locator(".heed-stage")
    stage.locator(".heed-mosaic-over").wait_for()
    return stage


def weights(stage):
    bars = stage.locator(".heed-hand .heed-handle").all()
    return [float(bar.get_attribute("aria-valuenow")) for bar in bars]


def rows_in(page, count=1):
    page.wait_for_function(
        "(n) => (new URLSearchParams(location.search).get('weights') ?? '').split(',')"
        ".filter(Boolean).length === n",
        arg=count,
    )
    return ROWS.read(query(page).get("weights", ""))


def test_a_row_of_a_head_is_dragged_and_the_model_goes_on(page, server):
    stage = opened(page, server, head="cross.3.2", step=4)
    stage.locator("[data-act=hold-0]").click()
    bars, context = stage.locator(".heed-hand .heed-handle"), stage.locator(".heed-total canvas")
    expect(context.first).to_be_visible(timeout=60_000)  # the model is loaded first
    plain, drawn = weights(stage), context.first.evaluate(IMAGE)
    map_ = stage.locator(".heed-maps-zoom .heed-grid-cells")
    painted = map_.evaluate(IMAGE)

    # While the hand holds it, the row is a distribution, and bars, context and map are others.
    drag(page, bars.nth(1), 0.5 * bars.nth(1).bounding_box()["width"])
    expect(stage).to_have_class("heed-stage heed-holding")
    held = weights(stage)
    assert sum(held) == pytest.approx(1, abs=0.006) and held[1] > plain[1] + 0.3
    assert context.first.evaluate(IMAGE) != drawn and map_.evaluate(IMAGE) != painted
    assert "weights" not in query(page)
    page.mouse.up()
    (row,) = rows_in(page)
    assert (row.step, row.block, row.layer, row.head) == (3, "cross", 3, 2)
    assert np.abs(np.array(row.weights) - held).max() < 2e-3
    given = load(MODEL).translate(TEXT, weights=[row])
    lines = stage.locator(".heed-change-text")
    expect(lines).to_have_count(2, timeout=30_000)
    assert lines.nth(1).inner_text().replace(" ", "") == given.text.replace(" ", "")
    assert weights(stage) == pytest.approx(held, abs=2e-3)

    # All heads of the layer by keyboard, with a pin; then back, one after the other.
    stage.locator("[data-act=hold-1]").click()
    bars.nth(0).focus()
    page.keyboard.press("p")
    pinned = weights(stage)[0]
    bars.nth(2).focus()
    page.keyboard.press("PageUp")
    assert weights(stage)[0] == pinned
    page.keyboard.press("Enter")
    expect(stage.locator(".heed-hold-chip")).to_contain_text("by hand · layer 3×", timeout=30_000)
    (layer,) = rows_in(page)  # the head is one of them
    assert (layer.layer, layer.head) == (3, None)
    stage.locator("[data-act=undo]").click()
    expect(stage.locator(".heed-hold-chip")).to_contain_text("layer 3, head 2", timeout=30_000)
    assert rows_in(page) == (row,)
    stage.locator(".heed-hold-back").click()
    rows_in(page, 0)
    expect(lines).to_have_count(0, timeout=30_000)
    assert serious(page) == []


def test_a_cell_of_the_map_is_dragged_and_what_was_written_is_read_otherwise(page, server):
    stage = opened(page, server, head="self.1.1", step=5)
    ring = stage.locator(".heed-maps-zoom .heed-ring")
    ring.scroll_into_view_if_needed()
    drag(page, ring, 120)
    expect(stage).to_have_class("heed-stage heed-holding")
    page.mouse.up()
    (row,) = rows_in(page)
    assert (row.step, row.block, row.layer, row.head) == (4, "self", 1, 1)
    assert len(row.weights) == 5 and sum(row.weights) == pytest.approx(1)
    # The encoder reads before anything is written: none of its rows belongs to a step.
    stage = opened(page, server, head="encoder.1.1", step=5)
    expect(stage.locator(".heed-hand-choice")).to_be_hidden()
    # Of another sentence nothing is changed.
    stage = opened(page, server, head="cross.1.1", step=5, weights="5@cross.1.1:off")
    expect(stage.locator(".heed-hold-chip")).to_have_count(1)
    field = page.get_by_role("textbox").first
    field.fill("She works here.")
    field.press("Enter")
    expect(stage.locator(".heed-hold-chip")).to_have_count(0, timeout=30_000)
    assert "weights" not in query(page)
