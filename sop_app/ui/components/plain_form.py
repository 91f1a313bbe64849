"""A form that the browser posts by itself.

Reflex's own form element keeps the browser from posting; what sets a cookie has to be posted.
"""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class PlainForm(BaseHTML):
    """An HTML form without event handlers."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


def plain_form(*fields: rx.Component, action: str, **props: Any) -> rx.Component:
    """Make a form that posts its fields to a REST route and follows the answer."""
    return PlainForm.create(*fields, action=action, method="post", **props)
