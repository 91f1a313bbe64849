"""Turn staged rows into sales lines: what each row sold, or why it is left out.

Both layouts end in the temporary table ``sales_line``: customer, product, month, quantities,
amount, and ``reason``, which is NULL for a row that is taken over. A row that is left out by choice
needs no further check; a row that is not, and holds a refused cell, is ``wrong``.
"""

from collections.abc import Mapping
from decimal import Decimal

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption
from sop_app.system.spreadsheets.mapping import ResolvedColumn
from sop_app.system.spreadsheets.staged_rows import staged_columns

from .import_cells import cell, read_cells, run, staged_rows
from .import_fields import (
    CANCELLATIONS,
    DUPLICATES,
    LEAVE_OUT,
    NEGATIVE_PRICES,
    NO_CUSTOMER,
    NON_PRODUCTS,
    REFUSE,
    RETURNS,
    ZERO_PRICES,
)
from .import_parties import settle_customers, settle_products

WRONG = "wrong"
STEPS = 5
MOST_AMOUNT = Decimal(10) ** 12
_TEXT_FIELDS = ("customer_name", "region", "product_name", "invoice")
_IS_CANCELLED = "{invoice} ~ '^s[Cc][0-9]+$'"


async def settle_columns(context: ImportContext) -> dict[str, ResolvedColumn]:
    """Read the distinct cells of a file and find its customers and products.

    Returns:
        The single columns by field.
    """
    columns = {column.field.name: column for column in context.resolved.columns}
    read = [column for name, column in columns.items() if name not in _TEXT_FIELDS]
    await context.progress(0, STEPS, "Reading codes and figures")
    await read_cells(context, [*read, *(column for column, _ in context.resolved.months)])
    await context.progress(1, STEPS, "Checking rows")
    await settle_customers(context, columns["customer"])
    await settle_products(context, columns["product"], columns.get("product_name"))
    return columns


async def build_transaction_lines(context: ImportContext) -> None:
    """Fill ``sales_line`` from a file with one row per invoice line.

    Raises:
        InvalidInputError: Neither a price nor an amount is mapped.
    """
    columns = await settle_columns(context)
    if not {"unit_price", "amount"} & columns.keys():
        raise InvalidInputError(
            {"unit_price": "Choose the column of the unit price or the amount."}
        )
    await find_duplicates(context)
    reasons = _reasons(context, columns)
    await create_line_table(
        context,
        f"""
        SELECT row_number, customer_id, product_id, month, greatest(quantity, 0) AS gross,
               greatest(-quantity, 0) AS returned, amount, {reasons} AS reason
        FROM (
            SELECT r.row_number, customer.id AS customer_id, product.id AS product_id,
                   date.month, quantity.number AS quantity, {amount_of(columns)} AS amount,
                   {price_of(columns)} AS price, product.is_product,
                   {cell(columns["customer"])} IS NULL AS is_without_customer,
                   {is_cancelled(columns)} AS is_cancelled,
                   {_discount_refused(columns)} AS is_discount_wrong,
                   sales_duplicate.row_number IS NOT NULL AS is_duplicate
            FROM {staged_rows(context)}
            {join_parties(columns)}
            {join_cells(columns, "date", "quantity", "unit_price", "discount", "amount")}
            LEFT JOIN sales_duplicate USING (row_number)
        ) AS fact
        """,
    )


async def create_line_table(context: ImportContext, query: str) -> None:
    """Lay a query of lines down as ``sales_line``."""
    await run(context.uow, "DROP TABLE IF EXISTS pg_temp.sales_line")
    await run(context.uow, f"CREATE TEMP TABLE sales_line ON COMMIT DROP AS {query}")


def join_parties(columns: Mapping[str, ResolvedColumn]) -> str:
    """Join staged rows with the customers and products they name."""
    return f"""
        LEFT JOIN sales_customer customer ON customer.token = coalesce({cell(columns["customer"])}, '')
        LEFT JOIN sales_product product ON product.token = {cell(columns["product"])}
    """


