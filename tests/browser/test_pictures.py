"""The board in a real browser: by mouse and by keyboard, and what it leaves behind."""

import base64
import io
import os
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from PIL import Image
from playwright.sync_api import expect

from core.about import About, write_about
from core.checkpoint import save_model
from core.models.picture import PictureConfig, PictureModel
from core.pictures.board import read, written
from core.pictures.drawing import picture
from core.pictures.tongue import tongue
from core.tokenisers.words import Words
from tests.browser.conftest import serious, serving, where

pytestmark = pytest.mark.browser
BOARD = "fox 36,3,18; pizza 20,26,32"
PIXELS = "node => node.toDataURL()"


@pytest.fixture(scope="module")
def sights(tmp_path_factory):
    """The app with a random model that writes captions."""
    vocabulary = Words.train(tongue("eng").sentences(), 1000)
    torch.manual_seed(0)
    model = PictureModel(PictureConfig(len(vocabulary), size=8, channels=8))
    folder = tmp_path_factory.mktemp("sights") / "eng-sights"
    save_model(folder, model.config, model.state_dict(), vocabulary)
    write_about(About("eng", "eng", task="pictures"), folder)
    with serving(HEED_MODELS=os.fspath(folder)) as address:
        yield address


def board_of(page):
    """What the link says."""
    return parse_qs(urlsplit(where(page)).query).get("board", [""])[0]


def settled(page, count):
    """Waits until so many drawings lie on the board and the model has seen them; the board."""
    expect(page.locator(".heed-drawing")).to_have_count(count)
    expect(page.locator(".heed-caption")).not_to_have_class("heed-caption heed-old")
    return read(board_of(page))


def told(text):
    """How a drawing is called."""
    (one,) = read(text)
    return f"{one.thing}: {one.size} pixels large, {one.left} from the left, {one.top} from the top"


def drag(page, node, across, down):
    box = node.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()


def test_a_board_is_changed_by_mouse_and_by_keyboard(page, sights):
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{sights}/pictures?model=eng-sights&lang=en&board={BOARD}")
    stage = page.locator(".heed-stage")
    stage.wait_for(timeout=90_000)
    drawings = stage.locator(".heed-drawing")
    expect(drawings).to_have_count(2)
    expect(drawings.nth(0)).to_have_attribute("aria-label", told(BOARD.split(";")[0]))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # What is shown are the very pixels that the model read.
    shown = stage.locator(".heed-board > .heed-board-picture").evaluate(PIXELS)
    image = Image.open(io.BytesIO(base64.b64decode(shown.partition(",")[2]))).convert("RGB")
    assert image.tobytes() == picture(read(BOARD)).tobytes()

    # By mouse: moved, its corner drawn larger, one more from the list by a click and by dragging.
    side = stage.locator(".heed-board").bounding_box()["width"]
    pixel = side / 64
    drag(page, drawings.nth(0), -20 * pixel, 2 * pixel)
    expect(drawings.nth(0)).to_have_attribute("aria-label", told("fox 16,5,18"))
    fox, pizza = settled(page, 2)
    assert (fox.left, fox.top) == (16, 5) and written([pizza]) == "pizza 20,26,32"
    drag(page, drawings.nth(0).locator(".heed-corner-grip"), 6 * pixel, 6 * pixel)
    fox, _ = settled(page, 2)
    assert (fox.left, fox.top, fox.size) == (16, 5, 24)
    stage.get_by_label("Find a drawing").fill("owl")
    owl = stage.get_by_role("button", name="Place: owl")
    expect(stage.locator(".heed-palette-item:visible")).to_have_count(1)
    owl.click()
    assert [one.thing for one in settled(page, 3)] == ["fox", "pizza", "owl"]
    stage.get_by_label("Find a drawing").fill("key")
    key = stage.get_by_role("button", name="Place: key", exact=True)
    box, target = key.bounding_box(), stage.locator(".heed-board").bounding_box()
    across = target["x"] + 50 * pixel - box["x"] - box["width"] / 2
    drag(page, key, across, target["y"] + 50 * pixel - box["y"] - box["height"] / 2)
    placed = settled(page, 4)[3]
    assert placed.thing == "key" and (placed.left, placed.top) == (40, 40)

    # By keyboard: moved, larger, away; the focus stays with the drawing.
    drawings.nth(3).focus()
    for name in ("ArrowLeft", "ArrowUp", "ArrowUp", "+"):
        page.keyboard.press(name)
    expect(drawings.nth(3)).to_have_attribute("aria-label", told("key 37,35,22"))
    assert settled(page, 4)[3][1:] == (37, 35, 22)
    expect(drawings.nth(3)).to_be_focused()
    for count in (3, 2, 1):
        page.keyboard.press("Delete")
        settled(page, count)
        expect(drawings.nth(count - 1)).to_be_focused()
    page.keyboard.press("Delete")  # an empty board says so, and asks nobody
    expect(stage.locator(".heed-empty")).to_be_visible()
    expect(stage.locator(".heed-flow")).to_be_hidden()
    stage.get_by_label("Find a drawing").fill("fox")
    stage.get_by_role("button", name="Place: fox").focus()
    for count in range(1, 7):
        page.keyboard.press("Enter")
        settled(page, count)
    page.keyboard.press("Enter")
    expect(stage.locator(".heed-full")).to_contain_text("6 drawings")

    # The words step on, and the light goes with them; a narrow page has all of it.
    stage.locator("[data-id=said-0]").click()
    assert parse_qs(urlsplit(where(page)).query)["step"] == ["1"]
    stage.get_by_role("button", name="Cells").click()
    expect(stage.locator(".heed-flow-row[data-source]")).to_have_count(64)
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_picture_of_ones_own_is_looked_at(page, sights):
    page.goto(f"{sights}/pictures?model=eng-sights&lang=en")
    page.locator(".heed-stage").wait_for(timeout=90_000)
    page.get_by_role("button", name="Your picture").click()
    file = io.BytesIO()
    Image.new("RGB", (90, 30), (10, 120, 200)).save(file, "PNG")
    field = page.locator("input[type=file]")
    field.set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    expect(page.locator(".stAlert")).to_contain_text("no picture that can be read")
    expect(page.locator(".heed-drawing")).to_have_count(2)
    field.set_input_files({"name": "sea.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator(".heed-truth")).to_contain_text("Nobody checks this caption")
    expect(page.locator(".heed-drawing")).to_have_count(0)
    assert board_of(page) == ""
