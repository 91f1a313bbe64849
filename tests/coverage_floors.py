"""Hold the floors of branch coverage: rules 95 %, services 90 %, everything 80 %.

    coverage json -o coverage.json && python -m tests.coverage_floors coverage.json

Screens count in the whole only: the journeys drive them in a process of their own.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOMS = ("system", "master_data", "actuals", "planning", "review")
FLOORS = {"kernel and rules": 95.0, "services": 90.0, "everything": 80.0}


def group_of(path: str) -> str | None:
    """Name the floor a file counts for, beside the one for everything."""
    room = path.split("/")[1]
    if room == "kernel" or path.endswith("rules.py"):
        return "kernel and rules"
    return "services" if room in ROOMS else None


def measure(files: Mapping[str, Any]) -> dict[str, float]:
    """Give the covered share of statements and branches per floor, in percent."""
    covered: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for path, measured in files.items():
        summary = measured["summary"]
        for group in {group_of(path), "everything"} - {None}:
            covered[group] += summary["covered_lines"] + summary["covered_branches"]
            total[group] += summary["num_statements"] + summary["num_branches"]
    return {group: 100 * covered[group] / total[group] for group in FLOORS}


def main(report: Path) -> int:
    """Print the table; 1 when a floor is missed."""
    shares = measure(json.loads(report.read_text())["files"])
    for group, floor in FLOORS.items():
        verdict = "held" if shares[group] >= floor else "MISSED"
        print(f"{group:18} {shares[group]:5.1f} %  at least {floor:.0f} %  {verdict}")  # noqa: T201
    return int(any(shares[group] < floor for group, floor in FLOORS.items()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
