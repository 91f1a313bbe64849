"""Buttons and links. One primary per page; a button that is off has its reason in sight.

Every button takes ``href`` to lead to a page (with ``download=True`` to a file) or ``on_click`` to act.
"""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from sop_app.ui.components.bound import Content, Text

router_link = ReactRouterLink.create

STROKE, SMALL_STROKE = 1.75, 2

_SURFACE = {"variant": "surface", "color_scheme": "gray", "high_contrast": True, "size": "2"}


def icon(name: str, size: int = 16, **props: Any) -> rx.Component:
    """Draw an icon in the stroke width of the program; it is decoration, the word beside it speaks."""
    stroke = STROKE if size > 12 else SMALL_STROKE
    return rx.icon(name, size=size, stroke_width=stroke, aria_hidden="true", **props)


def primary_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show the one action this page is for."""
    return _button(_face(label, icon_name, 16), size="2", **props)


def secondary_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show an action beside the primary one."""
    return _button(_face(label, icon_name, 16), **{**_SURFACE, **props})


def menu_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show a secondary button that opens a menu; use it as the trigger of ``menu``."""
    face = (*_face(label, icon_name, 16), icon("chevron-down", 14))
    return _button(face, **{**_SURFACE, **props})


def soft_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show an action inside a card."""
    return _button(_face(label, icon_name, 14), size="1", variant="soft", **props)


def small_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show a bordered small action inside a card or a page message."""
    look = {**_SURFACE, "size": "1"}
    return _button(_face(label, icon_name, 14), **{**look, **props})


def ghost_button(label: Content, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show a quiet action: Edit in a card header, Cancel beside a form, Clear filters."""
    look = {"variant": "ghost", "color_scheme": "gray", "size": "1"}
    return _button(_face(label, icon_name, 14), **{**look, **props})


def destructive_button(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show the solid red act; only inside the dialog that confirms it."""
    return _button(_face(label, icon_name, 16), color_scheme="red", size="2", **props)


def delete_button(label: Text, icon_name: str = "trash-2", **props: Any) -> rx.Component:
    """Show the way to a destructive act, before its confirmation."""
    return _button(
        _face(label, icon_name, 16), color_scheme="red", variant="soft", size="2", **props
    )


def return_button(label: Text, **props: Any) -> rx.Component:
    """Show the act that sends something back to its author."""
    return _button(
        _face(label, "undo-2", 16), color_scheme="orange", variant="surface", size="2", **props
    )


def icon_button(icon_name: str, label: str, key: str | None = None, **props: Any) -> rx.Component:
    """Show an act as an icon; the tooltip names it and ends with its key.

    Args:
        icon_name: Lucide name of the icon.
        label: What the button does, read aloud and shown as the tooltip.
        key: The key that does the same, as planners read it ("Ctrl Z").
        **props: Passed to ``rx.icon_button``.
    """
    look = {"variant": "ghost", "color_scheme": "gray", "size": "2"}
    button = rx.icon_button(icon(icon_name), aria_label=label, **{**look, **props})
    return rx.tooltip(button, content=f"{label}  {key}" if key else label)


def off_with_reason(button: rx.Component, reason: Text) -> rx.Component:
    """Wrap a button that may be off, so that its reason can be read by hovering and focusing.

    The sentence must also stand beside the button or in a page message.
    """
    return rx.tooltip(rx.el.span(button, class_name="off-reason"), content=reason)


def more_menu(*items: rx.Component, label: str = "More actions", **props: Any) -> rx.Component:
    """Show the `...` menu that holds what does not fit beside the primary action."""
    trigger = rx.icon_button(icon("ellipsis"), aria_label=label, **{**_SURFACE, **props})
    return menu(trigger, *items)


def full_menu(*items: rx.Component, label: str = "More actions") -> rx.Component:
    """Show a `...` menu with acts that stand nowhere else, so it never hides on wide screens.

    Items that repeat a visible button take ``class_name="narrow-only"``.
    """
    return more_menu(*items, label=label, class_name="full-menu")


def menu(trigger: rx.Component, *items: rx.Component, **props: Any) -> rx.Component:
    """Open a menu below a button. The rest of the page stays readable to a screen reader."""
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(trigger),
        rx.dropdown_menu.content(*items, **{"align": "end", "size": "2", **props}),
        modal=False,
    )


def menu_item(label: Text, icon_name: str | None = None, **props: Any) -> rx.Component:
    """Show one line of a menu, with ``on_select`` to act, or ``href`` as a button takes it."""
    face = _face(label, icon_name, 16)
    if "href" in props:
        link = router_link(*face, to=props.pop("href"), **_served(props.pop("download", False)))
        return rx.dropdown_menu.item(link, as_child=True, **props)
    return rx.dropdown_menu.item(*face, **props)


def key_cap(*keys: str) -> rx.Component:
    """Show the keys to press as key caps: ``key_cap("Ctrl", "K")``."""
    caps = [rx.el.kbd(key, class_name="rt-Kbd rt-r-size-1") for key in keys]
    return rx.el.span(*caps, style={"display": "inline-flex", "gap": "4px"})


def _button(face: tuple[Any, ...], **props: Any) -> rx.Component:
    """Make the button, as a link if it leads somewhere; files come from the server, not the router."""
    if "href" not in props:
        return rx.button(*face, **props)
    link = router_link(*face, to=props.pop("href"), **_served(props.pop("download", False)))
    return rx.button(link, as_child=True, **props)


def _served(is_file: bool) -> dict[str, Any]:
    """Let the browser itself fetch a file; the router would look for a page of that name."""
    return {"reload_document": True, "download": True} if is_file else {}


def _face(label: Content, icon_name: str | None, size: int) -> tuple[Any, ...]:
    return (label,) if icon_name is None else (icon(icon_name, size), label)
