"""Keep runs of the baseline forecast, their back-tests, and what is unusual in the history.

The figures are totals over all customers, so they are shown to nobody who sees only some.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "forecast_run",
    "forecast_item",
    "forecast_backtest",
    "cycle_baseline",
    "history_finding",
)
FIGURES = postgresql.ARRAY(sa.Float())


def run(statement: str) -> None:
    op.get_bind().connection.driver_connection.execute(statement)


def upgrade() -> None:
    _create_runs()
    _create_items()
    _create_decisions()
    for table in TABLES:
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        run(f"CREATE POLICY visible ON {table} USING ((SELECT acting_user_sees_all()))")
        run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sop_app")
    run("GRANT USAGE ON SEQUENCE forecast_run_id_seq TO sop_app")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_runs() -> None:
    op.create_table(
        "forecast_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("windows", sa.Integer(), nullable=False),
        sa.Column("scope", postgresql.JSONB(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("versions", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("fallback_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wape", sa.Float(), nullable=True),
        sa.Column("naive_wape", sa.Float(), nullable=True),
        sa.Column("bias", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name=op.f("fk_forecast_run_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_run")),
    )
    op.create_index(op.f("ix_forecast_run_job_id"), "forecast_run", ["job_id"])


def _member_columns(table: str) -> tuple[sa.Column | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["forecast_run.id"], name=op.f(f"fk_{table}_run_id"), ondelete="CASCADE"
        ),
    )


def _create_items() -> None:
    op.create_table(
        "forecast_item",
        *_member_columns("forecast_item"),
        sa.Column("demand_class", sa.String(14), nullable=False),
        sa.Column("months_of_history", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("members", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("unit_value", sa.Float(), nullable=False),
        sa.Column("last_year", sa.Float(), nullable=False),
        *(
            sa.Column(name, FIGURES, nullable=False)
            for name in ("points", "lower_80", "upper_80", "lower_95", "upper_95")
        ),
        sa.Column("rivals", postgresql.JSONB(), nullable=False),
        *(
            sa.Column(name, sa.Float(), nullable=True)
            for name in ("wape", "naive_wape", "bias", "mase", "mae")
        ),
        sa.Column("scores", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("run_id", "level", "key", name=op.f("pk_forecast_item")),
    )
    op.create_table(
        "forecast_backtest",
        *_member_columns("forecast_backtest"),
        sa.Column("origin", sa.Date(), nullable=False),
        *(sa.Column(name, FIGURES, nullable=False) for name in ("forecast", "naive", "actual")),
        sa.Column("rivals", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint(
            "run_id", "level", "key", "origin", name=op.f("pk_forecast_backtest")
        ),
    )


def _create_decisions() -> None:
    op.create_table(
        "cycle_baseline",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("pinned_by", sa.Integer(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_baseline_cycle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["forecast_run.id"], name=op.f("fk_cycle_baseline_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["pinned_by"], ["app_user.id"], name=op.f("fk_cycle_baseline_pinned_by")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_baseline")),
    )
    op.create_table(
        "history_finding",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("detectors", postgresql.JSONB(), nullable=False),
        sa.Column("severity", sa.String(6), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("suggested_value", sa.Float(), nullable=True),
        sa.Column("similar_months", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("corrected_value", sa.Float(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_history_finding_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["app_user.id"], name=op.f("fk_history_finding_decided_by")
        ),
        sa.PrimaryKeyConstraint("product_id", "month", name=op.f("pk_history_finding")),
    )
