"""Pieces of SQL that the reads of forecast entries share, and the rows they return as schemas.

Every query over entries joins ``customer c`` and carries the condition of wall 1 in ``VISIBLE``.
Aliases are fixed: ``e`` entry, ``c`` customer, ``p`` product, ``u`` the entry's sales rep.
"""

from typing import Any

from sqlalchemy import Row

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .rules import lock_reason
from .schemas import GridRow, RowFigures

VISIBLE = f"e.cycle_id = :cycle_id AND {customer_is_visible('c')}"

ENTRIES = """
    forecast_entry e
    JOIN customer c ON c.id = e.customer_id
    JOIN product p ON p.id = e.product_id
    LEFT JOIN app_user u ON u.id = e.sales_rep_id
"""

FIGURES = """
    e.id, e.version, e.status, e.sales_rep_id, coalesce(u.full_name, '') AS rep_name,
    e.quantities, e.prefill, e.prices, e.price_overrides, e.rejected, e.held, e.decision_comment
"""

NAMES = """
    c.id AS customer_id, c.code AS customer_code, c.name AS customer_name,
    p.id AS product_id, p.sku, p.name AS product_name, p.family, p.unit
"""

HAS_ERRORS = "e.rejected <> '{}'"


def missing_count(cycle: CycleRow) -> str:
    """Build the SQL expression of an entry's empty mandatory months.

    A month with text in it is an error, not a gap.
    """
    mandatory = cycle.mandatory_months
    return f"""(
        cardinality(array_positions(e.quantities[1:{mandatory}], NULL)) - CASE
            WHEN e.rejected = '{{}}' THEN 0
            ELSE (SELECT count(*) FROM jsonb_object_keys(e.rejected) AS key
                  WHERE key::integer < {mandatory})
        END
    )"""


def missing_condition(cycle: CycleRow) -> str:
    """Build the SQL condition that a mandatory month is empty; it counts only where it has to."""
    return f"""(
        array_position(e.quantities[1:{cycle.mandatory_months}], NULL) IS NOT NULL
        AND (e.rejected = '{{}}' OR {missing_count(cycle)} > 0)
    )"""


def complete_condition(cycle: CycleRow) -> str:
    """Build the SQL condition that an entry may be submitted."""
    return f"""(
        e.rejected = '{{}}' AND array_position(e.quantities[1:{cycle.mandatory_months}], NULL) IS NULL
    )"""


def month_amount(index: int) -> str:
    """Build the SQL expression of a month's money: quantity x price, rounded to cents."""
    place = index + 1
    return (
        f"round(e.quantities[{place}] * coalesce(e.price_overrides[{place}], e.prices[{place}]), 2)"
    )


def scope(uow: UnitOfWork, cycle: CycleRow) -> dict[str, Any]:
    """Return the parameters of ``VISIBLE``."""
    return {"cycle_id": cycle.id, **visibility_parameters(uow.actor)}


def figures_of(uow: UnitOfWork, cycle: CycleRow, row: Row[Any]) -> RowFigures:
    """Read the columns ``FIGURES`` of a row."""
    overrides = row.price_overrides or ()
    prices = row.prices
    overridden = tuple(index for index, price in enumerate(overrides) if price is not None)
    for index in overridden:
        prices[index] = overrides[index]
    is_own = row.sales_rep_id == uow.actor.user_id and uow.actor.may(Permission.FORECAST_EDIT)
    return RowFigures(
        entry_id=row.id,
        version=row.version,
        status=row.status,
        lock=lock_reason(
            row.status, is_own=is_own, rep_name=row.rep_name, is_input_open=cycle.is_input_open
        ),
        quantities=tuple(row.quantities),
        prefill=tuple(row.prefill),
        prices=tuple(prices),
        overridden=overridden,
        rejected={int(index): text for index, text in row.rejected.items()},
        mandatory_months=cycle.mandatory_months,
    )


def grid_row_of(uow: UnitOfWork, cycle: CycleRow, row: Row[Any]) -> GridRow:
    """Read a row with the columns ``FIGURES``, ``NAMES`` and ``commented``."""
    return GridRow(
        customer_id=row.customer_id,
        customer_code=row.customer_code,
        customer_name=row.customer_name,
        product_id=row.product_id,
        sku=row.sku,
        product_name=row.product_name,
        family=row.family,
        unit=row.unit,
        rep_id=row.sales_rep_id,
        rep_name=row.rep_name,
        decision_comment=row.decision_comment,
        commented=tuple(sorted(row.commented or ())),
        held=tuple(row.held),
        figures=figures_of(uow, cycle, row),
    )
