"""A tokeniser of Hugging Face behind our protocol: tokens that are tied to what was typed.

Shape letter: V vocabulary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from core.refusals import TypedMark
from core.tokenisers import Tokeniser
from core.tokenisers.text import SPACE, laid_over
from core.tree import MASK, UNREADABLE, Token

LANGUAGE = re.compile(r">>\w+<<")


class Tokens(Tokeniser):
    """Splits as the tokeniser of the model does, its own marks where it puts them."""

    kind = "pieces"
    file = "tokenizer.json"
    model = b""  # its files stay where they are

    def __init__(
        self, hf, size: int, start: int, end: int, most: int, forbidden: Iterable[int] = (),
        fixed: Sequence[int] = (),
    ):  # fmt: skip
        """`hf` is a tokeniser of transformers. Of the model are the `size` of its vocabulary, the
        marks `start`, read before it writes, and `end`, the tokens that it can read at `most`, what
        it must not write (`forbidden`) and what all that it writes begins with (`fixed`)."""
        self.hf, self.size, self.start, self.end = hf, size, start, end
        self._asked = Lock()
        self.most, self.forbidden, self.fixed = most, tuple(forbidden), tuple(fixed)
        self.pad = hf.pad_token_id if hf.pad_token_id is not None else end
        self.unknown = hf.unk_token_id if hf.unk_token_id is not None else end
        self.mask = hf.mask_token_id
        languages = getattr(hf, "lang_token_to_id", {}).values()  # stand after the vocabulary
        self.known = {*hf.get_vocab().values(), *languages}
        self._special = {*hf.all_special_ids, *languages, end}
        self._bytes = _of_bytes(hf)
        named = (hf.bos_token, hf.eos_token, hf.sep_token, hf.cls_token, hf.pad_token, hf.unk_token)
        self._marks = [one for one in map(str, filter(None, named)) if one.strip()]

    @classmethod
    def train(cls, sentences: Iterable[str], size: int, hides: bool = False) -> Tokens:
        raise ValueError("a tokeniser of Hugging Face comes with its model and is not trained here")

    @classmethod
    def read(cls, path: Path) -> Tokens:
        raise ValueError(f"{path} is read with the model that it belongs to")

    def __len__(self) -> int:
        return self.size

    @cached_property
    def allowed(self) -> np.ndarray:
        """bool (V,): what may be written. As in `generate` marks may be, too, but not what the
        model's settings forbid, nor what its tokeniser has no token for."""
        mask = np.zeros(self.size, bool)
        mask[[index for index in self.known if index < self.size]] = True
        mask[[index for index in self.forbidden if index < self.size]] = False
        mask[self.end] = True
        return mask

    def piece(self, index: int) -> str:
        """The token as the vocabulary writes it; of a vocabulary of bytes the text that it is, or
        of a part of a character its bytes."""
        piece = self.hf.convert_ids_to_tokens(int(index))
        if piece is None:
            return f"<{index}>"
        if self._bytes and index not in self._special:
            text = self.hf.convert_tokens_to_string([piece])
            if UNREADABLE in text or not text:
                return _told_in_bytes(piece)
            return text.replace(" ", SPACE)
        return piece

    def encode(self, text: str) -> list[int]:
        """The ids of `text` as the model would write it, without marks: what is called like one is
        text here too, as far as its tokeniser can split it."""
        return self._split(text_target=text, add_special_tokens=False, split_special_tokens=True)[
            "input_ids"
        ]

    def decode(self, ids: Sequence[int]) -> str:
        kept = [int(index) for index in ids if int(index) not in self._special]
        return self.hf.decode(kept, clean_up_tokenization_spaces=False)

    def source_tokens(self, typed: str) -> tuple[Token, ...]:
        """What the model reads of `typed`, with the marks that its tokeniser puts around it. Where
        a token is hidden stands the model's own mask, or ours. Raises TypedMark for a text that has
        another of its marks in it."""
        if mark := next((one for one in self._marks if one in typed), None):
            raise TypedMark(mark)
        own, where = self._masked(typed)
        ids = self._split(own)["input_ids"]
        inside, places = self._placed(own)
        first = next(
            (i for i in range(len(ids) - len(inside) + 1) if ids[i : i + len(inside)] == inside), 0
        )
        tokens: list[Token] = []
        laid: list[tuple[int, int] | None] = []
        for place, index in enumerate(ids):
            piece, within = self.piece(index), first <= place < first + len(inside)
            if not within or index == self.end:
                tokens.append(Token(index, piece, piece, 0, mark=True))
                laid.append(None)
                continue
            begin, end = (where[at] for at in places[place - first])
            text = typed[begin:end].strip()  # a space belongs to the gap before a word
            begin = typed.index(text, begin) if text else end
            tokens.append(Token(index, piece, text, 0, begin, begin + len(text)))
            laid.append((begin, begin + len(text)))
        return laid_over(typed, tokens, laid)

    def prompt_tokens(self, typed: str) -> tuple[Token, ...]:
        """What is read of a beginning that is to be written on: no mark ends it, and the first of
        them is what the model reads before it writes anything."""
        found = self.source_tokens(typed)
        if len(found) > 1 and found[-1].mark and found[-1].id == self.end:
            found = found[:-1]
        return found or (Token(self.start, self.piece(self.start), "", 0, mark=True),)

    def target_tokens(self, ids: Sequence[int]) -> tuple[Token, ...]:
        """`ids` as tokens whose texts, put together, are the decoded text; a character that takes
        several tokens belongs to the last of them."""
        ids = [int(index) for index in ids]
        tokens: list[Token] = []
        laid: list[tuple[int, int] | None] = []
        written, done = "", ""
        for place, index in enumerate(ids):
            piece = self.piece(index)
            if index in self._special:
                tokens.append(Token(index, piece, piece, 0, mark=True))
                laid.append(None)
                continue
            whole = self.decode(ids[: place + 1])
            text = ""
            if not whole.endswith(UNREADABLE) or place + 1 == len(ids):
                text = whole[len(done) :] if whole.startswith(done) else ""
                done = whole
            tokens.append(Token(index, piece, text, 0))
            laid.append((len(written), len(written) + len(text)))
            written += text
        return laid_over(written, tokens, laid)

    def _split(self, *given, **asked):
        """As its tokeniser splits, one thread after another: it is changed while it does so."""
        with self._asked:
            return self.hf(*given, **asked)

    def _masked(self, typed: str) -> tuple[str, list[int]]:
        """`typed` with the model's own mask for ours, and where each place of that stands in it."""
        parts, where, done = [], [], 0
        for part in re.split(f"({re.escape(MASK)})", typed):
            hidden = part == MASK and self.mask is not None
            parts.append(self.hf.mask_token if hidden else part)
            where += [done] * len(parts[-1]) if hidden else range(done, done + len(part))
            done += len(part)
        return "".join(parts), [*where, done]

    def _placed(self, typed: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The ids of what was typed, without the marks around it, and where each stands there."""
        if self.hf.is_fast:
            found = self._split(typed, add_special_tokens=False, return_offsets_mapping=True)
            return found["input_ids"], _apart(found["offset_mapping"])
        pieces = self.hf.tokenize(typed)
        return self.hf.convert_tokens_to_ids(pieces), self._sought(typed, pieces)

    def _sought(self, typed: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
        """Where pieces stand in `typed`, of a tokeniser that does not say so: as its sentencepiece
        model says, or else each where it is found after the one before it."""
        model = getattr(self.hf, "spm_source", None) or getattr(self.hf, "sp_model", None)
        if model is not None:
            ahead = len(pieces[0]) if LANGUAGE.match(typed) else 0  # Marian's ">>fra<<"
            found = model.EncodeAsOffsetMapping(typed[ahead:])
            if [*pieces[:1] * bool(ahead), *found["pieces"]] == list(pieces):
                shifted = [(begin + ahead, end + ahead) for begin, end in found["offsets"]]
                return [(0, ahead)] * bool(ahead) + _apart(shifted)
        places, done = [], 0
        for piece in pieces:
            text = piece.replace(SPACE, " ").strip()
            at = typed.find(text, done)
            begin, done = (done, done) if at < 0 else (at, at + len(text))
            places.append((begin, done))
        return places


def _of_bytes(hf) -> bool:
    """Whether its pieces write each byte as a letter."""
    if not hf.is_fast:
        return False
    told = json.loads(hf.backend_tokenizer.to_str()).get("decoder") or {}
    kinds = {told.get("type"), *(one.get("type") for one in told.get("decoders", ()))}
    return "ByteLevel" in kinds


def _told_in_bytes(piece: str) -> str:
    """A piece that writes each byte as a letter, as the bytes: those that are seen in Latin-1 stand
    for themselves, the others for the letters from 256 on (Radford et al. 2019, section 2.2)."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = sorted({*range(256)} - {*seen})
    byte = {chr(one): one for one in seen} | {chr(256 + i): one for i, one in enumerate(others)}
    if not all(letter in byte for letter in piece):
        return piece
    return "".join(f"<0x{byte[letter]:02X}>" for letter in piece)


def _apart(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places of which none is said twice: a character of several tokens belongs to the last."""
    following = [*places[1:], (None, None)]
    return [
        (begin, begin) if after is not None and after < end else (begin, end)
        for (begin, end), (after, _) in zip(places, following)
    ]
