"""Count the rows each choice of the mapping screen is about."""

from collections.abc import Sequence

from sqlalchemy import text

from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption, OptionFacts

from .import_cells import cell, staged_rows
from .import_fields import (
    CANCELLATIONS,
    DUPLICATES,
    NEGATIVE_PRICES,
    NO_CUSTOMER,
    NON_PRODUCTS,
    RETURNS,
    UNKNOWN_CUSTOMERS,
    UNKNOWN_PRODUCTS,
    ZERO_PRICES,
)
from .import_lines import (
    amount_of,
    is_cancelled,
    join_cells,
    join_parties,
    price_of,
    repeated_rows,
    settle_columns,
)

CODES_NAMED = 12
_COMMON: tuple[tuple[ImportOption, str], ...] = (
    (NO_CUSTOMER, "is_without_customer"),
    (NON_PRODUCTS, "NOT is_product"),
    (UNKNOWN_CUSTOMERS, "is_new_customer AND NOT is_without_customer"),
    (UNKNOWN_PRODUCTS, "is_new_product AND is_product"),
)
_OF_LINES: tuple[tuple[ImportOption, str], ...] = (
    (CANCELLATIONS, "is_cancelled AND quantity < 0"),
    (RETURNS, "NOT is_cancelled AND quantity < 0"),
    (ZERO_PRICES, "price = 0"),
    (NEGATIVE_PRICES, "price < 0"),
)


async def count_line_options(context: ImportContext) -> list[OptionFacts]:
    """Count the rows of a file of invoice lines that each option is about."""
    columns = await settle_columns(context)
    figures = f"""
        quantity.number AS quantity, {price_of(columns)} AS price,
        {amount_of(columns)} AS amount, {is_cancelled(columns)} AS is_cancelled
    """
    joined = join_cells(columns, "quantity", "unit_price", "discount", "amount")
    facts = await _count(context, (*_COMMON, *_OF_LINES), figures, joined)
    repeated = await repeated_rows(context)
    result = await context.uow.session.execute(text(f"SELECT count(*) FROM ({repeated}) AS r"))
    return [*facts, OptionFacts(DUPLICATES.name, result.scalar_one())]


async def count_month_options(context: ImportContext) -> list[OptionFacts]:
    """Count the rows of a file of monthly figures that each option is about."""
    await settle_columns(context)
    return await _count(context, _COMMON, "0 AS amount", "")


async def _count(
    context: ImportContext,
    options: Sequence[tuple[ImportOption, str]],
    figures: str,
    joined: str,
) -> list[OptionFacts]:
    columns = {column.field.name: column for column in context.resolved.columns}
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in options)
    result = await context.uow.session.execute(
        text(f"""
            SELECT {counts} FROM (
                SELECT {cell(columns["customer"])} IS NULL AS is_without_customer,
                       customer.is_new AS is_new_customer, product.is_new AS is_new_product,
                       product.is_product, {figures}
                FROM {staged_rows(context)} {join_parties(columns)} {joined}
            ) AS fact
        """)
    )
    row = result.one()
    details = {NON_PRODUCTS.name: await _name_non_products(context)}
    return [
        OptionFacts(option.name, count, details.get(option.name, ""))
        for (option, _), count in zip(options, row, strict=True)
    ]


async def _name_non_products(context: ImportContext) -> str:
    """Name the codes that are no products with their rows, the most frequent first."""
    found = await context.uow.session.execute(
        text("""
            SELECT min(code), sum(row_count)::int FROM sales_product WHERE NOT is_product
            GROUP BY folded ORDER BY 2 DESC, 1
        """)
    )
    codes = [f"{code} {count:,}" for code, count in found]
    rest = len(codes) - CODES_NAMED
    return ", ".join(codes[:CODES_NAMED]) + (f" and {rest} more" if rest > 0 else "")
