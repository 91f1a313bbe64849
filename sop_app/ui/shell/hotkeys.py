"""Keys that work on every page, and the few acts of the shell that need no server.

A control answers to keys when it carries ``data-hotkey``: ``custom_attrs=hotkey("ctrl+s")``. The key
clicks it, so a control that is hidden or off does not act. Inside fields and the grid only
combinations with Ctrl and Esc work.
"""

import reflex as rx

from sop_app.ui.components.buttons import key_cap

KEY_SHEET: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    (
        "Everywhere",
        (
            (("Ctrl", "K"), "Search"),
            (("?",), "All keys"),
            (("G", "H"), "Go to home"),
            (("G", "F"), "Go to forecast entry"),
            (("G", "R"), "Go to review"),
            (("Esc",), "Close what is open"),
        ),
    ),
    (
        "In the grid",
        (
            (("F2",), "Edit the cell"),
            (("Ctrl", "C"), "Copy"),
            (("Ctrl", "V"), "Paste a block from Excel"),
            (("Ctrl", "D"), "Fill down"),
            (("Ctrl", "R"), "Fill right"),
            (("Ctrl", "Z"), "Undo"),
            (("Ctrl", "Y"), "Redo"),
            (("Delete",), "Clear the range"),
            (("Shift", "Arrows"), "Extend the selection"),
            (("Ctrl", "Arrows"), "Jump to the end of the data"),
            (("Ctrl", "I"), "Details of the cell"),
            (("Ctrl", "H"), "Hold cells when a total is spread"),
            (("Ctrl", "Enter"), "Submit"),
        ),
    ),
)


class Hotkeys(rx.Component):
    """Listens to the keys and clicks of the shell while a page is open."""

    library = rx.asset("hotkeys.js", shared=True).importable_path
    tag = "Hotkeys"


def hotkey(keys: str) -> dict[str, str]:
    """Return the attribute that makes a control answer to keys: "ctrl+k", "escape", "g h"."""
    return {"data-hotkey": keys}


def key_sheet() -> rx.Component:
    """Show the dialog with all keys; ``?`` opens it."""
    opener = rx.el.button(
        "All keys", class_name="visually-hidden", tab_index=-1, custom_attrs=hotkey("?")
    )
    groups = [
        rx.box(
            rx.heading(title, as_="h3", size="2", margin_bottom="8px"),
            *[_key_line(keys, act) for keys, act in lines],
        )
        for title, lines in KEY_SHEET
    ]
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("All keys", size="4"),
            rx.grid(*groups, columns=rx.breakpoints(initial="1", sm="2"), gap="24px"),
            rx.flex(
                rx.dialog.close(
                    rx.button("Close", variant="surface", color_scheme="gray", high_contrast=True)
                ),
                justify="end",
                margin_top="20px",
            ),
            max_width="560px",
            size="3",
            aria_describedby=rx.Var("undefined"),
        ),
    )


def _key_line(keys: tuple[str, ...], act: str) -> rx.Component:
    return rx.flex(
        rx.text(act, size="2"), key_cap(*keys), justify="between", gap="16px", padding="3px 0"
    )
