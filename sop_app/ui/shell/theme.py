"""The theme of the program: Radix tokens, the stylesheet, and what every page has in its head."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import error_boundary

from sop_app.ui.components.buttons import primary_button
from sop_app.ui.components.messages import broken_state

STYLESHEETS = ["/look.css"]
LANGUAGE = "en"


def radix_theme(*children: rx.Component) -> rx.Component:
    """Return the theme for ``RadixThemesPlugin``; everything else stands in ``assets/look.css``."""
    return rx.theme(
        *children,
        accent_color="indigo",
        gray_color="slate",
        radius="medium",
        scaling="100%",
        panel_background="solid",
        appearance="inherit",
    )


def page_guard(has_state: bool) -> rx.Component:
    """Catch what goes wrong while the browser draws a page, and say what is safe.

    Args:
        has_state: Told by Reflex; the guard is the same with and without state.
    """
    reload = {"onClick": rx.Var("() => window.location.reload()")}
    told = broken_state(
        "This page could not be shown",
        "What you entered is saved. If it happens again, tell your administrator the address.",
        primary_button("Load again", "refresh-cw", custom_attrs=reload),
    )
    screen = radix_theme(rx.el.div(told, class_name="broken-page"))
    return error_boundary(fallback_render=screen, on_error=rx.event.noop())


def head_components() -> list[rx.Component]:
    """Return what the head of every page needs: the icon, and the font before the first text."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin-opsz.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        ),
        rx.el.meta(name="color-scheme", content="light dark"),
    ]


def app_options() -> dict[str, Any]:
    """Return the look's part of the arguments of ``rx.App``.

    Reflex's own toasts and connection marks are left out: those toasts need ``unsafe-eval`` when a
    server sends them, and the template says itself when the connection is lost.
    """
    return {
        "app_wraps": {(55, "ErrorBoundary"): page_guard},
        "stylesheets": STYLESHEETS,
        "head_components": head_components(),
        "html_lang": LANGUAGE,
        "toaster": None,
    }
