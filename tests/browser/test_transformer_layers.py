"""A layer, opened, in a real browser: its numbers, stepping, choosing, the encoder, the tables."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from core import stage
from core.views.layers import open_layers, payload
from core.words import section
from tests.browser.conftest import where

pytestmark = pytest.mark.browser
TEXT = "Tom sings now."
WORDS = {**section("en", "stage"), **section("en", "layers")}


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
    return {key: values[0] for key, values in parse_qs(urlsplit(where(page)).fragment).items()}


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
    assert number(tip.inner_text()) == pytest.approx(one.added[3][0], abs=5.1e-5)


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
        assert found == pytest.approx(expected, rel=0, abs=5.1e-5)
    read = tables.nth(1).locator("tbody tr")
    for place in range(len(own.states)):
        rank, _, log_prob, entropy = numbers(read.nth(place).locator("td"))[:4]
        assert rank == own.lens.ranks[place][t]
        assert log_prob == pytest.approx(own.lens.log_probs[place][t], abs=1e-4)
        assert entropy == pytest.approx(own.lens.entropies[place][t], abs=1e-4)
    every = tables.nth(2).locator("tbody tr").nth(-1).locator("td")
    np.testing.assert_allclose(numbers(every), own.lens.log_probs[-1], atol=1e-4)
    assert tables.nth(3).locator("tbody tr").count() == own.states.shape[-1]


@pytest.mark.parametrize("side", ["decoder", "encoder"])
def test_the_dimensions_in_the_table_add_up(layers, opened, page, side):
    own, t = getattr(layers, side), 2
    for place, one in enumerate(own.sublayers, 1):
        shown = opened(layers, address=f"side={side}&step={t + 1}&at={one.name}&table=1")
        cells = numbers(shown.locator(".heed-tables table").last.locator("tbody td"))
        before, read, added, after = np.reshape(cells, (-1, 4)).T
        expected = own.states[place - 1][t], one.given[t], one.added[t], own.states[place][t]
        for found, values in zip((before, read, added, after), expected, strict=True):
            np.testing.assert_allclose(found, values, rtol=0, atol=5.1e-5)
        # Three numbers of four digits each: their sum is off by half a digit of each at most.
        np.testing.assert_allclose(before + added, after, rtol=0, atol=1.51e-4)
        page.goto("about:blank")


@pytest.fixture
def download(page):
    def download_(shown, key):
        shown.locator(".heed-menu > summary").click()
        with page.expect_download() as found:
            shown.get_by_role("button", name=WORDS[key]).click()
        return found.value.suggested_filename, found.value.path().read_bytes()

    return download_


def test_it_downloads_its_numbers(layers, opened, download):
    shown = opened(layers, exports={"name": "heed-layers-x"})
    name, content = download(shown, "as_csv_layers")
    head, *rows = content.decode("utf-8-sig").splitlines()
    assert name == "heed-layers-x-Tom-sings-now-decoder.csv"
    assert head.startswith("position,reads,sublayer") and len(rows) == 6 * 7


def test_it_downloads_what_is_read_off(layers, opened, download):
    name, content = download(opened(layers, exports={"name": "x"}), "as_csv_lens")
    lines, lens = (
        list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))),
        layers.decoder.lens,
    )
    assert name == "x-Tom-sings-now-lens.csv" and len(lines) == 7 * 6 * len(lens.likeliest[0][0])
    places = ["embedding", *(one.name for one in layers.decoder.sublayers)]
    for line in lines:
        place, t, listed = (
            places.index(line["sublayer"]), int(line["step"]) - 1, int(line["listed"]) - 1,
        )  # fmt: skip
        guess = lens.likeliest[place][t][listed]
        assert line["piece"] == guess.piece and line["written"] == layers.decoder.writes[t]
        assert float(line["log_prob"]) == pytest.approx(guess.log_prob, rel=0, abs=1e-6)
        assert int(line["written_rank"]) == lens.ranks[place][t]
        assert float(line["entropy"]) == pytest.approx(lens.entropies[place][t], abs=1e-6)


@pytest.mark.parametrize("side", ["decoder", "encoder"])
def test_it_downloads_its_picture(layers, opened, download, side):
    shown, own = opened(layers, address=f"side={side}&step=2"), getattr(layers, side)
    name, content = download(shown, "as_svg")
    drawn = ElementTree.fromstring(content)
    words = [text.strip() for text in drawn.itertext()]
    assert name.endswith(f"{side}.svg") and any(layers.trace.typed in text for text in words)
    for place, one in enumerate(own.sublayers, 1):
        for value in (f"{one.added_norm[1]:.2f}", f"now ‖x‖ = {own.norms[place][1]:.2f}"):
            assert value in words
    pieces = {guess.piece for row in own.lens.likeliest for guess in row[1]} if own.lens else ()
    assert all(any(text.startswith(f"{piece} ") for text in words) for piece in pieces)
    images = list(drawn.iter("{http://www.w3.org/2000/svg}image"))
    assert len(images) == shown.locator(".heed-strips-row").count()
    assert download(shown, "as_png")[1].startswith(b"\x89PNG")
    shown.locator(".heed-menu > summary").click()
    read = shown.get_by_role("button", name=WORDS["as_csv_lens"])
    assert read.is_disabled() == (side == "encoder")


def test_a_picture_is_the_same_from_any_theme_and_size(layers, opened, download, page):
    def picture(width, **more):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("about:blank")
        return download(opened(layers, address="step=2&at=cross.2", **more), "as_svg")[1].decode()

    light = picture(1400, theme="light")
    assert picture(500, theme="dark", projector=True) == light
    assert 'fill="#fff"' in light.partition("<text")[0]


def test_the_direction_is_worded_by_its_number(layers, opened, page):
    own, seen = layers.decoder, set()
    for place, one in enumerate(own.sublayers, 1):
        for t in range(len(own.reads)):
            shown = opened(layers, address=f"at={one.name}&step={t + 1}")
            told, cosine = shown.locator(".heed-strips-told").inner_text(), float(one.cosine[t])
            share = one.added_norm[t] / own.norms[place - 1][t]
            assert f"{share:.2f} times as long" in told
            assert f"{np.degrees(np.arccos(cosine)):.0f}°" in told
            assert f"{abs(cosine):.2f} of its length" in told
            assert f"{np.sqrt(1 - cosine**2):.2f}" in told
            kind = (
                "nearly at a right angle" if abs(cosine) < 0.1
                else "strengthens it, but more" if 0 < cosine < 0.5**0.5
                else "takes something away, but more" if -(0.5**0.5) < cosine < 0
                else "strengthens what was there" if cosine > 0 else "takes away what was there"
            )  # fmt: skip
            assert kind in told
            seen.add(kind)
            page.goto("about:blank")
    assert len(seen) >= 3  # the tiny model turns its stream in several ways


def test_marks_of_the_vocabulary_are_named(layers, opened, page):
    """The readout covers the whole vocabulary; where it lists a mark, it says what that is."""
    own = payload(layers, "en")
    lens = own["streams"]["decoder"]["lens"]
    for i, mark in enumerate(("<pad>", "<s>", "<unk>")):
        lens["likeliest"][0][0][i] = (mark, -1.0)
    shown = opened(layers, streams=own["streams"], address="step=1&at=embedding")
    found = shown.locator(".heed-stream-row").nth(1).locator(".heed-lens-guess")
    for i, key in enumerate(("mark_pad", "mark_start", "mark_unknown")):
        assert WORDS[key] in found.nth(i).get_attribute("title")
    shown.locator("table.heed-lens tbody td").first.hover()
    assert WORDS["mark_pad"] in page.locator(".heed-tip").inner_text()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_legend_keeps_its_numbers_together_on_a_phone(layers, opened, page, language):
    page.set_viewport_size({"width": 390, "height": 800})
    shown = opened(layers, language)
    box = shown.locator(".heed-lens-scale").bounding_box()
    bar = shown.locator(".heed-lens-scale .heed-legend-bar").bounding_box()
    assert box["x"] + box["width"] <= 390 and box["y"] <= bar["y"] <= box["y"] + box["height"]
    assert "nat" in shown.locator(".heed-lens-own").first.inner_text()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_phone_needs_no_sideways_scrolling(layers, opened, page, language):
    page.set_viewport_size({"width": 390, "height": 800})
    opened(layers, language, projector=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
