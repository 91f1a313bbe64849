"""Charts of figures over months: one meaning, one colour, on every screen.

recharts draws all of them. It is a third of the size of Plotly's smallest bundle, takes its colours
from the stylesheet in both modes, and is fetched only when a chart is on the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from sop_app.ui.components.bound import Bound, Text
from sop_app.ui.components.buttons import icon
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.plan_chart import PlanChart
from sop_app.ui.components.typography import secondary_text

Meaning = Literal[
    "actual",
    "forecast",
    "statistical",
    "sales",
    "marketing",
    "finance",
    "last_cycle",
    "last_year",
    "up",
    "down",
    "band_80",
    "band_95",
]
Mark = Literal["line", "bar", "tick", "band"]


@dataclass(frozen=True)
class SeriesLook:
    """Colour, width and dash of a series, and the mark that draws it unless told otherwise."""

    color: str
    width: float = 2
    dash: str = ""
    mark: Mark = "line"


LOOKS: dict[Meaning, SeriesLook] = {
    "actual": SeriesLook("var(--series-actual)"),
    "forecast": SeriesLook("var(--series-forecast)", 2.25),
    "statistical": SeriesLook("var(--series-statistical)", 1.75, "5 3"),
    "sales": SeriesLook("var(--series-sales)", 1.75),
    "marketing": SeriesLook("var(--series-marketing)", 1.75),
    "finance": SeriesLook("var(--series-finance)", 1.5),
    "last_cycle": SeriesLook("var(--series-last-cycle)", 1.5),
    "last_year": SeriesLook("var(--series-last-year)", 1.5, "4 3"),
    "up": SeriesLook("var(--series-up)", mark="bar"),
    "down": SeriesLook("var(--series-down)", mark="bar"),
    "band_80": SeriesLook("var(--series-band-80)", mark="band"),
    "band_95": SeriesLook("var(--series-band-95)", mark="band"),
}


@dataclass(frozen=True)
class Series:
    """One series of a chart.

    Attributes:
        key: Key of the figure in each row; a pair of low and high for a band.
        label: Its name in legend, tooltip and table.
        meaning: What it is, which decides its colour everywhere.
        mark: Replaces the usual mark: "bar" for columns, "tick" for a line across them.
        color: Replaces the colour where sales stand in indigo because nothing is compared.
    """

    key: str
    label: str
    meaning: Meaning
    mark: Mark | None = None
    color: Meaning | None = None

    @property
    def drawn(self) -> dict[str, Any]:
        """Return the series as the browser draws it."""
        look = LOOKS[self.meaning]
        mark = self.mark or look.mark
        ink = "var(--gray-12)" if mark == "tick" else LOOKS[self.color or self.meaning].color
        figure = {"key": self.key, "label": self.label, "mark": mark, "color": ink}
        return {**figure, "width": look.width, "dash": look.dash}


@dataclass(frozen=True)
class ChartOptions:
    """How a chart is drawn beside its series.

    Attributes:
        label_key: Key of the category in each row, unique; months as "Jan 2027".
        label_title: Header of the categories in the table.
        height: Height in px.
        decimals: Decimals of figures in tooltip and table.
        starts_at_zero: Bars always do; lines when the distance to zero matters.
        forecast_from: Category of the last actual month; behind it the ground turns gray.
        on_open: Event that receives the category of the bar clicked.
    """

    label_key: str = "month"
    label_title: str = "Month"
    height: int = 220
    decimals: int = 0
    starts_at_zero: bool = False
    forecast_from: Text = ""
    on_open: Any = None


def chart(
    rows: Bound,
    series: Sequence[Series],
    summary: Text,
    options: ChartOptions | None = None,
) -> rx.Component:
    """Draw series over categories. Bands come first, so that lines lie above them.

    Args:
        rows: Var of dictionaries: the category and one number (None for a gap) per series.
        series: At most five; grey the rest.
        summary: The chart in one sentence, read aloud instead of the picture.
        options: Height, decimals, axis, forecast part, opening.
    """
    options = options or ChartOptions()
    events = {} if options.on_open is None else {"on_open": options.on_open}
    return PlanChart.create(
        rows=rows,
        series=[each.drawn for each in series],
        label=options.label_key,
        label_title=options.label_title,
        height=options.height,
        decimals=options.decimals,
        starts_at_zero=options.starts_at_zero,
        forecast_from=options.forecast_from,
        summary=summary,
        **events,
    )


def chart_card(
    title: Text,
    drawing: rx.Component,
    series: Sequence[Series],
    *,
    figures: rx.Component | None = None,
    remark: Text | None = None,
    legend_below: bool = False,
) -> rx.Component:
    """Show a chart in a card with its legend and the switch "Show as table".

    Args:
        title: Title with the unit ("Sales and forecast, EUR M").
        drawing: Made by ``chart``.
        series: The same series, for the legend.
        figures: The figure the chart is about, above it.
        remark: A line below it ("Axis starts at 1,220.").
        legend_below: True in a narrow card, where the header has no room for the legend.
    """
    marks = legend(series)
    body = [rx.box(marks, padding_bottom="8px")] if legend_below else []
    body += [figures] if figures is not None else []
    body += [drawing] + ([secondary_text(remark)] if remark is not None else [])
    actions = rx.flex(
        *([] if legend_below else [marks]), _table_switch(), align="center", gap="12px"
    )
    return titled_card(title, *body, actions=actions, is_divided=False)


def legend(series: Sequence[Series]) -> rx.Component:
    """Name the series with their colours."""
    return rx.el.div(*[_legend_entry(each.drawn) for each in series], class_name="legend")


def _legend_entry(drawn: dict[str, Any]) -> rx.Component:
    is_block = drawn["mark"] in ("bar", "band")
    is_dashed = drawn["mark"] == "line" and drawn["dash"]
    shape = "block" if is_block else "dash" if is_dashed else "line"
    mark = rx.el.i(style={"color": drawn["color"]}, custom_attrs={"data-mark": shape})
    return rx.el.span(mark, drawn["label"])


def _table_switch() -> rx.Component:
    box = rx.el.input(type="checkbox", class_name="visually-hidden", aria_label="Show as table")
    switch = rx.el.label(box, icon("table-2", 14), class_name="table-switch")
    return rx.tooltip(switch, content="Show as table")
