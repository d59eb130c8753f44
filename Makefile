# Every target sets up what it needs: a fresh clone wants Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup refresh test check ui site notebook docs bench snapshots lock clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(STAMP)  ## Make the virtual environment from the lock

# Bytecode is compiled while installing: without it every process pays for it again.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" >&2; exit 1; }
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	$(BIN)/whitepaper prepare
	@touch $@

refresh: $(STAMP)  ## Build and publish the newest edition into data/published/
	$(BIN)/whitepaper refresh

# Two workers for two cores; the tests of one file stay together, they share what they build.
test: $(STAMP)  ## Run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(STAMP)  ## Lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

ui: $(STAMP)  ## Open the Dagster UI on http://127.0.0.1:3000
	$(BIN)/whitepaper ui

site: $(STAMP)  ## Write the readers' site of the published edition below data/export/
	$(BIN)/whitepaper export site

notebook: $(STAMP)  ## Open the worked notebook on the published edition
	$(BIN)/marimo edit --skip-update-check docs/notebooks/research_spending.py

docs: $(STAMP)  ## Write the data dictionary from the models to docs/dictionary.md
	$(BIN)/python -m orchestration.dictionary

bench: $(STAMP)  ## Measure against plain scripts (BENCH_SCALE=1: full-size microdata)
	$(BIN)/python -m bench

snapshots: $(STAMP)  ## Make the shipped raw snapshots again from the printed cells
	$(BIN)/python -m editions.transcription

lock: $(STAMP)  ## Resolve pyproject.toml into requirements.lock (wants uv)
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal --generate-hashes \
	  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --quiet -o requirements.lock

clean:  ## Remove what can be made again: builds, caches, the environment (not raw or published data)
	rm -rf $(VENV) data/builds data/bronze data/cache dbt_project/target dbt_project/logs *.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
