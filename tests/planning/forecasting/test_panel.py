"""Reading histories: what is taken, and what is refused by name."""

import numpy as np
import pandas as pd
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.panel import panel_of, read_panel


def rows(*triples: tuple[str, str, object]) -> pd.DataFrame:
    return pd.DataFrame(triples, columns=["unique_id", "ds", "y"])


def test_rows_in_any_order_become_series():
    panel = read_panel(
        rows(
            ("B", "2026-02-01", 4),
            ("A", "2026-01-15", 1),
            ("B", "2026-01-01", 3),
            ("A", "2026-02-28", 2.5),
            ("A", "2026-03-01", 0),
        )
    )
    assert panel.ids == ("A", "B")
    assert [one.tolist() for one in panel.series] == [[1, 2.5, 0], [3, 4]]
    assert [f"{month:%Y-%m-%d}" for month in panel.last_months] == ["2026-03-01", "2026-02-01"]
    assert panel.lengths.tolist() == [3, 2]


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (rows(), "There are no rows."),
        (rows(("A", "2026-01-01", 1)).drop(columns="ds"), "The column ds is missing."),
        (
            rows(("A", "2026-01-01", 1), ("A", "2026-02-01", None)),
            "A, Feb 2026: missing or no number. A quantity is 0 or more.",
        ),
        (
            rows(("A", "2026-01-01", "tbc")),
            "A, Jan 2026: missing or no number. A quantity is 0 or more.",
        ),
        (rows(("A", "2026-01-01", -3)), "A, Jan 2026: -3. A quantity is 0 or more."),
        (
            rows(("A", "2026-01-01", np.inf)),
            "A, Jan 2026: missing or no number. A quantity is 0 or more.",
        ),
        (rows(("A", "2026-01-01", 1), ("A", "2026-01-20", 2)), "A has Jan 2026 twice."),
        (
            rows(("A", "2026-01-01", 1), ("B", "2026-01-01", 1), ("B", "2026-03-01", 2)),
            "B has no figure right before Mar 2026. Fill the gap.",
        ),
    ],
)
def test_what_cannot_be_a_history_is_refused_by_name(frame, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        read_panel(frame)
    assert refusal.value.message == sentence


def test_a_date_that_is_none_is_refused():
    with pytest.raises(InvalidInputError, match="A date cannot be read"):
        read_panel(rows(("A", "not a day", 1)))


def test_cutting_forgets_the_last_months_and_items_without_more():
    panel = panel_of({"long": [1, 2, 3, 4], "short": [1, 2]}, last_month="2026-04-01").cut(2)
    assert panel.ids == ("long",)
    assert panel.series[0].tolist() == [1, 2]
    assert f"{panel.last_months[0]:%Y-%m}" == "2026-02"


def test_the_tail_keeps_the_last_months():
    panel = panel_of({"A": [1, 2, 3], "B": [7]}).tail(2)
    assert [one.tolist() for one in panel.series] == [[2, 3], [7]]
