"""Find imports and describe them. An import belongs to the person who uploaded the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Select, select, text
from sqlmodel import col

from sop_app.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets import mapping as mappings
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.kinds import (
    AnyImport,
    BulkImport,
    ImportContext,
    Progress,
    all_kinds,
    find_kind,
    no_progress,
)
from sop_app.system.spreadsheets.models import ImportBatch
from sop_app.system.spreadsheets.questions import Question, QuestionKind, find_questions
from sop_app.system.spreadsheets.schemas import (
    BatchFilter,
    BatchRow,
    BatchStatus,
    BatchView,
    ColumnView,
    EarlierImport,
    FieldView,
    OptionView,
    counts_of,
    shares_of,
)

_EARLIER = text("""
    SELECT id, status, coalesce(accepted_at, created_at) AS at, owner_id = :user_id AS is_own
    FROM import_batch
    WHERE kind = :kind AND sha256 = :sha256 AND id < :id
      AND (status = 'accepted' OR (owner_id = :user_id AND status <> 'cancelled'))
    ORDER BY status = 'accepted' DESC, id DESC LIMIT 1
""")

_ORDERS = {
    "file": "lower(file_name)",
    "kind": "kind",
    "status": "status",
    "new": "CAST(counts ->> 'new' AS bigint)",
    "changed": "CAST(counts ->> 'changed' AS bigint)",
    "wrong": "CAST(counts ->> 'wrong' AS bigint)",
    "uploaded": "id",
    "accepted": "accepted_at",
}


@dataclass(frozen=True)
class StagedFile:
    """A batch whose file has been read, with all that the steps after reading need."""

    batch: ImportBatch
    kind: AnyImport
    extract: WorkbookExtract
    sheet: SheetExtract
    mapping: mappings.Mapping
    resolved: mappings.ResolvedMapping

    def context(self, uow: UnitOfWork, progress: Progress = no_progress) -> ImportContext:
        """Tell the kind what it works on, and where to say how far it is."""
        return ImportContext(
            uow, self.batch.id, self.mapping, self.resolved, self.batch.scope, progress
        )

    def missing_fields(self) -> list[tuple[mappings.TargetField, ...]]:
        """List what has to be filled and no column fills: a field, or several to choose one of."""
        filled = {column.field.name for column in self.resolved.columns}
        if self.resolved.months:
            filled.add(self.mapping.month_field)
        fields = {item.name: item for item in self.kind.fields}
        keys = set(self.kind.key_fields)
        needed: list[tuple[str, ...]] = [
            (item.name,) for item in fields.values() if item.is_required or item.name in keys
        ]
        if isinstance(self.kind, BulkImport):
            needed.extend(map(tuple, self.kind.one_of))
        return [
            tuple(fields[name] for name in names) for names in needed if filled.isdisjoint(names)
        ]

    def questions(self) -> list[Question]:
        """List what the user still has to say about columns."""
        return find_questions(self.sheet, self.mapping, self.kind.fields)

    def require_ready(self) -> None:
        """Refuse to go on while a column is missing or a question open.

        Raises:
            InvalidInputError: Names them.
        """
        problems = {
            items[0].name: f"Choose the column of {titles_of(items)}."
            for items in self.missing_fields()
        }
        for question in self.questions():
            problems[question.column] = (
                f"Say how {question.column} is to be read: {question.example}."
            )
        if problems:
            raise InvalidInputError(problems, " ".join(problems.values()))


def open_kinds(uow: UnitOfWork) -> list[AnyImport]:
    """List the kinds the acting person may import."""
    return [kind for kind in all_kinds() if uow.actor.may(kind.permission)]


def require_kind(uow: UnitOfWork, name: str) -> AnyImport:
    """Find a kind for the acting person.

    Raises:
        NotFoundError: No kind has that name.
        PermissionDeniedError: The person may not import it.
    """
    uow.require(Permission.IMPORTS_USE)
    kind = find_kind(name)
    uow.require(kind.permission)
    return kind


async def load_batch(uow: UnitOfWork, batch_id: int) -> ImportBatch:
    """Read an import of the acting person.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        PermissionDeniedError: The person may no longer import its kind.
    """
    batch = (await uow.session.execute(_own(uow, batch_id))).scalar_one_or_none()
    if batch is None:
        raise NotFoundError("import", batch_id)
    require_kind(uow, batch.kind)
    return batch


async def lock_batch(uow: UnitOfWork, batch_id: int, *, waits: bool = False) -> ImportBatch:
    """Read an import in order to change it; until the end of the transaction nobody else can.

    Args:
        uow: The transaction.
        batch_id: The import.
        waits: Whether to wait for the worker that is at it; a screen does not.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        PermissionDeniedError: The person may no longer import its kind.
        ConflictError: The worker is at it.
    """
    await load_batch(uow, batch_id)
    query = _own(uow, batch_id).with_for_update(skip_locked=not waits)
    found = await uow.session.execute(query.execution_options(populate_existing=True))
    batch = found.scalar_one_or_none()
    if batch is None:
        raise ConflictError("The file is being worked on. Wait for the end, or stop it first.")
    return batch


def _own(uow: UnitOfWork, batch_id: int) -> Select[ImportBatch]:
    return select(ImportBatch).where(
        col(ImportBatch.id) == batch_id, col(ImportBatch.owner_id) == uow.actor.user_id
    )


def open_staged(batch: ImportBatch) -> StagedFile:
    """Bring a batch, its kind and what reading its file gave together.

    Raises:
        InvalidInputError: The file has not been read yet.
    """
    if batch.reading is None:
        raise InvalidInputError({"file": "The file has not been read yet."})
    kind = find_kind(batch.kind)
    extract = WorkbookExtract.from_json(batch.reading, Path())
    sheet = extract.sheet(batch.sheet)
    mapping = mappings.Mapping.from_json(batch.mapping)
    resolved = mappings.resolve_mapping(sheet, mapping, kind.fields, uses_1904=extract.uses_1904)
    return StagedFile(batch, kind, extract, sheet, mapping, resolved)


async def list_batches(
    uow: UnitOfWork, page: PageRequest, wanted: BatchFilter | None = None
) -> Page[BatchRow]:
    """List the acting person's imports, newest first unless another order is asked for.

    Raises:
        PermissionDeniedError: The person may not import at all.
    """
    uow.require(Permission.IMPORTS_USE)
    wanted = wanted or BatchFilter()
    condition = """
        owner_id = :user_id
        AND (:find = '' OR strpos(lower(file_name), lower(:find)) > 0)
        AND (:kind = '' OR kind = :kind)
        AND (:status = '' OR status = :status)
    """
    own = {
        "user_id": uow.actor.user_id,
        "find": wanted.find,
        "kind": wanted.kind,
        "status": wanted.status,
    }
    total = await uow.session.scalar(
        text(f"SELECT count(*) FROM import_batch WHERE {condition}"), own
    )
    found = await uow.session.execute(
        text(f"""
            SELECT id, kind, file_name, status, counts, created_at, accepted_at, job_id
            FROM import_batch WHERE {condition}
            ORDER BY {_order_of(page)} id DESC LIMIT :limit OFFSET :offset
        """),
        {**own, "limit": page.limit, "offset": page.offset},
    )
    titles = {kind.name: kind.title for kind in all_kinds()}
    rows = [
        BatchRow(
            id=row.id,
            kind=row.kind,
            kind_title=titles.get(row.kind) or row.kind,
            file_name=row.file_name,
            status=BatchStatus(row.status),
            counts=counts_of(row.counts),
            created_at=row.created_at,
            accepted_at=row.accepted_at,
            job_id=row.job_id,
        )
        for row in found
    ]
    return Page(rows, total or 0)


def _order_of(page: PageRequest) -> str:
    """Write the order that was asked for; rows without a value come last."""
    if page.sort not in _ORDERS:
        return ""
    return f"{_ORDERS[page.sort]} {'DESC' if page.is_descending else 'ASC'} NULLS LAST,"


async def view_batch(uow: UnitOfWork, batch: ImportBatch) -> BatchView:
    """Describe an import for its screen."""
    kind = find_kind(batch.kind)
    view = BatchView(
        id=batch.id,
        version=batch.version,
        kind=kind.name,
        kind_title=kind.title,
        file_name=batch.file_name,
        file_size=0,
        status=BatchStatus(batch.status),
        refusal=batch.refusal,
        sheet=batch.sheet,
        sheets=(),
        row_count=0,
        mapping=mappings.Mapping.from_json(batch.mapping),
        columns=(),
        fields=_field_views(kind),
        missing=(),
        questions=(),
        answered=(),
        options=(),
        counts=counts_of(batch.counts),
        leaves_wrong_out=bool(batch.options.get("leaves_wrong_out")),
        mapping_name=str(batch.options.get("mapping_name", "")),
        earlier=await find_earlier(uow, batch),
        outcome=batch.counts.get("outcome", {}),
        job_id=batch.job_id,
        created_at=batch.created_at,
        accepted_at=batch.accepted_at,
        header_row=batch.header_row,
        shares=shares_of(batch.counts),
    )
    return view if batch.reading is None else _with_reading(view, open_staged(batch))


def _with_reading(view: BatchView, staged: StagedFile) -> BatchView:
    """Add what is known once the file has been read."""
    return replace(
        view,
        file_size=staged.extract.size,
        sheets=tuple(sheet.name for sheet in staged.extract.sheets),
        row_count=staged.sheet.data_row_count,
        columns=_column_views(staged),
        missing=tuple(map(titles_of, staged.missing_fields())),
        questions=tuple(staged.questions()),
        answered=_answered(staged),
        options=_option_views(staged),
    )


def _field_views(kind: AnyImport) -> tuple[FieldView, ...]:
    keys = set(kind.key_fields)
    return tuple(
        FieldView(
            item.name,
            item.title,
            item.help,
            item.is_required or item.name in keys,
            item.is_month_series,
        )
        for item in kind.fields
    )


def _column_views(staged: StagedFile) -> tuple[ColumnView, ...]:
    single = {column.index: column for column in staged.resolved.columns}
    months = {column.index: (column, month) for column, month in staged.resolved.months}
    views = []
    for profile in staged.sheet.columns:
        title = mappings.column_title(profile, staged.sheet.columns)
        field, month = "", ""
        if profile.index in single:
            field = single[profile.index].field.name
        elif profile.index in months:
            column, first = months[profile.index]
            field, month = column.field.name, first.isoformat()
        if profile.header or profile.filled:
            views.append(ColumnView(title, tuple(profile.samples), field, month))
    return tuple(views)


def _answered(staged: StagedFile) -> tuple[Question, ...]:
    """List the questions the user has answered, so that the answers can be changed."""
    mapping = staged.mapping
    asked = find_questions(
        staged.sheet, replace(mapping, date_orders={}, decimal_signs={}), staged.kind.fields
    )
    return tuple(question for question in asked if answer_of(mapping, question))


def answer_of(mapping: mappings.Mapping, question: Question) -> str:
    """Give the user's answer to a question, "" while it is open."""
    given = (
        mapping.date_orders if question.kind is QuestionKind.DATE_ORDER else mapping.decimal_signs
    )
    return given.get(question.column, "")


def _option_views(staged: StagedFile) -> tuple[OptionView, ...]:
    facts: Mapping[str, int] = staged.batch.options.get("facts", {})
    details: Mapping[str, str] = staged.batch.options.get("details", {})
    return tuple(
        OptionView(
            option.name,
            option.title,
            option.choices,
            staged.mapping.options.get(option.name, option.default),
            facts.get(option.name),
            details.get(option.name, ""),
        )
        for option in staged.kind.options
    )


async def find_earlier(uow: UnitOfWork, batch: ImportBatch) -> EarlierImport | None:
    """Find the last import of the very same file: an accepted one, else one of one's own."""
    found = await uow.session.execute(
        _EARLIER,
        {
            "kind": batch.kind,
            "sha256": batch.sha256,
            "id": batch.id,
            "user_id": uow.actor.user_id,
        },
    )
    row = found.one_or_none()
    if row is None:
        return None
    return EarlierImport(row.id, BatchStatus(row.status), row.at, row.is_own)


def titles_of(fields: Iterable[mappings.TargetField]) -> str:
    """Name the fields one of which is to be filled."""
    *others, last = [item.title for item in fields]
    return f"{', '.join(others)} or {last}" if others else last
