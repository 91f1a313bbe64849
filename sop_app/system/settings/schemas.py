"""The registry of settings: names, types, defaults and limits."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sop_app.kernel.periods import HORIZON_MONTHS, MANDATORY_MONTHS

SettingValue = bool | int | str | time


def _setting(
    default: Any, label: str, *, least: int | None = None, most: int | None = None, unit: str = ""
) -> Any:
    facts = {"label": label, "least": least, "most": most, "unit": unit}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Settings:
    """Every setting with its present value. Limits of texts count characters."""

    currency: str = _setting("EUR", "Currency of plans and reports")
    horizon_months: int = _setting(
        HORIZON_MONTHS, "Planned months of a new cycle", least=1, most=36, unit="months"
    )
    mandatory_months: int = _setting(
        MANDATORY_MONTHS, "Mandatory months of a new cycle", least=1, most=36, unit="months"
    )
    report_expiry_days: int = _setting(
        30, "Keep generated reports for", least=1, most=365, unit="days"
    )
    auto_close_cycles: bool = _setting(True, "Close cycles at their deadline")
    notification_email_enabled: bool = _setting(True, "Send mails about the planning cycle")
    reminder_days_before_close: int = _setting(
        3, "Remind reps with drafts before the deadline", least=0, most=30, unit="days"
    )
    forecast_automatically: bool = _setting(
        True, "Run the baseline forecast after new sales and in a cycle's first step"
    )
    reminder_time: time = _setting(time(9), "Time of day of the reminders")  # noqa: RUF009
    max_file_upload_size_mb: int = _setting(
        10, "Largest file in an upload", least=1, most=100, unit="MB"
    )
    import_file_size_mb: int = _setting(
        100, "Largest file in an import", least=1, most=500, unit="MB"
    )
