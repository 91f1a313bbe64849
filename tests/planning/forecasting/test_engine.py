"""The default forecast: which members, what comes out, and what is refused."""

import numpy as np
import pytest

from sop_app.kernel.errors import InvalidInputError
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
        (
            {"horizon": 3, "method": "auto_arima"},
            "Automatic ARIMA needs 36 months of history; B young has 14.",
        ),
    ],
)
def test_what_cannot_be_forecast_is_refused(answers, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        make_forecast(PANEL, **answers)
    assert sentence in refusal.value.message
