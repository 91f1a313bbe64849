"""Sales rows refer to customers and products that exist, checked once per statement."""

import psycopg
import pytest

INSERT = """
    INSERT INTO sales_month (customer_id, product_id, month, gross_quantity, returned_quantity,
                             net_quantity, amount)
    VALUES (%s, %s, '2026-01-01', 10, 0, 10, 25.00)
"""


@pytest.fixture
def owner(db):
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute("SET app.user_id = '0'")
        connection.execute("""
            INSERT INTO customer (id, code, name, region, territory, channel, currency,
                                  payment_terms, status, created_at, updated_at, version)
            VALUES (1, 'C1', 'Brennan', '', '', '', 'EUR', '', 'active', now(), now(), 1)
        """)
        connection.execute("""
            INSERT INTO product (id, sku, name, description, family, unit, unit_cost, list_price,
                                 lead_time_days, minimum_order_quantity, manufacturing_location,
                                 status, created_at, updated_at, version)
            VALUES (1, 'P1', 'Oat drink', '', '', 'cases', 1, 2, 0, 0, '', 'active', now(), now(),
                    1)
        """)
        yield connection


def test_sales_of_an_unknown_customer_or_product_are_refused(owner):
    for pair in ((1, 99), (99, 1)):
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute(INSERT, pair)
    owner.execute(INSERT, (1, 1))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute("UPDATE sales_month SET product_id = 99")
    assert owner.execute("SELECT customer_id, product_id FROM sales_month").fetchall() == [(1, 1)]


def test_what_was_sold_cannot_be_deleted(owner):
    owner.execute(INSERT, (1, 1))
    for table in ("customer", "product"):
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute(f"DELETE FROM {table}")
    owner.execute("DELETE FROM sales_month")
    for table in ("customer", "product"):
        owner.execute(f"DELETE FROM {table}")
