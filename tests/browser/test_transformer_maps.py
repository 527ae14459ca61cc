"""The maps of a Transformer in a real browser: every head, the growing triangle, one cell."""

import csv
import io
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from core import stage
from core.views import maps
from core.views.maps import cell
from core.words import LANGUAGES, section
from tests.browser.conftest import serious, where

pytestmark = pytest.mark.browser
TEXT = "Tom sings now. She works here!"
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"
WORDS = {**section("en", "stage"), **section("en", "maps")}
ARROWS = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
# How opaque each cell of the open map is in its middle, row by row.
OPAQUE = """([rows, columns]) => {
  const canvas = document.querySelector(".heed-grid-cells"), paint = canvas.getContext("2d");
  const [wide, tall] = [canvas.width / columns, canvas.height / rows];
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) =>
    paint.getImageData((j + 0.5) * wide, (i + 0.5) * tall, 1, 1).data[3]));
}"""
# The painted share of each tile of the mosaic, in the order in which they stand.
PAINTED = """() => {
  const canvas = document.querySelector(".heed-mosaic-tiles");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value === 255), 0);
}"""


@pytest.fixture(scope="module")
def trace(transformer):
    return transformer.translate(TEXT, limit=8)


@pytest.fixture
def opened(page, tmp_path, transformer):
    """Opens a page of the maps of a trace, with the numbers of some cells in it."""

    def open_(trace, language="en", cells=(), hash_="", **more):
        path = tmp_path / "page.html"
        taken = [cell.take_cell(transformer, trace, block, row, 0) for block, row in cells]
        data = {"theme": "light", "open": {}, **maps.payload(trace, language), **more}
        data["cells"] = [cell.payload(one) for one in taken]
        path.write_text(stage.whole_page(data, "t", trace.typed, "s"), encoding="utf-8")
        page.goto("about:blank")
        page.goto(path.as_uri() + hash_)
        shown = page.locator(".heed-stage")
        shown.locator(".heed-mosaic-over").wait_for()
        return shown

    return open_


def number(text):
    return float(text.replace("−", "-"))


def anchor(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).fragment).items()}


def said(page):
    return page.locator(".heed-root > .heed-live").inner_text()


@pytest.mark.parametrize("block", ["encoder.2.1", "self.1.2", "cross.2.2"])
def test_the_map_has_the_numbers_of_the_trace(opened, page, trace, block):
    shown, true = opened(trace, open={"head": block}), trace.attention(block)
    shown.locator(".heed-grid").focus()
    for _ in range(20):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
    for step in range(min(true.weights.shape)):
        told = said(page)
        assert true.queries[step] in told and true.keys[step] in told
        weight, score = (number(part.split()[-1]) for part in told.split(", ")[-2:])
        assert weight == pytest.approx(true.weights[step, step], abs=1e-3)
        assert score == pytest.approx(true.scores[step, step], abs=1e-2)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")


def cells_of(drawn):
    """The cells of a saved map; the paper, the ring and the scale have other corners."""
    rects = drawn.iter("{http://www.w3.org/2000/svg}rect")
    return [one for one in rects if one.get("rx") == "3"]


def test_the_triangle_grows_and_what_is_masked_is_blank(opened, page, trace):
    shown, size = opened(trace, open={"head": "self.2.1", "step": 0}), len(trace.path())
    before = 0
    for now in range(size):
        opaque = np.array(page.evaluate(OPAQUE, [size, size])) == 255
        expected = np.tri(size, dtype=bool)
        expected[now + 1 :] = False
        assert (opaque == expected).all()
        painted = page.evaluate(PAINTED)
        assert painted > before
        before = painted
        page.keyboard.press("ArrowRight")
    assert shown.locator(".heed-count").inner_text() == f"{size} / {size}"
    page.keyboard.press("Home")
    assert (np.array(page.evaluate(OPAQUE, [size, size])) == 255).sum() == 1
    for _ in range(size):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(PAINTED) == before  # back and forth leaves the same picture


def test_scores_leave_masked_cells_blank_too(opened, page, trace):
    size = len(trace.path())
    opened(trace, open={"head": "self.2.1", "view": "scores"})
    opaque = np.array(page.evaluate(OPAQUE, [size, size])) == 255
    assert (opaque == np.tri(size, dtype=bool)).all()


