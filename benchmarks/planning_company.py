"""A company of 50,000 planned pairs, made in SQL: 25 reps, 500 customers with 100 products each.

The first rep plans 100 customers, that is 10,000 rows; two of three pairs were sold in any month.
"""

import psycopg

FIRST_REP = 1
COORDINATOR = 90
CUSTOMERS = 500
PRODUCTS = 400
PRODUCTS_PER_CUSTOMER = 100

PEOPLE = f"""
    INSERT INTO app_user (id, email, full_name, status, team, created_at, version)
    SELECT i, 'user' || i || '@example.test', 'Person ' || i, 'active', '', now(), 1
    FROM generate_series(1, {COORDINATOR}) AS i;
    INSERT INTO user_role (user_id, role)
    SELECT i, CASE WHEN i = {COORDINATOR} THEN 'sop_coordinator' ELSE 'sales_rep' END
    FROM generate_series(1, {COORDINATOR}) AS i
"""
MASTER_DATA = f"""
    INSERT INTO customer (id, code, name, region, territory, channel, sales_rep_id, currency,
                          payment_terms, status, created_at, updated_at, version)
    SELECT i, 'C-' || i, 'Customer number ' || i, 'Region ' || i % 6, '', 'Retail',
           CASE WHEN i <= 100 THEN {FIRST_REP} ELSE 2 + i % 24 END,
           'EUR', '', 'active', now(), now(), 1
    FROM generate_series(1, {CUSTOMERS}) AS i;
    INSERT INTO product (id, sku, name, description, family, unit, unit_cost, list_price,
                         lead_time_days, minimum_order_quantity, manufacturing_location, status,
                         created_at, updated_at, version)
    SELECT i, 'SKU-' || i, 'Product number ' || i, '', 'Family ' || i % 12, 'cases', 1, 2 + i % 50,
           0, 0, '', 'active', now(), now(), 1
    FROM generate_series(1, {PRODUCTS}) AS i;
    INSERT INTO assignment (customer_id, product_id, is_active, updated_at)
    SELECT c, 1 + (c * 7 + p) % {PRODUCTS}, true, now()
    FROM generate_series(1, {CUSTOMERS}) AS c, generate_series(1, {PRODUCTS_PER_CUSTOMER}) AS p;
    INSERT INTO price (customer_id, product_id, effective_date, unit_price, updated_at, version)
    SELECT customer_id, product_id, day, 3 + (customer_id + product_id) % 40 + 0.25, now(), 1
    FROM assignment, (VALUES (DATE '2025-01-01'), (DATE '2027-03-01')) AS generation (day)
    WHERE (customer_id + product_id) % 2 = 0
"""
SALES = """
    INSERT INTO sales_month (customer_id, product_id, month, gross_quantity, returned_quantity,
                             net_quantity, amount)
    SELECT customer_id, product_id, month::date, sold, 0, sold, sold * 3
    FROM assignment, generate_series('2024-12-01', '2026-11-01', interval '1 month') AS month,
         LATERAL (SELECT 5 + (customer_id * 31 + product_id * 17
                              + extract(month FROM month)::integer * 7) % 900 AS sold) AS drawn
    WHERE (customer_id * 3 + product_id + extract(month FROM month)::integer) % 3 > 0
"""
CYCLES = """
    INSERT INTO cycle (id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at,
                       time_zone, status, prefill, opened_at, closed_at, created_at, version)
    VALUES (1, 'December 2026', '2026-12-01', 16, 12, '2026-11-01', '2026-11-10', 'UTC', 'closed',
            'empty', '2026-11-01', '2026-11-10', now(), 1);
    INSERT INTO forecast_entry (cycle_id, customer_id, product_id, sales_rep_id, status, quantities,
                                prefill, prices, cell_versions, version, decision_comment)
    SELECT 1, a.customer_id, a.product_id, c.sales_rep_id, 'approved', q.quantities, q.quantities,
           array_fill(3.25::numeric(14, 4), ARRAY[16]), array_fill(1, ARRAY[16]), 1, ''
    FROM assignment a JOIN customer c ON c.id = a.customer_id CROSS JOIN LATERAL (
        SELECT array_agg((a.customer_id * 7 + a.product_id * 13 + m * 31) % 1000) AS quantities
        FROM generate_series(1, 16) AS m
    ) AS q
"""


def create_company(url: str) -> None:
    """Fill an empty, migrated database, as its owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        for script in (PEOPLE, MASTER_DATA, SALES, CYCLES):
            connection.execute(script)
        for table in ("app_user", "customer", "product", "cycle"):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        connection.execute("VACUUM ANALYZE")
