"""What the forecasting page calls demand classes and combinations of methods."""

import pytest

from sop_app.planning.baseline.schemas import GroupShare
from sop_app.ui.pages.forecasting.rows import group_cells


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("intermittent", "Intermittent"),
        ("never_sold", "Never sold"),
        ("adida + imapa", "ADIDA + IMAPA"),
    ],
)
def test_a_demand_class_is_not_called_by_the_method_of_its_name(group, name):
    assert group_cells(GroupShare(group, 3, 0.5, None))["name"] == name
