"""Master data through Excel and CSV: what is created, changed, refused, and that exports come back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sop_app.kernel.errors import ConflictError, PermissionDeniedError
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.assignments.importer import ASSIGNMENTS_IMPORT, export_assignments
from sop_app.master_data.assignments.schemas import AssignmentFilter
from sop_app.master_data.customers import service as customers
from sop_app.master_data.customers.importer import CUSTOMERS_IMPORT, export_customers
from sop_app.master_data.customers.rules import CustomerDraft
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.master_data.pricing.importer import PRICES_IMPORT, export_prices
from sop_app.master_data.pricing.schemas import PriceFilter
from sop_app.master_data.products.importer import PRODUCTS_IMPORT, export_products
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.spreadsheets.difference import CellChange
from sop_app.system.spreadsheets.kinds import ImportOutcome, register_kind
from tests.master_data.imports import (
    accept,
    export_and_preview,
    import_table,
    preview,
    write_table,
)
from tests.master_data.records import (
    store_assignment,
    store_category,
    store_customer,
    store_price,
    store_product,
)


async def find_errors(kind, folder, rows):
    difference, _ = await preview(kind, await write_table(folder, rows), folder)
    return [error.message for row in difference.rows for error in row.row.errors]


async def test_customers_are_created_and_changed_with_audit(
    as_system, make_user, owner_rows, tmp_path
):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    await store_customer("C-1", name="Alder", region="North", currency="GBP")
    outcome = await import_table(
        CUSTOMERS_IMPORT,
        tmp_path,
        [
            ["Customer code", "Name", "Region", "Sales rep", "Terms"],
            ["c-1", "Alder  Group", "", "elena marsh", "30 days"],
            ["C-2", "Brennan", "South", "Elena.Marsh@example.test", ""],
            ["0003", "Castellane", "", "", ""],
        ],
    )
    assert outcome == ImportOutcome(created=2, changed=1)
    assert owner_rows(
        "SELECT code, name, region, sales_rep_id, currency, payment_terms, status, version"
        " FROM customer ORDER BY id"
    ) == [
        ("C-1", "Alder Group", "", elena.user_id, "GBP", "30 days", "active", 2),
        ("C-2", "Brennan", "South", elena.user_id, "EUR", "", "active", 1),
        ("0003", "Castellane", "", None, "EUR", "", "active", 1),
    ]
    rows = owner_rows("SELECT action, before FROM audit_entry ORDER BY id")
    assert rows[0] == (
        "customer_updated",
        {"name": "Alder", "region": "North", "sales_rep_id": None, "payment_terms": ""},
    )
    assert [action for action, _ in rows[1:]] == ["customer_created", "customer_created"]


async def test_wrong_customer_cells_are_named(as_system, tmp_path):
    assert await find_errors(
        CUSTOMERS_IMPORT,
        tmp_path,
        [
            ["Code", "Name", "Sales rep", "Currency", "Status"],
            ["", "No code", "", "EUR", "active"],
            ["C-1", "", "", "EUR", "active"],
            ["C-2", "Rep", "nobody@example.test", "EUR", "active"],
            ["C-3", "Currency", "", "GBP", "active"],
            ["C-4", "Empty", "", "", ""],
            ["C-5", "Status", "", "EUR", "sleeping"],
        ],
    ) == [
        "Customer code is empty; expected a code.",
        "Customer name is empty; expected a text.",
        'Sales rep: "nobody@example.test" is not a known sales rep.',
        'Currency: "GBP" is not EUR, the currency of this installation (see Settings).',
        "Currency is empty; expected a code of three letters, for example EUR.",
        "Status is empty; expected active or inactive.",
        'Status: "sleeping" is not one of active, inactive.',
    ]


async def test_a_deleted_customer_comes_back_as_the_file_says(as_system, owner_rows, tmp_path):
    await store_customer("C-1", name="Old", region="North")
    async with database.unit_of_work() as uow:
        await customers.delete_customer(uow, 1)
    outcome = await import_table(CUSTOMERS_IMPORT, tmp_path, [["Code", "Name"], ["C-1", "New"]])
    assert outcome == ImportOutcome(created=1)
    assert owner_rows("SELECT name, region, deleted_at FROM customer") == [("New", "", None)]
    assert owner_rows("SELECT action FROM audit_entry ORDER BY id DESC LIMIT 1") == [
        ("customer_restored",)
    ]


async def test_a_change_after_the_preview_refuses_everything(as_system, owner_rows, tmp_path):
    await store_customer("C-1", name="Alder", region="North")
    table = [["Code", "Name", "Region"], ["C-1", "Alder", "South"], ["C-2", "Brennan", "West"]]
    difference, context = await preview(
        CUSTOMERS_IMPORT, await write_table(tmp_path, table), tmp_path
    )
    draft = CustomerDraft(code="C-1", name="Alder", region="East")
    async with database.unit_of_work() as uow:
        await customers.update_customer(uow, 1, draft, 1)
    with pytest.raises(ConflictError, match=r"Row 2 \(c-1\)"):
        await accept(CUSTOMERS_IMPORT, difference, context)
    assert owner_rows("SELECT code, region FROM customer") == [("C-1", "East")]


async def test_products_bring_their_categories(as_system, owner_rows, tmp_path):
    food = await store_category("Food")
    await store_product("OLV", name="Olive oil", category_id=food, list_price=Decimal(40))
    outcome = await import_table(
        PRODUCTS_IMPORT,
        tmp_path,
        [
            ["SKU", "Product name", "Category", "Subcategory", "List price", "Lead time", "Group"],
            ["olv", "Olive oil", "food", "Oils", "46.20", "", "Oils"],
            ["SAL", "Sea salt", "Food", "", "3.5", "14", "Dry"],
        ],
    )
    assert outcome == ImportOutcome(created=1, changed=1)
    assert owner_rows(
        "SELECT p.sku, k.name, k.level, p.list_price, p.lead_time_days, p.family"
        " FROM product p JOIN category k ON k.id = p.category_id ORDER BY p.id"
    ) == [
        ("OLV", "Oils", 2, Decimal("46.2000"), 0, "Oils"),
        ("SAL", "Food", 1, Decimal("3.5000"), 14, "Dry"),
    ]
    actions = owner_rows("SELECT action FROM audit_entry ORDER BY id")
    assert [action for (action,) in actions] == [
        "category_created",
        "product_updated",
        "product_created",
    ]


async def test_wrong_product_cells_are_named(as_system, tmp_path):
    assert await find_errors(
        PRODUCTS_IMPORT,
        tmp_path,
        [
            ["SKU", "Name", "Category level 1", "Category level 2", "List price", "MOQ"],
            ["A", "A", "", "Oils", "1", ""],
            ["B", "B", "", "", "", "1"],
            ["C", "C", "", "", "-1", "1"],
            ["D", "D", "", "", "n/a", "1.5"],
        ],
    ) == [
        "The level above this category is empty.",
        "List price is empty; write 0 for goods that are free.",
        'List price: "-1" is less than 0.',
        'List price: "n/a" is not a number such as 1234.56.',
        'Minimum order quantity: "1.5" has too many decimals; none are allowed.',
    ]


async def test_prices_are_created_changed_and_refused(as_system, owner_rows, tmp_path):
    customer = await store_customer("C-1")
    product = await store_product("OLV")
    await store_price(customer, product, date(2027, 1, 1), "45")
    outcome = await import_table(
        PRICES_IMPORT,
        tmp_path,
        [
            ["Customer", "Product", "Valid from", "Price"],
            ["c-1", "olv", "2027-01-01", "44.5"],
            ["C-1", "OLV", "2027-07-01", "47"],
        ],
    )
    assert outcome == ImportOutcome(created=1, changed=1)
    assert owner_rows("SELECT effective_date, unit_price, version FROM price ORDER BY 1") == [
        (date(2027, 1, 1), Decimal("44.5"), 2),
        (date(2027, 7, 1), Decimal(47), 1),
    ]
    assert owner_rows("SELECT action, before, after FROM audit_entry ORDER BY id") == [
        (
            "price_updated",
            {"unit_price": "45.0000"},
            {"product": "OLV", "effective_date": "2027-01-01", "unit_price": "44.5"},
        ),
        (
            "price_created",
            None,
            {"product": "OLV", "effective_date": "2027-07-01", "unit_price": "47"},
        ),
    ]
    assert await find_errors(
        PRICES_IMPORT,
        tmp_path,
        [
            ["Customer", "Product", "Valid from", "Price"],
            ["C-9", "OLV", "2027-01-01", "1"],
            ["C-1", "NIX", "2027-01-01", "1"],
            ["C-1", "OLV", "1998-01-01", "1"],
            ["C-1", "OLV", "2027-01-01", ""],
        ],
    ) == [
        'Customer code: "C-9" is not a known customer.',
        'SKU: "NIX" is not a known product.',
        "The date lies outside 2000 to 2100.",
        "Price is empty; expected a number such as 1234.56.",
    ]


async def test_assignments_are_named_by_pair(as_system, owner_rows, tmp_path):
    customer = await store_customer("C-1")
    products = [await store_product(sku) for sku in ("A", "B", "C")]
    await store_assignment(customer, products[0])
    outcome = await import_table(
        ASSIGNMENTS_IMPORT,
        tmp_path,
        [["Customer", "SKU", "Planned"], ["c-1", "A", "no"], ["C-1", "b", ""], ["C-1", "C", "no"]],
    )
    assert outcome == ImportOutcome(created=2, changed=1)
    assert owner_rows("SELECT product_id, is_active FROM assignment ORDER BY 1") == [
        (products[0], False),
        (products[1], True),
        (products[2], False),
    ]


async def test_what_is_exported_comes_back_unchanged(as_system, make_user, tmp_path):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    customer = await store_customer(
        "0001", name="=Alder", region="North", sales_rep_id=elena.user_id, status="inactive"
    )
    await store_customer("C-2", name="Brennan")
    oils = await store_category("Oils", 2, await store_category("Food"))
    product = await store_product(
        "00012", name="Oil", category_id=oils, list_price=Decimal("46.2"), lead_time_days=3
    )
    await store_product("S", name="Salt", status="discontinued", description="Line 1\nLine 2")
    await store_price(customer, product, date(2027, 1, 1), "45.1234")
    await store_assignment(customer, product)
    page = PageRequest()
    async with database.unit_of_work() as uow:
        exports = [
            (CUSTOMERS_IMPORT, await export_customers(uow, CustomerFilter(), page)),
            (PRODUCTS_IMPORT, await export_products(uow, ProductFilter(), page)),
            (PRICES_IMPORT, await export_prices(uow, PriceFilter(), page)),
            (ASSIGNMENTS_IMPORT, await export_assignments(uow, AssignmentFilter(), page)),
        ]
    for kind, sheet in exports:
        rows = await export_and_preview(kind, sheet, tmp_path)
        assert [(row.outcome, row.row.errors) for row in rows] == [
            ("unchanged", ()) for _ in sheet.rows
        ], kind.name


async def test_a_changed_cell_of_an_export_is_the_only_difference(as_system, tmp_path):
    await store_customer("C-1", name="Alder", payment_terms="30 days")
    async with database.unit_of_work() as uow:
        sheet = await export_customers(uow, CustomerFilter(), PageRequest())
    [line] = sheet.rows
    changed = replace(sheet, rows=[(*line[:7], "45 days", *line[8:])])
    [row] = await export_and_preview(CUSTOMERS_IMPORT, changed, tmp_path)
    assert row.changes == (CellChange("payment_terms", "30 days", "45 days"),)


async def test_a_rep_cannot_reach_foreign_customers_through_a_file(as_system, make_user, tmp_path):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    await store_customer("SECRET", name="Somebody else's")
    await store_product("OLV")
    table = [["Customer", "Product", "Valid from", "Price"], ["SECRET", "OLV", "2027-01-01", "1"]]
    with database.acting_as(elena):
        assert await find_errors(PRICES_IMPORT, tmp_path, table) == [
            'Customer code: "SECRET" is not a known customer.'
        ]
        for kind in (CUSTOMERS_IMPORT, PRODUCTS_IMPORT, PRICES_IMPORT, ASSIGNMENTS_IMPORT):
            difference, context = await preview(
                CUSTOMERS_IMPORT,
                await write_table(tmp_path, [["Code", "Name"], ["SECRET", "Mine"]]),
                tmp_path,
            )
            assert difference.counts.new == 1
            if kind is not ASSIGNMENTS_IMPORT:
                with pytest.raises(PermissionDeniedError):
                    await accept(kind, difference, context)


async def test_a_viewer_exports_products_without_prices(as_system, make_user):
    viewer = await make_user("Vera View", Role.VIEWER)
    await store_product("OLV", list_price=Decimal("46.2"))
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            sheet = await export_products(uow, ProductFilter(), PageRequest())
            with pytest.raises(PermissionDeniedError):
                await export_prices(uow, PriceFilter(), PageRequest())
    assert not {"Unit cost", "List price"} & {column.title for column in sheet.columns}
    assert Decimal("46.2") not in [value for row in sheet.rows for value in row]


def test_every_kind_can_be_registered():
    for kind in (CUSTOMERS_IMPORT, PRODUCTS_IMPORT, PRICES_IMPORT, ASSIGNMENTS_IMPORT):
        register_kind(kind)
