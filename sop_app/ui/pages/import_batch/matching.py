"""The cards in which a file is matched: its columns, what it does not tell, what is taken over."""

from typing import Any

import reflex as rx

from sop_app.ui.components.badges import BadgeLook, badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, soft_button
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.data_table import TableOptions, data_table
from sop_app.ui.components.forms import select_items
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import label_text, secondary_text, strong_text

from .matching_state import ImportMatchingState
from .state import ImportBatchState

Matching: Bound = ImportMatchingState
S: Bound = ImportBatchState
SHARE_COLUMNS = (
    Column("title", "What becomes of the rows", "name"),
    Column("rows", "Rows", "number"),
    Column("quantity", "Quantity", "number"),
    Column("amount", "Amount", "number"),
)


def columns_card() -> rx.Component:
    """Let the user say where the columns stand and which field each fills."""
    matched = badge(BadgeLook("jade", "check", ""), S.matched)
    place = rx.flex(
        rx.cond(
            S.sheets.length() > 1,
            _line("Sheet", _select("Sheet", S.sheet, S.sheets, Matching.choose_sheet)),
        ),
        _line(
            "Names of columns",
            _select("Names of columns", S.header, S.header_rows, Matching.choose_header),
        ),
        rx.cond(
            S.saved.length() > 0,
            _line(
                "Saved matching",
                _select("Saved matching", S.mapping_name, S.saved, Matching.use_mapping),
            ),
        ),
        direction="column",
        gap="8px",
        class_name="card-part",
    )
    return titled_card(
        "Columns",
        place,
        rx.flex(rx.foreach(S.columns, _column), direction="column", gap="12px"),
        actions=matched,
        footer=_remember(),
    )


def _remember() -> rx.Component:
    name = rx.input(
        name="name",
        default_value=S.mapping_name,
        key=S.mapping_name,
        placeholder="Name of this matching",
        aria_label="Name of this matching",
        max_length=80,
        size="1",
        flex="1",
    )
    act = soft_button("Remember", "bookmark", type="submit")
    return rx.form(rx.flex(name, act, gap="8px"), on_submit=Matching.save_mapping, width="100%")


def _line(label: str, control: rx.Component) -> rx.Component:
    return rx.flex(label_text(label), control, justify="between", align="center", gap="8px")


def _column(row: Bound) -> rx.Component:
    choose = Matching.choose_field(row["key"])
    select = rx.cond(
        row["is_months"] != "",
        _select(row["header"], row["field"], S.series, choose),
        _select(row["header"], row["field"], S.fields, choose),
    )
    words = rx.box(
        strong_text(row["header"], class_name="clip", title=row["header"]),
        secondary_text(row["sample"], class_name="clip", title=row["sample"]),
        flex="1",
        min_width="0",
    )
    arrow = icon("arrow-right", 14, color=rx.color("gray", 9))
    return rx.flex(words, arrow, select, align="center", gap="8px")


def choices_card() -> rx.Component:
    """Ask what the file does not tell, and what becomes of some of its rows."""
    return rx.cond(
        S.choices.length() > 0,
        titled_card(
            "Choices",
            rx.flex(rx.foreach(S.choices, _choice), direction="column", gap="16px"),
        ),
    )


def _choice(row: Bound) -> rx.Component:
    options = row["choices"].to(list[dict[str, str]])
    detail = row["detail"].to(str)
    return rx.el.div(
        strong_text(row["title"]),
        rx.cond(detail != "", secondary_text(detail)),
        rx.radio_group.root(
            rx.flex(rx.foreach(options, _answer), wrap="wrap", gap="4px 16px", margin_top="6px"),
            value=row["answer"].to(str),
            on_change=Matching.answer(row["key"]),
            size="1",
            disabled=rx.cond(S.is_running, True, S.has_ended),
            aria_label=row["title"].to(str),
        ),
    )


def _answer(option: Bound) -> rx.Component:
    item = rx.radio_group.item(value=option["value"])
    return rx.text(
        rx.flex(item, option["label"], align="center", gap="6px"),
        as_="label",
        size="2",
        class_name="answer",
    )


def shares_card() -> rx.Component:
    """Show how much of the file is taken over and what is left out; it adds up to the file."""
    table = data_table(
        "What becomes of the rows",
        SHARE_COLUMNS,
        S.shares,
        TableOptions(opens=False, total=S.share_total),
    )
    return rx.cond(S.shares.length() > 0, titled_card("The file", table, is_flush=True))


def _select(label: Bound, value: Bound, options: Bound, on_change: Any) -> rx.Component:
    return rx.select.root(
        rx.select.trigger(aria_label=label, placeholder="Choose", width="144px"),
        rx.select.content(select_items(options), position="popper"),
        value=value.to(str),
        on_change=on_change,
        size="1",
        disabled=rx.cond(S.is_running, True, S.has_ended),
    )
