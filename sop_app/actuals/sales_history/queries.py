"""Set-based reads of the sales history. Each carries the condition of wall 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.periods import add_months, first_of_month, month_range, months_between
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import contains

from .schemas import (
    CategoryChoice,
    Dimension,
    FilterChoices,
    Measure,
    MemberNames,
    MonthFigures,
    PivotRequest,
    SalesFilter,
)

YEAR = 12
_BRANCHES = """
    branch (id, path) AS (
        SELECT id, ARRAY[id] FROM category WHERE parent_id IS NULL
        UNION ALL SELECT k.id, b.path || k.id FROM category k JOIN branch b ON b.id = k.parent_id
    )
"""
_BELOW = "(SELECT cardinality(path) + 1 FROM branch WHERE id = :category_id)"


@dataclass(frozen=True)
class _Member:
    """How a dimension groups sales, and where its members get their names."""

    key: str
    names: str
    label: str
    code: str = "''"


_MEMBERS = {
    Dimension.CUSTOMER: _Member("c.id", "customer m ON m.id = key", "m.name", "m.code"),
    Dimension.PRODUCT: _Member("p.id", "product m ON m.id = key", "m.name", "m.sku"),
    Dimension.CATEGORY: _Member(
        f"coalesce(b.path[coalesce({_BELOW}, 1)], 0)", "category m ON m.id = key", "m.name"
    ),
    Dimension.REGION: _Member("c.region", "(SELECT) m ON true", "key"),
    Dimension.SALES_REP: _Member(
        "coalesce(c.sales_rep_id, 0)", "app_user m ON m.id = key AND key > 0", "m.full_name"
    ),
}
_SORTS = {
    "label": "lower(label)",
    "total": "total",
    "year": "year",
    "year_change": "year / nullif(greatest(year_before, 0), 0)",
    "trend": "half / nullif(greatest(half_before, 0), 0)",
    "average_6": "half",
    "average_12": "year",
    "average_24": "two_years",
}
_IN_SCOPE = f"""
    {customer_is_visible()}
    AND (CAST(:customer_id AS int) IS NULL OR s.customer_id = :customer_id)
    AND (CAST(:product_id AS int) IS NULL OR s.product_id = :product_id)
    AND (CAST(:category_id AS int) IS NULL OR :category_id = ANY (coalesce(b.path, '{{0}}')))
    AND (CAST(:region AS text) IS NULL OR c.region = :region)
    AND (CAST(:sales_rep_id AS int) IS NULL OR coalesce(c.sales_rep_id, 0) = :sales_rep_id)
"""
_SALES = """
    sales_month s JOIN customer c ON c.id = s.customer_id JOIN product p ON p.id = s.product_id
    LEFT JOIN branch b ON b.id = p.category_id
