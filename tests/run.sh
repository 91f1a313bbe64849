#!/usr/bin/env bash
# Everything `make test` does, in the order in which it fails fastest.
set -euo pipefail
BIN=.venv/bin

ensure_chromium() {
  command -v chromium >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  else
    echo "The browser tests need Chromium: install your system's package \"chromium\"." >&2
    exit 1
  fi
}

"$BIN/ruff" format --check .
"$BIN/ruff" check .
"$BIN/lint-imports"
PYRIGHT_PYTHON_IGNORE_WARNINGS=1 "$BIN/pyright" # would ask the package index for a newer version
ensure_chromium
"$BIN/python" -c "from sop_app.system.front_end import ensure_front_end; ensure_front_end()"
"$BIN/python" -m pytest -n 2 --dist loadfile -rR --cov --cov-report=json:.coverage.json "$@"
[ $# -gt 0 ] || "$BIN/python" -m tests.coverage_floors .coverage.json
