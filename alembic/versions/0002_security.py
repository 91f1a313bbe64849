"""Give the application a role without ownership, and every customer's row a wall."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CUSTOMER_BOUND = ("price", "assignment", "sales_month", "forecast_entry")
ENTRY_BOUND = ("entry_change", "forecast_comment")
FIRST_WITH_MAINTAIN = 170_000
SEES_ALL = (
    "admin",
    "sop_coordinator",
    "demand_planner",
    "supply_planner",
    "inventory_manager",
    "finance_analyst",
    "executive",
)


def run(statement: str) -> None:
    op.get_bind().connection.driver_connection.execute(statement)


def upgrade() -> None:
    run("""
        DO $$ BEGIN
            CREATE ROLE sop_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
    """)
    run("GRANT sop_app TO CURRENT_USER")
    run("GRANT USAGE ON SCHEMA public TO sop_app")
    run("""
        INSERT INTO app_user (id, email, full_name, status, team, created_at, version)
        VALUES (0, 'system', 'S&OP', 'system', '', now(), 1)
    """)
    _create_who_acts()
    _create_policies()
    _create_forecast_month()
    _create_hand_over()
    _create_file_parts()
    _create_queue()
    _create_staging()
    _grant()


def downgrade() -> None:
    run("DROP SCHEMA IF EXISTS queue CASCADE")
    run("DROP SCHEMA IF EXISTS staging CASCADE")
    run("DROP TRIGGER hand_over ON customer")
    run("DROP FUNCTION hand_over_entries()")
    run("DROP VIEW forecast_month")
    bound = (*CUSTOMER_BOUND, *ENTRY_BOUND)
    for table in (
        *bound,
        "customer",
        "stored_file_part",
        "stored_file",
        "notice",
        "job",
        "remembered_view",
    ):
        run(f"DROP POLICY visible ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for function in ("acting_user_reps", "acting_user_sees_all", "acting_user"):
        run(f"DROP FUNCTION {function}()")
    run("DELETE FROM app_user WHERE id = 0")
    run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM sop_app")
    run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM sop_app")


def _create_who_acts() -> None:
    run("""
        CREATE FUNCTION acting_user() RETURNS integer LANGUAGE sql STABLE
        RETURN nullif(current_setting('app.user_id', true), '')::integer
    """)
    roles = ", ".join(f"'{role}'" for role in SEES_ALL)
    run(f"""
        CREATE FUNCTION acting_user_sees_all() RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS $$
            SELECT acting_user() = 0 OR EXISTS (
                SELECT FROM app_user u JOIN user_role r ON r.user_id = u.id
                WHERE u.id = acting_user() AND u.status = 'active'
                GROUP BY u.id
                HAVING bool_or(r.role IN ({roles})) OR bool_and(r.role = 'viewer')
            )
        $$
    """)
    run("""
        CREATE FUNCTION acting_user_reps() RETURNS integer[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS $$
            SELECT array_agg(u.id) FROM app_user u
            WHERE u.id = acting_user() OR (
                u.manager_id = acting_user() AND EXISTS (
                    SELECT FROM user_role r
                    WHERE r.user_id = acting_user() AND r.role = 'sales_manager'
                )
            )
        $$
    """)


def _create_policies() -> None:
    sees_all = "(SELECT acting_user_sees_all())"
    _protect(
        "customer", f"{sees_all} OR sales_rep_id = ANY ((SELECT acting_user_reps())::integer[])"
    )
    for table in CUSTOMER_BOUND:
        _protect(table, f"{sees_all} OR customer_id IN (SELECT id FROM customer)")
    for table in ENTRY_BOUND:
        _protect(
            table,
            f"{sees_all} OR EXISTS (SELECT FROM forecast_entry e WHERE e.id = {table}.entry_id)",
        )
    _protect("job", f"owner_id = acting_user() OR {sees_all}")
    _protect("stored_file", "owner_id = acting_user() OR acting_user() = 0")
    _protect("stored_file_part", "file_id IN (SELECT id FROM stored_file)")
    _protect("notice", "user_id = acting_user() OR acting_user() = 0", check="true")
    _protect("remembered_view", "user_id = acting_user()")


def _protect(table: str, condition: str, *, check: str | None = None) -> None:
    run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    run(f"CREATE POLICY visible ON {table} USING ({condition}) WITH CHECK ({check or condition})")


def _create_forecast_month() -> None:
    run("""
        CREATE VIEW forecast_month WITH (security_invoker = true) AS
        SELECT e.id AS entry_id, e.cycle_id, e.customer_id, e.product_id, e.sales_rep_id, e.status,
               m.month_index,
               (c.start_month + make_interval(months => m.month_index))::date AS month,
               e.quantities[m.month_index + 1] AS quantity,
               coalesce(e.price_overrides[m.month_index + 1], e.prices[m.month_index + 1]) AS price,
               round(e.quantities[m.month_index + 1] * coalesce(
                   e.price_overrides[m.month_index + 1], e.prices[m.month_index + 1]
               ), 2) AS amount
        FROM forecast_entry e
        JOIN cycle c ON c.id = e.cycle_id
        CROSS JOIN LATERAL generate_series(0, c.horizon_months - 1) AS m(month_index)
    """)


def _create_hand_over() -> None:
    """Let the entries of an open cycle follow their customer to another sales rep."""
    run("""
        CREATE FUNCTION hand_over_entries() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE forecast_entry SET sales_rep_id = NEW.sales_rep_id
            FROM cycle
            WHERE cycle.id = forecast_entry.cycle_id AND cycle.status = 'open'
              AND forecast_entry.customer_id = NEW.id;
            RETURN NULL;
        END $$
    """)
    run("""
        CREATE TRIGGER hand_over AFTER UPDATE OF sales_rep_id ON customer FOR EACH ROW
        WHEN (OLD.sales_rep_id IS DISTINCT FROM NEW.sales_rep_id)
        EXECUTE FUNCTION hand_over_entries()
    """)


def _create_file_parts() -> None:
    """Keep files as they are: packed already, they would not become smaller."""
    run("ALTER TABLE stored_file_part ALTER content SET STORAGE EXTERNAL")


def _create_queue() -> None:
    """Install the tables of the job queue (Procrastinate) in a schema of their own."""
    from procrastinate.schema import SchemaManager

    run("CREATE SCHEMA queue")
    run("SET LOCAL search_path = queue, public")
    run(SchemaManager.get_schema())
    run("SET LOCAL search_path = public")


def _create_staging() -> None:
    """Give imports a schema in which each keeps its rows in a table of its own."""
    run("CREATE SCHEMA staging")
    run("GRANT USAGE, CREATE ON SCHEMA staging TO sop_app")


def _grant() -> None:
    run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO sop_app")
    run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sop_app")
    run("REVOKE UPDATE, DELETE ON audit_entry FROM sop_app")
    if op.get_bind().connection.driver_connection.info.server_version >= FIRST_WITH_MAINTAIN:
        run("GRANT MAINTAIN ON forecast_entry TO sop_app")
    run("GRANT USAGE ON SCHEMA queue TO sop_app")
    run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO sop_app")
    run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO sop_app")
    run("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA queue TO sop_app")
