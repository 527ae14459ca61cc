# make app serves Heed on port 8501; make test runs every check. Both set up all they need, with
# the first of Python 3.11, 3.12 and 3.13 that is there, or with the one that PYTHON= names.
# make app MODELS=runs shows your own models too: folders that training wrote, or folders of such.
# make app LESSONS=folder teaches a course of your own: see docs/lessons.md.
# HOST=127.0.0.1 make app serves this machine alone; otherwise others in the network reach it, too.
# make serve serves many people: several processes behind nginx, with classes in Redis.
# make app HUGGINGFACE=1 installs what it takes to open models of Hugging Face.
PYTHON ?=
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app serve test bench lint chromium servers clean always

app: $(VENV)/$(if $(HUGGINGFACE),huggingface,app).done
	$(if $(MODELS),HEED_MODELS='$(MODELS)') $(if $(LESSONS),HEED_LESSONS='$(LESSONS)') $(RUN) -m pages.shared.serve $(if $(HOST),--server.address=$(HOST))

serve: $(VENV)/redis.done
	$(RUN) -m pages.server.several

test: $(VENV)/dev.done chromium servers lint
	$(VENV)/bin/node --test "tests/scripts/*.test.mjs"
	$(RUN) -m pytest -n 2 --dist loadfile

lint: $(VENV)/dev.done node_modules/npm.done
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/biome ci .
	$(VENV)/bin/node node_modules/typescript/bin/tsc

bench: $(VENV)/bench.done chromium
	$(RUN) -m tests.benchmarks

# The environment, as far as app, huggingface, redis, dev or bench need it: each time it is seen
# whether it is whole.
$(VENV)/%.done: always
	@sh .ci/environment '$(VENV)' $* '$(PYTHON)'

# TypeScript, which checks the scripts; npm and node come with a Python package.
node_modules/npm.done: package-lock.json $(VENV)/dev.done
	$(VENV)/bin/npm ci --silent --no-audit --no-fund
	touch $@

# The browser tests use the Chromium on the path, or one from the package manager when root;
# without one they skip themselves and say so.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } \
	  || echo "No Chromium here and none could be installed: the browser tests will skip."

# The tests of classes start a Redis and an nginx of their own; without them those that need them
# skip. RUNLEVEL=1: the packages start no server by themselves.
servers:
	@for name in redis-server nginx; do \
	  PATH="$$PATH:/usr/sbin" command -v $$name >/dev/null \
	    || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	         && apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq $$name; } \
	    || echo "No $$name here and none could be installed: the tests that need it will skip."; \
	done

clean:
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache
