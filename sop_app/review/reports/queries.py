"""Set-based reads behind the reports. Each carries the condition of wall 1."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.periods import MANDATORY_MONTHS, add_months, month_range
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .schemas import (
    Dimension,
    Measure,
    Pivot,
    PivotLine,
    PivotRequest,
    ReportCycle,
    ReportRow,
    ReportScope,
)

_LABELS = {
    Dimension.SALES_REP: ("coalesce(u.id, 0)::text", "coalesce(u.full_name, '')", "''"),
    Dimension.CUSTOMER: ("c.id::text", "c.name", "c.code"),
    Dimension.FAMILY: ("p.family", "p.family", "''"),
    Dimension.REGION: ("c.region", "c.region", "''"),
    Dimension.CHANNEL: ("c.channel", "c.channel", "''"),
    Dimension.PRODUCT: ("p.id::text", "p.name", "p.sku"),
}
_SORTS = {"label": "label", "total": "total", "last_year": "last_year", "entries": "entry_count"}
_MATCHES = "(:find = '' OR strpos(lower(label || ' ' || code), lower(:find)) > 0)"
_NARROWED = """
    AND (CAST(:customer_id AS integer) IS NULL OR c.id = :customer_id)
    AND (CAST(:region AS text) IS NULL OR c.region = :region)
    AND (CAST(:channel AS text) IS NULL OR c.channel = :channel)
    AND (CAST(:family AS text) IS NULL OR p.family = :family)
"""
_IN_SCOPE = f"""
    e.cycle_id = :cycle_id AND {customer_is_visible("c")}
    AND (CAST(:rep_id AS integer) IS NULL OR e.sales_rep_id = :rep_id)
    AND (NOT :only_approved OR e.status = 'approved')
    {_NARROWED}
"""


async def get_report_cycle(uow: UnitOfWork, cycle_id: int) -> ReportCycle:
    """Read the cycle a report is about.

    Raises:
        NotFoundError: There is no such cycle.
    """
    row = (
        await uow.session.execute(
            text(
                "SELECT id, name, status, start_month, horizon_months, mandatory_months"
                " FROM cycle WHERE id = :id"
            ),
            {"id": cycle_id},
        )
    ).first()
    if row is None:
        raise NotFoundError("cycle", cycle_id)
    months = tuple(month_range(row.start_month, row.horizon_months))
    return ReportCycle(row.id, row.name, row.status, months, row.mandatory_months)


async def read_pivot(uow: UnitOfWork, cycle: ReportCycle, request: PivotRequest) -> Pivot:
    """Sum a cycle's entries by one dimension and month, one page at a time.

    A line without a forecast but with sales last year is listed too, so that the last-year total
    is the company's and not only that of the lines somebody planned.
    """
    order = _SORTS.get(request.sort, "total")
    direction = "DESC" if request.is_descending else "ASC"
    query = text(f"""
        {_lines(request)}
        SELECT *, count(*) OVER () AS line_count FROM line WHERE {_MATCHES}
        ORDER BY {order} {direction}, label, key LIMIT :limit OFFSET :offset
    """)
    parameters = _parameters(uow, cycle, request)
    window = {"limit": request.limit, "offset": request.offset}
    rows = (await uow.session.execute(query, parameters | window)).all()
    if request.limit is None:
        total = sum_lines([_line(row) for row in rows], len(cycle.months))
    else:
        total = _line((await uow.session.execute(text(_total(request)), parameters)).one())
    return Pivot(
        months=cycle.months,
        lines=tuple(map(_line, rows)),
        line_count=rows[0].line_count if rows else 0,
        total=total,
    )


def sum_lines(lines: Sequence[PivotLine], month_count: int) -> PivotLine:
    """Sum pivot lines into their total; exact, because the figures are decimals."""
    return PivotLine(
        key="",
        label="All",
        code="",
        entry_count=sum(line.entry_count for line in lines),
        months=tuple(
            sum((line.months[i] for line in lines), Decimal(0)) for i in range(month_count)
        ),
        total=sum((line.total for line in lines), Decimal(0)),
        mandatory_total=sum((line.mandatory_total for line in lines), Decimal(0)),
        last_year=sum((line.last_year for line in lines), Decimal(0)),
    )


def _lines(request: PivotRequest) -> str:
    """Build the common table expressions that end in ``line``, one row per dimension member."""
    planned = "e.amount" if request.measure is Measure.VALUE else "e.quantity"
    sold = "s.amount" if request.measure is Measure.VALUE else "s.net_quantity"
    member = ", ".join(_LABELS[request.dimension])
    return f"""
        WITH cell (key, label, code, month_index, figure, entry_count) AS (
            SELECT {member}, e.month_index, coalesce(sum({planned}), 0), count(*)
            FROM forecast_month e
            JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
            LEFT JOIN app_user u ON u.id = e.sales_rep_id
            WHERE {_IN_SCOPE} GROUP BY 1, 2, 3, 4
        ), plan AS (
            SELECT key, label, code, max(entry_count) AS entry_count, sum(figure) AS total,
                   array_agg(figure ORDER BY month_index) AS months,
                   sum(figure) FILTER (WHERE month_index < {MANDATORY_MONTHS}) AS mandatory_total
            FROM cell GROUP BY 1, 2, 3
        ), sales (key, label, code, figure) AS (
            SELECT {member}, sum({sold})
            FROM sales_month s
            JOIN customer c ON c.id = s.customer_id JOIN product p ON p.id = s.product_id
            LEFT JOIN app_user u ON u.id = c.sales_rep_id
            WHERE s.month >= :year_before AND s.month < :start_month AND {customer_is_visible("c")}
              AND (CAST(:rep_id AS integer) IS NULL OR coalesce(c.sales_rep_id, 0) = :rep_id)
              {_NARROWED}
            GROUP BY 1, 2, 3
        ), line AS (
            SELECT key, coalesce(plan.label, sales.label) AS label,
                   coalesce(plan.code, sales.code) AS code,
                   coalesce(plan.entry_count, 0) AS entry_count,
                   coalesce(plan.total, 0) AS total,
                   coalesce(plan.months, array_fill(0::numeric, ARRAY[:month_count])) AS months,
                   coalesce(plan.mandatory_total, 0) AS mandatory_total,
                   coalesce(sales.figure, 0) AS last_year
            FROM plan FULL JOIN sales USING (key)
        )
    """


def _total(request: PivotRequest) -> str:
    """Build the query that sums every line of a request, whatever page is shown."""
    return f"""
        {_lines(request)}, matching AS (SELECT * FROM line WHERE {_MATCHES})
        SELECT '' AS key, 'All' AS label, '' AS code,
               coalesce(sum(entry_count), 0)::integer AS entry_count,
               coalesce(sum(total), 0) AS total,
               ARRAY(
                   SELECT (SELECT coalesce(sum(m.months[i]), 0) FROM matching m)
                   FROM generate_series(1, :month_count) AS i ORDER BY i
               ) AS months,
               coalesce(sum(mandatory_total), 0) AS mandatory_total,
               coalesce(sum(last_year), 0) AS last_year
        FROM matching
    """


def _parameters(uow: UnitOfWork, cycle: ReportCycle, request: PivotRequest) -> dict[str, Any]:
    return _scope_parameters(uow, request.scope) | {
        "find": request.find,
        "start_month": cycle.months[0],
        "year_before": add_months(cycle.months[0], -MANDATORY_MONTHS),
        "month_count": len(cycle.months),
    }


def _line(row: Any) -> PivotLine:
    return PivotLine(
        key=row.key,
        label=row.label,
        code=row.code,
        entry_count=row.entry_count,
        months=tuple(row.months),
        total=row.total,
        mandatory_total=row.mandatory_total,
        last_year=row.last_year,
    )


async def count_rows(uow: UnitOfWork, scope: ReportScope) -> int:
    """Count the entries a report's row sheet will list."""
    query = text(f"""
        SELECT count(*) FROM forecast_entry e
        JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
        WHERE {_IN_SCOPE}
    """)
    return (await uow.session.execute(query, _scope_parameters(uow, scope))).scalar_one()


