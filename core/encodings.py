"""Bytes of a file as lines of text: UTF-8, or UTF-16 and UTF-32 where the first bytes say so.

Any other encoding is refused, because it cannot be told from the bytes alone: the same ones are
French in one and Korean in another. A few broken lines in a file of UTF-8 are another matter.
"""

from __future__ import annotations

import codecs

# Longer marks first: that of UTF-32 begins like that of UTF-16.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CONVERT = (
    "save it as UTF-8, or convert it from the encoding that it has, as in: "
    "iconv -f ISO-8859-1 -t UTF-8 OLD > NEW (for Korean, CP949)"
)


class BadText(ValueError):
    """Bytes that are no text in an encoding that is known; what to do is said."""


def lines_of(data: bytes) -> list[str | None]:
    """The lines, however they end, None for each that is not UTF-8. Raises BadText where it is the
    file that is not, rather than a line of it."""
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
    else:
        try:
            data = data.decode(encoding).encode()
        except UnicodeError as error:
            raise BadText(
                f"begins as {encoding.upper()}, but is none ({error}): it is damaged; {CONVERT}"
            ) from error
    if b"\0" in data:
        raise BadText(f"holds zero bytes: it is no text, or unmarked UTF-16; {CONVERT}")
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
    raw = data.split(b"\n")
    lines = [_decoded(line) for line in raw]
    broken = [number for number, line in enumerate(lines, 1) if line is None]
    accented = sum(line is not None and not line.isascii() for line in lines)
    if len(broken) > accented:
        raise BadText(
            f"is not UTF-8: {len(broken):,} of its {len(lines):,} lines are not, the first is line "
            f"{broken[0]}; {CONVERT}"
        )
    return lines


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None
