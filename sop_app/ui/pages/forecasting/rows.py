"""Items of a run as the forecasting page shows them."""

from typing import Any

from sop_app.planning.baseline.schemas import GroupShare, ItemRow, RunRow
from sop_app.planning.forecasting.rules import DemandClass
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column
from sop_app.ui.sections.baseline_links import item_href
from sop_app.ui.sections.baseline_state import TITLES

COLUMNS = (
    Column("name", "Item", "name", code_key="code", is_sortable=True),
    Column("demand_class", "Demand", is_sortable=True),
    Column("months_of_history", "Months", "number", is_sortable=True, is_wide_only=True),
    Column("last_year", "Last 12 months", "number", is_sortable=True, is_wide_only=True),
    Column("next_year", "Next 12 months", "number", is_sortable=True),
    Column("change", "Change", "number"),
    Column("wape", "Error", "number", is_sortable=True, missing="Too little history to look back"),
    Column("naive_wape", "Last year repeated", "number", is_sortable=True, is_wide_only=True),
    Column("bias", "Bias", "number", is_sortable=True),
    Column("error_amount", "Error a month, list price", "number", is_sortable=True),
)
CLASS_COLUMNS = (
    Column("name", "Demand"),
    Column("items", "Items", "number"),
    Column("share", "Volume", "number"),
    Column("wape", "Error", "number"),
)
METHOD_COLUMNS = (Column("name", "Methods combined"), *CLASS_COLUMNS[1:])
CLASS_OPTIONS = [(one.value, one.value.replace("_", " ").capitalize()) for one in DemandClass]
NO_KPIS: dict[str, str] = dict.fromkeys(
    ("wape", "naive", "wape_tone", "bias", "items", "fallbacks", "volume", "volume_change"), ""
)


def item_cells(row: ItemRow) -> dict[str, Any]:
    """Write an item as a row of the list."""
    is_worse = row.wape is not None and row.naive_wape is not None and row.wape > row.naive_wape
    return {
        "id": row.key,
        "href": item_href(row.level, row.key),
        "name": row.name,
        "code": row.code,
        "demand_class": row.demand_class.replace("_", " ").capitalize(),
        "months_of_history": formats.number(row.months_of_history),
        "last_year": formats.number(row.last_year),
        "next_year": formats.number(row.next_year),
        "change": formats.percent_change(
            row.next_year / row.last_year - 1 if row.last_year > 0 else None
        ),
        "wape": formats.percent(row.wape),
        "wape_tone": "bad" if is_worse else "",
        "naive_wape": formats.percent(row.naive_wape),
        "bias": formats.percent_change(row.bias),
        "error_amount": formats.number(row.error_amount),
    }


def group_cells(group: GroupShare) -> dict[str, Any]:
    """Write a demand class or a combination of methods."""
    classes = dict(CLASS_OPTIONS)
    names = [classes.get(name) or TITLES.get(name, name) for name in group.names]
    return {
        "id": group.name,
        "name": " + ".join(names),
        "items": formats.number(group.items),
        "share": formats.percent(group.volume_share),
        "wape": formats.percent(group.wape),
    }


def run_kpis(run: RunRow, last_year: float, next_year: float) -> dict[str, str]:
    """Write the figures of a run for its tiles.

    Args:
        run: The run.
        last_year: What was sold in its last twelve months.
        next_year: What it expects in the twelve after.
    """
    is_known = run.wape is not None and run.naive_wape is not None
    gain = (run.naive_wape or 0) - (run.wape or 0) if is_known else None
    return {
        "wape": formats.percent(run.wape),
        "naive": f"{formats.percent(run.naive_wape)} if last year were repeated",
        "wape_tone": "neutral" if gain is None else "good" if gain > 0 else "bad",
        "bias": formats.percent_change(run.bias),
        "items": formats.number(run.item_count),
        "fallbacks": f"{run.fallback_count} fell back" if run.fallback_count else "none fell back",
        "volume": formats.number(next_year),
        "volume_change": formats.percent_change(next_year / last_year - 1 if last_year else None),
    }