async def stream_rows(uow: UnitOfWork, scope: ReportScope) -> AsyncIterator[ReportRow]:
    """Read a cycle's entries one by one, ordered by rep, customer and product."""
    query = text(f"""
        SELECT coalesce(u.full_name, ''), c.code, c.name, c.region, p.sku, p.name, p.family, p.unit,
               e.status, e.quantities,
               ARRAY(
                   SELECT round(q * coalesce(e.price_overrides[i], e.prices[i]), 2)::float8
                   FROM unnest(e.quantities) WITH ORDINALITY AS t(q, i) ORDER BY i
               )
        FROM forecast_entry e
        JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
        LEFT JOIN app_user u ON u.id = e.sales_rep_id
        WHERE {_IN_SCOPE}
        ORDER BY u.full_name, c.name, c.code, p.name, p.sku
    """)
    result = await uow.session.stream(query, _scope_parameters(uow, scope))
    async for row in result:
        *keys, quantities, amounts = row
        yield ReportRow(tuple(keys), quantities, amounts)


def _scope_parameters(uow: UnitOfWork, scope: ReportScope) -> dict[str, Any]:
    return visibility_parameters(uow.actor) | {
        "cycle_id": scope.cycle_id,
        "rep_id": scope.sales_rep_id,
        "only_approved": scope.only_approved,
        "customer_id": scope.customer_id,
        "family": scope.family,
        "region": scope.region,
        "channel": scope.channel,
    }


async def list_reps(uow: UnitOfWork, cycle_id: int) -> list[tuple[int, str]]:
    """List the reps whose entries of a cycle the acting person may see: key and name."""
    query = text(f"""
        SELECT DISTINCT u.id, u.full_name
        FROM forecast_entry e
        JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
        JOIN app_user u ON u.id = e.sales_rep_id
        WHERE {_IN_SCOPE} ORDER BY u.full_name
    """)
    rows = await uow.session.execute(query, _scope_parameters(uow, ReportScope(cycle_id)))
    return [(row.id, row.full_name) for row in rows]


async def name_customer(uow: UnitOfWork, customer_id: int) -> str:
    """Give the name of a customer the acting person may see, else nothing."""
    query = text(f"SELECT c.name FROM customer c WHERE c.id = :id AND {customer_is_visible('c')}")
    parameters = visibility_parameters(uow.actor) | {"id": customer_id}
    return await uow.session.scalar(query, parameters) or ""
