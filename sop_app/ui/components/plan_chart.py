"""The browser's side of a chart; use ``charts.chart``, which supplies the looks of the series."""

from typing import Any

import reflex as rx


class PlanChart(rx.Component):
    """Lines, bars, marks and bands over one axis of categories, and the same figures as a table."""

    library = rx.asset("plan_chart.js", shared=True).importable_path
    tag = "PlanChart"
    lib_dependencies: list[str] = ["recharts@3.10.1"]

    rows: rx.Var[list[dict[str, Any]]]
    series: rx.Var[list[dict[str, Any]]]
    label: rx.Var[str]
    label_title: rx.Var[str]
    decimals: rx.Var[int]
    starts_at_zero: rx.Var[bool]
    forecast_from: rx.Var[str]
    summary: rx.Var[str]
    height: rx.Var[int]

    on_open: rx.EventHandler[rx.event.passthrough_event_spec(str)]
