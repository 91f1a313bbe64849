"""Lock entries for a change of status, and write it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .rules import EntryStatus

_LOCK = f"""
    SELECT e.id, e.status, e.sales_rep_id, e.submitted_by, e.quantities, e.rejected,
           e.customer_id, c.name AS customer_name, p.name AS product_name
    FROM forecast_entry e
    JOIN customer c ON c.id = e.customer_id
    JOIN product p ON p.id = e.product_id
    WHERE e.cycle_id = :cycle_id AND {{condition}} AND {customer_is_visible("c")}
    ORDER BY e.id FOR UPDATE OF e
"""


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """An entry whose status is about to change, locked for this transaction."""

    id: int
    status: str
    sales_rep_id: int | None
    submitted_by: int | None
    quantities: list[int | None]
    rejected: dict[str, str]
    customer_id: int
    customer_name: str
    product_name: str


async def lock_standing_entries(
    uow: UnitOfWork, cycle: CycleRow, condition: str, **parameters: Any
) -> list[StandingEntry]:
    """Lock the entries of a cycle that the person may see and that meet a condition."""
    rows = await uow.session.execute(
        text(_LOCK.format(condition=condition)),
        {"cycle_id": cycle.id, **visibility_parameters(uow.actor), **parameters},
    )
    return [StandingEntry(**row._mapping) for row in rows]


async def write_submitted(uow: UnitOfWork, entry_ids: Collection[int]) -> None:
    """Mark locked entries as submitted by the acting person now."""
    await uow.session.execute(
        text("""
            UPDATE forecast_entry
            SET status = :status, submitted_at = :now, submitted_by = :user_id,
                decided_at = NULL, decided_by = NULL, decision_comment = '', version = version + 1
            WHERE id = ANY (:entry_ids)
        """),
        {
            "status": EntryStatus.SUBMITTED,
            "now": uow.now,
            "user_id": uow.actor.user_id,
            "entry_ids": list(entry_ids),
        },
    )


async def write_decided(
    uow: UnitOfWork, entry_ids: Collection[int], status: EntryStatus, comment: str
) -> None:
    """Mark locked entries as approved or returned by the acting person now."""
    await uow.session.execute(
        text("""
            UPDATE forecast_entry
            SET status = :status, decided_at = :now, decided_by = :user_id,
                decision_comment = :comment, version = version + 1
            WHERE id = ANY (:entry_ids)
        """),
        {
            "status": status,
            "now": uow.now,
            "user_id": uow.actor.user_id,
            "comment": comment,
            "entry_ids": list(entry_ids),
        },
    )
