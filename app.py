"""Heed in the browser: the page list, theme and language; nothing else."""

import streamlit as st

from pages.shared import frame

frame.start()
st.navigation(
    [
        st.Page("pages/decode.py", title=frame.say("frame.decode"), default=True),
        st.Page("pages/models.py", title=frame.say("frame.models")),
    ],
    position="top",
).run()
