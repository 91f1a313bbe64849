"""The routes of the program as data: what the sidebar, the search and the keys lead to.

Everybody's sidebar shows the entries their permissions open. Its order follows the work: a sales
rep finds the own data, a manager the team's, everybody else the company's.
"""

from dataclasses import dataclass

from sop_app.system.auth.permissions import Permission


@dataclass(frozen=True)
class NavEntry:
    """One place to go.

    Attributes:
        label: Name in the sidebar, the breadcrumb and the search.
        route: Its address; pages below it keep the entry active.
        icon: Lucide name.
        permission: What opens it.
        hotkey: Keys that lead there, one after the other.
        count_key: Key of ``SessionState.counts`` with the work to do there.
        finds: Noun of the rows its list finds by text, when its address takes ``?find=``.
    """

    label: str
    route: str
    icon: str
    permission: Permission
    hotkey: str = ""
    count_key: str = ""
    finds: str = ""


@dataclass(frozen=True)
class NavGroup:
    """Entries under one heading; the first group has none."""

    label: str
    entries: tuple[NavEntry, ...]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; the last one has no address."""

    label: str
    href: str = ""


_P = Permission
HOME = NavEntry("Home", "/", "house", _P.DASHBOARD_VIEW, hotkey="g h")
CYCLES = NavEntry("Cycles", "/cycles", "calendar-check", _P.CYCLES_VIEW)
FORECAST = NavEntry(
    "Forecast entry",
    "/forecast",
    "table-2",
    _P.FORECAST_VIEW,
    hotkey="g f",
    count_key="forecast",
)
REVIEW = NavEntry(
    "Review",
    "/review",
    "clipboard-check",
    _P.FORECAST_REVIEW,
    hotkey="g r",
    count_key="review",
)
FORECASTING = NavEntry("Forecasting", "/forecasting", "trending-up", _P.STATISTICS_VIEW)
SALES_HISTORY = NavEntry("Sales history", "/sales-history", "history", _P.SALES_HISTORY_VIEW)
CUSTOMERS = NavEntry("Customers", "/customers", "building-2", _P.CUSTOMERS_VIEW, finds="customers")
PRODUCTS = NavEntry("Products", "/products", "package", _P.PRODUCTS_VIEW, finds="products")
CATEGORIES = NavEntry("Categories", "/categories", "folder-tree", _P.PRODUCTS_VIEW)
PRICES = NavEntry("Prices", "/prices", "tag", _P.PRICES_VIEW, finds="prices")
ASSIGNMENTS = NavEntry("Assignments", "/assignments", "grid-2x-2-check", _P.ASSIGNMENTS_VIEW)
IMPORTS = NavEntry("Imports", "/imports", "upload", _P.IMPORTS_USE)
REPORTS = NavEntry("Reports", "/reports", "file-chart-column", _P.REPORTS_VIEW)
USERS = NavEntry("Users", "/users", "users", _P.USERS_MANAGE, finds="users")
MAIL = NavEntry("Mail", "/mail", "mail", _P.MAIL_VIEW, count_key="mail")
SETTINGS = NavEntry("Settings", "/settings", "settings", _P.SETTINGS_MANAGE)
ACCOUNT = NavEntry("Account", "/account", "circle-user", _P.ACCOUNT_USE)

_RESULTS = NavGroup("Results", (REPORTS,))
_ADMINISTRATION = NavGroup("Administration", (USERS, MAIL, SETTINGS))

COMPANY_SIDEBAR = (
    NavGroup("", (HOME, CYCLES)),
    NavGroup("Demand", (FORECAST, REVIEW, FORECASTING, SALES_HISTORY)),
    NavGroup("Data", (CUSTOMERS, PRODUCTS, CATEGORIES, PRICES, ASSIGNMENTS, IMPORTS)),
    _RESULTS,
    _ADMINISTRATION,
)
TEAM_SIDEBAR = (
    NavGroup("", (HOME, REVIEW, FORECAST, CYCLES)),
    NavGroup(
        "My team",
        (CUSTOMERS, PRODUCTS, CATEGORIES, PRICES, ASSIGNMENTS, SALES_HISTORY, IMPORTS),
    ),
    _RESULTS,
)
OWN_SIDEBAR = (
    NavGroup("", (HOME, FORECAST, CYCLES)),
    NavGroup(
        "My data",
        (CUSTOMERS, PRODUCTS, CATEGORIES, PRICES, ASSIGNMENTS, SALES_HISTORY, IMPORTS),
    ),
    _RESULTS,
)

ENTRIES = (
    *(entry for group in COMPANY_SIDEBAR for entry in group.entries),
    ACCOUNT,
)

SIGN_OUT_ACTION = "/api/v1/auth/sign-out"
SIGN_OUT_EVERYWHERE_ACTION = "/api/v1/auth/sign-out-everywhere"


def is_active(entry: NavEntry, route: str) -> bool:
    """Say whether a page belongs to an entry: its own route or one below it.

    Example:
        >>> is_active(CUSTOMERS, "/customers/[customer_id]"), is_active(HOME, "/customers")
        (True, False)
    """
    return route == entry.route or (entry.route != "/" and route.startswith(f"{entry.route}/"))


def permission_of_route(route: str) -> Permission | None:
    """Name what opens a page: the permission of the entry it belongs to, if any.

    Example:
        >>> permission_of_route("/customers/[customer_id]"), permission_of_route("/sign-in")
        (<Permission.CUSTOMERS_VIEW: 'customers.view'>, None)
    """
    return next((entry.permission for entry in ENTRIES if is_active(entry, route)), None)
