"""Composition root of the web: builds the app, mounts the API, registers the pages."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx

from sop_app.api.edge import protect
from sop_app.api.root import build_api
from sop_app.import_kinds import register_import_kinds
from sop_app.system import database
from sop_app.system.config import get_config
from sop_app.system.logs import configure_logs
from sop_app.ui.pages import register_pages
from sop_app.ui.shell.gate import Gate, log_defect
from sop_app.ui.shell.intake import guard_intake
from sop_app.ui.shell.permits import verify_handlers
from sop_app.ui.shell.theme import app_options

READY_CONNECTIONS = 8


@asynccontextmanager
async def connected_database() -> AsyncIterator[None]:
    """Hold the process's database connections for as long as the web runs."""
    configure_logs()
    gc.collect()
    gc.freeze()  # pages and libraries stay for good: looking through them stalls everybody 0.2 s
    config = get_config()
    if config.database_url is None:
        raise RuntimeError("DATABASE_URL is not set; start the web with `python -m sop_app serve`.")
    database.connect_engine(config.database_url, pool_size=config.database_pool_size)
    await database.open_connections(min(READY_CONNECTIONS, config.database_pool_size))
    try:
        yield
    finally:
        await database.disconnect_engine()


app = rx.App(
    api_transformer=[build_api(), protect],
    backend_exception_handler=log_defect,
    **app_options(),
)
app.add_middleware(Gate(), 0)
guard_intake(app.event_namespace)
app.register_lifespan_task(connected_database)
register_import_kinds()
register_pages(app)
verify_handlers()
