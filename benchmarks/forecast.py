"""The default forecast on public monthly series, against the libraries' methods in the same run.

The test part of a series is only read to score; nothing was fitted or chosen on it, and the
pre-trained model has seen simulated series only. MASE is scaled by the whole training part, also
where the history is cut, so that cut and whole figures can be compared.
"""

import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import typer
from numpy.typing import NDArray
from sqlalchemy import text

from benchmarks.table import Comparison, Figure, report
from sop_app.kernel import accuracy
from sop_app.planning.baseline.running import carry_out
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.planning.baseline.service import create_run
from sop_app.planning.forecasting.engine import Forecast, make_forecast
from sop_app.planning.forecasting.panel import Panel, read_panel
from sop_app.system import database, migrations
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.embedded_postgres import running_postgres

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "forecasting"
WORKERS = 2
SEASON = 12
BORDER_OF_CHANCE = 1.645
MANY = 10_000
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """A data set: histories, what came after, and the scale of MASE per series."""

    panel: Panel
    actual: Matrix
    scales: Matrix

    @property
    def horizon(self) -> int:
        """Months to forecast."""
        return self.actual.shape[1]

    def cut(self, months: int) -> "Task":
        """Keep the last months of history only; the scales stay."""
        return Task(self.panel.tail(months), self.actual, self.scales)


@dataclass(frozen=True)
class Run:
    """What a method forecast, and the processor seconds it took, children included."""

    made: Forecast
    seconds: float


def load(name: str) -> Task:
    """Read a data set; both parts in the order of the panel."""
    frame = pd.read_parquet(DATA / f"{name}.parquet")
    panel = read_panel(frame[frame["split"] == "train"])
    test = frame[frame["split"] == "test"].sort_values(["unique_id", "ds"])
    by_item = {str(item): rows["y"].to_numpy() for item, rows in test.groupby("unique_id")}
    scales = [np.abs(one[SEASON:] - one[:-SEASON]).mean() for one in panel.series]
    actual = np.array([by_item[item] for item in panel.ids], dtype=float)
    return Task(panel, actual, np.array(scales))


def run(task: Task, method: str) -> Run:
    """Forecast a data set with a method."""
    start = processor_seconds()
    made = make_forecast(task.panel, task.horizon, method=method, workers=WORKERS)
    return Run(made, processor_seconds() - start)


def processor_seconds() -> float:
    """Sum the processor time of this process and its children, at work or ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    usages = [resource.getrusage(kind) for kind in kinds]
    children = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + sum(times.user + times.system for times in children)


def mase(task: Task, points: Matrix) -> float:
    """Average MASE over the series whose scale is defined."""
    sizes = np.abs(task.actual - points).mean(axis=1)
    defined = task.scales > 0
    return float((sizes[defined] / task.scales[defined]).mean())


def smape(task: Task, points: Matrix) -> float:
    """Average sMAPE in percent, as in the M competitions."""
    each = [accuracy.smape(a, f) for a, f in zip(task.actual, points, strict=True)]
    return 100 * float(np.mean([one for one in each if one is not None]))


def owa(task: Task, points: Matrix) -> float:
    """Average sMAPE and MASE in relation to Naive 2, as in M4."""
    naive = np.array([naive_2(history, task.horizon) for history in task.panel.series])
    return (smape(task, points) / smape(task, naive) + mase(task, points) / mase(task, naive)) / 2


def naive_2(history: Matrix, horizon: int) -> Matrix:
    """Repeat the last figure, seasonally adjusted if the season passes M4's 90 % test."""
    if not is_seasonal(history) or (history <= 0).any():
        return np.full(horizon, history[-1])
    weights = np.r_[0.5, np.ones(SEASON - 1), 0.5] / SEASON
    trend = np.convolve(history, weights, "valid")
    ratios = np.full(len(history), np.nan)
    half = SEASON // 2
    ratios[half : half + len(trend)] = history[half : half + len(trend)] / trend
    season = np.array([np.nanmean(ratios[month::SEASON]) for month in range(SEASON)])
    factors = np.resize(season / season.mean(), len(history) + horizon)
    return history[-1] / factors[len(history) - 1] * factors[len(history) :]


def is_seasonal(history: Matrix) -> bool:
    """Test the autocorrelation at one season against chance."""
    if len(history) < 3 * SEASON or history.std() == 0:
        return False
    centred = history - history.mean()
    products = [(centred[lag:] * centred[:-lag]).sum() for lag in range(1, SEASON + 1)]
    correlation = np.array(products) / (centred**2).sum()
    spread = np.sqrt((1 + 2 * (correlation[:-1] ** 2).sum()) / len(history))
    return bool(abs(correlation[-1]) > BORDER_OF_CHANCE * spread)


