"""Take a filled template back: show the difference, then store it as one act or not at all."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sop_app.kernel.cell_input import MAX_QUANTITY
from sop_app.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from sop_app.kernel.periods import month_label, months_between
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import delete_file, open_file, store_file
from sop_app.system.jobs.schemas import FileContent
from sop_app.system.spreadsheets.cells import show
from sop_app.system.spreadsheets.error_workbook import write_error_workbook
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
from .template import CONTENT_TYPE, FORECAST_SHEET, LEADING, TemplateFile
from .template_key import KEY_SHEET, ForeignTemplateError, TemplateKey, read_key
from .upload_schemas import UploadedCell, UploadedRow, UploadPreview, UploadView

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
    return (await _compare(uow, cycle, rows, file_id, file_name)).preview


async def show_upload(uow: UnitOfWork, cycle_id: int, file_id: int) -> UploadView:
    """Compare an upload that was kept with what is stored now, row by row.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle, or no such upload of this person.
        CycleClosedError: The input window is closed.
        ForeignTemplateError: The file is no template, or one of another cycle or person.
    """
    uow.require(Permission.FORECAST_EDIT)
    cycle = await find_cycle_head(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    file = await _open_upload(uow, file_id)
    rows = await _read_upload(uow, cycle, file.name, file.content)
    return await _compare(uow, cycle, rows, file_id, file.name)


async def cancel_upload(uow: UnitOfWork, file_id: int) -> None:
    """Forget an upload; nothing of it is stored.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such upload of this person.
    """
    uow.require(Permission.FORECAST_EDIT)
    await _open_upload(uow, file_id)
    await delete_file(uow, file_id)


async def mark_upload_errors(uow: UnitOfWork, cycle_id: int, file_id: int) -> TemplateFile:
    """Give an upload back as the person's own workbook, its wrong cells marked and explained.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle, or no such upload of this person.
        CycleClosedError: The input window is closed.
        InvalidInputError: Nothing of the file is wrong.
        SpreadsheetError: The file resists.
    """
    preview = (await show_upload(uow, cycle_id, file_id)).preview
    if not preview.errors:
        raise InvalidInputError({"file": "No cell of this file is wrong."})
    file = await _open_upload(uow, file_id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, target = folder / "source.xlsx", folder / "target"
        target.mkdir()
        extract = await _extract(folder, path, file.name, file.content)
        sheet = extract.sheet(FORECAST_SHEET)
        marked = await write_error_workbook(path, extract, sheet, preview.errors, target)
        return TemplateFile(marked.name, marked.read_bytes())


async def accept_upload(
    uow: UnitOfWork,
    cycle_id: int,
    file_id: int,
    fingerprint: str,
    *,
    leaves_wrong_out: bool = False,
) -> EditResult:
    """Store every figure of a previewed upload as one act, or nothing.

    Args:
        uow: The transaction.
        cycle_id: The cycle the template belongs to.
        file_id: The upload.
        fingerprint: The difference the person saw.
        leaves_wrong_out: Whether rows with a wrong cell are left as they are stored; otherwise one
            of them refuses the file.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle, or no such upload of this person.
        CycleClosedError: The input window is closed.
        InvalidInputError: The upload has wrong cells, or changes nothing.
        ConflictError: The figures have changed since the preview.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    file = await _open_upload(uow, file_id)
    rows = await _read_upload(uow, cycle, file.name, file.content)
    preview = (await _compare(uow, cycle, rows, file_id, file.name)).preview
    if preview.fingerprint != fingerprint:
        raise ConflictError(
            "The figures have changed since the preview. Look at the differences again."
        )
    cells = preview.acceptable_cells
    if not cells or (preview.errors and not leaves_wrong_out):
        raise InvalidInputError({"file": f"Nothing was stored: {_obstacle(preview)}"})
    edits = [CellEdit(cell.entry_id, cell.month_index, value=cell.new) for cell in cells]
    result = await apply_edits(uow, cycle_id, edits, EditSource.UPLOADED, all_or_nothing=True)
    if result.change_set_id is None:
        raise ConflictError("A row was locked since the preview. Nothing was stored.")
    await delete_file(uow, file_id)
    return result


