"""Find the customers and products a sales file names, and prepare those that do not exist yet.

Two temporary tables, ``sales_customer`` and ``sales_product``, say for each distinct cell of the
code column which record it means. Codes that differ by case only are one record: the one that
exists, else a new one under the spelling that occurs most. New records get their number here and
are stored by `create_parties`, so a preview creates nothing.
"""

from dataclasses import dataclass

from sqlalchemy import text

from sop_app.system.settings.service import get_currency
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.mapping import ResolvedColumn

from .import_cells import cell, run, staged_rows
from .import_fields import (
    CREATE,
    LEAVE_OUT,
    NO_CUSTOMER,
    NON_PRODUCT_CODES,
    UNKNOWN_CUSTOMER,
    UNKNOWN_CUSTOMERS,
    UNKNOWN_PRODUCTS,
)
from .rules import parse_codes, propose_non_products


@dataclass(frozen=True)
class _Party:
    """A master record that sales refer to by code."""

    table: str
    code_column: str
    option: str


_CUSTOMER = _Party("customer", "code", UNKNOWN_CUSTOMERS.name)
_PRODUCT = _Party("product", "sku", UNKNOWN_PRODUCTS.name)


async def settle_customers(context: ImportContext, column: ResolvedColumn) -> None:
    """Fill ``sales_customer``; the token '' stands for rows without customer."""
    if context.option(NO_CUSTOMER) != LEAVE_OUT:
        await run(
            context.uow,
            "INSERT INTO sales_cell (position, token, row_count, code)"
            " VALUES (:position, '', 0, :code)",
            position=column.index,
            code=UNKNOWN_CUSTOMER,
        )
    await _settle(context, column, _CUSTOMER)


async def settle_products(
    context: ImportContext, column: ResolvedColumn, name: ResolvedColumn | None
) -> None:
    """Fill ``sales_product``; ``is_product`` is false for postage, fees and the like."""
    await _settle(context, column, _PRODUCT)
    await run(
        context.uow,
        "ALTER TABLE sales_product ADD COLUMN is_product boolean NOT NULL DEFAULT true",
    )
    codes = await find_non_products(context, column, name)
    await run(
        context.uow,
        "UPDATE sales_product SET is_product = false WHERE folded = ANY(:codes)",
        codes=[code.lower() for code in codes],
    )


async def find_non_products(
    context: ImportContext, column: ResolvedColumn, name: ResolvedColumn | None
) -> list[str]:
    """List the codes that are no products: the user's own list, else what the file suggests.

    A product that exists is one, whatever its code looks like.
    """
    own = context.mapping.options.get(NON_PRODUCT_CODES)
    if own is not None:
        return parse_codes(own)
    description = "''" if name is None else f"mode() WITHIN GROUP (ORDER BY {cell(name)})"
    result = await context.uow.session.execute(
        text(f"""
            SELECT p.folded, coalesce(max(described.text), '')
            FROM sales_product p LEFT JOIN (
                SELECT {cell(column)} AS token, substr({description}, 2) AS text
                FROM {staged_rows(context)}
                WHERE {cell(column)} IN (
                    SELECT token FROM sales_product
                    WHERE is_new AND length(regexp_replace(code, '[^0-9]', '', 'g')) < 3
                )
                GROUP BY 1
            ) AS described ON described.token = p.token
            WHERE p.is_new AND p.folded IS NOT NULL GROUP BY p.folded
        """)
    )
    return propose_non_products({row[0]: row[1] for row in result})


async def _settle(context: ImportContext, column: ResolvedColumn, party: _Party) -> None:
    table = f"sales_{party.table}"
    await run(context.uow, f"DROP TABLE IF EXISTS pg_temp.{table}")
    await run(
        context.uow,
        f"""
        CREATE TEMP TABLE {table} ON COMMIT DROP AS
        WITH spelling AS (
            SELECT code, lower(code) AS folded, sum(row_count) AS row_count FROM sales_cell
            WHERE position = {column.index} AND code IS NOT NULL GROUP BY code
        ), known AS (
            SELECT DISTINCT ON (s.code) s.code, k.id
            FROM spelling s JOIN {party.table} k ON lower(k.{party.code_column}) = s.folded
            ORDER BY s.code, k.{party.code_column} = s.code DESC, k.id
        ), chosen AS (
            SELECT DISTINCT ON (folded) folded, code FROM spelling
            WHERE code NOT IN (SELECT code FROM known) ORDER BY folded, row_count DESC, code
        ), new AS (
            SELECT folded, code AS new_code,
                   nextval(pg_get_serial_sequence('{party.table}', 'id'))::int AS id
            FROM chosen
        )
        SELECT c.token, coalesce(new.new_code, s.code) AS code, s.folded, c.row_count,
               coalesce(known.id, new.id) AS id, known.id IS NULL AS is_new, c.refusal
        FROM sales_cell c
        LEFT JOIN spelling s ON s.code = c.code
        LEFT JOIN known ON known.code = c.code
        LEFT JOIN new ON new.folded = s.folded AND known.id IS NULL
        WHERE c.position = {column.index}
        """,
    )
    if context.mapping.options.get(party.option, CREATE) != CREATE:
        await run(
            context.uow,
            f"""
            UPDATE {table} SET id = NULL, refusal =
                format('{column.field.title}: "%s" is not a known {party.table}.', code)
            WHERE is_new AND refusal IS NULL AND token <> ''
            """,
        )
    await run(context.uow, f"ANALYZE {table}")


