"""The price list from Excel and CSV, and back."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select, text
from sqlmodel import col

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers.queries import visible_customers
from sop_app.master_data.staged_rows import (
    IncomingRow,
    empty_cell_errors,
    in_batches,
    problem_errors,
    settled_rows,
)
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.difference import RowDifference
from sop_app.system.spreadsheets.export import ColumnFormat, ExportColumn, ExportSheet
from sop_app.system.spreadsheets.field_types import DateType, MoneyType, ReferenceType
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption, ImportOutcome
from sop_app.system.spreadsheets.mapping import TargetField
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

from . import service
from .models import Price
from .rules import HIGHEST_PRICE, PriceDraft, price_problems
from .schemas import PriceFilter

Pair = tuple[str, str]


class PricesImport:
    """The import kind of prices; rows are known by customer, product and first day."""

    name = "prices"
    title = "Prices"
    permission = Permission.PRICES_EDIT
    key_fields: Sequence[str] = ("customer", "product", "effective_date")
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
            "effective_date",
            "Effective date",
            DateType(),
            is_required=True,
            synonyms=("valid from", "from", "start date", "date", "effective from"),
            help="First day the customer pays it; it values months from the first whole month on.",
        ),
        TargetField(
            "unit_price",
            "Price",
            MoneyType(least=Decimal(0), most=HIGHEST_PRICE),
            is_required=True,
            synonyms=("unit price", "net price", "sales price", "amount"),
            help="Per unit of the product, in the customer's currency.",
        ),
    )

    async def load_references(self, context: ImportContext) -> dict[str, Collection[str]]:
        """Give the codes of visible customers and of products."""
        return await load_codes(context.uow)

    def check_row(self, context: ImportContext, row: CheckedRow) -> Sequence[CellError]:
        """Find a price that is missing and a day outside the years that are planned."""
        if not row.is_valid:
            return ()
        errors = empty_cell_errors(context, row, {"unit_price": "Price is empty."})
        day, price = row.values.get("effective_date"), row.values.get("unit_price")
        if isinstance(day, date) and isinstance(price, Decimal):
            draft = PriceDraft(customer_id=0, product_id=0, effective_date=day, unit_price=price)
            errors += problem_errors(context, row, price_problems(draft))
        return errors

    async def load_current(
        self, context: ImportContext, keys: Collection[Key]
    ) -> dict[Key, Mapping[str, object]]:
        """Give the visible prices that a file mentions."""
        conditions = visible_customers(context.uow.actor)
        customers, skus, days = zip(*keys, strict=True) if keys else ((), (), ())
        rows = await context.uow.session.execute(
            text(f"""
                SELECT c.code, p.sku, r.effective_date, r.unit_price
                FROM unnest(CAST(:codes AS text[]), CAST(:skus AS text[]), CAST(:days AS date[]))
                     AS wanted(code, sku, day)
                JOIN customer c ON lower(c.code) = wanted.code
                JOIN product p ON lower(p.sku) = wanted.sku
                JOIN price r ON r.customer_id = c.id AND r.product_id = p.id
                            AND r.effective_date = wanted.day
                WHERE {conditions.where} AND p.deleted_at IS NULL
            """),
            {
                **conditions.parameters,
                "codes": list(customers),
                "skus": list(skus),
                "days": list(days),
            },
        )
        return {
            (row.code.casefold(), row.sku.casefold(), row.effective_date): {
                "unit_price": row.unit_price
            }
            for row in rows
        }

    async def accept(
        self, context: ImportContext, rows: AsyncIterator[RowDifference]
    ) -> ImportOutcome:
        """Store new and changed prices.

        Raises:
            PermissionDeniedError: The person may not edit prices.
            ConflictError: A price has changed since the preview; nothing is stored.
        """
        context.uow.require(Permission.PRICES_EDIT)
        created = changed = 0
        ids = await load_ids(context.uow)
        async for batch in in_batches(rows):
            current = await self.load_current(context, [row.key for row in batch if row.key])
            incoming = settled_rows(batch, current)
            await _store(context.uow, incoming, ids)
            created += sum(row.is_new for row in incoming)
            changed += sum(not row.is_new for row in incoming)
        return ImportOutcome(created, changed)


PRICES_IMPORT = PricesImport()


async def export_prices(uow: UnitOfWork, wanted: PriceFilter, page: PageRequest) -> ExportSheet:
    """Lay out the prices of a list as a sheet that can be imported again.

    Raises:
        PermissionDeniedError: The person may not see prices.
    """
    rows = await service.list_all_prices(uow, wanted, page)
    columns = [
        ExportColumn("Customer code"),
        ExportColumn("Customer"),
        ExportColumn("SKU"),
        ExportColumn("Product"),
        ExportColumn("Effective date", ColumnFormat.DATE),
        ExportColumn("Price", ColumnFormat.PRICE),
        ExportColumn("Currency"),
    ]
    lines = [
        (
            row.customer_code,
            row.customer_name,
            row.sku,
            row.product_name,
            row.effective_date,
            row.unit_price,
            row.currency,
        )
        for row in rows
    ]
    return ExportSheet("Prices", columns, lines, frozen_columns=4)


async def load_codes(uow: UnitOfWork) -> dict[str, Collection[str]]:
    """Give the codes of visible customers and of products, folded to as stored."""
    conditions = visible_customers(uow.actor)
    customers = await uow.session.scalars(
        text(f"SELECT c.code FROM customer c WHERE {conditions.where}"), conditions.parameters
    )
    products = await uow.session.scalars(text("SELECT sku FROM product WHERE deleted_at IS NULL"))
    return {
        "customers": {code.casefold(): code for code in customers},
        "products": {sku.casefold(): sku for sku in products},
    }


async def load_ids(uow: UnitOfWork) -> tuple[dict[str, int], dict[str, int]]:
    """Give the ids of visible customers and of products by folded code."""
    conditions = visible_customers(uow.actor)
    customers = await uow.session.execute(
        text(f"SELECT c.code, c.id FROM customer c WHERE {conditions.where}"),
        conditions.parameters,
    )
    products = await uow.session.execute(
        text("SELECT sku, id FROM product WHERE deleted_at IS NULL")
    )
    return (
        {code.casefold(): key for code, key in customers},
        {sku.casefold(): key for sku, key in products},
    )


async def _store(
    uow: UnitOfWork,
    incoming: Sequence[IncomingRow],
    ids: tuple[dict[str, int], dict[str, int]],
) -> None:
    customer_ids, product_ids = ids
    places = {
        row.key: (customer_ids[str(row.key[0])], product_ids[str(row.key[1])]) for row in incoming
    }
    stored = await uow.session.scalars(
        select(Price)
        .where(
            col(Price.customer_id).in_({customer for customer, _ in places.values()}),
            col(Price.product_id).in_({product for _, product in places.values()}),
        )
        .with_for_update()
    )
    by_place = {(each.customer_id, each.product_id, each.effective_date): each for each in stored}
    for row in incoming:
        customer_id, product_id = places[row.key]
        day, amount = row.values["effective_date"], row.values["unit_price"]
        if not isinstance(day, date) or not isinstance(amount, Decimal):
            continue
        price = by_place.get((customer_id, product_id, day))
        _write(uow, row, price, (customer_id, product_id, day, amount))
    await uow.session.flush()


def _write(
    uow: UnitOfWork,
    row: IncomingRow,
    price: Price | None,
    values: tuple[int, int, date, Decimal],
) -> None:
    customer_id, product_id, day, amount = values
    about = {"product": row.values["product"], "effective_date": day}
    after = {**about, "unit_price": amount}
    entity = ("customer", customer_id)
    if price is None:
        uow.session.add(
            Price(
                customer_id=customer_id,
                product_id=product_id,
                effective_date=day,
                unit_price=amount,
                updated_at=uow.now,
            )
        )
        record(uow, "price_created", entity, after=after)
        return
    before = {"unit_price": price.unit_price}
    record(uow, "price_updated", entity, before=before, after=after)
    price.unit_price = amount
    price.updated_at = uow.now
    price.version += 1
