"""The whole detection: what is reported of planted cases, and how much of everything else."""

import time

import numpy as np
import pandas as pd
import pytest

from sop_app.planning.forecasting.cleansing.detection import Context, find_anomalies
from sop_app.planning.forecasting.cleansing.findings import (
    Action,
    Detector,
    Finding,
    Kind,
    Severity,
)
from sop_app.planning.forecasting.panel import Panel, panel_of
from sop_app.planning.forecasting.pretrained.simulate import simulate_series

RNG = np.random.default_rng(8)
LAST = pd.Timestamp("2026-12-01")
SEASON = 1 + 0.3 * np.sin(np.arange(36) * np.pi / 6)
STEADY = 100 * SEASON * RNG.normal(1, 0.03, 36)


def month(back: int) -> pd.Timestamp:
    """The first day of the month so many before the last."""
    return LAST - pd.DateOffset(months=back)


def worth_acting(findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.severity is not Severity.LOW]


def find(series: dict[str, np.ndarray], **context: dict[str, list]) -> list[Finding]:
    known = Context(
        context.get("events", {}), context.get("on_hand", {}), context.get("errors", {})
    )
    return worth_acting(find_anomalies(panel_of(series), known))


def test_a_seasonal_item_without_anything_odd_has_nothing_to_act_on():
    assert find({"A": STEADY}) == []


def test_a_spike_is_one_finding_that_names_every_method():
    history = STEADY.copy()
    history[20] *= 2.2
    (spike,) = find({"A": history})
    assert (spike.item_id, spike.month, spike.kind) == ("A", month(15), Kind.SPIKE)
    assert spike.detectors == (
        Detector.Z_SCORE,
        Detector.IQR,
        Detector.ROLLING,
        Detector.FOREST,
    )
    assert (spike.severity, spike.action) == (Severity.HIGH, Action.ADJUST)
    assert spike.value == history[20]
    assert spike.suggested == spike.expected == pytest.approx(100 * SEASON[20], rel=0.06)
    assert spike.similar_months == ()


def test_a_drop_like_an_earlier_one_names_it():
    history = STEADY.copy()
    history[14] *= 0.4
    history[27] *= 0.4
    first, second = find({"A": history})
    assert (first.kind, second.kind) == (Kind.DROP, Kind.DROP)
    assert first.similar_months == ()
    assert second.similar_months == (month(21),)


def test_what_is_odd_in_the_newest_month_is_investigated_first():
    history = STEADY.copy()
    history[-1] *= 2.2
    (newest,) = find({"A": history})
    assert (newest.severity, newest.action) == (Severity.HIGH, Action.INVESTIGATE)
    assert newest.suggested == newest.expected


def test_a_step_is_reported_once_with_the_level_before():
    history = np.r_[STEADY[:20], 2 * STEADY[20:]]
    (shift,) = find({"A": history})
    assert (shift.kind, shift.month) == (Kind.LEVEL_SHIFT, month(15))
    assert shift.expected == pytest.approx(100, rel=0.1)
    assert (shift.severity, shift.action) == (Severity.HIGH, Action.INVESTIGATE)
    assert shift.suggested is None


def test_a_promotion_every_november_has_a_lift_and_is_no_season():
    history = STEADY.copy()
    promoted = [10, 22, 34]
    history[promoted] *= 1.8
    findings = find({"A": history}, events={"A": [month(35 - place) for place in promoted]})
    assert [one.month for one in findings] == [month(25), month(13), month(1)]
    assert {one.kind for one in findings} == {Kind.EVENT}
    for one in findings:
        # A month whose every year was an event has no known season; the level stands in.
        assert one.lift == pytest.approx(history[35 - _back(one)] / one.expected - 1)
        assert one.lift > 0.1
        assert (one.action, one.suggested) == (Action.ADJUST, one.expected)


def test_a_single_promotion_has_the_lift_it_was_given():
    history = STEADY.copy()
    history[22] = 1.8 * 100 * SEASON[22]
    (event,) = find({"A": history}, events={"A": [month(13)]})
    assert event.lift == pytest.approx(0.8, abs=0.1)


def test_an_empty_stock_explains_a_drop_and_proposes_what_was_lost():
    history, on_hand = STEADY.copy(), np.full(36, 50.0)
    history[25], on_hand[25] = 30, 0
    (lost,) = find({"A": history}, on_hand={"A": on_hand.tolist()})
    assert (lost.kind, lost.action) == (Kind.STOCK_OUT, Action.ADJUST)
    assert lost.suggested == pytest.approx(100 * SEASON[25], rel=0.06)


