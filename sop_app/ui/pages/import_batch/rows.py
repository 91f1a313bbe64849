"""Turn an import into what its page shows: columns, questions, steps, tiles and lines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sop_app.system.spreadsheets import mapping as mappings
from sop_app.system.spreadsheets.batches import answer_of
from sop_app.system.spreadsheets.extract import HEAD_ROWS
from sop_app.system.spreadsheets.questions import Question
from sop_app.system.spreadsheets.schemas import (
    BatchStatus,
    BatchView,
    ChangeCell,
    ChangeLine,
    ChangePage,
    OptionView,
    SavedMapping,
)
from sop_app.ui.components import formats
from sop_app.ui.sections.import_lines import LEFT, RIGHT, preview_cell, preview_line

NOT_IMPORTED = "-"
MONTHS = "months"
MOST_HEADER_ROWS = 12
FIGURE_KINDS = frozenset({"sales_lines", "sales_months"})
TARGETS = {
    "customers": ("Open customers", "/customers"),
    "products": ("Open products", "/products"),
    "prices": ("Open prices", "/prices"),
    "assignments": ("Open assignments", "/assignments"),
    "sales_lines": ("Open sales history", "/sales-history"),
    "sales_months": ("Open sales history", "/sales-history"),
}


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
            "title": _option_title(option),
            "detail": _option_detail(option),
            "answer": option.answer,
            "choices": [{"value": key, "label": title} for key, title in option.choices.items()],
        }
        for option in view.options
        if option.row_count != 0
    ]
    return [*asked, *options]


def _option_title(option: OptionView) -> str:
    """Write a choice with its count: 135,080 rows without customer."""
    if option.row_count is None:
        return option.title
    noun, _, rest = option.title.partition(" ")
    if noun == "Rows":
        return f"{formats.count(option.row_count, 'row')} {rest}"
    return option.title


def _option_detail(option: OptionView) -> str:
    """Say how many rows a choice is about, where its title does not, and what they hold."""
    is_told = option.row_count is None or option.title.startswith("Rows ")
    rows = "" if is_told else formats.count(option.row_count or 0, "row")
    return ": ".join(part for part in (rows, option.detail) if part)


def sheet_options(view: BatchView) -> list[dict[str, str]]:
    """List the sheets of the file."""
    return [{"value": name, "label": name} for name in view.sheets]


def header_options(view: BatchView) -> list[dict[str, str]]:
    """List where the names of the columns may stand."""
    last = min(HEAD_ROWS, max(MOST_HEADER_ROWS, view.header_row))
    rows = [{"value": str(row), "label": f"Row {row}"} for row in range(1, last + 1)]
    return [*rows, {"value": "0", "label": "Nowhere"}]


def mapping_options(view: BatchView, saved: Iterable[SavedMapping]) -> list[dict[str, str]]:
    """List one's saved matchings of this kind."""
    return [{"value": each.name, "label": each.name} for each in saved if each.kind == view.kind]


def share_rows(view: BatchView) -> list[dict[str, str]]:
    """Say what becomes of the rows of a sales file; the figures add up to the file."""
    return [
        {
            "title": share.title,
            "rows": formats.number(share.row_count),
            "quantity": formats.number(share.quantity),
            "amount": formats.number(share.amount, 2),
            "tone": "" if share.is_taken else "muted",
        }
        for share in view.shares
    ]


def share_total(view: BatchView) -> dict[str, str]:
    """Add up what the file holds."""
    return {
        "title": "The file",
        "rows": formats.number(sum(share.row_count for share in view.shares)),
        "quantity": formats.number(sum(share.quantity for share in view.shares)),
        "amount": formats.number(sum(share.amount for share in view.shares), 2),
    }


def to_do(view: BatchView) -> tuple[str, str]:
    """Say what is left to be answered before the rows can be checked, and where."""
    if view.missing:
        fact = "A column is missing." if len(view.missing) == 1 else "Columns are missing."
        return fact, f"Choose which column holds {_listed(view.missing)}."
    if view.questions:
        columns = list(dict.fromkeys(question.column for question in view.questions))
        return "The file does not tell everything.", f"Say how {_listed(columns)} is read."
    return "", ""


def _listed(names: Sequence[str]) -> str:
    """Write names as a sentence does.

    Example:
        >>> _listed(["SKU", "Name", "Unit"])
        'SKU, Name and Unit'
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _question_row(question: Question, mapping: mappings.Mapping) -> dict[str, Any]:
    return {
        "key": f"{question.kind.value}:{question.column}",
        "title": f"{question.column}: how is {question.example} read?",
        "detail": f"{formats.count(question.count, 'cell')}; the file does not tell.",
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
    words = (("created", "created"), ("changed", "changed"), ("removed", "removed"))
    parts = [(view.outcome.get(key, 0), word) for key, word in words]
    return ", ".join(f"{amount:,} {word}" for amount, word in parts if amount) or "Nothing changed"


def tile_texts(view: BatchView) -> dict[str, str]:
    """Give the figures of the tiles, the chips and the buttons."""
    counts = view.counts
    return {
        "new": formats.number(counts.new),
        "new_unit": _unit(view, counts.new),
        "changed": formats.number(counts.changed),
        "changed_unit": _with_cells(_unit(view, counts.changed), counts.changed_cells),
        "unchanged": formats.number(counts.unchanged),
        "unchanged_unit": _unit(view, counts.unchanged),
        "wrong": formats.number(counts.wrong),
        "wrong_unit": _with_cells(_rows(counts.wrong), counts.wrong_cells),
        "blocked": _blocked(counts.wrong),
        "leave_out": f"Leave {formats.count(counts.wrong, 'row')} out",
        "accept": f"Accept {formats.count(counts.effect, 'change')}",
    }


def chip_texts(page: ChangePage, chips: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Count the lines behind each chip."""
    return {
        f"chip_{key}": formats.number(sum(page.line_counts.get(name, 0) for name in outcomes))
        for key, outcomes in chips.items()
    }


def _unit(view: BatchView, amount: int) -> str:
    """Name what is counted: rows, or the figures by customer, product and month made of them."""
    noun = "figure" if view.kind in FIGURE_KINDS else "row"
    return noun if amount == 1 else f"{noun}s"


def _rows(amount: int) -> str:
    return "row" if amount == 1 else "rows"


def _with_cells(unit: str, cells: int) -> str:
    return f"{unit}, {formats.count(cells, 'cell')}" if cells else unit


def _blocked(wrong: int) -> str:
    rows = formats.count(wrong, "wrong row")
    return f"{rows} {'blocks' if wrong == 1 else 'block'} the import."


def change_rows(page: ChangePage) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Lay the lines of a preview out as a table: the headers, and a line for each."""
    headers = [
        {"label": column.title, "align": RIGHT if column.is_number else LEFT}
        for column in page.columns
    ]
    lines = []
    for line in page.lines:
        known = {cell.column: cell for cell in line.cells}
        cells = [
            _cell(known.get(column.key), column.decimals if column.is_number else None)
            for column in page.columns
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


def _cell(cell: ChangeCell | None, decimals: int | None) -> dict[str, str]:
    if cell is None:
        return preview_cell("", decimals=decimals)
    return preview_cell(
        cell.text, cell.state, old=cell.old, message=cell.message, decimals=decimals
    )


def _net_change(line: ChangeLine) -> str:
    net = line.net_change
    return "" if net is None else formats.change(net, 2 if net % 1 else 0)
