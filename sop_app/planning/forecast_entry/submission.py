"""Submit a forecast: the rep's word that the figures stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork

from .decisions import StandingEntry, lock_standing_entries, write_submitted
from .editing import hold_open_cycle
from .errors import IncompleteForecastError, UnfinishedEntry
from .messages import confirm_submission
from .rules import EntryAct, EntryStatus, missing_months, statuses_before

_OPEN_ROWS = text("""
    SELECT count(*) FROM forecast_entry
    WHERE cycle_id = :cycle_id AND sales_rep_id = :user_id AND status = ANY (:statuses)
""")


@dataclass(frozen=True)
class Submission:
    """What was submitted. ``open_count`` rows of the rep are still in draft or returned."""

    row_count: int
    open_count: int
    submitted_at: datetime


async def submit_entries(
    uow: UnitOfWork, cycle_id: int, entry_ids: Collection[int] | None = None
) -> Submission:
    """Submit the acting rep's rows, all of them or a selection, or none if one is unfinished.

    The rep and the coordinators receive a confirmation, the manager a notice.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        entry_ids: The selection; None for every row of the rep that is in draft or returned.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        IncompleteForecastError: Mandatory months are empty or hold no number; lists them all.
        InvalidInputError: Nothing in the selection can be submitted by this person.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    ready = statuses_before(EntryAct.SUBMIT)
    entries = await lock_standing_entries(
        uow,
        cycle,
        """e.sales_rep_id = :user_id AND e.status = ANY (:statuses)
           AND (CAST(:entry_ids AS integer[]) IS NULL OR e.id = ANY (:entry_ids))""",
        user_id=uow.actor.user_id,
        statuses=ready,
        entry_ids=None if entry_ids is None else list(entry_ids),
    )
    if not entries or (entry_ids is not None and len(entries) < len(set(entry_ids))):
        raise InvalidInputError({"entry_ids": _nothing_to_submit(entries, entry_ids)})
    _refuse_unfinished(cycle, entries)
    await write_submitted(uow, [entry.id for entry in entries])
    parameters = {"cycle_id": cycle_id, "user_id": uow.actor.user_id, "statuses": ready}
    open_count = await uow.session.scalar(_OPEN_ROWS, parameters) or 0
    record(
        uow,
        "forecast_submitted",
        ("cycle", cycle_id),
        after={
            "status": EntryStatus.SUBMITTED,
            "rows": len(entries),
            "entry_ids": [entry.id for entry in entries],
        },
    )
    await confirm_submission(uow, cycle, row_count=len(entries), open_count=open_count)
    return Submission(len(entries), open_count, uow.now)


async def list_unfinished(uow: UnitOfWork, cycle_id: int) -> list[UnfinishedEntry]:
    """List what the acting rep has still to do before everything can be submitted.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    entries = await lock_standing_entries(
        uow,
        cycle,
        "e.sales_rep_id = :user_id AND e.status = ANY (:statuses)",
        user_id=uow.actor.user_id,
        statuses=statuses_before(EntryAct.SUBMIT),
    )
    return _unfinished(cycle, entries)


def _refuse_unfinished(cycle: CycleRow, entries: Sequence[StandingEntry]) -> None:
    if unfinished := _unfinished(cycle, entries):
        raise IncompleteForecastError(unfinished)


def _unfinished(cycle: CycleRow, entries: Sequence[StandingEntry]) -> list[UnfinishedEntry]:
    """Say per entry which months are empty or hold no number, in the order of the grid."""
    months = cycle.months
    found = []
    for entry in entries:
        errors = sorted(int(index) for index in entry.rejected)
        missing = missing_months(entry.quantities, errors, cycle.mandatory_months)
        if missing or errors:
            found.append(
                UnfinishedEntry(
                    entry.id,
                    entry.customer_name,
                    entry.product_name,
                    tuple(months[index] for index in missing),
                    tuple(months[index] for index in errors),
                )
            )
    return sorted(found, key=lambda item: (item.customer_name, item.product_name, item.entry_id))


def _nothing_to_submit(entries: Sequence[StandingEntry], entry_ids: Collection[int] | None) -> str:
    if entry_ids is None:
        return "All your rows are submitted already."
    blocked = len(set(entry_ids)) - len(entries)
    rows = "1 selected row is" if blocked == 1 else f"{blocked} selected rows are"
    return f"Nothing was submitted: {rows} not yours, or submitted already."
