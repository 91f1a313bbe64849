"""Open a cycle: one entry per active assignment, filled from what is known, in one statement."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from sop_app.kernel.errors import WrongStatusError
from sop_app.kernel.periods import add_months, first_of_month, months_between
from sop_app.master_data.assignments.queries import PLANNABLE_PAIRS
from sop_app.master_data.pricing.queries import effective_prices
from sop_app.planning.baseline.prefill import pin_newest_run, statistical_quantities
from sop_app.planning.cycles.queries import find_cycle
from sop_app.planning.cycles.rules import CycleStatus, Prefill
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.cycles.service import find_previous_cycle
from sop_app.planning.cycles.window import mark_opened
from sop_app.planning.cycles.writes import hold_cycle_alone
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .messages import announce_opening

_PLANNED_PAIRS = f"SELECT * FROM ({PLANNABLE_PAIRS}) AS pairs WHERE sales_rep_id IS NOT NULL"


@dataclass(frozen=True)
class Opening:
    """What opening a cycle created: entries, for how many sales reps, and the cycle itself."""

    cycle: CycleRow
    entry_count: int
    rep_count: int


async def open_cycle(uow: UnitOfWork, cycle_id: int) -> Opening:
    """Open the input window: create and prefill every entry, tell every sales rep.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is no draft.
        ConflictError: Another cycle is open.
        InvalidInputError: The deadline has passed, or there is no baseline to begin with.
    """
    cycle = await mark_opened(uow, cycle_id)
    entry_count = await _create_entries(uow, cycle)
    rep_count = await announce_opening(uow, cycle)
    record(
        uow,
        "cycle_opened",
        ("cycle", cycle_id),
        before={"status": CycleStatus.DRAFT, "entries": 0},
        after={"status": cycle.status, "entries": entry_count},
    )
    return Opening(cycle, entry_count, rep_count)


async def add_new_entries(uow: UnitOfWork, cycle_id: int) -> int:
    """Create the entries of assignments that became active after the cycle was opened.

    Returns:
        How many entries were created.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is not open.
    """
    uow.require(Permission.CYCLES_MANAGE)
    await hold_cycle_alone(uow, cycle_id)
    cycle = await find_cycle(uow, cycle_id)
    if cycle.status != CycleStatus.OPEN:
        raise WrongStatusError(f"The cycle {cycle.name}", cycle.status, "given new entries")
    entry_count = await _create_entries(uow, cycle)
    record(uow, "entries_added", ("cycle", cycle_id), after={"entries": entry_count})
    return entry_count


async def _create_entries(uow: UnitOfWork, cycle: CycleRow) -> int:
    """Insert the entries that do not exist yet, filled and priced, in one statement."""
    prefill, parameters = await _prefill_query(uow, cycle)
    empty = f"array_fill(NULL::integer, ARRAY[{cycle.horizon_months}])"
    statement = f"""
        INSERT INTO forecast_entry (
            cycle_id, customer_id, product_id, sales_rep_id, status, quantities, prefill, prices,
            cell_versions, version, decision_comment
        )
        SELECT :cycle_id, pair.customer_id, pair.product_id, pair.sales_rep_id, 'draft',
               coalesce(filled.quantities, {empty}), coalesce(filled.quantities, {empty}),
               priced.prices, array_fill(1, ARRAY[{cycle.horizon_months}]), 1, ''
        FROM ({_PLANNED_PAIRS}) AS pair
        JOIN ({effective_prices(_PLANNED_PAIRS, cycle.months)}) AS priced
          USING (customer_id, product_id)
        LEFT JOIN ({prefill}) AS filled USING (customer_id, product_id)
        ORDER BY pair.sales_rep_id, pair.customer_id, pair.product_id
        ON CONFLICT (cycle_id, customer_id, product_id) DO NOTHING
    """
    counted = f"WITH created AS ({statement} RETURNING id) SELECT count(*) FROM created"
    count = await uow.session.scalar(text(counted), {"cycle_id": cycle.id, **parameters})
    # The query planner takes a cycle it has not counted yet for an empty one.
    await uow.session.execute(text("ANALYZE forecast_entry (cycle_id, customer_id, sales_rep_id)"))
    return count or 0


async def _prefill_query(uow: UnitOfWork, cycle: CycleRow) -> tuple[str, dict[str, object]]:
    """Choose the query of ``customer_id, product_id, quantities`` that fills a cycle."""
    if cycle.prefill == Prefill.LAST_YEAR:
        known_before = first_of_month((cycle.opened_at or uow.now).date())
        return last_years_quantities(cycle.months, known_before), {}
    if cycle.prefill == Prefill.BASELINE:
        run_id = await pin_newest_run(uow, cycle.id)
        return statistical_quantities(_PLANNED_PAIRS, cycle.months), {"run_id": run_id}
    previous = await find_previous_cycle(uow, cycle)
    if cycle.prefill == Prefill.EMPTY or previous is None:
        return _NO_QUANTITIES, {}
    return shifted_quantities(previous, cycle), {"previous_id": previous.id}


_NO_QUANTITIES = """
    SELECT NULL::integer AS customer_id, NULL::integer AS product_id,
           NULL::integer[] AS quantities WHERE false
"""


def shifted_quantities(previous: CycleRow, cycle: CycleRow) -> str:
    """Build the query of last cycle's figures, moved so that each stays in its calendar month.

    Months beyond the last cycle's horizon are empty.
    """
    shift = months_between(previous.start_month, cycle.start_month)
    kept = max(0, min(cycle.horizon_months, previous.horizon_months - shift))
    return f"""
        SELECT customer_id, product_id,
               quantities[{shift + 1}:{shift + kept}]
               || array_fill(NULL::integer, ARRAY[{cycle.horizon_months - kept}]) AS quantities
        FROM forecast_entry WHERE cycle_id = :previous_id
    """


def last_years_quantities(months: list[date], known_before: date) -> str:
    """Build the query of the net sales of each month's calendar month a year earlier.

    Whole units, rounded half up; a net return counts as 0. A month without a sale, or not over
    before ``known_before``, stays empty.
    """
    earlier = {index: add_months(month, -12) for index, month in enumerate(months)}
    known = [month for month in earlier.values() if month < known_before]
    elements = ", ".join(
        f"max(quantity) FILTER (WHERE month = DATE '{month}')"
        if month < known_before
        else "NULL::integer"
        for month in earlier.values()
    )
    first, last = (min(known), max(known)) if known else (known_before, known_before)
    return f"""
        SELECT customer_id, product_id, ARRAY[{elements}]::integer[] AS quantities
        FROM (
            SELECT customer_id, product_id, month,
                   greatest(round(net_quantity), 0)::integer AS quantity
            FROM sales_month WHERE month BETWEEN DATE '{first}' AND DATE '{last}'
        ) AS sold
        GROUP BY customer_id, product_id
    """
