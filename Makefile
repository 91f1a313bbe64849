# Two commands do everything: `make run` and `make test`.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$name && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile -q --no-header --no-emit-index-url --no-emit-find-links

.PHONY: run test check lock screenshots clean

run: .venv/installed
	@$(BIN)/python -m sop_app run

test: .venv/installed-dev
	@bash tests/run.sh

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

screenshots: .venv/installed-dev
	@$(BIN)/python docs/pictures/take.py

lock: .venv/installed-dev
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dask.in -o requirements-dask.txt
	$(COMPILE) --no-strip-markers requirements-dev.in -o requirements-dev.txt

.venv/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "S&OP needs Python 3.11 or newer."; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Installing the program's libraries; this takes a minute or two, once."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing what the tests need."
	@$(PIP) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .web data
