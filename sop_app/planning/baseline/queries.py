"""Set-based reads of runs and their figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.kernel.periods import add_months, month_range, months_between
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, read_page

from .rules import Level
from .schemas import (
    Backtest,
    GroupShare,
    HeatMap,
    HeatRow,
    ItemFilter,
    ItemForecast,
    ItemRow,
    MethodScore,
    RunRequest,
    RunRow,
)

HISTORY_MONTHS = 60
_NAMED = """
    forecast_item i
    LEFT JOIN product p ON i.level = 'product' AND p.id::text = i.key
    LEFT JOIN category k ON i.level = 'category' AND k.id::text = i.key
"""
_NAME = """
    CASE i.level WHEN 'product' THEN p.name WHEN 'category' THEN k.name
                 WHEN 'total' THEN 'All products' ELSE i.key END
"""
_NEXT_YEAR = "(SELECT sum(point) FROM unnest(i.points[1:12]) AS point)"
_ITEMS = Listing(
    columns=f"""
        i.level, i.key, {_NAME} AS name, coalesce(p.sku, '') AS code, i.demand_class,
        i.months_of_history, i.method, {_NEXT_YEAR} AS next_year, i.last_year, i.wape,
        i.naive_wape, i.bias, i.mase, i.mae * i.unit_value AS error_amount, i.note
    """,
    source=_NAMED,
    orders={
        "name": f"lower({_NAME})",
        "code": "p.sku",
        "demand_class": "i.demand_class",
        "months_of_history": "i.months_of_history",
        "next_year": _NEXT_YEAR,
        "last_year": "i.last_year",
        "wape": "i.wape",
        "naive_wape": "i.naive_wape",
        "bias": "i.bias",
        "mase": "i.mase",
        "error_amount": "i.mae * i.unit_value",
    },
    default_order="error_amount",
    key="i.level, i.key",
)
_RUNS = """
    SELECT r.id, r.method, r.horizon, r.windows, r.last_month, r.item_count, r.fallback_count,
           CASE WHEN r.finished_at IS NOT NULL THEN 'done' ELSE coalesce(j.status, 'failed') END
               AS status,
           coalesce(j.error, '') AS error, r.job_id, (r.scope <> '{}') AS is_selection,
           u.full_name AS created_by_name, r.created_at, r.finished_at, r.wape, r.naive_wape,
           r.bias,
           ARRAY(SELECT c.name FROM cycle_baseline b JOIN cycle c ON c.id = b.cycle_id
                 WHERE b.run_id = r.id ORDER BY c.start_month) AS pinned_to
    FROM forecast_run r JOIN app_user u ON u.id = r.created_by LEFT JOIN job j ON j.id = r.job_id
"""
_BACKTEST_MONTHS = """
    SELECT b.level, b.key, (b.origin + make_interval(months => m.lag::int))::date AS month, m.lag,
           m.forecast, m.naive, m.actual
    FROM forecast_backtest b
    CROSS JOIN LATERAL unnest(b.forecast, b.naive, b.actual)
        WITH ORDINALITY AS m (forecast, naive, actual, lag)
    WHERE b.run_id = :run_id AND b.level = :level AND b.forecast[1] <> 'NaN'