def scaled_interval_score(task: Task, made: Forecast, level: int) -> float:
    """Average the interval score of the series in relation to their scales (MSIS)."""
    lower, upper = made.bounds[level]
    missed = np.maximum(lower - task.actual, 0) + np.maximum(task.actual - upper, 0)
    each = (upper - lower + 2 / (1 - level / 100) * missed).mean(axis=1)
    return float((each[task.scales > 0] / task.scales[task.scales > 0]).mean())


def library_bounds(task: Task, level: int) -> tuple[Matrix, Matrix]:
    """Intervals of AutoETS by its own formulas, the anchor of the interval score."""
    from statsforecast.models import AutoETS

    found = [
        AutoETS(SEASON).forecast(one, task.horizon, level=[level]) for one in task.panel.series
    ]
    return tuple(  # type: ignore[return-value]
        np.maximum([one[f"{side}-{level}"] for one in found], 0) for side in ("lo", "hi")
    )


def measure_m3(task: Task) -> list[Figure]:
    """M3 monthly, public half: accuracy, intervals and processor time."""
    names = ("auto", "fast", "auto_ets", "dot", "theta", "seasonal_naive", "prophet")
    runs = {name: run(task, name) for name in names}
    points = {name: one.made.points for name, one in runs.items()}
    ets = mase(task, points["auto_ets"])
    ratio = Comparison.RATIO
    figures = [
        Figure("M3: default", mase(task, points["auto"]), "MASE", goal=0.785),
        Figure("M3: default, sMAPE", smape(task, points["auto"]), "%", goal=12.8),
        Figure("M3: default, OWA", owa(task, points["auto"]), "OWA", goal=0.78),
        Figure("M3: default / AutoETS", mase(task, points["auto"]), "MASE", ets, 0.955, ratio),
    ]
    figures += [
        Figure(f"M3: {name}", mase(task, points[name]), "MASE")
        for name in ("fast", "auto_ets", "dot", "theta", "seasonal_naive", "prophet")
    ]
    library = library_bounds(task, 95)
    ets_made = replace(runs["auto_ets"].made, bounds={95: library})
    score = scaled_interval_score(task, runs["auto"].made, 95)
    anchor = scaled_interval_score(task, ets_made, 95)
    figures += coverage_figures("M3", task, runs["auto"].made)
    figures.append(Figure("M3: MSIS 95 / AutoETS", score, "", anchor, 0.97, ratio))
    cpu = {name: 1000 * one.seconds / len(task.panel) for name, one in runs.items()}
    return [
        *figures,
        Figure("M3: default, processor / AutoETS", cpu["auto"], "ms", cpu["auto_ets"], 0.5, ratio),
        Figure("M3: default, processor / Prophet", cpu["auto"], "ms", cpu["prophet"], 0.35, ratio),
        Figure("M3: fast, processor / Prophet", cpu["fast"], "ms", cpu["prophet"], 0.05, ratio),
    ]


def coverage_figures(label: str, task: Task, made: Forecast) -> list[Figure]:
    """Say how far the intervals are from the share they promise, in points."""
    bands = {80: (78.0, 86.0), 95: (93.0, 97.5)}
    figures: list[Figure] = []
    for level, (least, most) in bands.items():
        held = accuracy.coverage(task.actual, *made.bounds[level]) or 0
        figures += [
            Figure(f"{label}: coverage {level}, at most", 100 * held, "%", goal=most),
            Figure(f"{label}: coverage {level}, missed", 100 - 100 * held, "%", goal=100 - least),
        ]
    return figures


def measure_anchor(name: str, label: str, goal: float) -> list[Figure]:
    """One data set: the default, and AutoETS for comparison."""
    task = load(name)
    found = run(task, "auto").made
    ets = run(task, "auto_ets").made
    figures = [
        Figure(f"{label}: default", mase(task, found.points), "MASE", goal=goal),
        Figure(f"{label}: AutoETS", mase(task, ets.points), "MASE"),
    ]
    return figures + (coverage_figures(label, task, found) if name == "hospital" else [])


def measure_short(task: Task) -> list[Figure]:
    """M3 with its history cut: what most companies have."""
    figures: list[Figure] = []
    for months, goal, rival in ((24, 0.87, "holt_winters"), (12, 0.92, "moving_average_12")):
        cut = task.cut(months)
        for name, limit in (("auto", goal), ("auto_ets", None), (rival, None)):
            points = run(cut, name).made.points
            label = "default" if name == "auto" else name
            figures.append(
                Figure(f"M3, {months} months: {label}", mase(cut, points), "MASE", goal=limit)
            )
    return figures