def test_the_encoder_is_whole_from_the_start(opened, page, trace):
    size = len(trace.source)
    opened(trace, open={"head": "encoder.1.1", "step": 0})
    assert (np.array(page.evaluate(OPAQUE, [size, size])) == 255).all()


def test_arrows_walk_over_all_heads_and_layers(opened, page, trace):
    shown = opened(trace, open={"head": "encoder.1.1"})
    shown.locator(".heed-mosaic").focus()
    path = []
    for way in "→→→↓↓←↓↓↓↓↑↑":
        page.keyboard.press(ARROWS[way])
        path.append(anchor(page)["head"])
    assert path == ["encoder.1.2", "encoder.1", "encoder.1", "encoder.2", "self.1", "self.1.2",
                    "self.2.2", "cross.1.2", "cross.2.2", "cross.2.2", "cross.1.2",
                    "self.2.2"]  # fmt: skip
    title = shown.locator(".heed-maps-title")
    assert title.inner_text() == "Masked decoder self-attention · layer 2 · head 2"
    assert said(page) == title.inner_text()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className").split()[1] == "heed-grid"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "heed-mosaic"


def test_a_click_on_a_tile_opens_it(opened, page, trace):
    shown = opened(trace)
    box = shown.locator(".heed-mosaic-over").bounding_box()
    found = set()
    for share in np.linspace(0.05, 0.98, 24):
        page.mouse.click(box["x"] + 70, box["y"] + share * box["height"])
        found.add(anchor(page).get("head", "cross.2.1"))  # between two tiles nothing changes
    assert {one.split(".")[0] for one in found} == {"encoder", "self", "cross"}
    assert {one.split(".")[1] for one in found} == {"1", "2"}


def test_the_buttons_lead_to_every_map(opened, page, trace):
    shown = opened(trace)
    choices = shown.locator(".heed-maps-choice")
    choices.nth(0).get_by_role("button", name="Encoder").click()
    choices.nth(1).get_by_role("button", name="1").click()
    choices.nth(2).get_by_role("button", name="2").click()
    assert anchor(page)["head"] == "encoder.1.2"
    choices.nth(2).get_by_role("button", name="mean").press("Enter")
    assert anchor(page)["head"] == "encoder.1"
    assert page.evaluate("document.activeElement.textContent") == "mean"
    shown.get_by_role("button", name="Scores").click()
    assert WORDS["mean_scores"] in shown.inner_text()
    assert shown.locator(".heed-grid").is_hidden()


def test_a_mean_is_the_mean_of_the_heads(opened, trace):
    shown = opened(trace, open={"head": "cross.2", "table": True})
    true = trace.attention("cross.2").weights
    rows = shown.locator(".heed-tables table").first.locator("tbody tr").all()
    found = [[number(text) for text in row.locator("td").all_inner_texts()] for row in rows]
    np.testing.assert_allclose(found, true, atol=1e-3)


def test_a_token_pointed_at_lights_up_in_every_map(opened, page, trace):
    shown = opened(trace, open={"head": "cross.1.1"})
    over = """() => { const canvas = document.querySelector(".heed-mosaic-over");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0), 0); }"""
    dark = page.evaluate(over)
    source = shown.locator("span.heed-token")
    source.nth(2).hover()
    assert page.evaluate(over) > dark + 200
    lit = shown.locator(".heed-grid .heed-heads .heed-lit")
    assert lit.all_text_contents() == [trace.source[2].piece]
    shown.locator("button.heed-token").nth(1).hover()
    lit = shown.locator(".heed-grid .heed-labels .heed-lit")
    assert lit.all_text_contents() == [trace.path()[1].token.piece]
    shown.locator(".heed-maps-choice").first.get_by_role("button").nth(1).click()
    page.mouse.move(2, 2)
    dark = page.evaluate(over)
    shown.locator("button.heed-token").nth(1).hover()  # the key of what was written stands one on
    lit = shown.locator(".heed-grid .heed-lit").all_text_contents()
    assert lit == [trace.path()[1].token.piece] * 2
    box = shown.locator(".heed-grid-cells").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    assert shown.locator(".heed-tip").count() == 0  # the bubble stands beside the stage
    assert "<s>" in page.locator(".heed-tip").inner_text()
    page.mouse.move(2, 2)
    assert page.evaluate(over) == dark


