"""A layer, opened, in a real browser: its numbers, stepping, choosing, the encoder, the tables."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import stage
from core.inside.residual import open_layers, payload

pytestmark = pytest.mark.browser
TEXT = "Tom sings now."


@pytest.fixture(scope="module")
def layers(transformer):
    return open_layers(transformer, transformer.translate(TEXT, limit=6))


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page of both streams and gives its stage."""

    def open_(layers, language="en", address="", **more):
        path = tmp_path / "page.html"
        data = {"theme": "light", **payload(layers, language), **more}
        path.write_text(stage.whole_page(data, "", "", ""), encoding="utf-8")
        page.goto(f"{path.as_uri()}#{address}")
        return page.locator(".heed-stage")

    return open_


def number(text):
    return float(text.replace("−", "-").split()[-1])


def numbers(locator):
    return [number(text) for text in locator.all_inner_texts()]


def asked(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).fragment).items()}


def test_the_column_has_the_numbers_of_the_model(layers, opened, page):
    shown, own = opened(layers, address="step=3"), layers.decoder
    lengths = numbers(shown.locator(".heed-stream-length"))
    np.testing.assert_allclose(lengths, own.norms[:, 2], atol=5.1e-3)
    added = numbers(shown.locator(".heed-stream-box .heed-value"))
    np.testing.assert_allclose(added, [one.added_norm[2] for one in own.sublayers], atol=5.1e-3)
    cosines = numbers(shown.locator(".heed-stream-cosine"))
    np.testing.assert_allclose(cosines, [one.cosine[2] for one in own.sublayers], atol=5.1e-3)


def test_what_is_read_off_stands_beside_each_sublayer(layers, opened):
    shown, lens = opened(layers, address="step=2"), layers.decoder.lens
    reads = shown.locator(".heed-stream-row:not(.heed-stream-end) .heed-lens-read")
    assert reads.count() == len(lens.likeliest)
    for place, row in enumerate(lens.likeliest):
        found = reads.nth(place).locator(".heed-lens-guess")
        assert found.locator("bdi").all_text_contents() == [one.piece for one in row[1]]
        told = reads.nth(place).locator(".heed-lens-own").inner_text()
        assert f"rank {lens.ranks[place][1]}," in told
        hits = found.evaluate_all(
            "all => all.map((one) => one.classList.contains('heed-lens-hit'))"
        )
        expected = [i + 1 == lens.ranks[place][1] for i in range(len(hits))]
        assert hits == expected


def test_stepping_by_keys_and_choosing_by_arrows(layers, opened, page):
    shown = opened(layers)
    shown.focus()
    for key, step in (
        ("Home", 1),
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", 6),
    ):
        page.keyboard.press(key)
        assert asked(page)["step"] == str(step)
        assert (
            shown.locator(".heed-layers-token[aria-pressed=true]")
            .inner_text()
            .endswith(layers.decoder.writes[step - 1].replace("▁", ""))
        )
    first = asked(page)["at"]
    page.keyboard.press("ArrowUp")
    assert asked(page)["at"] != first
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    assert asked(page)["at"] == "embedding"
    assert shown.locator(".heed-strips-row").count() == 1
    page.keyboard.press("ArrowDown")
    assert asked(page)["at"] == "self.1"
    assert shown.locator(".heed-strips-row").count() == 4


def test_a_sublayer_is_chosen_by_click_and_shows_its_vectors(layers, opened, page):
    shown = opened(layers, address="step=4")
    shown.locator("[data-at='feed.1']").click()
    assert asked(page)["at"] == "feed.1"
    own, place = layers.decoder, 3
    one = own.sublayers[place - 1]
    expected = [own.norms[place - 1][3], one.normed_norm[3], one.added_norm[3], own.norms[place][3]]
    found = numbers(shown.locator(".heed-strips-row .heed-value"))
    np.testing.assert_allclose(found, expected, atol=5.1e-4)
    assert (
        f"{one.cosine[3]:.3f}".replace("-", "−") in shown.locator(".heed-strips-told").inner_text()
    )
    strip = shown.locator(".heed-strips-row canvas").nth(2)
    strip.hover(position={"x": 3, "y": 8})
    tip = page.locator(".heed-tip")
    assert number(tip.inner_text()) == pytest.approx(one.added[3][0], abs=5e-3)


