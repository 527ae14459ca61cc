"""What is said no to: models that cannot be used, and of those that can texts, beginnings and
what-ifs that do not fit."""


class ModelError(Exception):
    """A model that cannot be used; the message names the file and what to do."""


class Incomplete(ModelError):
    """A folder in which a file of its model is missing, or not whole."""


class Unreadable(ValueError):
    """A text that there is nothing to read of."""


class TypedMark(Unreadable):
    """A text in which stands what a model reads as a `mark` of its own, not as text."""

    def __init__(self, mark: str):
        super().__init__(
            f"the text has {mark!r} in it, which this model reads as a mark and not as text: take "
            "it out, or put a space into it"
        )
        self.mark = mark


class TooLong(ValueError):
    """A sentence of more tokens than a model reads: `length` of them, `limit` allowed."""

    def __init__(self, length: int, limit: int):
        super().__init__(f"the sentence has {length} tokens, the limit is {limit}; shorten it")
        self.length, self.limit = length, limit


class BadPrefix(ValueError):
    """A beginning that cannot be forced."""


class LongPrefix(BadPrefix):
    """A beginning of more tokens than may be written: `length` of them, `limit` allowed."""

    def __init__(self, length: int, limit: int):
        super().__init__(f"the prefix has {length} tokens, the limit is {limit}")
        self.length, self.limit = length, limit


class WrongVerb(TypeError):
    """A model that is asked to do what it was not made for."""


class NotTakenApart(LookupError):
    """A score whose query and key cannot be shown to make it; `why` is one of WHY, by which the
    words have a sentence."""

    # They are rotated after the matrices; a bias is added; it is divided by another number.
    WHY = ROTATED, BIASED, DIVIDED = ("rotated", "biased", "divided")

    def __init__(self, message: str, why: str):
        super().__init__(message)
        self.why = why


class NoTrace(ValueError):
    """What is no trace that Heed wrote, or none that it can draw; `why` is one of WHY, by which the
    words have a sentence."""

    WHY = (
        "large",  # more bytes than are read
        "binary",  # no text
        "no_json",  # or cut short
        "other",  # JSON of something else
        "version",  # of another version of Heed
        "damaged",  # something is missing in it, or cannot be
        "undrawn",  # no view draws it
    )

    def __init__(self, message: str, why: str):
        super().__init__(message)
        self.why = why


class BadWhatIf(ValueError):
    """A what-if that does not fit the model or the sentence; the `reason` is one word for it."""

    def __init__(self, message: str, reason: str = "other"):
        super().__init__(message)
        self.reason = reason