def test_one_cell_shows_all_numbers(opened, page, trace, transformer):
    for block, row, column in (("cross.2.1", 3, 1), ("self.1.2", 4, 2), ("encoder.2.2", 1, 3)):
        place = f"{row + 1}.{column + 1}"
        shown = opened(
            trace, cells=[(block, row)], open={"head": block, "cell": place, "table": True}
        )
        true = cell.take_cell(transformer, trace, block, row, column)
        found = [number(text) for text in shown.locator(".heed-cell-number b").all_inner_texts()]
        products = true.query * true.key_vectors[column]
        up, down = products[products > 0].sum(), -products[products < 0].sum()
        expected = [up, down, products.sum(), 2, true.scores[column]]
        assert found == pytest.approx(expected, abs=2e-3)
        lines = shown.locator(".heed-cell [role=option]")
        weights = [
            number(lines.nth(j).locator(".heed-cell-weights .heed-value").inner_text())
            for j in np.flatnonzero(true.visible)
        ]
        assert weights == pytest.approx(true.weights[true.visible], abs=1e-3)
        facts = shown.locator(".heed-cell-facts").inner_text()
        for vector in (true.contribution, true.added, true.before):
            assert f"{np.linalg.norm(vector):.3f}" in facts
        shares = shown.locator(".heed-cell-share .heed-value").all_inner_texts()
        sizes = np.linalg.norm(true.contributions, axis=1)
        assert [number(text) for text in shares] == pytest.approx(sizes, abs=1e-3)
        terms = shown.locator(".heed-tables table").last.locator("tbody tr").all()
        for i, line in enumerate(terms):
            numbers = [number(text) for text in line.locator("td").all_inner_texts()]
            assert numbers == pytest.approx(
                [true.query[i], true.key_vectors[column, i], products[i],
                 true.values[column, i], true.weights[column] * true.values[column, i],
                 true.contexts[true.head, i]], abs=1e-4,
            )  # fmt: skip


def test_keys_choose_another_column_of_the_row(opened, page, trace, transformer):
    shown = opened(trace, cells=[("cross.2.1", 3)], open={"head": "cross.2.1", "cell": "4.1"})
    true = cell.take_cell(transformer, trace, "cross.2.1", 3, 0)
    shown.locator(".heed-cell [role=listbox]").focus()
    result = shown.locator(".heed-cell-result b")
    for column in (1, 2):
        page.keyboard.press("ArrowDown")
        assert number(result.inner_text()) == pytest.approx(true.scores[column], abs=2e-3)
        assert anchor(page)["cell"] == f"4.{column + 1}"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "listbox"
    shown.locator(".heed-cell [role=option]").nth(4).click()
    assert anchor(page)["cell"] == "4.5"
    bar = shown.locator(".heed-cell-bars i").nth(1)
    bar.hover()
    assert f"{true.query[1]:.4f}".replace("-", "−") in page.locator(".heed-tip").inner_text()


def test_without_the_division_the_softmax_saturates(opened, page, trace, transformer):
    shown = opened(trace, cells=[("cross.2.1", 3)], open={"head": "cross.2.1", "cell": "4.1"})
    true = cell.take_cell(transformer, trace, "cross.2.1", 3, 0)
    beside = shown.locator(".heed-cell [role=option] .heed-cell-undivided .heed-value")
    assert beside.first.is_hidden()
    switch = shown.get_by_role("switch", name="Divide by")
    assert switch.is_checked() and shown.locator(".heed-cell-equation msqrt").count() == 1
    switch.focus()
    page.keyboard.press(" ")
    assert not switch.is_checked()
    # Nothing is divided any more: no ÷ in the sum, no fraction in the formula, q · k at its end.
    first = shown.locator(".heed-cell-panels > section").first
    assert "÷" not in shown.locator(".heed-cell-equation").inner_text()
    assert first.locator("mfrac, msqrt").count() == 0
    result = number(shown.locator(".heed-cell-result b").inner_text())
    assert result == pytest.approx(true.query @ true.key_vectors[0], abs=2e-3)
    found = [number(text) for text in beside.all_inner_texts()]
    assert found == pytest.approx(true.undivided, abs=1e-3)
    assert f"{true.undivided.max():.3f}" in shown.locator(".heed-cell").inner_text()
    assert anchor(page)["scaled"] == "0"


