"""Products with their categories from Excel and CSV, and back."""

import itertools
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import col

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.staged_rows import (
    IncomingRow,
    cell_error,
    empty_cell_errors,
    in_batches,
    problem_errors,
    settle_texts,
    settled_rows,
)
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.difference import RowDifference
from sop_app.system.spreadsheets.export import ColumnFormat, ExportColumn, ExportSheet
from sop_app.system.spreadsheets.field_types import (
    ChoiceType,
    CodeType,
    IntegerType,
    MoneyType,
    TextType,
)
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption, ImportOutcome
from sop_app.system.spreadsheets.mapping import TargetField
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

from . import service
from .categories import ensure_category_path
from .models import Product
from .rules import (
    CATEGORY_LEVELS,
    CATEGORY_NAME_LENGTH,
    DESCRIPTION_LENGTH,
    FAMILY_LENGTH,
    HIGHEST_AMOUNT,
    LARGEST_ORDER,
    LOCATION_LENGTH,
    LONGEST_LEAD_TIME_DAYS,
    NAME_LENGTH,
    SKU_LENGTH,
    UNIT_LENGTH,
    ProductDraft,
    ProductStatus,
    product_problems,
)
from .schemas import ProductFilter, ProductRow

_CATEGORY_FIELDS = tuple(f"category_{level}" for level in range(1, CATEGORY_LEVELS + 1))
_AMOUNT = MoneyType(least=Decimal(0), most=HIGHEST_AMOUNT)
_STATUS = ChoiceType(
    {
        "new": ("neu", "launch"),
        "active": ("aktiv", "yes", "no longer new", "current"),
        "discontinued": ("ended", "phased out", "obsolete", "inactive", "eol"),
    }
)
_TEXTS = ("sku", "name", "family", "unit", "manufacturing_location", *_CATEGORY_FIELDS)
_NEVER_EMPTY = {
    "unit": "Unit is empty; expected the unit of its quantities, for example cases.",
    "unit_cost": "Unit cost is empty; write 0 when there is none.",
    "list_price": "List price is empty; write 0 for goods that are free.",
    "status": "Status is empty; expected new, active or discontinued.",
}
_ZERO_WHEN_EMPTY = ("lead_time_days", "minimum_order_quantity")


def _category_field(level: int, *synonyms: str) -> TargetField:
    return TargetField(
        f"category_{level}",
        f"Category level {level}",
        TextType(CATEGORY_NAME_LENGTH),
        synonyms=(f"category {level}", f"level {level}", *synonyms),
        help="Created when there is none of that name.",
    )


