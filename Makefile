# make app serves Heed on port 8501; make test runs every check. Both set up all they need.
PYTHON ?= python3.11
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app test bench lint chromium clean

app: $(VENV)/app.done
	$(RUN) -m pages.shared.serve

test: $(VENV)/dev.done chromium lint
	$(VENV)/bin/node --test "tests/scripts/*.test.mjs"
	$(RUN) -m pytest -n 2 --dist loadfile

lint: $(VENV)/dev.done node_modules/npm.done
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/biome ci .
	$(VENV)/bin/node node_modules/typescript/bin/tsc

bench: $(VENV)/bench.done chromium
	$(RUN) -m tests.benchmarks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(VENV)/app.done: requirements.txt | $(VENV)/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/app.done
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# TypeScript, which checks the scripts; npm and node come with a Python package.
node_modules/npm.done: package-lock.json $(VENV)/dev.done
	$(VENV)/bin/npm ci --silent --no-audit --no-fund
	touch $@

$(VENV)/bench.done: requirements-bench.txt $(VENV)/dev.done
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	touch $@

# The browser tests use the Chromium on the path, or one from the package manager when root;
# without one they skip themselves and say so.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } \
	  || echo "No Chromium here and none could be installed: the browser tests will skip."

clean:
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache
