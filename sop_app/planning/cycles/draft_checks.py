"""Refuse a cycle that is entered with fields that do not make sense."""

from datetime import datetime
from zoneinfo import available_timezones

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.periods import HORIZON_MONTHS

from .rules import STEP_NAMES, Prefill
from .schemas import CycleDraft

LONGEST_HORIZON = 36
LONGEST_NAME = 80
LONGEST_REASON = 500
PLANNED_YEARS = range(2000, 2101)


def check_draft(draft: CycleDraft) -> None:
    """Refuse a cycle whose fields do not make sense together.

    Raises:
        InvalidInputError: One sentence per field that is wrong.
    """
    wrong: dict[str, str] = {}
    if not draft.name.strip():
        wrong["name"] = "Give the cycle a name, such as January 2027."
    elif len(draft.name) > LONGEST_NAME:
        wrong["name"] = f"A name has at most {LONGEST_NAME} characters."
    if draft.start_month.day != 1:
        wrong["start_month"] = "The start month is given as its first day."
    elif draft.start_month.year not in PLANNED_YEARS:
        wrong["start_month"] = f"Plans start in {PLANNED_YEARS[0]} to {PLANNED_YEARS[-1]}."
    if not 1 <= draft.horizon_months <= LONGEST_HORIZON:
        wrong["horizon_months"] = (
            f"The horizon has 1 to {LONGEST_HORIZON} months; {HORIZON_MONTHS} are usual."
        )
    elif not 1 <= draft.mandatory_months <= draft.horizon_months:
        wrong["mandatory_months"] = (
            f"1 to {draft.horizon_months} months can be mandatory, the length of the horizon."
        )
    wrong |= _check_window(draft) | _check_steps(draft)
    if draft.prefill not in set(Prefill):
        wrong["prefill"] = "Begin with last_cycle, last_year, baseline or empty."
    if wrong:
        raise InvalidInputError(wrong)


def _check_window(draft: CycleDraft) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if draft.time_zone not in available_timezones():
        wrong["time_zone"] = f"{draft.time_zone} is no time zone. Example: Europe/Berlin"
    if draft.opens_at.tzinfo is None or draft.closes_at.tzinfo is None:
        wrong["opens_at"] = "The window's instants need a time zone."
    elif {draft.opens_at.year, draft.closes_at.year} - set(PLANNED_YEARS):
        wrong["opens_at"] = f"A window lies in {PLANNED_YEARS[0]} to {PLANNED_YEARS[-1]}."
    elif draft.closes_at <= draft.opens_at:
        wrong["closes_at"] = "The window closes after it opens."
    return wrong


def _check_steps(draft: CycleDraft) -> dict[str, str]:
    if len(draft.steps) not in (0, len(STEP_NAMES)):
        return {"steps": f"A cycle has {len(STEP_NAMES)} steps."}
    dated = [step.due_date for step in draft.steps if step.due_date]
    if dated != sorted(dated):
        return {"steps": "A step is due on or after the day of the step before it."}
    return {}


def check_reason(reason: str) -> str:
    """Return the reason of a reopening without its outer blanks.

    Raises:
        InvalidInputError: It is empty or too long.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInputError({"reason": "Say why the cycle is opened again."})
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError({"reason": f"A reason has at most {LONGEST_REASON} characters."})
    return reason


def refuse_past_deadline(closes_at: datetime, now: datetime) -> None:
    """Refuse to open a window that would close at once.

    Raises:
        InvalidInputError: The deadline is not after the present instant.
    """
    is_dated = closes_at.tzinfo is not None and closes_at.year in PLANNED_YEARS
    if not is_dated or closes_at <= now:
        raise InvalidInputError({"closes_at": "The deadline has passed. Set a later one."})
