# Genklang. `make` alone lists what there is.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.genklang-stamp
TEST_STAMP := $(VENV)/.genklang-test-stamp

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-llm test-servers bench screenshots lint format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/uv: deploy/uv.lock
	@sh deploy/make-venv.sh "$(PYTHON)" "$(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/uv.lock
	@touch $@

$(STAMP): $(BIN)/uv requirements.lock pyproject.toml
	@echo "Installing pinned packages …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_STAMP): $(STAMP) requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(STAMP) ## virtual environment, pinned packages, the genklang command in .venv/bin

demo: setup ## a sandbox mail server, a sample company, real mails, and the desk at http://127.0.0.1:8025
	@exec $(BIN)/genklang demo

test-servers: ## the mail, database and broker servers that the tests talk to (Debian packages)
	@sh deploy/install-test-servers.sh

test: $(TEST_STAMP) test-servers lint ## all tests, those with real servers included
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/unit
	@$(BIN)/python -m pytest -n 3 --dist loadfile tests/faults tests/integration # servers are started once a file; much of it is waiting
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser # apart: Playwright keeps an event loop in its process

test-llm: $(TEST_STAMP) ## the language-model path against a real model server (fetches it: 1.3 GB)
	@sh deploy/test-llm.sh

bench: setup ## speed of the analysis, and of the desk with CASES=20000 cases on DATABASE=URL (SQLite unless named)
	@$(BIN)/genklang eval speed
	@$(BIN)/genklang eval desk --cases $(or $(CASES),20000) $(if $(DATABASE),--database $(DATABASE))

screenshots: $(TEST_STAMP) ## pictures of every page in both themes, for docs/images/pages
	@$(BIN)/python -m tests.browser.screenshots docs/images/pages

lint: $(TEST_STAMP) ## style, types and layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(TEST_STAMP) ## put the code into its format
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

lock: $(BIN)/uv ## pin the packages anew, with hashes and without any address
	@sh deploy/lock.sh $(BIN)/uv

clean: ## remove the virtual environment and caches (not your data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
