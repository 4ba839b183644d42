# Two commands: `make run` and `make test`. Everything lives in .venv; `make clean` removes it and every product.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
STUDY ?= northeast
OUTPUT ?= out/northeast

# The first interpreter that starts, has a supported version and can make an environment with pip in it.
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	if $$python -c '$(SUITABLE)' >/dev/null 2>&1; then echo $$python; break; fi; done)

# Compiling all of 200 packages takes longer than downloading them; what is imported is compiled then, once.
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-compile --constraint constraints.txt

.PHONY: help run test test-all check docs bench pictures browser clean

help:
	@echo 'make run       install and run the main job: out/northeast/index.html'
	@echo 'make test      every check and every test'
	@echo 'make test-all  the same, with the tests marked slow'
	@echo 'make docs      the documentation: docs/_build/html/index.html'
	@echo 'make bench     speeds, with the goals they are held to'
	@echo 'make pictures  draw the pictures of the README again'
	@echo 'make clean     remove the environment and every product'
	@echo 'PYTHON=...     the interpreter to build the environment with (3.11 to 3.13)'

run: $(VENV)/installed-data
	$(BIN)/geo-urban run $(STUDY) -o $(OUTPUT)

# pytest comes last, so that its summary ends the output. It builds the documentation too, beside other tests.
test: check browser
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m 'not slow'

test-all: check browser
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/installed-dev
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build/html

bench: $(VENV)/installed-dev
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only --benchmark-columns=min,median,rounds

pictures: $(VENV)/installed-dev browser
	$(BIN)/python scripts/draw_pictures.py

browser:
	@command -v chromium chromium-browser google-chrome >/dev/null || bash scripts/install_debian_package.sh chromium \
		|| echo 'Tests that open a browser will be skipped.' >&2

$(VENV)/bin/python:
	@test -n '$(PYTHON)' || bash scripts/install_debian_package.sh python3-venv \
		|| { echo 'No Python 3.11, 3.12 or 3.13 with the venv module was found; name one: make PYTHON=/path/to/python' >&2; exit 2; }
	python='$(PYTHON)'; "$${python:-/usr/bin/python3}" -m venv $(VENV)
	# The pip that comes with Python 3.11 calls constraints on packages with extras a conflict where there is none.
	$@ -m pip install --disable-pip-version-check --quiet --upgrade 'pip>=25'

# A stamp is older than what it was made from: install again. Otherwise nothing is asked of pip.
$(VENV)/installed-data: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) --editable '.[data]'
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) --editable '.[dev]'
	touch $(VENV)/installed-data $@

clean:
	rm -rf $(VENV) build dist out docs/_build docs/api/generated
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
