"""How the address and the controls of the page name what is shown."""

from collections.abc import Mapping
from datetime import date

from sop_app.actuals.sales_history.schemas import (
    DEFAULT_MONTHS,
    NO_REGION,
    Dimension,
    Measure,
    SalesFilter,
)
from sop_app.kernel.fields import parse_key
from sop_app.kernel.periods import first_of_month
from sop_app.ui.shell.list_state import ListPlace

Filters = Mapping[str, list[str]]

MONTH_COUNTS = {"12": "12", "24": "24", "36": "36", "0": "All"}
VIEWS = ("by", "measure", "months")
"""What is shown of the sales, beside which sales are shown."""
OPENED_BY = {
    Dimension.CUSTOMER: "customer_id",
    Dimension.PRODUCT: "product_id",
    Dimension.CATEGORY: "category_id",
    Dimension.REGION: "region",
    Dimension.SALES_REP: "sales_rep_id",
}
_KEYS = ("customer_id", "product_id", "category_id", "sales_rep_id")
_SCOPES = (*_KEYS, "region", "until")

PLACE = ListPlace("/sales-history", "", (*VIEWS, *_SCOPES))


def cleaned(filters: Filters) -> dict[str, list[str]]:
    """Keep of chosen values those that can mean something, at most one of each filter.

    Example:
        >>> found = cleaned({"by": ["colour"], "customer_id": ["7 OR 1=1"], "region": ["North"]})
        >>> {name: values for name, values in found.items() if values}
        {'region': ['North']}
    """
    known = {"by": set(Dimension), "measure": set(Measure), "months": set(MONTH_COUNTS)}

    def is_known(name: str, value: str) -> bool:
        if name in known:
            return value in known[name]
        if name == "until":
            return _day(value) is not None
        return name == "region" or bool(parse_key(value))

    return {
        name: [value for value in filters.get(name, [])[:1] if is_known(name, value)]
        for name in PLACE.filter_names
    }


def chosen(filters: Filters, name: str, usual: str) -> str:
    """Give the chosen value of a filter, else the usual one."""
    return next(iter(filters.get(name, [])), usual)


def dimension_of(filters: Filters) -> Dimension:
    """Tell what the lines stand for."""
    return Dimension(chosen(filters, "by", Dimension.CUSTOMER))


def measure_of(filters: Filters) -> Measure:
    """Tell what the figures count."""
    return Measure(chosen(filters, "measure", Measure.VALUE))


def months_of(filters: Filters) -> int:
    """Tell how many months are shown, 0 for all."""
    return int(chosen(filters, "months", str(DEFAULT_MONTHS)))


def scope_of(filters: Filters) -> SalesFilter:
    """Tell which sales are shown."""
    ids = {name: int(filters[name][0]) for name in _KEYS if filters.get(name)}
    region = chosen(filters, "region", "")
    named = None if not region else "" if region == NO_REGION else region
    until = _day(chosen(filters, "until", ""))
    return SalesFilter(**ids, region=named, until=until and first_of_month(until))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def below(opened: Dimension, filters: Filters, *, has_categories: bool) -> Dimension:
    """Tell what a line opens into: a rep's customers, a customer's products, in the end months.

    Args:
        opened: What the line stood for.
        filters: The filters with the opened line among them.
        has_categories: Whether an opened category is divided further.
    """
    if opened is Dimension.CATEGORY:
        return Dimension.CATEGORY if has_categories else Dimension.PRODUCT
    if filters.get("customer_id") and filters.get("product_id"):
        return Dimension.MONTH
    return Dimension.PRODUCT if opened is Dimension.CUSTOMER else Dimension.CUSTOMER
