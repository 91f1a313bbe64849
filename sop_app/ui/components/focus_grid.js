// One Tab stop for a grid of controls; arrows, Home and End move inside it. See focus_grid.py.

import { createElement as h, useEffect, useRef } from "react";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function cellAt(grid, row, column) {
  return grid.querySelector(`[data-cell="${row}:${column}"]`);
}

export function FocusGrid({ children, label }) {
  const place = useRef(null);

  useEffect(() => {
    const cells = [...place.current.querySelectorAll("[data-cell]")];
    if (!cells.some((cell) => cell.tabIndex === 0)) cells[0]?.setAttribute("tabindex", "0");
  });

  const move = (event) => {
    const from = event.target.closest("[data-cell]");
    if (!from) return;
    const [row, column] = from.dataset.cell.split(":").map(Number);
    const step = STEPS[event.key];
    const columns = place.current.querySelectorAll(`[data-cell^="${row}:"]`).length;
    const edge = { Home: 0, End: columns - 1 }[event.key];
    if (!step && edge === undefined) return;
    event.preventDefault();
    const to = step ? cellAt(place.current, row + step[0], column + step[1]) : cellAt(place.current, row, edge);
    to?.focus();
  };
  const remember = (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    for (const other of place.current.querySelectorAll('[data-cell][tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
  };
  return h("div", { ref: place, onKeyDown: move, onFocus: remember, role: "group", "aria-label": label, className: "focus-grid" }, children);
}
