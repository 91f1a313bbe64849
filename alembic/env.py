"""Run migrations as the database's owner, one at a time across processes."""

import importlib
import pkgutil

from sqlalchemy import create_engine, pool, text
from sqlmodel import SQLModel

from alembic import context
from sop_app.system.database import sqlalchemy_url

MIGRATION_LOCK = 7_401_226

for package in ("system", "master_data", "actuals", "planning", "review"):
    folder = importlib.import_module(f"sop_app.{package}")
    for module in pkgutil.walk_packages(folder.__path__, f"sop_app.{package}."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)

OWN_TABLES = set(SQLModel.metadata.tables)


def only_ours(name: str | None, type_: str, _parents: dict[str, str | None]) -> bool:
    """Leave the tables of the job queue alone."""
    return type_ != "table" or name in OWN_TABLES


def run_migrations() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            include_name=only_ours,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run_migrations()
