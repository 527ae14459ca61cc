"""Writes the course as plain files: python -m core.lessons --site out/

The pictures are those of the app, so the pages of the app make them: see pages/shared/site.py.
"""

import runpy

if __name__ == "__main__":
    runpy.run_module("pages.shared.site", run_name="__main__")
