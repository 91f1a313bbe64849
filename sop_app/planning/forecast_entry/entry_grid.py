"""What the grid reads: a window of rows, totals and counts over everything the filter lets pass."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .queries import (
    ENTRIES,
    FIGURES,
    HAS_ERRORS,
    NAMES,
    VISIBLE,
    grid_row_of,
    missing_condition,
    month_amount,
    scope,
)
from .schemas import (
    Chip,
    GridCounts,
    GridFilter,
    GridOptions,
    GridRow,
    GridSort,
    GridTotals,
    GridWindow,
    SelectionSum,
)

LARGEST_WINDOW = 1_000
_CHANGED = "e.changed_at IS NOT NULL AND e.quantities <> e.prefill"
_FOUND = """(
    c.id IN (SELECT id FROM customer WHERE strpos(lower(name || ' ' || code), :find) > 0)
    OR p.id IN (SELECT id FROM product WHERE strpos(lower(name || ' ' || sku), :find) > 0)
)"""
_HAS_COMMENT = """
    EXISTS (SELECT FROM forecast_comment k WHERE k.entry_id = e.id AND k.resolved_at IS NULL)
"""
_TOTAL = "(SELECT coalesce(sum(q), 0) FROM unnest(e.quantities) AS q)"
_PRICE = "coalesce(e.price_overrides[1], e.prices[1])"
_COMMENTED = """(
    SELECT array_agg(DISTINCT coalesce(k.month_index, -1)) FROM forecast_comment k
    WHERE k.entry_id = e.id AND k.resolved_at IS NULL
)"""


async def read_window(
    uow: UnitOfWork,
    cycle_id: int,
    filters: GridFilter,
    *,
    offset: int,
    limit: int,
    with_total: bool = True,
) -> GridWindow:
    """Read a run of rows in the order of the filter.

    ``GridRow.commented`` holds the months with open comments; -1 stands for the whole row.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        filters: Which rows, in which order.
        offset: Position of the first row.
        limit: How many rows, at most 1,000.
        with_total: Count the rows that pass the filter; not needed while only scrolling.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
        InvalidInputError: The filter sorts by something there is not.
    """
    cycle = await _open_to_view(uow, cycle_id)
    condition, parameters = _narrow(cycle, filters)
    parameters |= scope(uow, cycle)
    order = _order_by(cycle, filters)
    statement = f"""
        WITH page AS MATERIALIZED (
            SELECT e.id FROM {ENTRIES} WHERE {VISIBLE} AND {condition}
            ORDER BY {order} OFFSET :offset LIMIT :limit
        )
        SELECT {FIGURES}, {NAMES}, {_COMMENTED} AS commented
        FROM page JOIN forecast_entry e ON e.id = page.id
        JOIN customer c ON c.id = e.customer_id
        JOIN product p ON p.id = e.product_id
        LEFT JOIN app_user u ON u.id = e.sales_rep_id
        ORDER BY {order}
    """
    window = {"offset": max(0, offset), "limit": max(0, min(limit, LARGEST_WINDOW))}
    rows = await uow.session.execute(text(statement), {**parameters, **window})
    total = None
    if with_total:
        count = f"SELECT count(*) FROM {ENTRIES} WHERE {VISIBLE} AND {condition}"
        total = await uow.session.scalar(text(count), parameters)
    return GridWindow(window["offset"], total, tuple(grid_row_of(uow, cycle, row) for row in rows))


async def list_entry_ids(
    uow: UnitOfWork,
    cycle_id: int,
    filters: GridFilter,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[int]:
    """List the keys of the rows in the order of the filter: what stands at positions of the grid.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
        InvalidInputError: The filter sorts by something there is not.
    """
    cycle = await _open_to_view(uow, cycle_id)
    condition, parameters = _narrow(cycle, filters)
    statement = f"""
        SELECT e.id FROM {ENTRIES} WHERE {VISIBLE} AND {condition}
        ORDER BY {_order_by(cycle, filters)} OFFSET :offset LIMIT :limit
    """
    window = {"offset": max(0, offset), "limit": limit}
    ids = await uow.session.scalars(text(statement), {**scope(uow, cycle), **parameters, **window})
    return list(ids)


async def read_rows(
    uow: UnitOfWork, cycle_id: int, entry_ids: Collection[int]
) -> dict[int, GridRow]:
    """Read single rows by key; those the person may not see are left out.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    cycle = await _open_to_view(uow, cycle_id)
    statement = f"""
        SELECT {FIGURES}, {NAMES}, {_COMMENTED} AS commented
        FROM {ENTRIES} WHERE {VISIBLE} AND e.id = ANY (:entry_ids)
    """
    rows = await uow.session.execute(
        text(statement), {**scope(uow, cycle), "entry_ids": list(entry_ids)}
    )
    return {row.id: grid_row_of(uow, cycle, row) for row in rows}


