"""The facade of models that answer a question about a story: a story in, a trace out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.stories.story import BadStory
from core.stories.story import read as read_story
from core.trace import Trace
from core.translator import Translator
from core.tree import Token
from core.whatif import TRAINED, Replaced

WORDS = 2  # an answer is one word, and the end mark


class Answerer(Translator):
    """A loaded model that answers a question about a story, and its tokeniser."""

    def answer(
        self,
        text: str,
        *,
        prefix: str | Sequence[int] = (),
        weights: Mapping[int, Sequence[float]] | Sequence[Replaced] = (),
        temperature: float = 1.0,
        scaling: str = TRAINED,
    ) -> Trace:
        """The answer to the question at the end of a story, with every number that led to it.

        A sentence stands in a line or ends in a full stop, the question comes last. What-ifs are
        those of `Translator.translate`.

        Raises BadStory for a text that is no story with a question, or that has words which the
        model does not know; BadPrefix and BadWhatIf for what-ifs that do not fit.
        """
        how = {"prefix": prefix, "weights": weights}
        return super().translate(
            read_story(text).text, limit=WORDS, temperature=temperature, scaling=scaling, **how
        )

    def read_source(self, text: str) -> tuple[Token, ...]:
        """The story in `text` as tokens, the end mark last. Raises BadStory."""
        read_story(text)
        source = self.vocabulary.source_tokens(text)
        strange = [token.text.strip() for token in source if token.id == self.vocabulary.unknown]
        if strange:
            told = ", ".join(dict.fromkeys(strange))
            raise BadStory("unknown", f"words that {self.name} does not know: {told}", words=told)
        return source

    def translate(self, text: str, **asked) -> Trace:
        """Raises WrongVerb."""
        raise self.wrong("translate")
