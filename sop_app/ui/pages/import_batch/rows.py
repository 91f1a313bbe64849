"""Turn an import into what its page shows: columns, questions, steps, tiles and lines."""

from typing import Any

from sop_app.system.spreadsheets.batches import answer_of
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.questions import Question
from sop_app.system.spreadsheets.schemas import (
    BatchStatus,
    BatchView,
    ChangeCell,
    ChangeLine,
    ChangePage,
)
from sop_app.ui.components import formats
from sop_app.ui.sections.import_lines import LEFT, RIGHT, preview_cell, preview_line

NOT_IMPORTED = "-"
MONTHS = "months"


def column_rows(view: BatchView) -> list[dict[str, str]]:
    """List the columns of the file with an example and the field each fills; months in one line."""
    months = [column for column in view.columns if column.header in view.mapping.month_columns]
    rows = [
        {
            "key": column.header,
            "header": column.header,
            "sample": f"e.g. {column.samples[0]}" if column.samples else "empty",
            "field": column.field or NOT_IMPORTED,
            "is_months": "",
        }
        for column in view.columns
        if column not in months
    ]
    if months:
        first, last = months[0], months[-1]
        rows.append(
            {
                "key": MONTHS,
                "header": f"{first.header} … {last.header}",
                "sample": f"{len(months)} months",
                "field": view.mapping.month_field or NOT_IMPORTED,
                "is_months": "yes",
            }
        )
    return rows


def field_options(view: BatchView, *, is_month_series: bool) -> list[dict[str, str]]:
    """List the fields a column can fill."""
    nothing = {"value": NOT_IMPORTED, "label": "Not imported"}
    fields = [item for item in view.fields if item.is_month_series is is_month_series]
    return [nothing, *({"value": item.name, "label": item.title} for item in fields)]


def choice_rows(view: BatchView) -> list[dict[str, Any]]:
    """List what the user is asked: how columns are read, and the kind's own choices."""
    asked = [_question_row(question, view.mapping) for question in view.questions]
    asked += [_question_row(question, view.mapping) for question in view.answered]
    options = [
        {
            "key": f"option:{option.name}",
            "title": option.title,
            "detail": "" if option.row_count is None else formats.count(option.row_count, "row"),
            "answer": option.answer,
            "choices": [{"value": key, "label": title} for key, title in option.choices.items()],
        }
        for option in view.options
        if option.row_count != 0
    ]
    return [*asked, *options]


def _question_row(question: Question, mapping: Mapping) -> dict[str, Any]:
    return {
        "key": f"{question.kind.value}:{question.column}",
        "title": f"{question.column}: how is {question.example} read?",
        "detail": formats.count(question.count, "cell"),
        "answer": answer_of(mapping, question),
        "choices": [{"value": key, "label": title} for key, title in question.answers.items()],
    }


def step_rows(view: BatchView, *, is_running: bool) -> list[dict[str, str]]:
    """Say how far each of the four steps is."""
    matched = sum(bool(column.field) for column in view.columns)
    at = {
        BatchStatus.UPLOADED: 0,
        BatchStatus.REFUSED: 0,
        BatchStatus.READ: 2 if is_running else 1,
        BatchStatus.PREVIEWED: 3 if is_running else 2,
        BatchStatus.ACCEPTED: 4,
        BatchStatus.CANCELLED: 0,
    }[view.status]
    details = [
        view.file_name,
        f"{matched} of {len(view.columns)} matched" if view.columns else "",
        formats.count(view.row_count, "row") if view.row_count else "",
        _done(view),
    ]
    return [
        {
            "detail": detail,
            "status": "done" if place < at else "active" if place == at else "pending",
        }
        for place, detail in enumerate(details)
    ]


def _done(view: BatchView) -> str:
    if not view.outcome:
        return ""
    created, changed = view.outcome["created"], view.outcome["changed"]
    return f"{created:,} created, {changed:,} changed"


def tile_texts(view: BatchView) -> dict[str, str]:
    """Give the figures of the tiles, the chips and the buttons."""
    counts = view.counts
    return {
        "new": formats.number(counts.new),
        "new_unit": _rows(counts.new),
        "changed": formats.number(counts.changed),
        "changed_unit": _with_cells(counts.changed, counts.changed_cells),
        "unchanged": formats.number(counts.unchanged),
        "unchanged_unit": _rows(counts.unchanged),
        "wrong": formats.number(counts.wrong),
        "wrong_unit": _with_cells(counts.wrong, counts.wrong_cells),
        "blocked": _blocked(counts.wrong),
        "leave_out": f"Leave {formats.count(counts.wrong, 'row')} out",
        "accept": f"Accept {formats.count(counts.effect, 'change')}",
        "chip_changes": formats.number(counts.new + counts.changed + counts.wrong),
        "chip_wrong": formats.number(counts.wrong),
        "chip_all": formats.number(counts.total),
    }


def _rows(amount: int) -> str:
    return "row" if amount == 1 else "rows"


def _with_cells(rows: int, cells: int) -> str:
    return f"{_rows(rows)}, {formats.count(cells, 'cell')}" if cells else _rows(rows)


def _blocked(wrong: int) -> str:
    rows = formats.count(wrong, "wrong row")
    return f"{rows} {'blocks' if wrong == 1 else 'block'} the import."


def change_rows(page: ChangePage) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Lay the lines of a preview out as a table: the headers, and a line for each."""
    numbers = {column.key for column in page.columns if column.is_number}
    headers = [
        {"label": column.title, "align": RIGHT if column.is_number else LEFT}
        for column in page.columns
    ]
    lines = []
    for line in page.lines:
        known = {cell.column: cell for cell in line.cells}
        cells = [
            _cell(known.get(column.key), is_number=column.key in numbers) for column in page.columns
        ]
        row = f"row {line.row_number}" if line.row_number else ""
        lines.append(
            preview_line(
                f"{line.row_number}:{line.key}",
                line.key or row.capitalize(),
                cells,
                place=row if line.key else "",
                message=line.message,
                net=_net_change(line),
            )
        )
    return headers, lines


def _cell(cell: ChangeCell | None, *, is_number: bool) -> dict[str, str]:
    if cell is None:
        return preview_cell("", is_number=is_number)
    return preview_cell(
        cell.text, cell.state, old=cell.old, message=cell.message, is_number=is_number
    )


def _net_change(line: ChangeLine) -> str:
    return formats.change(line.net_change) if line.net_change is not None else ""
