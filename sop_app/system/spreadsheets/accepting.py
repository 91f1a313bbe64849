"""Store what a preview showed: all of it or nothing, in one transaction with its audit."""

from collections.abc import AsyncIterator
from dataclasses import asdict

from sop_app.kernel.errors import ConflictError, WrongStatusError
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.batches import StagedFile, open_staged
from sop_app.system.spreadsheets.difference import Difference, RowDifference, RowOutcome
from sop_app.system.spreadsheets.kinds import (
    BulkImport,
    ImportOutcome,
    Progress,
    RowImport,
    no_progress,
)
from sop_app.system.spreadsheets.models import ImportBatch
from sop_app.system.spreadsheets.preview import compare_staged
from sop_app.system.spreadsheets.schemas import BatchStatus, counts_of
from sop_app.system.spreadsheets.staged_rows import require_rows

_STORED = frozenset({RowOutcome.NEW, RowOutcome.CHANGED})


async def accept_batch(
    uow: UnitOfWork, batch: ImportBatch, progress: Progress = no_progress
) -> ImportOutcome:
    """Store the new and changed rows of a file in this transaction.

    Every row is checked and compared once more. Accepting what is accepted already changes nothing.

    Args:
        uow: The transaction.
        batch: The import, locked.
        progress: Told about rows done, rows in all, and the stage.

    Raises:
        WrongStatusError: The import has no preview, or it has been cancelled.
        ConflictError: Wrong rows block it, or what is stored has changed since the preview.
        PermissionDeniedError: The person may no longer do this.
    """
    if batch.status == BatchStatus.ACCEPTED:
        return ImportOutcome(**batch.counts["outcome"])
    require_acceptable(batch)
    staged = open_staged(batch)
    uow.require(staged.kind.permission)
    await require_rows(uow, batch.id, staged.sheet.data_row_count)
    if isinstance(staged.kind, BulkImport):
        outcome = await staged.kind.accept_staged(staged.context(uow, progress))
    else:
        outcome = await _accept_rows(uow, staged, staged.kind, progress)
    batch.status = BatchStatus.ACCEPTED
    batch.accepted_at = uow.now
    batch.counts = {**batch.counts, "outcome": asdict(outcome)}
    record(
        uow,
        "import_accepted",
        ("import_batch", batch.id),
        after={"file": batch.file_name, "kind": batch.kind, **asdict(outcome)},
    )
    return outcome


def require_acceptable(batch: ImportBatch) -> None:
    """Refuse to accept a file that was not previewed, or whose wrong rows are not left out.

    Raises:
        WrongStatusError: There is no preview.
        ConflictError: Wrong rows block it.
    """
    if batch.status != BatchStatus.PREVIEWED:
        raise WrongStatusError(f"The import of {batch.file_name}", batch.status, "accepted")
    wrong = counts_of(batch.counts).wrong
    if wrong and not batch.options.get("leaves_wrong_out"):
        rows = "1 wrong row blocks" if wrong == 1 else f"{wrong:,} wrong rows block"
        raise ConflictError(f"{rows} the import. Correct the file, or leave them out.")


async def _accept_rows(
    uow: UnitOfWork, staged: StagedFile, kind: RowImport, progress: Progress
) -> ImportOutcome:
    comparison = await compare_staged(uow, staged, progress)
    if comparison.fingerprint != staged.batch.counts.get("fingerprint"):
        raise ConflictError(
            "What is stored has changed since the preview. Nothing was imported; check again."
        )
    rows = _stored_rows(comparison.difference, progress)
    return await kind.accept(staged.context(uow), rows)


async def _stored_rows(difference: Difference, progress: Progress) -> AsyncIterator[RowDifference]:
    stored = [row for row in difference.rows if row.outcome in _STORED]
    for done, row in enumerate(stored):
        if done % 1_000 == 0:
            await progress(done, len(stored), "Storing rows")
        yield row
