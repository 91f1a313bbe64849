"""The matrix view: a window of ticks, customers down and products of one family across."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.filter_bar import filter_bar, filter_select, find_box
from sop_app.ui.components.focus_grid import focus_grid, grid_tick
from sop_app.ui.components.messages import empty_state, skeleton_table
from sop_app.ui.components.pager import PageTurn, pager
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.sidebar import may

from .matrix_state import COLUMNS, ROWS, MatrixState

S: Bound = MatrixState


def matrix_view() -> rx.Component:
    """Show the matrix with its filters."""
    nothing = empty_state(
        "grid-2x-2-check",
        "Nothing to assign here",
        "No customer or no product of this family fits what is looked for.",
    )
    grid = rx.fragment(
        rx.el.div(focus_grid(_table(), label="Assignments"), class_name="matrix-scroll"),
        _footer(),
    )
    is_filled = (S.rows.length() > 0) & (S.columns.length() > 0)
    shown = rx.cond(is_filled, grid, nothing)
    return rx.flex(
        _filters(),
        flush_card(rx.cond(S.is_loading, skeleton_table(), shown)),
        direction="column",
        gap="16px",
    )


def _filters() -> rx.Component:
    return filter_bar(
        filter_select("Family", S.family, S.families, S.choose_family, has_any=False),
        find_box(S.find_customer, S.find_rows, "Find customers"),
        find_box(S.find_product, S.find_columns, "Find products"),
        views=(secondary_text(S.saved_line),),
    )


def _table() -> rx.Component:
    head = rx.el.tr(
        rx.el.th("Customer", scope="col", class_name="matrix-corner"),
        rx.foreach(S.columns, _column_head),
    )
    return rx.el.table(
        rx.el.thead(head),
        rx.el.tbody(rx.foreach(S.rows, _row)),
        class_name="matrix",
    )


def _column_head(product: Any) -> rx.Component:
    words = rx.el.span(product["name"].to(str), class_name="matrix-name")
    code = rx.el.span(product["sku"].to(str), class_name="cell-code")
    return rx.el.th(rx.tooltip(rx.el.div(words, code), content=product["name"]), scope="col")


def _row(customer: Any, row_number: Any) -> rx.Component:
    name = rx.el.span(customer["name"].to(str), class_name="matrix-name")
    code = rx.el.span(customer["code"].to(str), class_name="cell-code")

    def cell(product: Any, column_number: Any) -> rx.Component:
        is_on = customer["on"].to(list[str]).contains(product["id"])
        said = customer["name"].to(str) + ", " + product["name"].to(str)
        place = row_number.to_string() + ":" + column_number.to_string()
        tick = grid_tick(
            is_on,
            said,
            place,
            on_click=S.switch(customer["id"], product["id"], ~is_on),
            is_off=~may(Permission.ASSIGNMENTS_EDIT),
        )
        return rx.el.td(tick)

    return rx.el.tr(rx.el.th(name, code, scope="row"), rx.foreach(S.columns, cell))


def _footer() -> rx.Component:
    across = PageTurn(S.column_page, COLUMNS, S.column_count, S.turn_columns)
    down = PageTurn(S.page, ROWS, S.row_count, S.turn_page)
    return rx.el.div(pager(down, "Customers"), pager(across, "Products"), class_name="table-footer")
