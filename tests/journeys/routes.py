"""Every screen of the program with an address at which it shows something."""

from typing import Any

from sop_app.ui.pages import register_pages
from tests.journeys.installation import Installation

NOT_FOUND = "404"
TABLES = {"customers": "customer", "products": "product", "imports": "import_batch"}


class _Recorder:
    """Takes the place of the app while the pages register, and keeps their routes."""

    def __init__(self) -> None:
        self.routes: list[str] = []

    def add_page(self, _component: Any, route: str, **_facts: Any) -> None:
        self.routes.append(route)


def list_routes() -> list[str]:
    """List the routes as they are registered, parameters in brackets, without the lost one."""
    recorder = _Recorder()
    register_pages(recorder)  # type: ignore[arg-type]
    return sorted(route for route in recorder.routes if route != NOT_FOUND)


def address_of(route: str, installation: Installation, where: str = "TRUE") -> str:
    """Fill a route's parameter with a record of the demo company.

    Args:
        route: For example ``/customers/[customer_id]``.
        installation: Whose records are used.
        where: Which customer, in SQL.
    """
    path, bracket, rest = f"/{route.strip('/')}".partition("[")
    if not bracket:
        return path
    table = TABLES[path.strip("/")]
    chosen = where if table == "customer" else "TRUE"
    key = installation.value(f"SELECT coalesce(min(id), 1) FROM {table} WHERE {chosen}")
    return f"{path}{key}{rest.partition(']')[2]}"
