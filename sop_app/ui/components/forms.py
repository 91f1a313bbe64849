"""Form fields: a visible label, a hint, and the error beside the field it belongs to."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound, Text
from sop_app.ui.components.buttons import icon
from sop_app.ui.components.typography import secondary_text

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """What every field has around its control.

    ``error`` is a sentence from the service ("Not a number. Example: 1,200"); empty when all is well.
    """

    name: str
    label: Text
    error: Text = ""
    hint: Text = ""
    is_required: bool = False


def text_field(field: Field, **props: Any) -> rx.Component:
    """Let the user type a line of text; ``props`` go to ``rx.input`` (value, on_change, type)."""
    return _framed(field, rx.input(**_control(field), **{"size": "2", "width": "100%", **props}))


def number_field(field: Field, **props: Any) -> rx.Component:
    """Let the user type a number as planners write it (1200, 1,200, 10k); it stays text until parsed."""
    control = rx.input(
        **_control(field), input_mode="decimal", **{"size": "2", "width": "100%", **props}
    )
    return _framed(field, control, "field-number")


def date_field(field: Field, *, has_time: bool = False, **props: Any) -> rx.Component:
    """Let the user choose a date, or a date and time."""
    kind = "datetime-local" if has_time else "date"
    control = rx.input(**_control(field), type=kind, **{"size": "2", "width": "100%", **props})
    return _framed(field, control)


def text_area(field: Field, **props: Any) -> rx.Component:
    """Let the user write several lines: a comment, a description."""
    control = rx.text_area(
        **_control(field), **{"size": "2", "width": "100%", "rows": "3", **props}
    )
    return _framed(field, control)


def select_field(field: Field, options: Bound, **props: Any) -> rx.Component:
    """Let the user choose one of some options.

    Args:
        field: Name, label, hint and error.
        options: Pairs of value and label, or a Var of rows with ``value`` and ``label``.
        **props: Passed to ``rx.select.root`` (value, default_value, on_change).
    """
    placeholder = props.pop("placeholder", "Choose")
    control = rx.select.root(
        rx.select.trigger(
            id=field.name, placeholder=placeholder, width="100%", aria_label=field.label
        ),
        rx.select.content(select_items(options), position="popper"),
        **{"name": field.name, "size": "2", **props},
    )
    return _framed(field, control)


def checkbox_field(name: str, label: Text, **props: Any) -> rx.Component:
    """Let the user say yes or no to one sentence."""
    box = rx.checkbox(name=name, aria_label=label, **props)
    return rx.text(
        rx.flex(box, label, align="center", gap="8px"),
        as_="label",
        size="2",
    )


def checkbox_group(label: Text, *boxes: rx.Component, error: Text = "") -> rx.Component:
    """Show several checkboxes under one legend, with one error for all of them."""
    legend = rx.el.legend(rx.text(label, size="2", weight="medium", as_="span"))
    column = rx.flex(*boxes, direction="column", gap="8px", margin_top="4px")
    return rx.el.fieldset(legend, column, _error(error, ""), class_name="fieldset")


def form_columns(*fields: rx.Component) -> rx.Component:
    """Lay fields out in two columns; in one on narrow screens."""
    return rx.grid(*fields, columns=rx.breakpoints(initial="1", sm="2"), gap="16px", width="100%")


def form_section(title: Text, *fields: rx.Component) -> rx.Component:
    """Group the fields of a long form under a title."""
    return rx.el.section(
        rx.heading(title, as_="h2", size="3", margin_bottom="12px"), form_columns(*fields)
    )


def select_items(options: Bound) -> rx.Component | rx.Var:
    """Make the items of a select from pairs, or from a Var of rows with ``value`` and ``label``."""
    if isinstance(options, rx.Var):
        return rx.foreach(
            options, lambda row: rx.select.item(row["label"], value=row["value"].to(str))
        )
    return rx.fragment(*[rx.select.item(label, value=value) for value, label in options])


def _control(field: Field) -> dict[str, Any]:
    return {
        "id": field.name,
        "name": field.name,
        "required": field.is_required,
        "aria_describedby": f"{field.name}-note",
        "aria_invalid": rx.cond(_has_text(field.error), "true", "false"),
    }


def _framed(field: Field, control: rx.Component, class_name: str = "") -> rx.Component:
    label = rx.el.label(field.label, html_for=field.name, class_name="field-label")
    invalid = rx.cond(_has_text(field.error), "field field-invalid", "field")
    return rx.el.div(
        label,
        control,
        rx.el.div(_error(field.error, field.hint), id=f"{field.name}-note"),
        class_name=[invalid, class_name] if class_name else invalid,
    )


def _error(error: Text, hint: Text) -> rx.Component:
    shown = rx.flex(
        icon("circle-alert", 14), error, class_name="field-error", align="center", gap="4px"
    )
    note = rx.cond(_has_text(hint), secondary_text(hint))
    return rx.cond(_has_text(error), shown, note)


def _has_text(text: Text) -> rx.Var:
    return rx.Var.create(text).to(str) != ""
