# What a person types. Everything installs itself into .venv; what needs an administrator says so.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# setuptools warns that folders here are named like packages; they are the packages.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet

# What failed halfway is not there: the next make begins it again.
.DELETE_ON_ERROR:

.PHONY: run test check coverage faults mutants bench soak pictures fresh widgets wheel clean

run: $(VENV)/ready-to-run  ## the demo: a shop with 6,919 real purchases comes alive
	$(BIN)/stammkunde demo $(if $(PLATFORM),--platform $(PLATFORM))

test: check coverage  ## everything that must be green
	$(BIN)/python -m pytest -n 2

check: $(VENV)/ready-to-test  ## style, types and arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

coverage: $(VENV)/ready-to-test  ## every branch of what moves points and checks signatures
	$(BIN)/coverage run -m pytest @tests/guarded.txt
	$(BIN)/coverage report

faults: $(VENV)/ready-to-test  ## take each safeguard out and see its test go red
	$(BIN)/python -m tests.faults.run

mutants: $(VENV)/ready-to-mutate  ## change what is dear a line at a time and see which test notices
	$(BIN)/python -m tests.mutants

soak: $(VENV)/ready-to-test  ## the same tests with many more random cases
	STAMMKUNDE_ROUNDS=34 $(BIN)/python -m pytest -n 2

bench: $(VENV)/ready-to-bench  ## ratios beside floors and peers (PARTS="posting growth" for some)
	$(BIN)/python -m benchmarks $(PARTS)

pictures: $(VENV)/ready-to-test  ## what people look at, into docs/pictures
	$(BIN)/python -m tests.pictures

fresh: $(VENV)/ready-to-test  ## follow the README in an empty folder
	$(BIN)/python -m tests.fresh

widgets: $(VENV)/ready-to-test  ## build the widget files anew
	$(BIN)/python -m tests.widgets.build

wheel: $(VENV)/ready-to-test  ## a wheel that holds every asset
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) build dist *.egg-info widgets/node_modules

$(VENV)/bin/python:
	@.ci/need $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip

$(VENV)/ready-to-run: $(VENV)/bin/python setup.cfg
	$(PIP) -e .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/bin/python setup.cfg
	@.ci/need $(PYTHON) browser php
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/ready-to-run

$(VENV)/ready-to-mutate: $(VENV)/ready-to-test
	$(PIP) -e '.[mutants]'
	@touch $@

$(VENV)/ready-to-bench: $(VENV)/ready-to-test
	$(PIP) -e '.[bench]'
	@touch $@
