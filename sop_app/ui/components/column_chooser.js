// The menu that shows and hides the columns of a table. See column_chooser.py.

import { createElement as h, Fragment, useEffect, useState } from "react";
import { DropdownMenu, IconButton } from "@radix-ui/themes";
import Columns3Cog from "lucide-react/dist/esm/icons/columns-3-cog.mjs";

function keptColumns(place) {
  try {
    const kept = JSON.parse(localStorage.getItem(place));
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

export function ColumnChooser({ table, columns }) {
  const place = `columns:${table}`;
  const [hidden, setHidden] = useState(() => columns.filter((column) => column.hidden).map((column) => column.key));
  useEffect(() => {
    const kept = keptColumns(place);
    if (kept) setHidden(kept);
  }, [place]);

  const show = (key, isShown) => {
    const next = isShown ? hidden.filter((other) => other !== key) : [...hidden, key];
    setHidden(next);
    localStorage.setItem(place, JSON.stringify(next));
  };
  const cells = hidden.map((key) => `[data-table="${CSS.escape(table)}"] [data-column="${CSS.escape(key)}"]`);
  const button = h(IconButton, { variant: "surface", color: "gray", highContrast: true, size: "2", "aria-label": "Columns" },
    h(Columns3Cog, { size: 16, strokeWidth: 1.75 }));
  const items = columns.map((column) => h(DropdownMenu.CheckboxItem, {
    key: column.key,
    checked: !hidden.includes(column.key),
    onCheckedChange: (isShown) => show(column.key, isShown),
    onSelect: (event) => event.preventDefault(),
  }, column.label));
  return h(Fragment, {},
    h("style", {}, cells.length ? `${cells.join(",")}{display:none}` : ""),
    h(DropdownMenu.Root, { modal: false },
      h(DropdownMenu.Trigger, {}, button),
      h(DropdownMenu.Content, { align: "end", size: "2" }, items)));
}
