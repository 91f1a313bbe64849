"""Why an item's figure is what it is: asked for one item at a time, computed in the worker."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sop_app.planning.forecasting.engine import Forecast
from sop_app.planning.forecasting.explanation.explain import explain_item
from sop_app.planning.forecasting.panel import Panel
from sop_app.planning.forecasting.rules import Choice, DemandClass
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.service import get_job, start_job

from . import service
from .rules import Level
from .schemas import ItemForecast

EXPLANATION_JOB = "explain_forecast"


@dataclass(frozen=True)
class DriverShare:
    """What the pre-trained model looked at, in words, and its part of the effects, 0 to 1."""

    meaning: str
    share: float


@dataclass(frozen=True)
class ItemExplanation:
    """Parts of an item's history, and its forecast in words.

    Attributes:
        sentences: The most important first.
        months: Months of history.
        trend: Per month; ``trend + season + remainder`` is the history.
        drivers: The largest first.
    """

    sentences: list[str]
    months: list[date]
    trend: list[float]
    season: list[float]
    remainder: list[float]
    drivers: list[DriverShare]


async def order_explanation(uow: UnitOfWork, run_id: int, level: Level, key: str) -> int:
    """Ask why an item's figure is what it is; return the job that finds out.

    Raises:
        PermissionDeniedError: The person may not see statistics.
        NotFoundError: The run has no such item.
    """
    item = await service.get_item(uow, run_id, level, key)
    arguments = {"run_id": run_id, "level": level.value, "key": key}
    return await start_job(uow, EXPLANATION_JOB, f"Explanation of {item.name}", arguments)


async def read_explanation(uow: UnitOfWork, job_id: int) -> ItemExplanation | None:
    """Read what a job has found out; None while it has not.

    Raises:
        PermissionDeniedError: The person may not see statistics.
        NotFoundError: The job is somebody else's.
    """
    uow.require(Permission.STATISTICS_VIEW)
    job = await get_job(uow, job_id)
    if job.kind != EXPLANATION_JOB or "sentences" not in job.result:
        return None
    found = dict(job.result)
    return ItemExplanation(
        **found
        | {
            "months": [date.fromisoformat(month) for month in found["months"]],
            "drivers": [DriverShare(**driver) for driver in found["drivers"]],
        }
    )


def explain(item: ItemForecast) -> dict[str, Any]:
    """Explain an item's forecast, in figures and words that a job can keep as its result."""
    panel = Panel(
        (item.name,),
        (np.array(item.corrected),),
        (pd.to_datetime(item.history_months[-1].isoformat()),),
    )
    lower, upper = item.bounds[80]
    forecast = Forecast(
        panel,
        np.array([item.points]),
        {80: (np.array([lower]), np.array([upper]))},
        (item.method,),
        (),
        {item.name: item.note} if item.note else {},
    )
    choice = Choice(DemandClass(item.demand_class), tuple(item.members), item.reason)
    found = explain_item(forecast, 0, choice)
    drivers = [DriverShare(one.meaning.value, round(one.share, 4)) for one in found.drivers]
    return {
        "sentences": list(found.sentences),
        "months": [month.isoformat() for month in item.history_months],
        "trend": found.decomposition.trend.round(3).tolist(),
        "season": found.decomposition.season.round(3).tolist(),
        "remainder": found.decomposition.remainder.round(3).tolist(),
        "drivers": [asdict(driver) for driver in drivers],
    }
