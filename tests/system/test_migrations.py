"""The schema can be built, matches the models, and can be taken down again."""

import psycopg

from alembic import command
from sop_app.system import migrations


def test_up_check_down_up(postgres):
    url = postgres.format("migration_test")
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE migration_test")
    migrations.upgrade(url)
    command.check(migrations.alembic_config(url))
    migrations.downgrade(url, "base")
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
    assert left == [("alembic_version",)]
    migrations.upgrade(url)
