"""One method on many items by each executor: what handing the work over costs, and what it brings.

All executors get the same chunks and have to find the same figures. Their processes are warm: the
program starts them once per run, a cluster is there already.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from statistics import median

import numpy as np
import typer
from distributed import LocalCluster

from benchmarks.table import Comparison, Figure, report
from sop_app.planning.forecasting.engine import find_method
from sop_app.planning.forecasting.methods.contract import Method, Points
from sop_app.planning.forecasting.panel import Panel, panel_of
from sop_app.planning.forecasting.parallel import (
    LARGEST_CHUNK,
    DaskExecutor,
    Executor,
    LocalExecutor,
)

METHOD, ITEMS = "dot", 6_000
"""Where the work counts: some milliseconds per item."""
NOTHING, MANY = "seasonal_naive", 100_000
"""Where only handing over counts."""
MONTHS, HORIZON = 48, 18
CHUNKS = 8
ROUNDS = 3
ONE, TWO, JOBLIB = "Dask, 1 worker", "Dask, 2 workers", "joblib, 2 processes"


def make_panel(count: int) -> Panel:
    """Simulate seasonal items."""
    rng = np.random.default_rng(2026)
    season = 1 + 0.3 * np.sin(np.arange(MONTHS) * np.pi / 6)
    one = panel_of({"item": [1.0] * MONTHS})
    series = tuple(rng.gamma(20, 5, (count, MONTHS)) * season)
    return Panel(tuple(f"{i}" for i in range(count)), series, one.last_months * count)


def predict(method: Method, panel: Panel) -> Points:
    """Do a chunk's work."""
    return method.fit(panel).predict(HORIZON)


def spread(executor: Executor, name: str, panel: Panel) -> np.ndarray:
    """Forecast a panel in chunks."""
    count = max(CHUNKS, len(panel) // LARGEST_CHUNK)
    chunks = [panel.pick(places) for places in np.array_split(np.arange(len(panel)), count)]
    found = executor.compute(partial(predict, find_method(name)), chunks)
    return np.vstack([points.values for points in found])


def compare(
    executors: dict[str, Executor], name: str, panel: Panel
) -> tuple[float, dict[str, float]]:
    """Take the median seconds of this process alone and of each executor, in turn.

    Raises:
        AssertionError: An executor found other figures.
    """
    alone = partial(predict, find_method(name))
    works: dict[str, Callable[[], np.ndarray]] = {"": lambda: alone(panel).values}
    for title, executor in executors.items():
        works[title] = partial(spread, executor, name, panel)
        spread(executor, name, panel.pick(range(100)))
    seconds: dict[str, list[float]] = {title: [] for title in works}
    expected = alone(panel).values
    for _ in range(ROUNDS):
        for title, work in works.items():
            start = time.perf_counter()
            found = work()
            seconds[title].append(time.perf_counter() - start)
            np.testing.assert_array_equal(found, expected)
    medians = {title: median(each) for title, each in seconds.items()}
    return medians.pop(""), medians


def start_cluster(stack: ExitStack, processes: int) -> DaskExecutor:
    """Start a cluster on this machine that ends with the stack."""
    cluster = LocalCluster(
        n_workers=processes, threads_per_worker=1, processes=True, dashboard_address=":0"
    )
    return DaskExecutor(stack.enter_context(cluster).scheduler_address)


def main() -> None:
    """Measure and print the table."""
    with ExitStack() as stack:
        executors: dict[str, Executor] = {
            ONE: start_cluster(stack, 1),
            TWO: start_cluster(stack, 2),
            JOBLIB: LocalExecutor(2),
        }
        alone, each = compare(executors, METHOD, make_panel(ITEMS))
        nothing, handed = compare(executors, NOTHING, make_panel(MANY))
    work = f"{METHOD}, {ITEMS:,} items"
    figures = [
        Figure(f"{work}: {title}, to one process", each[title], "s", alone, goal, Comparison.RATIO)
        for title, goal in ((ONE, 1.15), (TWO, None), (JOBLIB, None))
    ]
    figures.append(
        Figure(f"{work}: {TWO}, to {JOBLIB}", each[TWO], "s", each[JOBLIB], 1.15, Comparison.RATIO)
    )
    figures += [
        Figure(f"handing over an item: {title}", (seconds - nothing) / MANY * 1e6, "µs", goal=30)
        for title, seconds in handed.items()
    ]
    raise typer.Exit(report("Executors of the forecast", figures))


if __name__ == "__main__":
    typer.run(main)
