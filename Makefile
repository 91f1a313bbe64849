# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lock check screenshots clean

run: .venv/installed
	@$(BIN)/python -m sop_app run

test: .venv/installed-dev
	@bash tests/run.sh

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

lock: .venv/installed-dev
	$(BIN)/uv pip compile -q --no-header --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --no-header --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt

.venv/installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .web data
