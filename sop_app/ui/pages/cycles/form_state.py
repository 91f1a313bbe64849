"""The form in which a coordinator creates or changes a cycle."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.kernel.fields import parse_count
from sop_app.kernel.periods import add_months, first_of_month, month_label
from sop_app.planning.cycles import service
from sop_app.planning.cycles.rules import STEP_NAMES, Prefill
from sop_app.planning.cycles.schemas import CycleDraft, CycleRow, StepDraft
from sop_app.planning.cycles.steps import list_step_owners
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_settings
from sop_app.ui.components.conflict_dialog import conflict_rows
from sop_app.ui.sections.cycle_acts_state import local_instant
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

NOBODY = "0"
PREFILLS = [
    (Prefill.LAST_CYCLE.value, "Last cycle's figures"),
    (Prefill.LAST_YEAR.value, "Last year's sales"),
    (Prefill.BASELINE.value, "Baseline forecast"),
    (Prefill.EMPTY.value, "Empty"),
]
STEP_COUNT = len(STEP_NAMES)
NO_ERRORS: dict[str, str] = dict.fromkeys(
    (
        "name",
        "start_month",
        "horizon_months",
        "mandatory_months",
        "prefill",
        "time_zone",
        "opens_at",
        "closes_at",
        "steps",
    ),
    "",
)


TEXTS = (
    *("name", "start_month", "horizon_months", "mandatory_months", "time_zone"),
    *("opens_at", "closes_at", "prefill"),
)
BLANK = {
    **dict.fromkeys(TEXTS, ""),
    **{f"owner_{place}": NOBODY for place in range(1, STEP_COUNT + 1)},
    **{f"due_{place}": "" for place in range(1, STEP_COUNT + 1)},
}


LABELS = {
    "name": "Name",
    "start_month": "First planned month",
    "horizon_months": "Planned months",
    "mandatory_months": "Of these mandatory",
    "prefill": "Rows begin with",
    "time_zone": "Time zone",
    "opens_at": "Input opens",
    "closes_at": "Input closes",
    **{f"owner_{place}": f"Owner of {name}" for place, name in enumerate(STEP_NAMES, 1)},
    **{f"due_{place}": f"Due date of {name}" for place, name in enumerate(STEP_NAMES, 1)},
}


class CycleFormState(rx.State):
    """What the form holds when it opens, what is wrong with it, and a conflict if there is one."""

    is_open: bool = False
    title: str = "New cycle"
    line: str = ""
    values: dict[str, str] = BLANK
    errors: dict[str, str] = NO_ERRORS
    people: list[dict[str, str]] = []
    is_frozen: bool = False
    form_key: str = ""
    has_conflict: bool = False
    conflict: list[dict[str, str]] = []
    conflict_fact: str = ""
    _cycle_id: int = 0
    _version: int = 0
    _their_version: int = 0

    @requires(Permission.CYCLES_MANAGE)
    async def create(self) -> None:
        """Open the form for the cycle after the latest one."""
        async with unit_of_work() as uow:
            await self._load_people(uow)
            cycles = await service.list_cycles(uow)
            self.values = await _proposal(cycles, uow.now.date())
        self._cycle_id, self._version, self.errors = 0, 0, NO_ERRORS
        self.title, self.line = "New cycle", "A draft; nobody is told before it is opened."
        self.is_frozen, self.is_open = False, True
        self.form_key = "new"

    @requires(Permission.CYCLES_MANAGE)
    async def edit(self, cycle_id: int) -> None:
        """Open the form with a cycle's fields."""
        async with unit_of_work() as uow:
            await self._load_people(uow)
            cycle = await service.get_cycle(uow, cycle_id)
        self._cycle_id, self._version, self.errors = cycle.id, cycle.version, NO_ERRORS
        self.values, self.is_frozen = _values(cycle), cycle.status != "draft"
        self.title = f"Edit {cycle.name}"
        self.line = "Months and prefill stay as they were when it was opened." * self.is_frozen
        # A new key draws the form anew, with these values in its fields.
        self.form_key = f"{cycle.id}-{cycle.version}"
        self.has_conflict, self.is_open = False, True

    @requires(Permission.CYCLES_MANAGE)
    async def answer(self, is_open: bool) -> None:
        """Close the form without saving."""
        self.is_open = is_open and self.is_open

    @requires(Permission.CYCLES_MANAGE)
    async def save(self, form: dict[str, Any]) -> None:
        """Save the form, or show beside its fields what is wrong."""
        self.values = {key: str(form.get(key, value)) for key, value in self.values.items()}
        await self._store(self._version)

    @requires(Permission.CYCLES_MANAGE)
    async def keep_mine(self) -> None:
        """Save the own version over the one that came first."""
        self.has_conflict = False
        await self._store(self._their_version)

    @requires(Permission.CYCLES_MANAGE)
    async def take_theirs(self) -> None:
        """Drop what was typed and show what is stored."""
        await self.edit(self._cycle_id)

    @requires(Permission.CYCLES_MANAGE)
    async def show_conflict(self, is_open: bool) -> None:
        """Close the conflict and go on editing."""
        self.has_conflict = is_open and bool(self.conflict)

    async def _store(self, version: int) -> None:
        self.errors = NO_ERRORS
        try:
            draft = _draft(self.values)
            async with unit_of_work() as uow:
                if self._cycle_id:
                    saved = await service.update_cycle(uow, self._cycle_id, draft, version=version)
                else:
                    saved = await service.create_cycle(uow, draft)
        except InvalidInputError as error:
            self.errors = {**NO_ERRORS, **error.fields}
            return
        except ConflictError as conflict:
            self._tell_conflict(conflict)
            return
        self.is_open = False
        act = "saved" if self._cycle_id else "created"
        (await self.get_state(NoticeState))._push("success", f"{saved.name} {act}")

    def _tell_conflict(self, conflict: ConflictError) -> None:
        theirs: Any = conflict.theirs
        people = {str(step.owner_id): step.owner_name or "" for step in theirs.steps}
        people |= {each["value"]: each["label"] for each in self.people}
        mine, stored = _shown(self.values, people), _shown(_values(theirs), people)
        self.conflict = conflict_rows(mine, stored, LABELS)
        self.conflict_fact = conflict.message
        self._their_version, self.has_conflict = theirs.version, True

    async def _load_people(self, uow: UnitOfWork) -> None:
        people = [(NOBODY, "Nobody yet"), *await list_step_owners(uow)]
        self.people = [{"value": str(key), "label": name} for key, name in people]


