"""Offer the baseline as the first figures of a sales forecast: each pair gets its share."""

from datetime import date

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.database import UnitOfWork

from . import service


async def pin_newest_run(uow: UnitOfWork, cycle_id: int) -> int:
    """Return the run that is a cycle's baseline; without one the newest run becomes it.

    Raises:
        InvalidInputError: No run over all products is complete.
    """
    pinned = await uow.session.scalar(
        text("SELECT run_id FROM cycle_baseline WHERE cycle_id = :id"), {"id": cycle_id}
    )
    if pinned is not None:
        return pinned
    newest = await uow.session.scalar(
        text(f"SELECT max(r.id) FROM forecast_run r WHERE {service.COMPLETE}")
    )
    if newest is None:
        raise InvalidInputError(
            {"prefill": "No baseline forecast is complete yet. Run one on the Forecasting page."}
        )
    await uow.session.execute(
        text("""
            INSERT INTO cycle_baseline (cycle_id, run_id, pinned_by, pinned_at)
            VALUES (:cycle_id, :run_id, :user_id, :now)
        """),
        {"cycle_id": cycle_id, "run_id": newest, "user_id": uow.actor.user_id, "now": uow.now},
    )
    return newest


def statistical_quantities(pairs: str, months: list[date]) -> str:
    """Build the query of ``customer_id, product_id, quantities`` that shares a run's figures out.

    A pair gets the part of its product's forecast that the customer bought of the product in the
    twelve months the run saw last; without sales in them all pairs get the same. Whole units: in
    each month a product's pairs together get the rounded sum of their parts (largest remainder).
    Months beyond the run's horizon stay empty. The parameter ``run_id`` names the run.

    Args:
        pairs: Query of ``customer_id, product_id``.
        months: The planned months.
    """
    return f"""
        WITH run AS (SELECT id, last_month FROM forecast_run WHERE id = :run_id),
        bought AS (
            SELECT customer_id, product_id, greatest(sum(net_quantity), 0)::float AS quantity
            FROM sales_month, run
            WHERE month <= run.last_month AND month > run.last_month - INTERVAL '12 months'
            GROUP BY 1, 2
        ),
        total AS (SELECT product_id, sum(quantity) AS quantity FROM bought GROUP BY 1),
        part AS (
            SELECT pair.customer_id, pair.product_id, i.points,
                   CASE WHEN total.quantity > 0
                        THEN coalesce(bought.quantity, 0) / total.quantity
                        ELSE 1.0 / count(*) OVER (PARTITION BY pair.product_id) END AS share
            FROM ({pairs}) AS pair
            JOIN forecast_item i ON i.run_id = :run_id AND i.level = 'product'
                AND i.key = pair.product_id::text
            LEFT JOIN bought USING (customer_id, product_id)
            LEFT JOIN total ON total.product_id = pair.product_id
        ),
        planned AS (
            SELECT index, (EXTRACT(year FROM age(month, run.last_month)) * 12
                           + EXTRACT(month FROM age(month, run.last_month)))::int AS ahead
            FROM run, unnest(ARRAY[{", ".join(f"DATE '{month}'" for month in months)}])
                WITH ORDINALITY AS planned (month, index)
        ),
        raw AS (
            SELECT customer_id, product_id, index, share * points[ahead] AS figure
            FROM part CROSS JOIN planned
        ),
        ranked AS (
            SELECT customer_id, product_id, index, floor(figure) AS whole,
                   round(sum(figure) OVER month) - sum(floor(figure)) OVER month AS rest,
                   row_number() OVER (
                       PARTITION BY product_id, index
                       ORDER BY figure - floor(figure) DESC, customer_id
                   ) AS rank
            FROM raw WINDOW month AS (PARTITION BY product_id, index)
        )
        SELECT customer_id, product_id,
               array_agg((whole + (rank <= rest)::int)::int ORDER BY index) AS quantities
        FROM ranked GROUP BY customer_id, product_id
    """
