"""Serves the app: python -m pages.shared.serve, with any options of `streamlit run` after it.

Once the server is up it asks it for one health check. Until some session has run `app.py`,
Streamlit takes the files in `pages/` for pages by an older rule, under which a link to a page
other than the first is not found; the health check is that session.
"""

from __future__ import annotations

import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from streamlit import config
from streamlit.web import cli


def first_session(patience: float = 30.0) -> None:
    """Waits until the server answers, `patience` seconds at most, and has it run the app once."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        port = config.get_option("server.port")
        try:
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}/_stcore/script-health-check", timeout=9
            )
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)


if __name__ == "__main__":
    threading.Thread(target=first_session, daemon=True).start()
    sys.argv = ["streamlit", "run", str(Path(__file__).parents[2] / "app.py"), *sys.argv[1:]]
    cli.main()
