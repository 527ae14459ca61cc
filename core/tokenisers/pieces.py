"""Text to pieces and back: a sentencepiece vocabulary, with every piece tied to what was typed.

The normalisation (NFKC, white space unified, control characters dropped) is part of the
vocabulary file itself, so training and use cannot differ in it.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from core.tokenisers import Tokeniser
from core.tokenisers.text import SPACE, laid_over
from core.tree import END, MASK, Token

PAD_ID, UNKNOWN_ID, START_ID, END_ID = range(4)


class Vocabulary(Tokeniser):
    """A joint unigram vocabulary (Kudo 2018, arXiv 1804.10959) with byte fallback."""

    kind = "pieces"
    file = "vocabulary.model"

    def __init__(self, model: bytes):
        """`model` is a serialised sentencepiece model. Raises ValueError for anything else."""
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
        except RuntimeError as error:
            raise ValueError(f"not a sentencepiece model: {error}") from error
        self._bytes = [self._processor.IsByte(index) for index in range(len(self))]
        self._added: dict[tuple[int, bool], str] = {}
        hidden, self._space = (self._processor.PieceToId(piece) for piece in (MASK, SPACE))
        self.mask = None if hidden == UNKNOWN_ID else hidden

    @classmethod
    def train(cls, sentences: Iterable[str], size: int = 4000, hides: bool = False) -> Vocabulary:
        """The vocabulary of `size` pieces that fits `sentences` best, or of fewer where there are
        no more. Raises ValueError for a size that cannot hold their characters."""
        if not 0 < size < 2**31:
            raise ValueError(f"a vocabulary of {size} pieces cannot be")
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.Train(
                sentence_iterator=iter(sentences),
                model_writer=model,
                model_type="unigram",
                vocab_size=size,
                character_coverage=0.9999,
                byte_fallback=True,
                normalization_rule_name="nmt_nfkc",
                pad_id=PAD_ID,
                unk_id=UNKNOWN_ID,
                bos_id=START_ID,
                eos_id=END_ID,
                user_defined_symbols=[MASK] * hides,
                hard_vocab_limit=False,
                num_threads=2,
                minloglevel=2,
            )
        except (OSError, RuntimeError) as error:
            needed = re.search(r"(\d+) vs (\d+)", str(error))
            reason = f"they need {needed[2]}, for characters, bytes and marks" if needed else error
            raise ValueError(
                f"no vocabulary of {size} pieces can be made of these sentences: {reason}"
            ) from error
        return cls(model.getvalue())

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        return cls(path.read_bytes())

    def __len__(self) -> int:
        return self._processor.GetPieceSize()

    def piece(self, index: int) -> str:
        return self._processor.IdToPiece(index)

    def encode(self, text: str) -> list[int]:
        """The ids of the pieces of `text`, without an end mark."""
        ids = self._processor.EncodeAsIds(text)
        return [ids[i] for i in self._kept(ids)] if self.mask in ids else ids

    def _kept(self, ids: Sequence[int]) -> list[int]:
        """The places of `ids` but for the spaces before masks: a mask stands for a piece that would
        have its space within itself."""
        before = (self._space, self.mask)
        return [i for i in range(len(ids)) if (ids[i], *ids[i + 1 : i + 2]) != before]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; marks for start, end and padding leave no trace in it."""
        return self._processor.DecodeIds([int(i) for i in ids if i > END_ID])

    def source_tokens(self, typed: str) -> tuple[Token, ...]:
        """`typed` as tokens that keep its characters, and the end mark as a word of its own."""
        found = self._processor.EncodeAsOffsetMapping(typed)
        tokens = []
        for place in self._kept(found["ids"]):
            index, piece, (begin, end) = (found[one][place] for one in ("ids", "pieces", "offsets"))
            # A space belongs to the gap before a word, not to the word.
            text = typed[begin:end].strip()
            begin = typed.index(text, begin) if text else end
            tokens.append(Token(index, piece, text, 0, begin, begin + len(text)))
        places = [(token.begin, token.end) for token in tokens]
        tokens.append(Token(END_ID, END, END, 0, mark=True))
        return laid_over(typed, tokens, [*places, None])

    def target_tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        """`ids` as tokens whose texts, put together, are the decoded text.

        A character that takes several byte pieces belongs to the last of them.
        """
        ids = [int(index) for index in ids]
        tokens: list[Token] = []
        places: list[tuple[int, int] | None] = []
        done, pending = "", []
        for place, index in enumerate(ids):
            piece = self.piece(index)
            if index == END_ID:
                tokens.append(Token(index, piece, END, 0, mark=True))
                places.append(None)
                continue
            pending.append(index)
            goes_on = place + 1 < len(ids) and self._bytes[ids[place + 1]]
            text, begin = "", len(done)
            if not (goes_on and self._is_open(pending)):
                text, pending = self._adds(ids[: place + 1], done), []
                done += text
            tokens.append(Token(index, piece, text, 0))
            places.append((begin, len(done)))
        return laid_over(done, tokens, places)

    def _adds(self, ids: Sequence[int], done: str) -> str:
        """What the last of `ids` adds to the text `done` of those before.

        Of a piece that is no byte it depends only on whether there is any, and is kept: a search
        writes the same ones again and again.
        """
        key = ids[-1], not done
        if key in self._added:
            return self._added[key]
        text = self.decode(ids)[len(done) :]
        if not self._bytes[ids[-1]] and not self._bytes[ids[-2:][0]]:
            self._added[key] = text
        return text

    def _is_open(self, ids: Sequence[int]) -> bool:
        """Whether `ids` end within a character that is written in bytes."""
        data = bytes(int(self.piece(i)[3:5], 16) for i in ids if self._bytes[i])
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        decoder.decode(data)
        return bool(decoder.getstate()[0])
