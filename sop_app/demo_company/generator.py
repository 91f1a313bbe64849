"""The demo company as a whole."""

from dataclasses import dataclass
from datetime import date
from random import Random

from sop_app.demo_company.catalogue import DemoProduct, draw_products
from sop_app.demo_company.customers import (
    DemoAssignment,
    DemoCustomer,
    draw_assignments,
    draw_customers,
)
from sop_app.demo_company.cycles import DemoCycle, plan_closed_cycle, plan_open_cycle
from sop_app.demo_company.demand import (
    HISTORY_MONTHS,
    Demand,
    DemoPromotion,
    draw_demand,
    draw_promotions,
    scale_to_size,
)
from sop_app.demo_company.names import COMPANY_NAME
from sop_app.demo_company.people import DemoTeam, DemoUser, list_teams, list_users
from sop_app.demo_company.plan import (
    DemoEntry,
    PlanBasis,
    draw_closed_entries,
    draw_open_entries,
)
from sop_app.demo_company.pricing import DemoPrice, PriceBook, draw_prices
from sop_app.demo_company.remarks import DemoComment, draw_comments
from sop_app.demo_company.sales import DemoSale, draw_sales
from sop_app.kernel.periods import add_months, first_of_month


@dataclass(frozen=True)
class DemoCompany:
    """A company with three years behind it and a planning cycle under way.

    People are named by e-mail, customers by code, products by SKU, cycles by name. ``cycles`` holds
    the closed cycle, then the open one.
    """

    name: str
    teams: tuple[DemoTeam, ...]
    users: tuple[DemoUser, ...]
    customers: tuple[DemoCustomer, ...]
    products: tuple[DemoProduct, ...]
    assignments: tuple[DemoAssignment, ...]
    prices: tuple[DemoPrice, ...]
    promotions: tuple[DemoPromotion, ...]
    sales: tuple[DemoSale, ...]
    cycles: tuple[DemoCycle, DemoCycle]
    entries: tuple[DemoEntry, ...]
    comments: tuple[DemoComment, ...]


def generate_company(seed: int, today: date) -> DemoCompany:
    """Generate the demo company as it stands on a day; the same seed and day give the same one.

    The history ends with the last complete month before ``today``, the open cycle begins with the
    month after it.
    """
    first_month = add_months(first_of_month(today), -HISTORY_MONTHS)
    products = draw_products(_stream(seed, "products"))
    customers = draw_customers(_stream(seed, "customers"))
    assignments = draw_assignments(_stream(seed, "assignments"), products)
    years = range(first_month.year, add_months(first_of_month(today), 3).year + 1)
    prices = draw_prices(_stream(seed, "prices"), products, assignments, years, today.year)
    promotions = draw_promotions(_stream(seed, "promotions"), products, first_month)
    demand = draw_demand(
        _stream(seed, "demand"), products, customers, assignments, promotions, first_month
    )
    price_book = PriceBook(products, prices)
    demand = scale_to_size(demand, customers, price_book)
    sales = draw_sales(_stream(seed, "sales"), demand, price_book)
    basis = _plan_basis(demand, price_book, sales, assignments, customers)
    closed, current = plan_closed_cycle(today), plan_open_cycle(today)
    closed_entries = draw_closed_entries(_stream(seed, "closed cycle"), basis, closed)
    open_entries = draw_open_entries(
        _stream(seed, "open cycle"), basis, current, closed_entries, today
    )
    return DemoCompany(
        name=COMPANY_NAME,
        teams=list_teams(),
        users=list_users(),
        customers=customers,
        products=products,
        assignments=assignments,
        prices=prices,
        promotions=promotions,
        sales=sales,
        cycles=(closed, current),
        entries=closed_entries + open_entries,
        comments=draw_comments(_stream(seed, "comments"), current, open_entries),
    )


def _stream(seed: int, subject: str) -> Random:
    """Return a source of chance of its own for a subject, so that subjects do not disturb others."""
    return Random(f"{seed} {subject}")  # noqa: S311 - repeatable figures, no secrets


def _plan_basis(
    demand: Demand,
    prices: PriceBook,
    sales: tuple[DemoSale, ...],
    assignments: tuple[DemoAssignment, ...],
    customers: tuple[DemoCustomer, ...],
) -> PlanBasis:
    return PlanBasis(
        demand=demand,
        prices=prices,
        net_sales={(row.customer_code, row.sku, row.month): row.net_quantity for row in sales},
        planned_pairs=[(pair.customer_code, pair.sku) for pair in assignments if pair.is_active],
        rep_of={customer.code: customer.sales_rep_email for customer in customers},
        manager_of={user.email: user.manager_email for user in list_users() if user.manager_email},
    )
