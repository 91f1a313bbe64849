// What a cell of the planning grid looks like. Pure functions of a sheet (see plan_grid.js) and its theme.

const stroke = (...paths) => paths.map((d) => ({ d }));
const CIRCLE = "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20";
const CHECK = stroke("M20 6 9 17l-5-5");
const PENCIL = stroke("M21.17 6.81a1 1 0 0 0-3.98-3.98L3.84 16.17a2 2 0 0 0-.5.83l-1.32 4.35a.5.5 0 0 0 .62.62l4.35-1.32a2 2 0 0 0 .83-.5z", "m15 5 4 4");
const DASHED = [{ d: CIRCLE, dash: [3.9, 3.95] }];
// Lucide's outlines (ISC licence) on a 24 unit board.
const ICONS = {
  done: CHECK,
  approved: CHECK,
  missing: DASHED,
  idle: DASHED,
  draft: PENCIL,
  error: stroke(CIRCLE, "M12 8v4", "M12 16h.01"),
  locked: stroke("M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2z", "M7 11V7a5 5 0 0 1 10 0v4"),
  submitted: stroke("M14.54 21.69a.5.5 0 0 0 .93-.03l6.5-19a.5.5 0 0 0-.63-.63l-19 6.5a.5.5 0 0 0-.03.94l7.93 3.18a2 2 0 0 1 1.12 1.11z", "m21.85 2.15-10.94 10.94"),
  returned: stroke("M9 14 4 9l5-5", "M4 9h10.5a5.5 5.5 0 0 1 0 11H11"),
  open: stroke("m6 9 6 6 6-6"),
  closed: stroke("m9 18 6-6-6-6"),
  asc: stroke("m5 12 7-7 7 7", "M12 19V5"),
  desc: stroke("M12 5v14", "m19 12-7 7-7-7"),
};

function drawIcon(ctx, name, x, y, size, color) {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(size / 24, size / 24);
  ctx.strokeStyle = color;
  ctx.lineWidth = 2;
  ctx.lineCap = ctx.lineJoin = "round";
  for (const { d, dash } of ICONS[name] ?? []) {
    ctx.setLineDash(dash ?? []);
    ctx.stroke(new Path2D(d));
  }
  ctx.restore();
}

const formats = [0, 1, 2, 3, 4].map((n) => new Intl.NumberFormat("en-US", { minimumFractionDigits: n, maximumFractionDigits: n }));

/** Write a figure as the page does: thousands comma, true minus, nothing for nothing. */
export function formatNumber(value, decimals = 0) {
  if (typeof value !== "number") return value ?? "";
  return formats[decimals].format(value).replace("-", "\u2212");
}

const plain = /^\d[\d, \u00a0\u202f]*$/;
const typedText = (text) => (plain.test(text) ? formatNumber(Number(text.replace(/\D/g, ""))) : text);

/** Name the strongest state of an entry cell; null when it is an ordinary one. */
function stateOf(column, row, value, marks) {
  if (marks.includes("error") || marks.includes("conflict")) return "error";
  if (row.lock || marks.includes("locked")) return "locked";
  const empty = value === null || value === "";
  if (marks.includes("missing") || (empty && column.role === "mandatory")) return "missing";
  if (marks.includes("held")) return "held";
  return marks.includes("changed") ? "changed" : null;
}

// What is entered, in units or shown as money; names, status and total have no state of their own.
const isEntry = (column) => column.editable || column.role === "mandatory" || column.role === "optional";
const ROLE_LOOKS = { optional: "optional", total: "total", muted: "code" };

function lookOf(column, row, state) {
  if (row.kind === "context") return column.role === "total" ? "contextTotal" : "context";
  if (state) return state;
  if (column.role === "lead") return row.lead ? "lead" : "muted";
  return ROLE_LOOKS[column.role] ?? null;
}

/** Width of the line before a column: the optional months and the total begin with a visible edge. */
function edgeBefore(columns, x) {
  const { role } = columns[x] ?? {};
  if (role !== "optional" && role !== "total") return 0;
  return columns[x - 1]?.role === role ? 0 : role === "optional" ? 3 : 2;
}

const NO_MARKS = [];
const LOADING = { kind: "loading", allowOverlay: false, skeletonWidth: 28, skeletonWidthVariability: 8 };
const textCell = (text, copy, extra) => ({ kind: "text", data: text, displayData: text, copyData: copy, allowOverlay: false, readonly: true, ...extra });

