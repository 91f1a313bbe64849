"""Cards, columns and the list inside a card."""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.typography import body_text, strong_text


def card(*content: rx.Component, **props: Any) -> rx.Component:
    """Show content on a flat white ground with a hairline around it."""
    return rx.el.section(
        rx.el.div(*content, class_name="card-body"), **{"class_name": "card", **props}
    )


def titled_card(
    title: Text,
    *content: rx.Component,
    header: rx.Component | None = None,
    actions: rx.Component | None = None,
    footer: rx.Component | None = None,
    is_flush: bool = False,
    is_divided: bool = True,
) -> rx.Component:
    """Show a card with a 44 px header.

    Args:
        title: Title with its unit ("Sales and forecast, EUR M").
        *content: The body.
        header: What belongs to the title: its count or filter chips, left.
        actions: Legend, filters or one small action, right.
        footer: A line below the content: a link, a remark.
        is_flush: True for a table or a list: no padding around it.
        is_divided: False before a chart: no hairline under the header.
    """
    divided, flush = str(is_divided).lower(), str(is_flush).lower()
    head: list[rx.Component] = [rx.heading(title, as_="h2", size="3")]
    if header is not None:
        head.append(header)
    if actions is not None:
        head.append(rx.el.div(actions, class_name="card-actions"))
    parts = [
        rx.el.div(*head, class_name="card-header", custom_attrs={"data-divided": divided}),
        rx.el.div(*content, class_name="card-body", custom_attrs={"data-flush": flush}),
    ]
    if footer is not None:
        parts.append(rx.el.div(footer, class_name="card-footer"))
    return rx.el.section(*parts, class_name="card")


def flush_card(*content: rx.Component) -> rx.Component:
    """Show a table in a card of its own, without a header."""
    body = rx.el.div(*content, class_name="card-body", custom_attrs={"data-flush": "true"})
    return rx.el.section(body, class_name="card")


def columns(*spans: tuple[int, rx.Component]) -> rx.Component:
    """Place cards on the twelve columns: ``columns((8, table_card), (4, chart_card))``.

    Cards side by side have equal height; below 1024 px they stack, tiles of 3 stay two in a row.
    """
    cells = [
        rx.el.div(
            content,
            class_name="column",
            style={"--span": str(span)},
            custom_attrs={"data-narrow": "half" if span <= 3 else "full"},
        )
        for span, content in spans
    ]
    return rx.el.div(*cells, class_name="columns")


def row_list(*rows: rx.Component) -> rx.Component:
    """Show rows with hairlines between them inside a flush card."""
    return rx.el.div(*rows, class_name="row-list")


def list_row(
    fact: Content,
    detail: Content,
    lead: rx.Component | None = None,
    trail: Content | None = None,
) -> rx.Component:
    """Show one entry of a list: icon or avatar, fact over detail, and what stands at the right."""
    lines = rx.box(strong_text(fact), body_text(detail, size="1"), flex="1", min_width="0")
    parts = [part for part in (lead, lines, trail) if part is not None]
    return rx.flex(*parts, align="start", gap="12px", class_name="list-row")


def figures(*pairs: tuple[Text, Text]) -> rx.Component:
    """Show labelled figures on a gray ground, as in a confirmation."""
    lines = [rx.el.div(rx.text(label, size="2"), strong_text(value)) for label, value in pairs]
    return rx.el.div(*lines, class_name="figures")
