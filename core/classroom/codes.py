"""Codes that are read out and typed in, and secrets that are neither."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# No vowels, so that no code is a word; none of two letters that are taken for each other on a
# board: C and G, D and O and Q, I and L, M and N, U and V. With 6 of 14 there are 7.5 million.
LETTERS = "BCDFHJKMPRTWXY"
LENGTH = 6


def code() -> str:
    """A code that nobody can foresee."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read(typed: str) -> str | None:
    """The code that was typed, in any case, with any spaces or hyphens; None if it is none."""
    plain = "".join(typed.split()).replace("-", "").upper()
    return plain if len(plain) == LENGTH and set(plain) <= set(LETTERS) else None


def secret() -> str:
    """128 random bits in 22 letters."""
    return secrets.token_urlsafe(16)


def digest(key: str) -> str:
    """What is kept of a key: with it nobody leads."""
    return hashlib.sha256(key.encode()).hexdigest()


def fits(key: str, kept: str) -> bool:
    """Whether `kept` is the digest of that key; it takes as long either way."""
    return hmac.compare_digest(digest(key), kept)
