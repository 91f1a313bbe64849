"""Check the references of sales rows once per statement.

Half a million rows arrive in one statement. PostgreSQL's own check of a foreign key runs a query
for every row, which takes longer than everything else an import does. From PostgreSQL 18 on the
keys are therefore declared but not enforced row by row, and triggers hold what they promise; older
servers keep the slow check.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARENTS = ("customer", "product")
FIRST_WITH_UNENFORCED_KEYS = 180_000


def run(statement: str) -> None:
    op.get_bind().connection.driver_connection.execute(statement)


def checks_by_statement() -> bool:
    server = op.get_bind().connection.driver_connection.info.server_version
    return server >= FIRST_WITH_UNENFORCED_KEYS


def upgrade() -> None:
    if not checks_by_statement():
        return
    for parent in PARENTS:
        run(f"""
            ALTER TABLE sales_month
            ALTER CONSTRAINT fk_sales_month_{parent}_id NOT ENFORCED
        """)
    _refuse_unknown_parents()
    _keep_parents()


def downgrade() -> None:
    if not checks_by_statement():
        return
    for parent in PARENTS:
        run(f"DROP TRIGGER keep_sold ON {parent}")
    run("DROP FUNCTION keep_sold()")
    run("DROP TRIGGER refuse_unknown_on_insert ON sales_month")
    run("DROP TRIGGER refuse_unknown_on_update ON sales_month")
    run("DROP FUNCTION refuse_unknown_sales()")
    for parent in PARENTS:
        run(f"ALTER TABLE sales_month ALTER CONSTRAINT fk_sales_month_{parent}_id ENFORCED")


def _refuse_unknown_parents() -> None:
    """Lock the customers and products of the new rows, as a foreign key does, and count them."""
    checks = "".join(
        f"""
            SELECT count(DISTINCT {parent}_id) INTO wanted FROM new_rows;
            PERFORM FROM {parent}
            WHERE id IN (SELECT {parent}_id FROM new_rows) FOR KEY SHARE;
            GET DIAGNOSTICS found = ROW_COUNT;
            IF found < wanted THEN
                RAISE foreign_key_violation USING
                    MESSAGE = 'sales_month refers to a {parent} that does not exist',
                    CONSTRAINT = 'fk_sales_month_{parent}_id';
            END IF;
        """
        for parent in PARENTS
    )
    run(f"""
        CREATE FUNCTION refuse_unknown_sales() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
        AS $$
        DECLARE wanted bigint; found bigint;
        BEGIN
            {checks}
            RETURN NULL;
        END $$
    """)
    for act in ("insert", "update"):
        run(f"""
            CREATE TRIGGER refuse_unknown_on_{act} AFTER {act.upper()} ON sales_month
            REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_unknown_sales()
        """)


def _keep_parents() -> None:
    """Refuse to delete a customer or product that has sales, as a foreign key does."""
    run("""
        CREATE FUNCTION keep_sold() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
        AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM sales_month
                WHERE (TG_TABLE_NAME = 'customer' AND customer_id = OLD.id)
                   OR (TG_TABLE_NAME = 'product' AND product_id = OLD.id)
            ) THEN
                RAISE foreign_key_violation USING
                    MESSAGE = format('a %s with sales cannot be deleted', TG_TABLE_NAME),
                    CONSTRAINT = format('fk_sales_month_%s_id', TG_TABLE_NAME);
            END IF;
            RETURN OLD;
        END $$
    """)
    for parent in PARENTS:
        run(f"""
            CREATE TRIGGER keep_sold BEFORE DELETE ON {parent}
            FOR EACH ROW EXECUTE FUNCTION keep_sold()
        """)