async def read_totals(
    uow: UnitOfWork, cycle_id: int, filters: GridFilter, *, with_amounts: bool = True
) -> GridTotals:
    """Sum every month over all rows that pass the filter, in units and in money.

    Without ``with_amounts`` the money is left out, which takes a third of the time.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    cycle = await _open_to_view(uow, cycle_id)
    condition, parameters = _narrow(cycle, filters)
    months = range(cycle.horizon_months)
    quantities = ", ".join(f"coalesce(sum(e.quantities[{index + 1}]), 0)" for index in months)
    amounts = ", ".join(
        f"coalesce(sum({month_amount(index)}), 0)" if with_amounts else "0::numeric"
        for index in months
    )
    statement = f"""
        SELECT count(*), ARRAY[{quantities}], ARRAY[{amounts}]
        FROM {ENTRIES} WHERE {VISIBLE} AND {condition}
    """
    found = await uow.session.execute(text(statement), {**scope(uow, cycle), **parameters})
    count, units, money = found.one()
    return GridTotals(count, tuple(units), tuple(Decimal(amount) for amount in money))


async def read_counts(uow: UnitOfWork, cycle_id: int, filters: GridFilter) -> GridCounts:
    """Count the work that is left and done, for the chips and the progress bar.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    cycle = await _open_to_view(uow, cycle_id)
    condition, parameters = _narrow(cycle, filters, with_chip=False)
    statement = f"""
        WITH row AS MATERIALIZED (
            SELECT e.status, e.changed_at, {HAS_ERRORS} AS has_errors, {_CHANGED} AS is_changed,
                   {missing_condition(cycle)} AS has_missing
            FROM {ENTRIES} WHERE {VISIBLE} AND {condition}
        )
        SELECT count(*),
               count(*) FILTER (WHERE has_missing),
               count(*) FILTER (WHERE has_errors),
               count(*) FILTER (WHERE is_changed),
               (SELECT count(DISTINCT k.entry_id) FROM forecast_comment k, {ENTRIES}
                WHERE k.entry_id = e.id AND k.resolved_at IS NULL AND {VISIBLE} AND {condition}),
               count(*) FILTER (WHERE NOT has_missing AND NOT has_errors),
               count(*) FILTER (WHERE status = 'draft'),
               count(*) FILTER (WHERE status = 'submitted'),
               count(*) FILTER (WHERE status = 'approved'),
               count(*) FILTER (WHERE status = 'returned'),
               max(changed_at)
        FROM row
    """
    found = await uow.session.execute(text(statement), {**scope(uow, cycle), **parameters})
    return GridCounts(*found.one())


async def read_options(uow: UnitOfWork, cycle_id: int, *, rep_id: int | None = None) -> GridOptions:
    """List the customers, families and sales reps of the rows the person sees.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    cycle = await _open_to_view(uow, cycle_id)
    parameters = {**scope(uow, cycle), "rep_id": rep_id}
    narrowed = "(CAST(:rep_id AS integer) IS NULL OR e.sales_rep_id = :rep_id)"
    customers, families, reps = [
        list(await uow.session.execute(text(statement), parameters))
        for statement in (
            f"""SELECT DISTINCT c.id, c.name FROM {ENTRIES}
                WHERE {VISIBLE} AND {narrowed} ORDER BY c.name, c.id""",
            f"""SELECT DISTINCT p.family FROM {ENTRIES}
                WHERE {VISIBLE} AND {narrowed} AND p.family <> '' ORDER BY p.family""",
            f"""SELECT DISTINCT u.id, u.full_name FROM {ENTRIES}
                WHERE {VISIBLE} AND u.id IS NOT NULL ORDER BY u.full_name, u.id""",
        )
    ]
    return GridOptions(
        customers=tuple((row.id, row.name) for row in customers),
        families=tuple(row.family for row in families),
        reps=tuple((row.id, row.full_name) for row in reps),
    )


async def sum_selection(
    uow: UnitOfWork,
    cycle_id: int,
    filters: GridFilter,
    *,
    rows: tuple[int, int],
    months: Collection[int],
) -> SelectionSum:
    """Sum a range of cells that reaches beyond the loaded window.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        filters: The filter and order of the grid.
        rows: First position and number of rows.
        months: Month indexes.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    first, count = rows
    entry_ids = await list_entry_ids(uow, cycle_id, filters, offset=first, limit=count)
    places = [index + 1 for index in months]
    found = await uow.session.execute(
        text("""
            SELECT coalesce(sum(e.quantities[place]), 0), count(e.quantities[place])
            FROM forecast_entry e CROSS JOIN unnest(CAST(:places AS integer[])) AS place
            WHERE e.id = ANY (:entry_ids)
        """),
        {"entry_ids": entry_ids, "places": places},
    )
    return SelectionSum(*found.one())


