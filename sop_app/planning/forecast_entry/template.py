"""The forecast as an Excel workbook to fill in: own rows, months, prices, instructions.

Only month cells can be changed. A hidden sheet binds the file to the cycle and the sales rep.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from sop_app.kernel.cell_input import MAX_QUANTITY
from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.periods import month_label
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.rules import describe_instant
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .entry_grid import list_entry_ids, read_rows
from .errors import CycleClosedError
from .schemas import GridFilter, GridRow
from .template_key import KEY_SHEET, TemplateKey, sign_key

FORECAST_SHEET = "Forecast"
PRICE_SHEET = "Prices"
HEADER_ROW = 3
LEADING = ("Customer code", "Customer", "SKU", "Product", "Unit", "Status")
FIRST_MONTH_COLUMN = len(LEADING)
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WIDTHS = (14, 28, 14, 30, 8, 11)
_INSTRUCTIONS = (
    "Fill the white and blue month cells of the sheet Forecast. Everything else is protected.",
    "Quantities are whole units from 0 on. An empty cell means that nothing is planned yet.",
    "The blue months are mandatory: fill them before you submit. The other months are optional.",
    "Grey rows are submitted or approved. They open again when your manager returns them.",
    "Amounts are computed from the sheet Prices. Change a price in the program, not here.",
    "Save the file and upload it on the page Forecast entry. You see every difference before"
    " anything is stored.",
    "Rows may be left out: what is not in the file stays as it is. An emptied cell is emptied.",
    "The file belongs to one person and one cycle and cannot be uploaded for another.",
)


@dataclass(frozen=True)
class TemplateFile:
    """A finished template."""

    name: str
    content: bytes


async def write_template(uow: UnitOfWork, cycle_id: int) -> TemplateFile:
    """Write the acting rep's rows of an open cycle as a template.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: The person has no rows in the cycle.
    """
    uow.require(Permission.FORECAST_EDIT)
    cycle = await find_cycle_head(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    entry_ids = await list_entry_ids(uow, cycle_id, GridFilter(rep_id=uow.actor.user_id))
    if not entry_ids:
        raise InvalidInputError({"cycle_id": f"You have no rows in {cycle.name}."})
    found = await read_rows(uow, cycle_id, entry_ids)
    rows = [found[entry_id] for entry_id in entry_ids]
    key = TemplateKey(cycle_id, uow.actor.user_id)
    content = await asyncio.to_thread(build_template, cycle, rows, uow.actor.name, key)
    record(uow, "template_downloaded", ("cycle", cycle_id), after={"rows": len(rows)})
    return TemplateFile(f"{cycle.name} forecast {uow.actor.name}.xlsx", content)


def build_template(
    cycle: CycleRow, rows: Sequence[GridRow], rep_name: str, key: TemplateKey
) -> bytes:
    """Lay rows out as a workbook."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        looks = _make_looks(book)
        forecast = book.add_worksheet(FORECAST_SHEET)
        prices = book.add_worksheet(PRICE_SHEET)
        title = f"{cycle.name} forecast, {rep_name}"
        deadline = f"Upload until {describe_instant(cycle.closes_at, cycle.time_zone)}"
        for sheet in (forecast, prices):
            sheet.write_string(0, 0, title, looks["title"])
            sheet.write_string(1, 0, deadline, looks["note"])
        _write_forecast(forecast, cycle, rows, looks)
        _write_prices(prices, cycle, rows, looks)
        _write_instructions(book.add_worksheet("Instructions"), looks)
        _write_key(book.add_worksheet(KEY_SHEET), key)
        forecast.activate()
    return buffer.getvalue()


def _make_looks(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#D9D9E0"}
    header = {"bold": True, "bg_color": "#F0F0F3", "text_wrap": True, "valign": "vcenter", **line}
    figure = {"num_format": "#,##0", **line}
    shapes: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "note": {"font_color": "#60646C"},
        "header": header,
        "mandatory_header": {**header, "bg_color": "#E1E9FF", "align": "right"},
        "optional_header": {**header, "align": "right"},
        "text": {"num_format": "@", **line},
        "mandatory": {**figure, "bg_color": "#F7F9FF", "locked": False},
        "optional": {**figure, "locked": False},
        "locked": {**figure, "bg_color": "#F0F0F3", "font_color": "#60646C"},
        "total": {**figure, "bold": True, "bg_color": "#F9F9FB"},
        "money": {"num_format": "#,##0.00", "bold": True, "bg_color": "#F9F9FB", **line},
        "price": {"num_format": "#,##0.00##", **line},
        "missing": {"bg_color": "#FFF7C2"},
    }
    return {name: book.add_format(shape) for name, shape in shapes.items()}


