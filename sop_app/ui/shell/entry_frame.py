"""What surrounds the screens before anybody is signed in: the ground, the card, plain forms.

These screens have no event handlers. A form posts to a REST route, which redirects back with a
short code in the address; a script of a few lines shows the sentence that belongs to the code.
"""

from typing import Any, Literal

import reflex as rx
from reflex_base.style import LiteralColorMode, color_mode, set_color_mode

import sop_app
from sop_app.system.auth.schemas import PasswordProblem
from sop_app.ui.components.buttons import icon, menu_item
from sop_app.ui.components.plain_form import plain_form
from sop_app.ui.components.typography import body_text, secondary_text, text_link

CARD_WIDTH = "376px"
Notes = dict[tuple[str, str], tuple[str, str]]


class AddressReader(rx.Component):
    """Shows what the address says: the note of a code, the page that was wanted.

    It reads when it is mounted, which behind a sign-in is later than the page, and whenever the
    address changes.
    """

    library = rx.asset("address_reader.js", shared=True).importable_path
    tag = "AddressReader"


def entry_frame(title: str, *content: rx.Component, below: rx.Component) -> rx.Component:
    """Frame a screen that works without being signed in.

    Args:
        title: The card's title.
        *content: Notes and the form.
        below: One line under the card.
    """
    card = rx.el.section(
        rx.heading(title, as_="h1", size="5", margin_bottom="20px"),
        *content,
        class_name="card",
        style={"width": "100%", "padding": "28px", "boxShadow": "var(--shadow-2)"},
    )
    name = rx.el.p("S&OP", style={"fontSize": "25px", "lineHeight": "32px", "fontWeight": "700"})
    column = rx.el.main(
        rx.box(name, body_text("Sales and operations planning"), text_align="center"),
        card,
        rx.box(below, text_align="center"),
        id="page",
        style={
            "width": "100%",
            "maxWidth": CARD_WIDTH,
            "margin": "auto",
            "paddingBottom": "64px",
            "display": "grid",
            "gap": "24px",
        },
    )
    ground = {"display": "flex", "flexDirection": "column", "padding": "24px 16px 16px"}
    return rx.el.div(
        column, _footer(), AddressReader.create(), class_name="sign-in-ground", style=ground
    )


def entry_form(
    action: str, label: str, *fields: rx.Component, size: Literal["2", "3"] = "3"
) -> rx.Component:
    """Make a plain form that posts to a REST route.

    Args:
        action: The route.
        label: What its one button does.
        *fields: Labelled fields.
        size: Of the button.
    """
    button = rx.button(label, type="submit", size=size, width="100%")
    look = {"display": "grid", "gap": "20px"}
    return plain_form(*fields, button, action=action, style=look)


def entry_field(
    label: str, name: str, *, beside: rx.Component | None = None, **props: Any
) -> rx.Component:
    """Make a labelled text field; ``props`` go to the input."""
    options = {"id": name, "name": name, "size": "3", "required": True, **props}
    return rx.el.div(_label(label, name, beside), rx.input(**options), class_name="field")


def password_field(
    label: str, name: str, *, beside: rx.Component | None = None, **props: Any
) -> rx.Component:
    """Make a password field with an eye that shows what was typed."""
    eye = rx.icon_button(
        icon("eye"),
        type="button",
        variant="ghost",
        color_scheme="gray",
        aria_label="Show the password",
        custom_attrs={"data-reveals": name, "aria-pressed": "false"},
    )
    options = {"id": name, "name": name, "size": "3", "required": True, **props}
    field = rx.input(rx.input.slot(eye, side="right"), type="password", **options)
    return rx.el.div(_label(label, name, beside), field, class_name="field")


def address_notes(notes: Notes) -> rx.Component:
    """Make the sentences that codes of the address stand for; hidden until the code is there.

    Args:
        notes: Key and value of the code, to the sentence's kind ("error", "done") and text.
    """
    return rx.fragment(*[_note(key, code, *note) for (key, code), note in notes.items()])


PASSWORD_NOTES: Notes = {
    ("error", problem.value): ("error", problem.sentence) for problem in PasswordProblem
}


def back_to_sign_in() -> rx.Component:
    """Lead back to the sign-in screen."""
    return text_link("Back to sign in", "/sign-in", size="1")


def _note(key: str, code: str, kind: str, sentence: str) -> rx.Component:
    color, icon_name = ("red", "circle-alert") if kind == "error" else ("jade", "check")
    return rx.el.div(
        rx.callout.root(
            rx.callout.icon(icon(icon_name)),
            rx.callout.text(sentence),
            color_scheme=color,
            variant="surface",
            size="1",
            role="alert" if kind == "error" else "status",
        ),
        hidden=True,
        custom_attrs={"data-when": f"{key}={code}"},
        style={"marginBottom": "20px"},
    )


def _label(label: str, name: str, beside: rx.Component | None) -> rx.Component:
    text = rx.el.label(label, html_for=name, class_name="field-label")
    return rx.flex(text, *([beside] if beside is not None else []), justify="between")


def _footer() -> rx.Component:
    look = {"display": "flex", "justifyContent": "center", "gap": "16px", "alignItems": "center"}
    return rx.el.footer(
        secondary_text(f"Version {sop_app.__version__}"), _help(), _color_mode(), style=look
    )


def _help() -> rx.Component:
    sentences = (
        "Your S&OP coordinator or administrator creates your account and sends you an invitation.",
        "A forgotten password is replaced by a link that is sent to your e-mail address.",
        "You are signed out after 30 minutes without use, and after 12 hours.",
    )
    content = [body_text(sentence, margin_bottom="8px") for sentence in sentences]
    return rx.popover.root(
        rx.popover.trigger(_quiet_button("Help")),
        rx.popover.content(*content, max_width="320px", side="top"),
    )


def _color_mode() -> rx.Component:
    label = rx.match(color_mode, ("light", "Light theme"), ("dark", "Dark theme"), "System theme")
    choices: tuple[tuple[str, LiteralColorMode, str], ...] = (
        ("Light", "light", "sun"),
        ("Dark", "dark", "moon"),
        ("System theme", "system", "monitor"),
    )
    items = [
        menu_item(name, image, on_select=set_color_mode(mode)) for name, mode, image in choices
    ]
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(_quiet_button(icon("sun-moon", 14), label)),
        rx.dropdown_menu.content(*items, size="2"),
    )


def _quiet_button(*content: Any) -> rx.Component:
    return rx.button(*content, variant="ghost", color_scheme="gray", size="1", margin="0")
