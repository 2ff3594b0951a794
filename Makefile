# Everything a newcomer needs: `make demo` and `make test`. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
KENTONGAN := $(BIN)/kentongan
ONLY ?=

.PHONY: help setup demo test check eval bench lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    the whole service on an invented city, offline; then open the printed address"
	@echo "make test    every test this machine can run; says what it skipped and why"
	@echo "make check   lint, types, import order"
	@echo "make eval    quality of the shipped model, with its floors"
	@echo "make bench   speed beside peers (ONLY=name for one)"
	@echo "make clean   remove .venv and caches; never the data folder"

# A stamp says that the packages are those of the lock file; it is older when the lock changes.
$(VENV)/.venv-made:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=24.2"
	@touch $@

$(VENV)/.run-ready: $(VENV)/.venv-made requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run-ready

demo: setup
	$(KENTONGAN) demo

# Files of tests lie in memory where it has room: on a disk, waiting for it is most of what a test of the record does.
ROOMY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "TMPDIR=/dev/shm"}')

# A worker more than there are cores, up to four: crawls and servers are waited for. A file's tests stay together, as they
# share what is slow to make.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
test: $(VENV)/.dev-ready
	$(ROOMY) OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy kentongan crawler classifier search pipeline webui cli tests benchmarks
	$(BIN)/lint-imports

eval: $(VENV)/.dev-ready
	$(BIN)/python -m pytest tests/evaluation -ra

bench: $(VENV)/.dev-ready
	$(BIN)/python -m benchmarks $(ONLY)

# Pins what pyproject.toml allows. A torch built for one kind of machine is pinned without its build tag.
LOCK := $(BIN)/python -m piptools compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header --resolver=backtracking
lock: $(VENV)/.dev-ready
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
