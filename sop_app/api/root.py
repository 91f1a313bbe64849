"""Build the REST application that is served beside the screens."""

from fastapi import FastAPI
from sqlalchemy import text

import sop_app
from sop_app.system.database import run_alone

from . import errors
from .rest import (
    anomalies,
    assignments,
    auth,
    customers,
    cycles,
    files,
    forecasting,
    forecasts,
    imports,
    prices,
    products,
    reports,
    sales_history,
    users,
)

FEATURES = (
    anomalies,
    assignments,
    auth,
    customers,
    cycles,
    files,
    forecasting,
    forecasts,
    imports,
    prices,
    products,
    reports,
    sales_history,
    users,
)


def build_api() -> FastAPI:
    """Assemble every route of the API, its error table and its documentation page."""
    api = FastAPI(
        title="S&OP",
        version=sop_app.__version__,
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
    )
    errors.install(api)
    api.get("/api/v1/health", tags=["system"])(check_health)
    for feature in FEATURES:
        api.include_router(feature.router)
    return api


async def check_health() -> dict[str, str]:
    """Say whether the program can reach its database."""
    await run_alone(text("SELECT 1"), {})
    return {"status": "ok"}
