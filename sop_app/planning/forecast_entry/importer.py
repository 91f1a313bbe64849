"""Take a filled template back: show the difference, then store it as one act or not at all."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sop_app.kernel.cell_input import MAX_QUANTITY
from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.kernel.periods import month_label, months_between
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import delete_file, open_file, store_file
from sop_app.system.spreadsheets.cells import show
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.field_types import CodeType, IntegerType
from sop_app.system.spreadsheets.mapping import (
    Mapping,
    ResolvedMapping,
    TargetField,
    resolve_mapping,
)
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.reader import read_workbook
from sop_app.system.spreadsheets.validation import (
    CellError,
    CheckedRow,
    RowChecker,
    find_duplicates,
    with_errors,
)

from .edit_schemas import CellEdit, EditResult, EditSource
from .editing import apply_edits, hold_open_cycle
from .entry_grid import list_entry_ids, read_rows
from .errors import CycleClosedError
from .schemas import GridFilter, GridRow
from .template import CONTENT_TYPE, FORECAST_SHEET, LEADING
from .template_key import KEY_SHEET, ForeignTemplateError, TemplateKey, read_key
from .upload_schemas import UploadedCell, UploadPreview

UPLOAD_KIND = "forecast_upload"
KEPT_FOR = timedelta(days=1)
_NO_TEMPLATE = "This workbook is not a forecast template. Download one from Forecast entry."
_KEYS = ("customer", "product")
_FIELDS = (
    TargetField("customer", "Customer code", CodeType(40), is_required=True),
    TargetField("product", "SKU", CodeType(60), is_required=True),
    TargetField(
        "quantity",
        "Quantity",
        IntegerType(least=Decimal(0), most=Decimal(MAX_QUANTITY)),
        is_month_series=True,
    ),
)


async def preview_upload(
    uow: UnitOfWork, cycle_id: int, file_name: str, content: bytes
) -> UploadPreview:
    """Read a filled template and say what accepting it would change; nothing is changed yet.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        ForeignTemplateError: The file is no template, or one of another cycle or person.
        SpreadsheetError: The file cannot be read.
    """
    uow.require(Permission.FORECAST_EDIT)
    cycle = await find_cycle_head(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    rows = await _read_upload(uow, cycle, file_name, content)
    file_id = await store_file(
        uow, UPLOAD_KIND, file_name, content, CONTENT_TYPE, uow.now + KEPT_FOR
    )
    return await _compare(uow, cycle, rows, file_id, file_name)


async def accept_upload(
    uow: UnitOfWork, cycle_id: int, file_id: int, fingerprint: str
) -> EditResult:
    """Store every figure of a previewed upload as one act, or nothing.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle, or no such upload of this person.
        CycleClosedError: The input window is closed.
        InvalidInputError: The upload has wrong cells, or changes nothing.
        ConflictError: The figures have changed since the preview.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    file = await open_file(uow, file_id)
    rows = await _read_upload(uow, cycle, file.name, file.content)
    preview = await _compare(uow, cycle, rows, file_id, file.name)
    if preview.fingerprint != fingerprint:
        raise ConflictError(
            "The figures have changed since the preview. Look at the differences again."
        )
    if not preview.is_acceptable:
        count = preview.wrong_row_count
        reason = f"{count} rows of the file are wrong." if count else "The file changes nothing."
        raise InvalidInputError({"file": f"Nothing was stored: {reason}"})
    edits = [CellEdit(cell.entry_id, cell.month_index, value=cell.new) for cell in preview.cells]
    result = await apply_edits(uow, cycle_id, edits, EditSource.UPLOADED, all_or_nothing=True)
    if result.change_set_id is None:
        raise ConflictError("A row was locked since the preview. Nothing was stored.")
    await delete_file(uow, file_id)
    return result


