"""Forecasts of all levels agree: exactly, and as the library does it."""

import time

import numpy as np
import pandas as pd
import pytest
from hierarchicalforecast.core import HierarchicalReconciliation
from hierarchicalforecast.methods import BottomUp, MinTrace, TopDown

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.coherence.density import choose_level, measure_density
from sop_app.planning.forecasting.coherence.hierarchy import BOTTOM, Hierarchy, build_hierarchy
from sop_app.planning.forecasting.coherence.reconcile import (
    Approach,
    reconcile,
    reconcile_to_units,
)
from sop_app.planning.forecasting.coherence.shares import shares_of_parts, split_forecast

LEVELS = {
    "total": [],
    "category": ["category"],
    "family": ["category", "family"],
    "region": ["region"],
    "customer group": ["group"],
    "product": ["product"],
}
NESTED = ("total", "category", "family", "product")
RNG = np.random.default_rng(2)


def company(count: int = 24) -> Hierarchy:
    product = np.arange(count) // 2
    attributes = pd.DataFrame(
        {
            "product": [f"P{one:04d}" for one in product],
            "family": [f"F{one % 5}" for one in product],
            "category": [f"C{one % 5 % 2}" for one in product],
            "region": [f"R{one % 3}" for one in range(count)],
            "group": [f"G{one % 4}" for one in range(count)],
        },
        index=[f"S{one:05d}" for one in range(count)],
    )
    return build_hierarchy(attributes, LEVELS)


def noisy(hierarchy: Hierarchy, months: int = 6) -> np.ndarray:
    bottom = RNG.gamma(1, 40, (hierarchy.bottom_count, months))
    return hierarchy.add_up(bottom) * RNG.uniform(0.8, 1.2, (hierarchy.node_count, months))


def test_nodes_are_the_groups_of_their_level_coarsest_first():
    hierarchy = company(4)
    assert hierarchy.levels == (*LEVELS, BOTTOM)
    assert hierarchy.names["family"] == ("C0 / F0", "C1 / F1")
    assert hierarchy.slices["family"] == slice(3, 5)
    assert hierarchy.node_count == 1 + 2 + 2 + 3 + 4 + 2 + 4
    bottom = np.array([[1.0], [2], [4], [8]])
    assert hierarchy.add_up(bottom)[:8].ravel().tolist() == [15, 3, 12, 3, 12, 9, 2, 4]


@pytest.mark.parametrize("approach", Approach)
@pytest.mark.parametrize("decimals", [0, 2])
def test_all_levels_agree_to_the_last_unit(approach, decimals):
    hierarchy = company(60)
    forecasts = noisy(hierarchy)
    found = reconcile(
        forecasts,
        hierarchy,
        approach,
        errors=RNG.normal(0, 5, (hierarchy.node_count, 24)),
        bottom_history=RNG.gamma(1, 40, (60, 24)),
    )
    np.testing.assert_allclose(found, hierarchy.add_up(found[-60:]))
    assert (found >= 0).all()
    units = reconcile_to_units(found, hierarchy, NESTED, decimals) * 10**decimals
    assert (np.abs(units - np.rint(units)) < 1e-6).all()
    units = np.rint(units).astype(np.int64)
    bottom = units[hierarchy.slices[BOTTOM]]
    for level in hierarchy.levels:
        rows = units[hierarchy.slices[level]]
        for node, figures in enumerate(rows):
            assert (bottom[hierarchy.groups[level] == node].sum(axis=0) == figures).all()
    exact = found * 10.0**decimals
    for level in NESTED:
        rows = hierarchy.slices[level]
        assert (np.abs(units[rows] - exact[rows]) < 1).all()


def frames(hierarchy: Hierarchy, forecasts: np.ndarray, errors: np.ndarray):
    """The same case as the library's frames: forecasts, insample, summing matrix, tags."""
    ids = [f"{row:03d}" for row in range(hierarchy.node_count)]
    horizon, past = forecasts.shape[1], errors.shape[1]
    ahead = pd.date_range("2027-01-01", periods=horizon, freq="MS")
    before = pd.date_range(end="2026-12-01", periods=past, freq="MS")
    hat = pd.DataFrame(
        {
            "unique_id": np.repeat(ids, horizon),
            "ds": np.tile(ahead, len(ids)),
            "M": forecasts.ravel(),
        }
    )
    known = pd.DataFrame(
        {
            "unique_id": np.repeat(ids, past),
            "ds": np.tile(before, len(ids)),
            "y": errors.ravel() + 100,
            "M": 100.0,
        }
    )
    bottom = ids[hierarchy.slices[BOTTOM]]
    summing = pd.DataFrame(hierarchy.summing.toarray(), columns=bottom)
    summing.insert(0, "unique_id", ids)
    tags = {level: np.array(ids[hierarchy.slices[level]]) for level in hierarchy.levels}
    return hat, known, summing, tags


def test_minimum_trace_and_bottom_up_are_those_of_the_library():
    hierarchy = company(24)
    # Weights by structure are solved step by step, to a thousandth. Nothing is cut at 0, which the library leaves to an option.
    forecasts = hierarchy.add_up(RNG.uniform(80, 120, (24, 4))) + RNG.normal(
        0, 4, (hierarchy.node_count, 4)
    )
    errors = RNG.normal(0, 5, (hierarchy.node_count, 30))
    hat, known, summing, tags = frames(hierarchy, forecasts, errors)
    answer = HierarchicalReconciliation(
        [BottomUp(), MinTrace("mint_shrink"), MinTrace("wls_struct")]
    ).reconcile(Y_hat_df=hat, Y_df=known, S_df=summing, tags=tags)
    for column, approach, given in [
        ("M/BottomUp", Approach.BOTTOM_UP, None),
        ("M/MinTrace_method-mint_shrink", Approach.MIN_TRACE, errors),
        ("M/MinTrace_method-wls_struct", Approach.MIN_TRACE, None),
    ]:
        golden = answer[column].to_numpy().reshape(forecasts.shape)
        ours = reconcile(forecasts, hierarchy, approach, errors=given)
        np.testing.assert_allclose(ours, golden, rtol=1e-3, err_msg=column)