def focused(page):
    return page.evaluate("document.activeElement.className").split()


def test_enter_leads_to_the_numbers_and_escape_back(opened, page, trace):
    page.set_viewport_size({"width": 1400, "height": 600})
    shown = opened(trace, cells=[("cross.2.1", 3)], open={"head": "cross.2.1", "step": 3})
    shown.locator(".heed-grid").focus()
    page.keyboard.press("Enter")
    panel = shown.locator(".heed-cell")
    assert "heed-cell" in focused(page)
    top, height = (panel.bounding_box()[key] for key in ("y", "height"))
    assert 0 <= top < 200 or top + height <= 600
    page.keyboard.press("Escape")
    assert "heed-grid" in focused(page) and panel.is_hidden()
    assert 0 <= shown.locator(".heed-grid").bounding_box()["y"] < 600 and "cell" not in anchor(page)
    # A click opens the numbers too, and the keyboard stays in the map.
    shown.locator(".heed-grid-cells").click(position={"x": 5, "y": 5})
    assert panel.is_visible() and "heed-grid" in focused(page)


def test_a_cell_of_a_mean_has_the_weights_of_its_heads(opened, page, trace):
    shown = opened(trace, cells=[("cross.2.1", 3)], open={"head": "cross.2.1", "cell": "4.2"})
    shown.locator(".heed-maps-choice").nth(2).get_by_role("button", name="mean").click()
    assert anchor(page)["cell"] == "4.2" and shown.locator(".heed-cell-number").count() == 0
    found = shown.locator(".heed-cell-of-mean .heed-value").all_inner_texts()
    weights = [trace.attention(f"cross.2.{head}").weights[3, 1] for head in (1, 2)]
    assert [number(text) for text in found] == pytest.approx(weights, abs=1e-3)
    told = shown.locator(".heed-cell-why").inner_text()
    assert f"weight {trace.attention('cross.2').weights[3, 1]:.3f}" in told
    shown.locator(".heed-cell-of-mean button").first.click()
    assert anchor(page)["head"] == "cross.2.1" and shown.locator(".heed-cell-number").count() == 5


def test_a_masked_cell_is_masked_in_the_mean_too(opened, page, trace):
    shown = opened(trace, open={"head": "self.2.1", "cell": "1.4"})
    told = shown.locator(".heed-cell-why").inner_text()
    shown.locator(".heed-maps-choice").nth(2).get_by_role("button", name="mean").click()
    assert shown.locator(".heed-cell-why").inner_text() == told
    assert "may not ask" in shown.locator(".heed-cell-tag").inner_text()
    assert "mean of its heads" in shown.locator(".heed-cell-tag").inner_text()


def test_another_attention_closes_the_cell_and_says_so(opened, page, trace):
    shown = opened(trace, open={"head": "self.2.1", "cell": "1.4"})
    note = shown.locator(".heed-maps-zoom > .heed-note").last
    closed = WORDS["cell_left"].replace("{attention}", WORDS["self_title"])
    assert closed not in note.inner_text()
    shown.locator(".heed-maps-choice").nth(0).get_by_role("button", name="Cross").click()
    assert shown.locator(".heed-cell").is_hidden() and "cell" not in anchor(page)
    assert closed in note.inner_text() and WORDS["choose_cell"] in note.inner_text()
    assert shown.locator(".heed-grid.heed-chosen-cell").count() == 0
    shown.locator(".heed-grid-cells").click(position={"x": 5, "y": 5})
    assert closed not in note.inner_text() and anchor(page)["cell"] == "1.1"


