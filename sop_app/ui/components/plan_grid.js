// An Excel-like grid over glide-data-grid: keys, clipboard, editor and selection bar. See plan_grid.py for the contract.

import { createElement as h, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { CellEditor, MOVES, Note, SelectionBar } from "./plan_grid_controls.js";
import { cellAt, drawCell, drawHeader } from "./plan_grid_draw.js";
import { NOT_LOADED, parseClipboard, Sheet } from "./plan_grid_sheet.js";

const MARK = { id: "@mark", title: "Comparison rows", width: 26 };
const MARGIN = 25;
// Clipboard, editing and filling are ours (see the handlers); glide-data-grid moves, selects, scrolls and draws.
const FEATURES = {
  width: "100%",
  height: "100%",
  headerHeight: 28,
  groupHeaderHeight: 24,
  minColumnWidth: 20,
  rangeSelect: "rect",
  columnSelect: "none",
  rowSelect: "none",
  cellActivationBehavior: "double-click",
  keybindings: { copy: false, cut: false, paste: false, activateCell: false, delete: false, search: false, downFill: false, rightFill: false, scrollToSelectedCell: false },
  getCellsForSelection: () => [],
  smoothScrollX: true,
  smoothScrollY: true,
};

/** Let the one growing column take up what the window leaves over, or lacks by no more than a scrollbar. */
function fitColumns(columns, width) {
  const slack = width - MARK.width - columns.reduce((sum, column) => sum + column.width, 0);
  if (width === 0 || slack < -24) return columns;
  return columns.map((column) => (column.grow ? { ...column, width: column.width + Math.min(slack, 160) } : column));
}

function useDebounced(callback, delay) {
  const timer = useRef(0);
  const latest = useRef(callback);
  latest.current = callback;
  return useMemo(
    () => (...args) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latest.current?.(...args), delay);
    },
    [delay],
  );
}

function useWidth(ref) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

/** Load the grid library and the canvas font; both are needed before the first cell can be drawn. */
function useGlide() {
  const [glide, setGlide] = useState(null);
  useEffect(() => {
    const fonts = ["13px", "500 13px", "600 12px"].map((font) => document.fonts.load(`${font} "Inter Tabular"`).catch(() => null));
    Promise.all([import("@glideapps/glide-data-grid"), ...fonts]).then(([module]) => setGlide(module));
  }, []);
  return glide;
}

function rangeTitle(columns, { x, width }) {
  const names = [columns[Math.max(1, x) - 1], columns[x + width - 2]].map((column) => column?.label ?? column?.title ?? "");
  if (names[0] === names[1]) return names[0];
  const [first, last] = names.map((name) => name.split(" "));
  if (first.length > 1 && first.at(-1) === last.at(-1)) first.pop();
  return `${first.join(" ")} to ${last.join(" ")}`;
}

