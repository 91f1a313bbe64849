"""Whoever computes a forecast, the figures are the same to the last digit."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest
from distributed import Client, LocalCluster

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.baseline.calculation import forecast_panel
from sop_app.planning.baseline.process import Calculator
from sop_app.planning.forecasting import parallel
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.methods.contract import Cost, PerItemMethod, Points
from sop_app.planning.forecasting.panel import Panel, panel_of
from sop_app.planning.forecasting.parallel import DaskExecutor, LocalExecutor, predict_points
from sop_app.system.config import get_config

NOBODY = "tcp://127.0.0.1:9"


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskExecutor]:
    """A cluster of two processes on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as started:
        yield DaskExecutor(started.scheduler_address)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Change the environment the configuration is read from."""
    get_config.cache_clear()
    yield monkeypatch
    get_config.cache_clear()


def sales(count: int, months: tuple[int, ...]) -> Panel:
    """Seasonal items of several lengths, every seventh of which sells now and then."""
    rng = np.random.default_rng(11)
    season = 1 + 0.3 * np.sin(np.arange(72) * np.pi / 6)
    items: dict[str, list[float]] = {}
    for number in range(count):
        history = np.round(rng.gamma(20, 5, 72) * season)
        if number % 7 == 0:
            history *= rng.random(72) < 0.4
        items[f"I{number:03}"] = history[: months[number % len(months)]].tolist()
    return panel_of(items)


@dataclass
class Recorder:
    """An executor of a given size that does the work itself and remembers the chunks."""

    processes: int
    sizes: list[int] = field(default_factory=list)

    def count_processes(self) -> int:
        return self.processes

    def compute(self, work, chunks) -> list[Points]:
        self.sizes = [len(chunk) for chunk in chunks]
        return [work(chunk) for chunk in chunks]


@pytest.mark.parametrize(
    ("count", "processes", "sizes"),
    [
        (199, 2, []),
        (200, 1, []),
        (200, 2, [25] * 8),
        (350, 50, [30, 30] + [29] * 10),
        (12_001, 2, [1501] + [1500] * 7),
        (45_000, 2, [5000] * 9),
    ],
)
def test_a_panel_is_cut_into_chunks_that_are_worth_a_process(count, processes, sizes):
    panel = sales(1, (24,)).pick(np.zeros(count, dtype=np.int64))
    executor = Recorder(processes)
    points = predict_points(find_method("seasonal_naive"), panel, 2, workers=executor)
    assert (executor.sizes, points.values.shape) == (sizes, (count, 2))


def test_a_method_that_learns_across_items_stays_in_one_piece():
    executor = Recorder(2)
    predict_points(find_method("boosting"), sales(210, (48,)), 2, workers=executor)
    assert executor.sizes == []


@pytest.mark.parametrize(("method", "count"), [("auto", 240), ("theta", 200), ("prophet", 8)])
def test_two_processes_of_a_cluster_forecast_what_two_of_this_machine_do(cluster, method, count):
    panel = sales(count, (5, 18, 36, 60) if count > 200 else (40, 60))
    here = make_forecast(panel, 6, method=method, workers=2)
    there = make_forecast(panel, 6, method=method, workers=cluster)
    np.testing.assert_array_equal(there.points, here.points)
    for level in (80, 95):
        np.testing.assert_array_equal(there.bounds[level], here.bounds[level])
    assert (there.methods, there.choices, there.notes) == (here.methods, here.choices, here.notes)


@pytest.mark.parametrize("executor", ["here", "there"])
def test_a_failure_is_told_of_the_item_it_befell(cluster, executor):
    def refuse_sevens(history, horizon):
        if history[-1] == 7:
            raise ValueError("seven")
        return np.full(horizon, history[-1])

    method = PerItemMethod("odd", "Odd", 1, Cost.DEAR, partial(refuse_sevens))
    panel = panel_of({f"I{number:02}": [3, number % 10] for number in range(30)})
    workers = cluster if executor == "there" else LocalExecutor(2)
    points = predict_points(method, panel, 2, workers=workers)
    assert points.failures == dict.fromkeys([7, 17, 27], "Odd: seven")
    assert points.values[[6, 7, 8]].tolist() == [[6, 6], [7, 7], [8, 8]]


async def test_the_process_of_a_run_hands_its_work_to_the_cluster(cluster):
    async def watch() -> None: ...

    panel = sales(200, (40,))
    async with Calculator(watch) as calculator:
        found = await calculator.compute(forecast_panel, panel, "theta", ("holt",), 6, cluster)
    here = forecast_panel(panel, "theta", ("holt",), 6, 1)
    np.testing.assert_array_equal(found.forecast.points, here.forecast.points)
    np.testing.assert_array_equal(found.rivals["holt"], here.rivals["holt"])


async def test_a_run_that_is_stopped_takes_its_work_back(cluster):
    class StoppedError(Exception): ...

    async with Client(cluster.address, asynchronous=True, set_as_default=False) as onlooker:

        async def is_busy() -> bool:
            return any((await onlooker.processing()).values())

        async def watch() -> None:
            if await is_busy():
                raise StoppedError

        with pytest.raises(StoppedError):
            async with Calculator(watch) as calculator:
                await calculator.compute(
                    forecast_panel, sales(400, (60,)), "prophet", (), 6, cluster
                )
        async with asyncio.timeout(15):
            while await is_busy():
                await asyncio.sleep(0.1)


def test_a_cluster_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(parallel, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(InvalidInputError, match=f"Dask cluster {NOBODY} cannot be used"):
        predict_points(find_method("dot"), sales(200, (40,)), 2, workers=DaskExecutor(NOBODY))


def test_a_cluster_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(parallel, "PATIENCE_SECONDS", 0.5)
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty,
        pytest.raises(InvalidInputError, match="Only 0/1 workers arrived"),
    ):
        DaskExecutor(empty.scheduler_address).count_processes()


def test_all_cores_of_this_machine_forecast_unless_told_otherwise(configure):
    configure.delenv("FORECAST_EXECUTOR", raising=False)
    configure.setattr("os.cpu_count", lambda: 3)
    assert parallel.configured_workers() == 3
    configure.setattr("os.cpu_count", lambda: None)
    assert parallel.configured_workers() == 1


def test_the_configured_cluster_forecasts(configure):
    configure.setenv("FORECAST_EXECUTOR", "dask")
    configure.setenv("FORECAST_EXECUTOR_ADDRESS", NOBODY)
    assert parallel.configured_workers() == DaskExecutor(NOBODY)


def test_without_dask_the_extra_is_named(configure):
    configure.setenv("FORECAST_EXECUTOR", "dask")
    configure.setenv("FORECAST_EXECUTOR_ADDRESS", NOBODY)
    configure.setattr(parallel, "find_spec", lambda _name: None)
    with pytest.raises(InvalidInputError, match=r"pip install -r requirements-dask\.txt"):
        parallel.configured_workers()


@pytest.mark.parametrize(
    ("executor", "address", "refusal"),
    [
        ("spark", "", "FORECAST_EXECUTOR is neither local nor dask: spark"),
        ("dask", "", "FORECAST_EXECUTOR=dask needs FORECAST_EXECUTOR_ADDRESS"),
    ],
)
def test_an_executor_there_is_none_of_is_refused(configure, executor, address, refusal):
    configure.setenv("FORECAST_EXECUTOR", executor)
    configure.setenv("FORECAST_EXECUTOR_ADDRESS", address)
    with pytest.raises(ValueError, match=refusal):
        get_config()
