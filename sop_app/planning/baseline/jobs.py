"""Runs of the baseline forecast in the worker: ordered by people, and due after new sales."""

import os
from datetime import timedelta
from typing import Any

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.registry import job, scheduled

from . import due, findings, service
from .history import find_last_month
from .process import Calculator
from .running import carry_out, look_for_anomalies


@job(service.BASELINE_JOB)
async def make_baseline(context: JobContext) -> dict[str, Any]:
    """Carry a run out; an interrupted one goes on after its last complete stage."""
    run_id = int(context.arguments["run_id"])
    await carry_out(run_id, context.progress, context.check_cancelled, workers=os.cpu_count() or 1)
    async with unit_of_work() as uow:
        await due.pin_to_gathering_cycles(uow, run_id)
    return {"run_id": run_id}


@job(findings.DETECTION_JOB)
async def detect_anomalies(context: JobContext) -> dict[str, Any]:
    """Look through the history for unusual months."""
    await context.progress(0, 1, "Looking for unusual months")
    async with unit_of_work() as uow:
        last_month = await find_last_month(uow)
    if last_month is None:
        return {"findings": 0}
    async with Calculator(context.check_cancelled) as calculator:
        return {"findings": await look_for_anomalies(calculator, last_month)}


@scheduled(every=timedelta(minutes=1))
async def order_due_runs() -> None:
    """Order a run when sales were imported since the last one, or a cycle gathers its data."""
    async with unit_of_work() as uow:
        await due.order_due_run(uow)
