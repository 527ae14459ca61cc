"""What a person changed, step by step: undone, redone, taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

Prefix = tuple[int, ...]  # ids of forced pieces


@dataclass(frozen=True)
class History:
    """Forced beginnings in the order in which they were chosen, and which of them is shown."""

    edits: tuple[Prefix, ...] = ((),)
    place: int = 0

    @classmethod
    def of(cls, prefix: Prefix) -> History:
        """A history that begins with nothing forced, and shows `prefix` where there is one."""
        return cls().push(prefix) if prefix else cls()

    @property
    def prefix(self) -> Prefix:
        return self.edits[self.place]

    @property
    def before(self) -> Prefix | None:
        """What was shown before; None where nothing was, or nothing is forced now."""
        return self.edits[self.place - 1] if self.place and self.prefix else None

    @property
    def undoable(self) -> bool:
        return self.place > 0

    @property
    def redoable(self) -> bool:
        return self.place < len(self.edits) - 1

    def push(self, prefix: Prefix) -> History:
        """Shows `prefix`; what had been undone is forgotten."""
        return History((*self.edits[: self.place + 1], prefix), self.place + 1)

    def undo(self) -> History:
        return replace(self, place=max(0, self.place - 1))

    def redo(self) -> History:
        return replace(self, place=min(len(self.edits) - 1, self.place + 1))

    def drop(self) -> History:
        """Without what is shown now, and all that was undone after it."""
        return History(self.edits[: self.place] or ((),), max(0, self.place - 1))
