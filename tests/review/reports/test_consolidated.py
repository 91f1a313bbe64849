"""Every total of the consolidated report equals what an independent computation says."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import load_workbook

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.kernel.errors import NotFoundError, PermissionDeniedError
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.products.models import Product
from sop_app.planning.cycles.models import Cycle
from sop_app.planning.forecast_entry.models import ForecastEntry
from sop_app.review.reports import service
from sop_app.review.reports.schemas import Dimension, FileFormat, Measure, PivotRequest, ReportScope
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.people import NOW

D = Decimal


@pytest.fixture
async def company(as_system, make_user):
    """Two reps, three customers, two products; the figures are small enough to add by hand."""
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    elena = await make_user("Elena Marsh", Role.SALES_REP, manager=tomas)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    async with database.unit_of_work() as uow:
        customers = [
            Customer(
                code=code,
                name=name,
                region=region,
                sales_rep_id=rep.user_id,
                created_at=NOW,
                updated_at=NOW,
            )
            for code, name, region, rep in (
                ("C-1", "=Brennan", "North", elena),
                ("C-2", "Harbor", "West", elena),
                ("C-3", "Civic", "North", priya),
            )
        ]
        products = [
            Product(sku=sku, name=sku, family=family, created_at=NOW, updated_at=NOW)
            for sku, family in (("P-1", "Pasta"), ("P-2", "Rice"))
        ]
        cycle = Cycle(
            name="January 2027",
            start_month=date(2027, 1, 1),
            opens_at=datetime(2026, 12, 1, tzinfo=UTC),
            closes_at=datetime(2026, 12, 11, tzinfo=UTC),
            time_zone="UTC",
            status="open",
            prefill="empty",
            created_at=NOW,
        )
        uow.session.add_all([*customers, *products, cycle])
        await uow.session.flush()
        c1, c2, c3 = (customer.id for customer in customers)
        p1, p2 = (product.id for product in products)
        uow.session.add_all(
            [
                entry(cycle.id, c1, p1, elena, [10] * 16, "1.115"),
                entry(cycle.id, c1, p2, elena, [None, *[1] * 15], "100"),
                entry(cycle.id, c2, p1, elena, [5, *[0] * 15], "2.50"),
                entry(cycle.id, c3, p2, priya, [7] * 16, "3", override={0: D("4.00")}),
                sales(c1, p1, date(2026, 1, 1), 9, 1, "8.88"),
                sales(c2, p2, date(2025, 12, 1), 9, 0, "99"),
            ]
        )
    return {"cycle": cycle.id, "elena": elena, "priya": priya, "tomas": tomas}


def sales(customer_id, product_id, month, gross, returned, amount):
    return SalesMonth(
        customer_id=customer_id,
        product_id=product_id,
        month=month,
        gross_quantity=gross,
        returned_quantity=returned,
        net_quantity=gross - returned,
        amount=D(amount),
    )


def entry(cycle_id, customer_id, product_id, rep, quantities, price, override=None):
    overrides = [(override or {}).get(index) for index in range(16)]
    return ForecastEntry(
        cycle_id=cycle_id,
        customer_id=customer_id,
        product_id=product_id,
        sales_rep_id=rep.user_id,
        status="approved" if rep.name == "Priya Raman" else "draft",
        quantities=quantities,
        prefill=[None] * 16,
        prices=[D(price)] * 16,
        price_overrides=overrides,
        cell_versions=[0] * 16,
        rejected={},
    )


async def pivot(company, dimension, measure=Measure.VALUE, **options):
    scope = ReportScope(
        company["cycle"],
        options.pop("rep", None),
        options.pop("approved", False),
        **options.pop("narrowed", {}),
    )
    async with database.unit_of_work() as uow:
        _, answer = await service.show_consolidated(
            uow, PivotRequest(scope, dimension, measure, **options)
        )
    return answer


async def test_value_by_customer_is_rounded_per_month_and_sums_up(company):
    answer = await pivot(company, Dimension.CUSTOMER)
    # C-1: 16 x round(11.15) + 15 x 100 = 178.40 + 1,500; C-3: 28 + 15 x 21; C-2: 12.50
    assert {line.code: line.total for line in answer.lines} == {
        "C-1": D("1678.40"),
        "C-3": D("343.00"),
        "C-2": D("12.50"),
    }
    assert answer.total.total == D("2033.90")
    assert answer.total.months[:2] == (D("51.65"), D("132.15"))
    assert answer.total.last_year == D("8.88")
    assert [line.code for line in answer.lines] == ["C-1", "C-3", "C-2"]


async def test_units_by_region(company):
    answer = await pivot(company, Dimension.REGION, Measure.UNITS)
    assert {line.label: line.total for line in answer.lines} == {"North": 287, "West": 5}
    assert {line.label: line.entry_count for line in answer.lines} == {"North": 3, "West": 1}


async def test_a_region_a_customer_and_a_product_group_alone(company):
    north = await pivot(company, Dimension.CUSTOMER, narrowed={"region": "North"})
    assert {line.code for line in north.lines} == {"C-1", "C-3"}
    assert north.total.total == D("2021.40")
    [line] = [line for line in north.lines if line.code == "C-1"]
    products = await pivot(company, Dimension.PRODUCT, narrowed={"customer_id": int(line.key)})
    assert products.total.total == D("1678.40")
    families = await pivot(company, Dimension.FAMILY)
    for family in families.lines:
        alone = await pivot(company, Dimension.PRODUCT, narrowed={"family": family.key})
        assert (alone.total.total, alone.total.last_year) == (family.total, family.last_year)


async def test_one_rep_alone_and_only_approved(company):
    alone = await pivot(company, Dimension.SALES_REP, rep=company["elena"].user_id)
    assert [(line.label, line.total) for line in alone.lines] == [("Elena Marsh", D("1690.90"))]
    approved = await pivot(company, Dimension.PRODUCT, approved=True)
    assert approved.total.total == D("343.00")


async def test_a_page_shows_few_lines_but_the_whole_total(company):
    answer = await pivot(company, Dimension.CUSTOMER, limit=1, offset=1)
    assert ([line.code for line in answer.lines], answer.line_count) == (["C-3"], 3)
    assert answer.total.total == D("2033.90")


async def test_each_reader_gets_the_totals_of_what_they_may_see(company):
    totals = {}
    for name in ("elena", "priya", "tomas"):
        with database.acting_as(company[name]):
            totals[name] = (await pivot(company, Dimension.CUSTOMER)).total.total
    assert totals == {"elena": D("1690.90"), "priya": D("343.00"), "tomas": D("1690.90")}


async def test_refusals(company, make_user):
    with pytest.raises(NotFoundError):
        await pivot({**company, "cycle": 999}, Dimension.REGION)
    viewer = await make_user("Vera View", Role.VIEWER)
    with database.acting_as(viewer), pytest.raises(PermissionDeniedError):
        await pivot(company, Dimension.REGION)


async def ignore_progress(_done: int, _total: int) -> None:
    return None


async def test_the_workbook_says_the_same_as_the_database(company, tmp_path, owner_rows):
    path = tmp_path / "report.xlsx"
    async with database.unit_of_work() as uow:
        name = await service.write_consolidated(
            uow, ReportScope(company["cycle"]), FileFormat.XLSX, path, ignore_progress
        )
    book = load_workbook(path)
    assert name == "Consolidated forecast January 2027.xlsx"
    assert book.sheet_names == [
        "By sales rep",
        "By customer",
        "By product group",
        "By region",
        "Rows",
    ]
    [(total,)] = owner_rows("SELECT sum(amount) FROM forecast_month")
    for name in book.sheet_names[:4]:
        rows = book.get_sheet_by_name(name).to_python()
        assert D(str(rows[-1][19])).quantize(D("0.01")) == total
    rows = book.get_sheet_by_name("Rows").to_python()
    assert D(str(rows[-1][-1])).quantize(D("0.01")) == total
    assert rows[3][2] == "=Brennan"


async def test_the_csv_file_keeps_text_as_text(company, tmp_path):
    path = tmp_path / "report.csv"
    with database.acting_as(company["elena"]):
        async with database.unit_of_work() as uow:
            await service.write_consolidated(
                uow, ReportScope(company["cycle"]), FileFormat.CSV, path, ignore_progress
            )
    lines = path.read_text("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[1].split(",")[:3] == ["Elena Marsh", "C-1", "'=Brennan"]
    assert "Civic" not in path.read_text("utf-8-sig")
