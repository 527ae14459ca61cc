"""Heads switched off, in a real browser: by click and key, undone, in the link."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import manifest, stage
from core.inside.rollout import rollout
from core.inside.switchboard import Cost, Switchboard, payload
from core.trace import Switches

pytestmark = pytest.mark.browser
TEXT = "Tom sings now."
OFF = ("encoder.1.2", "self.2.1", "cross.2.1")
COSTS = [Cost("cross.1.1", 0.5, 0.25, 0.75), Cost("self.2.1", 0.8, 0.7, 0.9),
         Cost("encoder.1.1", -0.01, -0.02, 0.01)]  # fmt: skip
MEASURED = {"command": "python -m core.evaluation", "slice": "s", "count": 9, "stale": False}


@pytest.fixture(scope="module")
def board(transformer):
    plain = transformer.translate(TEXT, limit=6)
    switches, written = Switches(heads=OFF), [step.token.id for step in plain.path()]
    return Switchboard(
        plain,
        transformer.translate(TEXT, limit=6, switches=switches),
        transformer.translate(TEXT, limit=6, switches=switches, prefix=written),
    )


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of a switchboard and gives its stage."""

    def open_(board, language="en", address="", costs=COSTS, **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", **payload(board, costs, MEASURED, language), **more}
        path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
        page.goto(f"{path.as_uri()}#{address}")
        return page.locator(".heed-stage")

    return open_


def numbers(locator):
    return [float(text.replace("−", "-")) for text in locator.all_inner_texts()]


def test_every_head_is_a_switch(board, opened):
    shown = opened(board)
    assert shown.locator(".heed-switch").count() == 12
    off = shown.locator(".heed-switch[aria-pressed=false]")
    found = off.evaluate_all("all => all.map((one) => one.dataset.act)")
    assert tuple(found) == OFF
    assert "off" in off.first.get_attribute("aria-label")


def test_each_piece_has_its_probability_with_and_without(board, opened):
    shown = opened(board)
    rows = shown.locator(".heed-outcome-row[role=option]")
    for t, (one, other) in enumerate(zip(board.plain.path(), board.forced.path(), strict=True)):
        with_, without, change = numbers(rows.nth(t).locator(".heed-value"))
        assert with_ == pytest.approx(np.exp(one.log_prob), abs=5.1e-4)
        assert without == pytest.approx(np.exp(other.log_prob), abs=5.1e-4)
        assert change == pytest.approx(other.log_prob - one.log_prob, abs=5.1e-3)
    said = shown.locator(".heed-outcome p")
    assert said.nth(0).inner_text() == board.plain.text
    assert said.nth(1).inner_text() == board.free.text
    total = f"{sum(step.log_prob for step in board.forced.path()):.2f}".replace("-", "−")
    assert total in shown.locator(".heed-outcome-verdict").inner_text()


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
        np.testing.assert_allclose(found, values.ravel(), atol=1e-3)
    log_probs = numbers(tables.nth(0).locator("tbody td:nth-child(3)"))
    np.testing.assert_allclose(log_probs, [s.log_prob for s in plain.path()], atol=1e-5)


def test_heads_are_ranked_by_what_they_cost(board, opened, page):
    shown = opened(board)
    rows = shown.locator(".heed-cost")
    assert rows.evaluate_all("all => all.map((one) => one.dataset.rank)") == [
        "self.2.1", "cross.1.1", "encoder.1.1",
    ]  # fmt: skip
    assert numbers(rows.locator(".heed-value")) == [0.8, 0.5, -0.01]
    rows.nth(1).click()
    assert parse_qs(urlsplit(page.url).fragment)["head"] == ["cross.1.1"]
    assert shown.locator(".heed-switch-chosen").get_attribute("data-act") == "cross.1.1"


def test_what_was_not_measured_says_with_which_command(board, opened):
    shown = opened(board, costs=[])
    assert shown.locator(".heed-cost").count() == 0
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


NAMES = [name for name, entry in manifest.entries().items() if entry.cell == "Transformer"]


@pytest.mark.skipif(not NAMES, reason="no Transformer among the models")
def test_switching_asks_the_model_and_can_be_undone(server, page):
    def link():
        return parse_qs(urlsplit(page.url).query).get("off", [""])[0]

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
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    path = tmp_path / "page.html"
    found.value.save_as(path)
    page.goto(path.as_uri())
    page.locator(mark).first.wait_for()
    assert page.locator("html").get_attribute("lang") == "ko"
