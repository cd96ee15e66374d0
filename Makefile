# Two commands do everything on a fresh machine: `make build` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
TESTS := -n 2 --dist loadgroup

.PHONY: build test test-all bench notebooks docs checks lint js clean

build: .venv/ready
	$(BIN)/geo build --sample

test: checks
	$(BIN)/pytest $(TESTS) -m "not slow"

test-all: checks
	$(BIN)/pytest $(TESTS) --hypothesis-profile thorough

bench: .venv/ready-to-test
	$(BIN)/pytest tests/benchmarks --benchmark-only -o addopts="--strict-markers"

notebooks: .venv/ready-to-test
	$(BIN)/jupyter lab notebooks

docs: .venv/ready-to-test
	$(BIN)/python -m sphinx -W --keep-going --quiet -d docs/_build/doctrees docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

checks: .venv/ready-to-test
	@$(MAKE) --no-print-directory -j2 lint js

lint: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

js:
	@tests/js/check

.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable . --constraint constraints.txt
	touch $@

.venv/ready-to-test: .venv/ready
	$(BIN)/pip install --quiet --editable ".[docs,notebooks,test]" --constraint constraints.txt
	touch $@

clean:
	rm -rf .venv docs/_build outputs/[!R]* .mypy_cache .ruff_cache .hypothesis
