"""Import sales history: invoice lines or monthly figures, checked, compared and stored in SQL.

All steps work on temporary tables of the caller's transaction: `import_cells` reads what each
distinct cell means, `import_parties` finds customers and products, `import_lines` and
`import_months` make lines of the rows, `import_changes` compares and stores. Accepting repeats the
steps on the staged rows and refuses when the outcome is no longer the one that was shown.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence

from sop_app.kernel.errors import ConflictError, PermissionDeniedError
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.difference import DifferenceCounts
from sop_app.system.spreadsheets.kinds import (
    ImportContext,
    ImportOption,
    ImportOutcome,
    OptionFacts,
    RowShare,
)
from sop_app.system.spreadsheets.mapping import TargetField

from . import import_facts
from .import_cells import run
from .import_changes import (
    TAKEN,
    MonthChange,
    Reason,
    build_incoming,
    compare_months,
    count_wrong_rows,
    read_reasons,
    store_incoming,
)
from .import_errors import list_errors
from .import_fields import (
    LINE_FIELDS,
    LINE_OPTIONS,
    MONTH_FIELDS,
    MONTH_OPTIONS,
    REFUSE,
    WRONG_ROWS,
)
from .import_lines import STEPS, WRONG, build_transaction_lines
from .import_months import build_monthly_lines, complete_figures
from .import_parties import create_parties
from .import_preview import change_values, read_preview, write_preview

_PREPARED = "sales_import"
_OWN_TITLES = {TAKEN: "Taken over", WRONG: "Wrong rows"}


class _SalesImport(ABC):
    """What both layouts of sales files have in common."""

    name: str
    title: str
    permission = Permission.SALES_HISTORY_IMPORT
    fields: Sequence[TargetField]
    key_fields: Sequence[str]
    one_of: Sequence[Sequence[str]]
    options: Sequence[ImportOption]

    @abstractmethod
    async def add_up(self, context: ImportContext) -> None:
        """Fill ``sales_line`` from the staged rows, and ``sales_incoming`` from the lines."""

    @abstractmethod
    async def count_options(self, context: ImportContext) -> Sequence[OptionFacts]:
        """Count the rows each option is about."""

    async def stage_changes(self, context: ImportContext) -> DifferenceCounts:
        """Check every staged row and show what accepting would do, by calendar month.

        Raises:
            PermissionDeniedError: The person may not import sales of every customer.
            InvalidInputError: The mapping lacks a column.
        """
        changes, reasons = await self._prepare(context)
        wrong_rows = await count_wrong_rows(context, WRONG) if _count_wrong(reasons) else 0
        errors = await list_errors(context) if wrong_rows else []
        await write_preview(context, changes, errors)
        return DifferenceCounts(
            new=sum(change.new_count for change in changes),
            changed=sum(change.changed_count for change in changes),
            unchanged=sum(change.unchanged_count for change in changes),
            wrong=wrong_rows if _refuses_wrong_rows(context) else 0,
            missing=sum(change.removed_count for change in changes),
        )

    async def share_rows(self, context: ImportContext) -> Sequence[RowShare]:
        """Say how much of the file is taken over, and what is left out for which reason."""
        _, reasons = await self._prepare(context)
        titles = {option.name: option.title for option in self.options} | _OWN_TITLES
        return [
            RowShare(
                titles[reason.name],
                reason.row_count,
                reason.quantity,
                reason.amount,
                is_taken=reason.name == TAKEN,
            )
            for reason in reasons
        ]

    async def accept_staged(self, context: ImportContext) -> ImportOutcome:
        """Replace the months of the file by what it holds.

        Raises:
            PermissionDeniedError: The person may not import sales of every customer.
            ConflictError: The file holds wrong rows, or stored sales have changed since the preview.
        """
        changes, reasons = await self._prepare(context)
        if _count_wrong(reasons) and _refuses_wrong_rows(context):
            raise ConflictError("The file holds wrong rows. Correct them or leave them out.")
        if [change_values(change) for change in changes] != await read_preview(context):
            raise ConflictError(
                "Sales have changed since the preview; nothing was imported. Look at it again."
            )
        await context.progress(4, STEPS, "Storing sales")
        customers, products = await create_parties(context)
        await store_incoming(context)
        _audit(context, changes, customers=customers, products=products)
        return ImportOutcome(
            created=sum(change.new_count for change in changes),
            changed=sum(change.changed_count for change in changes),
            removed=sum(change.removed_count for change in changes),
        )

    async def _prepare(self, context: ImportContext) -> tuple[list[MonthChange], list[Reason]]:
        """Build the temporary tables, once per transaction, batch and mapping.

        From here to the end of the transaction nobody else imports sales.
        """
        uow = context.uow
        self._require(uow)
        wanted = (context.batch_id, json.dumps(context.mapping.to_json(), sort_keys=True))
        prepared = uow.session.info.get(_PREPARED)
        if prepared is None or prepared[0] != wanted:
            await run(uow, "SELECT pg_advisory_xact_lock(hashtext('sales_month'))")
            await run(uow, "SET LOCAL work_mem = '128MB'")
            await run(uow, "SET LOCAL jit = off")
            await self.add_up(context)
            await context.progress(3, STEPS, "Comparing with stored sales")
            found = await compare_months(context), await read_reasons(context)
            prepared = uow.session.info[_PREPARED] = (wanted, found)
        return prepared[1]

    def _require(self, uow: UnitOfWork) -> None:
        """Refuse whoever does not see every customer: replacing a month touches them all."""
        uow.require(self.permission)
        if not uow.actor.sees_all_customers:
            raise PermissionDeniedError(self.permission)


def _count_wrong(reasons: Sequence[Reason]) -> int:
    return sum(reason.row_count for reason in reasons if reason.name == WRONG)


def _refuses_wrong_rows(context: ImportContext) -> bool:
    """Tell whether wrong rows stand in the way of accepting."""
    return context.option(WRONG_ROWS) == REFUSE


def _audit(
    context: ImportContext, changes: Sequence[MonthChange], *, customers: int, products: int
) -> None:
    """Note each month's net amount before and after; the rows themselves carry the batch."""
    before = {f"{change.month:%Y-%m}": change.old_amount for change in changes}
    after = {f"{change.month:%Y-%m}": change.amount for change in changes}
    record(
        context.uow,
        "sales_imported",
        ("import_batch", context.batch_id),
        before=before,
        after=after | {"new_customers": customers, "new_products": products},
    )