class ProductsImport:
    """The import kind of products; rows are known by their SKU."""

    name = "products"
    title = "Products"
    permission = Permission.PRODUCTS_EDIT
    key_fields: Sequence[str] = ("sku",)
    options: Sequence[ImportOption] = ()
    fields: Sequence[TargetField] = (
        TargetField(
            "sku",
            "SKU",
            CodeType(SKU_LENGTH),
            is_required=True,
            synonyms=("product code", "item", "item code", "item number", "material", "stock code"),
            help="Identifies the product; an unknown SKU makes a new product.",
        ),
        TargetField(
            "name",
            "Product name",
            TextType(NAME_LENGTH),
            is_required=True,
            synonyms=("name", "product", "item name", "title", "short text"),
        ),
        TargetField(
            "description", "Description", TextType(DESCRIPTION_LENGTH), synonyms=("long text",)
        ),
        _category_field(1, "category", "department", "division"),
        _category_field(2, "subcategory", "sub category"),
        _category_field(3, "class", "segment"),
        TargetField(
            "family",
            "Product family",
            TextType(FAMILY_LENGTH),
            synonyms=("family", "group", "product group", "brand"),
        ),
        TargetField("unit", "Unit", TextType(UNIT_LENGTH), synonyms=("uom", "unit of measure")),
        TargetField("unit_cost", "Unit cost", _AMOUNT, synonyms=("cost", "standard cost")),
        TargetField(
            "list_price", "List price", _AMOUNT, synonyms=("price", "unit price", "sales price")
        ),
        TargetField(
            "lead_time_days",
            "Lead time, days",
            IntegerType(least=Decimal(0), most=Decimal(LONGEST_LEAD_TIME_DAYS)),
            synonyms=("lead time", "lead time days"),
        ),
        TargetField(
            "minimum_order_quantity",
            "Minimum order quantity",
            IntegerType(least=Decimal(0), most=Decimal(LARGEST_ORDER)),
            synonyms=("moq", "minimum order", "lot size"),
        ),
        TargetField(
            "manufacturing_location",
            "Manufacturing location",
            TextType(LOCATION_LENGTH),
            synonyms=("location", "plant", "factory", "site"),
        ),
        TargetField("status", "Status", _STATUS, synonyms=("product status", "lifecycle")),
    )

    async def load_references(self, context: ImportContext) -> dict[str, Collection[str]]:
        """Give nothing: categories are created as needed."""
        return {}

    def check_row(self, context: ImportContext, row: CheckedRow) -> Sequence[CellError]:
        """Settle texts and empty counts, and find fields that cannot be empty or do not fit."""
        settle_texts(row, _TEXTS)
        for name in _ZERO_WHEN_EMPTY:
            if name in row.values:
                row.values[name] = row.values[name] or 0
        if not row.is_valid:
            return ()
        errors = empty_cell_errors(context, row, _NEVER_EMPTY)
        for upper, lower in itertools.pairwise(_CATEGORY_FIELDS):
            if row.values.get(lower) and upper in row.values and row.values[upper] is None:
                message = "The level above this category is empty."
                errors.append(cell_error(context, row, lower, message))
        if errors:
            return errors
        return problem_errors(context, row, product_problems(_draft_of({}, row.values)))

    async def load_current(
        self, context: ImportContext, keys: Collection[Key]
    ) -> dict[Key, Mapping[str, object]]:
        """Give the products that a file mentions."""
        rows = await context.uow.session.execute(
            text("""
                SELECT p.sku, p.name, p.description, p.family, p.unit, p.unit_cost, p.list_price,
                       p.lead_time_days, p.minimum_order_quantity, p.manufacturing_location,
                       p.status, array_remove(ARRAY[k1.name, k2.name, k3.name], NULL) AS path
                FROM product p
                LEFT JOIN category k3 ON k3.id = p.category_id
                LEFT JOIN category k2 ON k2.id = k3.parent_id
                LEFT JOIN category k1 ON k1.id = k2.parent_id
                WHERE p.deleted_at IS NULL AND lower(p.sku) = ANY (:skus)
            """),
            {"skus": [str(sku) for (sku,) in keys]},
        )
        return {(row.sku.casefold(),): {**row._mapping, **_levels_of(row.path)} for row in rows}

    async def accept(
        self, context: ImportContext, rows: AsyncIterator[RowDifference]
    ) -> ImportOutcome:
        """Store new and changed products with their categories; a deleted SKU comes back.

        Raises:
            PermissionDeniedError: The person may not edit products.
            ConflictError: A product has changed since the preview; nothing is stored.
        """
        context.uow.require(Permission.PRODUCTS_EDIT)
        created = changed = 0
        branches: dict[tuple[str, ...], int | None] = {}
        async for batch in in_batches(rows):
            current = await self.load_current(context, [row.key for row in batch if row.key])
            incoming = settled_rows(batch, current)
            for row in incoming:
                await _settle_category(context.uow, row, current.get(row.key, {}), branches)
            await _store(context.uow, incoming)
            created += sum(row.is_new for row in incoming)
            changed += sum(not row.is_new for row in incoming)
        return ImportOutcome(created, changed)


PRODUCTS_IMPORT = ProductsImport()


