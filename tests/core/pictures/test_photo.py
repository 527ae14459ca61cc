"""Pictures of one's own: what is read of a file, and what is refused of a hostile one."""

import io

import numpy as np
import pytest
from PIL import Image

from core.pictures import photo
from core.pictures.board import SIDE, BadBoard
from core.pictures.seen import board, pixels


def file_of(size, colour, kind="PNG", mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def test_a_picture_of_the_right_size_stays_as_it_is():
    given = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(given).save(out, "PNG")
    text = photo.text_of(out.getvalue())
    np.testing.assert_array_equal(pixels(text), given)
    assert board(text) == () and photo.is_photo(text)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
@pytest.mark.parametrize("size", [(300, 100), (20, 60), (1, 1)])
def test_others_are_scaled_whole_on_white(kind, size):
    found = pixels(photo.text_of(file_of(size, (200, 30, 40), kind)))
    assert found.shape == (SIDE, SIDE, 3)
    np.testing.assert_allclose(found[SIDE // 2, SIDE // 2], (200, 30, 40), atol=12)
    if size == (300, 100):
        assert (found[0] == 255).all()
    if size == (20, 60):
        assert (found[:, 0] == 255).all()


def test_what_lets_through_lies_on_white():
    found = pixels(photo.text_of(file_of((64, 64), (0, 0, 0, 0), mode="RGBA")))
    assert (found == 255).all()


BOMB = (  # 65,535 pixels both ways, and nothing of them
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00\x9d"
)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_picture"),
        (b"#!/bin/sh\nrm -rf /", "no_picture"),
        (file_of((64, 64), "red")[:60], "no_picture"),
        (b"\x00" * (photo.LARGEST + 1), "large"),
        (BOMB, "no_picture"),
        (file_of((8000, 8000), 0, mode="1"), "pixels"),
    ],
    ids=["empty", "svg", "script", "cut off", "large", "broken", "bomb"],
)
def test_a_hostile_file_is_refused(data, key):
    with pytest.raises(BadBoard) as bad:
        photo.text_of(data)
    assert bad.value.key == key


@pytest.mark.parametrize(
    "text",
    [
        photo.BEGINS, f"{photo.BEGINS}!!!", f"{photo.BEGINS}{'A' * photo.LONGEST}",
        photo.BEGINS + "iVBORw0KGgo=",
    ],
)  # fmt: skip
def test_a_text_that_holds_no_picture_is_refused(text):
    with pytest.raises(BadBoard):
        pixels(text)


def test_a_text_of_another_size_is_refused():
    small = photo.data_url(np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(BadBoard, match="10 × 10"):
        pixels(small)