def test_a_chosen_cell_stays_marked_where_its_row_is_not_written_yet(opened, page, trace):
    shown = opened(trace, open={"head": "cross.2.1", "cell": "5.2", "step": 1})
    cursor, box = (
        shown.locator(name).bounding_box() for name in (".heed-grid-cursor", ".heed-grid-cells")
    )
    place = (cursor["y"] - box["y"]) / cursor["height"], (cursor["x"] - box["x"]) / cursor["width"]
    assert place == pytest.approx((4, 1), abs=0.2)


def test_the_cell_of_the_step_goes_along_with_it(opened, page, trace):
    shown = opened(trace, open={"head": "self.1.2", "cell": "5.3", "step": 4})
    back = shown.get_by_role("button", name="One step back")
    cells = []
    for _ in range(3):
        back.click()
        cells.append(anchor(page)["cell"])
    assert cells == ["4.3", "3.3", "2.2"], "a row of the triangle ends where its query stands"
    shown = opened(trace, open={"head": "self.1.2", "cell": "2.1", "step": 4})
    shown.get_by_role("button", name="One step back").click()
    assert anchor(page)["cell"] == "2.1", "an earlier row is still there"


def test_escape_closes_one_thing_at_a_time(opened, page, trace):
    shown = opened(
        trace, open={"head": "self.1.2", "cell": "4.2", "step": 4}, cells=[("self.1.2", 3)]
    )
    shown.locator(".heed-help summary").first.press("Enter")
    page.keyboard.press("Escape")
    assert shown.locator("details[open]").count() == 0
    assert shown.locator(".heed-cell").is_visible()
    shown.locator(".heed-grid").press("Escape")
    assert shown.locator(".heed-cell").is_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_still_to_come_can_be_read(opened, trace, theme):
    shown = opened(trace, open={"step": 1}, theme=theme)
    assert shown.locator(".heed-token.heed-later").count() == len(trace.path()) - 2
    assert serious(shown.page) == []


def test_query_and_key_stand_at_the_map(opened, trace):
    for block in ("encoder.1.1", "self.1.1", "cross.1.1"):
        shown = opened(trace, open={"head": block})
        corner = shown.locator(".heed-grid-axes").inner_text()
        assert WORDS["axis_query"] in corner and WORDS["axis_key"] in corner
        name = block.split(".")[0]
        assert WORDS[f"{name}_axes_help"] in shown.locator(".heed-maps-axes").inner_text()
        names = shown.locator(".heed-mosaic-names").text_content()
        assert all(WORDS[f"{one}_axes"] in names for one in ("encoder", "self", "cross"))


def test_the_maps_of_a_short_source_stand_under_their_heads(opened, page, transformer):
    shown = opened(transformer.translate("Go!", limit=8))
    for block in ("encoder", "self", "cross"):
        shown = opened(transformer.translate("Go!", limit=8), open={"head": f"{block}.1.1"})
        heads = shown.locator(".heed-mosaic-names text").filter(has_text=re.compile("^[12]$"))
        number_ = heads.first.bounding_box()
        # The ring of the chosen tile is the darkest that stands above the tiles.
        left, right = page.evaluate("""() => {
          const canvas = document.querySelector(".heed-mosaic-over"), scale = devicePixelRatio;
          const { data, width } = canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height);
          const rows = new Map();
          data.forEach((value, i) => { if (i % 4 === 3 && value === 255) {
            const x = Math.floor(i / 4) % width, y = Math.floor(i / 4 / width);
            rows.set(y, [...(rows.get(y) || []), x]);
          } });
          const edge = [...rows.values()].reduce((a, b) => (b.length > a.length ? b : a));
          const box = canvas.getBoundingClientRect();
          return [edge[0], edge[edge.length - 1]].map((x) => box.left + x / scale);
        }""")
        middle = number_["x"] + number_["width"] / 2
        assert (left + right) / 2 == pytest.approx(middle, abs=3), block


