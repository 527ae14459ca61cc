"""Anybody's attention in a real browser: the mosaic, one map, one cell in every head, files."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from core import show
from core.trace import Trace
from core.words import section
from tests.browser.conftest import where
from tests.core.views.test_show import softmax

pytestmark = pytest.mark.browser
WORDS = {**section("en", "stage"), **section("en", "show")}
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"


@pytest.fixture
def opened(page, tmp_path):
    """Opens the page of an attention from a file."""

    def open_(weights, *labels, language="en", hash_="", **more):
        path = tmp_path / "page.html"
        show(weights, *labels, **more).save(path, language)
        page.goto("about:blank")
        page.goto(path.as_uri() + hash_)
        shown = page.locator(".heed-stage")
        shown.locator(".heed-grid").first.wait_for()
        return shown

    return open_


def anchor(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).fragment).items()}


def told(shown):
    """Query, key and numbers of the chosen cell, as they stand below the map."""
    line = shown.locator(".heed-show-told")
    query, key = line.locator("b").all_inner_texts()
    numbers = [one.split()[-1].replace("−", "-") for one in line.locator("span").all_inner_texts()]
    return query, key, [float(one) for one in numbers]


def taken(page, shown, what):
    """The text of a file that the menu offers."""
    shown.locator(".heed-menu summary").click()
    with page.expect_download() as download:
        shown.get_by_role("button", name=what, exact=True).click()
    return download.value.path().read_bytes()


def test_a_click_on_the_mosaic_changes_the_head_and_arrows_walk_the_map(opened, page):
    weights, scores = softmax(3, 4, 5, 6)
    shown = opened(weights, list("abcde"), list("uvwxyz"), scores=scores)
    assert shown.locator(".heed-maps-title").first.inner_text() == "Layer 1 · head 1"
    tiles = shown.locator(".heed-mosaic-over")
    box = tiles.bounding_box()
    tiles.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.55})
    head = shown.locator(".heed-maps-title").first.inner_text()
    layer, number = map(int, re.findall(r"\d+", head))
    assert (layer, number) == (2, 3) and anchor(page)["head"] == "attention.2.3"
    shown.locator(".heed-grid").first.focus()
    for _ in range(6):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
    for i, j in ((0, 0), (1, 0), (1, 1)):
        query, key, (weight, score) = told(shown)
        assert (query, key) == ("abcde"[i], "uvwxyz"[j])
        assert weight == pytest.approx(weights[1, 2, i, j], abs=1e-5)
        assert score == pytest.approx(scores[1, 2, i, j], abs=1e-4)
        page.keyboard.press("ArrowDown" if (i, j) == (0, 0) else "ArrowRight")
    assert anchor(page)["cell"] == "2.3"
    page.keyboard.press("PageDown")
    assert anchor(page)["head"] == "attention.2.4"
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert anchor(page)["head"] == "attention.2.2"
    page.keyboard.press("Escape")
    expect(shown.locator(".heed-mosaic")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert anchor(page)["head"] == "attention.3.2"
    page.keyboard.press("Enter")
    expect(shown.locator(".heed-grid").first).to_be_focused()


def test_one_cell_stands_in_every_head_and_leads_there(opened, page):
    weights, _ = softmax(2, 3, 4, 4)
    shown = opened(weights, hash_="#head=attention.1.2&cell=3.4")
    every = shown.locator(".heed-grid").nth(1)
    expect(shown.locator(".heed-maps-title").nth(1)).to_have_text("3 ← 4, in every head")
    every.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    said = page.locator(".heed-live").inner_text()
    assert said == f"Layer 2 · head 3, weight {weights[1, 2, 2, 3]:.5f}"
    page.keyboard.press("Enter")
    assert anchor(page) == {"head": "attention.2.3", "cell": "3.4"}
    assert told(shown)[2] == [pytest.approx(weights[1, 2, 2, 3], abs=1e-5)]


def test_the_files_hold_every_digit(opened, page):
    mask = np.tri(5, dtype=bool)
    weights, scores = softmax(2, 3, 5, 5, mask=mask)
    shown = opened(weights, list("abcde"), ["=1", 'q"', ",", "▁x", HOSTILE], scores=scores)
    rows = list(
        csv.DictReader(io.StringIO(taken(page, shown, WORDS["all_csv"]).decode("utf-8-sig")))
    )
    assert len(rows) == 2 * 3 * mask.sum()
    read = np.zeros((2, 2, 3, 5, 5), np.float32)
    for row in rows:
        place = [int(row[k]) - 1 for k in ("layer", "head", "query_index", "key_index")]
        read[0, *place], read[1, *place] = row["weight"], row["score"]
    assert np.array_equal(read[0], weights.astype(np.float32))
    assert np.array_equal(read[1], np.where(mask, scores, 0).astype(np.float32))
    assert rows[-1]["key"] == HOSTILE and rows[-1]["query"] == "e"
    again = Trace.from_json(taken(page, shown, WORDS["as_json"]).decode())
    assert again == show(weights, "abcde", ["=1", 'q"', ",", "▁x", HOSTILE], scores=scores).trace
    drawn = ElementTree.fromstring(taken(page, shown, WORDS["as_svg"]))
    rects = drawn.iter("{http://www.w3.org/2000/svg}rect")
    assert sum(one.get("rx") == "3" for one in rects) == mask.sum()
    for what in (WORDS["as_png"], WORDS["all_png"]):
        assert taken(page, shown, what).startswith(b"\x89PNG")


def test_a_table_stands_behind_the_picture(opened, page):
    weights, scores = softmax(2, 3, 4)
    shown = opened(weights, "abc", "wxyz", scores=scores)
    shown.get_by_role("button", name=WORDS["as_table"]).click()
    for kind, true, digits in (("weights", weights, 5), ("scores", scores, 4)):
        shown.get_by_role("button", name=WORDS[kind], exact=True).click()
        lines = shown.locator("tbody tr").all_inner_texts()
        cells = [line.replace("−", "-").split("\t") for line in lines]
        assert [one[0] for one in cells] == list("abc")
        numbers = np.array([[float(cell) for cell in one[1:]] for one in cells])
        assert np.allclose(numbers, true[0], atol=0.6 * 10.0**-digits)
    assert anchor(page)["table"] == "1" and anchor(page)["view"] == "scores"


NOTEBOOK = """<body style="margin:0;background:#111"><div id="cell"></div></body>"""
OUTPUT = """(html) => {
  const cell = document.getElementById("cell");
  cell.innerHTML = html;
  for (const one of cell.querySelectorAll("script")) {  // as notebooks do that are trusted
    const again = document.createElement("script");
    again.textContent = one.textContent;
    one.replaceWith(again);
  }
}"""


def test_a_cell_is_as_tall_and_as_dark_as_it_should_be(page):
    shown = show(softmax(2, 3, 9, 4)[0], title="Mine")
    page.emulate_media(color_scheme="light")
    page.set_content(NOTEBOOK)
    page.evaluate(OUTPUT, shown._repr_html_())
    inside = page.frame_locator("iframe")
    expect(inside.locator(".heed-root").first).to_have_attribute(
        "data-theme", "dark", timeout=30_000
    )
    for more in (0, 700):  # and as it grows
        inside.locator("#heed").evaluate(f"(node) => (node.style.paddingBottom = '{more}px')")
        page.wait_for_function(
            "(tall) => document.querySelector('iframe').clientHeight >= tall",
            arg=inside.locator("body").evaluate("(body) => body.scrollHeight"),
        )
    assert inside.locator("html").evaluate("(one) => one.scrollHeight <= innerHeight + 1")
    assert not page.locator("img").is_visible()
    page.evaluate("document.body.style.background = '#fff'")
    expect(inside.locator(".heed-root").first).to_have_attribute(
        "data-theme", "light", timeout=30_000
    )
    bare = re.sub(r"(?s)<script.*?</script>|<iframe.*?</iframe>", "", shown._repr_html_())
    page.set_content(NOTEBOOK)
    page.evaluate(OUTPUT, bare)  # as one that is not
    page.wait_for_function("document.querySelector('img').naturalWidth > 50")


def test_labels_stay_text(opened, page):
    shown = opened(softmax(2, 2)[0], [HOSTILE, "</script>"], ["<b>", "&amp;"], title=HOSTILE)
    assert told(shown)[0] in (HOSTILE, "</script>")
    assert page.locator("img").count() == 0 and page.evaluate("window.hit") is None
    assert page.locator("main p b").inner_text() == HOSTILE
    assert shown.locator(".heed-mosaic").count() == 0  # one map is all there is


def test_it_speaks_korean_and_fits_a_phone(opened, page):
    page.set_viewport_size({"width": 390, "height": 800})
    weights, _ = softmax(2, 3, 4, 4)
    shown = opened(weights[..., :3], language="ko")
    words = section("ko", "show")
    expect(page.locator("h1")).to_have_text(words["attention"])
    expect(shown.locator(".heed-maps-title").first).to_have_text("1층 · 헤드 1")
    assert "합이 1이 아닌 행이 24개" in shown.locator(".heed-show-loose").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_large_array_opens_and_follows(opened, page):
    page.set_default_timeout(120_000)
    weights, _ = softmax(12, 12, 64, 64)
    shown = opened(weights, hash_="#head=attention.12.12&cell=64.64")
    assert told(shown)[2] == [pytest.approx(weights[-1, -1, -1, -1], abs=1e-5)]
    shown.locator(".heed-grid").first.focus()
    page.keyboard.press("PageUp")
    assert told(shown)[2] == [pytest.approx(weights[-1, -2, -1, -1], abs=1e-5)]


def test_many_heads_are_chosen_from_a_list(opened, page):
    shown = opened(softmax(20, 3, 3)[0])
    shown.get_by_role("combobox", name="Head", exact=True).select_option("18")
    assert anchor(page)["head"] == "attention.1.18"
    data = json.loads(page.locator("#heed-data").inner_text())
    assert data["model"] == "Layers 1 · heads 20 · queries 3 · keys 3"
