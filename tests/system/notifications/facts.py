"""One set of facts for every kind of mail."""

from typing import Any

from sop_app.system.notifications.schemas import MailKind

_CYCLE = {"cycle_name": "January 2027", "deadline": "Fri 11 Dec, 17:00"}

FACTS: dict[MailKind, dict[str, Any]] = {
    MailKind.CYCLE_OPENED: _CYCLE
    | {"months": "Jan 2027 to Apr 2028", "row_count": 48, "path": "/forecast"},
    MailKind.REMINDER: _CYCLE | {"draft_count": 7, "missing_count": 3, "path": "/forecast"},
    MailKind.SUBMISSION_RECEIVED: _CYCLE
    | {
        "submitter_name": "Elena Marsh",
        "submitted_at": "Tue 8 Dec, 09:30",
        "row_count": 41,
        "open_count": 7,
        "path": "/review",
    },
    MailKind.RETURNED: _CYCLE
    | {
        "manager_name": "Dana Brook",
        "row_count": 1,
        "comment": "March is twice last year.\nIs that the promotion?",
        "path": "/forecast",
    },
    MailKind.APPROVED: _CYCLE
    | {"manager_name": "Dana Brook", "row_count": 41, "comment": "", "path": "/forecast"},
    MailKind.INVITATION: {
        "inviter_name": "Ada Admin",
        "expires": "Fri 11 Dec, 09:30",
        "path": "/choose-password?token=secret-token",
    },
    MailKind.PASSWORD_RESET: {
        "expires": "Tue 8 Dec, 10:00",
        "path": "/choose-password?token=secret-token",
    },
}