async def _read_upload(
    uow: UnitOfWork, cycle: CycleRow, file_name: str, content: bytes
) -> list[CheckedRow]:
    """Read a file in a confined process and check its cells, each for itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "upload"
        path.write_bytes(content)
        (folder / "rows").mkdir()
        titles = [*LEADING, *(title for field in _FIELDS for title in field.known_names)]
        extract = await read_workbook(path, folder / "rows", name=file_name, known_names=titles)
        _check_key(uow, cycle, extract)
        sheet, mapping = _find_forecast(cycle, extract)
        rows = list(RowChecker(mapping).check_all(sheet.rows(below=sheet.header_row or 0)))
    return list(with_errors(rows, find_duplicates(rows, _KEYS)))


def _check_key(uow: UnitOfWork, cycle: CycleRow, extract: WorkbookExtract) -> None:
    sheet = next((sheet for sheet in extract.sheets if sheet.name == KEY_SHEET), None)
    texts = [show(row.cells[0]) for row in sheet.head(2)] if sheet else []
    if len(texts) != 2:
        raise ForeignTemplateError(_NO_TEMPLATE)
    key = read_key(*texts)
    if key != TemplateKey(cycle.id, uow.actor.user_id):
        whose = "another cycle" if key.cycle_id != cycle.id else "another person"
        raise ForeignTemplateError(
            f"This template belongs to {whose}. Download your own of {cycle.name}."
        )


def _find_forecast(
    cycle: CycleRow, extract: WorkbookExtract
) -> tuple[SheetExtract, ResolvedMapping]:
    """Find the sheet with the figures and its columns; a template has them under fixed names."""
    sheet = next((sheet for sheet in extract.sheets if sheet.name == FORECAST_SHEET), None)
    if sheet is None:
        raise ForeignTemplateError(_NO_TEMPLATE)
    months = {month_label(month): month.isoformat() for month in cycle.months}
    mapping = Mapping(
        columns={"customer": "Customer code", "product": "SKU"},
        month_columns=months,
        month_field="quantity",
        decimal_signs=dict.fromkeys(months, DecimalSign.POINT.value),
    )
    resolved = resolve_mapping(sheet, mapping, _FIELDS, uses_1904=extract.uses_1904)
    if resolved.missing_columns:
        raise ForeignTemplateError(
            f"The sheet {FORECAST_SHEET} has no column {resolved.missing_columns[0]}. "
            "Download a new template."
        )
    return sheet, resolved


async def _compare(
    uow: UnitOfWork, cycle: CycleRow, rows: Sequence[CheckedRow], file_id: int, file_name: str
) -> UploadPreview:
    """Compare the rows of a file with the acting rep's entries."""
    own = await list_entry_ids(uow, cycle.id, GridFilter(rep_id=uow.actor.user_id))
    entries = await read_rows(uow, cycle.id, own)
    by_pair = {
        (entry.customer_code.casefold(), entry.sku.casefold()): entry for entry in entries.values()
    }
    cells: list[UploadedCell] = []
    errors: list[CellError] = []
    present: set[int] = set()
    for row in rows:
        pair = tuple(str(row.values[name]).casefold() for name in _KEYS)
        entry = by_pair.get(pair)  # type: ignore[arg-type]
        if entry is not None:
            present.add(entry.entry_id)
        changed = _changed_cells(cycle, row, entry) if entry else []
        errors += row.errors or _row_errors(row, entry, changed)
        cells += changed
    return UploadPreview(
        file_id=file_id,
        file_name=file_name,
        fingerprint=_fingerprint(cells, errors),
        row_count=len(rows),
        changed_row_count=len({cell.row_number for cell in cells} - {e.row for e in errors}),
        cells=tuple(cells),
        errors=tuple(errors),
        absent_count=len(entries) - len(present),
        quantity_change=sum((cell.new or 0) - _units(cell.old) for cell in cells),
    )


def _changed_cells(cycle: CycleRow, row: CheckedRow, entry: GridRow) -> list[UploadedCell]:
    figures = entry.figures
    incoming = row.values["quantity"]
    wrong = {error.header for error in row.errors}
    found = []
    for month, new in incoming.items() if isinstance(incoming, dict) else ():
        index = months_between(cycle.start_month, month)
        old = figures.rejected.get(index, figures.quantities[index])
        if old != new and month_label(month) not in wrong:
            found.append(
                UploadedCell(
                    row.row,
                    entry.entry_id,
                    entry.customer_name,
                    entry.product_name,
                    index,
                    month,
                    old,
                    new,
                )
            )
    return found


def _row_errors(
    row: CheckedRow, entry: GridRow | None, changed: Sequence[UploadedCell]
) -> list[CellError]:
    """Refuse a row that is not the person's, or locked although figures differ."""
    shown = ", ".join(str(row.values[name]) for name in _KEYS)
    if entry is None:
        return [CellError(row.row, None, "", shown, f"{shown} is not one of your rows.")]
    if changed and entry.figures.lock:
        return [CellError(row.row, None, "", shown, f"{shown}: {entry.figures.lock}.")]
    return []


def _fingerprint(cells: Iterable[UploadedCell], errors: Iterable[CellError]) -> str:
    facts = repr(
        [(c.entry_id, c.month_index, c.old, c.new) for c in cells] + [repr(e) for e in errors]
    )
    return hashlib.sha256(facts.encode(errors="replace")).hexdigest()[:32]


def _units(content: int | str | None) -> int:
    return content if isinstance(content, int) else 0
