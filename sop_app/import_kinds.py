"""What can be imported, said once: the web, the worker and the command line all call this."""

from sop_app.actuals.sales_history.importer import SALES_LINES_IMPORT, SALES_MONTHS_IMPORT
from sop_app.master_data.assignments.importer import ASSIGNMENTS_IMPORT
from sop_app.master_data.customers.importer import CUSTOMERS_IMPORT
from sop_app.master_data.pricing.importer import PRICES_IMPORT
from sop_app.master_data.products.importer import PRODUCTS_IMPORT
from sop_app.system.spreadsheets.kinds import register_kind


def register_import_kinds() -> None:
    """Make every kind of import known, in the order in which a company loads its data."""
    for kind in (
        PRODUCTS_IMPORT,
        CUSTOMERS_IMPORT,
        ASSIGNMENTS_IMPORT,
        PRICES_IMPORT,
        SALES_LINES_IMPORT,
        SALES_MONTHS_IMPORT,
    ):
        register_kind(kind)