async def _open_to_view(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    uow.require(Permission.FORECAST_VIEW)
    return await find_cycle_head(uow, cycle_id)


def _narrow(
    cycle: CycleRow, filters: GridFilter, *, with_chip: bool = True
) -> tuple[str, dict[str, Any]]:
    """Build the condition of a filter from the parts that are set."""
    conditions, parameters = ["true"], {}
    if find := filters.find.strip().lower():
        conditions.append("strpos(lower(concat_ws(' ', c.name, c.code, p.name, p.sku)), :find) > 0")
        parameters["find"] = find
    for column, value in (
        ("e.customer_id", filters.customer_id),
        ("p.family", filters.family or None),
        ("e.sales_rep_id", filters.rep_id),
        ("e.status", filters.status or None),
    ):
        if value is not None:
            name = column.partition(".")[2]
            conditions.append(f"{column} = :{name}")
            parameters[name] = value
    if with_chip and filters.chip is not Chip.ALL:
        conditions.append(_chip_condition(cycle, filters.chip))
    return " AND ".join(conditions), parameters


def _chip_condition(cycle: CycleRow, chip: Chip) -> str:
    return {
        Chip.MISSING: f"{missing_condition(cycle)}",
        Chip.ERRORS: HAS_ERRORS,
        Chip.CHANGED: _CHANGED,
        Chip.COMMENTS: _HAS_COMMENT,
    }[chip]


def _order_by(cycle: CycleRow, filters: GridFilter) -> str:
    """Build the order of a filter; rows that are equal in it keep the order of the catalogue."""
    direction = "DESC" if filters.descending else "ASC"
    catalogue = ["c.name", "c.code", "p.name", "p.sku", "e.id"]
    first: dict[str, list[str]] = {
        GridSort.CUSTOMER: [f"c.name {direction}", f"c.code {direction}"],
        GridSort.PRODUCT: [f"p.name {direction}"],
        GridSort.CODE: [f"p.sku {direction}"],
        GridSort.STATUS: [f"{_progress(cycle)} {direction}"],
        GridSort.TOTAL: [f"{_TOTAL} {direction}"],
        GridSort.AMOUNT: [f"({_total_amount(cycle)}) {direction}"],
        GridSort.PRICE: [f"{_PRICE} {direction}"],
    }
    leading = first.get(filters.sort) or _month_order(cycle, filters, direction)
    return ", ".join([*leading, *catalogue])


def _progress(cycle: CycleRow) -> str:
    """Order rows by what is left to do: errors, gaps, complete."""
    return f"CASE WHEN {HAS_ERRORS} THEN 0 WHEN {missing_condition(cycle)} THEN 1 ELSE 2 END"


def _total_amount(cycle: CycleRow) -> str:
    return " + ".join(f"coalesce({month_amount(i)}, 0)" for i in range(cycle.horizon_months))


def _month_order(cycle: CycleRow, filters: GridFilter, direction: str) -> list[str]:
    name, _, index = filters.sort.partition(":")
    is_known = name in ("month", "amount") and index.isdigit()
    if not is_known or int(index) >= cycle.horizon_months:
        raise InvalidInputError({"sort": f"Rows cannot be sorted by {filters.sort}."})
    figure = f"e.quantities[{int(index) + 1}]" if name == "month" else month_amount(int(index))
    nulls = "LAST" if filters.descending else "FIRST"
    return [f"{figure} {direction} NULLS {nulls}"]