def test_a_map_that_is_cut_says_that_it_scrolls(opened, page, transformer):
    page.set_viewport_size({"width": 700, "height": 900})
    shown = opened(transformer.translate(" ".join(["Tom sings now."] * 8), limit=40))
    grid, note = shown.locator(".heed-grid"), shown.locator(".heed-grid + .heed-note")
    assert "heed-more-right" in grid.get_attribute("class")
    assert WORDS["larger_than_frame"].split("{")[0] in note.inner_text()
    assert shown.locator(".heed-scrolling .heed-grid").count() == 0  # one fade is enough
    shown.get_by_role("button", name="Scores").click()
    shown.locator(".heed-maps-choice").last.get_by_role("button", name="mean").click()
    assert note.is_hidden() and WORDS["mean_scores"] in shown.inner_text()
    shown.get_by_role("button", name="Weights").click()
    assert note.is_visible()
    grid.evaluate("node => { node.scrollLeft = node.scrollWidth; }")
    expect(grid).not_to_have_class(re.compile("heed-more-right"))
    shown = opened(transformer.translate("Go!", limit=5))
    assert "heed-more" not in shown.locator(".heed-grid").get_attribute("class")
    assert shown.locator(".heed-grid + .heed-note").is_hidden()


def test_the_scores_of_a_mean_are_no_picture_and_the_menu_says_why(opened, page, trace):
    shown = opened(trace, open={"head": "cross.2", "view": "scores"})
    shown.locator(".heed-menu summary").click()
    for name in ("This map as SVG", "This map as PNG"):
        item = shown.get_by_role("button", name=name)
        expect(item).to_be_disabled()  # the menu opens first, then looks
        assert WORDS["no_picture"] in item.inner_text()
    assert shown.get_by_role("button", name="All maps as SVG").is_enabled()
    page.keyboard.press("Escape")
    shown.get_by_role("button", name="Weights").click()
    shown.locator(".heed-menu summary").click()
    item = shown.get_by_role("button", name="This map as SVG")
    expect(item).to_have_text("This map as SVG")
    with page.expect_download() as waiting:
        item.click()
    drawn = ElementTree.fromstring(waiting.value.path().read_bytes())
    assert len(cells_of(drawn)) == trace.attention("cross.2").weights.size


def test_no_ligature_changes_a_piece(opened, page, transformer):
    shown = opened(transformer.translate("Tom ✂", limit=4))
    chip = shown.locator(".heed-token", has_text="<0x").first
    style = chip.evaluate("node => getComputedStyle(node).fontVariantLigatures")
    assert style == "none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_large_type_has_large_question_marks_and_keys(opened, trace, language):
    shown = opened(trace, language, projector=True)
    for name, least in ((".heed-help summary", 16), (".heed-keys kbd", 15)):
        for one in shown.locator(name).all():
            assert one.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= least
    assert shown.locator(".heed-help summary").first.bounding_box()["height"] >= 32


def test_a_masked_cell_says_that_it_is_not_there(opened, page, trace):
    shown = opened(trace, open={"head": "self.2.1"})
    shown.locator(".heed-grid").focus()
    for key in ("ArrowUp",) * 12 + ("ArrowRight",) * 3 + ("Enter",):
        page.keyboard.press(key)
    assert anchor(page)["cell"] == "1.4"
    told = shown.locator(".heed-cell-why").inner_text()
    start = "This cell is not there, in any head. Query 1 may read the keys 1 to 1"
    assert told.startswith(start)
    assert trace.path()[2].token.piece in told
    assert shown.locator(".heed-cell-number").count() == 0
    page.keyboard.press("Escape")
    assert shown.locator(".heed-cell").is_hidden()


def test_a_page_of_its_own_says_where_other_cells_are(opened, page, trace):
    shown = opened(trace, cells=[("cross.2.1", 3)], open={"head": "cross.2.1", "cell": "4.1"})
    shown.locator(".heed-grid").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert shown.locator(".heed-cell-why").inner_text() == WORDS["offline"]


