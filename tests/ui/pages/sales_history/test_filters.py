"""What addresses and lines of the sales history page mean."""

from datetime import date

import pytest

from sop_app.actuals.sales_history.schemas import Dimension, Measure, SalesFilter
from sop_app.ui.pages.sales_history.filters import (
    below,
    cleaned,
    dimension_of,
    measure_of,
    months_of,
    scope_of,
)


def test_an_empty_address_means_the_usual_view():
    found = cleaned({})
    assert (dimension_of(found), measure_of(found), months_of(found)) == (
        Dimension.CUSTOMER,
        Measure.VALUE,
        24,
    )
    assert scope_of(found) == SalesFilter()


def test_an_address_names_what_is_shown():
    asked = {"by": ["product"], "months": ["0"], "region": ["none"], "customer_id": ["7"]}
    found = cleaned(asked | {"until": ["2011-12-31"]})
    assert (dimension_of(found), months_of(found)) == (Dimension.PRODUCT, 0)
    assert scope_of(found) == SalesFilter(customer_id=7, region="", until=date(2011, 12, 1))


@pytest.mark.parametrize(
    "hostile",
    ["7 OR 1=1", "-1", "99999999999999999999", "\u0667", "", "1e3", "null"],
)
def test_what_cannot_be_an_id_is_dropped(hostile):
    asked = {name: [hostile] for name in ("customer_id", "months", "until")}
    assert scope_of(cleaned(asked)) == SalesFilter()


@pytest.mark.parametrize(
    ("opened", "narrowed", "expected"),
    [
        (Dimension.SALES_REP, [], Dimension.CUSTOMER),
        (Dimension.REGION, [], Dimension.CUSTOMER),
        (Dimension.CUSTOMER, ["customer_id"], Dimension.PRODUCT),
        (Dimension.PRODUCT, ["product_id"], Dimension.CUSTOMER),
        (Dimension.PRODUCT, ["product_id", "customer_id"], Dimension.MONTH),
    ],
)
def test_what_a_line_opens_into(opened, narrowed, expected):
    filters = {name: ["1"] for name in narrowed}
    assert below(opened, filters, has_categories=False) is expected


def test_a_category_opens_into_its_parts_then_its_products():
    assert below(Dimension.CATEGORY, {}, has_categories=True) is Dimension.CATEGORY
    assert below(Dimension.CATEGORY, {}, has_categories=False) is Dimension.PRODUCT
