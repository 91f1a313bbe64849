"""Workbooks made on the spot, and reading them the way the program does."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from sop_app.system.spreadsheets.extract import WorkbookExtract
from sop_app.system.spreadsheets.reader import read_workbook

Read = Callable[..., Awaitable[WorkbookExtract]]
MakeWorkbook = Callable[..., Path]


@pytest.fixture
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Read a file in the child process, its rows in a folder of their own."""

    async def read_file(path: Path, **options: object) -> WorkbookExtract:
        return await read_workbook(path, tmp_path_factory.mktemp("rows"), **options)  # type: ignore[arg-type]

    return read_file


@pytest.fixture
def make_workbook(tmp_path: Path) -> MakeWorkbook:
    """Write rows as an xlsx file, one sheet per keyword, or one sheet named Sheet1."""

    def make(
        rows: Sequence[Sequence[object]] = (), *, name: str = "book.xlsx", **sheets: object
    ) -> Path:
        path = tmp_path / name
        options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
        book = xlsxwriter.Workbook(str(path), options)
        for title, lines in (sheets or {"Sheet1": rows}).items():
            page = book.add_worksheet(title)
            for number, line in enumerate(lines):  # type: ignore[call-overload]
                page.write_row(number, 0, line)
        book.close()
        return path

    return make
