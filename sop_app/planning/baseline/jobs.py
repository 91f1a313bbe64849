"""Runs of the baseline forecast in the worker: ordered by people, and due after new sales."""

from datetime import timedelta
from typing import Any

from sop_app.planning.forecasting.parallel import configured_workers
from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.registry import job, scheduled

from . import due, explaining, findings, service
from .process import Calculator
from .rules import Level
from .running import carry_out, search_history


@job(service.BASELINE_JOB)
async def make_baseline(context: JobContext) -> dict[str, Any]:
    """Carry a run out; an interrupted one goes on after its last complete stage.

    Afterwards the history it saw is looked through for unusual months, by a job of its own.
    """
    run_id = int(context.arguments["run_id"])
    await carry_out(run_id, context.progress, context.check_cancelled, workers=configured_workers())
    async with unit_of_work() as uow:
        await due.pin_to_gathering_cycles(uow, run_id)
        await findings.order_detection(uow)
    return {"run_id": run_id}


@job(findings.DETECTION_JOB)
async def detect_anomalies(context: JobContext) -> dict[str, Any]:
    """Look through the history for unusual months."""
    await context.progress(0, 1, "Looking for unusual months")
    return {"findings": await search_history(context.check_cancelled)}


@job(explaining.EXPLANATION_JOB)
async def explain_forecast(context: JobContext) -> dict[str, Any]:
    """Find out why an item's figure is what it is."""
    wanted = context.arguments
    async with unit_of_work() as uow:
        item = await service.get_item(
            uow, int(wanted["run_id"]), Level(wanted["level"]), wanted["key"]
        )
    async with Calculator(context.check_cancelled) as calculator:
        return await calculator.compute(explaining.explain, item)


@scheduled(every=timedelta(minutes=1))
async def order_due_runs() -> None:
    """Order a run when sales were imported since the last one, or a cycle gathers its data."""
    async with unit_of_work() as uow:
        await due.order_due_run(uow)