def _obstacle(preview: UploadPreview) -> str:
    """Say why a file cannot be accepted."""
    if not preview.errors:
        return "The file changes nothing."
    count = preview.wrong_row_count
    return "1 row of the file is wrong." if count == 1 else f"{count} rows of the file are wrong."


async def _open_upload(uow: UnitOfWork, file_id: int) -> FileContent:
    """Read an upload of the acting person; any other file is none.

    Raises:
        NotFoundError: There is no such upload.
    """
    file = await open_file(uow, file_id)
    if file.head.kind != UPLOAD_KIND:
        raise NotFoundError("upload", file_id)
    return file


async def _read_upload(
    uow: UnitOfWork, cycle: CycleRow, file_name: str, content: bytes
) -> list[CheckedRow]:
    """Read a file in a confined process and check its cells, each for itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = await _extract(folder, folder / "upload", file_name, content)
        _check_key(uow, cycle, extract)
        sheet, mapping = _find_forecast(cycle, extract)
        rows = list(RowChecker(mapping).check_all(sheet.rows(below=sheet.header_row or 0)))
    return list(with_errors(rows, find_duplicates(rows, _KEYS)))


async def _extract(folder: Path, path: Path, file_name: str, content: bytes) -> WorkbookExtract:
    """Read a file's sheets in a confined process."""
    path.write_bytes(content)
    (folder / "rows").mkdir()
    titles = [*LEADING, *(title for field in _FIELDS for title in field.known_names)]
    return await read_workbook(path, folder / "rows", name=file_name, known_names=titles)


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
) -> UploadView:
    """Compare the rows of a file with the acting rep's entries."""
    own = await list_entry_ids(uow, cycle.id, GridFilter(rep_id=uow.actor.user_id))
    entries = await read_rows(uow, cycle.id, own)
    by_pair = {
        (entry.customer_code.casefold(), entry.sku.casefold()): entry for entry in entries.values()
    }
    cells: list[UploadedCell] = []
    errors: list[CellError] = []
    shown: list[UploadedRow] = []
    present: set[int] = set()
    for row in rows:
        customer, sku = (str(row.values[name]).casefold() for name in _KEYS)
        entry = by_pair.get((customer, sku))
        if entry is not None:
            present.add(entry.entry_id)
        changed = _changed_cells(cycle, row, entry) if entry else []
        wrong = row.errors or _row_errors(row, entry, changed)
        errors += wrong
        cells += changed
        shown.append(_show_row(cycle, row, entry, wrong))
    preview = UploadPreview(
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
    return UploadView(preview, tuple(cycle.months), tuple(shown))


def _show_row(
    cycle: CycleRow, row: CheckedRow, entry: GridRow | None, errors: Sequence[CellError]
) -> UploadedRow:
    """Lay a row of the file beside its entry; what is wrong keeps the text of its cell."""
    labels = {month_label(month): index for index, month in enumerate(cycle.months)}
    incoming = row.values["quantity"]
    new: list[int | str | None] = [None] * len(labels)
    for month, figure in incoming.items() if isinstance(incoming, dict) else ():
        new[months_between(cycle.start_month, month)] = figure
    wrong: dict[int, str] = {}
    for error in errors:
        if error.header in labels:
            wrong[labels[error.header]] = error.message
            new[labels[error.header]] = error.value
    others = [error.message for error in errors if error.header not in labels]
    old = _stored_figures(entry) if entry else ()
    customer = entry.customer_name if entry else str(row.values["customer"] or "")
    return UploadedRow(
        row_number=row.row,
        customer=customer,
        product=entry.product_name if entry else "",
        sku=entry.sku if entry else str(row.values["product"] or ""),
        old=old,
        new=tuple(new),
        wrong=wrong,
        message=" ".join(others),
    )


def _stored_figures(entry: GridRow) -> tuple[int | str | None, ...]:
    figures = entry.figures
    return tuple(figures.rejected.get(i, figure) for i, figure in enumerate(figures.quantities))


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