async def _proposal(cycles: list[CycleRow], today: date) -> dict[str, str]:
    """Propose the month after the latest cycle, its time zone and its owners."""
    settings = await get_settings()
    latest = cycles[0] if cycles else None
    start = add_months(latest.start_month if latest else first_of_month(today), 1)
    owners = {step.position: step.owner_id for step in latest.steps} if latest else {}
    return {
        "name": f"{start:%B %Y}",
        "start_month": f"{start:%Y-%m}",
        "horizon_months": str(settings.horizon_months),
        "mandatory_months": str(settings.mandatory_months),
        "time_zone": latest.time_zone if latest else "Europe/Berlin",
        "opens_at": f"{today + timedelta(days=1)}T08:00",
        "closes_at": f"{today + timedelta(days=14)}T17:00",
        "prefill": Prefill.LAST_CYCLE.value,
        **{f"owner_{place}": str(owners.get(place) or NOBODY) for place in _positions()},
        **{f"due_{place}": "" for place in _positions()},
    }


def _values(cycle: CycleRow) -> dict[str, str]:
    zone = ZoneInfo(cycle.time_zone)
    values = {
        **BLANK,
        "name": cycle.name,
        "start_month": f"{cycle.start_month:%Y-%m}",
        "horizon_months": str(cycle.horizon_months),
        "mandatory_months": str(cycle.mandatory_months),
        "time_zone": cycle.time_zone,
        "opens_at": cycle.opens_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "closes_at": cycle.closes_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "prefill": cycle.prefill,
    }
    for step in cycle.steps:
        values[f"owner_{step.position}"] = str(step.owner_id or NOBODY)
        values[f"due_{step.position}"] = step.due_date.isoformat() if step.due_date else ""
    return values


def _shown(values: dict[str, str], people: dict[str, str]) -> dict[str, str]:
    """Write what the form holds as people read it."""
    owners = {key: people.get(values[key], "") for key in values if key.startswith("owner_")}
    instants = {key: values[key].replace("T", " ") for key in ("opens_at", "closes_at")}
    prefill = dict(PREFILLS).get(values["prefill"], "")
    return values | owners | instants | {"prefill": prefill}


def _draft(values: dict[str, str]) -> CycleDraft:
    """Read the form.

    Raises:
        InvalidInputError: A field holds no month, number, date or instant.
    """
    wrong: dict[str, str] = {}
    start = _date(f"{values['start_month']}-01")
    counts = {key: parse_count(values[key]) for key in ("horizon_months", "mandatory_months")}
    is_unknown_zone = _is_unknown_zone(values["time_zone"])
    zone = "UTC" if is_unknown_zone else values["time_zone"]
    instants = {key: local_instant(values[key], zone) for key in ("opens_at", "closes_at")}
    if start is None:
        wrong["start_month"] = f"Not a month. Example: {month_label(date(2027, 1, 1))}"
    wrong |= {key: "Not a number. Example: 12" for key, count in counts.items() if count is None}
    wrong |= {key: "Choose a date and a time." for key, at in instants.items() if at is None}
    if is_unknown_zone:
        wrong["time_zone"] = f"{values['time_zone']} is no time zone. Example: Europe/Berlin"
    steps = tuple(
        StepDraft(_owner(values[f"owner_{place}"]), _date(values[f"due_{place}"]))
        for place in _positions()
    )
    opens_at, closes_at = instants["opens_at"], instants["closes_at"]
    if wrong or start is None or opens_at is None or closes_at is None:
        raise InvalidInputError(wrong)
    return CycleDraft(
        name=values["name"],
        start_month=start,
        opens_at=opens_at,
        closes_at=closes_at,
        time_zone=values["time_zone"],
        horizon_months=counts["horizon_months"] or 0,
        mandatory_months=counts["mandatory_months"] or 0,
        prefill=values["prefill"],
        steps=steps,
    )


def _is_unknown_zone(name: str) -> bool:
    return local_instant("2027-01-01T00:00", name) is None


def _owner(text: str) -> int | None:
    return (int(text) or None) if text.isdecimal() and len(text) < 10 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _positions() -> range:
    return range(1, STEP_COUNT + 1)
