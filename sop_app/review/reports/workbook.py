"""The consolidated report as a formatted Excel workbook, written row by row.

One sheet per view (sales rep, customer, product group, region) and one with every entry. Totals
are formulas over the rows above them, so a reader can check them; each carries its computed value
for programs that do not calculate.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sop_app.kernel.periods import month_label

from .schemas import ROW_HEADERS, Measure, Pivot, PivotLine, ReportCycle, ReportRow

ROW_WIDTHS = (20, 14, 28, 12, 13, 30, 18, 8, 11)
_HEADER_ROW = 2


class PlainCellSheet(Worksheet):
    """A sheet whose figures and formulas are written as they are, two million times.

    XlsxWriter searches each formula for 30 functions that need a prefix, and each cell's address
    and look for characters that XML does not allow; ours have neither. It also asks of every call
    whether the cell is named in A1 style; the verbs ``put`` are told row and column.
    """

    put_string = Worksheet._write_string
    put_number = Worksheet._write_number
    put_formula = Worksheet._write_formula

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _xml_number_element(self, number: Any, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        plain = "".join([f' {name}="{text}"' for name, text in attributes])
        self.fh.write(f"<c{plain}><v>{number:.16G}</v></c>")


class ConsolidatedWorkbook:
    """Writes the workbook of one cycle; sheets are added in order and rows stream through.

    Args:
        path: Where the file is written.
        cycle: The cycle, for titles and months.
        currency: Code shown in the headers of money columns.
    """

    def __init__(self, path: Path, cycle: ReportCycle, *, currency: str) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._cycle = cycle
        self._currency = currency
        self._months = [month_label(month) for month in cycle.months]
        self._formats = {name: self._book.add_format(look) for name, look in _LOOKS.items()}

    def add_pivot(self, title: str, pivot: Pivot, measure: Measure) -> None:
        """Add a sheet with one line per member of a dimension and one column per month."""
        unit = self._currency if measure is Measure.VALUE else "units"
        sheet = self._add_sheet(title, f"{title}, {unit}")
        headers = [title, "Code", "Rows", *self._months, "Total", "Last year"]
        self._write_header(sheet, headers, [28, 12, 8, *[11] * len(self._months), 13, 13])
        first = _HEADER_ROW + 1
        for row, line in enumerate(pivot.lines, first):
            self._write_pivot_line(sheet, row, line)
        total = pivot.total
        figures = [total.entry_count, *total.months, total.total, total.last_year]
        self._write_totals(sheet, (first, first + len(pivot.lines)), 2, figures)

    def _write_pivot_line(self, sheet: Any, row: int, line: PivotLine) -> None:
        sheet.write_string(row, 0, line.label)
        sheet.write_string(row, 1, line.code)
        number = self._formats["whole"]
        sheet.write_number(row, 2, line.entry_count, number)
        for column, figure in enumerate(line.months, 3):
            sheet.write_number(row, column, figure, number)
        last = 3 + len(line.months)
        span = f"{xl_col_to_name(3)}{row + 1}:{xl_col_to_name(last - 1)}{row + 1}"
        sheet.write_formula(row, last, f"=SUM({span})", self._formats["bold"], line.total)
        sheet.write_number(row, last + 1, line.last_year, number)

    def start_rows(self) -> None:
        """Add the sheet that lists every entry; ``add_row`` fills it."""
        self._rows = self._add_sheet("Rows", f"Rows, units and {self._currency}")
        headers = [*ROW_HEADERS, *self._months, "Total units"]
        headers += [f"{month} {self._currency}" for month in self._months]
        headers.append(f"Total {self._currency}")
        widths = [*ROW_WIDTHS]
        widths += [10] * len(self._months) + [12] + [14] * len(self._months) + [15]
        self._write_header(self._rows, headers, widths)
        self._row = _HEADER_ROW + 1
        units = len(ROW_HEADERS)
        self._spans = self._span(units), self._span(units + len(self._months) + 1)
        self._quantity_totals = [0] * len(self._months)
        self._amount_totals = [0.0] * len(self._months)

    def add_row(self, entry: ReportRow) -> None:
        """Write one entry: its keys, its quantities and its amounts."""
        sheet, row = self._rows, self._row
        for column, key in enumerate(entry.keys):
            sheet.put_string(row, column, key)
        units, money = self._spans
        self._write_months(units, entry.quantities, self._quantity_totals, self._formats["whole"])
        self._write_months(money, entry.amounts, self._amount_totals, self._formats["money"])
        self._row += 1

    def _write_months(
        self, span: tuple[int, str, str], figures: Sequence[Any], totals: list[Any], look: Any
    ) -> None:
        """Write one row's figures and their sum; the innermost loop of the report."""
        start, first, last = span
        row, put_number = self._row, self._rows.put_number
        total = 0
        for offset, figure in enumerate(figures):
            if figure is not None:
                put_number(row, start + offset, figure, look)
                total += figure
                totals[offset] += figure
        formula = f"=SUM({first}{row + 1}:{last}{row + 1})"
        self._rows.put_formula(row, start + len(figures), formula, look, round(total, 2))

    def _span(self, start: int) -> tuple[int, str, str]:
        """Name the columns of one block of months: position, first letter, last letter."""
        return start, xl_col_to_name(start), xl_col_to_name(start + len(self._months) - 1)

    def close(self) -> None:
        """Write the totals of the row sheet and finish the file.

        Raises:
            OSError: The file cannot be written where it shall stand.
        """
        figures = [*self._quantity_totals, sum(self._quantity_totals)]
        amounts = [round(total, 2) for total in self._amount_totals]
        figures += [*amounts, round(sum(amounts), 2)]
        first = _HEADER_ROW + 1
        self._write_totals(self._rows, (first, self._row), len(ROW_HEADERS), figures)
        try:
            self._book.close()
        except FileCreateError as failure:
            raise OSError(str(failure)) from failure

    def _add_sheet(self, name: str, title: str) -> Any:
        sheet = self._book.add_worksheet(name, PlainCellSheet)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.set_footer("&L&F&CPage &P of &N&R&A")
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, f"{self._cycle.name}: {title}", self._formats["title"])
        return sheet

    def _write_header(self, sheet: Any, headers: list[str], widths: list[int]) -> None:
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(_HEADER_ROW + 1, 3)
        for column, header in enumerate(headers):
            sheet.write_string(_HEADER_ROW, column, header, self._formats["header"])

    def _write_totals(
        self, sheet: Any, rows: tuple[int, int], start: int, figures: Sequence[Any]
    ) -> None:
        """Write a total under each figure column; ``rows`` is first and one past the last."""
        first, end = rows
        sheet.write_string(end, 0, "Total", self._formats["total_label"])
        for column in range(1, start):
            sheet.write_blank(end, column, None, self._formats["total_label"])
        for column, figure in enumerate(figures, start):
            name = xl_col_to_name(column)
            formula = f"=SUBTOTAL(109,{name}{first + 1}:{name}{end})" if end > first else "=0"
            sheet.write_formula(end, column, formula, self._formats["total"], figure)
        sheet.autofilter(_HEADER_ROW, 0, max(end - 1, first), start + len(figures) - 1)


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "header": {"bold": True, "bottom": 1, "bg_color": "#F0F0F3", "text_wrap": True},
    "whole": {"num_format": "#,##0;-#,##0;0"},
    "money": {"num_format": "#,##0.00;-#,##0.00;0.00"},
    "bold": {"num_format": "#,##0;-#,##0;0", "bold": True},
    "total_label": {"bold": True, "top": 1, "bg_color": "#F0F0F3"},
    "total": {"bold": True, "top": 1, "bg_color": "#F0F0F3", "num_format": "#,##0.00;-#,##0.00;0"},
}