export function PlanGridView(props) {
  const { columns: given, rows: count, base, patch, totals, summary, search, freezeColumns, height, rowHeight, label, gridId } = props;
  const theme = useMemo(() => props.theme, [props.theme.name]);
  const glide = useGlide();
  const shell = useRef(null);
  const grid = useRef(null);
  const region = useRef({ x: 0, y: 0, width: 1, height: 1 });
  const width = useWidth(shell);
  const sheet = useRef(null);
  if (sheet.current === null) sheet.current = new Sheet();
  const S = sheet.current;
  const [version, setVersion] = useState(0);
  const [selection, setSelection] = useState(undefined);
  const [editor, setEditor] = useState(null);
  const [tip, setTip] = useState(null);
  const tabColumn = useRef(null);
  const jumped = useRef(false);
  const barShown = useRef(false);
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const release = () => setDragging(false);
    window.addEventListener("pointerup", release);
    return () => window.removeEventListener("pointerup", release);
  }, []);
  const columns = useMemo(() => fitColumns(given ?? [], width), [given, width]);
  const hasTotals = !!totals?.cells;
  const nameColumn = columns.filter((column) => column.kind === "text" && column.role !== "lead")[0]?.id;
  const frozenWidth = MARK.width + columns.slice(0, freezeColumns).reduce((sum, column) => sum + column.width, 0);
  Object.assign(S, { columns, count, theme, selection, frozenWidth, freezeColumns, nameColumn, search: (search ?? "").trim().toLowerCase() });
  const render = () => setVersion((n) => n + 1);
  const renderSoon = useDebounced(render, 250);
  const repaint = (positions) => {
    const { y, height: seen } = region.current;
    const rows = positions ?? Array.from({ length: seen + 1 }, (_, i) => y + i);
    const visible = [...rows.filter((row) => row >= y && row <= y + seen), count];
    grid.current?.updateCells(visible.flatMap((row) => Array.from({ length: columns.length + 1 }, (_, c) => ({ cell: [c, row] }))));
    renderSoon();
  };

  const loaded = useRef(null);
  useLayoutEffect(() => {
    S.totals = totals ?? {};
    const chosen = S.selection?.current;
    const active = chosen && S.rowAt(chosen.cell[1])?.id;
    const rows = chosen && S.idsIn(chosen.range);
    const reordered = !!base && (base.order ?? 0) !== S.order;
    if (base && base !== loaded.current) S.load(base);
    loaded.current = base;
    if (chosen) followSelection(chosen, S.placeOf(active), rows, reordered);
    if (editor) followEditor(S.placeOf(editor.row), reordered);
    S.merge(patch);
    if (unsent.current || (chosen && reordered)) sendSelection();
    if (reordered) askWindow();
    render();
  }, [base, totals, given]);
  useLayoutEffect(() => {
    const changed = S.merge(patch);
    repaint(changed.length > 50 ? undefined : changed);
    if (changed.length) showNote(S.selection?.current?.cell);
  }, [patch]);

  const select = (cell, range) => {
    const last = range || !hasTotals ? count - 1 : count; // the totals take part in no range
    const [x, y] = [Math.max(0, Math.min(cell[0], columns.length)), Math.max(0, Math.min(cell[1], last))];
    const empty = glide.CompactSelection.empty();
    setSelection({ columns: empty, rows: empty, current: { cell: [x, y], range: range ?? { x, y, width: 1, height: 1 }, rangeStack: [] } });
  };
  // The selection stays on its row; in another order only where that does not scroll the rows away, and a range
  // only with the same rows. Else nothing is selected, so that typing never lands on another row.
  const followSelection = ({ cell, range }, place, rows, reordered) => {
    const { y, height: seen } = region.current;
    const by = place - cell[1];
    const near = place >= y && place < y + seen - 1;
    if (place === undefined || (reordered && by && !near)) return reordered && setSelection(undefined);
    const moved = { ...range, y: range.y + by };
    if (reordered && (rows === null || S.idsIn(moved) !== rows)) return select([cell[0], place]);
    return by && select([cell[0], place], moved);
  };
  const followEditor = (place, reordered) => {
    const cell = [editor.cell[0], place ?? editor.cell[1]];
    if (place === undefined) return reordered && closeEditor(null, null);
    return setEditor({ ...editor, cell, box: inShell(grid.current.getBounds(...cell) ?? editor.box) });
  };
  const onGridSelectionChange = (next) => {
    if (!next.current || count === 0) return setSelection(next.current ? undefined : next);
    const { range, cell } = next.current;
    if (hasTotals && cell[1] === count && range.width * range.height === 1 && !jumped.current) return select([Math.max(1, cell[0]), count]);
    const x = range.width > 1 ? Math.max(1, range.x) : range.x;
    const y = Math.min(range.y, count - 1);
    const kept = { x, y, width: range.x + range.width - x, height: Math.min(range.height, count - y) };
    return select(cell[0] < x ? [x, cell[1]] : cell, kept);
  };

  const unsent = useRef(false);
  const sendSelection = useDebounced(() => {
    const { cell, range } = S.selection?.current ?? {};
    const row = cell && S.rowAt(cell[1]);
    const inTotals = !!cell && cell[1] === count;
    unsent.current = !!cell && !row && !inTotals;
    if (!cell || inTotals) props.onSelect?.({ row: null, col: null, start: 0, count: 0, cols: [], key: "", complete: true });
    if (!row) return;
    const ids = columns.slice(Math.max(1, range.x) - 1, range.x + range.width - 1).map((column) => column.id);
    props.onSelect?.({ row: row.id, col: columns[cell[0] - 1]?.id ?? null, start: range.y, count: range.height, cols: ids, key: rangeKey(range), complete: S.figures(range).missing === 0 });
  }, 150);
  const active = selection?.current;
  const rangeKey = (range) => [range.x, range.y, range.width, range.height, S.order].join(":");
  const chosen = useRef(active);
  useEffect(() => {
    if (active || chosen.current) sendSelection();
    chosen.current = active;
    showNote(active?.cell);
  }, [active]);

  const showNote = (cell, refusal) => {
    const note = cell && (refusal ?? S.noteAt(...cell));
    const bounds = note && grid.current?.getBounds(...cell);
    setTip(bounds ? { note, ...inShell(bounds) } : null);
  };
  const inShell = (bounds) => {
    const origin = shell.current.getBoundingClientRect();
    return { x: bounds.x - origin.x, y: bounds.y - origin.y, width: bounds.width, height: bounds.height };
  };

  const write = (kind, area, textAt) => {
    const edit = S.edit(kind, area, textAt);
    if (edit.rects.length === 0) {
      if (edit.skipped.count) props.onSkip?.({ kind, ...edit.skipped });
      return;
    }
    repaint();
    props.onEdit?.(edit);
  };
  const repeat = (kind, area, block) => write(kind, area, (i, j) => block[j % block.length][i % block[0].length]);
  const fill = (source, area) => {
    const block = [];
    for (let j = 0; j < source.height; j++) {
      if (!S.rowAt(source.y + j)) return props.onSkip?.({ kind: "fill", count: 1, cells: [{ row: null, position: source.y + j, col: null, reason: NOT_LOADED }] });
      block.push(Array.from({ length: source.width }, (_, i) => S.valueText(source.x + i, source.y + j)));
    }
    return area.width > 0 && area.height > 0 ? repeat("fill", area, block) : undefined;
  };
  const fillDown = ({ x, y, width: w, height: n }) => (n > 1 ? fill({ x, y, width: w, height: 1 }, { x, y: y + 1, width: w, height: n - 1 }) : y && fill({ x, y: y - 1, width: w, height: 1 }, { x, y, width: w, height: 1 }));
  const fillRight = ({ x, y, width: w, height: n }) => (w > 1 ? fill({ x, y, width: 1, height: n }, { x: x + 1, y, width: w - 1, height: n }) : x > 1 && fill({ x: x - 1, y, width: 1, height: n }, { x, y, width: 1, height: n }));
  const onFillPattern = (event) => {
    event.preventDefault();
    const { patternSource: from, fillDestination: to } = event;
    const down = to.height > from.height;
    const area = down
      ? { ...to, y: to.y < from.y ? to.y : from.y + from.height, height: to.height - from.height }
      : { ...to, x: to.x < from.x ? to.x : from.x + from.width, width: to.width - from.width };
    fill(from, area);
  };

  const openEditor = (cell, text) => {
    const row = S.rowAt(cell[1]);
    const column = columns[cell[0] - 1];
    const isTotal = S.isTotal(...cell);
    if (!column || (!row && !isTotal)) return;
    const refusal = isTotal ? (row?.lock ?? null) : S.refusalAt(row, column);
    if (refusal !== null) {
      showNote(cell, refusal === "read-only" ? `${column.label ?? column.title} cannot be changed here.` : refusal);
      return;
    }
    grid.current.scrollTo(...cell);
    const bounds = grid.current.getBounds(...cell);
    const name = [column.label ?? column.title, ...(row ? row.cells.filter((_, i) => columns[i]?.kind === "text") : [totals.label])].join(", ");
    if (bounds) setEditor({ cell, row: row?.id, box: inShell(bounds), text: text ?? S.valueText(...cell), replacing: text !== undefined, label: name });
  };
  const closeEditor = (text, move) => {
    const { cell, text: before, replacing } = editor;
    setEditor(null);
    if (move || text === null || document.activeElement?.classList.contains("plan-grid-editor")) grid.current?.focus();
    if (text !== null && (replacing || text !== before)) enter(cell, text);
    if (move) step(cell, move);
  };
  const enter = (cell, text) => {
    if (!S.isTotal(...cell)) write("type", { x: cell[0], y: cell[1], width: 1, height: 1 }, () => text);
    else if (text) props.onSpread?.({ row: cell[1] === count ? null : S.rowAt(cell[1]).id, col: columns[cell[0] - 1].id, text });
  };
  const step = ([x, y], [dx, dy]) => {
    if (dx) tabColumn.current ??= x;
    const column = dy && tabColumn.current !== null ? tabColumn.current : x + dx;
    if (dy) tabColumn.current = null;
    select([Math.max(1, column), Math.min(y + dy, Math.max(y, count - 1))]);
  };
  const toggle = (row) => row?.open !== undefined && row?.open !== null && props.onExpand?.(String(row.id));

  const onKeyDown = (event) => {
    const at = S.selection?.current;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const handle = (action) => {
      event.cancel();
      event.preventDefault();
      action();
    };
    if (control && key === "z") return handle(() => (event.shiftKey ? props.onRedo : props.onUndo)?.());
    if (control && key === "y") return handle(() => props.onRedo?.());
    if (!at || editor) return undefined;
    const { cell, range } = at;
    jumped.current = control || key === "End" || key === "PageDown";
    if (control && key === "d") return handle(() => fillDown(range));
    if (control && key === "r") return handle(() => fillRight(range));
    if (key === "Delete") return handle(() => repeat("delete", range, [[""]]));
    const pressed = event.rawEvent ? key : "F2"; // without a key event: a click in the accessibility tree
    if (pressed === "F2") return handle(() => openEditor(event.location ?? cell));
    if (cell[0] === 0 && (key === "Enter" || key === " ")) return handle(() => toggle(S.rowAt(cell[1])));
    if (key === "Enter" && !control) return handle(() => step(cell, [0, event.shiftKey ? -1 : 1]));
    if (key === "Backspace") return handle(() => openEditor(cell, ""));
    const side = event.shiftKey ? -1 : 1;
    if (key === "Tab" && columns[cell[0] + side - 1]) return handle(() => step(cell, [side, 0]));
    if (MOVES[key]) tabColumn.current = null;
    if (control || event.altKey || event.key.length !== 1) return undefined;
    if (key === "?") return event.cancel();
    return handle(() => openEditor(cell, event.key));
  };

  const onCopy = (event) => {
    const { text, missing } = S.copy(active.range);
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    if (missing) props.onSkip?.({ kind: "copy", count: missing, cells: [{ row: null, position: null, col: null, reason: NOT_LOADED }] });
  };
  const onCut = (event) => {
    onCopy(event);
    repeat("delete", active.range, [[""]]);
  };
  const onPaste = (event) => {
    event.preventDefault();
    const block = parseClipboard(event.clipboardData.getData("text/plain"));
    const { range } = active;
    const times = range.height % block.length === 0 && range.width % block[0].length === 0;
    const area = times ? range : { x: range.x, y: range.y, width: block[0].length, height: block.length };
    repeat("paste", area, block);
    if (!times) select([area.x, area.y], { ...area, width: Math.min(area.width, columns.length + 1 - area.x), height: Math.min(area.height, count - area.y) });
  };
  // Listened to on the document: not every browser sends clipboard events to a focused canvas.
  const onClipboard = useRef(null);
  onClipboard.current = (event) => {
    const focused = document.activeElement;
    if (!active || focused.tagName === "INPUT" || !shell.current.contains(focused)) return;
    ({ copy: onCopy, cut: onCut, paste: onPaste })[event.type](event);
  };
  useEffect(() => {
    const listen = (event) => onClipboard.current(event);
    const types = ["copy", "cut", "paste"];
    types.forEach((type) => document.addEventListener(type, listen));
    return () => types.forEach((type) => document.removeEventListener(type, listen));
  }, []);

  const sendWindow = useDebounced((y, seen) => props.onWindow?.(y, seen), 80);
  const askWindow = () => {
    const { y, height: seen } = region.current;
    const end = S.start + S.rows.length;
    if ((y < S.start + MARGIN && S.start > 0) || (y + seen > end - MARGIN && end < count)) sendWindow(y, seen);
  };
  const onVisibleRegionChanged = (next) => {
    region.current = next;
    showNote(S.selection?.current?.cell);
    if (editor) setEditor({ ...editor, box: inShell(grid.current.getBounds(...editor.cell) ?? editor.box) });
    askWindow();
  };
  const onPointerDown = () => {
    jumped.current = false;
    setDragging(true);
  };
  const onItemHovered = (event) => (event.kind === "cell" ? showNote(event.location) : setTip(null));
  const onCellClicked = (cell) => cell[0] === 0 && toggle(S.rowAt(cell[1]));
  const onHeaderClicked = (c) => columns[c - 1]?.sortable && props.onSort?.(columns[c - 1].id);
  const events = { onGridSelectionChange, onFillPattern, onKeyDown, onVisibleRegionChanged, onItemHovered, onCellClicked, onHeaderClicked, onCellActivated: openEditor };
  const latest = useRef(events);
  latest.current = events;

  // Everything but the cells and the selection keeps its identity, so that a key press costs one redraw.
  const fixed = useMemo(() => {
    const handlers = Object.fromEntries(Object.keys(latest.current).map((name) => [name, (...args) => latest.current[name](...args)]));
    const groupTheme = (name) => {
      const mandatory = columns.some((column) => column.group === name && column.role === "mandatory");
      return { bgHeaderHovered: theme.bgHeader, ...(mandatory ? { textGroupHeader: theme.marks.groupMandatory } : null) };
    };
    return {
      ...handlers,
      ...FEATURES,
      ref: grid,
      theme,
      columns: [MARK, ...columns].map(({ id, title, width: w, group }) => ({ id, title, width: w, group: group ?? "" })),
      rows: count + (hasTotals ? 1 : 0),
      freezeTrailingRows: hasTotals ? 1 : 0,
      freezeColumns: freezeColumns + 1,
      rowHeight,
      drawCell: (args, draw) => drawCell(S, args, draw),
      drawHeader: (args) => drawHeader(S, args),
      getGroupDetails: (name) => ({ name, overrideTheme: groupTheme(name) }),
      getRowThemeOverride: (y) => (y > 0 && S.rowAt(y)?.lead ? { horizontalBorderColor: theme.marks.lead } : undefined),
    };
  }, [theme, columns, count, hasTotals, freezeColumns, rowHeight]);
  const getCellContent = useMemo(() => ([c, y]) => cellAt(S, c, y), [fixed, version, search]);
  const fillable = !!(active && active.cell[1] < count && columns[active.range.x + active.range.width - 2]?.editable);
  S.fillable = fillable;
  const canvas = useMemo(() => glide && h(glide.DataEditor, { ...fixed, getCellContent, gridSelection: selection, fillHandle: fillable }), [glide, fixed, getCellContent, selection, fillable]);

  const many = props.bar !== false && active && active.range.width * active.range.height > 1;
  const bar = many && (!dragging || barShown.current);
  barShown.current = bar;
  const figures = bar ? (summary?.key === rangeKey(active.range) ? summary : S.figures(active.range)) : null;
  const editable = bar && columns.slice(Math.max(1, active.range.x) - 1, active.range.x + active.range.width - 1).some((column) => column.editable);
  const shellStyle = { position: "relative", display: "flex", flexDirection: "column", width: "100%", height, background: theme.bgHeader };
  return h("div", { id: gridId, className: "plan-grid", role: "group", "aria-label": label, ref: shell, style: shellStyle },
    h("div", { style: { flex: 1, minHeight: 0 }, onPointerDownCapture: onPointerDown }, canvas),
    editor ? h(CellEditor, { key: `${editor.row}:${editor.cell[0]}`, ...editor, theme, onDone: closeEditor }) : null,
    tip && !editor ? h(Note, { ...tip, room: shell.current }) : null,
    h("div", { role: "status", "aria-live": "polite", style: { position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)" } }, tip?.note ?? ""),
    bar ? h(SelectionBar, { title: rangeTitle(columns, active.range), rows: active.range.height, figures, editable, wide: width >= 1180, theme, onApply: (text) => repeat("apply", active.range, [[text]]), onLeave: () => grid.current?.focus() }) : null);
}
