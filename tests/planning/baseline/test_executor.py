"""The worker computes a run with what the installation has: its cores or a cluster."""

from typing import Any

import pytest

from sop_app.planning.baseline import jobs
from sop_app.planning.forecasting.parallel import DaskExecutor
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.config import get_config
from sop_app.system.jobs.context import JobContext

ADDRESS = "tcp://10.0.0.5:8786"


class ReachedError(Exception):
    """The run was about to be carried out."""


@pytest.mark.parametrize(("name", "expected"), [("local", 2), ("dask", DaskExecutor(ADDRESS))])
async def test_a_run_is_computed_by_the_configured_executor(monkeypatch, name, expected):
    async def carry_out(run_id: int, *_: Any, workers: Any) -> None:
        assert (run_id, workers) == (7, expected)
        raise ReachedError

    monkeypatch.setattr(jobs, "carry_out", carry_out)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setenv("FORECAST_EXECUTOR", name)
    monkeypatch.setenv("FORECAST_EXECUTOR_ADDRESS", ADDRESS)
    get_config.cache_clear()
    try:
        with pytest.raises(ReachedError):
            await jobs.make_baseline(JobContext(1, SYSTEM_ACTOR, {"run_id": 7}))
    finally:
        get_config.cache_clear()
