"""Reads behind the frame and the home page. Each carries the condition of wall 1."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.periods import add_months
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.queries import complete_condition
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .schemas import Frame, OpenRow, ReturnedForecast

_IS_COMPLETE = """
    (e.rejected = '{}' AND array_position(e.quantities[1:current.mandatory_months], NULL) IS NULL)
"""
_FRAME = text(f"""
    WITH current AS (
        SELECT id, name, status, mandatory_months,
               coalesce(closed_at, closes_at) AT TIME ZONE time_zone AS closes_at
        FROM cycle WHERE status <> 'draft' AND opened_at IS NOT NULL
        ORDER BY status = 'open' DESC, opened_at DESC LIMIT 1
    )
    SELECT current.name, current.status, current.closes_at,
           CASE WHEN :may_edit THEN (
               SELECT count(*) FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
               WHERE e.cycle_id = current.id AND e.sales_rep_id = :acting_user_id
                 AND {customer_is_visible("c")} AND NOT {_IS_COMPLETE}
           ) ELSE 0 END AS open_rows,
           CASE WHEN :may_review THEN (
               SELECT count(DISTINCT e.sales_rep_id)
               FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
               WHERE e.cycle_id = current.id AND e.status = 'submitted'
                 AND e.sales_rep_id <> :acting_user_id AND {customer_is_visible("c")}
           ) ELSE 0 END AS reviews,
           (SELECT count(*) FROM notice
            WHERE user_id = :acting_user_id AND read_at IS NULL) AS unread
    FROM (SELECT 1) AS always LEFT JOIN current ON true
""")

_OWN_OPEN = f"""
    e.cycle_id = :cycle_id AND e.sales_rep_id = :acting_user_id AND {customer_is_visible("c")}
    AND NOT {{is_complete}}
"""


async def read_frame(uow: UnitOfWork, *, may_edit: bool, may_review: bool) -> Frame:
    """Read what the frame of every page shows, in one statement."""
    found = await uow.session.execute(
        _FRAME,
        {
            **visibility_parameters(uow.actor),
            "may_edit": may_edit,
            "may_review": may_review,
        },
    )
    row = found.one()
    if row.name is None:
        return Frame(unread=row.unread)
    return Frame(*row)


async def read_sales(uow: UnitOfWork, first: date, last: date) -> dict[date, Decimal]:
    """Sum the visible sales in money by month."""
    rows = await uow.session.execute(
        text(f"""
            SELECT s.month, sum(s.amount) FROM sales_month s JOIN customer c ON c.id = s.customer_id
            WHERE s.month BETWEEN :first AND :last AND {customer_is_visible("c")} GROUP BY 1
        """),
        {**visibility_parameters(uow.actor), "first": first, "last": last},
    )
    return dict(rows.tuples().all())


async def read_plan(uow: UnitOfWork, cycle: CycleRow) -> dict[date, Decimal]:
    """Sum the visible forecast of a cycle in money by month."""
    rows = await uow.session.execute(
        text(f"""
            SELECT t.i, sum(round(t.q * coalesce(e.price_overrides[t.i], e.prices[t.i]), 2))
            FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
            CROSS JOIN LATERAL unnest(e.quantities) WITH ORDINALITY AS t (q, i)
            WHERE e.cycle_id = :cycle_id AND {customer_is_visible("c")} GROUP BY 1
        """),
        {**visibility_parameters(uow.actor), "cycle_id": cycle.id},
    )
    return {
        add_months(cycle.start_month, index - 1): amount or Decimal(0) for index, amount in rows
    }


async def read_open_rows(uow: UnitOfWork, cycle: CycleRow, limit: int) -> list[OpenRow]:
    """List rows of the acting person's forecast that are not complete, errors first."""
    rows = await uow.session.execute(
        text(f"""
            SELECT e.id, p.name AS product, p.sku, c.name AS customer, e.quantities, e.rejected
            FROM forecast_entry e
            JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
            WHERE {_OWN_OPEN.format(is_complete=complete_condition(cycle))}
            ORDER BY e.rejected = '{{}}', c.name, p.name, e.id LIMIT :limit
        """),
        {**_own_scope(uow, cycle), "limit": limit},
    )
    return [_open_row(cycle, row) for row in rows]


async def count_open_rows(uow: UnitOfWork, cycle: CycleRow) -> tuple[int, int]:
    """Count the acting person's rows with missing months only, and those with an error."""
    found = await uow.session.execute(
        text(f"""
            SELECT count(*) FILTER (WHERE e.rejected = '{{}}'),
                   count(*) FILTER (WHERE e.rejected <> '{{}}')
            FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
            WHERE {_OWN_OPEN.format(is_complete=complete_condition(cycle))}
        """),
        _own_scope(uow, cycle),
    )
    missing, errors = found.one()
    return missing, errors


async def read_returned(uow: UnitOfWork, cycle: CycleRow) -> ReturnedForecast | None:
    """Find the acting person's rows that were returned; None when there are none."""
    found = await uow.session.execute(
        text(f"""
            SELECT count(*) OVER () AS row_count, coalesce(d.full_name, '') AS manager,
                   e.decision_comment
            FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
            LEFT JOIN app_user d ON d.id = e.decided_by
            WHERE e.cycle_id = :cycle_id AND e.sales_rep_id = :acting_user_id
              AND e.status = 'returned' AND {customer_is_visible("c")}
            ORDER BY e.decided_at DESC NULLS LAST, e.id LIMIT 1
        """),
        _own_scope(uow, cycle),
    )
    row = found.one_or_none()
    return ReturnedForecast(*row) if row else None


def _own_scope(uow: UnitOfWork, cycle: CycleRow) -> dict[str, Any]:
    return {**visibility_parameters(uow.actor), "cycle_id": cycle.id}


def _open_row(cycle: CycleRow, row: Row[Any]) -> OpenRow:
    wrong = sorted(int(index) for index in row.rejected)
    empty = [index for index, figure in enumerate(row.quantities) if figure is None]
    missing = [index for index in empty if index < cycle.mandatory_months and index not in wrong]
    return OpenRow(
        entry_id=row.id,
        product=row.product,
        sku=row.sku,
        customer=row.customer,
        months=tuple(cycle.months[index] for index in wrong or missing),
        is_error=bool(wrong),
        is_untouched=len(missing) == cycle.mandatory_months,
    )
