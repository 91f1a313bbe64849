"""What the person is told after an act: conflicts, locked cells, text that is no number."""

from typing import Any

from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellOutcome,
    CellResult,
    EditResult,
    UndoResult,
)
from sop_app.ui.components import formats
from sop_app.ui.shell.notices import NoticeState

from .grid_view import GridLook, failure_note, figure_text

NAMED_CELLS = 5
HEADLINES = {
    CellOutcome.CONFLICT: "{} kept: somebody else was first",
    CellOutcome.LOCKED: "{} skipped: locked",
    CellOutcome.REFUSED: "{} not changed",
    CellOutcome.REJECTED: "{} not a number",
}


async def tell(state: Any, look: GridLook, result: EditResult, skipped_count: int = 0) -> None:
    """Say which cells of an act do not hold what was typed; a plain save is silent.

    A single cell with an error says so beside itself and needs no notice.
    """
    notices = await state.get_state(NoticeState)
    for outcome, headline in HEADLINES.items():
        cells = [cell for cell in result.cells if cell.outcome is outcome]
        if not cells or (outcome is CellOutcome.REJECTED and len(cells) == 1):
            continue
        fact = headline.format(formats.count(len(cells), "cell"))
        notices._push("warning", fact, _name_cells(look, cells))
    if skipped_count:
        fact = f"{formats.count(skipped_count, 'cell')} skipped: locked or outside the months"
        notices._push("warning", fact)
    if result.saved_count:
        notices._announce(f"Saved {formats.count(result.saved_count, 'cell')}")


async def tell_repeated(state: Any, look: GridLook, word: str, done: UndoResult) -> None:
    """Say what undo or redo did, and which cells it could not restore."""
    notices = await state.get_state(NoticeState)
    cells = formats.count(done.result.saved_count, "cell")
    notices._push("info", f"{word}: {cells}", f"Entered as: {done.source.replace('_', ' ')}.")
    await tell(state, look, done.result)


def conflict_shown(look: GridLook, result: EditResult, edit: CellEdit) -> dict[str, str]:
    """Describe the conflict on a cell for the dialog; empty when there is none."""
    found = next((cell for cell in result.cells if cell.outcome is CellOutcome.CONFLICT), None)
    if found is None or found.theirs is None:
        return {}
    return {
        "month": formats.month(look.cycle.months[found.month_index]),
        "name": found.theirs.user_name,
        "at": f"{found.theirs.at:%H:%M}",
        "theirs": figure_text(found.theirs.value),
        "mine": edit.text or "empty",
    }


def _name_cells(look: GridLook, cells: list[CellResult]) -> str:
    """Name the first cells by month and reason, and count the others."""
    named = [
        f"{formats.month(look.cycle.months[cell.month_index])}: {failure_note(cell)}"
        for cell in cells[:NAMED_CELLS]
    ]
    more = len(cells) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")
