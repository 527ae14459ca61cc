"""Every page on the screens that people have: what is whole, what is on the first screen, what is
left on paper and under forced colours."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
LAPTOP, PROJECTOR = {"width": 1366, "height": 768}, {"width": 1280, "height": 720}


def opened(page, address, size):
    page.set_viewport_size(size)
    page.goto(address)
    page.locator(".heed-stage").first.wait_for()
    page.wait_for_timeout(400)  # until the menu knows its width
    return page.locator(".heed-stage").first


def whole(page, locator, below=0):
    """The boxes of what a locator finds, all inside the screen less `below` pixels at its end."""
    size = page.viewport_size
    boxes = [one.bounding_box() for one in locator.all()]
    assert boxes
    for box in boxes:
        assert box["x"] >= -1 and box["x"] + box["width"] <= size["width"] + 1, (box, size)
        assert box["y"] >= -1 and box["y"] + box["height"] <= size["height"] - below + 1, (
            box,
            size,
        )
    return boxes


def test_decode_is_on_one_laptop_screen(page, server):
    stage = opened(page, f"{server}/?step=5", LAPTOP)
    foot = stage.locator(".heed-foot").bounding_box()["height"]
    for name in (".heed-pair", ".heed-heat", ".heed-legend", ".heed-rows", ".heed-total",
                 ".heed-next", ".heed-combine .heed-vector"):  # fmt: skip
        whole(page, stage.locator(name), foot)
    whole(page, stage.locator(".heed-flow-row"), foot)
    (question,) = whole(page, page.locator(".st-key-question"))
    assert question["height"] < 50  # one line
    heat, pair, rows = (
        stage.locator(name).bounding_box() for name in (".heed-heat", ".heed-pair", ".heed-rows")
    )
    assert heat["x"] >= max(one["x"] + one["width"] for one in (pair, rows))
    assert page.locator(".heed-name-of-all").inner_text() == "Heed"

    # What can be chosen instead looks so, the rest after a choice is told of.
    edges = [
        one.evaluate("(node) => getComputedStyle(node).boxShadow")
        for one in stage.locator(".heed-candidate").all()
    ]
    assert edges[0] == "none" and "none" not in edges[1:]

    # A tablet, a zoom of 200 %, a phone: nothing of the line of the menu is cut or covered.
    for width in (1000, 820, 683, 641, 390, 360):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(300)
        parts = [
            box
            for name in (".heed-name-of-all", ".st-key-lang_choice", ".st-key-large_choice",
                         "[data-testid=stMainMenu]", ".rc-overflow-item",
                         "[data-testid=stExpandSidebarButton]")
            for box in (one.bounding_box() for one in page.locator(name).all() if one.is_visible())
            if box and box["height"] > 1
        ]  # fmt: skip
        parts.sort(key=lambda box: box["x"])
        assert parts[-1]["x"] + parts[-1]["width"] <= width
        for left, right in zip(parts, parts[1:]):
            assert left["x"] + left["width"] <= right["x"] + 1, (width, left, right)
    assert stage.locator(".heed-pair").bounding_box()["y"] < 380
    menu = page.locator("[data-testid=stExpandSidebarButton]")
    assert "Menu" in menu.evaluate("(node) => getComputedStyle(node, '::after').content")


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("decode", ".heed-box.heed-now, .heed-row .heed-cell"),
        ("search", ".heed-tree .heed-node:first-of-type"),
        ("compare", ".heed-one:nth-child(-n+2) .heed-row .heed-cell"),
        ("transformer", ".heed-maps-choices, .heed-maps-grid .heed-heads"),
        ("encoder", ".heed-encoding thead th, .heed-encoding tbody tr"),
    ],
)
def test_large_type_has_the_picture_on_the_first_screen(page, server, path, mark):
    stage = opened(page, f"{server}/{path}?projector=1", PROJECTOR)
    bar = stage.locator(".heed-foot, .heed-player").first.bounding_box()
    sticks = path != "search"
    whole(page, stage.locator(mark).first, bar["height"] if sticks else 0)
    whole(page, stage.locator(mark).last, bar["height"] if path in ("decode", "transformer") else 0)
    question = page.locator(".st-key-question").bounding_box()
    assert question["height"] < 60
    for group in page.locator(".st-key-question [role=radiogroup]").all():
        for width in (1280, 1101, 1100, 700, 390):
            page.set_viewport_size({"width": width, "height": 720})
            page.wait_for_timeout(100)
            wide, has = group.evaluate("(node) => [node.scrollWidth, node.clientWidth]")
            assert wide <= has + 1, width
    page.set_viewport_size(PROJECTOR)
    for field in page.locator(".st-key-question input[role=combobox]").all():
        wide, has = field.evaluate("(node) => [node.scrollWidth, node.clientWidth]")
        assert wide <= has + 1, field.input_value()  # the model's name is not cut


def test_paper_and_forced_colours_keep_the_picture(page, server):
    page.emulate_media(color_scheme="dark")
    stage = opened(page, f"{server}/?step=5", LAPTOP)
    page.emulate_media(color_scheme="dark", forced_colors="active")
    for chosen in (
        stage.get_by_role("button", name="Words", exact=True),
        page.get_by_role("radio", name="English"),
    ):
        paper = chosen.evaluate("(node) => getComputedStyle(node).backgroundColor")
        other = chosen.evaluate(
            "(node) => getComputedStyle(node.nextElementSibling).backgroundColor"
        )
        assert paper != other
    bar = stage.locator(".heed-chosen .heed-bar i").evaluate(
        "(node) => getComputedStyle(node).backgroundColor"
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert bar != ground and not bar.startswith("rgba(0, 0, 0, 0")

    page.emulate_media(color_scheme="dark", forced_colors="none", media="print")
    expect(stage.locator("xpath=..")).to_have_attribute("data-theme", "light")
    assert page.locator(".stApp").evaluate("(node) => getComputedStyle(node).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    for name in (".heed-player", ".heed-bar-foot", ".st-key-question", ".st-key-top"):
        assert not page.locator(name).first.is_visible()
    for name in (".heed-scroll", ".heed-rows"):
        high, seen = stage.locator(name).first.evaluate(
            "(node) => [node.scrollHeight, node.clientHeight]"
        )
        assert high <= seen + 1
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 2  # none is blank


@pytest.mark.parametrize("path", ["decode?model=eng-fra-concat", "pictures?model=eng-pictures"])
def test_formulas_in_large_stand_beside_each_other(page, server, path):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/{path}&lang=en&projector=1")
    page.locator(".heed-formula math").first.wait_for()
    ends = page.locator(".heed-formula math").evaluate_all(
        "(all) => all.map((one) => [one.getBoundingClientRect().left,"
        " one.getBoundingClientRect().right])"
    )
    assert len(ends) == 5
    assert all(before[1] <= after[0] for before, after in zip(ends, ends[1:]))
