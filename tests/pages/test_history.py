"""Forced beginnings are undone, redone and taken back in order."""

from pages.shared.history import History


def test_undo_and_redo_walk_and_stop_at_the_ends():
    history = History().push((5,)).push((5, 6))
    assert history.prefix == (5, 6) and history.before == (5,)
    back = history.undo()
    assert back.prefix == (5,) and back.undoable and back.redoable
    assert back.undo().prefix == () and not back.undo().undoable
    assert back.undo().undo() == back.undo()
    assert back.redo() == history and history.redo() == history and not history.redoable


def test_a_new_edit_forgets_what_was_undone():
    history = History().push((5,)).push((6,)).undo().push((7,))
    assert history.edits == ((), (5,), (7,)) and not history.redoable


def test_what_does_not_fit_is_dropped():
    assert History().push((5,)).push((6,)).drop() == History().push((5,))
    assert History.of((5,)).drop() == History() == History().drop()


def test_a_link_may_begin_with_something_forced():
    assert History.of(()) == History()
    found = History.of((5, 6))
    assert found.prefix == (5, 6) and found.before == () and found.undoable


def test_nothing_forced_has_nothing_before_it():
    assert History().before is None and History().push((5,)).push(()).before is None
