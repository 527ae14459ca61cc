"""The facade of models that write on: the beginning of a text in, trace out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.refusals import TooLong, Unreadable
from core.trace import Trace
from core.translator import Translator
from core.tree import BEATEN_ALL, Sampling, Search, Token
from core.whatif import NOTHING, TRAINED, Replaced, WhatIf, replaced_rows

MORE = 30  # tokens that are written on by default, where there is room for so many


class Writer(Translator):
    """A loaded model that goes on writing, and its tokeniser."""

    def write(
        self,
        text: str,
        *,
        beam: int = 1,
        best: int | None = None,
        penalty: str = "none",
        alpha: float = 0.6,
        sampling: Sampling | None = None,
        limit: int | None = None,
        stopping: str = BEATEN_ALL,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, Sequence[float] | None] | Sequence[Replaced] = (),
        temperature: float = 1.0,
        scaling: str = TRAINED,
        heads: Sequence[str] = (),
        positions: bool = True,
        uniform: Sequence[str] = (),
    ) -> Trace:
        """How the model goes on after `text`, by `limit` tokens at most (default: MORE, or as many
        as it can hold), with every number.

        The tokens of `text` are the first steps of the tree, forced: the trace has what the model
        looked at and what it would have written in their places. The very first token of a model
        without a start mark is only read. Their probabilities are in no total; `Search.typed` says
        how many they are. The other arguments are those of `Translator.translate`; steps and rows
        of `weights` count from the first token that is predicted.

        Raises Unreadable for a blank text that a model without a start mark cannot go on from,
        TooLong for more than it can hold, and what `translate` raises.
        """
        if isinstance(prefix, str):
            prefix = self.vocabulary.encode(prefix)
        whatif = WhatIf(
            tuple(prefix), replaced_rows(weights), temperature, scaling, tuple(heads), positions,
            uniform=tuple(uniform),
        )  # fmt: skip
        how = Search(
            beam, beam if best is None else best, limit, penalty, alpha, sampling, stopping
        )
        return self.side_by_side(text, (how,), whatif)[0]

    def side_by_side(
        self, text: str, hows: Sequence[Search], whatif: WhatIf = NOTHING
    ) -> list[Trace]:
        """Several searches for how to go on after `text`, in the time of the longest rather than of
        all together; each `limit` is of what is written on. Raises what `write` does."""
        prompt = self.vocabulary.prompt_tokens(text)
        if prompt[0].id is None:
            raise Unreadable("there is nothing to go on from: the text is blank")
        typed, most, begun = len(prompt) - 1, self.model.longest, []
        for how in hows:
            limit = how.limit
            if limit is None:
                limit = MORE if most is None else max(1, min(MORE, most + 1 - len(prompt)))
            if most is not None and len(prompt) + limit > most + 1:
                raise TooLong(len(prompt) + limit, most)
            begun.append(replace(how, limit=typed + limit, typed=typed, fixed=0))
        return self._written(text, prompt, begun, whatif)

    def reordered(self, trace: Trace, order: Sequence[int], whatif: WhatIf) -> Trace:
        """What goes on after the tokens of what was typed in another `order` of their places, that
        which is read before them being the first. Raises ValueError for a trace of another model,
        and what `write` does."""
        self.check_maker(trace)
        given = self.vocabulary.prompt_tokens(trace.typed)
        prompt = tuple(given[place] for place in order)
        text = self.vocabulary.decode([token.id for token in prompt if not token.mark])
        return self._written(text, prompt, (trace.search,), whatif)[0]

    def _written(
        self, text: str, prompt: tuple[Token, ...], hows: Sequence[Search], whatif: WhatIf
    ) -> list[Trace]:
        """Searches for what goes on after the tokens of a `prompt`, which `text` tells."""
        first, *typed = (token.id for token in prompt)
        writable = self.writable._replace(start=first)
        return self.searched(text, (), hows, whatif, tuple(typed), writable, prompt)

    def given(self, trace: Trace) -> tuple[list[int], int]:
        """No source; the first token of what was typed is read before the others."""
        return [], self.vocabulary.prompt_tokens(trace.typed)[0].id

    def translate(self, text: str, **asked) -> Trace:
        """Raises WrongVerb."""
        raise self.wrong("translate")