async def export_products(uow: UnitOfWork, wanted: ProductFilter, page: PageRequest) -> ExportSheet:
    """Lay out the products of a list as a sheet that can be imported again.

    People who may not see prices get a sheet without the columns of cost and price.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    rows = await service.list_all_products(uow, wanted, page)
    sees_prices = uow.actor.may(Permission.PRICES_VIEW)
    formats = {
        "unit_cost": ColumnFormat.PRICE,
        "list_price": ColumnFormat.PRICE,
        "lead_time_days": ColumnFormat.INTEGER,
        "minimum_order_quantity": ColumnFormat.INTEGER,
    }
    shown = [
        field
        for field in ProductsImport.fields
        if sees_prices or field.name not in ("unit_cost", "list_price")
    ]
    columns = [
        ExportColumn(field.title, formats.get(field.name, ColumnFormat.TEXT)) for field in shown
    ]
    lines = [[_cell_of(row, field.name) for field in shown] for row in rows]
    return ExportSheet("Products", columns, lines, frozen_columns=2)


def _cell_of(row: ProductRow, name: str) -> object:
    if name in _CATEGORY_FIELDS:
        return _levels_of(row.category_path).get(name) or ""
    return row.status.value if name == "status" else getattr(row, name)


async def _settle_category(
    uow: UnitOfWork,
    row: IncomingRow,
    stored: Mapping[str, object],
    branches: dict[tuple[str, ...], int | None],
) -> None:
    """Turn the category levels of a row into the id of the category, created when missing."""
    given = {name: row.values.pop(name) for name in _CATEGORY_FIELDS if name in row.values}
    if not given:
        return
    path: list[str] = []
    is_changed = False
    for name in _CATEGORY_FIELDS:
        kept = None if is_changed else stored.get(name)
        level = given.get(name, kept)
        is_changed = is_changed or level != stored.get(name)
        path.append(str(level or ""))
    key = tuple(path)
    if key not in branches:
        branches[key] = await ensure_category_path(uow, path)
    row.values["category_id"] = branches[key]


async def _store(uow: UnitOfWork, incoming: Sequence[IncomingRow]) -> None:
    skus = [str(sku) for (sku,) in (row.key for row in incoming)]
    found = await uow.session.scalars(
        select(Product).where(func.lower(col(Product.sku)).in_(skus)).with_for_update()
    )
    by_sku = {product.sku.casefold(): product for product in found}
    added: list[Product] = []
    for row in incoming:
        product = by_sku.get(str(row.key[0]))
        if product is None:
            fields = asdict(_draft_of({}, row.values))
            added.append(Product(**fields, created_at=uow.now, updated_at=uow.now))
        else:
            _change(uow, product, row.values)
    uow.session.add_all(added)
    await uow.session.flush()
    for product in added:
        after = service.fields_of(product)
        record(uow, "product_created", ("product", product.id), after=after)


def _change(uow: UnitOfWork, product: Product, values: Mapping[str, object]) -> None:
    before = service.fields_of(product)
    kept = {} if product.deleted_at else before
    draft = _draft_of(kept, {**values, "sku": product.sku})
    action = "product_restored" if product.deleted_at else "product_updated"
    record(uow, action, ("product", product.id), before=before, after=asdict(draft))
    for name, value in asdict(draft).items():
        setattr(product, name, value)
    product.deleted_at = None
    product.updated_at = uow.now
    product.version += 1


def _levels_of(path: Sequence[str]) -> dict[str, str | None]:
    return {
        name: path[position] if position < len(path) else None
        for position, name in enumerate(_CATEGORY_FIELDS)
    }


def _draft_of(stored: Mapping[str, Any], values: Mapping[str, Any]) -> ProductDraft:
    """Lay a file's values over what is stored; an empty cell empties a text."""
    filled = {
        name: "" if value is None and name != "category_id" else value
        for name, value in values.items()
        if name not in _CATEGORY_FIELDS
    }
    draft = replace(replace(ProductDraft(sku="", name=""), **stored), **filled)
    return replace(draft, status=ProductStatus(draft.status))
