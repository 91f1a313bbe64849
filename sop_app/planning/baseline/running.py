"""Carry a run out: stage by stage, each stored before the next begins."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from sop_app.planning.forecasting.cleansing.detection import find_anomalies
from sop_app.planning.forecasting.panel import Panel
from sop_app.planning.forecasting.parallel import Workers
from sop_app.system.database import unit_of_work

from . import calculation, storing
from .findings import store_findings
from .history import (
    History,
    Members,
    add_up,
    find_last_month,
    members_above,
    read_history,
)
from .process import Calculator
from .queries import find_request
from .rules import BACKTEST_MONTHS, NAIVE, RIVALS, Level, origin_cuts
from .schemas import RunRequest

Progress = Callable[[int, int, str], Awaitable[None]]
Watch = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class _Work:
    """What a run works on.

    Attributes:
        history: The products.
        members: The levels above them; none when only some products are forecast.
        everything: Products and members as one panel, named by ``names``.
    """

    run_id: int
    request: RunRequest
    history: History
    members: Members | None
    member_panel: Panel | None

    @property
    def names(self) -> list[tuple[Level, str]]:
        products = [(Level.PRODUCT, name) for name in self.history.panel.ids]
        return products + list(self.members.names if self.members else ())

    @property
    def everything(self) -> Panel:
        products, members = self.history.panel, self.member_panel
        if members is None:
            return products
        return Panel(
            products.ids + members.ids,
            products.series + members.series,
            products.last_months + members.last_months,
        )

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys((self.request.method, *RIVALS)))


async def carry_out(run_id: int, progress: Progress, watch: Watch, *, workers: Workers) -> None:
    """Forecast, look back and score; goes on where an interrupted attempt was.

    Args:
        run_id: The run; it has been ordered and is not complete.
        progress: Told of each stage: done, total, what is being done.
        watch: Called while something is computed; what it raises ends the run.
        workers: Processes to use, or an executor.

    Raises:
        InvalidInputError: The method cannot forecast an item.
    """
    work = await _prepare(run_id)
    cuts = origin_cuts(work.request.windows)
    total = len(cuts) + 3
    async with Calculator(watch) as calculator:
        await progress(0, total, f"Forecasting {len(work.history.panel):,} items")
        await _forecast(work, calculator, workers)
        replays: list[calculation.Replay] = []
        for number, cut in enumerate(cuts, start=1):
            await progress(number, total, f"Looking back, window {number} of {len(cuts)}")
            replays.append(await _look_back(work, calculator, cut, workers))
        await progress(total - 2, total, "Scoring")
        scores = await calculator.compute(calculation.score_items, work.everything, replays)
        await progress(total - 1, total, "Storing")
    products = len(work.history.panel)
    own = [_first(replay, products) for replay in replays]
    method = work.request.method
    async with unit_of_work() as uow:
        await storing.store_scores(uow, run_id, work.names, scores, method)
        naive, _ = calculation.total_score(own, NAIVE)
        await storing.finish_run(uow, run_id, calculation.total_score(own, method), naive)


async def search_history(watch: Watch) -> int:
    """Look through the recorded sales of all products and keep what is unusual.

    Args:
        watch: Called while something is computed; what it raises ends the search.

    Returns:
        How many findings there are.
    """
    async with unit_of_work() as uow:
        last_month = await find_last_month(uow)
        if last_month is None:
            return 0
        recorded = await read_history(uow, last_month, is_corrected=False)
    async with Calculator(watch) as calculator:
        found = await calculator.compute(find_anomalies, recorded.panel)
    async with unit_of_work() as uow:
        await store_findings(uow, map(int, recorded.panel.ids), found)
    return len(found)


async def _prepare(run_id: int) -> _Work:
    async with unit_of_work() as uow:
        request, last_month = await find_request(uow, run_id)
        history = await read_history(
            uow, last_month, category_id=request.category_id, product_ids=request.product_ids
        )
        members = None if request.is_selection else members_above(history)
        await storing.start_over(uow, run_id, history.fingerprint, calculation.library_versions())
    member_panel = add_up(history.panel, members) if members else None
    return _Work(run_id, request, history, members, member_panel)


async def _forecast(work: _Work, calculator: Calculator, workers: Workers) -> None:
    async with unit_of_work() as uow:
        if await storing.has_items(uow, work.run_id):
            return
    method, horizon = work.request.method, work.request.horizon
    rivals = RIVALS if work.request.windows else ()
    products = await calculator.compute(
        calculation.forecast_panel, work.history.panel, method, rivals, horizon, workers
    )
    above = None
    if work.member_panel is not None:
        above = await calculator.compute(
            calculation.forecast_panel, work.member_panel, method, rivals, horizon, workers
        )
    values = np.array([work.history.facts[name].unit_value for name in work.history.panel.ids])
    async with unit_of_work() as uow:
        names = work.names[: len(work.history.panel)]
        await storing.store_items(uow, work.run_id, names, products, values.tolist())
        if above and work.members:
            points = products.forecast.points
            weighed = work.members.mean_by_volume(values, points.sum(axis=1))
            summed = calculation.move_points(above, work.members.weights @ points)
            await storing.store_items(uow, work.run_id, work.members.names, summed, weighed)


async def _look_back(
    work: _Work, calculator: Calculator, cut: int, workers: Workers
) -> calculation.Replay:
    last_month = work.history.last_month
    async with unit_of_work() as uow:
        known = await storing.read_replay(uow, work.run_id, work.names, last_month, cut)
    if known is not None:
        return known
    replay = await calculator.compute(
        calculation.replay_panel, work.everything, work.methods, BACKTEST_MONTHS, cut, workers
    )
    async with unit_of_work() as uow:
        await storing.store_replay(
            uow, work.run_id, work.names, last_month, replay, work.request.method
        )
    return replay


def _first(replay: calculation.Replay, count: int) -> calculation.Replay:
    """Keep the first items of a replay: the products."""
    kept = replay.places < count
    return calculation.Replay(
        replay.cut,
        replay.places[kept],
        replay.actual[kept],
        {name: found[kept] for name, found in replay.forecasts.items()},
    )
