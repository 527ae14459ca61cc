"""The mask lifted, in a real browser: maps, what was covered, heads, steps, padding, the page."""

import csv
import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest

from core import stage
from core.tree import Token
from core.views import padding
from core.views.mask import lift, payload
from core.views.padding import pad
from core.words import section
from tests.browser.conftest import where

pytestmark = pytest.mark.browser
TEXT, LONGER = "I sing now.", "She works here again! Tom eats well now."
NAMED = "I-sing-now"  # the sentence in the name of a file
HOSTILE = "<img src=x onerror='window.hit=1'> $x$ **b**"
# Whether the middle of each cell is painted, row by row.
PAINTED = """(canvas, count) => Array.from({ length: count * count }, (_, i) => {
  const [x, y] = [(i % count + 0.5) / count, (Math.floor(i / count) + 0.5) / count];
  const brush = canvas.getContext('2d');
  const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
  return brush.getImageData(...at, 1, 1).data[3] > 0;
})"""


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of one payload and gives its stage."""

    def open_(data, **more):
        path = tmp_path / "page.html"
        path.write_text(
            stage.whole_page({"theme": "light", **data, **more}, "", "", ""), encoding="utf-8"
        )
        page.goto(path.as_uri())
        return page.locator(".heed-stage")

    return open_


@pytest.fixture(scope="module")
def lifted(transformer):
    return lift(transformer, transformer.translate(TEXT), transformer.vocabulary.encode(
        "Je chante ici encore") + [3])  # fmt: skip


@pytest.fixture(scope="module")
def padded(transformer):
    return pad(transformer, transformer.translate(TEXT), transformer.translate(LONGER))


def number(text):
    return float(text.replace("−", "-").replace("%", "").replace("<0.001", "0"))


def power(text):
    """A number such as 1.3 × 10⁻⁶."""
    front, _, exponent = text.partition(" × 10")
    raised = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return number(front) * 10.0 ** int(raised or 0)


def numbers(locator):
    return [number(text) for text in locator.all_inner_texts()]


def painted(shown, which, count):
    cells = shown.locator(".heed-grid-cells").nth(which).evaluate(PAINTED, count)
    return np.array(cells).reshape(count, count)


def test_the_future_is_blank_with_the_mask_and_filled_without(lifted, opened):
    shown, count = opened(payload(lifted, "en")), len(lifted.target)
    np.testing.assert_array_equal(painted(shown, 0, count), np.tri(count) > 0)
    assert painted(shown, 1, count).all()
    lines = shown.locator(".heed-cover-line")
    assert not lines.nth(0).get_attribute("d") and lines.nth(1).get_attribute("d")
    assert shown.locator(".heed-cover-hatch:visible").count() == 0


def test_covered_scores_stand_behind_a_hatching(lifted, opened):
    shown, count = opened(payload(lifted, "en")), len(lifted.target)
    shown.get_by_role("button", name="Scores", exact=True).click()
    assert painted(shown, 0, count).all()
    assert shown.locator(".heed-cover-hatch:visible").count() == 1
    box = shown.locator(".heed-grid-cells").nth(0).bounding_box()
    each = box["width"] / count
    shown.page.mouse.move(box["x"] + 2.5 * each, box["y"] + 0.5 * each)
    told = shown.page.locator(".heed-tip").inner_text()
    head = int(shown.locator(".heed-picker [aria-pressed=true]").get_attribute("data-act")[-1]) - 1
    score = lifted.masked.scores[0, head, 0, 2]
    assert f"{score:.4f}".replace("-", "−") in told and "covered by the mask" in told
    assert "not there" in told and "future" in told


def test_both_probabilities_of_every_step(lifted, opened):
    shown = opened(payload(lifted, "en"))
    rows = shown.locator(".heed-mask-row[role=option]")
    assert rows.count() == len(lifted.target)
    for name, one in (("with", lifted.masked), ("without", lifted.bare)):
        pairs = shown.locator(f".heed-mask-pair:has(.heed-mask-{name})")
        told = numbers(pairs.locator(".heed-value:nth-child(1)"))
        np.testing.assert_allclose(told, np.exp(one.log_probs), atol=5.1e-4)
        told = numbers(pairs.locator(".heed-value:nth-child(2)"))
        np.testing.assert_allclose(told, one.log_probs, atol=5.1e-3)
    changes = numbers(rows.locator(".heed-cell-pair:has(.heed-signed) .heed-value"))
    gain = lifted.bare.log_probs - lifted.masked.log_probs
    np.testing.assert_allclose(changes, gain, atol=1.1e-2)
    means = numbers(shown.locator(".heed-mask-total .heed-value"))
    expected = [-lifted.masked.loss, -lifted.bare.loss, lifted.masked.loss - lifted.bare.loss]
    np.testing.assert_allclose(means, expected, atol=1.1e-3)


def test_numbers_of_a_step_do_not_lie_over_each_other(lifted, opened, page):
    shown = opened(payload(lifted, "en"))
    row = shown.locator(".heed-mask-row[role=option]").first.locator(".heed-value, .heed-bar")
    for width in (1400, 900, 700, 390):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = [one.bounding_box() for one in row.all()]
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                over = [
                    min(one[at] + one[size], other[at] + other[size]) - max(one[at], other[at])
                    for at, size in (("x", "width"), ("y", "height"))
                ]
                assert min(over) < 2, (width, one, other)


@pytest.mark.parametrize(("gain", "word"), [(-2.0, "worse"), (2.0, "better"), (0.0, "same")])
def test_it_says_which_way_is_better(lifted, opened, gain, word):
    """Change and mean have one sign, and the loss says what its own means."""
    bare = replace(lifted.bare, log_probs=lifted.masked.log_probs + np.float32(gain))
    shown = opened(payload(replace(lifted, bare=bare), "en"))
    sign = {-2.0: "−2.000", 2.0: "+2.000", 0.0: "0.000"}[gain]
    assert shown.locator(".heed-mask-total .heed-value").nth(2).inner_text() == sign
    each = shown.locator(".heed-mask-row[role=option] .heed-cell-pair:has(.heed-signed)")
    assert {one.strip()[0] for one in each.all_inner_texts()} == {sign[0]}
    losses = {"before": lifted.masked.loss, "after": bare.loss}
    told = section("en", "mask")[f"loss_{word}"].format(
        **{key: f"{value:.2f}".replace("-", "−") for key, value in losses.items()}
    )
    assert told in shown.locator(".heed-flow > .heed-note").inner_text()


def test_a_small_probability_is_not_nothing(lifted, opened):
    small = replace(lifted.masked, log_probs=np.full_like(lifted.masked.log_probs, -9.5))
    shown = opened(payload(replace(lifted, masked=small), "en"))
    pairs = shown.locator(".heed-mask-pair:has(.heed-mask-with)")
    for text in pairs.all_inner_texts():
        assert text.split() == ["<0.001", "−9.50"]


def test_a_single_token_has_no_future_and_nothing_changes(transformer, opened):
    found = lift(transformer, transformer.translate(TEXT), [3])
    shown = opened(payload(found, "en"))
    said = shown.locator(".heed-flow > .heed-note").inner_text()
    assert "more probable at 0 of 1 steps, less probable at 0, and stays as probable at 1" in said


def test_heads_are_chosen_by_click_and_by_arrows(lifted, opened, page):
    shown = opened(payload(lifted, "en"))
    chosen = shown.locator(".heed-picker [aria-pressed=true]")
    shares = lifted.future[..., :-1].mean(-1)
    shown.locator("[data-act='head-1.2']").click()
    for key, name, share in (
        ("ArrowDown", "2.2", shares[1, 1]), ("ArrowLeft", "2.1", shares[1, 0]),
        ("ArrowLeft", "2", shares[1].mean()), ("ArrowDown", "all", shares.mean()),
        ("ArrowUp", "2", shares[1].mean()),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert chosen.get_attribute("data-act") == f"head-{name}"
        assert number(chosen.inner_text()) == pytest.approx(100 * share, abs=0.51)
        assert f"mask_head={name}" in where(page)
    assert shown.get_by_role("button", name="Scores", exact=True).is_disabled()
    page.keyboard.press("ArrowRight")
    rows = shown.locator(".heed-mask-row[role=option] > .heed-value")
    np.testing.assert_allclose(numbers(rows), 100 * lifted.future[1, 0], atol=0.51)


def test_what_is_said_of_layers_is_true(lifted, opened):
    shown = opened(payload(lifted, "en"), mask_head="1.1")
    said = shown.locator(".heed-picker-pane > p")
    assert "same numbers" in said.nth(1).inner_text()
    shown.locator("[data-act='head-2.1']").click()
    assert f"by up to {lifted.moved[1]:.2f}" in said.nth(1).inner_text()


def test_steps_follow_keys_clicks_and_links(lifted, opened, page):
    shown, last = opened(payload(lifted, "en"), mask_step="2"), len(lifted.target) - 1
    now = shown.locator(".heed-mask-row[aria-selected=true]")
    place = lambda: int(now.get_attribute("id").rsplit("-", 1)[1])  # noqa: E731
    assert place() == 1
    shown.focus()
    for key, step in (
        ("ArrowRight", 2), ("End", last), ("ArrowRight", last), ("ArrowLeft", last - 1),
        ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert place() == step
    shown.locator(".heed-mask-row[role=option]").nth(3).click()
    assert place() == 3 and "mask_step=4" in where(page)
    shown.get_by_role("listbox").focus()
    page.keyboard.press("ArrowDown")
    assert place() == 4
    grid = shown.get_by_role("application").nth(1)
    grid.focus()
    page.keyboard.press("Enter")
    assert place() == 0
    assert page.locator(".heed-live").inner_text().startswith("Step 1 of")


def test_the_tables_hold_every_number(lifted, opened):
    shown = opened(payload(lifted, "en"), mask_head="2.1")
    shown.get_by_role("button", name="As a table").click()
    tables = shown.locator(".heed-tables table")
    rows = tables.nth(0).locator("tbody tr")
    for t in range(len(lifted.target)):
        cells = rows.nth(t).locator("td").all_inner_texts()
        expected = [
            np.exp(lifted.masked.log_probs[t]), np.exp(lifted.bare.log_probs[t]),
            lifted.masked.log_probs[t], lifted.bare.log_probs[t],
            lifted.bare.log_probs[t] - lifted.masked.log_probs[t],
            lifted.future[1, 0, t], lifted.answer[1, 0, t],
        ]  # fmt: skip
        np.testing.assert_allclose([number(one) for one in cells[:7]], expected, atol=1.1e-4)
        assert cells[7:] == [lifted.masked.likeliest[t], lifted.bare.likeliest[t]]
    arrays = (lifted.bare.weights, lifted.masked.scores, lifted.bare.scores)
    for which, array in enumerate(arrays, 2):
        found = numbers(tables.nth(which).locator("tbody td"))
        np.testing.assert_allclose(found, array[1, 0].reshape(-1), atol=6e-5)
    covered = tables.nth(1).locator("td", has_text="masked").count()
    assert covered == len(lifted.target) * (len(lifted.target) - 1) / 2


def taken(shown, name):
    """What a line of the menu gives: the name of the file, and what is in it."""
    shown.locator("summary", has_text="Download").click()
    with shown.page.expect_download() as found:
        shown.locator(".heed-item", has_text=name).click()
    return found.value.suggested_filename, found.value.path().read_bytes()


def lines(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def texts(content):
    return [one.text for one in ElementTree.fromstring(content).iter() if one.tag.endswith("}text")]


def test_it_can_be_taken_home(lifted, opened):
    shown, count = opened(payload(lifted, "en"), mask_head="1.2"), len(lifted.target)
    name, content = taken(shown, "Scores and weights of all heads")
    rows = lines(content)
    assert name == f"heed-mask-{NAMED}.csv" and len(rows) == 4 * count * count
    assert float(rows[-1]["weight_without"]) == lifted.bare.weights[1, 1, -1, -1]
    name, content = taken(shown, "Probabilities of every step")
    rows = lines(content)
    assert name == f"heed-mask-{NAMED}-steps.csv" and [int(row["step"]) for row in rows] == [
        *range(1, count + 1)
    ]
    for key, one in (("with", lifted.masked), ("without", lifted.bare)):
        told = [float(row[f"log_p_{key}"]) for row in rows]
        np.testing.assert_array_equal(np.float32(told), one.log_probs)
        assert [row[f"likeliest_{key}"] for row in rows] == list(one.likeliest)
    chosen = shown.locator(".heed-mask-row[aria-selected=true]").get_attribute("id")
    step = int(chosen.rpartition("-")[2]) + 1
    name, content = taken(shown, "SVG")
    words, told = section("en", "mask"), texts(content)
    assert name == f"heed-mask-{NAMED}-step-{step}-1.2.svg" and TEXT in told
    assert lifted.model.name in told and any("Layer 1, head 2" in one for one in told)
    for key in ("pane_masked", "pane_bare", "with_mask", "without_mask", "change", "mean_log_p"):
        assert words[key] in told
    assert f"{-lifted.bare.loss:.3f}".replace("-", "−") in told
    name, content = taken(shown, "PNG")
    assert name == f"heed-mask-{NAMED}-step-{step}-1.2.png" and content.startswith(b"\x89PNG")


def test_the_padded_batch_can_be_taken_home(padded, opened):
    shown = opened(padding.payload(padded, "en"), padding_head="2.1")
    lengths = [len(one) for one in padded.sentences]
    count, batch = max(lengths), f"{NAMED}-She-works-here-again-Tom-eats"
    name, content = taken(shown, "CSV")
    rows = lines(content)
    assert name == f"heed-padding-{batch}.csv" and len(rows) == 4 * sum(lengths) * count
    own = [row for row in rows if row["sentence"] + row["layer"] + row["head"] == "121"]
    for key, one in (("with", padded.masked), ("lifted", padded.bare)):
        for kind in ("score", "weight"):
            array = getattr(one, f"{kind}s")[0, 1, 0, : lengths[0]]
            told = np.float32([float(row[f"{kind}_{key}"]) for row in own])
            np.testing.assert_array_equal(told.reshape(array.shape), array)
    hidden = np.array([row["masked"] == "true" for row in own]).reshape(lengths[0], count)
    np.testing.assert_array_equal(hidden, np.tile(~padded.visible[0], (lengths[0], 1)))
    name, content = taken(shown, "SVG")
    told = texts(content)
    assert name == f"heed-padding-{batch}-2.1.svg" and told.count("read alone") == 2
    assert f"Sentence 2 of the batch: {LONGER}" in told
    assert any("Layer 2, head 1" in one for one in told)
    name, content = taken(shown, "PNG")
    assert name == f"heed-padding-{batch}-2.1.png" and content.startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["mask", "padding"])
def test_a_picture_is_the_same_from_any_theme_and_size(lifted, padded, opened, page, kind):
    data = payload(lifted, "en") if kind == "mask" else padding.payload(padded, "en")

    def picture(width, **more):
        page.set_viewport_size({"width": width, "height": 900})
        shown = opened(data, **{f"{kind}_head": "2.1", "mask_view": "scores", **more})
        return taken(shown, "SVG")[1].decode()

    light = picture(1400, theme="light")
    assert picture(500, theme="dark", projector=True) == light
    ground = next(one for one in ElementTree.fromstring(light).iter() if one.tag.endswith("}rect"))
    assert ground.get("fill") == "#fff"


def test_the_page_of_the_padded_batch_stands_by_itself(padded, page, tmp_path):
    path = tmp_path / "padding.html"
    title = section("ko", "padding")["title"]
    data = padding.payload(padded, "ko")
    path.write_text(stage.whole_page(data, title, "", ""), encoding="utf-8")
    page.goto(f"{path.as_uri()}#padding_head=2.1&padding_mask=off")
    shown = page.locator(".heed-stage")
    assert shown.locator("[aria-pressed=true][data-act='head-2.1']").count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "패딩 마스크"


def test_a_map_that_is_larger_than_its_frame_says_so(lifted, transformer, opened, page):
    page.set_viewport_size({"width": 390, "height": 844})
    note = opened(payload(lifted, "en")).locator(".heed-grid + .heed-note")
    assert note.all_inner_texts() == ["", ""]
    target = transformer.vocabulary.encode("Je chante ici encore " * 8) + [3]
    long = lift(transformer, transformer.translate(TEXT), target)
    note = opened(payload(long, "en")).locator(".heed-grid + .heed-note")
    for text in note.all_inner_texts():
        assert f"of {len(target)} rows and" in text and f"of {len(target)} columns" in text


def test_large_maps_of_a_padded_batch_fit(padded, opened, page):
    page.set_viewport_size({"width": 1280, "height": 1000})
    grids = opened(padding.payload(padded, "en"), projector=True).locator(".heed-grid")
    assert all(grids.nth(i).evaluate("one => one.scrollWidth <= one.clientWidth") for i in (0, 1))


def test_padding_is_blank_until_its_mask_is_lifted(padded, opened, page):
    shown, count = opened(padding.payload(padded, "en")), padded.visible.shape[1]
    short = len(padded.sentences[0])
    expected = np.zeros((count, count), bool)
    expected[:short, :short] = True
    np.testing.assert_array_equal(painted(shown, 0, count), expected)
    assert painted(shown, 1, count).all()
    shown.get_by_role("button", name="Lifted").click()
    assert painted(shown, 0, count)[:short].all()
    assert "padding_mask=off" in where(page)
    proof = shown.locator(".heed-padding-proof").nth(0).locator("tbody tr")
    totals = [number(proof.nth(i).locator("td").nth(0).inner_text()) for i in range(3)]
    np.testing.assert_allclose(
        totals, [padded.alone[0], padded.masked.log_probs[0], padded.bare.log_probs[0]], atol=6e-4
    )
    for row, one in ((1, padded.masked), (2, padded.bare)):
        apart = proof.nth(row).locator("td").all_inner_texts()[1:]
        expected = [one.states_apart[0], one.weights_apart[0]]
        for text, value in zip(map(power, apart), expected, strict=True):
            assert text == pytest.approx(value, rel=0.05, abs=5.1e-4 if value >= 1e-3 else 0)
    shown.locator("[data-act='head-2.1']").click()
    share = shown.locator("[data-act='head-2.1']").inner_text()
    assert number(share) == pytest.approx(100 * padded.on_padding[0, 1, 0], abs=0.51)


@pytest.mark.parametrize("more", [{}, {"projector": True}], ids=["plain", "projector"])
def test_a_phone_scrolls_only_downwards(lifted, padded, opened, page, more):
    page.set_viewport_size({"width": 390, "height": 844})
    for data in (payload(lifted, "ko"), padding.payload(padded, "ko")):
        opened(data, **more)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_was_typed_stays_text(lifted, padded, opened, page):
    """Even where one piece is all of it."""
    hostile = Token(9, HOSTILE, HOSTILE, 0)
    target = (hostile,) * len(lifted.target)
    shown = opened(payload(replace(lifted, target=target), "en"), table=True)
    heads = shown.locator(".heed-tables table").nth(0).locator("tbody th")
    assert set(heads.all_inner_texts()) == {HOSTILE}
    sentences = tuple((hostile,) * len(tokens) for tokens in padded.sentences)
    data = replace(padded, sentences=sentences, translations=(HOSTILE, HOSTILE))
    shown = opened(padding.payload(data, "en"))
    assert HOSTILE in shown.locator(".heed-padding-proof caption").nth(0).inner_text()
    assert page.evaluate("window.hit") is None


def test_its_page_stands_by_itself(lifted, page, tmp_path):
    path = tmp_path / "mask.html"
    path.write_text(stage.whole_page(payload(lifted, "ko"), "", "", ""), encoding="utf-8")
    page.goto(f"{path.as_uri()}#mask_head=2.1&mask_step=3&table=1")
    shown = page.locator(".heed-stage")
    assert shown.locator("[aria-pressed=true][data-act='head-2.1']").count() == 1
    assert shown.locator(".heed-mask-row[aria-selected=true]").get_attribute("id").endswith("-2")
    assert shown.locator(".heed-tables table").count() == 5


def test_a_typed_target_on_the_page(server, page):
    page.goto(f"{server}/transformer?part=mask&mask_head=2.3&mask_step=2&mask_view=scores&lang=en")
    shown = page.locator(".heed-stage").first
    shown.locator("[aria-pressed=true][data-act='head-2.3']").wait_for()
    assert shown.locator(".heed-mask-row[aria-selected=true]").get_attribute("id").endswith("-1")
    page.get_by_role("radio", name="My own words").click()
    page.get_by_label("Target to force").fill("Elle lit <b>deux</b> livres.")
    page.get_by_label("Target to force").press("Enter")
    shown.locator(".heed-mask-row[role=option]", has_text="livres").wait_for()
    assert shown.locator("[aria-pressed=true][data-act='head-2.3']").count() == 1, "the head stays"
    page.wait_for_function("location.search.includes('mask_typed')")
    assert parse_qs(urlsplit(where(page)).query)["mask_target"] == ["typed"]
    page.reload()
    shown.locator(".heed-mask-row[role=option]", has_text="livres").wait_for()
    page.locator(".heed-stage").nth(1).get_by_role("button", name="Lifted").click()
    page.wait_for_function("location.search.includes('padding_mask=off')")
    for which, kind in enumerate(("mask", "padding")):
        with page.expect_download() as found:
            page.get_by_role("button", name="Download this page (HTML)").nth(which).click()
        name = found.value.suggested_filename
        assert name.startswith(f"heed-{kind}-eng-fra-transformer-") and name.endswith(".html")
        assert ("-step-" in name) == (kind == "mask")
        assert f'"stage": "{kind}"' in found.value.path().read_text(encoding="utf-8")
