"""Compare what a file brings with the sales that are stored, and put it in their place."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text

from sop_app.system.spreadsheets.kinds import ImportContext

from .import_cells import run
from .import_fields import REPLACED

TAKEN = ""
_SAME_KEY = "(s.customer_id, s.product_id, s.month) = (i.customer_id, i.product_id, i.month)"
_SAME_FIGURES = (
    "s.gross_quantity = i.gross AND s.returned_quantity = i.returned AND s.amount = i.amount"
)
_TOUCHED = "s.month IN (SELECT DISTINCT month FROM sales_incoming)"


@dataclass(frozen=True)
class MonthChange:
    """What accepting a file does to one calendar month.

    A row is what one customer bought of one product in the month.

    Attributes:
        month: The month.
        new_count: Rows that are added.
        changed_count: Rows whose quantities or amount change.
        unchanged_count: Rows that stay, whether the file holds them or not.
        removed_count: Rows that are taken away.
        old_quantity: Net quantity stored now.
        old_amount: Net amount stored now.
        quantity: Net quantity afterwards.
        amount: Net amount afterwards.
    """

    month: date
    new_count: int
    changed_count: int
    unchanged_count: int
    removed_count: int
    old_quantity: Decimal
    old_amount: Decimal
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Reason:
    """Rows of a file that are taken over (``name`` is `TAKEN`) or left out, and what they are worth."""

    name: str
    row_count: int
    quantity: Decimal
    amount: Decimal


async def build_incoming(context: ImportContext) -> None:
    """Add the lines up per customer, product and month in ``sales_incoming``.

    Nothing sold and nothing returned for nothing leaves no row.
    """
    await run(context.uow, "DROP TABLE IF EXISTS pg_temp.sales_incoming")
    await run(
        context.uow,
        """
        CREATE TEMP TABLE sales_incoming ON COMMIT DROP AS
        SELECT customer_id, product_id, month,
               sum(gross) AS gross, sum(returned) AS returned, sum(amount) AS amount
        FROM sales_line WHERE reason IS NULL GROUP BY customer_id, product_id, month
        HAVING sum(gross) <> 0 OR sum(returned) <> 0 OR sum(amount) <> 0
        """,
    )
    await run(context.uow, "ANALYZE sales_incoming")


async def read_reasons(context: ImportContext) -> list[Reason]:
    """Say how many rows of the file are taken over and why the others are not.

    The amounts add up to the amount of the file, to the cent.
    """
    result = await context.uow.session.execute(
        text("""
            SELECT coalesce(reason, ''), count(*), coalesce(sum(gross - returned), 0),
                   coalesce(sum(amount), 0)
            FROM sales_line GROUP BY 1 ORDER BY 1
        """)
    )
    return [Reason(*row) for row in result]


async def count_wrong_rows(context: ImportContext, wrong: str) -> int:
    """Count the rows of the file of which at least one figure is wrong."""
    result = await context.uow.session.execute(
        text("SELECT count(DISTINCT row_number) FROM sales_line WHERE reason = :wrong"),
        {"wrong": wrong},
    )
    return result.scalar_one()


async def compare_months(context: ImportContext) -> list[MonthChange]:
    """Compare ``sales_incoming`` with what is stored, by calendar month."""
    stays = "false" if replaces_months(context) else "i.month IS NULL"
    result = await context.uow.session.execute(
        text(f"""
            SELECT coalesce(i.month, s.month) AS month,
                   count(*) FILTER (WHERE s.month IS NULL),
                   count(*) FILTER (WHERE NOT ({_SAME_FIGURES})),
                   count(*) FILTER (WHERE {_SAME_FIGURES} OR {stays}),
                   count(*) FILTER (WHERE i.month IS NULL AND NOT {stays}),
                   coalesce(sum(s.net_quantity), 0), coalesce(sum(s.amount), 0),
                   coalesce(sum(i.gross - i.returned), 0)
                     + coalesce(sum(s.net_quantity) FILTER (WHERE {stays}), 0),
                   coalesce(sum(i.amount), 0) + coalesce(sum(s.amount) FILTER (WHERE {stays}), 0)
            FROM sales_incoming i
            FULL JOIN (SELECT * FROM sales_month s WHERE {_TOUCHED}) AS s
            USING (customer_id, product_id, month)
            GROUP BY 1 ORDER BY 1
        """)
    )
    return [MonthChange(*row) for row in result]


def replaces_months(context: ImportContext) -> bool:
    """Tell whether stored rows that the file does not hold are taken away."""
    return context.option(REPLACED) == "months"


async def store_incoming(context: ImportContext) -> None:
    """Put ``sales_incoming`` in the place of what is stored; rows that stay equal are not touched."""
    gone = "NOT EXISTS" if replaces_months(context) else "EXISTS"
    match = (
        f"{_SAME_KEY} AND {_SAME_FIGURES}"
        if replaces_months(context)
        else f"{_SAME_KEY} AND NOT ({_SAME_FIGURES})"
    )
    await run(
        context.uow,
        f"""
        DELETE FROM sales_month s WHERE {_TOUCHED}
        AND {gone} (SELECT FROM sales_incoming i WHERE {match})
        """,
    )
    await run(
        context.uow,
        f"""
        INSERT INTO sales_month (customer_id, product_id, month, gross_quantity,
                                 returned_quantity, net_quantity, amount, batch_id)
        SELECT customer_id, product_id, month, gross, returned, gross - returned, amount, :batch_id
        FROM sales_incoming i
        WHERE NOT EXISTS (SELECT FROM sales_month s WHERE {_SAME_KEY})
        ORDER BY customer_id, product_id, month
        """,
        batch_id=context.batch_id,
    )
