"""KPI tiles and the small trend line beside a figure."""

from collections.abc import Sequence
from typing import Literal

import reflex as rx

from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.buttons import icon
from sop_app.ui.components.cards import card
from sop_app.ui.components.typography import label_text, secondary_text

Tone = Literal["good", "bad", "warn", "neutral"]

_WIDTH, _HEIGHT, _INSET = 84, 36, 3


def kpi_tile(
    label: Text,
    value: Text,
    change: Content = "",
    aside: rx.Component | None = None,
) -> rx.Component:
    """Show one figure with what it is and what it is against.

    Args:
        label: Name of the figure with its unit.
        value: The figure, formatted.
        change: ``change_line(...)``, or a plain remark ("441 of 534 rows").
        aside: A ``sparkline`` or a ``progress_bar`` of 84 px, at the right.
    """
    line = secondary_text(change) if isinstance(change, str | rx.Var) else change
    figure = rx.text(value, size="7", weight="bold")
    words = rx.el.div(figure, line, class_name="kpi-words")
    corner = [rx.el.div(aside, class_name="kpi-aside")] if aside is not None else []
    below = rx.el.div(words, *corner, class_name="kpi-line")
    return card(rx.el.div(label_text(label), below, class_name="kpi"))


def change_line(change: Text, against: Text, tone: rx.Var | Tone = "neutral") -> rx.Component:
    """Show how a figure moved: arrow, signed figure, and what it is against.

    Args:
        change: Signed text, as ``formats.percent_change`` writes it.
        against: "against last year".
        tone: "good" or "bad" only where the direction is so by definition; else "neutral".
    """
    signed = rx.Var.create(change).to(str)
    arrow = rx.match(
        signed[0],
        ("+", icon("arrow-up-right", 12)),
        ("−", icon("arrow-down-right", 12)),
        rx.fragment(),
    )
    figure = rx.el.span(
        arrow,
        rx.el.span(change, style={"font_weight": "500"}),
        class_name="toned change",
        custom_attrs={"data-tone": tone},
    )
    return rx.flex(figure, secondary_text(against), align="center", gap="4px")


def sparkline_points(values: Sequence[float | None]) -> str:
    """Turn figures into the points of a sparkline, 84 x 36, in the order of time.

    Gaps are skipped; fewer than two figures give no line. Rows of a table carry the result as text.

    Example:
        >>> sparkline_points([0, 10, 5])
        '3,33 42,3 81,18'
        >>> sparkline_points([7])
        ''
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    across = (_WIDTH - 2 * _INSET) / (len(values) - 1)
    down = (_HEIGHT - 2 * _INSET) / ((high - low) or 1)
    return " ".join(
        f"{_INSET + place * across:.4g},{_HEIGHT - _INSET - (value - low) * down:.4g}"
        for place, value in known
    )


def sparkline(points: Text, label: Text, height: int = _HEIGHT) -> rx.Component:
    """Draw a trend of 84 x 36 px; the last point is marked.

    It is plain SVG, so that a table may hold one in each row at no cost.

    Args:
        points: Made by ``sparkline_points`` on the server.
        label: The trend in words, read aloud.
        height: 36 in a tile, 20 in a table row.
    """
    drawn = rx.Var.create(points).to(str)
    ground = f"{_WIDTH - _INSET},{_HEIGHT} {_INSET},{_HEIGHT}"
    shapes = [
        rx.el.svg.polygon(points=f"{drawn} {ground}", fill="var(--series-band-95)"),
        rx.el.svg.polyline(
            points=drawn, fill="none", stroke="var(--series-forecast)", stroke_width="1.5"
        ),
        rx.el.svg.polyline(
            points=drawn.split(" ")[-1] + " " + drawn.split(" ")[-1],
            stroke="var(--series-forecast)",
            stroke_width="5",
            stroke_linecap="round",
        ),
    ]
    return rx.el.svg(
        *shapes,
        role="img",
        aria_label=label,
        view_box=f"0 0 {_WIDTH} {_HEIGHT}",
        width=str(_WIDTH),
        height=str(height),
        preserve_aspect_ratio="none",
        class_name="sparkline",
    )
