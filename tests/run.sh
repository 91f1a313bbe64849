#!/usr/bin/env bash
# Everything `make test` does, in the order in which it fails fastest.
set -euo pipefail
BIN=.venv/bin
"$BIN/ruff" format --check .
"$BIN/ruff" check .
"$BIN/lint-imports"
"$BIN/python" -m pytest
