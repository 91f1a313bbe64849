"""Who may do what: ten roles, named permissions, one matrix.

The matrix is the program's only statement about rights; ``docs/permissions.md`` shows it to
people and is what the tests compare it with. Screens and REST routes name a permission; nobody
asks for a role. Which *customers* a person sees is a second, independent question answered by
row-level security and ``Actor.sees_all_customers``.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    SOP_COORDINATOR = "sop_coordinator"
    DEMAND_PLANNER = "demand_planner"
    SUPPLY_PLANNER = "supply_planner"
    INVENTORY_MANAGER = "inventory_manager"
    FINANCE_ANALYST = "finance_analyst"
    SALES_MANAGER = "sales_manager"
    SALES_REP = "sales_rep"
    EXECUTIVE = "executive"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        """The role's name on the screen."""
        return self.value.replace("_", " ").capitalize().replace("Sop", "S&OP")

    @property
    def sees_all_customers(self) -> bool:
        """Whether the role alone opens every customer's figures.

        A viewer sees company totals only, so the role opens nothing to a person who sells.
        """
        return self not in (Role.SALES_MANAGER, Role.SALES_REP, Role.VIEWER)


class Permission(StrEnum):
    PUBLIC = "public"
    ACCOUNT_USE = "account.use"
    DASHBOARD_VIEW = "dashboard.view"
    USERS_MANAGE = "users.manage"
    AUDIT_VIEW = "audit.view"
    MAIL_VIEW = "mail.view"
    SETTINGS_MANAGE = "settings.manage"
    JOBS_VIEW = "jobs.view"
    CUSTOMERS_VIEW = "customers.view"
    CUSTOMERS_EDIT = "customers.edit"
    PRODUCTS_VIEW = "products.view"
    PRODUCTS_EDIT = "products.edit"
    PRICES_VIEW = "prices.view"
    PRICES_EDIT = "prices.edit"
    ASSIGNMENTS_VIEW = "assignments.view"
    ASSIGNMENTS_EDIT = "assignments.edit"
    SALES_HISTORY_VIEW = "sales_history.view"
    SALES_HISTORY_IMPORT = "sales_history.import"
    IMPORTS_USE = "imports.use"
    CYCLES_VIEW = "cycles.view"
    CYCLES_MANAGE = "cycles.manage"
    FORECAST_VIEW = "forecast.view"
    FORECAST_EDIT = "forecast.edit"
    FORECAST_REVIEW = "forecast.review"
    REPORTS_VIEW = "reports.view"
    STATISTICS_VIEW = "statistics.view"
    STATISTICS_RUN = "statistics.run"


_P = Permission
_EVERYBODY = frozenset({_P.ACCOUNT_USE, _P.DASHBOARD_VIEW, _P.CYCLES_VIEW, _P.PRODUCTS_VIEW})
_READS_PLANS = _EVERYBODY | {
    _P.CUSTOMERS_VIEW,
    _P.PRICES_VIEW,
    _P.ASSIGNMENTS_VIEW,
    _P.SALES_HISTORY_VIEW,
    _P.FORECAST_VIEW,
    _P.REPORTS_VIEW,
}
_READS_TOTALS = _READS_PLANS | {_P.STATISTICS_VIEW}
_KEEPS_DATA = {_P.IMPORTS_USE, _P.SALES_HISTORY_IMPORT}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {_P.PUBLIC, _P.FORECAST_EDIT},
    Role.SOP_COORDINATOR: _READS_TOTALS
    | _KEEPS_DATA
    | {_P.CUSTOMERS_EDIT, _P.PRODUCTS_EDIT, _P.PRICES_EDIT, _P.ASSIGNMENTS_EDIT}
    | {_P.CYCLES_MANAGE, _P.JOBS_VIEW, _P.STATISTICS_RUN},
    Role.DEMAND_PLANNER: _READS_TOTALS
    | _KEEPS_DATA
    | {_P.PRODUCTS_EDIT, _P.ASSIGNMENTS_EDIT, _P.STATISTICS_RUN},
    Role.SUPPLY_PLANNER: _READS_TOTALS | {_P.IMPORTS_USE, _P.PRODUCTS_EDIT},
    Role.INVENTORY_MANAGER: _READS_TOTALS,
    Role.FINANCE_ANALYST: _READS_TOTALS | _KEEPS_DATA | {_P.PRICES_EDIT},
    Role.SALES_MANAGER: _READS_PLANS | {_P.IMPORTS_USE, _P.FORECAST_EDIT, _P.FORECAST_REVIEW},
    Role.SALES_REP: _READS_PLANS | {_P.IMPORTS_USE, _P.FORECAST_EDIT},
    Role.EXECUTIVE: _READS_TOTALS | {_P.CYCLES_MANAGE},
    Role.VIEWER: _EVERYBODY,
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Unite what several roles grant.

    Example:
        >>> Permission.USERS_MANAGE in permissions_of([Role.VIEWER, Role.SALES_REP])
        False
    """
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
