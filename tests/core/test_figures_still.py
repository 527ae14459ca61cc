"""The still picture: its cells have the colours of the weights, its texts their languages."""

import base64
import re
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest

from core import show
from core.figures.scales import SEQUENTIAL
from core.figures.still import cells, png, still

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn):
    return [(one.text, one.get("lang")) for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def test_a_translation_is_two_lines_and_its_map(translators, any_score):
    trace = translators[any_score].translate("Tom eats.")
    found = texts(still(trace))
    told = "".join(one if one.isprintable() else "\ufffd" for one in trace.text)
    assert found[:2] == [("Tom eats.", "en"), (told, "fr")]
    if any_score:
        assert [one for one, tongue in found[2:] if tongue == "en"] == [*trace.labels("source")]
        assert len(found) == 2 + len(trace.path()) + len(trace.source)
    else:
        assert len(found) == 2


def test_cells_are_coloured_by_their_weights_and_clear_where_nothing_is_read():
    mask = np.tri(3, dtype=bool)
    weights = np.where(mask, [[1.0, 0, 0], [0, 1, 0], [1, 0, 0]], 0)
    found = show(weights, visible=mask).trace.attention("attention")
    pixels = cells(found, 10)[4::10, 4::10]  # (Q, K, 4)
    assert np.array_equal(pixels[..., 3] > 0, mask)
    assert np.array_equal(pixels[0, 0, :3], SEQUENTIAL[-1])
    assert np.array_equal(pixels[1, 0, :3], SEQUENTIAL[0])


def test_the_map_is_a_file_that_holds_its_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 4), np.uint8)
    data = png(pixels)
    place = data.index(b"IDAT") + 4
    lines = np.frombuffer(zlib.decompress(data[place:]), np.uint8).reshape(3, 1 + 5 * 4)
    assert not lines[:, 0].any() and np.array_equal(lines[:, 1:].reshape(3, 5, 4), pixels)


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (500, 4), (2, 3, 90, 200)])
def test_it_stays_small_and_whole(shape):
    drawn = still(show(np.full(shape, 1 / shape[-1])).trace)
    root = ElementTree.fromstring(drawn)
    (image,) = root.iter(f"{SVG}image")
    reach = [
        float(image.get(a)) + float(image.get(b)) for a, b in (("x", "width"), ("y", "height"))
    ]
    assert reach[0] <= float(root.get("width")) and reach[1] <= float(root.get("height"))
    assert len(drawn) < 100_000
    assert base64.b64decode(re.search('base64,([^"]*)', image.get("href"))[1])[1:4] == b"PNG"
