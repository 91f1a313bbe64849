// What is not canvas in the planning grid: the editor over a cell, the note beside it, the bar under a range.

import { createElement as h, useLayoutEffect, useRef, useState } from "react";
import { Button, SegmentedControl, TextField } from "@radix-ui/themes";
import { formatNumber } from "./plan_grid_draw.js";

export const MOVES = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

/** Edit one cell in place: arrows leave it while it is being typed anew, and move the caret after F2. */
export function CellEditor({ box, text, label, replacing, theme, onDone }) {
  const input = useRef(null);
  const done = useRef(false);
  const [value, setValue] = useState(text);
  const [arrows, setArrows] = useState(replacing);
  useLayoutEffect(() => {
    input.current.focus({ preventScroll: true });
    if (replacing) input.current.setSelectionRange(text.length, text.length);
    else input.current.select();
  }, []);
  const finish = (save, move) => {
    if (done.current) return;
    done.current = true;
    onDone(save ? value.trim() : null, move);
  };
  const onKeyDown = (event) => {
    event.stopPropagation();
    const side = event.shiftKey ? -1 : 1;
    const move = event.key === "Enter" ? [0, side] : event.key === "Tab" ? [side, 0] : arrows ? MOVES[event.key] : null;
    if (event.key === "F2") setArrows(!arrows);
    if (move || event.key === "Escape") {
      event.preventDefault();
      finish(event.key !== "Escape", move ?? null);
    }
  };
  const ink = { color: theme.textDark, background: theme.bgCell, font: `13px ${theme.fontFamily}` };
  const place = { left: box.x, top: box.y, width: Math.max(box.width, 12 + value.length * 8.5), height: box.height };
  const style = { ...ink, ...place, position: "absolute", zIndex: 3, boxSizing: "border-box", border: `2px solid ${theme.accentColor}`, outline: "none", padding: "0 5px 2px", textAlign: "right" };
  const onChange = (event) => setValue(event.target.value);
  return h("input", { ref: input, value, style, onChange, onKeyDown, "aria-label": label, autoComplete: "off", spellCheck: false, className: "plan-grid-editor", onBlur: () => finish(true, null) });
}

/** Say below a cell, or above it near the bottom, what is wrong with it or why it is locked. */
export function Note({ note, x, y, height, room }) {
  const above = y + height + 80 > room.clientHeight;
  const place = { left: Math.max(0, Math.min(x, room.clientWidth - 330)), top: above ? y - 4 : y + height + 4, transform: above ? "translateY(-100%)" : "none" };
  const style = { ...place, position: "absolute", zIndex: 4, maxWidth: 320, pointerEvents: "none" };
  return h("div", { className: "rt-TooltipContent", style }, h("p", { className: "rt-Text rt-r-size-1 rt-TooltipText", style: { margin: 0 } }, note));
}

// The text each cell gets: what a planner would type into it.
function signed(mode, text) {
  const bare = text.trim().replace(/%$/, "");
  if (mode === "set") return text.trim();
  const sign = /^[+\-\u2212]/.test(bare) ? "" : "+";
  return `${sign}${bare}${mode === "percent" ? "%" : ""}`;
}

const MODES = [["set", "Set to"], ["add", "Add"], ["percent", "Percent"]];
const HINTS = [["F2", "edit"], ["Ctrl D", "fill down"], ["?", "all keys"]];

/** Add up the selected range and offer to change all of it. */
export function SelectionBar({ title, rows, figures, editable, wide, theme, onApply, onLeave }) {
  const [mode, setMode] = useState("percent");
  const [value, setValue] = useState("");
  const apply = () => value.trim() && onApply(signed(mode, value));
  const onKeyDown = (event) => {
    if (event.key === "Enter") apply();
    if (event.key === "Escape") onLeave();
  };
  const figure = (name, amount, digits) => h("span", { key: name }, `${name} `, h("b", { style: { color: theme.textDark, fontWeight: 500 } }, amount === null ? "\u2013" : formatNumber(amount, digits)));
  const line = h("span", { key: "line", style: { width: 1, height: 20, background: theme.headerBottomBorderColor } });
  const note = figures.missing ? h("span", null, `without ${formatNumber(figures.missing)} rows not loaded`) : null;
  const change = [
    h("span", { key: "label" }, "Change selection"),
    h(SegmentedControl.Root, { key: "mode", size: "1", value: mode, onValueChange: setMode, "aria-label": "Change selection" }, MODES.map(([id, label]) => h(SegmentedControl.Item, { key: id, value: id }, label))),
    h(TextField.Root, { key: "value", size: "1", value, onKeyDown, onChange: (event) => setValue(event.target.value), style: { width: 72, flex: "none" }, "aria-label": "Value", placeholder: mode === "set" ? "0" : "+5" }, mode === "percent" ? h(TextField.Slot, { side: "right" }, "%") : null),
    h(Button, { key: "apply", size: "1", variant: "soft", onClick: apply }, "Apply"),
  ];
  const hints = HINTS.map(([key, does]) => h("span", { key }, h("kbd", { className: "rt-Kbd rt-r-size-1" }, key), ` ${does}`));
  const style = { display: "flex", alignItems: "center", gap: 16, height: 44, flex: "none", padding: "0 20px", overflow: "hidden", whiteSpace: "nowrap", color: theme.textMedium, borderTop: `1px solid ${theme.headerBottomBorderColor}`, fontSize: 13 };
  return h("div", { style, role: "toolbar", "aria-label": "Selection", className: "plan-grid-bar" },
    h("span", null, h("b", { style: { color: theme.textDark, fontWeight: 500 } }, title), `, ${formatNumber(rows)} ${rows === 1 ? "row" : "rows"}`), line,
    figure("Sum", figures.sum), figure("Average", figures.average, figures.average % 1 ? 1 : 0), figure("Count", figures.count), note,
    h("span", { style: { flex: 1 } }), editable ? change : null, wide ? [line, ...hints] : null);
}
