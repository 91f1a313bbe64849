"""Answer a request with a sheet as an Excel workbook or CSV."""

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

from sop_app.system.spreadsheets.export import ExportSheet, csv_lines, write_workbook

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


async def answer_with_sheet(sheet: ExportSheet, wanted: SheetFormat) -> Response:
    """Write a sheet to a file that the browser saves under the sheet's name.

    The content is sent from memory: a web server that sends files by their path opens them only
    after the answer has ended, when a temporary file is gone.

    Raises:
        CellTooLongError: A text does not fit into an Excel cell; export it as CSV.
    """
    name = f"{sheet.name}.{wanted.value}"
    if wanted is SheetFormat.CSV:
        text = "".join([line async for line in csv_lines(sheet.columns, sheet.rows)])
        headers = {"content-disposition": _saved_as(name)}
        return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        await write_workbook(path, [sheet])
        content = await asyncio.to_thread(path.read_bytes)
    return Response(content, media_type=XLSX_TYPE, headers={"content-disposition": _saved_as(name)})


def _saved_as(name: str) -> str:
    """Name a file for every browser; a header holds ASCII only, the second form says the rest."""
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    return f"attachment; filename=\"{plain}\"; filename*=utf-8''{quote(name)}"
