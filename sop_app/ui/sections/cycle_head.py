"""What the top of a page says about a cycle: window, time left, steps. Text, formatted."""

from datetime import datetime
from typing import Any

import reflex as rx

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.ui.components import formats
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.progress import Step, process_steps

from .completeness_state import local

STEP_PLACES = range(5)


def window_line(cycle: CycleRow) -> str:
    """Write the input window: "Input window 1 Dec to Fri 11 Dec, 17:00"."""
    opens_at, closes_at = local(cycle.opens_at, cycle), local(cycle.closes_at, cycle)
    first = f"{opens_at.day} {formats.month_in_header(opens_at.date())}"
    return f"Input window {first} to {formats.deadline(closes_at)}."


def time_line(cycle: CycleRow, now: datetime) -> str:
    """Write how much of the window is left, or since when it is closed."""
    if cycle.is_input_open:
        return f"{formats.time_left(cycle.closes_at - now)} left"
    if cycle.opened_at is None:
        return "Not open yet"
    ended_at = cycle.closed_at or cycle.closes_at
    return f"Closed since {formats.weekday(local(ended_at, cycle).date())}"


def step_rows(cycle: CycleRow, *, names_people: bool = True) -> list[dict[str, Any]]:
    """Write the steps of a cycle for ``cycle_steps``."""
    return [
        {
            "title": step.name,
            "detail": _step_detail(step.owner_name if names_people else None, step.due_date),
            "status": "overdue" if step.is_overdue and step.status == "active" else step.status,
        }
        for step in cycle.steps
    ]


def cycle_steps(steps: Bound) -> rx.Component:
    """Show the five steps with owner and due date."""
    parts = [
        Step(steps[place]["title"], steps[place]["detail"], steps[place]["status"])
        for place in STEP_PLACES
    ]
    return rx.cond(steps.length() == len(STEP_PLACES), process_steps(parts))


def _step_detail(owner: str | None, due: Any) -> str:
    when = f"due\u00a0{due.day}\u00a0{formats.month_in_header(due)}" if due else ""
    return ", ".join(part for part in (owner, when) if part) or "No owner, no date"
