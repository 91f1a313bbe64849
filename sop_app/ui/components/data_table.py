"""Tables: sorted, paged and filtered on the server, at most 200 rows at a time.

Rows are dictionaries of formatted text with an ``id``. A row that leads to a page carries ``href``;
the link stretches over the row, so it opens with a click anywhere, the keyboard and a middle click.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound, grouped
from sop_app.ui.components.buttons import icon, icon_button, menu, router_link
from sop_app.ui.components.messages import empty_state, skeleton_table
from sop_app.ui.components.table_columns import Column, name_content, table_cell


@dataclass(frozen=True)
class Sorting:
    """The order of the rows, and the event that receives the key of the header clicked."""

    key: Bound
    is_descending: Bound
    on_sort: Any


@dataclass(frozen=True)
class Paging:
    """Which rows are shown, and the events that turn the page.

    ``on_page`` receives the page to show, counted from 1; ``on_size`` the rows per page as text.
    """

    page: Bound
    size: Bound
    total: Bound
    on_page: Any
    on_size: Any
    sizes: tuple[int, ...] = (15, 50, 100, 200)


@dataclass(frozen=True)
class Selection:
    """Which rows are ticked. ``on_toggle`` receives the row's id, ``on_toggle_all`` the tick."""

    ids: Bound
    on_toggle: Any
    on_toggle_all: Any


@dataclass(frozen=True)
class TableState:
    """What stands in place of rows. Old rows stay, at 60 %, while new ones load."""

    is_loading: Bound | bool = False
    error: rx.Component | None = None
    has_error: Bound | bool = False
    empty: rx.Component | None = None
    no_match: rx.Component | None = None
    is_filtered: Bound | bool = False


@dataclass(frozen=True)
class TableOptions:
    """What a table can do beside showing rows.

    Attributes:
        on_open: Event that receives the id of the row opened; without it rows lead to ``href``.
        opens: Whether rows open at all.
        row_menu: Given a row, the items of its ``...`` menu.
        total: Dictionary of the last row.
        is_tall: True for rows of two lines.
    """

    sorting: Sorting | None = None
    paging: Paging | None = None
    selection: Selection | None = None
    state: TableState = field(default_factory=TableState)
    on_open: Any = None
    opens: bool = True
    row_menu: Callable[[Any], Sequence[rx.Component]] | None = None
    total: Bound | None = None
    is_tall: bool = False


def data_table(
    name: str,
    columns: Sequence[Column],
    rows: Bound,
    options: TableOptions | None = None,
) -> rx.Component:
    """Show rows under columns; put it in a ``flush_card`` or a flush ``titled_card``.

    Args:
        name: Name of the table, in which the browser remembers its columns; also read aloud.
        columns: The columns in order; the first names the row.
        rows: Var of dictionaries, see the module's text.
        options: Sorting, paging, selection, states, opening, row menu, total row.
    """
    options = options or TableOptions()
    table = rx.table.root(
        rx.table.header(_header(columns, options)),
        rx.table.body(
            rx.foreach(rows, lambda row: _row(columns, row, options)), *_total(columns, options)
        ),
        variant="ghost",
        size="1",
        aria_label=name,
    )
    busy = rx.cond(options.state.is_loading, "true", "false")
    shown = rx.el.div(
        table,
        class_name="data-table tall" if options.is_tall else "data-table",
        custom_attrs={"data-table": name, "data-busy": busy},
    )
    footer = [table_footer(options.paging)] if options.paging else []
    return rows_or_state(rows, rx.fragment(shown, *footer), options.state)


def table_footer(paging: Paging) -> rx.Component:
    """Show "1 to 15 of 64", the page size, and the buttons to turn the page."""
    size = paging.size.to(int)
    first = (paging.page - 1) * size + 1
    last = rx.cond(paging.page * size < paging.total, paging.page * size, paging.total)
    sizes = rx.select.root(
        rx.select.trigger(aria_label="Rows per page"),
        rx.select.content(*[rx.select.item(str(n), value=str(n)) for n in paging.sizes]),
        value=paging.size.to_string(),
        on_change=paging.on_size,
        size="1",
    )
    look = {"variant": "surface", "size": "1", "high_contrast": True}
    previous = icon_button(
        "chevron-left",
        "Previous page",
        on_click=paging.on_page(paging.page - 1),
        disabled=paging.page <= 1,
        **look,
    )
    following = icon_button(
        "chevron-right",
        "Next page",
        on_click=paging.on_page(paging.page + 1),
        disabled=last >= paging.total,
        **look,
    )
    span = rx.el.span(
        *(grouped(first), " to ", grouped(last), " of ", grouped(paging.total)), role="status"
    )
    turns = rx.flex(rx.el.span("Rows"), sizes, previous, following, align="center", gap="8px")
    return rx.el.div(span, turns, class_name="table-footer")


