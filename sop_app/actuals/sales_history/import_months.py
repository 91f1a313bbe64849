"""Turn staged rows of monthly figures into sales lines: one row per month, or months as columns."""

from collections.abc import Mapping

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.master_data.pricing.queries import effective_prices
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.mapping import ResolvedColumn

from .import_cells import cell, run, staged_rows
from .import_fields import (
    LEAVE_OUT,
    MISSING_AMOUNTS,
    NO_CUSTOMER,
    NON_PRODUCTS,
    REFUSE,
    REPEATED_ROWS,
)
from .import_lines import WRONG, create_line_table, join_cells, join_parties, settle_columns

_QUANTITY_SERIES, _AMOUNT_SERIES = "monthly_quantity", "monthly_amount"


async def build_monthly_lines(context: ImportContext) -> None:
    """Fill ``sales_line`` from a file of monthly figures.

    Raises:
        InvalidInputError: No month, or neither quantity nor amount is mapped.
    """
    columns = await settle_columns(context)
    if context.resolved.months:
        facts = _wide_facts(context, columns)
    elif "month" not in columns:
        raise InvalidInputError({"month": "Choose the column of the month, or the month columns."})
    elif not {"quantity", "amount"} & columns.keys():
        raise InvalidInputError({"quantity": "Choose the column of the quantity or the amount."})
    else:
        facts = _long_facts(context, columns)
    await create_line_table(
        context,
        f"""
        SELECT row_number, customer_id, product_id, month,
               greatest(quantity, 0) + returned AS gross,
               greatest(-quantity, 0) + returned AS returned, amount, {_reasons(context)} AS reason
        FROM ({facts}) AS fact WHERE is_filled
        """,
    )
    if context.option(REPEATED_ROWS) == REFUSE:
        await run(
            context.uow, f"UPDATE sales_line SET reason = '{WRONG}' FROM ({_REPEATED}) {_TWIN}"
        )


_TWIN = """AS twin
    WHERE sales_line.row_number = twin.row_number AND sales_line.month = twin.month
      AND sales_line.reason IS NULL
"""
_REPEATED = """
    SELECT row_number, month FROM (
        SELECT row_number, month, row_number() OVER (
            PARTITION BY customer_id, product_id, month ORDER BY row_number
        ) AS nth FROM sales_line WHERE reason IS NULL
    ) AS counted WHERE nth > 1
"""


def _reasons(context: ImportContext) -> str:
    left_out = [(NON_PRODUCTS, "NOT is_product"), (NO_CUSTOMER, "is_without_customer")]
    chosen = [
        f"WHEN {condition} THEN '{option.name}'"
        for option, condition in left_out
        if context.option(option) == LEAVE_OUT
    ]
    wrong = "customer_id IS NULL OR product_id IS NULL OR month IS NULL OR is_figure_wrong"
    return f"CASE {' '.join(chosen)} WHEN {wrong} THEN '{WRONG}' END"


def _long_facts(context: ImportContext, columns: Mapping[str, ResolvedColumn]) -> str:
    figures = [name for name in ("quantity", "returned", "amount") if name in columns]
    filled = " OR ".join(f"{cell(columns[name])} IS NOT NULL" for name in figures)
    wrong = " OR ".join(f"{name}.refusal IS NOT NULL" for name in figures)
    number = {name: f"coalesce({name}.number, 0)" for name in figures}
    return f"""
        SELECT r.row_number, customer.id AS customer_id, product.id AS product_id, month.month,
               {number.get("quantity", "0::numeric")} AS quantity,
               {number.get("returned", "0::numeric")} AS returned,
               round({number.get("amount", "0::numeric")}, 4) AS amount, product.is_product,
               {cell(columns["customer"])} IS NULL AS is_without_customer,
               {wrong} AS is_figure_wrong, {filled} AS is_filled
        FROM {staged_rows(context)}
        {join_parties(columns)} {join_cells(columns, "month", *figures)}
    """


def _wide_facts(context: ImportContext, columns: Mapping[str, ResolvedColumn]) -> str:
    """Build one fact per filled month cell."""
    values = ", ".join(
        f"({column.index}, DATE '{month:%Y-%m-%d}', {cell(column)})"
        for column, month in context.resolved.months
    )
    holds_amounts = context.mapping.month_field == _AMOUNT_SERIES
    return f"""
        SELECT r.row_number, customer.id AS customer_id, product.id AS product_id, shown.month,
               {"0::numeric" if holds_amounts else "coalesce(figure.number, 0)"} AS quantity,
               0::numeric AS returned,
               {"round(figure.number, 4)" if holds_amounts else "0::numeric"} AS amount,
               product.is_product, {cell(columns["customer"])} IS NULL AS is_without_customer,
               figure.refusal IS NOT NULL AS is_figure_wrong, true AS is_filled
        FROM {staged_rows(context)}
        JOIN LATERAL (VALUES {values}) AS shown(position, month, token) ON shown.token IS NOT NULL
        {join_parties(columns)}
        LEFT JOIN sales_cell figure
        ON figure.position = shown.position AND figure.token = shown.token
    """


async def complete_figures(context: ImportContext) -> None:
    """Give ``sales_incoming`` the measure its file does not hold.

    Quantities without amounts are valued at the price of the month, if that is chosen. Amounts
    without quantities leave the stored quantities as they are.
    """
    measures = {column.field.name for column in context.resolved.columns}
    if context.resolved.months:
        measures.add(context.mapping.month_field)
    if not measures & {"amount", _AMOUNT_SERIES}:
        if context.option(MISSING_AMOUNTS) == "price_list":
            await _value_quantities(context)
    elif not measures & {"quantity", _QUANTITY_SERIES}:
        await run(
            context.uow,
            """
            UPDATE sales_incoming i SET gross = s.gross_quantity, returned = s.returned_quantity
            FROM sales_month s
            WHERE (s.customer_id, s.product_id, s.month) = (i.customer_id, i.product_id, i.month)
            """,
        )


async def _value_quantities(context: ImportContext) -> None:
    found = await context.uow.session.execute(text("SELECT DISTINCT month FROM sales_incoming"))
    months = sorted(found.scalars())
    if not months:
        return
    prices = effective_prices("SELECT DISTINCT customer_id, product_id FROM sales_incoming", months)
    listed = ", ".join(f"DATE '{month:%Y-%m-%d}'" for month in months)
    await run(
        context.uow,
        f"""
        UPDATE sales_incoming i SET amount = round((i.gross - i.returned) * valued.price, 4)
        FROM (
            SELECT customer_id, product_id, priced.month, priced.price
            FROM ({prices}) AS pair,
                 unnest(pair.prices, ARRAY[{listed}]) AS priced(price, month)
        ) AS valued
        WHERE (valued.customer_id, valued.product_id, valued.month)
            = (i.customer_id, i.product_id, i.month)
        """,
    )
