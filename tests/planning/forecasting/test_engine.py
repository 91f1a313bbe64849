"""The default forecast: which members, what comes out, and what is refused."""

import numpy as np
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting import auto
from sop_app.planning.forecasting.choices import Basis, ItemChoice
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.intervals import bounds_around
from sop_app.planning.forecasting.panel import panel_of

RNG = np.random.default_rng(6)
MONTH = np.arange(60)
SEASONAL = 300 + 60 * np.sin(MONTH * np.pi / 6) + RNG.normal(0, 12, 60)
SPARSE = np.where(RNG.random(60) < 0.3, RNG.integers(1, 9, 60), 0).astype(float)
PANEL = panel_of(
    {
        "A long": SEASONAL,
        "B young": SEASONAL[-14:],
        "C new": [5, 7, 6],
        "D spare": SPARSE,
        "E dead": [0] * 30,
    }
)


def member(name: str, history: np.ndarray, horizon: int = 6) -> np.ndarray:
    return find_method(name).fit(panel_of({"A": history})).predict(horizon).values[0]


def test_each_item_is_the_median_of_its_members():
    made = make_forecast(PANEL, 6)
    assert made.methods == (
        "auto: pretrained + dot + mstl_ets",
        "auto: pretrained",
        "auto: moving_average_3",
        "auto: adida + imapa + tsb",
        "auto: moving_average_12",
    )
    members = [member(name, SEASONAL) for name in ("pretrained", "dot", "mstl_ets")]
    np.testing.assert_allclose(made.points[0], np.median(members, axis=0))
    np.testing.assert_allclose(made.points[1], member("pretrained", SEASONAL[-14:]))
    np.testing.assert_allclose(made.points[2], 6)
    np.testing.assert_allclose(made.points[4], 0)
    assert made.notes == {}


def test_the_choice_of_every_item_says_why():
    choices = make_forecast(PANEL, 2).choices
    assert [choice.item for choice in choices] == list(PANEL.ids)
    assert {choice.basis for choice in choices} == {Basis.RULE}
    assert [choice.reason for choice in choices] == [
        "60 months of history, smooth demand.",
        "14 months of history, smooth demand.",
        "Only 3 months of history.",
        "Sells now and then: intermittent demand.",
        "Nothing was ever sold.",
    ]


def test_single_items_can_have_a_method_of_their_own():
    choices = {"A long": "theta", "B young": "best_single", "E dead": "fast"}
    made, usual = make_forecast(PANEL, 6, choices=choices), make_forecast(PANEL, 6)
    assert made.methods[0] == "theta"
    assert made.methods[1].startswith("best_single: ")
    assert made.methods[2:] == (*usual.methods[2:4], "fast: moving_average_12")
    np.testing.assert_array_equal(made.points[0], member("theta", SEASONAL))
    np.testing.assert_array_equal(made.points[2:], usual.points[2:])
    assert made.choices[0] == ItemChoice("A long", Basis.PERSON, ("theta",), "Theta was asked for.")
    assert made.choices[1].trial is not None


def test_a_method_of_its_own_for_one_item_leaves_the_others_alone(monkeypatch):
    """Boosting goes on learning from the item, though its forecast is not wanted any more."""
    monkeypatch.setattr(auto, "ENOUGH_ITEMS", 9)
    many = panel_of({f"item {i}": SEASONAL * RNG.uniform(0.8, 1.2, 60) for i in range(9)})
    usual = make_forecast(many, 3)
    made = make_forecast(many, 3, choices={"item 7": "seasonal_naive"})
    changed = [item for item in many.ids if item != "item 7"]
    places = [many.ids.index(item) for item in changed]
    assert "boosting" in made.choices[places[0]].members
    np.testing.assert_array_equal(made.points[places], usual.points[places])


def test_a_short_item_can_be_excepted_from_a_demanding_method():
    panel = panel_of({"long": SEASONAL, "short": SEASONAL[:9]})
    made = make_forecast(panel, 2, method="holt", choices={"short": "moving_average_3"})
    assert made.methods == ("holt", "moving_average_3")


def test_intervals_hold_the_forecast_and_each_other():
    made = make_forecast(PANEL, 12)
    (low_80, high_80), (low_95, high_95) = made.bounds[80], made.bounds[95]
    assert (low_95 >= 0).all()
    for lower, upper in ((low_95, low_80), (low_80, made.points), (made.points, high_80)):
        assert (lower <= upper).all()
    assert (high_80 <= high_95).all()
    assert (high_80[0] > low_80[0]).all()


def test_a_new_item_is_as_sure_as_its_few_months_allow():
    panel = panel_of({"A": [4, 6, 5]})
    lower, upper = bounds_around(np.array([[5.0, 5.0]]), panel, (95,))[95]
    # At least as wide as Poisson's: 1.96 x sqrt(5).
    np.testing.assert_allclose(upper - 5, 1.959964 * np.sqrt(5), rtol=1e-5)
    np.testing.assert_allclose(5 - lower, 1.959964 * np.sqrt(5), rtol=1e-5)


def test_the_frame_has_a_row_per_item_and_month():
    frame = make_forecast(PANEL, 3, levels=(80,)).to_frame()
    assert list(frame.columns) == ["unique_id", "ds", "method", "yhat", "lo-80", "hi-80"]
    assert len(frame) == 15
    assert [f"{month:%Y-%m}" for month in frame["ds"][:3]] == ["2027-01", "2027-02", "2027-03"]


def test_several_processes_give_the_same_figures():
    many = panel_of({f"item {i}": SEASONAL * (i + 1) for i in range(210)})
    alone = make_forecast(many, 4, method="theta")
    shared = make_forecast(many, 4, method="theta", workers=2)
    assert (alone.points == shared.points).all()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"horizon": 0}, "The horizon is 1 to 36 months."),
        ({"horizon": 37}, "The horizon is 1 to 36 months."),
        ({"horizon": 3, "method": "crystal"}, "There is no method 'crystal'."),
        ({"horizon": 3, "levels": (90,)}, "There are intervals at 80 and 95 %, not 90."),
        ({"horizon": 3, "choices": {"Z": "theta"}}, "There is no item 'Z'."),
        ({"horizon": 3, "choices": {"C new": "luck"}}, "There is no method 'luck'."),
        (
            {"horizon": 3, "choices": {"C new": "theta"}},
            "Theta needs 12 months of history; C new has 3.",
        ),
        (
            {"horizon": 3, "method": "auto_arima"},
            "Automatic ARIMA needs 24 months of history; B young has 14.",
        ),
    ],
)
def test_what_cannot_be_forecast_is_refused(answers, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        make_forecast(PANEL, **answers)
    assert sentence in refusal.value.message
