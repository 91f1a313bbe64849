"""A run forecasts what was sold, says how good it was, and can be repeated to the last digit."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from sop_app.kernel.paging import PageRequest
from sop_app.kernel.periods import month_range
from sop_app.planning.baseline import service
from sop_app.planning.baseline.explaining import explain
from sop_app.planning.baseline.rules import Level
from sop_app.planning.baseline.schemas import ItemFilter, RunRequest
from sop_app.system import database
from tests.planning.baseline.conftest import LAST, SEASON, make_run


async def ask(world, who, verb, *args):
    with database.acting_as(world[who]):
        async with database.unit_of_work() as uow:
            return await verb(uow, *args)


async def item(world, run_id, level, key):
    return await ask(world, "hannah", service.get_item, run_id, level, str(key))


async def test_a_run_says_what_it_saw_and_how_good_it_was(sold, run_id):
    run = await ask(sold, "hannah", service.get_run, run_id)
    assert (run.status, run.last_month, run.item_count) == ("done", LAST, 3)
    assert (run.horizon, run.windows, run.fallback_count) == (12, 3, 0)
    assert run.created_by_name == "Hannah Weiss"
    assert run.naive_wape == 0.0
    assert run.wape == pytest.approx(0.0, abs=0.05)


async def test_a_steady_item_is_forecast_as_it_was(sold, run_id):
    pasta = await item(sold, run_id, Level.PRODUCT, sold.products["PAS"])
    assert pasta.months == month_range(date(2026, 12, 1), 12)
    assert pasta.history == [400.0] * 36
    assert pasta.points == pytest.approx([400.0] * 12, rel=0.01)
    assert (pasta.demand_class, pasta.method) == ("smooth", "auto")
    assert pasta.members == ["pretrained", "pretrained", "dot", "damped_holt_winters"]
    assert pasta.reason == "36 months of history, smooth demand."
    for level in (80, 95):
        lower, upper = pasta.bounds[level]
        assert all(
            low <= point <= high
            for low, point, high in zip(lower, pasta.points, upper, strict=True)
        )


async def test_a_seasonal_item_keeps_its_season(sold, run_id):
    oil = await item(sold, run_id, Level.PRODUCT, sold.products["OLV"])
    expected = [SEASON[month.month - 1] for month in oil.months]
    assert oil.points == pytest.approx(expected, rel=0.1, abs=2)
    naive = next(score for score in oil.scores if score.method == "seasonal_naive")
    assert (naive.wape, naive.bias, naive.hit_rate) == (0.0, 0.0, 1.0)
    assert [test.origin for test in oil.backtests] == [
        date(2025, 11, 1),
        date(2026, 2, 1),
        date(2026, 5, 1),
    ]
    assert oil.backtests[-1].actual == [60.0, 70.0, 80.0, 90.0, 100.0, 110.0]
    assert oil.backtests[-1].naive == oil.backtests[-1].actual


async def test_a_short_history_is_forecast_and_has_no_score(sold, run_id):
    rice = await item(sold, run_id, Level.PRODUCT, sold.products["RIC"])
    assert (rice.points, rice.members) == ([8.0] * 12, ["moving_average_3"])
    assert rice.reason == "Only 5 months of history."
    assert (rice.scores, rice.backtests) == ([], [])


async def test_every_level_is_the_sum_of_its_products(sold, run_id):
    products = [
        await item(sold, run_id, Level.PRODUCT, sold.products[sku]) for sku in ("PAS", "OLV", "RIC")
    ]
    total = await item(sold, run_id, Level.TOTAL, "")
    assert total.points == pytest.approx(
        np.sum([product.points for product in products], axis=0), abs=1e-9
    )
    assert total.history[-1] == 400 + 110 + 8
    family = await item(sold, run_id, Level.FAMILY, "Pasta")
    assert family.points == products[0].points
    north = await item(sold, run_id, Level.REGION, "North")
    south = await item(sold, run_id, Level.REGION, "South")
    assert np.add(north.points, south.points) == pytest.approx(total.points, abs=1e-9)
    assert north.points[0] == pytest.approx(0.75 * products[0].points[0] + 8.0, abs=1e-9)
    assert north.history == [300.0] * 31 + [308.0] * 5


async def test_the_same_history_gives_the_same_figures(sold, run_id):
    again = await make_run(sold)
    for sku in ("PAS", "OLV", "RIC"):
        first = await item(sold, run_id, Level.PRODUCT, sold.products[sku])
        second = await item(sold, again, Level.PRODUCT, sold.products[sku])
        assert (first.points, first.bounds) == (second.points, second.bounds)
        assert second.previous == dict(zip(first.months, first.points, strict=True))


async def test_a_selection_has_no_levels_above(sold):
    pasta = sold.products["PAS"]
    run_id = await make_run(sold, RunRequest("seasonal_naive", 6, 0, product_ids=(pasta,)))
    run = await ask(sold, "hannah", service.get_run, run_id)
    assert (run.item_count, run.is_selection, run.wape) == (1, True, None)
    with pytest.raises(NotFoundError):
        await item(sold, run_id, Level.TOTAL, "")
    assert await ask(sold, "hannah", service.find_latest_run) is None


async def test_items_are_listed_with_the_costliest_error_first(sold, run_id):
    page = await ask(
        sold,
        "hannah",
        service.list_items,
        ItemFilter(run_id),
        PageRequest("error_amount", is_descending=True, size=10),
    )
    assert page.total == 3
    amounts = [row.error_amount for row in page.rows]
    assert amounts[:2] == sorted(amounts[:2], reverse=True)
    assert amounts[2] is None
    found = await ask(
        sold, "hannah", service.list_items, ItemFilter(run_id, find="penne"), PageRequest("name")
    )
    [pasta] = found.rows
    assert (pasta.name, pasta.code, pasta.last_year) == ("Penne rigate 5 kg", "PAS", 4800.0)
    assert pasta.next_year == pytest.approx(4800, rel=0.01)


async def test_heat_maps_trend_and_groups_come_from_the_back_test(sold, run_id):
    lags = await ask(sold, "hannah", service.map_errors_by_lag, run_id, Level.FAMILY)
    assert lags.columns == [1, 2, 3, 4, 5, 6]
    assert [row.name for row in lags.rows] == ["Oils", "Pasta"]
    months = await ask(
        sold, "hannah", service.map_errors_by_month, run_id, Level.PRODUCT, PageRequest("", size=10)
    )
    assert months.columns == month_range(date(2025, 12, 1), 12)
    assert months.total == 2
    trend = await ask(sold, "hannah", service.show_trend, run_id, Level.PRODUCT)
    assert [month for month, *_ in trend] == months.columns
    assert {naive for *_, naive in trend} == {0.0}
    classes = await ask(sold, "hannah", service.count_groups, run_id, "demand_class")
    assert {group.name: group.items for group in classes} == {"smooth": 3}
    assert sum(group.volume_share for group in classes) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (RunRequest(method="magic"), "method"),
        (RunRequest(horizon=0), "horizon"),
        (RunRequest(horizon=37), "horizon"),
        (RunRequest(windows=13), "windows"),
        (RunRequest(product_ids=(99_999,)), "product_ids"),
        (RunRequest(category_id=99_999), "category_id"),
    ],
)
async def test_a_run_nobody_can_make_is_refused(sold, owner_rows, request_, field):
    with pytest.raises(InvalidInputError) as refusal:
        await ask(sold, "hannah", service.order_run, request_)
    assert field in refusal.value.fields
    assert owner_rows("SELECT count(*) FROM forecast_run") == [(0,)]


async def test_sales_people_and_viewers_see_no_totals_of_other_customers(sold, run_id, owner_rows):
    for who in ("elena", "tomas", "vera"):
        for verb, args in (
            (service.list_runs, ()),
            (service.get_run, (run_id,)),
            (service.get_item, (run_id, Level.TOTAL, "")),
            (service.order_run, (RunRequest(),)),
        ):
            with pytest.raises(PermissionDeniedError):
                await ask(sold, who, verb, *args)


async def test_row_level_security_hides_the_figures_from_people_who_see_some_customers(
    sold, run_id
):
    async def count(uow):
        return await uow.session.scalar(text("SELECT count(*) FROM forecast_item"))

    assert await ask(sold, "elena", count) == 0
    assert await ask(sold, "hannah", count) > 0


async def test_an_items_figure_is_explained_in_parts_and_words(sold, run_id):
    oil = await item(sold, run_id, Level.PRODUCT, sold.products["OLV"])
    found = explain(oil)
    together = np.sum([found[part] for part in ("trend", "season", "remainder")], axis=0)
    assert together == pytest.approx(oil.history, abs=0.01)
    assert "36 months of history, smooth demand." in found["sentences"]
    assert sum(driver["share"] for driver in found["drivers"]) == pytest.approx(1, abs=0.01)


async def test_an_item_too_short_for_the_method_is_forecast_by_another_and_says_so(sold):
    run_id = await make_run(sold, RunRequest("damped_holt_winters", 6, 0))
    run = await ask(sold, "hannah", service.get_run, run_id)
    assert (run.item_count, run.fallback_count) == (3, 1)
    rice = await item(sold, run_id, Level.PRODUCT, sold.products["RIC"])
    assert (rice.points, rice.method, rice.members) == ([8.0] * 6, "auto", ["moving_average_3"])
    assert rice.note == (
        "Damped Holt-Winters needs 24 months of history; another method stands in."
    )
    pasta = await item(sold, run_id, Level.PRODUCT, sold.products["PAS"])
    assert (pasta.method, pasta.note) == ("damped_holt_winters", "")