"""


@dataclass(frozen=True)
class Course:
    """The recorded months of one line."""

    key: str
    label: str
    code: str
    figures: dict[date, Decimal]


async def read_span(uow: UnitOfWork, until: date | None = None) -> tuple[date, date] | None:
    """Read the first month with visible sales and the last one that is over; None without any.

    Args:
        uow: The transaction.
        until: Months after this one are left out.
    """
    this_month = first_of_month(uow.now.date())
    end = add_months(until, 1) if until and until < this_month else this_month
    ends = [
        f"""
        (SELECT s.month FROM sales_month s JOIN customer c ON c.id = s.customer_id
         WHERE s.month < :end AND {customer_is_visible()} ORDER BY s.month {direction} LIMIT 1)
        """
        for direction in ("ASC", "DESC")
    ]
    result = await uow.session.execute(
        text(f"SELECT {ends[0]}, {ends[1]}"),
        {"end": end, **visibility_parameters(uow.actor)},
    )
    first, last = result.one()
    return None if first is None else (first, last)


async def read_courses(
    uow: UnitOfWork, request: PivotRequest, months: Sequence[date]
) -> tuple[list[Course], Course, int]:
    """Read a page of lines, the sum of all lines, and how many lines there are.

    Figures reach one year further back than the months shown, to compare with. A line is shown when
    it has sales in those months or in the last two years; the sum is that of every line found.
    """
    member = _MEMBERS[request.dimension]
    figure = "s.amount" if request.measure is Measure.VALUE else "s.net_quantity"
    order = _SORTS.get(request.sort, "year")
    direction = "DESC" if request.is_descending else "ASC"
    window = "" if request.limit is None else "LIMIT :limit OFFSET :offset"
    query = text(f"""
        WITH RECURSIVE {_BRANCHES}, cell AS MATERIALIZED (
            SELECT {member.key} AS key, s.month, sum({figure}) AS figure
            FROM {_SALES} WHERE s.month BETWEEN :earliest AND :last AND {_IN_SCOPE} GROUP BY 1, 2
        ), summed AS (
            SELECT key, count(*) FILTER (WHERE month >= :shown_from) AS filled,
                   coalesce(sum(figure) FILTER (WHERE month >= :first), 0) AS total,
                   {_sums_of_spans()}
            FROM cell GROUP BY key
        ), line AS (
            SELECT summed.*, coalesce({member.label}, '') AS label, coalesce({member.code}, '') AS code
            FROM summed LEFT JOIN {member.names}
        ), matching AS (
            SELECT * FROM line WHERE label || ' ' || code ILIKE :find
        ), shown AS (
            SELECT row_number() OVER (ORDER BY {order} {direction} NULLS LAST, lower(label), key)
                   AS position, key, label, code FROM matching WHERE filled > 0
        ), page AS (SELECT * FROM shown ORDER BY position {window})
        SELECT page.position, key::text, label, code, (SELECT count(*) FROM shown) AS line_count,
               array_agg(cell.month) AS months, array_agg(cell.figure) AS figures
        FROM page JOIN cell USING (key) GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT 0, '', 'All', '', (SELECT count(*) FROM shown), array_agg(month), array_agg(figure)
        FROM (
            SELECT month, sum(figure) AS figure FROM cell
            WHERE key IN (SELECT key FROM matching) GROUP BY month
        ) AS summed ORDER BY 1
    """)
    rows = (await uow.session.execute(query, _pivot_parameters(uow, request, months))).all()
    total, *lines = [_course(row) for row in rows]
    return lines, total, rows[0].line_count


def _sums_of_spans() -> str:
    """Build the sums by which lines can be sorted."""
    spans = {
        "half": ("half_from", "last"),
        "half_before": ("half_before_from", "half_before_to"),
        "year": ("year_from", "last"),
        "year_before": ("year_before_from", "year_before_to"),
        "two_years": ("year_before_from", "last"),
    }
    return ", ".join(
        f"coalesce(sum(figure) FILTER (WHERE month BETWEEN :{start} AND :{end}), 0) AS {name}"
        for name, (start, end) in spans.items()
    )


def _pivot_parameters(
    uow: UnitOfWork, request: PivotRequest, months: Sequence[date]
) -> dict[str, Any]:
    first, last = months[0], months[-1]
    two_years_from = add_months(last, 1 - 2 * YEAR)
    return _scope_parameters(uow, request.wanted) | {
        "find": contains(request.find.strip()),
        "first": first,
        "last": last,
        "shown_from": min(first, two_years_from),
        "earliest": min(add_months(first, -YEAR), two_years_from),
        "half_from": add_months(last, -5),
        "half_before_from": add_months(last, 1 - YEAR),
        "half_before_to": add_months(last, -6),
        "year_from": add_months(last, 1 - YEAR),
        "year_before_from": two_years_from,
        "year_before_to": add_months(last, -YEAR),
        "limit": request.limit,
        "offset": request.offset,
    }


def _scope_parameters(uow: UnitOfWork, wanted: SalesFilter) -> dict[str, Any]:
    return visibility_parameters(uow.actor) | {
        "customer_id": wanted.customer_id,
        "product_id": wanted.product_id,
        "category_id": wanted.category_id,
        "region": wanted.region,
        "sales_rep_id": wanted.sales_rep_id,
    }


def _course(row: Any) -> Course:
    figures: dict[date, Decimal] = dict(zip(row.months or (), row.figures or (), strict=True))
    return Course(row.key, row.label, row.code, figures)


async def read_months(
    uow: UnitOfWork, wanted: SalesFilter, months: Sequence[date], first_recorded: date
) -> list[MonthFigures]:
    """Read every figure of each month; 0 where nothing is recorded.

    The year before is not told where it lies before the first month that is recorded at all.
    """
    rows = await uow.session.execute(
        text(f"""
            WITH RECURSIVE {_BRANCHES}
            SELECT s.month, sum(s.gross_quantity), sum(s.returned_quantity), sum(s.net_quantity),
                   sum(s.amount)
            FROM {_SALES} WHERE s.month BETWEEN :earliest AND :last AND {_IN_SCOPE} GROUP BY 1
        """),
        _scope_parameters(uow, wanted)
        | {"earliest": add_months(months[0], -YEAR), "last": months[-1]},
    )
    found = {month: figures for month, *figures in rows}
    nothing = [Decimal(0)] * 4

    def figures_of(month: date) -> MonthFigures:
        gross, returned, net, amount = found.get(month, nothing)
        year_before = add_months(month, -YEAR)
        is_known = year_before >= first_recorded
        before = found.get(year_before, nothing) if is_known else [None] * 4
        price = amount / net if net else None
        return MonthFigures(month, gross, returned, net, amount, price, before[2], before[3])

    return [figures_of(month) for month in months]


async def read_choices(uow: UnitOfWork) -> FilterChoices:
    """Read the regions, reps and categories of the customers and products a person sees."""
    visible = customer_is_visible()
    parameters = visibility_parameters(uow.actor)
    regions = await uow.session.execute(
        text(f"SELECT DISTINCT c.region FROM customer c WHERE {visible} ORDER BY 1"), parameters
    )
    reps = await uow.session.execute(
        text(f"""
            SELECT DISTINCT coalesce(u.id, 0), coalesce(u.full_name, '')
            FROM customer c LEFT JOIN app_user u ON u.id = c.sales_rep_id
            WHERE {visible} ORDER BY 2
        """),
        parameters,
    )
    categories = await uow.session.execute(
        text(f"""
            WITH RECURSIVE {_BRANCHES}
            SELECT k.id, k.name, cardinality(b.path) FROM branch b JOIN category k ON k.id = b.id
            ORDER BY ARRAY(
                SELECT a.name || '/' || a.id FROM unnest(b.path) WITH ORDINALITY AS step(id, place)
                JOIN category a ON a.id = step.id ORDER BY place
            )
        """)
    )
    return FilterChoices(
        regions=tuple(regions.scalars()),
        sales_reps=tuple((user_id, name) for user_id, name in reps),
        categories=tuple(CategoryChoice(*row) for row in categories),
    )


async def has_categories_below(uow: UnitOfWork, category_id: int) -> bool:
    """Tell whether any category has this one as its parent."""
    result = await uow.session.execute(
        text("SELECT EXISTS (SELECT FROM category WHERE parent_id = :id)"), {"id": category_id}
    )
    return bool(result.scalar_one())


async def read_names(uow: UnitOfWork, wanted: SalesFilter) -> MemberNames:
    """Read what the customer and the product of a filter are called; a foreign customer has none."""
    result = await uow.session.execute(
        text(f"""
            SELECT coalesce((SELECT c.name FROM customer c
                             WHERE c.id = :customer_id AND {customer_is_visible()}), ''),
                   coalesce((SELECT p.name FROM product p WHERE p.id = :product_id), '')
        """),
        _scope_parameters(uow, wanted),
    )
    return MemberNames(*result.one())


async def read_end_of_import(uow: UnitOfWork, batch_id: int) -> date | None:
    """Read the last month that an import brought; None where no later month has sales."""
    result = await uow.session.execute(
        text(f"""
            SELECT max(s.month) FILTER (WHERE s.batch_id = :batch_id), max(s.month)
            FROM sales_month s JOIN customer c ON c.id = s.customer_id
            WHERE s.month < :this_month AND {customer_is_visible()}
        """),
        {
            "batch_id": batch_id,
            "this_month": first_of_month(uow.now.date()),
            **visibility_parameters(uow.actor),
        },
    )
    imported, last = result.one()
    return None if imported == last else imported


def shown_months(span: tuple[date, date], month_count: int) -> list[date]:
    """List the months to show: the last so many, none before the first with sales; 0 for all."""
    first, last = span
    known = months_between(first, last) + 1
    count = min(month_count or known, known)
    return month_range(add_months(last, 1 - count), count)