def test_the_address_restores_the_view(opened, page, trace):
    options = {"cells": [("self.1.2", 3)]}
    shown = opened(trace, **options)
    shown.locator(".heed-mosaic").focus()
    for key in ("ArrowUp",) * 4 + ("ArrowDown",) + ("ArrowLeft",) * 3 + ("ArrowRight",):
        page.keyboard.press(key)
    while anchor(page)["head"] != "self.1.2":
        page.keyboard.press("ArrowUp" if anchor(page)["head"] > "self.1.2" else "ArrowDown")
    shown.get_by_role("button", name="Scores").click()
    shown.get_by_role("button", name="As a table").click()
    shown.locator(".heed-grid").focus()
    for key in ("ArrowUp",) * 12 + ("ArrowDown",) * 3 + ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    told = anchor(page)
    step = str(len(trace.path()))
    assert told == {"step": step, "head": "self.1.2", "view": "scores", "cell": "4.2", "table": "1"}
    shown = opened(trace, hash_=f"#{urllib.parse.urlencode(told)}", **options)
    assert shown.get_by_role("button", name="Scores").get_attribute("aria-pressed") == "true"
    assert shown.locator(".heed-count").inner_text().startswith(f"{step} /")
    assert shown.locator(".heed-maps-title").inner_text().endswith("layer 1 · head 2")
    assert shown.locator(".heed-cell-number").count() == 5
    shown = opened(trace, hash_="#head=%3Cb%3E&cell=99.99&step=0&view=x")
    assert shown.locator(".heed-cell").is_hidden()
    assert shown.locator(".heed-maps-title").inner_text() == "Cross-attention · layer 2 · head 1"


def test_downloads_hold_the_map(opened, page, trace):
    true = trace.attention("self.2.2")
    exact = [maps.exact(trace, "self.2.2")]
    shown = opened(trace, open={"head": "self.2.2", "step": 4}, exact=exact)

    def download(name):
        shown.locator(".heed-menu summary").click()
        with page.expect_download() as waiting:
            shown.get_by_role("button", name=name).click()
        return waiting.value.path().read_bytes()

    lines = list(csv.DictReader(io.StringIO(download("This map as CSV").decode("utf-8-sig"))))
    assert len(lines) == 5 * 6 / 2  # what is masked or not written yet is no line
    for line in lines:
        i, j = int(line["query_index"]) - 1, int(line["key_index"]) - 1
        assert (line["query"], line["key"]) == (true.queries[i], true.keys[j])
        assert np.float32(line["score"]) == true.scores[i, j]
        assert np.float32(line["weight"]) == true.weights[i, j]
    drawn = ElementTree.fromstring(download("This map as SVG"))
    assert len(cells_of(drawn)) == 15
    words = " ".join(drawn.itertext())
    assert true.queries[4] in words and TEXT in words and trace.model.name in words
    whole = ElementTree.fromstring(download("All maps as SVG"))
    assert WORDS["encoder_title"] in " ".join(whole.itertext())
    for name in ("This map as PNG", "All maps as PNG"):
        assert download(name).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["This map as SVG", "All maps as SVG"])
def test_a_picture_is_the_same_from_any_theme_and_size(opened, page, trace, name):
    def picture(width, **more):
        page.set_viewport_size({"width": width, "height": 900})
        shown = opened(trace, open={"head": "self.2.2", "step": 4, "view": "scores"}, **more)
        shown.locator(".heed-menu summary").click()
        with page.expect_download() as waiting:
            shown.get_by_role("button", name=name).click()
        return waiting.value.path().read_text("utf-8")

    light = picture(1400, theme="light")
    assert picture(500, theme="dark", projector=True) == light
    ground = next(ElementTree.fromstring(light).iter("{http://www.w3.org/2000/svg}rect"))
    assert ground.get("fill") == "#fff"


def test_a_small_probability_is_not_nothing(opened, page, trace):
    data = maps.payload(trace, "en")
    step = data["steps"][-1]
    step["log_prob"], step["candidates"] = -9.5, [("▁well", -9.5)]
    shown = opened(trace, steps=data["steps"], open={"table": True})
    assert "probability <0.001" in said(page)
    assert shown.locator(".heed-maps-next .heed-value").inner_text() == "<0.001"
    assert shown.locator(".heed-tables td", has_text="0.00007").count() == 1