def test_top_down_is_that_of_the_library():
    hierarchy = company(24)
    forecasts, history = noisy(hierarchy), RNG.gamma(1, 40, (24, 12))
    golden = TopDown("proportion_averages").fit_predict(
        S=hierarchy.summing.toarray(),
        y_hat=forecasts,
        y_insample=hierarchy.add_up(history),
        tags=None,
    )["mean"]
    ours = reconcile(forecasts, hierarchy, Approach.TOP_DOWN, bottom_history=history)
    np.testing.assert_allclose(ours, golden)


def test_items_that_were_never_wrong_do_not_stop_minimum_trace():
    hierarchy = company(24)
    errors = hierarchy.add_up(np.vstack([np.zeros((4, 24)), RNG.normal(0, 5, (20, 24))]))
    found = reconcile(noisy(hierarchy), hierarchy, errors=errors)
    assert np.isfinite(found).all()


def test_twenty_thousand_series_take_seconds():
    hierarchy = company(20_000)
    forecasts = noisy(hierarchy, 18)
    started = time.process_time()
    found = reconcile(forecasts, hierarchy)
    reconcile_to_units(found, hierarchy, NESTED)
    assert time.process_time() - started < 5


def test_parts_receive_their_share_of_the_last_year_or_equal_ones():
    history = np.array([[9.0] + [3.0] * 12, [900.0] + [1.0] * 12, [0.0] * 13, [0.0] * 13])
    parents = np.array([0, 0, 1, 1])
    assert shares_of_parts(history, parents, 2).tolist() == [0.75, 0.25, 0.5, 0.5]
    split = split_forecast(np.array([[100.0, 0], [10, 20]]), history, parents)
    assert split.tolist() == [[75, 0], [25, 0], [5, 10], [5, 10]]


def test_a_dense_part_keeps_its_own_forecast_in_proportion():
    history, parents = np.ones((2, 12)), np.array([0, 0])
    own = np.array([True, False]), np.array([[150.0], [np.nan]])
    # 150 of its own and a share of 50, scaled to 100.
    assert split_forecast(np.array([[100.0]]), history, parents, own).ravel().tolist() == [75, 25]
    nothing = np.array([True, True]), np.array([[0.0], [-3.0]])
    assert split_forecast(np.array([[100.0]]), history, parents, nothing).ravel().tolist() == [
        50,
        50,
    ]


def test_the_level_is_the_finest_with_enough_in_dense_series():
    hierarchy = company(24)
    rare = (RNG.random((24, 24)) < 0.3) * 10.0
    level, measured = choose_level(hierarchy, rare)
    assert not measured[BOTTOM].dense.all()
    assert measured["total"].volume_ratio == 1
    assert level in ("family", "region", "customer group")
    assert choose_level(hierarchy, np.full((24, 24), 5.0))[0] == BOTTOM
    assert choose_level(hierarchy, np.zeros((24, 24)))[0] == "total"


def test_density_is_counted_from_the_first_sale():
    late = [0.0] * 16 + [5.0] * 8
    newest = [0.0] * 20 + [5.0] * 4
    found = measure_density("item", np.array([late, newest, [0.0] * 24]))
    assert found.dense.tolist() == [True, False, False]
    assert found.selling_ratio == 1
    assert found.volume_ratio == pytest.approx(40 / 60)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"forecasts": np.ones((3, 2))}, "3 forecasts for 60 nodes."),
        ({"approach": Approach.TOP_DOWN}, "Top-down needs a history of every series."),
        ({"errors": np.ones((60, 3))}, "Errors of 6 months or more are needed of every node."),
    ],
)
def test_what_does_not_fit_is_refused(answers, sentence):
    hierarchy = company(30)
    with pytest.raises(InvalidInputError) as refusal:
        reconcile(
            **{"forecasts": np.ones((hierarchy.node_count, 2)), **answers}, hierarchy=hierarchy
        )
    assert refusal.value.message == sentence


def test_top_down_without_a_total_is_refused():
    attributes = pd.DataFrame({"family": ["F", "G"]}, index=["A", "B"])
    hierarchy = build_hierarchy(attributes, {"family": ["family"]})
    with pytest.raises(InvalidInputError, match="needs a total"):
        reconcile(np.ones((4, 1)), hierarchy, Approach.TOP_DOWN, bottom_history=np.ones((2, 3)))


@pytest.mark.parametrize(
    ("attributes", "levels", "sentence"),
    [
        (pd.DataFrame(), {}, "There are no series."),
        (pd.DataFrame(index=["A", "A"]), {}, "A is there twice."),
        (pd.DataFrame(index=["A"]), {BOTTOM: []}, "A level cannot be called 'bottom'."),
        (pd.DataFrame(index=["A"]), {"f": ["f"]}, "The level f needs a f for every series."),
        (
            pd.DataFrame({"f": [None]}, index=["A"]),
            {"f": ["f"]},
            "The level f needs a f for every series.",
        ),
    ],
)
def test_a_hierarchy_that_is_none_is_refused(attributes, levels, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        build_hierarchy(attributes, levels)
    assert refusal.value.message == sentence


def test_another_number_of_histories_is_refused():
    with pytest.raises(InvalidInputError, match="3 histories for 24 series"):
        choose_level(company(), np.ones((3, 24)))
