"""Bring the database's schema to the program's version."""

from pathlib import Path

from alembic.config import Config as AlembicConfig

from alembic import command

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate forward; several processes may call it at once, one works, the others wait.

    Args:
        url: The database, as a role that owns its tables.
        revision: Where to stop; the newest by default.
    """
    command.upgrade(alembic_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate back to a revision; ``base`` removes every table."""
    command.downgrade(alembic_config(url), revision)


def alembic_config(url: str) -> AlembicConfig:
    """Point Alembic at a database."""
    config = AlembicConfig(str(PROJECT_ROOT / "alembic.ini"))
    config.attributes["url"] = url
    return config
