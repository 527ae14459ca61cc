"""The facade of models that read and write nothing: text in, trace out."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.fitting import check
from core.passes import Pass, reading
from core.recording import record_reading
from core.refusals import TooLong
from core.trace import Trace
from core.translator import Translator
from core.tree import Token
from core.whatif import NOTHING, TRAINED, WhatIf, replaced_rows


class Reader(Translator):
    """A loaded model that reads a text from both sides, and its tokeniser."""

    def read(
        self, text: str, *, weights=(), temperature: float = 1.0, scaling: str = TRAINED, heads=(),
        positions: bool = True,
    ) -> Trace:  # fmt: skip
        """What the model makes of `text`: where each token looks, in every layer and head, and of a
        model of masked words which tokens it would put at each place. What-ifs are those of
        `Translator.translate`; rows of `weights` are `Replaced` of "encoder".

        Raises Unreadable for a blank text, TooLong for more tokens than it reads, BadWhatIf for
        what-ifs that do not fit.
        """
        whatif = WhatIf((), replaced_rows(weights), temperature, scaling, tuple(heads), positions)
        return self._read(text, self.read_source(text), whatif)

    def _read(self, text: str, source: tuple[Token, ...], whatif: WhatIf) -> Trace:
        """What the model makes of these tokens. Raises BadWhatIf."""
        check(self, whatif, len(source), 0)
        with torch.inference_mode():
            memory = self.model.encode(torch.tensor([[one.id for one in source]]), whatif=whatif)
            logits = self.model.fill(memory) if "masked-words" in self.facts.has else None
        return record_reading(
            self.described(whatif), self.facts, text, source, memory, logits, whatif,
            self.vocabulary,
        )  # fmt: skip

    def read_source(self, text: str) -> tuple[Token, ...]:
        """`text` as tokens, the end mark last. Raises Unreadable, or TooLong for more than there
        are positions for."""
        source, most = super().read_source(text), self.model.longest
        if most is not None and len(source) > most:
            raise TooLong(len(source) - 1, most - 1)
        return source

    def forced(self, trace: Trace, whatif: WhatIf | None = None) -> Pass:
        """One pass over what `trace` read, with everything in it: see `core.passes.reading`.

        Raises ValueError for a trace that another model made, BadWhatIf for a what-if that does not
        fit.
        """
        self.check_maker(trace)
        whatif = trace.whatif if whatif is None else whatif
        source, _ = self.given(trace)
        check(self, whatif, len(source), 0)
        return reading(self.model, source, whatif or NOTHING)

    def reordered(self, trace: Trace, order: Sequence[int], whatif: WhatIf) -> Trace:
        """The tokens that `trace` read in another `order` of their places. Raises ValueError for a
        trace of another model."""
        self.check_maker(trace)
        source = tuple(trace.source[place] for place in order)
        return self._read(self.vocabulary.decode([token.id for token in source]), source, whatif)

    def translate(self, text: str, **asked) -> Trace:
        """Raises WrongVerb."""
        raise self.wrong("translate")

    def side_by_side(self, text: str, hows=(), whatif: WhatIf = NOTHING) -> list[Trace]:
        """Raises WrongVerb."""
        raise self.wrong("translate")

    def write(self, text: str, **asked) -> Trace:
        """Raises WrongVerb."""
        raise self.wrong("write")
