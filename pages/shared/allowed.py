"""What whoever serves has switched off: uploads and training, in a class that is to look at one
thing, or on a server that many share."""

from __future__ import annotations

import os

import streamlit as st

from pages.shared.frame import say

WITHOUT = "HEED_WITHOUT"  # the variable that names what is switched off, between spaces
PARTS = ("uploads", "training")


def off() -> set[str]:
    """What is switched off."""
    return set(os.environ.get(WITHOUT, "").replace(",", " ").split())


def problem() -> str:
    """What is wrong with the variable, in a sentence; empty where nothing is."""
    unknown = ", ".join(sorted(off() - {*PARTS}))
    return f"{WITHOUT} names {', '.join(PARTS)} or both, not {unknown}" if unknown else ""


def trains() -> bool:
    """Whether models may be trained on the page."""
    return "training" not in off()


def upload(label: str, **named):
    """A place for a file, as `st.file_uploader`; where there is none, a sentence and None."""
    if "uploads" in off():
        st.caption(say("frame.no_uploads"))
        return None
    return st.file_uploader(label, **named)
