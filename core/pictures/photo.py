"""A picture of one's own: from the bytes of a file to the pixels that a model reads, as a text.

The text is an address that holds a PNG of exactly the pixels that are read, so that a trace of it
is whole. Shape letters: P pixels of a picture's side.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Collection

import numpy as np

from core.pictures.board import SIDE, BadBoard

BEGINS = "data:image/png;base64,"
LARGEST = 10 * 2**20  # bytes of a file
PIXELS = 50_000_000  # of what is in it
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
LONGEST = 40_000  # characters of the text


def is_photo(text: str) -> bool:
    """Whether a text holds a picture, and no board."""
    return text.startswith(BEGINS)


def text_of(data: bytes) -> str:
    """The text of the picture in a file: turned as the camera says, on white where it lets
    something through, and scaled as a whole to P × P pixels, with white beside what is not square.

    Raises BadBoard for a file that is too large, or that is no picture of FORMATS.
    """
    from PIL import Image, ImageOps  # heavy, and few bring a picture

    if len(data) > LARGEST:
        raise BadBoard(
            "large", f"the file has {len(data) / 2**20:.1f} MB; {LARGEST // 2**20} are the most",
            size=f"{len(data) / 2**20:.1f}", most=LARGEST // 2**20,
        )  # fmt: skip
    image = ImageOps.exif_transpose(_opened(data, FORMATS)).convert("RGBA")
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    scale = SIDE / max(image.size)
    if scale > 1:
        image = image.resize([max(1, round(side * scale)) for side in image.size], 0)
    paper = Image.new("RGBA", (SIDE, SIDE), "white")
    place = tuple((SIDE - side) // 2 for side in image.size)
    paper.alpha_composite(image, place)
    return data_url(np.asarray(paper.convert("RGB")))


def data_url(pixels: np.ndarray) -> str:
    """Pixels uint8 (P, P, 3) as such a text."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return BEGINS + base64.b64encode(file.getvalue()).decode()


def pixels_of(text: str) -> np.ndarray:
    """The pixels uint8 (P, P, 3) that such a text holds. Raises BadBoard for anything else."""
    if len(text) > LONGEST:
        raise _no_picture("its text is too long")
    try:
        data = base64.b64decode(text.removeprefix(BEGINS), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_picture(error) from error
    image = _opened(data, ("PNG",), SIDE**2)
    if image.size != (SIDE, SIDE):
        raise _no_picture(f"it has {image.size[0]} × {image.size[1]} pixels, not {SIDE} × {SIDE}")
    return np.asarray(image.convert("RGB"))


def _opened(data: bytes, formats: Collection[str], most: int = PIXELS):
    """The picture in a file, read whole. What a damaged or a hostile file makes of the reader is
    many kinds of errors, and none of them says more than that it is none."""
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(data), formats=list(formats))
        if image.size[0] * image.size[1] > most:
            raise BadBoard(
                "pixels", f"it has {image.size[0]} × {image.size[1]} pixels: too many",
                width=image.size[0], height=image.size[1],
            )  # fmt: skip
        image.load()
    except BadBoard:
        raise
    except Exception as error:  # as above
        raise _no_picture(error) from error
    return image


def _no_picture(why: object) -> BadBoard:
    return BadBoard("no_picture", f"this is no picture that can be read: {why}")
