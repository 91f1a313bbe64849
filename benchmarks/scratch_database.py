"""A database of a benchmark's own, with durability as shipped, gone at the end."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sop_app.system import database, migrations
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.embedded_postgres import running_postgres


@asynccontextmanager
async def scratch_database() -> AsyncIterator[str]:
    """Run a migrated, empty database, connect the program to it and act as the program itself."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder), always_stop=True) as url,
    ):
        migrations.upgrade(url)
        database.connect_engine(url)
        try:
            with database.acting_as(SYSTEM_ACTOR):
                yield url
        finally:
            await database.disconnect_engine()
