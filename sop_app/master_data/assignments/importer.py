"""The activation matrix from Excel and CSV, one row per customer and product, and back."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from sqlalchemy import text

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers.queries import visible_customers
from sop_app.master_data.pricing.importer import load_codes, load_ids
from sop_app.master_data.staged_rows import in_batches, settled_rows
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.difference import RowDifference
from sop_app.system.spreadsheets.export import ColumnFormat, ExportColumn, ExportSheet
from sop_app.system.spreadsheets.field_types import BooleanType, ReferenceType
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption, ImportOutcome
from sop_app.system.spreadsheets.mapping import TargetField
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

from . import service
from .schemas import AssignmentChange, AssignmentFilter


class AssignmentsImport:
    """The import kind of assignments; rows are known by customer and product."""

    name = "assignments"
    title = "Assignments"
    permission = Permission.ASSIGNMENTS_EDIT
    key_fields: Sequence[str] = ("customer", "product")
    options: Sequence[ImportOption] = ()
    fields: Sequence[TargetField] = (
        TargetField(
            "customer",
            "Customer code",
            ReferenceType(40, target="customers", title="customer"),
            is_required=True,
            synonyms=("customer", "customer id", "customer no", "account"),
        ),
        TargetField(
            "product",
            "SKU",
            ReferenceType(60, target="products", title="product"),
            is_required=True,
            synonyms=("product", "product code", "item", "item code", "material"),
        ),
        TargetField(
            "is_active",
            "Planned",
            BooleanType(),
            synonyms=("active", "assigned", "is active", "activated"),
            help="Yes: the product may be planned for the customer. Without the column: yes.",
        ),
    )

    async def load_references(self, context: ImportContext) -> dict[str, Collection[str]]:
        """Give the codes of visible customers and of products."""
        return await load_codes(context.uow)

    def check_row(self, context: ImportContext, row: CheckedRow) -> Sequence[CellError]:
        """Read a missing or empty mark as yes: naming the pair means it is planned."""
        if row.values.get("is_active") is None:
            row.values["is_active"] = True
        return ()

    async def load_current(
        self, context: ImportContext, keys: Collection[Key]
    ) -> dict[Key, Mapping[str, object]]:
        """Give the visible pairs that a file mentions."""
        conditions = visible_customers(context.uow.actor)
        customers, skus = zip(*keys, strict=True) if keys else ((), ())
        rows = await context.uow.session.execute(
            text(f"""
                SELECT c.code, p.sku, a.is_active
                FROM unnest(CAST(:codes AS text[]), CAST(:skus AS text[])) AS wanted(code, sku)
                JOIN customer c ON lower(c.code) = wanted.code
                JOIN product p ON lower(p.sku) = wanted.sku
                JOIN assignment a ON a.customer_id = c.id AND a.product_id = p.id
                WHERE {conditions.where} AND p.deleted_at IS NULL
            """),
            {**conditions.parameters, "codes": list(customers), "skus": list(skus)},
        )
        return {
            (row.code.casefold(), row.sku.casefold()): {"is_active": row.is_active} for row in rows
        }

    async def accept(
        self, context: ImportContext, rows: AsyncIterator[RowDifference]
    ) -> ImportOutcome:
        """Store new and changed pairs.

        Raises:
            PermissionDeniedError: The person may not edit assignments.
            ConflictError: A pair has changed since the preview; nothing is stored.
        """
        created = changed = 0
        customer_ids, product_ids = await load_ids(context.uow)
        async for batch in in_batches(rows):
            current = await self.load_current(context, [row.key for row in batch if row.key])
            incoming = settled_rows(batch, current)
            changes = [
                AssignmentChange(
                    customer_ids[str(row.key[0])],
                    product_ids[str(row.key[1])],
                    bool(row.values["is_active"]),
                )
                for row in incoming
            ]
            await service.set_assignments(context.uow, changes)
            created += sum(row.is_new for row in incoming)
            changed += sum(not row.is_new for row in incoming)
        return ImportOutcome(created, changed)


ASSIGNMENTS_IMPORT = AssignmentsImport()


async def export_assignments(
    uow: UnitOfWork, wanted: AssignmentFilter, page: PageRequest
) -> ExportSheet:
    """Lay out the pairs of a list as a sheet that can be imported again.

    Raises:
        PermissionDeniedError: The person may not see assignments.
    """
    rows = await service.list_all_assignments(uow, wanted, page)
    columns = [
        ExportColumn("Customer code"),
        ExportColumn("Customer"),
        ExportColumn("SKU"),
        ExportColumn("Product"),
        ExportColumn("Product family"),
        ExportColumn("Planned", ColumnFormat.BOOLEAN),
    ]
    lines = [
        (
            row.customer_code,
            row.customer_name,
            row.sku,
            row.product_name,
            row.family,
            row.is_active,
        )
        for row in rows
    ]
    return ExportSheet("Assignments", columns, lines, frozen_columns=4)
