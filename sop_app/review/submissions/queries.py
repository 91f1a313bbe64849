"""Set-based reads over the entries of a cycle. Each carries the condition of wall 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Row, text

from sop_app.kernel.periods import add_months, months_between
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.queries import complete_condition, missing_count
from sop_app.planning.forecast_entry.rules import EntryStatus, forecast_status
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .rules import YEAR, Basis, PlannedMonths, months_of_last_cycle, months_with_sales
from .schemas import ChangeQuery, CourseMonth, Progress, RowChange, Scope

Group = Literal["rep", "customer"]

_IN_SCOPE = f"""
    e.cycle_id = :cycle_id AND {customer_is_visible("c")}
    AND (CAST(:rep_id AS integer) IS NULL OR e.sales_rep_id = :rep_id)
    AND (CAST(:customer_id AS integer) IS NULL OR e.customer_id = :customer_id)
"""
_GROUPS = {
    "rep": ("coalesce(e.sales_rep_id, 0)", "coalesce(u.full_name, 'Nobody')", "''"),
    "customer": ("c.id", "c.name", "c.code"),
}
_SORTS = {
    "quantity": "abs(now_quantity - coalesce(before_quantity, 0))",
    "amount": "abs(now_amount - coalesce(before_amount, 0))",
    "ratio": (
        "abs(now_quantity - coalesce(before_quantity, 0))"
        " / nullif(coalesce(before_quantity, 0), 0)::numeric"
    ),
}


@dataclass(frozen=True)
class Compared:
    """A cycle, the cycle before it, and how many months each comparison covers."""

    cycle: CycleRow
    previous: CycleRow | None
    last_year_count: int
    last_cycle_count: int

    @property
    def shift(self) -> int:
        """Count the months from the start of the last cycle to the start of this one."""
        return (
            months_between(self.previous.start_month, self.cycle.start_month)
            if self.previous
            else 0
        )

    def month_count(self, basis: Basis) -> int:
        """Count the months compared with a basis."""
        return self.last_year_count if basis is Basis.LAST_YEAR else self.last_cycle_count


def compare(cycle: CycleRow, previous: CycleRow | None, today: date) -> Compared:
    """Decide which months of a cycle are compared with last year and with the last cycle."""
    plan = _planned(cycle)
    before = _planned(previous) if previous else None
    return Compared(
        cycle, previous, months_with_sales(plan, today), months_of_last_cycle(plan, before)
    )


async def read_progress(
    uow: UnitOfWork, compared: Compared, scope: Scope, group: Group
) -> list[Progress]:
    """Sum the entries of a cycle by rep or by customer, by name."""
    cycle = compared.cycle
    key, name, code = _GROUPS[group]
    by_status = ", ".join(
        f"count(*) FILTER (WHERE e.status = '{status}') AS {status}" for status in EntryStatus
    )
    statement = f"""
        SELECT {key} AS key, {name} AS name, {code} AS code, count(*) AS row_count,
               count(*) FILTER (WHERE {complete_condition(cycle)}) AS complete_count,
               count(*) FILTER (WHERE e.rejected <> '{{}}') AS error_count,
               sum({missing_count(cycle)}) AS missing_cells, {by_status},
               sum((SELECT count(*) FROM forecast_comment k
                    WHERE k.entry_id = e.id AND k.resolved_at IS NULL)) AS comment_count,
               sum({_amount("e", 1, cycle.mandatory_months)}) AS amount,
               sum({_amount("e", 1, compared.last_year_count)}) AS amount_as_last_year,
               sum(sold.amount) AS last_year,
               sum({_amount("e", 1, compared.last_cycle_count)}) AS amount_as_last_cycle,
               sum({_amount("b", compared.shift + 1, compared.last_cycle_count)}) AS last_cycle,
               max(e.changed_at) AS figures_changed_at,
               max(greatest(e.changed_at, e.submitted_at, e.decided_at)) AS changed_at,
               max(e.submitted_at) AS submitted_at
        FROM {_compared_entries()}
        WHERE {_IN_SCOPE} GROUP BY 1, 2, 3 ORDER BY 2, 1
    """
    rows = await uow.session.execute(text(statement), _parameters(uow, compared, scope))
    return [_progress(row, cycle.mandatory_months) for row in rows]


async def read_changes(uow: UnitOfWork, compared: Compared, query: ChangeQuery) -> list[RowChange]:
    """List the entries that differ from their basis, the largest change first."""
    count = compared.month_count(query.basis)
    if query.basis is Basis.LAST_YEAR:
        before = ("sold.quantity", "sold.amount", "sold.quantities")
    else:
        first = compared.shift + 1
        before = (
            _quantity("b", first, count),
            _amount("b", first, count),
            f"b.quantities[{first}:{first + count - 1}]",
        )
    statement = f"""
        SELECT * FROM (
            SELECT e.id AS entry_id, c.name AS customer, p.name AS product, p.sku, e.status,
                   {_quantity("e", 1, count)} AS now_quantity, {before[0]} AS before_quantity,
                   {_amount("e", 1, count)} AS now_amount, {before[1]} AS before_amount,
                   e.quantities[1:{count}] AS now_months, {before[2]} AS before_months,
                   (SELECT k.text FROM forecast_comment k
                    WHERE k.entry_id = e.id ORDER BY k.id DESC LIMIT 1) AS reason
            FROM {_compared_entries()}
            WHERE {_IN_SCOPE}
        ) AS line
        ORDER BY {_SORTS.get(query.sort, _SORTS["quantity"])} DESC NULLS LAST, product, entry_id
        LIMIT :limit
    """
    parameters = {**_parameters(uow, compared, query.scope), "limit": query.limit}
    rows = await uow.session.execute(text(statement), parameters)
    return [_change(row, compared.cycle.months[:count]) for row in rows]


async def read_course(uow: UnitOfWork, compared: Compared, scope: Scope) -> list[CourseMonth]:
    """Sum the money of each mandatory month: planned now, in the last cycle, sold a year before."""
    cycle = compared.cycle
    statement = f"""
        SELECT month.index AS place, coalesce(sum({_month("e", "month.index")}), 0) AS planned,
               sum({_month("b", f"month.index + {compared.shift}")}) AS last_cycle
        FROM generate_series(1, {cycle.mandatory_months}) AS month (index)
        CROSS JOIN {_compared_entries()}
        WHERE {_IN_SCOPE} GROUP BY 1 ORDER BY 1
    """
    parameters = _parameters(uow, compared, scope)
    planned = {row.place: row for row in await uow.session.execute(text(statement), parameters)}
    sold = await _read_sold(uow, compared, scope)
    return [
        CourseMonth(
            month=month,
            planned=planned[index].planned if index in planned else Decimal(0),
            last_cycle=planned[index].last_cycle
            if index in planned and index <= compared.last_cycle_count
            else None,
            last_year=sold.get(add_months(month, -YEAR), Decimal(0))
            if index <= compared.last_year_count
            else None,
        )
        for index, month in enumerate(cycle.mandatory, start=1)
    ]


async def list_entries_to_decide(
    uow: UnitOfWork, compared: Compared, scope: Scope, within: tuple[Basis, float] | None = None
) -> list[tuple[int, int]]:
    """List submitted entries of other people as pairs of entry and rep.

    Args:
        uow: The transaction.
        compared: The cycle and its comparisons.
        scope: Whose entries.
        within: Only entries whose units differ from a basis by at most a ratio.
    """
    condition, parameters = "true", _parameters(uow, compared, scope)
    if within is not None:
        basis, ratio = within
        count = compared.month_count(basis)
        before = (
            "sold.quantity"
            if basis is Basis.LAST_YEAR
            else _quantity("b", compared.shift + 1, count)
        )
        condition = f"abs({_quantity('e', 1, count)} - ({before})) <= :ratio * ({before})"
        parameters["ratio"] = ratio
    statement = f"""
        SELECT e.id, e.sales_rep_id FROM {_compared_entries()}
        WHERE {_IN_SCOPE} AND e.status = 'submitted' AND e.sales_rep_id <> :acting_user_id
          AND {condition}
        ORDER BY e.id
    """
    rows = await uow.session.execute(text(statement), parameters)
    return [(entry_id, rep_id) for entry_id, rep_id in rows]


async def list_customers(uow: UnitOfWork, scope: Scope) -> list[tuple[int, str]]:
    """List the customers of a rep's entries, by name."""
    rows = await uow.session.execute(
        text(f"""
            SELECT DISTINCT c.id, c.name FROM forecast_entry e
            JOIN customer c ON c.id = e.customer_id WHERE {_IN_SCOPE} ORDER BY c.name, c.id
        """),
        _scope_parameters(uow, scope),
    )
    return [(customer_id, name) for customer_id, name in rows]


