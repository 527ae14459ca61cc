"""Positions, in a real browser: four readings, states in both orders, the encoding by keys."""

import csv
import math
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest

from core import stage
from core.tree import END
from core.views.positions import DRAWN, payload, reorder_and_read
from tests.browser.conftest import where

pytestmark = pytest.mark.browser
TEXT = "She works here again now!"
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of one sentence in two orders and gives its stage."""

    def open_(ordered, language="en", **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", **payload(ordered, language), **more}
        path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
        page.goto(path.as_uri())
        return page.locator(".heed-stage")

    return open_


@pytest.fixture(scope="module")
def ordered(transformer):
    return reorder_and_read(transformer, transformer.translate(TEXT), 1)


def number(text):
    for raised, plain in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True):
        text = text.replace(raised, plain)
    return float(text.replace("−", "-").replace(" × 10", "e"))


def text_of(run):
    return "".join(token.text for token in run.tokens if token.piece != END).strip()


def test_the_four_readings(ordered, opened):
    runs = opened(ordered).locator(".heed-order-run")
    assert runs.count() == 4
    for i, run in enumerate(ordered.runs):
        shown = runs.nth(i)
        read = shown.locator(".heed-order-read").inner_text()
        assert read == (ordered.shuffled if run.shuffled else TEXT)
        cut = f" … (stopped after {len(run.tokens)} tokens, no end mark)" if run.cut_off else ""
        assert shown.locator(".heed-order-text").inner_text() == (
            f"{text_of(run)}{cut}" or "nothing: the end mark at once"
        )
        own, plain = (one.split("\n")[0] for one in shown.locator("dd").all_inner_texts())
        assert number(own.split("−")[1].split()[0]) == pytest.approx(-run.log_probs.sum(), abs=6e-3)
        assert number(plain) == pytest.approx(run.plain.sum(), abs=6e-3)
        differing = {t.word for t, one in zip(run.tokens, run.differs) if one and t.piece != "</s>"}
        assert shown.locator("mark").count() == len(differing)


def test_without_positions_both_orders_are_one_sentence(ordered, opened):
    shown = opened(ordered)
    texts = shown.locator(".heed-order-text").all_inner_texts()
    assert texts[2] == texts[3]
    assert "they are the same sentence" in shown.inner_text()


def test_the_states_of_each_piece(ordered, opened):
    rows = opened(ordered).locator(".heed-order-states tbody tr")
    assert rows.count() == len(ordered.source)
    for i in range(rows.count()):
        place, far, near, far_off, near_off = rows.nth(i).locator("td").all_inner_texts()
        assert place == f"{i} → {ordered.order.index(i)}"
        assert number(far) == pytest.approx(ordered.moved[0, i], abs=6e-4)
        assert number(near) == pytest.approx(ordered.cosines[0, i], abs=6e-4)
        assert number(far_off) == pytest.approx(ordered.moved[1, i], rel=0.06)
        assert number(near_off) == pytest.approx(1, abs=1e-3)


def test_the_encoding_is_walked_by_keys(ordered, opened, page):
    shown = opened(ordered, positions_at="2")
    picture = shown.get_by_role("slider").nth(0)
    picture.focus()
    for key, place in (
        ("ArrowDown", 3), ("ArrowUp", 2), ("Home", 0), ("ArrowUp", 0), ("End", DRAWN - 1),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert picture.get_attribute("aria-valuenow") == str(place)
        assert f"positions_at={place}" in where(page)
    page.keyboard.press("ArrowRight")
    told = page.locator(".heed-live").inner_text()
    expected = math.cos(DRAWN - 1)
    assert f"{expected:.4f}".replace("-", "−") in told and "dimension 2 of 8" in told


def test_similarity_tells_two_positions(ordered, opened, page):
    shown = opened(ordered, positions_at="5")
    alike = shown.get_by_role("slider").nth(1)
    alike.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    told = page.locator(".heed-live").inner_text()
    assert "distance 3" in told and f"{ordered.similarity[5, 8]:.4f}".replace("-", "−") in told
    box = alike.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] * 20.5 / DRAWN)
    assert alike.get_attribute("aria-valuenow") == "20"
    assert "position 20" in shown.locator(".heed-order-chosen").inner_text()


def test_the_tables_hold_every_number(ordered, opened):
    shown = opened(ordered, positions_at="7")
    shown.get_by_role("button", name="As a table").click()
    tables = shown.locator(".heed-tables table")
    values = [number(one) for one in tables.nth(3).locator("tbody td").all_inner_texts()]
    np.testing.assert_allclose(values, ordered.encoding[7], atol=6e-6)
    cosines = [number(one) for one in tables.nth(4).locator("tbody td").all_inner_texts()]
    np.testing.assert_allclose(cosines, ordered.similarity[7], atol=6e-6)
    lengths = tables.nth(2).locator("tbody tr td:nth-of-type(1)").all_inner_texts()
    np.testing.assert_allclose([number(one) for one in lengths], ordered.lengths, atol=6e-4)


def test_a_stopped_output_says_so_in_words(ordered, opened):
    runs = tuple(replace(run, cut_off=i == 2) for i, run in enumerate(ordered.runs))
    other = replace(ordered, runs=runs)
    for language, word in (("en", "stopped after"), ("ko", "멈춤")):
        shown = opened(other, language, table=True)
        texts = shown.locator(".heed-order-text").all_inner_texts()
        assert [word in text for text in texts] == [False, False, True, False]
        written = shown.locator(".heed-tables table").first.locator("tbody tr td:nth-of-type(2)")
        assert [word in text for text in written.all_inner_texts()] == [False, False, True, False]


def take(page, shown, text):
    """What the menu gives under that name, as text or bytes."""
    shown.locator("summary", has_text="Download").click()
    with page.expect_download() as found:
        shown.get_by_role("button", name=text, exact=True).click()
    content = found.value.path().read_bytes()
    return content if text.endswith("PNG") else content.decode("utf-8-sig")


def test_numbers_can_be_taken_home(ordered, opened, page):
    shown = opened(ordered)
    lines = take(page, shown, "The four readings and all states as CSV").splitlines()
    states = list(csv.DictReader(lines[lines.index("") + 1 :]))
    assert [one["piece"] for one in states] == [token.piece for token in ordered.source]
    assert [int(one["position"]) for one in states] == list(range(len(states)))
    assert [int(one["position_shuffled"]) for one in states] == list(np.argsort(ordered.order))
    runs = list(csv.DictReader(lines[: lines.index("")]))
    assert [one["cut_off"] == "true" for one in runs] == [run.cut_off for run in ordered.runs]
    assert [one["written"] for one in runs] == [text_of(run) for run in ordered.runs]
    for key, sums in (
        ("log_prob", [run.log_probs.sum(dtype=float) for run in ordered.runs]),
        ("log_prob_of_plain", [run.plain.sum(dtype=float) for run in ordered.runs]),
    ):
        assert [np.float32(one[key]) for one in runs] == [np.float32(one) for one in sums]
        assert max(len(one[key]) for one in runs) <= 11  # single precision has no more digits
    for text, values, first in (
        ("The positions as CSV", ordered.encoding, "dimension_1"),
        ("Similarity of positions as CSV", ordered.similarity, "position_0"),
    ):
        head, *rows = csv.reader(take(page, shown, text).splitlines())
        assert head[:2] == ["position", first] and [row[0] for row in rows] == list(
            map(str, range(DRAWN))
        )
        np.testing.assert_allclose([list(map(float, row[1:])) for row in rows], values, atol=1e-7)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("what", "scale"), [("The positions", "value"), ("Similarity of positions", "cosine")]
)
def test_a_picture_taken_home_can_be_read_by_itself(ordered, opened, page, theme, what, scale):
    shown = opened(ordered, theme=theme, positions_at="2")
    picture = take(page, shown, f"{what} as SVG")
    root = ElementTree.fromstring(picture)
    told = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert TEXT in told and ordered.model.name in told
    assert {"0", "60", "position", "−1", f"+1  {scale}"} <= set(told)
    assert [one.piece for one in ordered.source] == [
        text for text in told if text in {one.piece for one in ordered.source}
    ]
    ground = next(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert ground.get("fill") == "#fff" and float(ground.get("height")) > 500
    assert "data:image/png;base64," in picture and "var(" not in picture
    assert take(page, shown, f"{what} as PNG").startswith(b"\x89PNG")


def test_both_pictures_have_a_scale(ordered, opened):
    scales = opened(ordered).locator(".heed-order-scale")
    assert [text.split() for text in scales.all_inner_texts()] == [
        ["−1.0", "+1.0", "value"], ["−1.0", "+1.0", "cosine"],
    ]  # fmt: skip


def test_a_table_that_is_cut_points_to_the_rest(transformer, opened, page):
    found = reorder_and_read(
        transformer, transformer.translate("Tom sings here again now. " * 5), 1
    )
    shown = opened(found)
    box = shown.locator(".heed-scrolling", has=page.locator(".heed-order-states"))
    down, right = (box.locator(f".heed-beyond-{way}") for way in ("down", "right"))
    assert down.is_visible() and not right.is_visible()
    box.locator(".heed-scroll").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    down.wait_for(state="hidden")
    # On a phone no column is left out: the rest is to the right, where an arrow points.
    page.set_viewport_size({"width": 390, "height": 844})
    right.wait_for()
    cells = shown.locator(".heed-order-states tr").nth(1).locator("th, td")
    assert cells.evaluate_all("all => all.map((one) => one.offsetWidth > 0)") == [True] * 6
    box.locator(".heed-scroll").evaluate("one => one.scrollTo(one.scrollWidth, 0)")
    right.wait_for(state="hidden")


@pytest.mark.parametrize("more", [{}, {"projector": True}], ids=["plain", "projector"])
def test_a_phone_scrolls_only_downwards(ordered, opened, page, more):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(ordered, "ko", **more)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_was_typed_stays_text(transformer, opened, page):
    found = reorder_and_read(transformer, transformer.translate(HOSTILE), 1)
    shown = opened(found, table=True)
    assert shown.locator(".heed-order-read").first.inner_text() == HOSTILE
    assert page.evaluate("window.hit") is None


def test_its_page_stands_by_itself(ordered, page, tmp_path):
    path = tmp_path / "positions.html"
    data = {**payload(ordered, "ko"), "theme": "dark"}
    path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
    page.goto(f"{path.as_uri()}#positions_at=9&table=1")
    shown = page.locator(".heed-stage")
    assert shown.get_by_role("slider").nth(0).get_attribute("aria-valuenow") == "9"
    assert shown.locator(".heed-tables table").count() == 5


def test_shuffling_again_on_the_page(server, page):
    page.goto(f"{server}/transformer?part=positions&positions_at=4&lang=en")
    shown = page.locator(".heed-stage").first
    read = shown.locator(".heed-order-run").nth(1).locator(".heed-order-read")
    first = read.inner_text()
    page.get_by_role("button", name="Shuffle again").click()
    page.wait_for_function("location.search.includes('positions_seed=2')")
    shown.locator(".heed-order-run").nth(1).locator(".heed-order-read").filter(
        has_not_text=first
    ).wait_for()
    second = read.inner_text()
    assert sorted(first.strip(".").split()) == sorted(second.strip(".").split())
    slider = shown.get_by_role("slider").nth(0)
    assert slider.get_attribute("aria-valuenow") == "4", "the position stays"
    address = page.url
    assert parse_qs(urlsplit(address).query)["positions_seed"] == ["2"]
    page.goto(address)
    shown.locator(".heed-order-run").nth(1).wait_for()
    assert read.inner_text() == second