function markCell(sheet, row, y) {
  const { theme, selection } = sheet;
  const range = selection?.current?.range;
  const selected = !!range && y >= range.y && y < range.y + range.height;
  const name = row.open === true ? "open" : row.open === false ? "closed" : null;
  return textCell(name ? (row.open ? "Hide comparison rows" : "Show comparison rows") : "", "", {
    displayData: "",
    cursor: name ? "pointer" : undefined,
    themeOverride: theme.states[selected ? "markSelected" : row.kind === "context" ? "context" : "mark"],
    paint: { icon: name, color: theme.marks[selected ? "chevronSelected" : "chevron"] },
  });
}

function totalsCell(sheet, x) {
  const { columns, totals, theme } = sheet;
  const column = columns[x];
  const paint = { edge: edgeBefore(columns, x) };
  const extra = { themeOverride: theme.states.totals, paint };
  if (column?.kind === "text") {
    // The label is wider than one column: each text column draws its part of it.
    paint.shift = -columns.slice(0, x).reduce((sum, { width }) => sum + width, 0);
    return textCell(x ? "" : (totals.label ?? ""), "", { ...extra, displayData: totals.label ?? "" });
  }
  if (column?.kind !== "number") return textCell("", "", extra);
  const value = totals.cells?.[column.id] ?? null;
  return textCell(formatNumber(value, column.decimals), value === null ? "" : String(value), { ...extra, contentAlign: "right" });
}

function statusCell(sheet, row, value) {
  const [tone, label] = value ?? [null, ""];
  const colors = sheet.theme.tones[tone];
  const look = sheet.theme.states[row.kind === "context" ? "context" : "status"];
  return textCell(label, label, { themeOverride: colors ? { ...look, textDark: colors[1] } : look, paint: { tone, color: colors?.[0] } });
}

/** Give glide-data-grid the cell at display column `c` (0 is the row mark) and row `y`. */
export function cellAt(sheet, c, y) {
  if (y >= sheet.count) return totalsCell(sheet, c - 1);
  const row = sheet.rowAt(y);
  if (!row) return LOADING;
  if (c === 0) return markCell(sheet, row, y);
  const column = sheet.columns[c - 1];
  const value = row.cells[c - 1] ?? null;
  if (column.kind === "status") return statusCell(sheet, row, value);
  const typed = sheet.typedAt(row, column);
  const marks = row.marks?.[column.id] ?? NO_MARKS;
  const state = row.kind === "context" || !isEntry(column) ? null : stateOf(column, row, value, marks);
  const display = column.kind === "number" ? formatNumber(value, column.decimals) : (value ?? "");
  const look = lookOf(column, row, state);
  const found = sheet.search && display.toLowerCase().includes(sheet.search);
  const ground = sheet.theme.states[found ? "found" : look];
  const shown = typed === undefined ? display : typedText(typed);
  return textCell(shown, typed ?? (value === null ? "" : String(value)), {
    readonly: sheet.refusalAt(row, column) !== null,
    contentAlign: column.kind === "number" ? "right" : "left",
    themeOverride: typed === undefined ? ground : { ...(shown === "" && state !== "missing" ? ground : sheet.theme.states[look]), ...sheet.theme.states.saving },
    paint: {
      state: typed ? null : state,
      unusual: marks.includes("unusual"),
      commented: marks.includes("commented"),
      dash: row.kind === "context" && column.id === sheet.nameColumn ? row.dash : null,
      edge: edgeBefore(sheet.columns, c - 1),
    },
  });
}

function drawMarks(ctx, { x, y, width, height }, paint, marks) {
  if (paint.state === "error") {
    ctx.strokeStyle = marks.frame;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 1.5, y + 1.5, width - 2, height - 2);
  }
  if (paint.state === "missing") {
    ctx.strokeStyle = marks.ring;
    ctx.lineWidth = 1.25;
    ctx.beginPath();
    ctx.arc(x + width - 12, y + height / 2 + 0.5, 3.5, 0, 7);
    ctx.stroke();
  }
  if (paint.state === "held") {
    ctx.fillStyle = marks.held;
    ctx.beginPath();
    ctx.arc(x + 7.5, y + height / 2 + 0.5, 2.5, 0, 7);
    ctx.fill();
  }
  if (paint.unusual) {
    ctx.fillStyle = marks.unusual;
    ctx.fillRect(x + 1, y + height - 2, width - 1, 2);
  }
  if (paint.commented) {
    ctx.fillStyle = marks.comment;
    ctx.fill(new Path2D(`M${x + width - 8} ${y + 1}h8v8z`));
  }
  if (paint.edge) {
    ctx.fillStyle = marks.edge;
    ctx.fillRect(x, y, paint.edge, height);
  }
}

