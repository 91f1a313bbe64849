"""The worker knows every feature that declares background work, and every duty can be done."""

import importlib
from pathlib import Path

import pytest

from sop_app import worker
from sop_app.system.jobs.registry import SCHEDULES

PROJECT_ROOT = Path(worker.__file__).resolve().parents[1]
for feature in worker.FEATURES_WITH_JOBS:
    importlib.import_module(feature)


def test_every_feature_with_jobs_is_assembled() -> None:
    modules = {
        ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts)
        for path in (PROJECT_ROOT / "sop_app").glob("*/**/jobs.py")
    }
    assert modules == set(worker.FEATURES_WITH_JOBS)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
async def test_every_duty_runs_on_an_empty_database(as_system, name: str) -> None:
    await SCHEDULES[name].duty()
