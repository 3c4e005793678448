# 金果网 (Goldfruit). Two commands: `make serve` runs the exchange, `make test` proves it.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: serve install test test-fast test-long lint types clean

PYTHON ?= python3
BIN := .venv/bin
export UV_SYSTEM_CERTS ?= 1
PORT ?= 8000

serve: .venv/installed
	@PORT=$(PORT) $(BIN)/goldfruit serve --prepare

install: .venv/installed

# uv installs the locked set; the stamp is younger than what it was made from.
.venv/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed (set PYTHON=…)"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@

.venv/installed: .venv/uv requirements.txt pyproject.toml
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements.txt || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	@$(BIN)/python -m tools.translations compile
	@$(BIN)/python -m compileall -q goldfruit config.py wsgi.py .venv/lib
	@touch $@

.venv/dev: .venv/installed requirements-dev.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: .venv/dev
	@tools/test-machine
	@$(MAKE) --no-print-directory lint types
	@tools/with-postgres $(BIN)/python -m pytest -n 2 --dist loadfile

test-long: .venv/dev
	@tools/test-machine
	@tools/with-postgres $(BIN)/python -m pytest -m long -o addopts= --import-mode=importlib

lint: .venv/dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/vendor.py --check
	@$(BIN)/python -m tools.translations check

types: .venv/dev
	@$(BIN)/mypy

clean:
	rm -rf .venv var artefacts .mypy_cache .ruff_cache
