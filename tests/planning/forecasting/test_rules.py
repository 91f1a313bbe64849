"""Which demand class an item has and which methods forecast it."""

import numpy as np
import pytest

from sop_app.planning.forecasting.rules import DemandClass, Tier, choose_methods, classify_demand

RNG = np.random.default_rng(8)
SMOOTH = np.full(60, 100.0) + RNG.normal(0, 5, 60)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([0, 0, 0], DemandClass.NEVER_SOLD),
        ([5, 5, 6, 5], DemandClass.SMOOTH),
        ([1, 30, 2, 25, 1, 1], DemandClass.ERRATIC),
        ([5, 0, 0, 5, 0, 5], DemandClass.INTERMITTENT),
        ([1, 0, 0, 30, 0, 1], DemandClass.LUMPY),
        # 12 months, 9 sales: an interval of 1.33, just beyond the border; 10 sales lie below it.
        ([5, 5, 5, 0, 5, 5, 5, 0, 5, 5, 5, 0], DemandClass.INTERMITTENT),
        ([5, 5, 5, 5, 5, 5, 5, 0, 5, 5, 5, 0], DemandClass.SMOOTH),
        # Months before the first sale do not count.
        ([0, 0, 0, 0, 0, 0, 5, 5, 5], DemandClass.SMOOTH),
    ],
)
def test_demand_classes(history, expected):
    assert classify_demand(np.array(history, dtype=float)) is expected


@pytest.mark.parametrize(
    ("months", "tier", "members"),
    [
        (5, Tier.STANDARD, ("moving_average_3",)),
        (6, Tier.STANDARD, ("pretrained",)),
        (23, Tier.STANDARD, ("pretrained",)),
        (23, Tier.THOROUGH, ("pretrained",)),
        (24, Tier.STANDARD, ("pretrained", "pretrained", "dot", "damped_holt_winters")),
        (47, Tier.STANDARD, ("pretrained", "pretrained", "dot", "damped_holt_winters")),
        (48, Tier.STANDARD, ("pretrained", "dot", "mstl_ets", "boosting")),
        (60, Tier.FAST, ("pretrained", "theta")),
        (
            60,
            Tier.THOROUGH,
            ("pretrained", "dot", "mstl_ets", "boosting", "auto_ets", "auto_arima"),
        ),
    ],
)
def test_members_follow_history_and_tier(months, tier, members):
    assert choose_methods(SMOOTH[:months], tier).members == members


def test_a_company_with_few_items_has_no_model_of_its_own():
    assert choose_methods(SMOOTH, learns_across=False).members == ("pretrained", "dot", "mstl_ets")


def test_the_reason_is_a_sentence():
    choice = choose_methods(np.array([5, 0, 0, 5, 0, 5.0]))
    assert choice.members == ("adida", "imapa", "tsb")
    assert choice.reason == "Sells now and then: intermittent demand."
    assert choose_methods(SMOOTH).reason == "60 months of history, smooth demand."