/** Draw one cell: the active one loses its tint and gets a frame, then text, then the marks on top. */
export function drawCell(sheet, { ctx, rect, cell, col, row, theme }, drawText) {
  const { x, y, width, height } = rect;
  const { paint = {} } = cell;
  const current = sheet.selection?.current;
  const active = current && current.cell[0] === col && current.cell[1] === row;
  ctx.save();
  if (active) {
    ctx.fillStyle = theme.bgCell;
    ctx.fillRect(x + 1, y + 1, width - 1, height - 1);
    ctx.fillStyle = theme.textDark;
  }
  const shift = paint.shift ?? (paint.dash ? 20 : paint.tone ? 17 : 0);
  if (shift) ctx.translate(shift, 0);
  drawText();
  ctx.restore();
  ctx.save();
  if (paint.icon) drawIcon(ctx, paint.icon, x + 7, y + (height - 13) / 2 + 0.5, 13, paint.color);
  if (paint.tone) drawIcon(ctx, paint.tone, x + 7, y + (height - 13) / 2 + 0.5, 13, paint.color);
  if (paint.dash) {
    ctx.fillStyle = sheet.theme.dashes[paint.dash] ?? paint.dash;
    ctx.fillRect(x + 8, y + height / 2 - 0.5, 12, 2);
  }
  drawMarks(ctx, rect, paint, sheet.theme.marks);
  if (col === sheet.freezeColumns) {
    ctx.fillStyle = sheet.theme.marks.edge;
    ctx.fillRect(x + width - 1, y, 1, height);
  }
  if (active) {
    ctx.strokeStyle = theme.accentColor;
    ctx.lineWidth = 2;
    ctx.strokeRect(x + 1, y + 1, width - 1, height - 1);
  }
  const range = current?.range;
  if (range && sheet.fillable && col === range.x + range.width - 1 && row === range.y + range.height - 1) {
    ctx.fillStyle = theme.bgCell;
    ctx.fillRect(x + width - 8, y + height - 8, 9, 9);
    ctx.fillStyle = theme.accentColor;
    ctx.fillRect(x + width - 7, y + height - 7, 8, 8);
  }
  ctx.restore();
}

/** Draw a column header; columns of the selected range are lit, sorted ones carry an arrow. */
export function drawHeader(sheet, { ctx, rect, columnIndex, theme, isHovered }) {
  const { x, y, width, height } = rect;
  const column = sheet.columns[columnIndex - 1];
  const range = sheet.selection?.current?.range;
  const lit = column && range && columnIndex >= range.x && columnIndex < range.x + range.width;
  const hovered = isHovered && column?.sortable;
  ctx.fillStyle = lit ? theme.bgHeaderHasFocus : hovered ? theme.bgHeaderHovered : theme.bgHeader;
  ctx.fillRect(x + 1, y, width - 1, height);
  if (!column) return;
  const right = column.kind === "number";
  ctx.font = `${column.role === "total" ? "600" : "500"} 12px ${theme.fontFamily}`;
  ctx.fillStyle = lit ? theme.textHeaderSelected : theme.textHeader;
  ctx.textAlign = right ? "right" : "left";
  ctx.textBaseline = "middle";
  ctx.fillText(column.title, right ? x + width - 7.5 : x + 7.5, y + height / 2 + 1);
  ctx.textAlign = "left";
  if (column.sorted) drawIcon(ctx, column.sorted, right ? x + 5 : x + width - 20, y + (height - 14) / 2, 14, lit ? theme.textHeaderSelected : theme.textHeader);
  drawGroupLine(sheet, ctx, rect, columnIndex);
}

// The line over the mandatory columns and the edges lie in the group header too, outside the clip glide set for
// this column: leave it, draw, and hand back a context in the state glide expects.
function drawGroupLine(sheet, ctx, { x, y, width, height }, columnIndex) {
  const mandatory = sheet.columns[columnIndex - 1].role === "mandatory";
  const edge = edgeBefore(sheet.columns, columnIndex - 1);
  if (!mandatory && !edge) return;
  ctx.restore();
  ctx.save();
  ctx.beginPath();
  ctx.rect(columnIndex > sheet.freezeColumns ? sheet.frozenWidth : 0, 0, 1e5, y + height);
  ctx.clip();
  ctx.fillStyle = mandatory ? sheet.theme.accentColor : sheet.theme.marks.edge;
  if (mandatory) ctx.fillRect(x, 0, width, 2);
  else ctx.fillRect(x, 0, edge, y + height);
}
