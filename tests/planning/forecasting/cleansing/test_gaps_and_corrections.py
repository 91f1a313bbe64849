"""Missing months against true zeros, and the cleaned copy."""

import numpy as np
import pandas as pd
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.cleansing.corrections import (
    apply_corrections,
    propose_corrections,
)
from sop_app.planning.forecasting.cleansing.findings import (
    Action,
    Detector,
    Finding,
    Kind,
    Severity,
)
from sop_app.planning.forecasting.cleansing.gaps import fill_months, find_missing_months
from sop_app.planning.forecasting.panel import panel_of, read_panel

MARCH = pd.Timestamp("2026-03-01")


def rows(item: str, figures: dict[int, float], end: str = "2026-12-01") -> pd.DataFrame:
    months = pd.date_range(end=end, periods=24, freq="MS")
    return pd.DataFrame(
        {"unique_id": item, "ds": [months[at] for at in figures], "y": list(figures.values())}
    )


def test_a_missing_month_of_a_regular_item_gets_its_level_and_of_a_rare_one_zero():
    regular = {at: 100.0 for at in range(24) if at not in (8, 9)}
    rare = dict.fromkeys(range(0, 24, 3), 6.0)
    frame = pd.concat([rows("A", regular), rows("B", rare)])
    findings = find_missing_months(frame)
    assert [(one.item_id, f"{one.month:%Y-%m}") for one in findings[:3]] == [
        ("A", "2025-09"),
        ("A", "2025-10"),
        ("B", "2025-02"),
    ]
    assert findings[0] == Finding(
        item_id="A",
        month=pd.Timestamp("2025-09-01"),
        kind=Kind.MISSING_MONTH,
        detectors=(Detector.GAP_CHECK,),
        severity=Severity.MEDIUM,
        value=None,
        expected=100.0,
        action=Action.ADJUST,
        suggested=100.0,
    )
    assert {one.suggested for one in findings if one.item_id == "B"} == {0.0}
    assert {one.severity for one in findings if one.item_id == "B"} == {Severity.LOW}


def test_filled_rows_are_a_history():
    frame = rows("A", {0: 4, 1: 4, 3: 4, 4: 4})
    panel = read_panel(fill_months(frame, find_missing_months(frame)))
    assert panel.series[0].tolist() == [4, 4, 4, 4, 4]


def test_a_figure_that_is_none_counts_as_missing():
    frame = rows("A", {0: 4, 1: 4, 2: np.nan, 3: 4, 4: 4})
    (gap,) = find_missing_months(frame)
    assert f"{gap.month:%Y-%m}" == "2025-03"
    assert read_panel(fill_months(frame, (gap,))).series[0].tolist() == [4, 4, 4, 4, 4]


def test_a_history_without_gaps_stays_as_it_is():
    frame = rows("A", {0: 4, 1: 0, 2: 4})
    assert find_missing_months(frame) == ()
    pd.testing.assert_frame_equal(fill_months(frame, ()), frame)


def test_corrections_make_a_copy():
    panel = panel_of({"A": [1, 2, 3], "B": [4, 5, 6]}, last_month="2026-04-01")
    cleaned = apply_corrections(panel, {("A", MARCH): 9, ("A", pd.Timestamp("2026-04-15")): 0})
    assert [one.tolist() for one in cleaned.series] == [[1, 9, 0], [4, 5, 6]]
    assert [one.tolist() for one in panel.series] == [[1, 2, 3], [4, 5, 6]]
    assert (cleaned.ids, cleaned.last_months) == (panel.ids, panel.last_months)


@pytest.mark.parametrize(
    ("item", "month", "quantity", "sentence"),
    [
        ("X", "2026-03-01", 1, "X has no history in Mar 2026."),
        ("A", "2026-05-01", 1, "A has no history in May 2026."),
        ("A", "2026-01-01", 1, "A has no history in Jan 2026."),
        ("A", "2026-03-01", -1, "A, Mar 2026: -1. A quantity is 0 or more."),
        ("A", "2026-03-01", np.nan, "A, Mar 2026: nan. A quantity is 0 or more."),
    ],
)
def test_a_correction_of_nothing_or_to_nothing_is_refused(item, month, quantity, sentence):
    panel = panel_of({"A": [1, 2, 3]}, last_month="2026-04-01")
    with pytest.raises(InvalidInputError) as refusal:
        apply_corrections(panel, {(item, pd.Timestamp(month)): quantity})
    assert refusal.value.message == sentence
    assert panel.series[0].tolist() == [1, 2, 3]


def test_only_what_is_to_be_adjusted_is_proposed():
    def finding(action: Action, suggested: float | None) -> Finding:
        return Finding(
            "A", MARCH, Kind.SPIKE, (Detector.IQR,), Severity.HIGH, 9, 4, action, suggested
        )

    assert propose_corrections([finding(Action.ADJUST, 4)]) == {("A", MARCH): 4}
    assert propose_corrections([finding(Action.INVESTIGATE, 4), finding(Action.ADJUST, None)]) == {}
