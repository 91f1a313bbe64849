"""Runs of the baseline forecast in the worker: ordered by people, and due after new sales."""

from datetime import timedelta
from typing import Any

from sop_app.planning.forecasting.parallel import configured_workers
from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.registry import job, scheduled

from . import due, service
from .running import carry_out


@job(service.BASELINE_JOB)
async def make_baseline(context: JobContext) -> dict[str, Any]:
    """Carry a run out; an interrupted one goes on after its last complete stage."""
    run_id = int(context.arguments["run_id"])
    await carry_out(run_id, context.progress, context.check_cancelled, workers=configured_workers())
    async with unit_of_work() as uow:
        await due.pin_to_gathering_cycles(uow, run_id)
    return {"run_id": run_id}


@scheduled(every=timedelta(minutes=1))
async def order_due_runs() -> None:
    """Order a run when sales were imported since the last one, or a cycle gathers its data."""
    async with unit_of_work() as uow:
        await due.order_due_run(uow)