def test_a_zero_of_an_item_that_always_sells_is_suspicious_and_others_are_not():
    history = STEADY.copy()
    history[25] = 0
    sparse = np.where(np.arange(36) % 3 == 0, 8.0, 0.0)
    (zero,) = find({"A": history, "B": sparse})
    assert (zero.item_id, zero.kind) == ("A", Kind.SUSPICIOUS_ZERO)
    assert Detector.ZERO_CHECK in zero.detectors
    assert zero.action is Action.INVESTIGATE


@pytest.mark.filterwarnings("error")
def test_odd_histories_stop_nothing():
    spring_only = np.resize([0.0, 0, 0, 100, 200, 300, 200, 100, 0, 0, 0, 0], 48)
    panel = panel_of(
        {
            "never": [0] * 36,
            "constant": [5] * 36,
            "huge": 1e12 * RNG.random(40),
            "tiny": 1e-9 * RNG.random(40),
            "newest": [0] * 35 + [7],
            "first": [7] + [0] * 35,
            "lumpy": np.where(RNG.random(50) < 0.5, 0, 1e9),
            "spring only": spring_only,
            "a year": [3] * 12,
        }
    )
    assert [one.item_id for one in worth_acting(find_anomalies(panel))] == ["newest"]
    assert find_anomalies(panel_of({"never": [0] * 12})) == ()


def test_less_than_a_year_is_not_looked_at():
    assert find_anomalies(panel_of({"A": [1] * 10 + [99]})) == ()
    assert find_anomalies(panel_of({"A": [10.0, 11] * 5 + [10, 99]})) != ()


def test_known_errors_of_the_forecast_are_a_feature():
    plain = {f"{place}": 100 * RNG.normal(1, 0.03, 36) for place in range(40)}
    errors = {item: [0.0] * 36 for item in plain}
    errors["7"][12] = 500
    found = find_anomalies(panel_of(plain), Context({}, {}, errors))
    assert all(one.month != month(23) or one.item_id != "7" for one in worth_acting(found))


def _back(finding: Finding) -> int:
    return (LAST.year - finding.month.year) * 12 + LAST.month - finding.month.month


def _simulated(count: int, months: int, seed: int) -> np.ndarray:
    """Series calm enough that a planner could see a planted month: variation without season 25 %."""
    drawn = simulate_series(3 * count, seed, months)
    changes = np.abs(drawn[:, 12:] - drawn[:, :-12]).mean(axis=1) / drawn.mean(axis=1)
    return 100 * drawn[(changes < 0.35) & (drawn > 0).all(axis=1)][:count]


def test_recall_and_false_alarms_on_simulated_series(capsys):
    rng = np.random.default_rng(5)
    series = _simulated(1500, 36, seed=21)
    count, months = series.shape
    rows = np.arange(count)
    columns = rng.integers(6, months - 3, count)
    planted = series.copy()
    planted[rows, columns] *= np.where(rng.random(count) < 0.5, 2.0, 0.4)
    names = tuple(f"{row}" for row in rows)
    before, after = (
        worth_acting(find_anomalies(Panel(names, tuple(some), (LAST,) * count)))
        for some in (series, planted)
    )
    where = {(names[row], month(months - 1 - columns[row])) for row in rows}
    hit = {(one.item_id, one.month) for one in after} & where
    recall = len(hit) / count
    alarms = len(before) / series.size
    with capsys.disabled():
        print(f"\nplanted x2, x0.4: recall {recall:.3f}; without: {alarms:.4f} of months")  # noqa: T201
    assert recall > 0.85
    # These series are simulated with heavy tails, outliers and shifts of their own.
    assert alarms < 0.02


def test_normal_noise_raises_few_alarms(capsys):
    rng = np.random.default_rng(6)
    season = 1 + rng.uniform(0, 0.4, (1000, 1)) * np.sin(np.arange(36) * np.pi / 6)
    series = 100 * season * rng.normal(1, 0.1, (1000, 36))
    panel = Panel(tuple(map(str, range(1000))), tuple(series), (LAST,) * 1000)
    found = worth_acting(find_anomalies(panel))
    with capsys.disabled():
        print(f"\nnormal noise: {len(found) / series.size:.4f} of months")  # noqa: T201
    assert len(found) / series.size < 0.01


def test_two_thousand_items_take_seconds():
    series = simulate_series(2_000, 3, 36)
    panel = Panel(tuple(map(str, range(2_000))), tuple(series), (LAST,) * 2_000)
    find_anomalies(panel.pick(range(50)))
    started = time.process_time()
    find_anomalies(panel)
    assert time.process_time() - started < 6