async def _read_sold(uow: UnitOfWork, compared: Compared, scope: Scope) -> dict[date, Decimal]:
    rows = await uow.session.execute(
        text(f"""
            SELECT s.month, sum(s.amount) FROM sales_month s
            JOIN forecast_entry e ON e.customer_id = s.customer_id AND e.product_id = s.product_id
            JOIN customer c ON c.id = e.customer_id
            WHERE s.month BETWEEN :sold_from AND :sold_to AND {_IN_SCOPE} GROUP BY 1
        """),
        _parameters(uow, compared, scope),
    )
    return dict(rows.tuples().all())


def _compared_entries() -> str:
    """Join each entry ``e`` with the last cycle's ``b`` and last year's sales ``sold``."""
    return """
        forecast_entry e
        JOIN customer c ON c.id = e.customer_id
        JOIN product p ON p.id = e.product_id
        LEFT JOIN app_user u ON u.id = e.sales_rep_id
        LEFT JOIN forecast_entry b ON b.cycle_id = CAST(:previous_id AS integer)
             AND b.customer_id = e.customer_id AND b.product_id = e.product_id
        LEFT JOIN LATERAL (
            SELECT round(sum(s.net_quantity))::integer AS quantity, sum(s.amount) AS amount,
                   array_agg(ARRAY[extract(year from s.month)::integer,
                                   extract(month from s.month)::integer,
                                   round(s.net_quantity)::integer]) AS quantities
            FROM sales_month s
            WHERE s.customer_id = e.customer_id AND s.product_id = e.product_id
              AND s.month BETWEEN :sold_from AND :sold_to
        ) AS sold ON true
    """


