"""The badge of every status: a colour, an icon and a word, the same on every screen."""

from dataclasses import dataclass
from typing import Literal

import reflex as rx

from sop_app.ui.components.bound import Text
from sop_app.ui.components.buttons import icon

ThemeColor = Literal["gray", "indigo", "jade", "red", "blue", "orange", "amber", "violet", "cyan"]
BadgeKind = Literal[
    "cycle",
    "step",
    "forecast",
    "row",
    "plan",
    "stock",
    "alert",
    "cell",
    "job",
    "order",
    "record",
    "product",
    "price",
    "mail",
    "severity",
    "finding",
]


@dataclass(frozen=True)
class BadgeLook:
    """How one status looks: Radix colour, lucide icon, word; outlined where nothing happened yet."""

    color: ThemeColor
    icon: str
    word: str
    is_outlined: bool = False


BADGES: dict[BadgeKind, dict[str, BadgeLook]] = {
    "cycle": {
        "draft": BadgeLook("gray", "pencil", "Draft"),
        "open": BadgeLook("indigo", "lock-open", "Open"),
        "closed": BadgeLook("gray", "lock", "Closed"),
    },
    "step": {
        "pending": BadgeLook("gray", "circle", "Pending", is_outlined=True),
        "active": BadgeLook("indigo", "circle-dot", "Active"),
        "done": BadgeLook("jade", "check", "Done"),
        "overdue": BadgeLook("red", "clock-alert", "Overdue"),
    },
    "forecast": {
        "not_started": BadgeLook("gray", "circle-dashed", "Not started", is_outlined=True),
        "draft": BadgeLook("gray", "pencil", "Draft"),
        "submitted": BadgeLook("blue", "send", "Submitted"),
        "approved": BadgeLook("jade", "check", "Approved"),
        "returned": BadgeLook("orange", "undo-2", "Returned"),
        "locked": BadgeLook("gray", "lock", "Locked"),
    },
    "row": {
        "complete": BadgeLook("jade", "check", "Complete"),
        "missing": BadgeLook("amber", "circle-dashed", "Missing"),
        "error": BadgeLook("red", "circle-alert", "Error"),
    },
    "plan": {
        "draft": BadgeLook("gray", "pencil", "Draft"),
        "in_review": BadgeLook("blue", "eye", "In review"),
        "approved": BadgeLook("jade", "check", "Approved"),
        "rejected": BadgeLook("red", "x", "Rejected"),
        "published": BadgeLook("indigo", "megaphone", "Published"),
        "superseded": BadgeLook("gray", "archive", "Superseded", is_outlined=True),
    },
    "stock": {
        "critical": BadgeLook("red", "octagon-alert", "Critical"),
        "low": BadgeLook("amber", "arrow-down", "Low"),
        "normal": BadgeLook("jade", "check", "Normal"),
        "excess": BadgeLook("violet", "arrow-up", "Excess"),
    },
    "alert": {
        "critical": BadgeLook("red", "octagon-alert", "Critical"),
        "warning": BadgeLook("amber", "triangle-alert", "Warning"),
        "info": BadgeLook("blue", "info", "Info"),
    },
    "cell": {
        "new": BadgeLook("jade", "plus", "New"),
        "changed": BadgeLook("cyan", "pencil", "Changed"),
        "unchanged": BadgeLook("gray", "equal", "Unchanged"),
        "wrong": BadgeLook("red", "circle-alert", "Wrong"),
    },
    "job": {
        "queued": BadgeLook("gray", "clock", "Queued", is_outlined=True),
        "running": BadgeLook("blue", "loader-circle", "Running"),
        "done": BadgeLook("jade", "check", "Done"),
        "failed": BadgeLook("red", "circle-x", "Failed"),
        "cancelled": BadgeLook("gray", "circle-slash", "Cancelled", is_outlined=True),
    },
    "order": {
        "ordered": BadgeLook("blue", "send", "Ordered"),
        "delivered": BadgeLook("jade", "package-check", "Delivered"),
        "overdue": BadgeLook("red", "clock-alert", "Overdue"),
        "paid": BadgeLook("jade", "check", "Paid"),
        "cancelled": BadgeLook("gray", "circle-slash", "Cancelled", is_outlined=True),
    },
    "record": {
        "active": BadgeLook("jade", "check", "Active"),
        "inactive": BadgeLook("gray", "circle-slash", "Inactive"),
    },
    "product": {
        "new": BadgeLook("blue", "sparkles", "New"),
        "active": BadgeLook("jade", "check", "Active"),
        "discontinued": BadgeLook("gray", "archive", "Discontinued", is_outlined=True),
    },
    "price": {
        "current": BadgeLook("jade", "check", "Current"),
        "upcoming": BadgeLook("blue", "clock", "Upcoming"),
        "past": BadgeLook("gray", "archive", "Past", is_outlined=True),
    },
    "severity": {
        "high": BadgeLook("red", "octagon-alert", "High"),
        "medium": BadgeLook("amber", "triangle-alert", "Medium"),
        "low": BadgeLook("blue", "info", "Low"),
    },
    "finding": {
        "open": BadgeLook("gray", "circle", "Open", is_outlined=True),
        "accepted": BadgeLook("jade", "check", "Accepted"),
        "rejected": BadgeLook("orange", "x", "Rejected"),
        "ignored": BadgeLook("gray", "eye-off", "Ignored"),
    },
    "mail": {
        "queued": BadgeLook("gray", "clock", "Queued", is_outlined=True),
        "sent": BadgeLook("jade", "check", "Sent"),
        "failed": BadgeLook("red", "circle-x", "Failed"),
        "kept": BadgeLook("gray", "archive", "Kept"),
    },
}


def status_badge(kind: BadgeKind, status: Text, word: Text | None = None) -> rx.Component:
    """Show a status as its badge.

    Args:
        kind: Which set of statuses, a key of ``BADGES``.
        status: The status, in any case; a Var is matched in the browser.
        word: Replaces the usual word, as in "2 rows missing".
    """
    looks = BADGES[kind]
    if isinstance(status, str):
        return badge(looks[status.lower()], word)
    cases = [(name, badge(look, word)) for name, look in looks.items()]
    unknown = BadgeLook("gray", "circle", "", is_outlined=True)
    otherwise = badge(unknown, status.to(str) if word is None else word)
    return rx.fragment(rx.match(status.to(str).lower(), *cases, otherwise))


def badge(look: BadgeLook, word: Text | None = None) -> rx.Component:
    """Show a badge that is not one of the known statuses: role names, counts, marks."""
    return rx.badge(
        icon(look.icon, 12),
        look.word if word is None else word,
        color_scheme=look.color,
        variant="outline" if look.is_outlined else "soft",
        size="1",
    )