def test_playing_announces_only_the_end(opened, page, trace):
    shown = opened(trace, open={"step": 0})
    shown.get_by_role("button", name="Play").click()
    page.wait_for_timeout(100)
    before = said(page)
    expect(shown.locator(".heed-count")).not_to_have_text(re.compile("^[12] /"))
    assert said(page) == before  # two steps on, and not a word
    count = len(trace.path())
    expect(shown.locator(".heed-count")).to_have_text(f"{count} / {count}", timeout=20_000)
    expect(page.locator(".heed-root > .heed-live")).to_contain_text(f"Step {count} of {count}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_scrolls_only_downwards(opened, page, trace, language):
    page.set_viewport_size({"width": 390, "height": 844})
    for more in ({}, {"projector": True}):
        opened(trace, language, cells=[("cross.2.1", 3)],
               open={"head": "cross.2.1", "cell": "4.1", "scaled": "0"}, **more)  # fmt: skip
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_was_typed_stays_text(opened, page, transformer):
    trace = transformer.translate(HOSTILE, limit=6)
    shown = opened(trace, cells=[("cross.1.1", 1)],
                   open={"head": "cross.1.1", "cell": "2.1", "table": True})  # fmt: skip
    names = shown.locator(".heed-tables table").first.locator("thead th").all_inner_texts()
    assert names[1:] == [token.piece for token in trace.source]
    assert page.evaluate("window.hit") is None


def served(page, server, **query):
    page.goto(f"{server}/transformer?{urllib.parse.urlencode(query)}")
    shown = page.locator(".heed-stage")
    shown.locator(".heed-mosaic-over").wait_for()
    return shown


def address(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).query).items()}


def test_served_a_cell_is_asked_for_and_the_rest_is_local(page, server):
    shown = served(page, server, head="self.1.2", step="4")
    page.wait_for_timeout(500)
    shown.locator(".heed-mosaic").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    shown.locator(".heed-cell-number").first.wait_for()
    assert address(page)["head"] == "self.1.1" and address(page)["cell"]
    assert address(page)["cell"] == "4.1"  # the cursor begins at the current step
    before = shown.locator(".heed-cell-result").inner_text()
    shown.locator(".heed-cell-head").nth(1).click()
    expect(shown.locator(".heed-cell-result")).not_to_have_text(before)
    assert address(page)["head"] == "self.1.2"
    told = address(page)
    page.goto("about:blank")
    shown = served(page, server, **told)  # the link asks for the cell by itself
    shown.locator(".heed-cell-number").first.wait_for()
    assert address(page) == told


def test_served_another_language_keeps_the_place(page, server):
    shown = served(page, server, head="encoder.1.2", view="scores", step="3")
    page.get_by_text("한국어").click()
    page.get_by_role("heading", name="인코더 셀프 어텐션 · 1층 · 헤드 2").wait_for()
    assert shown.locator(".heed-count").inner_text().startswith("3 /")
    assert address(page)["view"] == "scores" and address(page)["lang"] == "ko"


def test_served_another_part_forgets_the_place(page, server):
    served(page, server, head="encoder.1.2", view="scores", step="3")
    page.get_by_role("radio", name="Lift the mask").or_(
        page.get_by_role("button", name="Lift the mask")
    ).click()
    page.get_by_text(section("en", "transformer")["mask_intro"]).wait_for()
    page.wait_for_timeout(1000)
    told = address(page)
    assert told["part"] == "mask" and told.get("head") != "encoder.1.2"


def taken(page, shown):
    """The map that is shown as CSV: the name of the file, and what is in it."""
    shown.locator(".heed-menu summary").click()
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="This map as CSV").click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_served_the_page_goes_home_with_its_cell_and_every_digit(page, server, tmp_path):
    shown = served(page, server, head="cross.1.1", cell="2.2", step="3")
    shown.locator(".heed-cell-number").first.wait_for()
    result = shown.locator(".heed-cell-weights .heed-value").all_inner_texts()
    exact = taken(page, shown)  # asked of the server
    assert "-step-3-cross.1.1.csv" in exact[0]
    digits = [len(line.rpartition(b",")[2]) for line in exact[1].splitlines()[1:]]
    assert max(digits) > len("0.1234567")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=section("en", "decode")["page"]).click()
    waiting.value.save_as(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    shown = page.locator(".heed-stage")
    shown.locator(".heed-cell-number").first.wait_for()
    assert shown.locator(".heed-cell-weights .heed-value").all_inner_texts() == result
    assert shown.locator(".heed-count").inner_text().startswith("3 /")
    assert waiting.value.suggested_filename.endswith("-step-3.html")
    assert taken(page, shown) == exact
