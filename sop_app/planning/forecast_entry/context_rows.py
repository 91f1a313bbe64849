"""What an entry's figures are compared with: earlier sales, the last cycle, averages."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import text

from sop_app.kernel.periods import add_months, first_of_month
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.cycles.service import find_previous_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .queries import ENTRIES, VISIBLE, scope
from .schemas import ContextKind, ContextRow, cents

Figures = list[tuple[int | None, Decimal | None]]

_MONTHS_BACK = {ContextKind.LAST_YEAR: 12, ContextKind.TWO_YEARS_AGO: 24}
_AVERAGED = {ContextKind.AVERAGE_6: 6, ContextKind.AVERAGE_12: 12}

_PAIRS = f"""
    SELECT e.id, e.customer_id, e.product_id FROM {ENTRIES}
    WHERE {VISIBLE} AND e.id = ANY (:entry_ids)
"""
_SALES = f"""
    SELECT pair.id, s.month, round(s.net_quantity)::integer AS quantity, s.amount
    FROM ({_PAIRS}) AS pair JOIN sales_month s USING (customer_id, product_id)
    WHERE s.month BETWEEN :first AND :last
"""
_LAST_CYCLE = f"""
    SELECT pair.id, o.quantities, o.prices, o.price_overrides
    FROM ({_PAIRS}) AS pair
    JOIN forecast_entry o USING (customer_id, product_id)
    WHERE o.cycle_id = :previous_id
"""


async def read_context(
    uow: UnitOfWork,
    cycle_id: int,
    entry_ids: Collection[int],
    kinds: Sequence[ContextKind] = tuple(ContextKind),
) -> dict[int, list[ContextRow]]:
    """Read the context rows of some entries, in the order of ``kinds``.

    Sales are net of returns. A month without sales, or that is not over, is empty. An average is
    the mean of the last complete months, months without sales counting as 0, and stands in every
    month of the horizon.

    Returns:
        The context rows by entry; entries the person may not see are left out.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.FORECAST_VIEW)
    cycle = await find_cycle_head(uow, cycle_id)
    parameters = {**scope(uow, cycle), "entry_ids": list(entry_ids)}
    visible = {row.id for row in await uow.session.execute(text(_PAIRS), parameters)}
    sales = await _read_sales(uow, cycle, parameters)
    last_cycle: dict[int, Figures] = {}
    if ContextKind.LAST_CYCLE in kinds:
        last_cycle = await _read_last_cycle(uow, cycle, parameters)
    known_before = _known_before(uow, cycle)
    empty: Figures = [(None, None)] * cycle.horizon_months
    found: dict[int, list[ContextRow]] = {}
    for entry_id in sorted(visible):
        sold = sales.get(entry_id, {})
        for kind in kinds:
            if kind in _MONTHS_BACK:
                earlier = [add_months(month, -_MONTHS_BACK[kind]) for month in cycle.months]
                figures = [sold.get(month, (None, None)) for month in earlier]
            elif kind in _AVERAGED:
                figures = _average(sold, known_before, _AVERAGED[kind], cycle.horizon_months)
            else:
                figures = last_cycle.get(entry_id, empty)
            found.setdefault(entry_id, []).append(_context_row(entry_id, kind, figures))
    return found


def _known_before(uow: UnitOfWork, cycle: CycleRow) -> date:
    """Return the first month whose sales are not complete: of today, or of the planned start."""
    return min(first_of_month(uow.now.date()), cycle.start_month)


async def _read_sales(
    uow: UnitOfWork, cycle: CycleRow, parameters: dict[str, object]
) -> dict[int, dict[date, tuple[int | None, Decimal | None]]]:
    known_before = _known_before(uow, cycle)
    window = {"first": add_months(cycle.start_month, -24), "last": add_months(known_before, -1)}
    sales: dict[int, dict[date, tuple[int | None, Decimal | None]]] = {}
    for row in await uow.session.execute(text(_SALES), {**parameters, **window}):
        sales.setdefault(row.id, {})[row.month] = (row.quantity, row.amount)
    return sales


async def _read_last_cycle(
    uow: UnitOfWork, cycle: CycleRow, parameters: dict[str, object]
) -> dict[int, Figures]:
    previous = await find_previous_cycle(uow, cycle)
    if previous is None:
        return {}
    places = {month: index for index, month in enumerate(previous.months)}
    found: dict[int, Figures] = {}
    rows = await uow.session.execute(text(_LAST_CYCLE), {**parameters, "previous_id": previous.id})
    for row in rows:
        overrides = row.price_overrides or [None] * len(row.prices)
        figures: Figures = []
        for month in cycle.months:
            index = places.get(month)
            quantity = None if index is None else row.quantities[index]
            if index is None or quantity is None:
                figures.append((None, None))
            else:
                price = row.prices[index] if overrides[index] is None else overrides[index]
                figures.append((quantity, cents(quantity * price)))
        found[row.id] = figures
    return found


def _average(
    sold: dict[date, tuple[int | None, Decimal | None]],
    known_before: date,
    count: int,
    length: int,
) -> Figures:
    """Average the last complete months; empty where nothing was sold in any of them."""
    months = [add_months(known_before, -offset) for offset in range(1, count + 1)]
    figures = [sold[month] for month in months if month in sold]
    if not figures:
        return [(None, None)] * length
    quantity = sum(quantity or 0 for quantity, _ in figures)
    amount = sum((amount or Decimal(0) for _, amount in figures), Decimal(0))
    mean = (Decimal(quantity) / count).to_integral_value(ROUND_HALF_UP)
    return [(int(mean), cents(amount / count))] * length


def _context_row(entry_id: int, kind: ContextKind, figures: Figures) -> ContextRow:
    return ContextRow(
        entry_id,
        kind,
        tuple(quantity for quantity, _ in figures),
        tuple(amount for _, amount in figures),
    )
