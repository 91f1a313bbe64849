"""Decide on submitted rows: approve them, or return them with a comment.

A decision is about exactly the rows it names. If one of them cannot be decided by this person now,
nothing is, and the refusal says why.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.planning.cycles.queries import find_held_cycle
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.notifications.schemas import MailKind

from .comments import LONGEST_COMMENT, check_comment
from .decisions import StandingEntry, lock_standing_entries, write_decided
from .errors import CycleClosedError
from .messages import tell_decision
from .rules import EntryAct, EntryStatus, next_status


@dataclass(frozen=True)
class Decision:
    """What was decided: rows, and of how many sales reps and customers."""

    status: EntryStatus
    row_count: int
    rep_count: int
    customer_count: int


async def approve_entries(
    uow: UnitOfWork, cycle_id: int, entry_ids: Collection[int], *, comment: str = ""
) -> Decision:
    """Approve submitted rows of others; their reps are told.

    Raises:
        PermissionDeniedError: The person may not review forecasts, or a row is the person's own.
        NotFoundError: There is no such cycle, or a row the person may not see.
        CycleClosedError: The input window is closed.
        ConflictError: A row is not (or no longer) submitted.
        InvalidInputError: No rows are named, or the comment is too long.
    """
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise InvalidInputError({"comment": f"A comment has at most {LONGEST_COMMENT} characters."})
    return await _decide(uow, cycle_id, entry_ids, EntryAct.APPROVE, comment)


async def return_entries(
    uow: UnitOfWork, cycle_id: int, entry_ids: Collection[int], *, comment: str
) -> Decision:
    """Return submitted rows of others to their reps with a comment; they can be edited again.

    Raises:
        PermissionDeniedError: The person may not review forecasts, or a row is the person's own.
        NotFoundError: There is no such cycle, or a row the person may not see.
        CycleClosedError: The input window is closed.
        ConflictError: A row is not (or no longer) submitted.
        InvalidInputError: No rows are named, or the comment is empty or too long.
    """
    return await _decide(uow, cycle_id, entry_ids, EntryAct.RETURN, check_comment(comment))


async def _decide(
    uow: UnitOfWork, cycle_id: int, entry_ids: Collection[int], act: EntryAct, comment: str
) -> Decision:
    uow.require(Permission.FORECAST_REVIEW)
    cycle = await find_held_cycle(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    entries = await _lock_decidable(uow, cycle, entry_ids, act)
    status = EntryStatus.APPROVED if act is EntryAct.APPROVE else EntryStatus.RETURNED
    await write_decided(uow, [entry.id for entry in entries], status, comment)
    rows_by_rep = Counter(entry.sales_rep_id for entry in entries if entry.sales_rep_id)
    kind = MailKind.APPROVED if act is EntryAct.APPROVE else MailKind.RETURNED
    await tell_decision(uow, cycle, kind, dict(sorted(rows_by_rep.items())), comment)
    record(
        uow,
        f"forecast_{status}",
        ("cycle", cycle_id),
        after={
            "status": status,
            "rows": len(entries),
            "entry_ids": [entry.id for entry in entries],
            "comment": comment,
        },
    )
    customers = {entry.customer_id for entry in entries}
    return Decision(status, len(entries), len(rows_by_rep), len(customers))


async def _lock_decidable(
    uow: UnitOfWork, cycle: CycleRow, entry_ids: Collection[int], act: EntryAct
) -> Sequence[StandingEntry]:
    """Lock the rows of a decision, and refuse it when one of them cannot be decided."""
    wanted = set(entry_ids)
    if not wanted:
        raise InvalidInputError({"entry_ids": "Choose the rows to decide on."})
    entries = await lock_standing_entries(
        uow, cycle, "e.id = ANY (:entry_ids)", entry_ids=list(wanted)
    )
    if unseen := wanted - {entry.id for entry in entries}:
        raise NotFoundError("forecast row", min(unseen))
    own = uow.actor.user_id
    if any(own in (entry.sales_rep_id, entry.submitted_by) for entry in entries):
        raise OwnForecastError
    for entry in entries:
        if next_status(entry.status, act) is None:
            raise ConflictError(
                f"{entry.customer_name}, {entry.product_name} is {entry.status}, not submitted. "
                "Load the page again; nothing was decided.",
                theirs=entry.status,
            )
    return entries


class OwnForecastError(PermissionDeniedError):
    """Nobody decides on the own forecast."""

    def __init__(self) -> None:
        super().__init__(Permission.FORECAST_REVIEW)
        self.message = "Somebody else decides on your own rows. Nothing was decided."
        self.args = (self.message,)
