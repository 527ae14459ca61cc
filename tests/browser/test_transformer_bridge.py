"""The bridge in a real browser: one step and one token in both models, true numbers in each row."""

import csv
import io
import math
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import stage
from core.tokenisers.pieces import END_ID
from core.views.bridge import cross, payload
from core.words import LANGUAGES, section
from tests.browser.conftest import where

pytestmark = pytest.mark.browser
TEXT = "I sing now. She works here!"
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"


@pytest.fixture
def bridge(translators, transformer):
    target = (*transformer.vocabulary.encode("Je chante ici."), END_ID)
    return cross(translators["general"], transformer, TEXT, target)


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of one bridge and gives its stage."""

    def open_(bridge, language="en", link="", **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", "open": {}, **payload(bridge, language), **more}
        path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
        page.goto("about:blank")
        page.goto(f"{path.as_uri()}#{link}")
        return page.locator(".heed-stage")

    return open_


def number(text):
    return float(text.replace("−", "-"))


def numbers(locator):
    return [number(text) for text in locator.all_inner_texts()]


def chosen(shown):
    return int(shown.locator("[role=option][aria-selected=true]").get_attribute("data-source"))


def place(shown):
    """Step, source token, layer and head as the picture has them, from 1."""
    pressed = [
        int(shown.get_by_role("group", name=name).locator("[aria-pressed=true]").inner_text())
        for name in ("Layer", "Head")
    ]
    return (
        int(shown.locator(".heed-count").inner_text().split("/")[0]),
        chosen(shown) + 1,
        *pressed,
    )


def equation(shown, side):
    return shown.locator("[data-row=score] .heed-bridge-side").nth(side).locator("b")


def tables(shown):
    """Every table by its caption, as rows of text."""
    return {
        one.locator("caption").inner_text(): [
            row.locator("th, td").all_inner_texts() for row in one.locator("tbody tr").all()
        ]
        for one in shown.locator(".heed-tables table").all()
    }


def test_it_opens_in_the_middle_with_the_nearest_head(bridge, opened):
    shown, (layer, head) = opened(bridge), bridge.nearest
    now = (len(bridge.target) - 1) // 2
    column = int(bridge.recurrent.weights[now].argmax())
    assert place(shown) == (now + 1, column + 1, layer + 1, head + 1)
    assert shown.locator(".heed-bridge-row[data-row]").count() == 10


@pytest.mark.parametrize("at", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_terms_on_the_screen_add_up_to_the_score(bridge, opened, at):
    heads, (layer, head), t, s = bridge.heads, at, 2, 4
    shown = opened(bridge, link=f"step=3&source_token=5&head={layer + 1}.{head + 1}")
    (left,) = numbers(equation(shown, 0))
    assert left == pytest.approx(bridge.recurrent.scores[t, s], abs=5.1e-4)
    *terms, total, root, score = numbers(equation(shown, 1))
    signs = shown.locator("[data-row=score] .heed-bridge-sign").all_inner_texts()
    assert signs[3:] == ["=", "÷", "="] and root == pytest.approx(math.sqrt(4))
    summed = terms[0] + sum(
        value if sign == "+" else -value for sign, value in zip(signs, terms[1:], strict=False)
    )
    assert summed == pytest.approx(total, abs=3e-3)
    assert total / root == pytest.approx(score, abs=2e-3)
    assert score == pytest.approx(heads.scores[layer, head, t, s], abs=5.1e-4)
    assert terms[0] == pytest.approx(heads.products[layer, head, t, s], abs=5.1e-4)
    checks = shown.locator("[data-row=score] .heed-note").all_inner_texts()
    for side, value in enumerate((bridge.recurrent.scores[t, s], heads.scores[layer, head, t, s])):
        assert checks[side].count(f"{value:.4f}".replace("-", "−")) == 2  # worked out, and its own


def test_both_softmaxes_share_their_tokens(bridge, opened):
    shown = opened(bridge, link="step=2&head=2.1")
    rows = shown.locator(".heed-bridge-weight[role=option]")
    assert rows.count() == len(bridge.source)
    for side, weights in (
        ("left", bridge.recurrent.weights[1]), ("right", bridge.heads.weights[1, 0, 1]),
    ):  # fmt: skip
        own = rows.locator(f".heed-bridge-to-{side} .heed-value:not(.heed-bridge-score)")
        np.testing.assert_allclose(numbers(own), weights, atol=5.1e-4)


def test_every_source_token_of_a_long_sentence_is_in_the_list(translators, transformer, opened):
    target = (*transformer.vocabulary.encode("Je chante ici."), END_ID)
    long = cross(translators["general"], transformer, "I sing now. " * 12, target)
    shown = opened(long)
    rows, count = shown.locator(".heed-bridge-weight[role=option]"), len(long.source)
    assert rows.count() == count > 40
    listing = shown.locator(".heed-bridge-list")
    assert listing.evaluate("one => one.scrollHeight <= one.clientHeight"), "none is hidden"
    assert f"All {count} source tokens" in shown.locator("[data-row=softmax]").inner_text()


def test_a_head_is_told_by_the_size_of_its_block(bridge, opened):
    shown = opened(bridge)
    said = shown.locator("[data-row=query] .heed-bridge-words").inner_text()
    assert "4 rows of 8 numbers" in said and "query of dk = 4 dimensions" in said


def test_step_token_and_head_move_both_sides(bridge, opened, page):
    shown, last = opened(bridge, link="step=2&source_token=2&head=1.1"), len(bridge.target)
    shown.locator("[role=option]").nth(5).click()
    assert place(shown) == (2, 6, 1, 1)
    words = shown.locator(".heed-bridge-words")
    assert f"“{bridge.target[1].piece.replace('▁', '')}”" in words.nth(0).inner_text()
    assert f"“{bridge.source[5].piece.replace('▁', '')}”" in words.nth(2).inner_text()
    shown.focus()
    for key, step, token in (
        ("ArrowDown", 2, 7), ("ArrowUp", 2, 6), ("ArrowRight", 3, 6), ("End", last, 6),
        ("ArrowRight", last, 6), ("Home", 1, 6), ("ArrowLeft", 1, 6),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert place(shown)[:2] == (step, token)
    before = numbers(equation(shown, 1))
    shown.get_by_role("group", name="Layer").get_by_role("button", name="2").click()
    shown.get_by_role("group", name="Head").get_by_role("button", name="2").click()
    assert place(shown) == (1, 6, 2, 2) and numbers(equation(shown, 1)) != before
    (left,) = numbers(equation(shown, 0))
    assert left == pytest.approx(bridge.recurrent.scores[0, 5], abs=5.1e-4)
    said = page.locator(".heed-live").inner_text()
    best = int(bridge.heads.weights[1, 1, 0].argmax())
    assert "layer 2, head 2" in said and bridge.source[best].piece.replace("▁", "") in said
    shown.get_by_role("button", name="Most alike").click()
    layer, head = bridge.nearest
    assert place(shown) == (1, 6, layer + 1, head + 1)


@pytest.mark.parametrize("side", [0, 1])
def test_a_cell_of_either_map_is_chosen_for_both(bridge, opened, page, side):
    shown = opened(bridge, link="step=1&source_token=1")
    shown.locator(".heed-grid").nth(side).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert place(shown)[:2] == (3, 2)
    box = shown.locator(".heed-grid-cells").nth(side).bounding_box()
    across, down = box["width"] / len(bridge.source), box["height"] / len(bridge.target)
    page.mouse.click(box["x"] + 4.5 * across, box["y"] + 1.5 * down)
    assert place(shown)[:2] == (2, 5)


def test_it_plays(bridge, opened, page):
    shown, last = opened(bridge, link="step=1"), len(bridge.target)
    shown.locator(".heed-speed").select_option("2")
    shown.focus()
    page.keyboard.press(" ")
    shown.locator(".heed-count", has_text=f"{last} / {last}").wait_for()
    assert place(shown)[0] == last


def test_the_tables_hold_every_number(bridge, opened):
    shown = opened(bridge, link="step=3&source_token=5&head=2.1&view=scores")
    shown.get_by_role("button", name="As a table").click()
    words, found = section("en", "bridge"), tables(shown)
    left, right = bridge.recurrent, bridge.heads
    rows = [[number(one) for one in row[1:]] for row in found[words["table_row"]]]
    expected = [left.scores[2], left.weights[2], right.scores[1, 0, 2], right.weights[1, 0, 2]]
    np.testing.assert_allclose(rows, np.stack(expected, 1), atol=1.1e-5)
    terms = {row[0]: row[1:] for row in found[words["table_terms"]]}
    assert number(terms[words["term_query_bias"]][1]) == pytest.approx(
        right.query_biases[1, 0, 0, 4], abs=1.1e-5
    )
    worked, own = (terms[words[key]] for key in ("term_worked", "term_model"))
    for a, b, value in zip(worked, own, (left.scores[2, 4], right.scores[1, 0, 2, 4]), strict=True):
        assert number(a) == pytest.approx(number(b), abs=1e-4)
        assert number(b) == pytest.approx(value, abs=1.1e-5)
    stretch = found[words["table_stretch"]]
    np.testing.assert_allclose([number(row[1]) for row in stretch], left.stretch, atol=1.1e-5)
    np.testing.assert_allclose(
        [number(row[2]) for row in stretch[:4]], right.stretch[1, 0], atol=1.1e-5
    )
    assert {row[2] for row in stretch[4:]} == {"–"}  # the rank is that of the head
    head = found[words["table_head"].format(place="layer 2, head 1")]
    columns = [right.queries[1, 0, 2], right.keys[1, 0, 4], right.values[1, 0, 4],
               right.contexts[1, 0, 2]]  # fmt: skip
    told = [[number(one) for one in row[1:]] for row in head]
    np.testing.assert_allclose(told, np.stack(columns, 1), atol=6e-3)  # half precision
    maps = found["Transformer: Scores"]
    told = [[number(one) for one in row[1:]] for row in maps]
    np.testing.assert_allclose(told, right.scores[1, 0], atol=1.1e-5)


def test_keys_and_values_are_one_picture_on_the_left_and_two_on_the_right(bridge, opened, page):
    shown = opened(bridge)

    def picture(row, side):
        canvas = shown.locator(f"[data-row={row}] .heed-bridge-side").nth(side).locator("canvas")
        return canvas.first.evaluate("one => one.toDataURL()")

    assert picture("key", 0) == picture("value", 0) == picture("read", 0)
    assert len({picture(row, 1) for row in ("key", "value", "read")}) == 3
    same = shown.locator(".heed-bridge-same:not(:empty)").all_inner_texts()
    assert same == [section("en", "bridge")["same"]] * 3


def test_numbers_are_taken_home(bridge, opened, page):
    shown = opened(bridge, link="head=1.2")
    shown.get_by_text("Download").click()
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Scores and weights as CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8-sig"))))
    cells = len(bridge.source) * len(bridge.target)
    assert len(rows) == 2 * cells
    for own, side in (
        (rows[:cells], bridge.recurrent.weights),
        (rows[cells:], bridge.heads.weights[0, 1]),
    ):
        np.testing.assert_allclose([float(row["weight"]) for row in own], side.ravel(), atol=1e-6)
    assert {row["layer"] + row["head"] for row in rows} == {"", "12"}
    shown.get_by_text("Download").click()
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="This picture as SVG").click()
    drawing = waiting.value.path().read_text("utf-8")
    assert drawing.startswith("<svg") and drawing.count("<rect") > 2 * cells
    assert "layer 1, head 2" in drawing and f">{TEXT}<" in drawing
    shown.get_by_text("Download").click()
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="This picture as PNG").click()
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_the_same_from_any_theme_and_size(bridge, opened, page):
    def picture(width, **more):
        page.set_viewport_size({"width": width, "height": 900})
        shown = opened(bridge, link="step=2&source_token=2&view=scores", **more)
        shown.get_by_text("Download").click()
        with page.expect_download() as waiting:
            shown.get_by_role("button", name="This picture as SVG").click()
        return waiting.value.path().read_text("utf-8")

    light = picture(1400, theme="light")
    assert picture(500, theme="dark", projector=True) == light
    assert 'fill="#fff"' in light.partition("<text")[0]


def test_a_phone_scrolls_only_downwards(bridge, opened, page):
    page.set_viewport_size({"width": 390, "height": 844})
    for more in ({}, {"projector": True}, {"link": "table=1"}):
        opened(bridge, language="ko", **more)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".heed-bridge-tag").first.is_visible()


@pytest.mark.parametrize("link_", ["head=9.9", "head=x", "step=99", "source_token=-1", "view=x"])
def test_a_page_of_its_own_bears_a_wrong_link(bridge, opened, link_):
    plain = place(opened(bridge))
    assert place(opened(bridge, link=link_)) == plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_page_stands_alone(bridge, page, tmp_path, language):
    path = tmp_path / "bridge.html"
    data = payload(bridge, language)
    path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    words = section(language, "bridge")
    assert page.get_by_role("heading", name=words["value_row"]).is_visible()
    page.get_by_label(f"{words['value_row']}: ?").click()
    assert page.get_by_text(words["value_help"][:40]).is_visible()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_what_was_typed_stays_text(translators, transformer, opened, page):
    target = (*transformer.vocabulary.encode(HOSTILE), END_ID)
    bridge = cross(translators["general"], transformer, HOSTILE, target)
    shown = opened(bridge, link="table=1")
    rows = tables(shown)[section("en", "bridge")["table_row"]]
    assert [row[0] for row in rows] == [token.piece for token in bridge.source]
    assert page.evaluate("window.hit") is None


def test_served_it_follows_its_link_and_what_both_are_to_write(page, server):
    page.goto(f"{server}/transformer?part=bridge&step=2&source_token=3&head=2.5&view=scores")
    shown = page.locator(".heed-stage")
    shown.wait_for()

    def asked():
        return {key: value[0] for key, value in parse_qs(urlsplit(where(page)).query).items()}

    wanted = {"step": "2", "source_token": "3", "head": "2.5", "view": "scores"}
    page.wait_for_function("location.search.includes('source_token=3')")
    assert wanted.items() <= asked().items()
    assert "layer 2, head 5" in shown.locator(".heed-bridge-names").inner_text()
    page.get_by_role("combobox", name="Translation that both write").click()
    page.get_by_role("option", name="my own words").click()
    field = page.get_by_role("textbox", name="Your translation")
    field.fill("Tu sais.")
    field.press("Enter")
    shown.locator(".heed-count", has_text="/ 4").wait_for()
    page.wait_for_function("location.search.includes('forced=Tu')")
    assert asked()["target"] == "typed" and asked()["head"] == "2.5"
    page.get_by_text(section("en", "bridge")["why"]).click()
    assert page.get_by_text("look up by a").is_visible()
