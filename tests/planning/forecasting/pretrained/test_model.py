"""What the shipped model promises: shapes, scales, refusals, and how near it comes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sop_app.planning.forecasting.pretrained import features, model
from sop_app.planning.forecasting.pretrained.simulate import simulate_series

HELD_OUT_SEED = 77
REAL_SERIES = Path(__file__).resolve().parents[5] / "shared" / "data" / "forecasting"
M3 = REAL_SERIES / "m3_public.parquet"
M3_HORIZON = 18


def _histories() -> list[np.ndarray]:
    lengths = (6, 9, 12, 18, 23, 24, 30, 48)
    return [each[-length:] for each, length in zip(simulate_series(8, 5), lengths, strict=True)]


@pytest.mark.parametrize("horizon", [1, 12, 24, 36])
def test_every_series_gets_a_forecast_for_every_month(horizon: int) -> None:
    answer = model.predict(_histories(), horizon)
    assert answer.point.shape == (8, horizon)
    assert answer.offsets.shape == (8, horizon, 4)
    assert np.isfinite(answer.point).all()
    assert np.isfinite(answer.offsets).all()
    assert (answer.point >= 0).all()


def test_no_series_get_no_forecast() -> None:
    answer = model.predict([], 12)
    assert answer.point.shape == (0, 12)
    assert answer.offsets.shape == (0, 12, 4)


def test_the_quantiles_lie_in_order_about_the_median() -> None:
    offsets = model.predict(_histories(), 36).offsets
    assert (np.diff(offsets, axis=-1) >= 0).all()
    assert (offsets[..., :2] <= 0).all()
    assert (offsets[..., 2:] >= 0).all()


@pytest.mark.parametrize("unit", [1000.0, 0.001, 7.3])
def test_another_unit_only_scales_the_forecast(unit: float) -> None:
    histories = _histories()
    plain = model.predict(histories, 24)
    scaled = model.predict([unit * history for history in histories], 24)
    np.testing.assert_allclose(scaled.point, unit * plain.point, rtol=1e-9, atol=1e-9 * unit)
    np.testing.assert_allclose(scaled.offsets, unit * plain.offsets, rtol=1e-9, atol=1e-9 * unit)


def test_the_same_history_gets_the_same_forecast_in_any_company() -> None:
    histories = _histories()
    together = model.predict(histories, 18, threads=2)
    for row, history in enumerate(histories):
        alone = model.predict([history], 18)
        np.testing.assert_array_equal(alone.point[0], together.point[row])
        np.testing.assert_array_equal(alone.offsets[0], together.offsets[row])


def test_only_the_last_two_years_count() -> None:
    history = simulate_series(1, 9)[0]
    longer, recent = model.predict([history], 12), model.predict([history[-24:]], 12)
    np.testing.assert_array_equal(longer.point, recent.point)


@pytest.mark.parametrize("months", [6, 12, 24, 40])
def test_an_item_that_never_sold_is_forecast_at_nothing(months: int) -> None:
    answer = model.predict([np.zeros(months)], 36)
    assert not answer.point.any()
    assert not answer.offsets.any()


@pytest.mark.parametrize("months", [6, 12, 24])
def test_an_item_that_always_sells_the_same_goes_on(months: int) -> None:
    point = model.predict([np.full(months, 500.0)], 12).point
    np.testing.assert_allclose(point, 500.0, rtol=0.02)


def test_returns_may_be_forecast_below_zero() -> None:
    assert (model.predict([np.full(24, -40.0)], 6).point < 0).all()


def test_months_beyond_two_years_repeat_the_season_and_are_less_sure() -> None:
    answer = model.predict(_histories(), 36)
    np.testing.assert_array_equal(answer.point[:, 24:], answer.point[:, 12:24])
    assert (answer.offsets[:, 24:, 3] >= answer.offsets[:, 12:24, 3]).all()


def test_a_short_history_is_refused_by_its_position() -> None:
    with pytest.raises(ValueError, match="series 1 has fewer than 6 months"):
        model.predict([np.ones(24), np.ones(5)], 12)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_gap_is_refused_by_its_position(wrong: float) -> None:
    history = np.ones(24)
    history[3] = wrong
    with pytest.raises(ValueError, match="series 2 has no finite number in month 3"):
        model.predict([np.ones(24), np.ones(8), history], 12)


@pytest.mark.parametrize("horizon", [0, 37])
def test_a_horizon_out_of_range_is_refused(horizon: int) -> None:
    with pytest.raises(ValueError, match=f"horizon {horizon} is not between 1 and 36"):
        model.predict([np.ones(24)], horizon)


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in model.SHIPPED.iterdir()) < 2_000_000


@pytest.mark.parametrize("months", [6, 12, 24])
def test_the_intervals_hold_what_they_promise_on_series_never_seen(months: int) -> None:
    series = simulate_series(6000, HELD_OUT_SEED)
    has_demand = series[:, 24 - months : 24].sum(axis=1) > 0
    history, actual = series[has_demand, 24 - months : 24], series[has_demand, 24:]
    answer = model.predict(list(history), features.MODEL_HORIZON)
    narrow, wide = _cover(answer, actual)
    assert 76 <= narrow <= 86
    assert 92 <= wide <= 98


def _cover(answer: model.Prediction, actual: np.ndarray) -> tuple[float, float]:
    """Percent of months inside the 80 % and the 95 % interval."""
    far_low, low, high, far_high = np.moveaxis(answer.offsets + answer.point[..., None], -1, 0)
    narrow = (actual >= low) & (actual <= high)
    wide = (actual >= far_low) & (actual <= far_high)
    return 100 * float(narrow.mean()), 100 * float(wide.mean())


@pytest.fixture(scope="module")
def m3() -> tuple[list[np.ndarray], np.ndarray]:
    """Training and test parts of the public half of M3."""
    if not M3.exists():
        pytest.skip(f"{M3} is absent")
    split = pd.read_parquet(M3).groupby(["split", "unique_id"]).y.apply(np.asarray)
    return list(split["train"]), np.stack(list(split["test"]))


def _score(answer: model.Prediction, m3: tuple[list[np.ndarray], np.ndarray]) -> float:
    histories, actual = m3
    naive = np.array([np.abs(each[12:] - each[:-12]).mean() for each in histories])
    return float((np.abs(answer.point - actual).mean(axis=1) / naive).mean())


@pytest.mark.parametrize(("months", "most"), [(24, 0.90), (12, 0.95)])
def test_a_short_history_of_real_series_is_enough(m3, months: int, most: float) -> None:
    answer = model.predict([history[-months:] for history in m3[0]], M3_HORIZON)
    assert _score(answer, m3) <= most


def test_the_intervals_hold_what_they_promise_on_real_series(m3) -> None:
    narrow, wide = _cover(model.predict(m3[0], M3_HORIZON), m3[1])
    assert 78 <= narrow <= 86
    assert 93 <= wide <= 97.5
