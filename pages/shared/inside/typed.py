"""Words of one's own that a model is made to write, and what stands there while they cannot be."""

from __future__ import annotations

import streamlit as st

from pages.shared import loading


def forced(
    part: str, name: str, text: str, typed: str | None
) -> tuple[tuple[int, ...] | None, loading.Refused | None]:
    """The pieces of `typed`, end mark included, and None; or those that this part of the page had
    last, and why it is not these. No pieces stand for a translation of the model's own.

    Raises ModelError.
    """
    state, key, refused = st.session_state, f"{part}_forced", None
    if typed is None:
        state[key] = None
    for words in (typed, state.get(key)):
        if words is None:
            continue
        try:
            if not words.strip():
                raise loading.Refused(f"{part}.blank_typed")
            pieces = loading.forced(name, text, words)
        except loading.Refused as refusal:
            refused = refused or refusal
        else:
            state[key] = words
            return pieces, refused
    return None, refused