def join_cells(columns: Mapping[str, ResolvedColumn], *names: str) -> str:
    """Join staged rows with the meaning of their cells, each under the name of its field."""
    return "\n".join(
        f"LEFT JOIN sales_cell {name} ON {name}.position = {columns[name].index}"
        f" AND {name}.token = {cell(columns[name])}"
        for name in names
        if name in columns
    )


async def find_duplicates(context: ImportContext) -> None:
    """List in ``sales_duplicate`` the rows that repeat an earlier row in every cell."""
    await run(context.uow, "DROP TABLE IF EXISTS pg_temp.sales_duplicate")
    query = "SELECT 0 AS row_number WHERE false"
    if context.option(DUPLICATES) == LEAVE_OUT:
        query = await repeated_rows(context)
    await run(context.uow, f"CREATE TEMP TABLE sales_duplicate ON COMMIT DROP AS {query}")


async def repeated_rows(context: ImportContext) -> str:
    """Build the query of the numbers of rows that repeat an earlier row in every cell.

    Rows are told apart by a hash first; only those whose hash occurs twice are compared in full.
    """
    cells = ", ".join(f"r.{name}" for name in await staged_columns(context.uow, context.batch_id))
    rows, hashed = staged_rows(context), f"hash_record_extended(ROW({cells}), 0)"
    return f"""
        SELECT row_number FROM (
            SELECT row_number, row_number() OVER (PARTITION BY {cells} ORDER BY row_number) AS nth
            FROM {rows} WHERE {hashed} IN (
                SELECT {hashed} FROM {rows} GROUP BY 1 HAVING count(*) > 1
            )
        ) AS counted WHERE nth > 1
    """


def _reasons(context: ImportContext, columns: Mapping[str, ResolvedColumn]) -> str:
    """Build the CASE that gives the first reason why a row is not taken over."""
    left_out: list[tuple[ImportOption, str]] = [
        (DUPLICATES, "is_duplicate"),
        (NON_PRODUCTS, "NOT is_product"),
        (NO_CUSTOMER, "is_without_customer"),
        (CANCELLATIONS, "is_cancelled AND quantity < 0"),
        (RETURNS, "NOT is_cancelled AND quantity < 0"),
        (ZERO_PRICES, "price = 0"),
        (NEGATIVE_PRICES, "price < 0"),
    ]
    chosen = [
        f"WHEN {condition} THEN '{option.name}'"
        for option, condition in left_out
        if context.option(option) == LEAVE_OUT
    ]
    wrong = (
        "customer_id IS NULL OR product_id IS NULL OR month IS NULL OR quantity IS NULL"
        " OR amount IS NULL OR is_discount_wrong OR (is_cancelled AND quantity > 0)"
        f" OR abs(amount) > {MOST_AMOUNT}"
    )
    if context.option(NEGATIVE_PRICES) == REFUSE:
        wrong += " OR price < 0"
    return f"CASE {' '.join(chosen)} WHEN {wrong} THEN '{WRONG}' END"


def amount_of(columns: Mapping[str, ResolvedColumn]) -> str:
    """Build the net amount of a line, exact to a hundredth of a cent."""
    if "amount" in columns:
        return "round(amount.number, 4)"
    rate = " * (1 - coalesce(discount.number, 0))" if "discount" in columns else ""
    return f"round(quantity.number * unit_price.number{rate}, 4)"


def price_of(columns: Mapping[str, ResolvedColumn]) -> str:
    if "unit_price" in columns:
        return "unit_price.number"
    return "amount.number / nullif(quantity.number, 0)"


def is_cancelled(columns: Mapping[str, ResolvedColumn]) -> str:
    if "invoice" not in columns:
        return "false"
    invoice = cell(columns["invoice"])
    return f"(left({invoice}, 2) IN ('sC', 'sc') AND {_IS_CANCELLED.format(invoice=invoice)})"


def _discount_refused(columns: Mapping[str, ResolvedColumn]) -> str:
    return "discount.refusal IS NOT NULL" if "discount" in columns else "false"
