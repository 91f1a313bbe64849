"""Keys that work on every page, and the few acts of the shell that need no server.

A control answers to keys when it carries ``data-hotkey``: ``custom_attrs=hotkey("ctrl+s")``. The key
clicks it, so a control that is hidden or off does not act. Inside fields and the grid only
combinations with Ctrl and Esc work.
"""

import reflex as rx
from reflex_base.utils.imports import ImportDict

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
        ),
    ),
)

_SCRIPT = r"""
function keepShell(navigate) {
  const root = document.documentElement;
  const shown = (node) => !node.disabled && node.getClientRects().length > 0;
  const control = (keys) => keys &&
    [...document.querySelectorAll(`[data-hotkey="${CSS.escape(keys)}"]`)].find(shown);
  const press = (node) => (node.matches("input") ? node.focus() : node.click());
  let lead = "";
  const onKey = (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase(), ctrl = event.ctrlKey || event.metaKey;
    const typing = event.target.closest?.("input, textarea, select, canvas, [contenteditable=true]");
    if (typing && !ctrl && key !== "escape") return;
    const node = control(lead && `${lead} ${key}`) || control(ctrl ? `ctrl+${key}` : key);
    lead = !ctrl && !lead && key === "g" ? key : "";
    if (node) { event.preventDefault(); press(node); }
  };
  const onClick = (event) => {
    const node = event.target.closest?.("[data-shell], [data-presses], [data-submits], [data-copy]");
    root.dataset.menu = node?.dataset.shell === "menu" && root.dataset.menu !== "open" ? "open" : "";
    if (!node) return;
    const { shell, presses, submits, copy } = node.dataset;
    if (shell === "sidebar") {
      root.dataset.sidebar = root.dataset.sidebar === "rail" ? "" : "rail";
      localStorage.setItem("sidebar", root.dataset.sidebar);
    }
    if (shell === "skip") document.getElementById("page").focus();
    if (presses) { const target = control(presses); target && press(target); }
    if (submits) document.getElementById(submits)?.requestSubmit();
    if (copy) navigator.clipboard?.writeText(copy);
  };
  const links = (box) => [...box.querySelectorAll(".nav-item")].filter((link) => !link.hidden);
  const filter = (box, text) => {
    const words = text.trim().toLowerCase();
    box.querySelectorAll(".nav-item").forEach((link) => {
      const finds = link.dataset.finds;
      link.hidden = finds ? !words : !link.textContent.toLowerCase().includes(words);
      if (finds) link.querySelector("[data-words]").textContent = text.trim();
    });
    box.querySelector("[data-nothing]").hidden = links(box).length > 0;
  };
  const onSearch = (event) => {
    const box = event.target.closest?.("[data-search]");
    if (box && event.target.tagName === "INPUT") filter(box, event.target.value);
  };
  const leaveSearch = (box) => {
    box.querySelector("input").value = "";
    filter(box, "");
    document.activeElement.blur();
  };
  const onSearchKey = (event) => {
    const box = event.target.closest?.("[data-search]");
    if (!box) return;
    const stops = [box.querySelector("input"), ...links(box)], at = stops.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); stops[(at + step + stops.length) % stops.length].focus(); }
    if (event.key === "Enter" && at === 0 && stops[1]) { event.preventDefault(); stops[1].click(); }
    if (event.key === "Escape") { event.preventDefault(); leaveSearch(box); }
  };
  const onSearchClick = (event) => {
    const link = event.target.closest?.("[data-search] .nav-item");
    if (!link) return;
    if (link.dataset.finds) {
      navigate(`${link.dataset.finds}?find=${encodeURIComponent(link.querySelector("[data-words]").textContent)}`);
    }
    leaveSearch(link.closest("[data-search]"));
  };
  root.dataset.sidebar = localStorage.getItem("sidebar") || "";
  const heard = [["keydown", onSearchKey], ["keydown", onKey], ["click", onSearchClick], ["click", onClick], ["input", onSearch]];
  heard.forEach(([name, act]) => document.addEventListener(name, act));
  return () => heard.forEach(([name, act]) => document.removeEventListener(name, act));
}
"""


class Hotkeys(rx.Fragment):
    """Listens to the keys and clicks of the shell while a page is open."""

    def add_imports(self) -> ImportDict:
        """Name what the script uses."""
        return {"react": rx.ImportVar("useEffect"), "react-router": rx.ImportVar("useNavigate")}

    def add_custom_code(self) -> list[str]:
        """Define the listeners."""
        return [_SCRIPT]

    def add_hooks(self) -> list[str | rx.Var]:
        """Listen as long as the page is open."""
        return [
            "const shellNavigate = useNavigate();",
            "useEffect(() => keepShell(shellNavigate), []);",
        ]


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
