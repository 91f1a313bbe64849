"""How the address and the controls of the reports page name what is shown."""

from collections.abc import Mapping

from sop_app.kernel.fields import parse_key
from sop_app.review.reports.schemas import Dimension, Measure, ReportScope
from sop_app.ui.shell.list_state import ListPlace

Filters = Mapping[str, list[str]]

OPENED_BY = {
    Dimension.SALES_REP: "sales_rep_id",
    Dimension.CUSTOMER: "customer_id",
    Dimension.FAMILY: "family",
    Dimension.REGION: "region",
    Dimension.CHANNEL: "channel",
}
"""Which filter a line sets when it is opened; a product is the last level."""
NARROWED = ("customer_id", "family", "region", "channel")
"""Filters without a control of their own: only an opened line or an address sets them."""
NOT_GIVEN = "none"
"""How an address names an empty region, channel or product group."""
PLACE = ListPlace(
    "/reports",
    "total",
    ("cycle_id", "by", "measure", "sales_rep_id", *NARROWED),
    sorts_down=True,
)
_LONGEST = 160


def cleaned(filters: Filters, cycle_ids: list[str]) -> dict[str, list[str]]:
    """Keep of chosen values those that can mean something, at most one of each filter.

    Example:
        >>> found = cleaned({"by": ["colour"], "customer_id": ["x"], "region": ["North"]}, [])
        >>> {name: values for name, values in found.items() if values}
        {'region': ['North']}
    """
    known = {"by": set(Dimension), "measure": set(Measure), "cycle_id": set(cycle_ids)}

    def is_known(name: str, value: str) -> bool:
        if name in known:
            return value in known[name]
        return bool(parse_key(value)) if name.endswith("_id") else 0 < len(value) <= _LONGEST

    return {
        name: [value for value in filters.get(name, [])[:1] if is_known(name, value)]
        for name in PLACE.filter_names
    }


def chosen(filters: Filters, name: str, usual: str) -> str:
    """Give the chosen value of a filter, else the usual one."""
    return next(iter(filters.get(name, [])), usual)


def dimension_of(filters: Filters) -> Dimension:
    """Tell what the lines stand for."""
    return Dimension(chosen(filters, "by", Dimension.SALES_REP))


def measure_of(filters: Filters) -> Measure:
    """Tell what the figures count."""
    return Measure(chosen(filters, "measure", Measure.VALUE))


def scope_of(filters: Filters, cycle_id: int) -> ReportScope:
    """Tell which part of a cycle is shown."""
    return ReportScope(
        cycle_id,
        sales_rep_id=_key(filters, "sales_rep_id"),
        customer_id=_key(filters, "customer_id"),
        family=_word(filters, "family"),
        region=_word(filters, "region"),
        channel=_word(filters, "channel"),
    )


def _key(filters: Filters, name: str) -> int | None:
    return next(map(int, filters.get(name, [])), None)


def _word(filters: Filters, name: str) -> str | None:
    word = next(iter(filters.get(name, [])), None)
    return "" if word == NOT_GIVEN else word


def below(opened: Dimension) -> Dimension | None:
    """Tell what a line opens into: a rep's customers, a customer's products.

    Example:
        >>> below(Dimension.REGION).value, below(Dimension.CUSTOMER).value
        ('customer', 'product')
    """
    if opened is Dimension.PRODUCT:
        return None
    into_products = opened in (Dimension.CUSTOMER, Dimension.FAMILY)
    return Dimension.PRODUCT if into_products else Dimension.CUSTOMER