def _header(columns: Sequence[Column], options: TableOptions) -> rx.Component:
    cells = [_header_cell(column, options.sorting) for column in columns]
    if options.selection:
        tick = rx.checkbox(
            on_change=options.selection.on_toggle_all, aria_label="Select all rows", size="1"
        )
        cells.insert(0, rx.table.column_header_cell(tick, width="32px"))
    if options.row_menu:
        label = rx.el.span("Actions", class_name="visually-hidden")
        cells.append(rx.table.column_header_cell(label, width="48px"))
    return rx.table.row(*cells)


def _header_cell(column: Column, sorting: Sorting | None) -> rx.Component:
    words: list[Any] = [column.label]
    if column.swatch:
        mark = rx.el.span(class_name="column-swatch", style={"background": column.swatch})
        words.insert(0, mark)
    attrs: dict[str, Any] = {"custom_attrs": {"data-column": column.key}}
    if column.width:
        attrs["width"] = column.width
    if sorting and column.is_sortable:
        is_key = sorting.key == column.key
        arrow = rx.cond(sorting.is_descending, icon("arrow-down", 14), icon("arrow-up", 14))
        words = [
            rx.el.button(
                *words,
                rx.cond(is_key, arrow),
                class_name="sort above-row",
                type="button",
                on_click=sorting.on_sort(column.key),
            )
        ]
        order = rx.cond(sorting.is_descending, "descending", "ascending")
        attrs["aria_sort"] = rx.cond(is_key, order, "none")
    return rx.table.column_header_cell(*words, class_name=column.alignment, **attrs)


def _row(columns: Sequence[Column], row: Any, options: TableOptions) -> rx.Component:
    first, *others = columns
    cells = [_first_cell(first, row, options), *[table_cell(column, row) for column in others]]
    attrs: dict[str, Any] = {"data-tone": row["tone"]}
    if options.selection:
        ticked = options.selection.ids.contains(row["id"])
        cells.insert(0, _tick(first, row, options.selection, ticked))
        attrs["data-selected"] = rx.cond(ticked, "true", "false")
    if options.row_menu:
        cells.append(_menu_cell(first, row, options.row_menu(row)))
    return rx.table.row(*cells, custom_attrs=attrs)


def _first_cell(column: Column, row: Any, options: TableOptions) -> rx.Component:
    if column.cell is not None or column.kind != "name":
        return table_cell(column, row)
    words = name_content(column, row)
    if not options.opens:
        name = rx.el.span(*words, class_name="cell-strong")
    elif options.on_open is not None:
        name = rx.el.button(
            *words, class_name="row-open", type="button", on_click=options.on_open(row["id"])
        )
    else:
        name = router_link(*words, to=row["href"].to(str), class_name="row-open")
    detail = (
        [rx.el.span(row[column.detail_key], class_name="cell-detail")] if column.detail_key else []
    )
    return rx.table.cell(name, *detail, custom_attrs={"data-column": column.key})


def _tick(column: Column, row: Any, selection: Selection, ticked: Bound) -> rx.Component:
    box = rx.checkbox(
        checked=ticked,
        on_change=lambda _: selection.on_toggle(row["id"]),
        aria_label=rx.Var.create("Select ").to(str) + row[column.key].to(str),
        size="1",
        class_name="above-row",
    )
    return rx.table.cell(box, width="32px")


def _menu_cell(column: Column, row: Any, items: Sequence[rx.Component]) -> rx.Component:
    trigger = rx.icon_button(
        icon("ellipsis"),
        aria_label=rx.Var.create("Actions for ").to(str) + row[column.key].to(str),
        variant="ghost",
        color_scheme="gray",
        size="1",
        class_name="above-row",
    )
    return rx.table.cell(menu(trigger, *items), class_name="align-right")


def _total(columns: Sequence[Column], options: TableOptions) -> list[rx.Component]:
    if options.total is None:
        return []
    first, *others = columns
    total = options.total
    name = rx.table.cell(total[first.key], custom_attrs={"data-column": first.key})
    cells = [name, *[_total_cell(column, total) for column in others]]
    if options.selection:
        cells.insert(0, rx.table.cell())
    if options.row_menu:
        cells.append(rx.table.cell())
    return [rx.table.row(*cells, class_name="total-row")]


def _total_cell(column: Column, total: Bound) -> rx.Component:
    """Show a total; a badge has none."""
    if column.kind in ("number", "progress"):
        return table_cell(column, total)
    return rx.table.cell(total[column.key], custom_attrs={"data-column": column.key})


def rows_or_state(rows: Bound, table: rx.Component, state: TableState) -> rx.Component:
    """Show a table, or what stands in its place while there are no rows."""
    empty = state.empty or empty_state("inbox", "Nothing here yet", "No row has been entered.")
    nothing = rx.cond(state.is_filtered, state.no_match, empty) if state.no_match else empty
    without_rows = rx.cond(state.is_loading, skeleton_table(), nothing)
    shown = rx.cond(rows.length() > 0, table, without_rows)
    return rx.cond(state.has_error, state.error, shown) if state.error is not None else shown