"""
_WAPE = "sum(abs(actual - forecast)) / nullif(sum(actual), 0)"


async def find_runs(
    uow: UnitOfWork, condition: str, limit: int = 50, **values: Any
) -> list[RunRow]:
    """Read runs, the newest first."""
    rows = await uow.session.execute(
        text(f"{_RUNS} WHERE {condition} ORDER BY r.id DESC LIMIT :row_limit"),
        {**values, "row_limit": limit},
    )
    return [RunRow(**{**row._mapping, "pinned_to": tuple(row.pinned_to)}) for row in rows]


async def find_request(uow: UnitOfWork, run_id: int) -> tuple[RunRequest, date]:
    """Read what a run was asked for, and the last month it may see.

    Raises:
        NotFoundError: There is no such run.
    """
    found = await uow.session.execute(
        text("SELECT method, horizon, windows, scope, last_month FROM forecast_run WHERE id = :id"),
        {"id": run_id},
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("forecast run", run_id)
    request = RunRequest(
        method=row.method,
        horizon=row.horizon,
        windows=row.windows,
        category_id=row.scope.get("category_id"),
        product_ids=tuple(row.scope.get("product_ids", ())),
    )
    return request, row.last_month


async def find_items(uow: UnitOfWork, wanted: ItemFilter, page: PageRequest) -> Page[ItemRow]:
    """Read a page of the items of a run."""
    conditions = Conditions()
    conditions.add("i.run_id = :run_id", run_id=wanted.run_id)
    conditions.add("i.level = :level", level=wanted.level.value)
    conditions.add_search(f"concat_ws(' ', {_NAME}, p.sku)", wanted.find)
    if wanted.demand_class:
        conditions.add("i.demand_class = :demand_class", demand_class=wanted.demand_class)
    if wanted.has_note:
        conditions.add("i.note <> ''")
    return await read_page(uow, _ITEMS, conditions, page, _item_row)


def _item_row(row: Row[Any]) -> ItemRow:
    return ItemRow(**{**row._mapping, "level": Level(row.level)})


async def find_item(uow: UnitOfWork, run_id: int, level: Level, key: str) -> ItemForecast:
    """Read everything a run says about one item.

    Raises:
        NotFoundError: The run has no such item.
    """
    wanted = {"run_id": run_id, "level": level.value, "key": key}
    found = await uow.session.execute(
        text(f"""
            SELECT i.*, {_NAME} AS name, coalesce(p.sku, '') AS code, coalesce(p.unit, '') AS unit,
                   r.last_month
            FROM {_NAMED} JOIN forecast_run r ON r.id = i.run_id
            WHERE i.run_id = :run_id AND i.level = :level AND i.key = :key
        """),
        wanted,
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("item", key or level.label.lower())
    months = month_range(add_months(row.last_month, 1), len(row.points))
    history_months, history, corrected = await read_member_history(
        uow, level, key, row.last_month, min(row.months_of_history, HISTORY_MONTHS)
    )
    return ItemForecast(
        run_id=run_id,
        level=level,
        key=key,
        name=row.name,
        code=row.code,
        unit=row.unit or "units",
        demand_class=row.demand_class,
        method=row.method,
        members=list(row.members),
        reason=row.reason,
        note=row.note,
        months=months,
        points=list(row.points),
        bounds={
            80: (list(row.lower_80), list(row.upper_80)),
            95: (list(row.lower_95), list(row.upper_95)),
        },
        history_months=history_months,
        history=history,
        corrected=corrected,
        scores=[MethodScore(**score) for score in row.scores],
        backtests=await _find_backtests(uow, wanted),
        rivals=dict(row.rivals),
        previous=await _find_previous(uow, wanted),
    )


async def read_member_history(
    uow: UnitOfWork, level: Level, key: str, last_month: date, count: int
) -> tuple[list[date], list[float], list[float]]:
    """Read the sales of a product, or of all products of a member, month by month.

    Returns:
        The months, what was sold, and the same with the corrections planners accepted.
    """
    first = add_months(last_month, 1 - count)
    rows = await uow.session.execute(
        text(f"""
            SELECT month, sum(sold), sum(coalesce(corrected, sold)) FROM (
                SELECT s.product_id, s.month, greatest(sum(s.net_quantity), 0)::float AS sold,
                       max(f.corrected_value) AS corrected
                FROM sales_month s
                JOIN product p ON p.id = s.product_id JOIN customer c ON c.id = s.customer_id
                LEFT JOIN history_finding f ON f.product_id = s.product_id AND f.month = s.month
                    AND f.status = 'accepted'
                WHERE s.month BETWEEN :first AND :last AND p.deleted_at IS NULL
                  AND p.status <> 'discontinued' AND {_BELONGS[level]}
                GROUP BY 1, 2
            ) AS per_product GROUP BY month
        """),
        {"first": first, "last": last_month, "key": key},
    )
    sold, corrected = [0.0] * count, [0.0] * count
    for month, quantity, cleaned in rows:
        place = months_between(first, month)
        sold[place], corrected[place] = quantity, cleaned
    return month_range(first, count), sold, corrected


_BELONGS = {
    Level.PRODUCT: "s.product_id = CAST(:key AS int)",
    Level.FAMILY: "p.family = :key",
    Level.CATEGORY: """p.category_id IN (
        WITH RECURSIVE branch AS (
            SELECT id FROM category WHERE id = CAST(:key AS int)
            UNION ALL SELECT n.id FROM category n JOIN branch b ON b.id = n.parent_id
        ) SELECT id FROM branch
    )""",
    Level.REGION: "c.region = :key",
    Level.CHANNEL: "c.channel = :key",
    Level.TOTAL: "CAST(:key AS text) = ''",
}


async def _find_backtests(uow: UnitOfWork, wanted: dict[str, Any]) -> list[Backtest]:
    rows = await uow.session.execute(
        text("""
            SELECT origin, forecast, naive, actual FROM forecast_backtest
            WHERE run_id = :run_id AND level = :level AND key = :key AND forecast[1] <> 'NaN'
            ORDER BY origin
        """),
        wanted,
    )
    return [
        Backtest(row.origin, list(row.forecast), list(row.naive), list(row.actual)) for row in rows
    ]


async def _find_previous(uow: UnitOfWork, wanted: dict[str, Any]) -> dict[date, float]:
    """Read what the complete run before this one expected of the item."""
    found = await uow.session.execute(
        text("""
            SELECT i.points, r.last_month FROM forecast_item i JOIN forecast_run r ON r.id = i.run_id
            WHERE i.run_id < :run_id AND i.level = :level AND i.key = :key
              AND r.finished_at IS NOT NULL
            ORDER BY i.run_id DESC LIMIT 1
        """),
        wanted,
    )
    row = found.one_or_none()
    if row is None:
        return {}
    months = month_range(add_months(row.last_month, 1), len(row.points))
    return dict(zip(months, row.points, strict=True))


async def find_shares(uow: UnitOfWork, run_id: int, group: str) -> list[GroupShare]:
    """Count the products of a run by demand class or by the methods combined.

    Args:
        uow: The transaction.
        run_id: The run.
        group: ``demand_class`` or ``members``.
    """
    name = {
        "demand_class": "i.demand_class",
        "members": """(
            SELECT string_agg(member, ' + ' ORDER BY member)
            FROM (SELECT DISTINCT jsonb_array_elements_text(i.members) AS member) AS each
        )""",
    }[group]
    rows = await uow.session.execute(
        text(f"""
            SELECT {name} AS name, count(*) AS items,
                   coalesce(sum(i.last_year) / nullif(sum(sum(i.last_year)) OVER (), 0), 0)
                       AS volume_share,
                   sum(i.wape * i.last_year) / nullif(sum(i.last_year)
                       FILTER (WHERE i.wape IS NOT NULL), 0) AS wape
            FROM forecast_item i WHERE i.run_id = :run_id AND i.level = 'product'
            GROUP BY 1 ORDER BY 2 DESC, 1
        """),
        {"run_id": run_id},
    )
    return [GroupShare(row.name, row.items, row.volume_share, row.wape) for row in rows]


async def find_lag_map(uow: UnitOfWork, run_id: int, level: Level) -> HeatMap:
    """Read the error of each member of a level by months ahead."""
    rows = await uow.session.execute(
        text(f"""
            SELECT m.key, {_NAME} AS name, m.lag, m.wape FROM (
                SELECT level, key, lag, {_WAPE} AS wape FROM ({_BACKTEST_MONTHS}) AS months
                GROUP BY 1, 2, 3
            ) AS m JOIN ({_NAMED}) ON i.run_id = :run_id AND i.level = m.level AND i.key = m.key
            ORDER BY 2, 1, 3
        """),
        {"run_id": run_id, "level": level.value},
    )
    return _heat_map([(row.key, row.name, int(row.lag), row.wape) for row in rows])


async def find_month_map(uow: UnitOfWork, run_id: int, level: Level, page: PageRequest) -> HeatMap:
    """Read the error of a page of members by month, the costliest first."""
    rows = await uow.session.execute(
        text(f"""
            WITH shown AS (
                SELECT i.level, i.key, {_NAME} AS name, i.mae * i.unit_value AS cost
                FROM {_NAMED} WHERE i.run_id = :run_id AND i.level = :level AND i.wape IS NOT NULL
                ORDER BY cost DESC NULLS LAST, i.key LIMIT :limit OFFSET :offset
            )
            SELECT s.key, s.name, m.month, {_WAPE} AS wape
            FROM ({_BACKTEST_MONTHS}) AS m JOIN shown s ON s.level = m.level AND s.key = m.key
            GROUP BY s.key, s.name, s.cost, m.month ORDER BY s.cost DESC NULLS LAST, s.key, m.month
        """),
        {"run_id": run_id, "level": level.value, "limit": page.limit, "offset": page.offset},
    )
    total = await uow.session.scalar(
        text("""
            SELECT count(*) FROM forecast_item
            WHERE run_id = :run_id AND level = :level AND wape IS NOT NULL
        """),
        {"run_id": run_id, "level": level.value},
    )
    return _heat_map([(row.key, row.name, row.month, row.wape) for row in rows], total or 0)


def _heat_map(cells: Sequence[tuple[str, str, Any, float | None]], total: int = 0) -> HeatMap:
    columns = sorted({column for _, _, column, _ in cells})
    place = {column: index for index, column in enumerate(columns)}
    lines: dict[tuple[str, str], list[float | None]] = {}
    for key, name, column, ratio in cells:
        lines.setdefault((key, name), [None] * len(columns))[place[column]] = ratio
    rows = [HeatRow(key, name, ratios) for (key, name), ratios in lines.items()]
    return HeatMap(columns, rows, total or len(rows))


async def find_trend(
    uow: UnitOfWork, run_id: int, level: Level, key: str, lag: int | None
) -> list[tuple[date, float | None, float | None, float | None]]:
    """Read error, bias and the naive forecast's error by month, of all products or one member."""
    rows = await uow.session.execute(
        text(f"""
            SELECT month, {_WAPE} AS wape, sum(forecast - actual) / nullif(sum(actual), 0) AS bias,
                   sum(abs(actual - naive)) / nullif(sum(actual), 0) AS naive_wape
            FROM ({_BACKTEST_MONTHS}) AS months
            WHERE (CAST(:lag AS int) IS NULL OR lag = :lag)
              AND (CAST(:key AS text) = '' OR key = :key)
            GROUP BY month ORDER BY month
        """),
        {"run_id": run_id, "level": level.value, "key": key, "lag": lag},
    )
    return [tuple(row) for row in rows]
