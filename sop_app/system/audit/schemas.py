"""An audit entry as a screen shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AuditRow:
    """One change: when, who, what, and the fields before and after."""

    at: datetime
    actor_name: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
