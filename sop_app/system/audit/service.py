"""Write audit entries and read a record's history."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select, text
from sqlmodel import col

from sop_app.system.auth.models import AppUser
from sop_app.system.database import Statement, UnitOfWork

from .models import AuditEntry
from .schemas import AuditRow

_INSERT = text("""
    INSERT INTO audit_entry (at, actor_id, action, entity_type, entity_id, severity, before, after,
                             ip, request_id)
    SELECT :at, entry.actor_id, entry.action, entry.entity_type, entry.entity_id, entry.severity,
           entry.before, entry.after, :ip, :request_id
    FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS entry (
        actor_id integer, action text, entity_type text, entity_id text, severity text,
        before jsonb, after jsonb
    )
""")


def record(
    uow: UnitOfWork,
    action: str,
    entity: tuple[str, object],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    severity: str = "info",
) -> None:
    """Note a change in the audit log, in the transaction of the change.

    Of an update only the fields that differ are kept; one that only ``after`` names always is, such
    as the product whose price changed.

    Args:
        uow: The transaction of the change.
        action: Verb in the past, ``customer_updated``.
        entity: Table-like name and key of the record, ``("customer", 17)``.
        before: Fields before; None for a creation.
        after: Fields after; None for a deletion.
        severity: ``info``, ``warning``, ``error`` or ``critical``.
    """
    if before is not None and after is not None:
        changed = {key for key in after if before.get(key) != after[key]}
        before = {key: before[key] for key in changed if key in before}
        after = {key: after[key] for key in changed}
    if _insertion not in uow.closing:
        uow.closing.append(_insertion)
    uow.audit_entries.append(
        {
            "actor_id": uow.actor.user_id,
            "action": action,
            "entity_type": entity[0],
            "entity_id": str(entity[1]),
            "severity": severity,
            "before": _plain_fields(before),
            "after": _plain_fields(after),
        }
    )


def _insertion(uow: UnitOfWork) -> Statement:
    """Write the entries noted so far, all in one statement."""
    entries, uow.audit_entries = uow.audit_entries, []
    return _INSERT, {
        "at": uow.now,
        "ip": uow.ip,
        "request_id": uow.request_id,
        "entries": json.dumps(entries),
    }


async def list_history(
    uow: UnitOfWork, entity_type: str, entity_id: object, *, limit: int = 100
) -> list[AuditRow]:
    """List a record's changes, newest first.

    The caller has already shown that the acting person may see the record.
    """
    if uow.audit_entries:
        await uow.fetch(*_insertion(uow))
    rows = await uow.session.execute(
        select(AuditEntry, col(AppUser.full_name))
        .join(AppUser, col(AppUser.id) == col(AuditEntry.actor_id))
        .where(
            col(AuditEntry.entity_type) == entity_type, col(AuditEntry.entity_id) == str(entity_id)
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    return [
        AuditRow(entry.at, actor_name, entry.action, entry.before or {}, entry.after or {})
        for entry, actor_name in rows
    ]


def _plain_fields(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if fields is None:
        return None
    return {key: _plain_value(value) for key, value in fields.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(item) for item in value]
    return value
