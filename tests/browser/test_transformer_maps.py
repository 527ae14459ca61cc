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
from core.inside import cell, heads
from core.language import LANGUAGES, section

pytestmark = pytest.mark.browser
TEXT = "Tom sings now. She works here!"
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"
WORDS = section("en", "transformer_maps")
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
        data = {"theme": "light", "open": {}, **heads.payload(trace, language), **more}
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
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).fragment).items()}


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
        up, down = (true.products[true.products > 0].sum(), -true.products[true.products < 0].sum())
        expected = [up, down, true.products.sum(), 2, true.scores[column]]
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
                [true.query[i], true.key_vectors[column, i], true.products[i],
                 true.values[column, i], true.weights[column] * true.values[column, i],
                 true.context[i]], abs=1e-4,
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
    shown.get_by_role("button", name="Divide by").click()
    found = [number(text) for text in beside.all_inner_texts()]
    assert found == pytest.approx(true.undivided, abs=1e-3)
    assert f"{true.undivided.max():.3f}" in shown.locator(".heed-cell").inner_text()
    assert anchor(page)["scaled"] == "0"


def test_a_masked_cell_says_that_it_is_not_there(opened, page, trace):
    shown = opened(trace, open={"head": "self.2.1"})
    shown.locator(".heed-grid").focus()
    for key in ("ArrowUp",) * 12 + ("ArrowRight",) * 3 + ("Enter",):
        page.keyboard.press(key)
    assert anchor(page)["cell"] == "1.4"
    told = shown.locator(".heed-cell-why").inner_text()
    assert told.startswith("This cell is not there. Query 1 may read the keys 1 to 1")
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
    for key in ("ArrowUp",) * 12 + ("ArrowDown",) * 3 + ("ArrowRight", "Enter", "Home"):
        page.keyboard.press(key)
    told = anchor(page)
    assert told == {"step": "1", "head": "self.1.2", "view": "scores", "cell": "4.2", "table": "1"}
    shown = opened(trace, hash_=f"#{urllib.parse.urlencode(told)}", **options)
    assert shown.get_by_role("button", name="Scores").get_attribute("aria-pressed") == "true"
    assert shown.locator(".heed-count").inner_text().startswith("1 /")
    assert shown.locator(".heed-maps-title").inner_text().endswith("layer 1 · head 2")
    assert shown.locator(".heed-cell-number").count() == 5
    shown = opened(trace, hash_="#head=%3Cb%3E&cell=99.99&step=0&view=x")
    assert shown.locator(".heed-cell").is_hidden()
    assert shown.locator(".heed-maps-title").inner_text() == "Cross-attention · layer 2 · head 1"


def test_downloads_hold_the_map(opened, page, trace):
    shown, true = opened(trace, open={"head": "self.2.2", "step": 4}), trace.attention("self.2.2")

    def download(name):
        shown.locator(".heed-menu summary").click()
        with page.expect_download() as waiting:
            shown.get_by_role("button", name=name).click()
        return waiting.value.path().read_bytes()

    lines = list(csv.DictReader(io.StringIO(download("This map as CSV").decode())))
    assert len(lines) == 5 * 6 / 2  # what is masked or not written yet is no line
    for line in lines:
        i, j = int(line["query_index"]) - 1, int(line["key_index"]) - 1
        assert (line["query"], line["key"]) == (true.queries[i], true.keys[j])
        assert float(line["score"]) == pytest.approx(true.scores[i, j], abs=6.1e-3)
        assert float(line["weight"]) == pytest.approx(true.weights[i, j], abs=1.1e-3)
    drawn = ElementTree.fromstring(download("This map as SVG"))
    cells = [one for one in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(cells) == 15 + 2  # the paper and the ring
    words = " ".join(drawn.itertext())
    assert true.queries[4] in words and TEXT in words
    whole = ElementTree.fromstring(download("All maps as SVG"))
    assert WORDS["encoder_title"] in " ".join(whole.itertext())
    for name in ("This map as PNG", "All maps as PNG"):
        assert download(name).startswith(b"\x89PNG")


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
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


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


def test_served_the_page_goes_home_with_its_cell(page, server, tmp_path):
    shown = served(page, server, head="cross.1.1", cell="2.2")
    shown.locator(".heed-cell-number").first.wait_for()
    result = shown.locator(".heed-cell-weights .heed-value").all_inner_texts()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=section("en", "decode")["page"]).click()
    waiting.value.save_as(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    shown = page.locator(".heed-stage")
    shown.locator(".heed-cell-number").first.wait_for()
    assert shown.locator(".heed-cell-weights .heed-value").all_inner_texts() == result
