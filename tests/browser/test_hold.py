"""Taking hold of attention in a real browser: by mouse, finger and keyboard, and what follows."""

import pytest
from playwright.sync_api import expect

from core import load
from tests.browser.conftest import serious
from tests.browser.test_decode_page import opened, query

pytestmark = pytest.mark.browser
TEXT = "I did not know that you were there."


def weights(stage):
    told = stage.locator(".heed-flow-row:not(.heed-total) .heed-cell-pair:nth-child(3) .heed-value")
    return [float(text) for text in told.all_inner_texts()]


def drag(page, node, by, steps=6):
    box = node.bounding_box()
    x, y = box["x"] + min(8, box["width"] / 2), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=steps)


def test_a_weight_is_dragged_and_the_model_goes_on(page, server):
    stage = opened(page, server, text=TEXT, step=5, view="pieces-weights")
    bars, before = stage.locator(".heed-handle"), weights(stage)
    strip = stage.locator(".heed-total .heed-strip")
    context = strip.evaluate("(node) => node.toDataURL()")

    drag(page, bars.nth(2), 0.5 * bars.nth(2).bounding_box()["width"])
    expect(stage).to_have_class("heed-stage heed-holdable heed-holding")
    held = weights(stage)
    assert held[2] == pytest.approx(0.5, abs=0.02)
    assert sum(held) == pytest.approx(1, abs=0.006)
    # The others gave way in proportion, and the context is another already.
    assert held[5] / held[4] == pytest.approx(before[5] / before[4], rel=0.05)
    assert strip.evaluate("(node) => node.toDataURL()") != context
    assert "weights" not in query(page)
    page.mouse.up()

    chips = stage.locator(".heed-hold-chip")
    expect(chips).to_have_count(1, timeout=30_000)  # the model is loaded first
    given = query(page)["weights"]
    step, _, parts = given.partition(":")
    row = [int(part) / 1e6 for part in parts.split(".")]
    assert step == "5" and sum(row) == pytest.approx(1) and row[2] == pytest.approx(0.5, abs=0.02)
    assert stage.locator(".heed-count").inner_text().startswith("5 /")
    expected = load("eng-fra-general").translate(TEXT, weights={5: row})
    lines = stage.locator(".heed-change-text").all_inner_texts()
    assert lines[1].replace(" ", "") == expected.text.replace(" ", "")
    assert stage.locator(".heed-change-maps figure").count() == 3

    # By keyboard, a pin, and back again.
    bars.nth(5).focus()
    page.keyboard.press("p")
    pinned = weights(stage)[5]
    bars.nth(0).focus()
    page.keyboard.press("PageUp")
    assert weights(stage)[5] == pinned
    page.keyboard.press("Escape")
    assert weights(stage)[0] == pytest.approx(row[0], abs=0.001)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**weights=5*")
    expect(stage.locator("[data-act=undo]")).to_be_enabled()
    page.wait_for_function("(old) => !decodeURIComponent(location.search).includes(old)", arg=given)
    assert (
        page.evaluate(
            "document.activeElement.shadowRoot?.activeElement?.dataset.act"
            " ?? document.activeElement.dataset.act"
        )
        == "weight-0"
    )
    stage.locator("[data-act=undo]").click()
    page.wait_for_function("(old) => decodeURIComponent(location.search).includes(old)", arg=given)
    stage.locator("[data-act=undo]").click()
    expect(chips).to_have_count(0)
    expect(stage.locator(".heed-change")).to_have_count(0)
    assert weights(stage) == before
    stage.locator("[data-act=redo]").click()
    expect(chips).to_have_count(1)
    assert serious(page) == []

    # A step that a shorter translation does not have, said in the list.
    opened(page, server, text=TEXT, weights="15:off", step=5)
    assert "never reached" in chips.inner_text()
    chips.get_by_role("button").click()
    expect(chips).to_have_count(0)


def test_presets_and_what_holds_for_every_step(page, server):
    stage = opened(page, server, text=TEXT, step=5)
    chips = stage.locator(".heed-hold-chip")
    menus = stage.locator(".heed-hold-bar summary")
    menus.nth(0).click()
    stage.locator("[data-act=uniform]").click()
    expect(chips).to_have_text(["step 5: by hand×"], timeout=30_000)
    assert weights(stage) == [0.1] * 10
    menus.nth(0).click()
    stage.locator("[data-act=off]").click()
    expect(chips).to_have_text(["step 5: attention off×"])
    assert weights(stage) == [0] * 10
    menus.nth(1).click()
    stage.locator(".heed-hold-word", has_text="not").click()
    expect(chips).to_have_text(["step 5: attention off×", "without not×"])
    menus.nth(1).click()
    stage.locator("[data-act=temperature]").select_option("2")
    expect(chips).to_have_count(3)
    assert (query(page)["without"], query(page)["temperature"]) == ("3", "2")
    stage.locator("[data-act=reset]").click()
    expect(chips).to_have_count(0)

    # The current row of the heatmap, and a word above its line.
    cell = stage.locator(".heed-row:not(.heed-later) .heed-cell[data-source='2']").last
    drag(page, cell, 90)
    page.mouse.up()
    expect(chips).to_have_text(["step 5: by hand×"])
    assert weights(stage)[2] == pytest.approx(0.5, abs=0.05)
    drag(page, stage.locator(".heed-box[data-source='3']"), 90)
    page.mouse.up()
    expect(chips).to_have_count(1)
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    assert weights(stage)[3] == pytest.approx(0.5, abs=0.05)


def test_a_finger_drags_and_scrolls_as_it_should(browser, server):
    context = browser.new_context(
        bypass_csp=True,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="en-US",
    )
    page = context.new_page()
    stage = opened(page, server, text=TEXT, step=5)
    bar = stage.locator(".heed-handle").nth(2)
    bar.scroll_into_view_if_needed()
    assert bar.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"
    box, session = bar.bounding_box(), context.new_cdp_session(page)
    x, y = box["x"] + 5, box["y"] + box["height"] / 2

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]
        })  # fmt: skip

    touch("touchStart", (x, y))
    for part in range(1, 6):
        touch("touchMove", (x + 12 * part, y))
    touch("touchEnd")
    expect(stage.locator(".heed-hold-chip")).to_have_count(1, timeout=30_000)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    context.close()


def test_a_map_leads_to_its_layer_and_the_average_of_the_training_data_is_put_in_its_place(
    page, server
):
    page.goto(f"{server}/transformer?part=maps&head=cross.2.5&step=3&text=Tom+sings.")
    layer = page.locator("[data-act=hold-1]")
    layer.wait_for(timeout=60_000)
    layer.click()
    page.locator(".heed-hand-below a").click()
    page.locator(".heed-decode").wait_for(timeout=60_000)
    asked = query(page)
    assert (asked["head"], asked["step"]) == ("cross.2", "3")
    page.locator(".heed-hold-menu summary").first.click()
    page.locator('[data-act="average"]').click()
    expect(page.locator(".heed-hold-chip")).to_contain_text("step 3: by hand · layer 2")
