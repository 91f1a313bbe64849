"""A text field that suggests known values while any other may be typed."""

from collections.abc import Iterable
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.forms import Field, text_field


def suggesting_field(field: Field, values: Bound, **props: Any) -> rx.Component:
    """Let the user type a text or take one that is in use.

    Args:
        field: Name, label, hint and error.
        values: Var of rows with ``value`` and ``label``, see ``known_values``.
        **props: Passed to the input (default_value, on_change).
    """
    known = f"{field.name}-known"
    return rx.fragment(
        text_field(field, list=known, auto_complete="off", **props),
        rx.el.datalist(rx.foreach(values, _option), id=known),
    )


def _option(row: Bound) -> rx.Component:
    return rx.el.option(value=row["value"], label=row["label"])


def known_values(values: Iterable[str]) -> list[dict[str, str]]:
    """Write texts in use as suggestions.

    Example:
        >>> known_values(["North"])
        [{'value': 'North', 'label': 'North'}]
    """
    return [{"value": value, "label": value} for value in values]