async def count_new(context: ImportContext) -> tuple[int, int]:
    """Count the customers and products accepting would create."""
    counts: list[int] = []
    for party in (_CUSTOMER, _PRODUCT):
        result = await context.uow.session.execute(text(f"SELECT count(*) FROM ({_new(party)}) n"))
        counts.append(result.scalar_one())
    return counts[0], counts[1]


def _new(party: _Party) -> str:
    """Build the query of the records that are new and have sales among the rows taken over."""
    return f"""
        SELECT DISTINCT id, code FROM sales_{party.table}
        WHERE is_new AND id IN (SELECT {party.table}_id FROM sales_incoming)
    """


async def create_parties(context: ImportContext) -> tuple[int, int]:
    """Store the new customers and products that have sales, with their audit; give their counts."""
    columns = {column.field.name: column for column in context.resolved.columns}
    code = columns["customer"]
    name = _most_frequent(context, _CUSTOMER, code, columns.get("customer_name"), 160)
    region = _most_frequent(context, _CUSTOMER, code, columns.get("region"), 60)
    customers = await run(
        context.uow,
        f"""
        INSERT INTO customer (id, code, name, region, territory, channel, currency, payment_terms,
                              status, created_at, updated_at, version)
        SELECT new.id, new.code, coalesce(name.text, new.code), coalesce(region.text, ''), '', '',
               :currency, '', 'active', :now, :now, 1
        FROM ({_new(_CUSTOMER)}) AS new
        LEFT JOIN ({name}) AS name USING (id) LEFT JOIN ({region}) AS region USING (id)
        """,
        currency=await get_currency(),
        now=context.uow.now,
    )
    name = _most_frequent(context, _PRODUCT, columns["product"], columns.get("product_name"), 200)
    products = await run(
        context.uow,
        f"""
        INSERT INTO product (id, sku, name, description, family, unit, unit_cost, list_price,
                             lead_time_days, minimum_order_quantity, manufacturing_location,
                             status, created_at, updated_at, version)
        SELECT new.id, new.code, coalesce(name.text, new.code), '', '', 'pieces', 0, 0, 0, 0, '',
               'active', :now, :now, 1
        FROM ({_new(_PRODUCT)}) AS new LEFT JOIN ({name}) AS name USING (id)
        """,
        now=context.uow.now,
    )
    for party in (_CUSTOMER, _PRODUCT):
        await _audit_creation(context, party)
    return customers, products


def _most_frequent(
    context: ImportContext,
    party: _Party,
    code: ResolvedColumn,
    text_column: ResolvedColumn | None,
    length: int,
) -> str:
    """Build the query of the text that stands most often beside each new code."""
    if text_column is None:
        return "SELECT NULL::int AS id, NULL::text AS text WHERE false"
    return f"""
        SELECT DISTINCT ON (id) id, left(btrim(substr(text, 2)), {length}) AS text FROM (
            SELECT p.id, pair.text, sum(row_count) AS row_count FROM (
                SELECT {cell(code)} AS token, {cell(text_column)} AS text, count(*) AS row_count
                FROM {staged_rows(context)} GROUP BY 1, 2
            ) AS pair JOIN (SELECT token, id FROM sales_{party.table} WHERE is_new) AS p
            USING (token) WHERE left(pair.text, 1) IN ('s', 'n') GROUP BY 1, 2
        ) AS ranked ORDER BY id, row_count DESC, text
    """


async def _audit_creation(context: ImportContext, party: _Party) -> None:
    uow = context.uow
    await run(
        uow,
        f"""
        INSERT INTO audit_entry (at, actor_id, action, entity_type, entity_id, severity, after, ip,
                                 request_id)
        SELECT :now, :actor_id, '{party.table}_created', '{party.table}', new.id::text, 'info',
               jsonb_build_object('{party.code_column}', new.code, 'import_batch', :batch_id::int),
               :ip, :request_id
        FROM ({_new(party)}) AS new
        """.replace(":batch_id::int", "CAST(:batch_id AS int)"),
        now=uow.now,
        actor_id=uow.actor.user_id,
        batch_id=context.batch_id,
        ip=uow.ip,
        request_id=uow.request_id,
    )
