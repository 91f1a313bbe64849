"""The theme of the program: Radix tokens, the stylesheet, and what every page has in its head."""

from typing import Any

import reflex as rx

STYLESHEETS = ["/look.css"]
LANGUAGE = "en"


def radix_theme() -> rx.Component:
    """Return the theme for ``RadixThemesPlugin``; everything else stands in ``assets/look.css``."""
    return rx.theme(
        accent_color="indigo",
        gray_color="slate",
        radius="medium",
        scaling="100%",
        panel_background="solid",
        appearance="inherit",
    )


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

    Reflex's own toasts are left out: those a server sends need ``unsafe-eval``, ours do not.
    """
    return {
        "stylesheets": STYLESHEETS,
        "head_components": head_components(),
        "html_lang": LANGUAGE,
        "toaster": None,
    }