def _write_forecast(
    sheet: Any, cycle: CycleRow, rows: Sequence[GridRow], looks: dict[str, Any]
) -> None:
    """Write the rows with their months, totals by formula, protection and validation."""
    months = cycle.horizon_months
    total_column = FIRST_MONTH_COLUMN + months
    _write_header(sheet, cycle, looks)
    for title, column in (("Total", total_column), ("Amount", total_column + 1)):
        sheet.write_string(HEADER_ROW, column, title, looks["optional_header"])
    for place, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_names(sheet, place, row, looks)
        for index in range(months):
            _write_figure(sheet, place, row, index, looks)
        _write_totals(sheet, place, row, total_column, looks)
    last_row = HEADER_ROW + len(rows)
    _validate(sheet, cycle, last_row, looks)
    sheet.set_column(FIRST_MONTH_COLUMN, total_column - 1, 10)
    sheet.set_column(total_column, total_column + 1, 14)
    sheet.freeze_panes(HEADER_ROW + 1, FIRST_MONTH_COLUMN)
    sheet.autofilter(HEADER_ROW, 0, last_row, total_column + 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "select_locked_cells": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _write_header(sheet: Any, cycle: CycleRow, looks: dict[str, Any]) -> None:
    for column, (title, width) in enumerate(zip(LEADING, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, title, looks["header"])
    for index, month in enumerate(cycle.months):
        look = "mandatory_header" if index < cycle.mandatory_months else "optional_header"
        column = FIRST_MONTH_COLUMN + index
        sheet.write_string(HEADER_ROW, column, month_label(month), looks[look])


def _write_names(sheet: Any, place: int, row: GridRow, looks: dict[str, Any]) -> None:
    names = (row.customer_code, row.customer_name, row.sku, row.product_name, row.unit)
    for column, name in enumerate((*names, row.figures.status.capitalize())):
        sheet.write_string(place, column, name, looks["text"])


def _write_figure(sheet: Any, place: int, row: GridRow, index: int, looks: dict[str, Any]) -> None:
    figures = row.figures
    is_mandatory = index < figures.mandatory_months
    look = looks["locked" if figures.lock else "mandatory" if is_mandatory else "optional"]
    column = FIRST_MONTH_COLUMN + index
    quantity = figures.quantities[index]
    if index in figures.rejected:
        sheet.write_string(place, column, figures.rejected[index], look)
    elif quantity is None:
        sheet.write_blank(place, column, None, look)
    else:
        sheet.write_number(place, column, quantity, look)


def _write_totals(
    sheet: Any, place: int, row: GridRow, total_column: int, looks: dict[str, Any]
) -> None:
    first, last = FIRST_MONTH_COLUMN, total_column - 1
    cells = f"{xl_rowcol_to_cell(place, first)}:{xl_rowcol_to_cell(place, last)}"
    figures = row.figures
    sheet.write_formula(place, total_column, f"=SUM({cells})", looks["total"], figures.total)
    amount = f"=SUMPRODUCT(ROUND({cells}*{PRICE_SHEET}!{cells},2))"
    sheet.write_formula(
        place, total_column + 1, amount, looks["money"], float(figures.total_amount)
    )


def _validate(sheet: Any, cycle: CycleRow, last_row: int, looks: dict[str, Any]) -> None:
    first, last = FIRST_MONTH_COLUMN, FIRST_MONTH_COLUMN + cycle.horizon_months - 1
    sheet.data_validation(
        HEADER_ROW + 1,
        first,
        last_row,
        last,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MAX_QUANTITY,
            "error_title": "Not a quantity",
            "error_message": f"A quantity is a whole number from 0 to {MAX_QUANTITY:,}.",
        },
    )
    mandatory = FIRST_MONTH_COLUMN + cycle.mandatory_months - 1
    sheet.conditional_format(
        HEADER_ROW + 1, first, last_row, mandatory, {"type": "blanks", "format": looks["missing"]}
    )


def _write_prices(
    sheet: Any, cycle: CycleRow, rows: Sequence[GridRow], looks: dict[str, Any]
) -> None:
    """Write the price of every month at the same place as its quantity on the other sheet."""
    _write_header(sheet, cycle, looks)
    for place, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_names(sheet, place, row, looks)
        for index, price in enumerate(row.figures.prices):
            sheet.write_number(place, FIRST_MONTH_COLUMN + index, float(price), looks["price"])
    sheet.freeze_panes(HEADER_ROW + 1, FIRST_MONTH_COLUMN)
    sheet.set_column(f"{xl_col_to_name(FIRST_MONTH_COLUMN)}:XFD", 10)
    sheet.protect("", {"format_columns": True, "select_locked_cells": True})


def _write_instructions(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, "How to fill this workbook", looks["title"])
    for place, line in enumerate(_INSTRUCTIONS, start=2):
        sheet.write_string(place, 0, f"{place - 1}. {line}")
    sheet.protect()


def _write_key(sheet: Any, key: TemplateKey) -> None:
    payload, signature = sign_key(key)
    sheet.write_string(0, 0, payload)
    sheet.write_string(1, 0, signature)
    sheet.very_hidden()
    sheet.protect()
