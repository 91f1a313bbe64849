"""A planning cycle as screens and the API see it, and what a coordinator enters."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sop_app.kernel.periods import HORIZON_MONTHS, MANDATORY_MONTHS, month_range


@dataclass(frozen=True)
class StepDraft:
    """Who owns a step and by when it is due."""

    owner_id: int | None = None
    due_date: date | None = None


@dataclass(frozen=True)
class CycleDraft:
    """What a coordinator enters to create or change a cycle.

    Attributes:
        name: Unique, for example ``January 2027``.
        start_month: First planned month, as the date of its first day.
        opens_at: First instant of the input window, with a time zone.
        closes_at: Deadline of the input window, with a time zone.
        time_zone: IANA name in which the window is shown, ``Europe/Berlin``.
        horizon_months: Number of planned months.
        mandatory_months: How many of them, from the first, must be filled to submit.
        prefill: ``last_cycle``, ``last_year`` or ``empty``.
        steps: Owner and due date of the five steps in order; empty leaves them open.
    """

    name: str
    start_month: date
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    horizon_months: int = HORIZON_MONTHS
    mandatory_months: int = MANDATORY_MONTHS
    prefill: str = "last_cycle"
    steps: tuple[StepDraft, ...] = ()


@dataclass(frozen=True)
class CycleStepRow:
    """One of the five steps. ``position`` counts from 1; ``is_overdue`` as of the reading."""

    position: int
    name: str
    status: str
    owner_id: int | None
    owner_name: str | None
    due_date: date | None
    is_overdue: bool


@dataclass(frozen=True)
class CycleRow:
    """A cycle. ``is_input_open`` and the deadline decide whether figures may be entered now."""

    id: int
    name: str
    start_month: date
    horizon_months: int
    mandatory_months: int
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    status: str
    prefill: str
    opened_at: datetime | None
    closed_at: datetime | None
    is_input_open: bool
    version: int
    steps: tuple[CycleStepRow, ...] = field(default=())

    @property
    def months(self) -> list[date]:
        """List the planned months."""
        return month_range(self.start_month, self.horizon_months)

    @property
    def mandatory(self) -> list[date]:
        """List the months that must be filled to submit."""
        return month_range(self.start_month, self.mandatory_months)