def test_all_steps_are_read_off_at_once(layers, opened, page):
    shown, lens = opened(layers, address="step=1"), layers.decoder.lens
    rows = shown.locator("table.heed-lens tbody tr")
    for place, row in enumerate(lens.likeliest):
        found = rows.nth(place).locator("td").all_text_contents()
        assert found == [guesses[0].piece for guesses in row]
    rows.nth(2).locator("td").nth(4).click()
    assert asked(page)["step"] == "5" and asked(page)["at"] == "cross.1"
    marked = rows.nth(2).locator("td").nth(4)
    assert "heed-now" in marked.get_attribute("class")


def test_the_encoder_has_a_stream_of_its_own_and_no_readout(layers, opened, page):
    shown, own = opened(layers), layers.encoder
    shown.get_by_role("button", name="Encoder").click()
    assert asked(page)["side"] == "encoder"
    assert shown.locator(".heed-lens-guess, table.heed-lens").count() == 0
    assert shown.locator(".heed-layers-token").count() == len(own.reads)
    page.keyboard.press("End")
    lengths = numbers(shown.locator(".heed-stream-length"))
    np.testing.assert_allclose(lengths, own.norms[:, -1], atol=5.1e-3)
    at = asked(page)
    assert at["step"] == str(len(own.reads))
    shown.get_by_role("button", name="Decoder").click()
    assert "side" not in asked(page) and shown.locator("table.heed-lens").count() == 1


def test_a_link_opens_it_where_it_was(layers, opened, page):
    shown = opened(layers, address="side=encoder&at=encoder.2&step=2&table=1")
    assert (
        shown.locator(".heed-stream-box[aria-pressed=true]").get_attribute("data-at") == "encoder.2"
    )
    assert shown.locator(".heed-count").inner_text().startswith("2 /")
    assert shown.locator(".heed-tables table").count() == 2


@pytest.mark.parametrize("address", ["side=x&at=feed.9&step=99", "at=encoder.1&step=0", "step=-1"])
def test_a_link_with_mistakes_opens_all_the_same(layers, opened, address):
    shown = opened(layers, address=address)
    assert shown.locator(".heed-stream-box[aria-pressed=true]").count() == 1


def test_the_tables_hold_every_number(layers, opened):
    shown = opened(layers, address="step=2&at=cross.2&table=1")
    tables, own, t = shown.locator(".heed-tables table"), layers.decoder, 1
    rows = tables.nth(0).locator("tbody tr")
    for place, one in enumerate(own.sublayers, 1):
        found = numbers(rows.nth(place).locator("td"))
        expected = [
            own.norms[place - 1][t], one.normed_norm[t], one.added_norm[t], one.cosine[t],
            own.norms[place][t],
        ]  # fmt: skip
        assert found == pytest.approx(expected, abs=1e-4)
    read = tables.nth(1).locator("tbody tr")
    for place in range(len(own.states)):
        rank, _, log_prob, entropy = numbers(read.nth(place).locator("td"))[:4]
        assert rank == own.lens.ranks[place][t]
        assert log_prob == pytest.approx(own.lens.log_probs[place][t], abs=1e-4)
        assert entropy == pytest.approx(own.lens.entropies[place][t], abs=1e-4)
    every = tables.nth(2).locator("tbody tr").nth(-1).locator("td")
    np.testing.assert_allclose(numbers(every), own.lens.log_probs[-1], atol=1e-4)
    assert tables.nth(3).locator("tbody tr").count() == own.states.shape[-1]


def test_it_downloads_its_numbers(layers, opened, page):
    shown = opened(layers)
    shown.locator(".heed-menu > summary").click()
    with page.expect_download() as found:
        shown.get_by_role("button", name="CSV").click()
    with open(found.value.path(), encoding="utf-8") as lines:
        head, *rows = lines.read().splitlines()
    assert head.startswith("position,reads,sublayer") and len(rows) == 6 * 7


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_phone_needs_no_sideways_scrolling(layers, opened, page, language):
    page.set_viewport_size({"width": 390, "height": 800})
    opened(layers, language, projector=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
