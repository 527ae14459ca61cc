"""The mask lifted, in a real browser: maps, what was covered, heads, steps, padding, the page."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import stage
from core.inside.mask import lift, pad, padding_payload, payload
from core.inside.mask import page as whole
from core.trace import Token

pytestmark = pytest.mark.browser
TEXT, LONGER = "I sing now.", "She works here again! Tom eats well now."
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
    return float(text.replace("−", "-").replace("%", ""))


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
        cells = shown.locator(f".heed-cell-pair:has(.heed-mask-{name}) .heed-value")
        np.testing.assert_allclose(numbers(cells), np.exp(one.log_probs), atol=5.1e-4)
    losses = numbers(shown.locator(".heed-mask-total .heed-value"))
    expected = [lifted.masked.loss, lifted.bare.loss, lifted.bare.loss - lifted.masked.loss]
    np.testing.assert_allclose(losses, expected, atol=5.1e-4)


def test_a_single_token_has_no_future_and_nothing_changes(transformer, opened):
    found = lift(transformer, transformer.translate(TEXT), [3])
    shown = opened(payload(found, "en"))
    said = shown.locator(".heed-flow > .heed-note").inner_text()
    assert "more probable at 0 of 1 steps and less probable at 0;" in said


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
        assert f"mask_head={name}" in page.url
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
    assert place() == 3 and "mask_step=4" in page.url
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
            lifted.future[1, 0, t], lifted.answer[1, 0, t],
        ]  # fmt: skip
        np.testing.assert_allclose([number(one) for one in cells[:6]], expected, atol=6e-5)
        assert cells[6:] == [lifted.masked.likeliest[t], lifted.bare.likeliest[t]]
    arrays = (lifted.bare.weights, lifted.masked.scores, lifted.bare.scores)
    for which, array in enumerate(arrays, 2):
        found = numbers(tables.nth(which).locator("tbody td"))
        np.testing.assert_allclose(found, array[1, 0].reshape(-1), atol=6e-5)
    covered = tables.nth(1).locator("td", has_text="masked").count()
    assert covered == len(lifted.target) * (len(lifted.target) - 1) / 2


def test_it_can_be_taken_home(lifted, opened, page):
    shown = opened(payload(lifted, "en"), mask_head="1.2")
    for name, begins in (("CSV", "layer,head,step"), ("SVG", "<svg")):
        shown.locator("summary", has_text="Download").click()
        with page.expect_download() as found:
            shown.locator(".heed-item", has_text=name).click()
        text = found.value.path().read_text(encoding="utf-8")
        assert text.startswith(begins)
        if name == "CSV":
            count = len(lifted.target)
            assert len(text.splitlines()) == 1 + 4 * count * count
            last = text.splitlines()[-1].split(",")
            assert float(last[-1]) == lifted.bare.weights[1, 1, -1, -1]


def test_padding_is_blank_until_its_mask_is_lifted(padded, opened, page):
    shown, count = opened(padding_payload(padded, "en")), padded.visible.shape[1]
    short = len(padded.sentences[0])
    expected = np.zeros((count, count), bool)
    expected[:short, :short] = True
    np.testing.assert_array_equal(painted(shown, 0, count), expected)
    assert painted(shown, 1, count).all()
    shown.get_by_role("button", name="Lifted").click()
    assert painted(shown, 0, count)[:short].all()
    assert "padding_mask=off" in page.url
    proof = shown.locator(".heed-padding-proof").nth(0).locator("tbody tr")
    totals = [number(proof.nth(i).locator("td").nth(0).inner_text()) for i in range(3)]
    np.testing.assert_allclose(
        totals, [padded.alone[0], padded.masked.log_probs[0], padded.bare.log_probs[0]], atol=6e-4
    )
    assert "10⁻" in proof.nth(1).inner_text() or " 0" in proof.nth(1).inner_text()
    shown.locator("[data-act='head-2.1']").click()
    share = shown.locator("[data-act='head-2.1']").inner_text()
    assert number(share) == pytest.approx(100 * padded.on_padding[0, 1, 0], abs=0.51)


@pytest.mark.parametrize("more", [{}, {"projector": True}], ids=["plain", "projector"])
def test_a_phone_scrolls_only_downwards(lifted, padded, opened, page, more):
    page.set_viewport_size({"width": 390, "height": 844})
    for data in (payload(lifted, "ko"), padding_payload(padded, "ko")):
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
    shown = opened(padding_payload(data, "en"))
    assert HOSTILE in shown.locator(".heed-padding-proof caption").nth(0).inner_text()
    assert page.evaluate("window.hit") is None


def test_its_page_stands_by_itself(lifted, page, tmp_path):
    path = tmp_path / "mask.html"
    path.write_text(whole(lifted, "ko"), encoding="utf-8")
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
    assert parse_qs(urlsplit(page.url).query)["mask_target"] == ["typed"]
    page.reload()
    shown.locator(".heed-mask-row[role=option]", has_text="livres").wait_for()
    page.locator(".heed-stage").nth(1).get_by_role("button", name="Lifted").click()
    page.wait_for_function("location.search.includes('padding_mask=off')")
