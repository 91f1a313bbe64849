"""What the person is told after an act: conflicts, locked cells, text that is no number."""

from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    CellResult,
    EditResult,
    UndoResult,
)
from sop_app.ui.components import formats
from sop_app.ui.components.plan_grid_protocol import GridSkips
from sop_app.ui.shell.notices import NoticeState

from .grid_look import GridLook
from .grid_view import failure_note, figure_text
from .state import ForecastGridState

NAMED_CELLS = 3
HEADLINES = {
    CellOutcome.CONFLICT: "{} kept: somebody else was first",
    CellOutcome.LOCKED: "{} skipped: locked",
    CellOutcome.REFUSED: "{} not changed",
    CellOutcome.REJECTED: "{} not a number",
}


async def tell(grid: ForecastGridState, look: GridLook, result: EditResult) -> None:
    """Say which cells of an act do not hold what was typed; a plain save is silent.

    A single cell with an error says so beside itself and needs no notice.
    """
    notices = await grid.get_state(NoticeState)
    for outcome, headline in HEADLINES.items():
        cells = cells_shown(result, outcome)
        if not cells or (outcome is CellOutcome.REJECTED and len(cells) == 1):
            continue
        fact = headline.format(formats.count(len(cells), "cell"))
        named = [_describe(grid, look, cell) for cell in cells[:NAMED_CELLS]]
        notices._push("warning", fact, _list_first(named, len(cells)))
    if result.saved_count:
        notices._announce(f"Saved {formats.count(result.saved_count, 'cell')}")


def cells_shown(result: EditResult, outcome: CellOutcome) -> list[CellResult]:
    """List the cells with an outcome as the grid shows them: a row's price once for all months."""
    shown: dict[tuple[int, int | None], CellResult] = {}
    for cell in result.cells:
        if cell.outcome is outcome:
            month = None if cell.field is CellField.PRICE else cell.month_index
            shown.setdefault((cell.entry_id, month), cell)
    return list(shown.values())


async def tell_skipped(grid: ForecastGridState, skips: GridSkips) -> None:
    """Say which cells an act met that cannot be changed, and why."""
    if not skips.count:
        return
    titles = {column["id"]: column.get("label", column["title"]) for column in grid.columns}
    named = [
        f"{_place(grid, cell.row_id, titles.get(cell.column_id, ''))}: {cell.reason}"
        for cell in skips.cells[:NAMED_CELLS]
    ]
    notices = await grid.get_state(NoticeState)
    fact = f"{formats.count(skips.count, 'cell')} skipped"
    notices._push("warning", fact, _list_first(named, skips.count))


async def tell_repeated(
    grid: ForecastGridState, look: GridLook, word: str, done: UndoResult
) -> None:
    """Say what undo or redo did, and which cells it could not restore."""
    notices = await grid.get_state(NoticeState)
    cells = formats.count(done.result.saved_count, "cell")
    notices._push("info", f"{word}: {cells}", f"Entered as: {done.source.replace('_', ' ')}.")
    await tell(grid, look, done.result)


def conflict_shown(look: GridLook, result: EditResult, edit: CellEdit) -> dict[str, str]:
    """Describe the conflict on a cell for the dialog; empty when there is none."""
    found = next((cell for cell in result.cells if cell.outcome is CellOutcome.CONFLICT), None)
    if found is None or found.theirs is None:
        return {}
    return {
        "month": formats.month(look.cycle.months[found.month_index]),
        "name": found.theirs.user_name,
        "at": look.clock(found.theirs.at),
        "theirs": figure_text(found.theirs.value),
        "mine": edit.text or "empty",
    }


def _describe(grid: ForecastGridState, look: GridLook, cell: CellResult) -> str:
    is_price = cell.field is CellField.PRICE
    column = "Price" if is_price else formats.month(look.cycle.months[cell.month_index])
    return f"{_place(grid, cell.entry_id, column)}: {failure_note(cell)}"


def _place(grid: ForecastGridState, row_id: object, column: str) -> str:
    """Name a cell by its row and column; a row that is not loaded goes unnamed."""
    return ", ".join(part for part in (grid._name_of(row_id), column) if part) or "Below the rows"


def _list_first(named: list[str], count: int) -> str:
    """List the first cells in sentences and count the others."""
    more = [f"And {count - len(named)} more"] if count > len(named) else []
    return ". ".join([*named, *more])