def _quantity(alias: str, first: int, count: int) -> str:
    """Build the sum of an entry's units over a run of months, counted from 1."""
    return (
        f"(SELECT sum(q) FROM unnest({alias}.quantities[{first}:{first + count - 1}]) AS q)"
        if alias == "b"
        else f"(SELECT coalesce(sum(q), 0) FROM unnest({alias}.quantities[{first}:{first + count - 1}])"
        " AS q)"
    )


def _amount(alias: str, first: int, count: int) -> str:
    """Build the sum of an entry's money over a run of months, each rounded to cents."""
    return (
        f"(SELECT sum(round(q * coalesce({alias}.price_overrides[i], {alias}.prices[i]), 2))"
        f" FROM unnest({alias}.quantities) WITH ORDINALITY AS t (q, i)"
        f" WHERE i BETWEEN {first} AND {first + count - 1})"
    )


def _month(alias: str, index: str) -> str:
    price = f"coalesce({alias}.price_overrides[{index}], {alias}.prices[{index}])"
    return f"round({alias}.quantities[{index}] * {price}, 2)"


def _parameters(uow: UnitOfWork, compared: Compared, scope: Scope) -> dict[str, Any]:
    sold_from = add_months(compared.cycle.start_month, -YEAR)
    return {
        **_scope_parameters(uow, scope),
        "previous_id": compared.previous.id if compared.previous else None,
        "sold_from": sold_from,
        "sold_to": add_months(sold_from, compared.last_year_count - 1),
    }


def _scope_parameters(uow: UnitOfWork, scope: Scope) -> dict[str, Any]:
    return {
        **visibility_parameters(uow.actor),
        "cycle_id": scope.cycle_id,
        "rep_id": scope.rep_id,
        "customer_id": scope.customer_id,
    }


def _planned(cycle: CycleRow) -> PlannedMonths:
    return PlannedMonths(cycle.start_month, cycle.mandatory_months)


def _progress(row: Row[Any], mandatory_months: int) -> Progress:
    counts = {status.value: getattr(row, status.value) for status in EntryStatus}
    cells = row.row_count * mandatory_months
    return Progress(
        key=row.key,
        name=row.name,
        code=row.code,
        row_count=row.row_count,
        complete_count=row.complete_count,
        error_count=row.error_count,
        filled_cells=cells - int(row.missing_cells),
        mandatory_cells=cells,
        comment_count=int(row.comment_count),
        amount=row.amount or Decimal(0),
        amount_as_last_year=row.amount_as_last_year or Decimal(0),
        amount_last_year=row.last_year or Decimal(0),
        amount_as_last_cycle=row.amount_as_last_cycle or Decimal(0),
        amount_last_cycle=row.last_cycle or Decimal(0),
        status=forecast_status(counts, is_started=row.figures_changed_at is not None),
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
        **counts,
    )


def _change(row: Row[Any], months: Sequence[date]) -> RowChange:
    before = _by_month(row.before_months, months)
    now = dict(zip(months, row.now_months, strict=False))
    differing = tuple(
        month for month in months if (now.get(month) or 0) != (before.get(month) or 0)
    )
    return RowChange(
        entry_id=row.entry_id,
        customer=row.customer,
        product=row.product,
        sku=row.sku,
        status=row.status,
        before=None if row.before_quantity is None else int(row.before_quantity),
        now=int(row.now_quantity),
        amount_change=(row.now_amount or Decimal(0)) - (row.before_amount or Decimal(0)),
        months=differing,
        is_whole_span=len(differing) == len(months),
        reason=row.reason or "",
    )


def _by_month(figures: list[Any] | None, months: Sequence[date]) -> dict[date, int | None]:
    """Read a basis: one figure per month, or triples of year, month and figure where any is sold."""
    if not figures:
        return {}
    if isinstance(figures[0], list):
        return {date(year + 1, month, 1): quantity for year, month, quantity in figures}
    return dict(zip(months, figures, strict=False))
