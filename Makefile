# Every target makes what it needs: a virtual environment in .venv, with packages whose
# hashes are checked. Nothing is installed elsewhere, except python3-venv by root when missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

# How many test processes, on two processors: tests wait for servers two fifths of their time, the
# heavy ones load both.
TEST_JOBS ?= 3
HEAVY_JOBS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=

# Without it each of the many processes of a test run compiles all sources again.
unexport PYTHONDONTWRITEBYTECODE

export STOPLINE_PORT ?= 8080
export STOPLINE_DATA ?= ./stopline-data

.PHONY: help
help:  ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: runtime dev
runtime:
	@scripts/bootstrap runtime
dev:
	@scripts/bootstrap dev

.PHONY: serve
serve: runtime  ## start Stopline on 127.0.0.1:$STOPLINE_PORT (8080), data in $STOPLINE_DATA
	@exec $(BIN)/stopline serve

.PHONY: test
test: dev  ## run every test but the heavy ones; prints what was skipped and why
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist worksteal -m "not heavy and not mutants" $(PYTEST_ARGS)

HEAVY ?= heavy
.PHONY: heavy
heavy: dev  ## the heavy tests: crashes, power cuts, histories ($STOPLINE_SCALE)
	$(BIN)/python -m pytest -n $(HEAVY_JOBS) --dist worksteal -m "$(HEAVY)" $(PYTEST_ARGS)

.PHONY: mutants
mutants: dev  ## plant each fault of tests/mutants and see a test catch it
	$(BIN)/python -m pytest -n $(HEAVY_JOBS) -m "mutants" $(PYTEST_ARGS)

.PHONY: prove
prove: dev  ## planted faults and the guarantee at full figures; writes docs/proof/report.md
	$(BIN)/python scripts/prove $(PYTEST_ARGS)

.PHONY: bench
bench: dev  ## measure, print a table, write bench/results.json
	$(BIN)/python -m bench

.PHONY: bench-peers
bench-peers: dev  ## the same over SMPP, with Kannel (Debian) beside it; writes bench/peers.json
	@command -v bearerbox >/dev/null || apt-get install -y --no-install-recommends kannel
	$(BIN)/python -m bench.peers $(BENCH_ARGS)

.PHONY: lint format types imports
lint: dev  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
format: dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
types: dev  ## mypy --strict
	$(BIN)/mypy
imports: dev  ## who may import whom
	$(BIN)/lint-imports --no-logo

.PHONY: docs
docs: dev  ## renew the generated references, check that all is documented and links lead somewhere
	$(BIN)/python scripts/reference
	$(BIN)/python -m pytest tests/test_docs.py tests/test_tidy.py

.PHONY: site
site: dev  ## build the documentation as a web site in site/
	$(BIN)/zensical build --strict

.PHONY: wheel
wheel: dev  ## build the wheel and start it from an empty folder
	scripts/check-wheel

.PHONY: ci
ci:  ## everything that has to hold before a change is taken (root, Debian)
	bash .ci/run

.PHONY: lock
lock: dev  ## resolve the dependencies again and write requirements*.txt with hashes
	scripts/lock

.PHONY: clean
clean:  ## remove the environment and caches; leaves data alone
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build site
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
