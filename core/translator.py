"""The facade: text in, trace out.

Shape letters: S source tokens, D vector size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from core import manifest
from core.checkpoint import facts, load_model
from core.fitting import check
from core.passes import Pass, forced
from core.recording import record
from core.refusals import TooLong, Unreadable, WrongVerb
from core.search import Writable, side_by_side
from core.trace import Model, Trace
from core.tree import BEATEN_ALL, Sampling, Search, Token
from core.whatif import (
    NOTHING,
    TRAINED,
    Replaced,
    WhatIf,
    forbidden_places,
    replaced_rows,
)  # fmt: skip

THREADS = 256  # torch has no room for any number


def room(source: int) -> int:
    """How many pieces a translation may have by default, for a source of as many tokens."""
    return 2 * source + 10


def use_threads(count: int) -> None:
    """How many processor threads the models of this process use, THREADS at most."""
    torch.set_num_threads(min(count, THREADS))


class Translator:
    """A loaded model and its tokeniser."""

    def __init__(self, name: str, source: str, target: str, model, vocabulary):
        self.name, self.source, self.target = name, source, target
        self.model, self.vocabulary = model, vocabulary
        self.facts = facts(model, vocabulary)
        self.writable = Writable.of(vocabulary)

    @classmethod
    def load(cls, name: str, models: Path = manifest.MODELS) -> Translator:
        """The model called `name`.

        Raises UnknownModel for a name that there is not, ModelError for a damaged folder.
        """
        entry = manifest.entry(name, models)
        return cls.from_folder(manifest.check_files(entry), entry.source, entry.target)

    @classmethod
    def from_folder(cls, folder: Path, source: str, target: str) -> Translator:
        """A model straight from its folder, whether or not the manifest knows it."""
        return cls(folder.name, source, target, *load_model(folder))

    def translate(
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
        forbidden: Sequence[int] = (),
        uniform: Sequence[str] = (),
    ) -> Trace:
        """The translation of `text` with every number that led to it.

        A `beam` of that width finds the `best` (default: all it ends with) translations by their
        total log-probability under a length `penalty`: none, average, or with strength `alpha` wu
        or power. `sampling` draws one instead. `limit` bounds the pieces written; `stopping` says
        when the search is over: see `core.tree.STOPPING`.

        The others are what-ifs. `prefix` is how the translation must begin: text, or ids of pieces.
        `weights` replace attention weights: by the steps that they are given for, from 1 as in
        tables, each (S,) with the end mark as its last column, or as `Replaced`; None switches the
        attention off at that step. Source tokens that are `forbidden`, counted from 1, have the
        weight zero at every step, and what is `uniform` ("cross.2.5", "cross.2", "cross") weighs
        all alike.
        `temperature` and `scaling` change the softmax of the attention, `heads` ("cross.2.5") are
        left out, and without `positions` embeddings do not tell where they stand: see `WhatIf`.

        Raises Unreadable for a blank text, TooLong for more tokens than it reads, BadPrefix and
        BadWhatIf for what-ifs that do not fit, ValueError for a search that cannot be.
        """
        if isinstance(prefix, str):
            prefix = self.vocabulary.encode(prefix)
        whatif = WhatIf(
            tuple(prefix), replaced_rows(weights), temperature, scaling, tuple(heads), positions,
            forbidden=forbidden_places(forbidden), uniform=tuple(uniform),
        )  # fmt: skip
        how = Search(
            beam, beam if best is None else best, limit, penalty, alpha, sampling, stopping
        )
        return self.side_by_side(text, (how,), whatif)[0]

    def side_by_side(
        self, text: str, hows: Sequence[Search], whatif: WhatIf = NOTHING
    ) -> list[Trace]:
        """Several searches for translations of `text`, in the time of the longest rather than of
        all together. Raises what `translate` does."""
        source, fixed = self.read_source(text), self.vocabulary.fixed
        usual = room(len(source))
        hows = [
            replace(how, limit=self.limit(usual, how.limit), typed=0, fixed=len(fixed))
            for how in hows
        ]
        return self.searched(text, source, hows, whatif, fixed, self.writable)

    def reordered(self, trace: Trace, order: Sequence[int], whatif: WhatIf) -> Trace:
        """The tokens that `trace` read in another `order` of their places, searched as they were.
        Raises ValueError for a trace of another model, and what `translate` does."""
        self.check_maker(trace)
        source = tuple(trace.source[place] for place in order)
        text = self.vocabulary.decode([token.id for token in source])
        return self.searched(
            text, source, (trace.search,), whatif, self.vocabulary.fixed, self.writable
        )[0]

    def searched(
        self, text: str, source: tuple[Token, ...], hows: Sequence[Search], whatif: WhatIf,
        given: tuple[int, ...], writable: Writable, prompt: tuple[Token, ...] = (),
    ) -> list[Trace]:  # fmt: skip
        """Searches over `source`, or what goes on after a `prompt`; `given` comes before the
        prefix. Raises BadPrefix and BadWhatIf for a what-if that does not fit."""
        for how in hows:
            check(self, whatif, len(source), how.limit)
        ids = torch.tensor([self.ids(text, source)], dtype=torch.long)
        begun = replace(whatif, prefix=(*given, *whatif.prefix))
        found = side_by_side(self.model, ids, writable, hows, begun)
        model = self.described(whatif)
        return [
            record(
                model, self.facts, text, source, how, one, whatif, self.vocabulary, writable, prompt
            )
            for how, one in zip(hows, found, strict=True)
        ]

    def limit(self, usual: int, asked: int | None) -> int:
        """How many tokens may be written. Raises ValueError for more than the model can."""
        most = self.model.longest
        if most is not None and asked is not None and asked > most:
            raise ValueError(f"{self.name} can write {most} tokens at most, not {asked}")
        return asked if asked is not None else min(usual, most or usual)

    def forced(
        self,
        trace: Trace,
        target: Sequence[int] | None = None,
        whatif: WhatIf | None = None,
        gradient_of: Sequence[int] = (),
    ) -> Pass:
        """One forced pass over what `trace` read and wrote, or over `target`, with everything in
        it; what-ifs are those of the trace unless others are given. See `core.passes`.

        Raises ValueError for a trace that another model made or none, a target that it cannot
        write, a step of `gradient_of` that the target does not have; BadWhatIf for a what-if that
        does not fit.
        """
        self.check_maker(trace)
        if target is None:
            target = [step.token.id for step in trace.path()]
        count = len(self.vocabulary)
        if not target or not all(0 <= i < count and self.writable.allowed[i] for i in target):
            raise ValueError(f"a target is one or more pieces that can be written, not {target}")
        source, start = self.given(trace)
        whatif = trace.whatif if whatif is None else whatif
        # Of weights for steps that a search did not reach there is nothing to replace.
        most = max(len(target), trace.search.limit if trace.tree else 0)
        check(self, replace(whatif, prefix=()), len(source), most)
        return forced(self.model, source, target, start, whatif, gradient_of)

    def given(self, trace: Trace) -> tuple[list[int], int]:
        """The source that `trace` read, as ids, and what was read before all that it wrote."""
        return self.ids(trace.typed, trace.source), self.vocabulary.start

    def ids(self, text: str, source: Sequence[Token]) -> list:
        """What the model reads of the `source` that `text` tells: ids of tokens."""
        return [token.id for token in source]

    def read_source(self, text: str) -> tuple[Token, ...]:
        """`text` as tokens, the end mark last. Raises Unreadable or TooLong."""
        if not text.strip():
            raise Unreadable("there is nothing to translate: the text is blank")
        source = self.vocabulary.source_tokens(text)
        if all(token.mark for token in source):
            raise Unreadable("there is nothing to translate: the text has no visible character")
        if len(source) - 1 > self.vocabulary.most:
            raise TooLong(len(source) - 1, self.vocabulary.most)
        return source

    def described(self, whatif: WhatIf = NOTHING) -> Model:
        """What its traces say of the model."""
        facts = self.facts
        return Model(
            self.name, self.source, self.target, facts.cell,
            self.model.score_of(whatif), int(self.writable.allowed.sum()), facts.has, facts.does,
            facts.remarks,
        )  # fmt: skip

    def check_maker(self, trace: Trace) -> None:
        """Raises ValueError for a trace that this model did not make."""
        if trace.model != self.described(trace.whatif):
            maker = "no model" if trace.model is None else trace.model.name
            raise ValueError(f"this trace is of {maker}, not as {self.name} makes it")

    def wrong(self, verb: str) -> WrongVerb:
        """What is raised where a model is asked to do what it was not made for."""
        return WrongVerb(
            f"{self.name} does not {verb}, it was made to {self.facts.does}: "
            f"ask it to {self.facts.does}(text)"
        )

    def read(self, text: str, **asked) -> Trace:
        """Raises WrongVerb: this model was made to do more than read."""
        raise self.wrong("read")

    def write(self, text: str, **asked) -> Trace:
        """Raises WrongVerb: this model writes of a source alone."""
        raise self.wrong("write")
