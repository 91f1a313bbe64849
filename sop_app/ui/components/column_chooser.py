"""The menu that shows and hides the columns of a table, remembered in the browser.

Columns are hidden by a style rule, so choosing them costs no round trip and no server state.
"""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportDict

from sop_app.ui.components.table_columns import Column

_SCRIPT = r"""
function ColumnChooser({ table, columns }) {
  const key = "columns:" + table;
  const [hidden, setHidden] = useState(columns.filter((c) => c.hidden).map((c) => c.key));
  useEffect(() => {
    try { const kept = JSON.parse(localStorage.getItem(key)); if (Array.isArray(kept)) setHidden(kept); } catch {}
  }, [key]);
  const toggle = (column, shown) => {
    const next = shown ? hidden.filter((k) => k !== column) : [...hidden, column];
    setHidden(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  const rule = hidden.map((k) => `[data-table="${table}"] [data-column="${k}"]`).join(",");
  return jsx(Fragment, {},
    jsx("style", {}, rule ? rule + "{display:none}" : ""),
    jsx(ColumnMenu.Root, { modal: false },
      jsx(ColumnMenu.Trigger, {},
        jsx(ColumnButton, { variant: "surface", color: "gray", highContrast: true, size: "2", "aria-label": "Columns" },
          jsx(ColumnIcon, { size: 16, strokeWidth: 1.75 }))),
      jsx(ColumnMenu.Content, { align: "end", size: "2" },
        columns.map((c) => jsx(ColumnMenu.CheckboxItem, {
          key: c.key, checked: !hidden.includes(c.key), onCheckedChange: (on) => toggle(c.key, on),
          onSelect: (event) => event.preventDefault(),
        }, c.label)))));
}
"""


class ColumnChooser(rx.Component):
    """Menu button with a checkbox for each column that may be hidden."""

    tag = "ColumnChooser"

    table: rx.Var[str]
    columns: rx.Var[list[dict[str, Any]]]

    def add_imports(self) -> ImportDict:
        """Name what the script uses."""
        return {
            "react": [
                rx.ImportVar("useState"),
                rx.ImportVar("useEffect"),
                rx.ImportVar("Fragment"),
            ],
            "@radix-ui/themes@3.3.0": [
                rx.ImportVar("DropdownMenu", alias="ColumnMenu"),
                rx.ImportVar("IconButton", alias="ColumnButton"),
            ],
            "lucide-react@1.26.0": [
                rx.ImportVar(
                    "Columns3Cog",
                    alias="ColumnIcon",
                    is_default=True,
                    package_path="/dist/esm/icons/columns-3-cog.mjs",
                )
            ],
        }

    def add_custom_code(self) -> list[str]:
        """Define the component in the page."""
        return [_SCRIPT]


def column_chooser(table: str, columns: tuple[Column, ...]) -> rx.Component:
    """Let the user choose the columns of a table.

    Args:
        table: Name of the table, as given to ``data_table``.
        columns: All columns; the first names the row and always stays.
    """
    choices = [
        {"key": column.key, "label": column.label, "hidden": column.is_hidden}
        for column in columns[1:]
    ]
    return ColumnChooser.create(table=table, columns=choices)
