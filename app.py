"""Heed in the browser: the page list in groups, theme and language; nothing else."""

import streamlit as st

from pages.shared import frame

frame.start()
page = st.navigation(
    {
        "": [
            st.Page("pages/home.py", title=frame.say("home.page"), default=True),
            st.Page("pages/lessons.py", title=frame.say("lessons.page")),
            st.Page("pages/predict.py", title=frame.say("predict_page.menu")),
        ],
        frame.say("frame.explore"): [
            st.Page("pages/decode.py", title=frame.say("frame.decode")),
            st.Page("pages/search.py", title=frame.say("frame.search")),
            st.Page("pages/compare.py", title=frame.say("frame.compare")),
            st.Page("pages/encoder.py", title=frame.say("encoder_page.menu")),
            st.Page("pages/explain.py", title=frame.say("explain.menu")),
            st.Page("pages/transformer.py", title=frame.say("transformer.page")),
            st.Page("pages/alone.py", title=frame.say("alone.menu")),
            st.Page("pages/stories.py", title=frame.say("stories_page.menu")),
            st.Page("pages/pictures.py", title=frame.say("pictures_page.menu")),
            st.Page("pages/dialogue.py", title=frame.say("dialogue_page.menu")),
            st.Page("pages/training.py", title=frame.say("live_page.menu")),
            st.Page("pages/replay.py", title=frame.say("replay_page.menu")),
            st.Page("pages/forcing.py", title=frame.say("forcing_page.menu")),
            st.Page("pages/workbench.py", title=frame.say("workbench_page.menu")),
        ],
        frame.say("frame.measure"): [
            st.Page("pages/measurements.py", title=frame.say("measurements.page")),
            st.Page("pages/models.py", title=frame.say("frame.models")),
            st.Page("pages/own.py", title=frame.say("own.menu")),
        ],
    },
    position="top",
)
frame.turn_to(page.title, page.url_path)
page.run()
