# The project's commands. `make help` lists them. Python 3.11 or newer, git and make are enough to begin with.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8000
DATA ?= var
N ?= 100000
WORKERS ?= 2
COMPANIES ?= 1000
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test fuzz check lint format types floors strings strings-update bench bench-changes bench-counters bench-filters bench-timeline bench-uploads clean pins screenshots story

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: ## Install everything into this checkout; seconds when done before
	@test -n "$(PYTHON)" || { echo "Relance needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) tools/setup.py

run: setup ## Run Relance with demo people and data: make run [PORT=8000] [DATA=var]
	@exec $(BIN)/relance demo --port $(PORT) --data $(DATA)

test: ## Run all tests, the browser's included: make test [ARGS="tests/config -k env"]
	@test -n "$(PYTHON)" || { echo "Relance needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) tools/setup.py --browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: setup ## The rights oracle on as many new companies as one likes: make fuzz [COMPANIES=1000]
	@COMPANIES=$(COMPANIES) $(BIN)/python -m pytest -q tests/oracle/fuzz.py

check: setup ## Everything that must hold: lint, types, floors, strings, then all tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory floors
	@$(MAKE) --no-print-directory strings
	@$(MAKE) --no-print-directory test

lint: setup ## Style and likely faults
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run 'make format'."; exit 1; }

format: setup ## Lay the code out
	@$(BIN)/ruff format .

types: setup ## Strict types
	@$(BIN)/mypy relance tests tools bench

floors: setup ## Imports only point down
	@$(BIN)/lint-imports --no-cache

strings: setup ## Every text is translated
	@$(BIN)/python tools/strings.py check

strings-update: setup ## Write new texts into the translation files
	@$(BIN)/python tools/strings.py update

bench: setup ## Measure: make bench [N=100000] [JSON=file]
	@$(BIN)/python -m bench --rows $(N) $(if $(JSON),--json $(JSON))

bench-uploads: setup ## Measure that large files are not held in memory
	@$(BIN)/python -m bench uploads

bench-changes: setup ## Measure that a change of rights holds at once: make bench-changes [N=100000]
	@$(BIN)/python -m bench changes --rows $(N)

bench-counters: setup ## Measure counters: make bench-counters [N=100000]
	@$(BIN)/python -m bench counters --rows $(N)

bench-filters: setup ## Measure forty custom filters: make bench-filters [N=100000]
	@$(BIN)/python -m bench filters --rows $(N)

bench-timeline: setup ## Measure the page of an element with 20,000 entries
	@$(BIN)/python -m pytest -q -s tests/timeline/bench_history.py

screenshots: setup ## Pictures of the pages, into screenshots/
	@$(BIN)/python tools/screenshots.py

story: setup ## Film a seller's day, in both languages, into docs/images/story
	@$(PYTHON) tools/setup.py --browser
	@STORY=docs/images/story $(BIN)/python -m pytest -q tests/browser/test_day_of_a_seller.py

pins: setup ## Resolve the pinned versions again
	@for set in base dev node; do $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate requirements/$$set.in -o requirements/$$set.txt || exit 1; done
	@npm update --package-lock-only --ignore-scripts --silent

clean: ## Remove what set-up and the checks made; never the data
	rm -rf build dist *.egg-info node_modules relance/web/static/vendor test-results screenshots
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .venv/*.stamp
	find relance tests tools -name __pycache__ -prune -exec rm -rf {} +
	find relance -name '*.mo' -delete
