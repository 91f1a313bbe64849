"""Answer a request with a sheet as an Excel workbook or CSV."""

import tempfile
from enum import StrEnum
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from sop_app.system.spreadsheets.export import ExportSheet, csv_lines, write_workbook

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


async def answer_with_sheet(sheet: ExportSheet, wanted: SheetFormat) -> Response:
    """Write a sheet to a file that the browser saves under the sheet's name.

    Raises:
        CellTooLongError: A text does not fit into an Excel cell; export it as CSV.
    """
    name = f"{sheet.name}.{wanted.value}"
    if wanted is SheetFormat.CSV:
        text = "".join([line async for line in csv_lines(sheet.columns, sheet.rows)])
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    try:
        await write_workbook(path, [sheet])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    cleanup = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=XLSX_TYPE, filename=name, background=cleanup)
