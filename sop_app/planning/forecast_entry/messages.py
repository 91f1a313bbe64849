"""Whom the month's events are told, by mail and behind the bell."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from sop_app.kernel.periods import describe_months
from sop_app.planning.cycles.rules import describe_instant
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Role
from sop_app.system.database import UnitOfWork
from sop_app.system.notifications.schemas import MailKind
from sop_app.system.notifications.service import queue_mail, queue_notice
from sop_app.system.settings.service import get_settings

FORECAST_PAGE = "/forecast"
REVIEW_PAGE = "/review"
STATUS_PAGE = "/cycles"

_REPS_WITH_ROWS = text("""
    SELECT e.sales_rep_id, count(*) FROM forecast_entry e
    JOIN app_user u ON u.id = e.sales_rep_id AND u.status = 'active'
    WHERE e.cycle_id = :cycle_id GROUP BY e.sales_rep_id ORDER BY e.sales_rep_id
""")
_ACTIVE_WITH_ROLE = text("""
    SELECT u.id FROM app_user u JOIN user_role r ON r.user_id = u.id
    WHERE r.role = :role AND u.status = 'active' ORDER BY u.id
""")
_MANAGER = text("""
    SELECT m.id FROM app_user u JOIN app_user m ON m.id = u.manager_id
    WHERE u.id = :user_id AND m.status = 'active'
""")


async def announce_opening(uow: UnitOfWork, cycle: CycleRow) -> int:
    """Tell every sales rep with rows that the input window is open.

    Returns:
        How many were told.
    """
    told = list(await uow.session.execute(_REPS_WITH_ROWS, {"cycle_id": cycle.id}))
    for rep_id, row_count in told:
        await _write(
            uow,
            MailKind.CYCLE_OPENED,
            rep_id,
            {
                "cycle_name": cycle.name,
                "deadline": _deadline(cycle),
                "months": describe_months(cycle.months),
                "row_count": row_count,
                "path": FORECAST_PAGE,
            },
            dedupe_key=f"opened:cycle {cycle.id}:user {rep_id}",
        )
        await queue_notice(
            uow,
            rep_id,
            f"{cycle.name} is open for your forecast",
            detail=f"{row_count} rows, until {_deadline(cycle)}",
            href=FORECAST_PAGE,
        )
    return len(told)


async def confirm_submission(
    uow: UnitOfWork, cycle: CycleRow, *, row_count: int, open_count: int
) -> None:
    """Confirm a submission to the acting rep and the coordinators, and tell the manager.

    Args:
        uow: The transaction.
        cycle: The cycle.
        row_count: Rows just submitted.
        open_count: Rows of the rep that are still in draft or returned.
    """
    rep = uow.actor
    coordinators = await uow.session.scalars(_ACTIVE_WITH_ROLE, {"role": Role.SOP_COORDINATOR})
    facts = {
        "cycle_name": cycle.name,
        "submitter_name": rep.name,
        "submitted_at": describe_instant(uow.now, cycle.time_zone),
        "row_count": row_count,
        "open_count": open_count,
    }
    pages = dict.fromkeys(coordinators, STATUS_PAGE) | {rep.user_id: FORECAST_PAGE}
    for user_id, path in pages.items():
        await _write(uow, MailKind.SUBMISSION_RECEIVED, user_id, {**facts, "path": path})
    for manager_id in await uow.session.scalars(_MANAGER, {"user_id": rep.user_id}):
        await queue_notice(
            uow,
            manager_id,
            f"{rep.name} submitted {_rows(row_count)} of {cycle.name}",
            detail="Waiting for your review",
            href=f"{REVIEW_PAGE}?rep={rep.user_id}",
        )


async def tell_decision(
    uow: UnitOfWork,
    cycle: CycleRow,
    kind: MailKind,
    rows_by_rep: Mapping[int, int],
    comment: str,
) -> None:
    """Tell each sales rep what the acting manager decided about how many rows.

    Args:
        uow: The transaction.
        cycle: The cycle.
        kind: ``APPROVED`` or ``RETURNED``.
        rows_by_rep: Number of rows decided per sales rep.
        comment: The manager's comment.
    """
    returned = kind is MailKind.RETURNED
    for rep_id, row_count in rows_by_rep.items():
        facts: dict[str, Any] = {
            "cycle_name": cycle.name,
            "manager_name": uow.actor.name,
            "row_count": row_count,
            "comment": comment,
            "path": FORECAST_PAGE,
        }
        await _write(
            uow, kind, rep_id, facts | ({"deadline": _deadline(cycle)} if returned else {})
        )
        await queue_notice(
            uow,
            rep_id,
            f"{uow.actor.name} {kind} {_rows(row_count)} of {cycle.name}",
            detail=comment,
            href=FORECAST_PAGE,
            severity="warning" if returned else "success",
        )


async def remind(
    uow: UnitOfWork,
    cycle: CycleRow,
    rep_id: int,
    *,
    draft_count: int,
    missing_count: int,
    dedupe_key: str,
) -> bool:
    """Remind one sales rep of rows that are not submitted.

    Args:
        uow: The transaction.
        cycle: The cycle.
        rep_id: The sales rep.
        draft_count: Rows in draft or returned.
        missing_count: Rows of these with an empty mandatory month.
        dedupe_key: A reminder with the same key is sent once.

    Returns:
        Whether the mail was written; not if it was before, or mails are switched off.
    """
    facts = {
        "cycle_name": cycle.name,
        "deadline": _deadline(cycle),
        "draft_count": draft_count,
        "missing_count": missing_count,
        "path": FORECAST_PAGE,
    }
    return await _write(uow, MailKind.REMINDER, rep_id, facts, dedupe_key=dedupe_key)


async def notice_comment(
    uow: UnitOfWork, user_ids: Iterable[int], *, title: str, detail: str
) -> None:
    """Tell people about a comment on a row they work with; the author is left out."""
    for user_id in sorted(set(user_ids) - {uow.actor.user_id}):
        await queue_notice(uow, user_id, title, detail=detail, href=FORECAST_PAGE)


async def _write(
    uow: UnitOfWork,
    kind: MailKind,
    user_id: int,
    facts: Mapping[str, Any],
    *,
    dedupe_key: str | None = None,
) -> bool:
    if not (await get_settings()).notification_email_enabled:
        return False
    return await queue_mail(uow, kind, user_id, facts, dedupe_key=dedupe_key) is not None


def _deadline(cycle: CycleRow) -> str:
    return describe_instant(cycle.closes_at, cycle.time_zone)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
