"""A score taken apart, in a real browser: its numbers, choosing by click and key, what-ifs."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from operator import mul, sub, truediv
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import stage
from core.views.apart import payload, take_apart
from tests.browser.conftest import ROOT, where

pytestmark = pytest.mark.browser
TEXT = "I sing now. She works here!"
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"
APP = """
import streamlit as st
from pages.shared import apart, frame, link
from pages.shared.questions import Compare

frame.start()
link.ask(Compare)
apart.controls()
asked = link.heard(Compare)
link.write(asked)
temperature, scaled = asked.whatif
text = st.query_params.get("text", "I did not know that you were there.")
apart.show("eng-fra-general", text, (), 2, 1, temperature=temperature, scaled=scaled)
"""


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of one cell and gives its stage."""

    def open_(apart, language="en", **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", **payload(apart, language), **more}
        path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
        page.goto(path.as_uri())
        return page.locator(".heed-stage")

    return open_


@pytest.fixture
def cell(translators, any_score):
    if any_score is None:
        pytest.skip("nothing to take apart")
    translator = translators[any_score]
    return take_apart(translator, translator.translate(TEXT), 2, 3)


def number(text):
    return float(text.replace("−", "-"))


def numbers(locator):
    return [number(text) for text in locator.all_inner_texts()]


def row(shown, column):
    return shown.locator(f".heed-apart-row[role=option] .heed-apart-{column} .heed-value")


def chosen(shown):
    return int(shown.locator("[role=option][aria-selected=true]").get_attribute("data-source"))


def test_the_row_has_the_numbers_of_the_model(cell, opened):
    shown = opened(cell)
    cosines = cell.cosines if cell.probe is None else cell.probe_cosines
    for column, values in (
        ("length_key", cell.key_norms), ("cosine", cosines), ("score", cell.scores),
        ("weight", cell.weights),
    ):  # fmt: skip
        np.testing.assert_allclose(numbers(row(shown, column)), values, atol=5.1e-3)
    assert chosen(shown) == cell.column


def test_the_equation_holds_on_the_screen(cell, opened):
    shown = opened(cell)
    found = numbers(shown.locator(".heed-apart-equation b"))
    signs = shown.locator(".heed-apart-sign").all_inner_texts()
    assert signs[-1] == "=" and len(signs) == len(found) - 1
    total = found[0]
    for sign, value in zip(signs[:-1], found[1:-1], strict=True):
        total = {"×": mul, "−": sub, "÷": truediv}[sign](total, value)
    assert total == pytest.approx(found[-1], rel=0.01, abs=0.01)
    assert found[-1] == pytest.approx(cell.score, abs=5.1e-4)


def test_the_tables_hold_every_number(cell, opened):
    shown = opened(cell)
    shown.get_by_role("button", name="As a table").click()
    tables = shown.locator(".heed-tables table")
    first = tables.nth(0).locator("tbody tr")
    for j in range(len(cell.source)):
        values = numbers(first.nth(j).locator("td"))
        assert values[0] == pytest.approx(cell.key_norms[j], abs=1e-5)
        assert values[-2:] == pytest.approx([cell.scores[j], cell.weights[j]], abs=1e-5)
    vectors = tables.nth(1).locator("tbody tr")
    for i in range(len(cell.query)):
        expected = [cell.query[i], cell.key[i]]
        assert numbers(vectors.nth(i).locator("td"))[:2] == pytest.approx(expected, abs=1e-5)
    if cell.terms is not None:
        terms = tables.nth(2).locator("tbody tr td:last-child")
        np.testing.assert_allclose(numbers(terms), cell.terms.values[cell.column], atol=1.1e-5)


def test_a_head_of_a_transformer(transformer, opened):
    cell = take_apart(transformer, transformer.translate(TEXT), 2, 3, "cross.2.1")
    shown = opened(cell)
    told = shown.locator(".heed-info").first.inner_text()
    assert told.endswith("layer 2, head 1 · W_Q 4 × 8, W_K 4 × 8")
    length, key, cosine, root, score = numbers(shown.locator(".heed-apart-equation b"))
    assert length * key * cosine / root == pytest.approx(score, rel=0.01, abs=0.01)
    assert root == 2 and score == pytest.approx(cell.score, abs=5.1e-4)
    np.testing.assert_allclose(numbers(row(shown, "score")), cell.scores, atol=5.1e-3)
    np.testing.assert_allclose(numbers(row(shown, "weight")), cell.weights, atol=5.1e-3)
    formulas = " ".join(shown.locator("math").all_text_contents())
    assert "q" in formulas and "h" not in formulas
    shown.get_by_label("Take the score apart: ?").click()
    assert "for this head" in shown.locator(".heed-help[open] p").inner_text()


def test_a_key_is_chosen_by_click_and_by_arrows(translators, opened, page):
    translator = translators["general"]
    cell = take_apart(translator, translator.translate(TEXT), 1, 0)
    shown, last = opened(cell), len(cell.source) - 1
    result = shown.locator(".heed-apart-result b")
    shown.locator("[role=option]").nth(4).click()
    assert chosen(shown) == 4
    assert number(result.inner_text()) == pytest.approx(cell.scores[4], abs=5.1e-4)
    shown.get_by_role("listbox").focus()
    for key, place in (("ArrowDown", 5), ("ArrowUp", 4), ("Home", 0), ("ArrowUp", 0),
                       ("End", last), ("ArrowDown", last)):  # fmt: skip
        page.keyboard.press(key)
        assert chosen(shown) == place
    shown.locator("circle[data-source='2']").click(force=True)
    assert chosen(shown) == 2
    said = page.locator(".heed-live").inner_text()
    assert cell.source[2].piece in said and f"{cell.scores[2]:.4f}".replace("-", "−") in said


def test_terms_are_told_one_by_one(translators, opened, page):
    translator = translators["concat"]
    cell = take_apart(translator, translator.translate(TEXT), 1, 2)
    shown, terms = opened(cell), cell.terms.values[2]
    lanes = shown.get_by_role("slider")
    lanes.focus()
    order = np.argsort(-terms, kind="stable")
    page.keyboard.press("Home")
    for i in order[:3]:
        told = lanes.get_attribute("aria-valuetext")
        assert told.startswith(f"hidden unit {i + 1},")
        for part in (*cell.parts, cell.terms):
            value = part.values[2, i] if part.values.ndim == 2 else part.values[i]
            assert number(f"{value:.5f}") == pytest.approx(value, abs=1e-5)
            assert f"{value:.5f}".replace("-", "−") in told
        page.keyboard.press("ArrowRight")
    shown.get_by_role("button", name="As they are").click()
    lanes.focus()
    page.keyboard.press("End")
    assert lanes.get_attribute("aria-valuetext").startswith(f"hidden unit {len(terms)},")


def test_a_phone_scrolls_only_downwards(cell, opened, page):
    page.set_viewport_size({"width": 390, "height": 844})
    for more in ({}, {"projector": True}):
        opened(cell, language="ko", **more)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_was_typed_stays_text(translators, opened, page):
    translator = translators["dot"]
    trace = translator.translate(HOSTILE)
    shown = opened(take_apart(translator, trace, 0, 1), table=True)
    names = shown.locator(".heed-tables table").nth(0).locator("tbody th").all_inner_texts()
    assert names == [token.piece for token in trace.source]
    assert page.evaluate("window.hit") is None


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page with the two controls and one cell, served."""
    script = tmp_path_factory.mktemp("app") / "app.py"
    script.write_text(APP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_what_ifs_decode_again_and_stand_in_the_link(page, address):
    page.goto(address)
    shown = page.locator(".heed-stage")
    shown.wait_for()
    assert shown.locator(".heed-apart-whatif").count() == 0
    before = numbers(row(shown, "score"))
    page.locator("label", has_text="Divide the scores by √D").click()
    shown.locator(".heed-apart-whatif").wait_for()
    size = 320**0.5
    assert shown.locator(".heed-info").first.inner_text().count("general ÷ √D") == 1
    assert parse_qs(urlsplit(where(page)).query)["scaled"] == ["true"]
    found = shown.locator(".heed-apart-equation b").all_inner_texts()
    assert number(found[-2]) == pytest.approx(size, abs=1e-3)
    page.goto(f"{address}/?temperature=2")
    shown.locator(".heed-apart-whatif").wait_for()
    assert "general ÷ 2" in shown.locator(".heed-info").first.inner_text()
    page.goto(f"{address}/?temperature=-3")
    shown.wait_for()
    page.wait_for_timeout(500)
    assert shown.locator(".heed-apart-whatif").count() == 0
    assert numbers(row(shown, "score")) == before


def test_served_hostile_text_stays_text(page, address):
    page.goto(f"{address}/?text=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%3D1%22%3E&lang=ko")
    page.locator(".heed-stage").wait_for()
    assert page.get_by_role("heading", name="행 전체").is_visible()
    assert page.evaluate("window.hit") is None
