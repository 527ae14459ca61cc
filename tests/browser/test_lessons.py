"""Home and lessons in a browser: each card is done by mouse, and in Korean by keyboard."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from core import words
from core.lessons import course
from tests.browser.conftest import serious, where

LAPTOP = {"width": 1280, "height": 720}


def press(page, node, by):
    if by == "mouse":
        node.click()
    else:
        node.focus()
        page.keyboard.press("Enter")


def counted(page):
    return int(page.locator(".heed-count").first.inner_text().split("/")[0])


def go_to(page, wanted, by):
    """Steps the picture to a step."""
    for _ in range(40):
        now = counted(page)
        if now == wanted:
            return
        name, key = ("forward", "ArrowRight") if now < wanted else ("back", "ArrowLeft")
        if by == "mouse":
            page.locator(f'.heed-player [data-act="{name}"]').first.click()
        else:
            page.keyboard.press(key)


def drag(page, node, by, right, up):
    """Moves an arrow of the workbench."""
    node.scroll_into_view_if_needed()
    if by == "keyboard":
        node.focus()
        page.keyboard.press("ArrowUp")
        return
    box = node.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y - up, steps=4)
    page.mouse.up()


def film(page, wanted):
    """Moves the film of a training to an update."""
    said = page.locator(".heed-reel .heed-count")

    def now():
        return int(re.search(r"\d+", said.inner_text())[0])

    page.locator(".heed-live-picture").scroll_into_view_if_needed()
    if wanted.startswith(">="):
        page.keyboard.press("End")
        return
    while now() != int(wanted):
        page.keyboard.press("ArrowLeft" if now() > int(wanted) else "ArrowRight")


def exercise(page, by):
    """Answers one exercise, whatever comes of it, and reveals it."""
    if page.locator(".heed-column").count():
        column = page.locator(".heed-column").first
        column.focus()
        if by == "mouse":
            for _ in range(10):
                column.locator("b").click()
        else:
            page.keyboard.press("End")
    else:
        press(page, page.locator(".heed-option").first, by)
    press(page, page.locator('[data-act="reveal"]'), by)
    page.locator(".heed-told:visible").wait_for()


def act(page, name, values, by, lang):
    """What a card wants to be done."""
    say = words.section(lang, "stage")
    if name in ("step", "mask_step"):
        last = int(page.locator(".heed-count").first.inner_text().split("/")[1])
        go_to(page, last if values[0].startswith(">=") else int(values[0]), by)
    elif name == "steps":
        now = counted(page)
        for place in range(1, int(values[0])):
            go_to(page, now + place, by)
    elif name == "update":
        film(page, values[0])
    elif name == "revealed":
        exercise(page, by)
    elif name == "hidden":
        press(page, page.locator('[data-act="word-1"]'), by)
    elif name == "at":
        layer = page.locator(f'[data-at="{values[0]}"]')
        if layer.count():
            press(page, layer, by)
        else:
            for _ in range(2):
                page.keyboard.press("ArrowRight")
    elif name == "positions_at":
        page.locator(".heed-order-picture").first.focus()
        page.keyboard.press("ArrowDown")
    elif name == "scenes":
        buttons = page.locator(".heed-lesson-card .heed-segments button")
        for place in range(buttons.count()):
            press(page, buttons.nth(place), by)
            page.locator(
                f".heed-lesson-card .heed-segments button:nth-child({place + 1})[aria-pressed=true]"
            ).wait_for()
    elif name == "view":
        text = say["pieces" if values[0].startswith("pieces") else "scores"]
        press(page, page.locator(".heed-segments button", has_text=re.compile(f"^{text}$")), by)
    elif name == "prefix":
        press(page, page.locator("button.heed-candidate").nth(1), by)
        page.locator(".heed-given-note").wait_for()
    elif name in ("q", "k"):
        side = "query" if name == "q" else "key"
        drag(page, page.locator(f".heed-of-{side}").last, by, 14, 12)
    elif name == "t":
        slider = page.locator(".heed-temperature input[type=range]")
        slider.focus()
        page.keyboard.press("ArrowRight")
    elif name == "score":
        press(page, page.locator(".heed-choose", has_text=re.compile(f"^{values[0]}")).first, by)
    else:
        raise AssertionError(f"nobody knows how to do {name}")


@pytest.mark.parametrize(("lang", "by"), [("en", "mouse"), ("ko", "keyboard")])
def test_every_card_is_done(page, server, lang, by):
    page.set_viewport_size(LAPTOP)
    lessons = course(lang)
    first = next(iter(lessons.values()))
    page.goto(f"{server}/?lang={lang}")  # a server that has just begun shows its first page soonest
    page.locator(".heed-crossing").wait_for()
    page.goto(f"{server}/lessons?lang={lang}&lesson={first.name}")
    onward = page.locator(".heed-next-card")
    for lesson in lessons.values():
        for card in lesson.cards:
            page.locator(".heed-lesson-card h1", has_text=card.title).wait_for()
            place = lesson.name, card.name
            page.wait_for_function(
                "([one, other]) => location.search.includes(`lesson=${one}&card=${other}&`)",
                arg=place,
            )
            shot = lesson.scenes[card.scenes[0]]
            step = dict(shot.asked).get("step")
            if step and shot.page != "predict":
                page.locator(".heed-count", has_text=re.compile(f"^{step} / ")).first.wait_for()
            else:
                page.locator(".heed-stage:not(.heed-lesson-card)").first.wait_for()
            assert onward.is_disabled(), place
            for name, values in sorted(card.done):
                act(page, name, values, by, lang)
            page.locator(".heed-next-card:enabled").wait_for()
            assert page.locator(".heed-then").is_visible() == bool(card.then), place
            press(page, onward, by)
    page.locator(".heed-course-list").wait_for()
    assert page.locator(".heed-whole").count() == len(lessons)


def test_a_card_is_a_link_and_a_teacher_makes_a_course(page, server):
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{server}/lessons?lang=en&lesson=attention&card=anew&step=3")
    page.locator(".heed-count", has_text="3 / 8").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(LAPTOP)
    page.locator(".heed-back").click()
    page.locator(".heed-lesson-card h1", has_text="What becomes of the context").wait_for()
    assert serious(page) == []
    page.goto(f"{server}/lessons?lang=en")
    page.locator(".heed-own summary").click()
    rows = page.locator(".heed-own-order li")
    for place in range(2, rows.count()):
        rows.nth(place).locator("input").uncheck()
    rows.nth(0).get_by_role("button", name="later").click()
    link = page.locator(".heed-own-link").input_value()
    assert parse_qs(urlsplit(link).query)["course"] == ["bottleneck.sequence"]
    assert serious(page) == []
    page.goto(link)
    page.locator(".heed-course-list a").nth(1).wait_for()
    assert page.locator(".heed-course-list a").count() == 2


def test_home_plays_and_every_part_is_a_door(page, server):
    page.set_viewport_size(LAPTOP)
    page.goto(f"{server}/?lang=en")
    page.locator(".heed-crossing").wait_for()
    page.locator('.heed-lines [data-act="play"][aria-label="Pause"]').wait_for()
    page.keyboard.press("Space")
    page.locator('.heed-lines [data-act="play"][aria-label="Play"]').wait_for()
    here = counted(page)
    page.keyboard.press("ArrowLeft" if here > 1 else "ArrowRight")
    assert counted(page) != here
    assert page.locator(".heed-plan a").count() == 8
    page.get_by_role("button", name="Transformer", exact=True).click()
    doors = page.locator(".heed-plan a")
    assert doors.count() == 11
    assert serious(page) == []
    doors.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/transformer?*part=positions*")
    page.go_back()
    page.locator(".heed-crossing").wait_for()
    field = page.get_by_label("Type a sentence of your own")
    field.fill("She is tired.")
    field.press("Enter")
    page.locator(".heed-crossing .heed-source", has_text="tired").wait_for()
    assert "sentence=She+is+tired." in where(page)


def test_home_stands_still_for_whoever_wants_no_motion(page, server):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server}/?lang=en")
    page.locator('.heed-lines [data-act="play"][aria-label="Play"]').wait_for()
    assert counted(page) == 5, "in the middle of a crossing"
    page.emulate_media(reduced_motion="no-preference")


def test_an_old_link_opens_the_decoding_and_going_back_leaves_it(page, server):
    page.goto(f"{server}/?text=She+is+tired.&model=eng-fra-dot&step=2&lang=en")
    page.wait_for_url("**/decode?*")
    page.locator(".heed-count", has_text="2 / 5").wait_for()
    page.go_back()
    page.wait_for_url("about:blank")
