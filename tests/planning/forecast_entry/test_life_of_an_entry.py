"""The status machine, played at random against the services, checked against a model."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from sop_app.kernel.errors import AppError, ConflictError, InvalidInputError, WrongStatusError
from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry.approval import approve_entries, return_entries
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellOutcome
from sop_app.planning.forecast_entry.editing import apply_edits
from sop_app.planning.forecast_entry.errors import CycleClosedError, IncompleteForecastError
from sop_app.planning.forecast_entry.submission import submit_entries
from tests.planning.plan import Plan
from tests.planning.world import CLOSES_AT

KEYS = [("BREN", "PAS"), ("HARB", "PAS"), ("BREN", "OLV")]
MONTHS = st.integers(0, 15)
ROWS = st.sets(st.sampled_from(range(len(KEYS))), min_size=1)
TYPED = st.sampled_from(["", "5", "7", "tbc", "*2", "+1"])


@dataclass
class Entry:
    status: str = "draft"
    cells: list = field(default_factory=lambda: [1] * 16)

    @property
    def is_complete(self) -> bool:
        return None not in self.cells[:12] and "tbc" not in self.cells

    def becomes(self, month: int, typed: str) -> object:
        now = self.cells[month]
        figure = now if isinstance(now, int) else None
        if typed in ("", "5", "7", "tbc"):
            return {"": None, "5": 5, "7": 7, "tbc": "tbc"}[typed]
        if typed == "+1":
            return (figure or 0) + 1
        return now if figure is None else figure * 2


class LifeOfAnEntry(RuleBasedStateMachine):
    """Elena edits and submits, Tomas decides, Ingrid closes and reopens."""

    plan: Plan
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.entries = [Entry() for _ in KEYS]
        self.ids = [self.plan.entry(*key) for key in KEYS]
        self.is_open = True
        self.do("ingrid", self.reset)

    async def reset(self, uow) -> None:
        await uow.session.execute(text("UPDATE cycle SET status = 'open', closed_at = NULL"))
        await uow.session.execute(
            text("""
                UPDATE forecast_entry SET status = 'draft', quantities = array_fill(1, ARRAY[16]),
                rejected = '{}', version = version + 1
            """)
        )

    def do(self, who, verb, *args, **kwargs):
        """Call a verb on the test's loop; return its result or its refusal."""
        act = self.plan.run(who, verb, *args, **kwargs)
        try:
            return asyncio.run_coroutine_threadsafe(act, self.loop).result()
        except AppError as refusal:
            return refusal

    @rule(row=st.sampled_from(range(len(KEYS))), month=MONTHS, typed=TYPED)
    def edit(self, row, month, typed):
        entry = self.entries[row]
        edits = [CellEdit(self.ids[row], month, typed)]
        result = self.do("elena", apply_edits, self.plan.cycle.id, edits)
        if not self.is_open:
            assert isinstance(result, CycleClosedError)
        elif entry.status in ("submitted", "approved"):
            assert [cell.outcome for cell in result.cells] == [CellOutcome.LOCKED]
        else:
            new = entry.becomes(month, typed)
            changes = new != entry.cells[month]
            assert result.saved_count == changes
            if changes:
                entry.status = "draft"
                entry.cells[month] = new

    @rule(rows=ROWS)
    def submit(self, rows):
        result = self.do("elena", submit_entries, self.plan.cycle.id, [self.ids[r] for r in rows])
        chosen = [self.entries[row] for row in rows]
        if not self.is_open:
            assert isinstance(result, CycleClosedError)
        elif any(entry.status in ("submitted", "approved") for entry in chosen):
            assert isinstance(result, InvalidInputError)
        elif not all(entry.is_complete for entry in chosen):
            assert isinstance(result, IncompleteForecastError)
            assert len(result.entries) == sum(not entry.is_complete for entry in chosen)
        else:
            assert result.row_count == len(rows)
            for entry in chosen:
                entry.status = "submitted"

    @rule(rows=ROWS, approves=st.booleans())
    def decide(self, rows, approves):
        verb, named = (approve_entries, {}) if approves else (return_entries, {"comment": "Why"})
        ids = [self.ids[row] for row in rows]
        result = self.do("tomas", verb, self.plan.cycle.id, ids, **named)
        chosen = [self.entries[row] for row in rows]
        if not self.is_open:
            assert isinstance(result, CycleClosedError)
        elif any(entry.status != "submitted" for entry in chosen):
            assert isinstance(result, ConflictError)
        else:
            for entry in chosen:
                entry.status = "approved" if approves else "returned"

    @rule()
    def close(self):
        result = self.do("ingrid", window.close_cycle, self.plan.cycle.id)
        assert isinstance(result, WrongStatusError) is not self.is_open
        self.is_open = False

    @rule()
    def reopen(self):
        result = self.do(
            "ingrid",
            window.reopen_cycle,
            self.plan.cycle.id,
            reason="Late input",
            closes_at=CLOSES_AT + timedelta(days=1),
        )
        assert isinstance(result, WrongStatusError) is self.is_open
        self.is_open = True

    @invariant()
    def the_database_agrees(self):
        found = self.do("ingrid", read_entries, self.ids)
        expected = [
            (
                entry.status,
                [cell if isinstance(cell, int) else None for cell in entry.cells],
                {str(i): cell for i, cell in enumerate(entry.cells) if cell == "tbc"},
            )
            for entry in self.entries
        ]
        assert found == expected


async def read_entries(uow, ids):
    rows = await uow.session.execute(
        text("""
            SELECT status, quantities, rejected FROM forecast_entry
            WHERE id = ANY (:ids) ORDER BY array_position(:ids, id)
        """),
        {"ids": ids},
    )
    return [tuple(row) for row in rows]


async def test_no_order_of_acts_leads_past_the_status_machine(plan):
    LifeOfAnEntry.plan, LifeOfAnEntry.loop = plan, asyncio.get_running_loop()
    await asyncio.to_thread(
        run_state_machine_as_test,
        LifeOfAnEntry,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
