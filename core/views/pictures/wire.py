"""What travels to the stage of this view."""

from typing import TypedDict

from core.stage.message import Formulas, Message


class Thing(TypedDict):
    """A drawing that can be placed, in the order of the sheet."""

    name: str  # in a board's text
    label: str  # as the reader calls it


class Placed(TypedDict):
    """A drawing on the board: the square around it, in pixels."""

    thing: str
    left: int
    top: int
    size: int


class Group(TypedDict):
    """The cells that lie on one thing; the last group has those that lie on none."""

    label: str
    cells: list[int]


class Board(TypedDict):
    """What a board is made of."""

    side: int  # pixels of the picture, both ways
    smallest: int
    largest: int
    holds: int  # drawings at most


class Truth(TypedDict):
    """What is true of the board by where its drawings lie."""

    right: bool | None  # whether the caption is; None where nobody here can say it
    told: str


class Sheet(TypedDict):
    """All drawings in one picture, squares side by side."""

    url: str
    cell: int  # pixels of a square
    across: int  # squares of a row


class Payload(Message):
    trace: str  # as `Trace.to_json` writes it
    pixels: str  # red, green, blue of each pixel, row by row, as base64
    grid: tuple[int, int]  # rows and columns of cells
    own: bool  # a picture of one's own, and no board
    first: int  # the step that it opens on: where a thing is named first
    placed: list[Placed]
    groups: list[Group]
    truth: Truth
    board: Board
    sheet: Sheet
    things: list[Thing]
    formulas: Formulas
