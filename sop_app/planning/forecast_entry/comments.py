"""Remarks on an entry or on one of its months: the talk between rep and manager."""

from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.errors import InvalidInputError, NotFoundError
from sop_app.kernel.periods import add_months, month_label
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .cell_schemas import CommentRow
from .messages import notice_comment

LONGEST_COMMENT = 2_000

_ENTRY = f"""
    SELECT e.id, e.sales_rep_id, rep.manager_id, c.name AS customer_name, p.name AS product_name,
           y.name AS cycle_name, y.start_month, y.horizon_months
    FROM forecast_entry e
    JOIN customer c ON c.id = e.customer_id
    JOIN product p ON p.id = e.product_id
    JOIN cycle y ON y.id = e.cycle_id
    LEFT JOIN app_user rep ON rep.id = e.sales_rep_id
    WHERE e.id = :entry_id AND {customer_is_visible("c")}
"""
_COMMENTS = f"""
    SELECT k.id, k.entry_id, k.month_index, k.author_id, u.full_name AS author_name, k.text,
           k.created_at, k.resolved_at
    FROM forecast_comment k
    JOIN app_user u ON u.id = k.author_id
    JOIN forecast_entry e ON e.id = k.entry_id
    JOIN customer c ON c.id = e.customer_id
    WHERE {customer_is_visible("c")}
"""


async def add_comment(
    uow: UnitOfWork, entry_id: int, comment: str, *, month_index: int | None = None
) -> CommentRow:
    """Comment an entry, or one of its months; its rep and the rep's manager are told.

    Raises:
        PermissionDeniedError: The person neither enters nor reviews forecasts.
        NotFoundError: There is no such entry, or the person may not see it.
        InvalidInputError: The comment is empty or too long, or the month lies outside the horizon.
    """
    entry = await _find_entry(uow, entry_id)
    if not uow.actor.may(Permission.FORECAST_REVIEW):
        uow.require(Permission.FORECAST_EDIT)
    comment = check_comment(comment)
    if month_index is not None and not 0 <= month_index < entry.horizon_months:
        raise InvalidInputError({"month_index": "The month lies outside the horizon."})
    comment_id = await uow.session.scalar(
        text("""
            INSERT INTO forecast_comment (entry_id, month_index, author_id, text, created_at)
            VALUES (:entry_id, :month_index, :author_id, :comment, :now) RETURNING id
        """),
        {
            "entry_id": entry_id,
            "month_index": month_index,
            "author_id": uow.actor.user_id,
            "comment": comment,
            "now": uow.now,
        },
    )
    month = None if month_index is None else add_months(entry.start_month, month_index)
    place = f"{entry.customer_name}, {entry.product_name}"
    record(
        uow,
        "forecast_commented",
        ("forecast_entry", entry_id),
        after={"comment": comment, "month": month},
    )
    await notice_comment(
        uow,
        {user_id for user_id in (entry.sales_rep_id, entry.manager_id) if user_id is not None},
        title=f"{uow.actor.name} commented on {place}",
        detail=f"{month_label(month)}: {comment}" if month else comment,
    )
    return (await _find_comments(uow, "k.id = :comment_id", comment_id=comment_id))[0]


async def resolve_comment(
    uow: UnitOfWork, comment_id: int, *, is_resolved: bool = True
) -> CommentRow:
    """Mark a comment as settled, or take it up again.

    Raises:
        PermissionDeniedError: The person neither enters nor reviews forecasts.
        NotFoundError: There is no such comment, or the person may not see its entry.
    """
    if not uow.actor.may(Permission.FORECAST_REVIEW):
        uow.require(Permission.FORECAST_EDIT)
    found = await _find_comments(uow, "k.id = :comment_id", comment_id=comment_id)
    if not found:
        raise NotFoundError("comment", comment_id)
    await uow.session.execute(
        text("UPDATE forecast_comment SET resolved_at = :at WHERE id = :id"),
        {"at": uow.now if is_resolved else None, "id": comment_id},
    )
    record(
        uow,
        "forecast_comment_resolved",
        ("forecast_entry", found[0].entry_id),
        before={"comment_id": comment_id, "is_resolved": found[0].resolved_at is not None},
        after={"comment_id": comment_id, "is_resolved": is_resolved},
    )
    return (await _find_comments(uow, "k.id = :comment_id", comment_id=comment_id))[0]


async def list_comments(
    uow: UnitOfWork, entry_id: int, *, month_index: int | None = None
) -> list[CommentRow]:
    """List an entry's comments, oldest first.

    Args:
        uow: The transaction.
        entry_id: The entry.
        month_index: Only those on this month, and those on the whole row.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such entry, or the person may not see it.
    """
    uow.require(Permission.FORECAST_VIEW)
    await _find_entry(uow, entry_id)
    return await _find_comments(
        uow,
        """k.entry_id = :entry_id AND (CAST(:month_index AS integer) IS NULL
           OR k.month_index IS NULL OR k.month_index = :month_index)""",
        entry_id=entry_id,
        month_index=month_index,
    )


def check_comment(comment: str) -> str:
    """Return a comment without its outer blanks.

    Raises:
        InvalidInputError: It is empty or too long.
    """
    comment = comment.replace("\0", "").strip()
    if not comment:
        raise InvalidInputError({"comment": "Write a comment."})
    if len(comment) > LONGEST_COMMENT:
        raise InvalidInputError({"comment": f"A comment has at most {LONGEST_COMMENT} characters."})
    return comment


async def _find_entry(uow: UnitOfWork, entry_id: int) -> Row[Any]:
    found = await uow.session.execute(
        text(_ENTRY), {"entry_id": entry_id, **visibility_parameters(uow.actor)}
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("forecast row", entry_id)
    return row


async def _find_comments(uow: UnitOfWork, condition: str, **parameters: Any) -> list[CommentRow]:
    rows = await uow.session.execute(
        text(f"{_COMMENTS} AND {condition} ORDER BY k.id"),
        {**parameters, **visibility_parameters(uow.actor)},
    )
    return [CommentRow(**row._mapping) for row in rows]