def measure_sparse() -> list[Figure]:
    """Car parts: the demand of twelve months as a sum."""
    task = load("carparts_public")
    actual = task.actual.sum(axis=1)
    totals: dict[str, Matrix] = {
        name: run(task, name).made.points.sum(axis=1) for name in ("auto", "dot", "auto_ets")
    }
    error = {name: 100 * (accuracy.wape(actual, one) or 0) for name, one in totals.items()}
    too_high = 100 * (accuracy.bias(actual, totals["auto"]) or 0)
    ratio = Comparison.RATIO
    return [
        Figure("car parts: default / DOT", error["auto"], "% WAPE", error["dot"], 0.88, ratio),
        Figure("car parts: AutoETS", error["auto_ets"], "% WAPE"),
        Figure("car parts: bias, either way", abs(too_high), "%", goal=10),
    ]


def measure_many(task: Task) -> list[Figure]:
    """Ten thousand items x 36 months, 18 ahead with intervals, on arrays alone."""
    source = task.panel.tail(36)
    places = np.resize(np.arange(len(source)), MANY)
    many = source.pick(places)
    panel = Panel(tuple(f"{i}" for i in range(MANY)), many.series, many.last_months)
    start = time.perf_counter()
    make_forecast(panel, 18, workers=WORKERS)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(f"{MANY:,} items x 36 months, engine", seconds, "s", goal=120),
        Figure("peak memory of the process", peak, "MB", goal=2000),
    ]


def measure_stored(task: Task, engine_seconds: float) -> list[Figure]:
    """The same ten thousand items out of the sales history and into the database, every level."""
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder)) as url:
        migrations.upgrade(url)
        seconds = asyncio.run(_run_stored(url, task))
    label = f"{MANY:,} items, all levels, stored / engine"
    return [Figure(label, seconds, "s", engine_seconds, 1.3, Comparison.RATIO)]


async def _run_stored(url: str, task: Task) -> float:
    database.connect_engine(url, pool_size=4)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await _store_sales(uow, task.panel.tail(36))
            run_id = await create_run(uow, RunRequest(windows=0))
        start = time.perf_counter()
        await carry_out(run_id, _go_on, _go_on, workers=WORKERS)
        seconds = time.perf_counter() - start
    await database.disconnect_engine()
    return seconds


async def _go_on(*_: object) -> None:
    """Watch nothing."""


async def _store_sales(uow: database.UnitOfWork, source: Panel) -> None:
    """Sell the histories, over and over, to one customer: one product for each."""
    await uow.session.execute(
        text("""
            INSERT INTO customer (code, name, region, territory, channel, currency, payment_terms,
                                  status, created_at, updated_at, version)
            VALUES ('C', 'C', 'North', '', 'Retail', 'EUR', '', 'active', now(), now(), 1)
        """)
    )
    await uow.session.execute(
        text("""
            INSERT INTO product (sku, name, description, family, unit, unit_cost, list_price,
                                 lead_time_days, minimum_order_quantity, manufacturing_location,
                                 status, created_at, updated_at, version)
            SELECT n::text, n::text, '', (n % 50)::text, 'cases', 1, 2, 0, 0, '', 'active', now(),
                   now(), 1
            FROM generate_series(0, :most) AS n
        """),
        {"most": MANY - 1},
    )
    # One row of figures per history; products take them in turn.
    histories = [series.round(3).tolist() for series in source.series]
    await uow.session.execute(
        text("""
            INSERT INTO sales_month (customer_id, product_id, month, gross_quantity,
                                     returned_quantity, net_quantity, amount)
            SELECT c.id, p.id,
                   (date_trunc('month', now()) - make_interval(months => 37 - m.place::int))::date,
                   m.y::numeric, 0, m.y::numeric, 0
            FROM customer c, product p
            JOIN LATERAL jsonb_array_elements_text(
                CAST(:histories AS jsonb) -> (p.sku::int % :count)
            ) WITH ORDINALITY AS m (y, place) ON true
        """),
        {"histories": json.dumps(histories), "count": len(histories)},
    )


def main() -> None:
    """Measure and print the table."""
    m3 = load("m3_public")
    parts: list[Callable[[], list[Figure]]] = [
        lambda: measure_m3(m3),
        lambda: measure_short(m3),
        lambda: measure_anchor("m1_monthly", "M1", 1.01),
        lambda: measure_anchor("tourism_monthly", "tourism", 1.39),
        lambda: measure_anchor("hospital", "hospital", 0.745),
        measure_sparse,
        lambda: measure_many(m3),
    ]
    figures = [figure for part in parts for figure in part()]
    figures += measure_stored(m3, figures[-2].measured)
    raise typer.Exit(report("The default forecast on public monthly series", figures))


if __name__ == "__main__":
    typer.run(main)
