"""Where in its picture one is, as a link says it: typed, checked against the picture, and told."""

import pytest

from pages.shared import inside
from pages.shared.question import There
from pages.shared.questions import Compare, Decode, Search
from pages.shared.scene import PAGES

ALL = {"step": There(4), "view": There()}
PARTS = [part.asked for part in inside.every().values()]


def test_a_place_that_is_there_is_taken_and_given_back():
    given = {"step": "3", "view": "pieces-scores", "table": "1"}
    found, notes = Decode.usual().placed(given, False, **ALL)
    assert (found.step, found.view, found.table, notes) == (2, "pieces-scores", True, [])
    assert {name: found.parameters()[name] for name in given} == given
    assert found.opens() == {"step": 2, "view": "pieces-scores", "table": True}
    assert found == Decode.usual(), "it asks nothing else"


@pytest.mark.parametrize("step", ["0", "5", "x", "-1", "1.5", "²", "9" * 10, ""])
def test_a_place_that_is_not_there_is_told_and_left_out(step):
    found, notes = Decode.usual().placed({"step": step}, False, **ALL)
    assert found.step is None and not found.parameters()["step"]
    assert [note.key for note in notes] == ["errors.step"]


def test_what_belonged_to_another_picture_is_left_out_without_a_word():
    given = {"step": "99", "node": "7.7", "run": "greedy", "table": "1"}
    there = {"step": There(4), "node": There(lambda node: node == "start")}
    found, notes = Search.usual().placed(given, True, **there)
    assert (found.step, found.node, found.run, found.table) == (None, None, "greedy", True)
    assert not notes
    _, notes = Search.usual().placed(given, False, **there)
    assert [note.key for note in notes] == ["errors.step", "search_page.wrong_node"]


def test_panels_are_counted_from_one_in_the_link():
    found, _ = Compare.usual().placed({"pair": "1-3"}, False)
    assert found.pair == (0, 2) and found.opens()["pair"] == "1-3"


@pytest.mark.parametrize("kind", [*PAGES.values(), *PARTS], ids=lambda kind: kind.__name__)
def test_no_widget_holds_where_one_is(kind):
    for one in kind.views().values():
        assert one.key is None and one.seen and not one.shared
    assert not kind.views().keys() & kind.keys().keys()
