"""Find out once per transaction what the acting person sees, and read a cycle while holding it.

The policies asked who acts several times in every statement, each time with queries of their own,
and compared each row with a list of all visible customers. ``act_as`` settles the person's view
when a transaction begins, and a row's own customer is found by its key where few rows are touched.

Entries are written again and again: with room left on their pages a new version stays beside the
old one, and no index has to know.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CUSTOMER_BOUND = ("price", "assignment", "sales_month", "forecast_entry")
SEES_ALL = (
    "admin",
    "sop_coordinator",
    "demand_planner",
    "supply_planner",
    "inventory_manager",
    "finance_analyst",
    "executive",
)
CYCLE_LOCK = 71_001
"""The key space of ``sop_app.planning.cycles.writes``."""

ROLES = ", ".join(f"'{role}'" for role in SEES_ALL)
FIND_SEES_ALL = f"""
    SELECT EXISTS (
        SELECT FROM app_user u JOIN user_role r ON r.user_id = u.id
        WHERE u.id = acting_user() AND u.status = 'active'
        GROUP BY u.id
        HAVING bool_or(r.role IN ({ROLES})) OR bool_and(r.role = 'viewer')
    )
"""
FIND_REPS = """
    SELECT array_agg(u.id) FROM app_user u
    WHERE u.id = acting_user() OR (
        u.manager_id = acting_user() AND EXISTS (
            SELECT FROM user_role r
            WHERE r.user_id = acting_user() AND r.role = 'sales_manager'
        )
    )
"""


def run(statement: str) -> None:
    op.get_bind().connection.driver_connection.execute(statement)


def upgrade() -> None:
    run(f"""
        CREATE FUNCTION act_as(user_id integer) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
        AS $$ BEGIN
            PERFORM set_config('app.user_id', user_id::text, true);
            PERFORM set_config('app.sees_all', ({FIND_SEES_ALL})::text, true);
            PERFORM set_config('app.reps', array_to_string(({FIND_REPS}), ','), true);
        END $$
    """)
    run("""
        CREATE OR REPLACE FUNCTION acting_user_sees_all() RETURNS boolean LANGUAGE sql STABLE
        RETURN acting_user() = 0 OR current_setting('app.sees_all', true) = 'true'
    """)
    run("""
        CREATE OR REPLACE FUNCTION acting_user_reps() RETURNS integer[] LANGUAGE sql STABLE
        RETURN string_to_array(current_setting('app.reps', true), ',')::integer[]
    """)
    for table in CUSTOMER_BOUND:
        _bind(table, f"EXISTS (SELECT FROM customer c WHERE c.id = {table}.customer_id)")
    run(f"""
        CREATE FUNCTION held_cycle(cycle_id integer) RETURNS SETOF cycle LANGUAGE plpgsql
        AS $$ BEGIN
            PERFORM pg_advisory_xact_lock_shared({CYCLE_LOCK}, cycle_id);
            RETURN QUERY SELECT * FROM cycle WHERE cycle.id = cycle_id;
        END $$
    """)
    run("ALTER TABLE forecast_entry SET (fillfactor = 80)")


def downgrade() -> None:
    run("ALTER TABLE forecast_entry RESET (fillfactor)")
    run("DROP FUNCTION held_cycle(integer)")
    for table in CUSTOMER_BOUND:
        _bind(table, "customer_id IN (SELECT id FROM customer)")
    run(f"""
        CREATE OR REPLACE FUNCTION acting_user_sees_all() RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS $$ SELECT acting_user() = 0 OR ({FIND_SEES_ALL}) $$
    """)
    run(f"""
        CREATE OR REPLACE FUNCTION acting_user_reps() RETURNS integer[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
        AS $$ {FIND_REPS} $$
    """)
    run("DROP FUNCTION act_as(integer)")


def _bind(table: str, belongs: str) -> None:
    """Let the rows of a table be seen by whoever sees all, or sees their customer."""
    condition = f"(SELECT acting_user_sees_all()) OR {belongs}"
    run(f"ALTER POLICY visible ON {table} USING ({condition}) WITH CHECK ({condition})")