class SalesLinesImport(_SalesImport):
    """Invoice lines, added up per customer, product and month."""

    name = "sales_lines"
    title = "Sales, invoice lines"
    fields = LINE_FIELDS
    key_fields = ("date", "customer", "product")
    one_of = (("unit_price", "amount"),)
    options = LINE_OPTIONS

    async def add_up(self, context: ImportContext) -> None:
        """Add invoice lines up."""
        await build_transaction_lines(context)
        await context.progress(2, STEPS, "Adding up months")
        await build_incoming(context)

    async def count_options(self, context: ImportContext) -> Sequence[OptionFacts]:
        """Count the rows each option is about."""
        self._require(context.uow)
        return await import_facts.count_line_options(context)


class SalesMonthsImport(_SalesImport):
    """Monthly figures: a row per month, or a column per month."""

    name = "sales_months"
    title = "Sales, monthly figures"
    fields = MONTH_FIELDS
    key_fields = ("customer", "product")
    one_of = (
        ("month", "monthly_quantity", "monthly_amount"),
        ("quantity", "amount", "monthly_quantity", "monthly_amount"),
    )
    options = MONTH_OPTIONS

    async def add_up(self, context: ImportContext) -> None:
        """Take figures over, and complete those of a file that holds one measure only."""
        await build_monthly_lines(context)
        await context.progress(2, STEPS, "Adding up months")
        await build_incoming(context)
        await complete_figures(context)

    async def count_options(self, context: ImportContext) -> Sequence[OptionFacts]:
        """Count the rows each option is about."""
        self._require(context.uow)
        return await import_facts.count_month_options(context)


SALES_LINES_IMPORT = SalesLinesImport()
SALES_MONTHS_IMPORT = SalesMonthsImport()
