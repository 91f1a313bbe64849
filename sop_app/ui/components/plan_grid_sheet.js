// What the browser knows of a planning grid: the loaded window, answers of the server, figures not yet answered.
// No React here; plan_grid.js owns the screen and the keys.

const READ_ONLY = "read-only";
const OUTSIDE = "outside the grid";
export const NOT_LOADED = "not loaded";

/** Split clipboard text into rows of cells as Excel writes it: tabs, line ends, quotes around odd cells. */
export function parseClipboard(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\n|\r|$)/g;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [, raw, end] = match;
    rows.at(-1).push(raw.startsWith('"') && raw.length > 1 ? raw.slice(1, -1).replaceAll('""', '"') : raw.trim());
    if (end === "") break;
    if (end !== "\t") {
      if (cell.lastIndex >= text.length) break;
      rows.push([]);
    }
  }
  const width = Math.max(...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
}

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export class Sheet {
  start = 0;
  rows = [];
  index = new Map();
  seq = -1;
  order = 0;
  typed = new Map();
  edits = 0;
  selection = null;
  totals = {};

  rowAt(y) {
    return this.rows[y - this.start];
  }

  /** Find the row of a key in the whole table; undefined when it is not loaded. */
  placeOf(id) {
    const place = this.index.get(String(id));
    return place === undefined ? undefined : this.start + place;
  }

  /** Name the rows of a range; null when not all of them are loaded. */
  idsIn({ y, height }) {
    const ids = Array.from({ length: height }, (_, i) => this.rowAt(y + i)?.id);
    return ids.includes(undefined) ? null : ids.join();
  }

  typedAt(row, column) {
    return this.typed.get(`${row.id}\t${column.id}`)?.text;
  }

  /** Say why a cell cannot be written, or null when it can. Rows not loaded are left to the server. */
  refusalAt(row, column) {
    if (!column.editable || row?.kind === "context") return READ_ONLY;
    if (row?.lock) return row.lock;
    return row?.marks?.[column.id]?.includes("locked") ? (row.notes?.[column.id] ?? "locked") : null;
  }

  /** Say whether a cell is a total that can be typed over: its column spreads, or it stands in the last row. */
  isTotal(c, y) {
    const column = this.columns[c - 1];
    if (!column?.spreads) return false;
    const row = this.rowAt(y);
    return y === this.count || (!!row && row.kind !== "context" && column.role === "total");
  }

  noteAt(c, y) {
    const row = this.rowAt(y);
    const column = this.columns[c - 1];
    if (!row || !column || y >= this.count) return null;
    const refusal = this.refusalAt(row, column);
    return row.notes?.[column.id] ?? (column.editable && refusal !== READ_ONLY ? refusal : null);
  }

  /** Take a new window; everything the server answered up to its `seq` is already in it. */
  load(base) {
    this.start = base.start ?? 0;
    this.rows = [...(base.rows ?? [])];
    this.index = new Map(this.rows.map((row, i) => [String(row.id), i]));
    this.seq = base.seq ?? 0;
    this.order = base.order ?? 0;
    this.acknowledge(base.ack);
  }

  /** Lay an answer over the window; return the positions of the rows that changed. */
  merge(patch) {
    this.acknowledge(patch?.ack);
    if (!patch || (patch.seq ?? 0) <= this.seq) return [];
    this.seq = patch.seq;
    const changed = [];
    for (const { cols, rows, marks, extra } of patch.blocks ?? []) {
      const places = (cols ?? []).map((id) => this.columns.findIndex((column) => column.id === id));
      rows.forEach(([id, v, ...values], line) => {
        const i = this.index.get(String(id));
        if (i === undefined) return;
        const row = this.rows[i];
        const news = { marks, ...extra?.[line] };
        const notes = Object.fromEntries(Object.entries(row.notes ?? {}).filter(([id]) => !(id in (news.marks ?? {}))));
        const cells = [...row.cells];
        places.forEach((place, n) => place >= 0 && (cells[place] = values[n]));
        this.rows[i] = { ...row, ...news, v, cells, marks: { ...row.marks, ...news.marks }, notes: { ...notes, ...news.notes } };
        changed.push(this.start + i);
      });
    }
    if (patch.totals) this.totals = { ...this.totals, cells: { ...this.totals.cells, ...patch.totals } };
    return changed;
  }

  // Edits are numbered on from what the server answered, also when the grid is shown anew.
  acknowledge(edit = 0) {
    this.edits = Math.max(this.edits, edit);
    for (const [key, { edit: n }] of this.typed) if (n <= edit) this.typed.delete(key);
  }

  valueText(c, y) {
    if (y === this.count) return this.totalText(c);
    const row = this.rowAt(y);
    const value = row?.cells[c - 1];
    if (value === null || value === undefined) return "";
    return Array.isArray(value) ? value[1] : String(this.typedAt(row, this.columns[c - 1]) ?? value);
  }

  /** Write the range as tab-separated text and count the rows that are not loaded. */
  copy({ x, y, width, height }) {
    const lines = [];
    let missing = 0;
    for (let j = y; j < y + height; j++) {
      if (j < this.count && !this.rowAt(j)) missing += 1;
      const cells = [];
      for (let c = Math.max(1, x); c < x + width; c++) cells.push(quoted(j < this.count ? this.valueText(c, j) : this.totalText(c)));
      lines.push(cells.join("\t"));
    }
    return { text: lines.join("\n"), missing };
  }

  totalText(c) {
    const value = this.totals.cells?.[this.columns[c - 1].id];
    return c === 1 ? (this.totals.label ?? "") : String(value ?? "");
  }

  /** Add up the numbers of the range that are loaded. */
  figures({ x, y, width, height }) {
    let sum = 0;
    let count = 0;
    let missing = 0;
    for (let j = y; j < Math.min(y + height, this.count); j++) {
      const row = this.rowAt(j);
      if (!row) missing += 1;
      for (let c = Math.max(1, x); row && c < x + width; c++) {
        const value = row.cells[c - 1];
        if (typeof value === "number" && this.columns[c - 1].kind === "number") [sum, count] = [sum + value, count + 1];
      }
    }
    return { sum, count, average: count ? sum / count : null, missing };
  }

  /**
   * Describe one act on a range as the server wants it, and show it as typed until the answer comes.
   *
   * `textAt(i, j)` gives the text for column i and row j of the area. Cells that may not be written are
   * null in `values` and are listed in `skipped`. Loaded rows go by id and version, others by position.
   */
  edit(kind, area, textAt) {
    const skipped = { count: 0, cells: [] };
    const skip = (row, y, column, reason) => {
      skipped.count += 1;
      if (skipped.cells.length < 20) skipped.cells.push({ row: row?.id ?? null, position: y, col: column?.id ?? null, reason });
    };
    const writable = [];
    for (let c = Math.max(1, area.x); c < area.x + area.width; c++) if (this.columns[c - 1]?.editable) writable.push(c);
    const rects = [];
    const known = { rows: [], values: [] };
    let gap = null;
    const n = this.edits + 1;
    for (let y = area.y; y < area.y + area.height; y++) {
      if (y >= this.count) {
        for (let c = area.x; c < area.x + area.width; c++) skip(null, y, this.columns[c - 1], OUTSIDE);
        continue;
      }
      const row = this.rowAt(y);
      for (let c = area.x; c < area.x + area.width; c++) {
        if (c && !writable.includes(c)) skip(row, y, this.columns[c - 1], c > this.columns.length ? OUTSIDE : READ_ONLY);
      }
      const texts = writable.map((c) => {
        const refusal = row ? this.refusalAt(row, this.columns[c - 1]) : null;
        if (refusal !== null) skip(row, y, this.columns[c - 1], refusal);
        return refusal === null ? textAt(c - area.x, y - area.y) : null;
      });
      if (texts.every((text) => text === null)) continue;
      if (row) {
        known.rows.push([row.id, row.v ?? 0]);
        known.values.push(texts);
        texts.forEach((text, i) => text !== null && this.typed.set(`${row.id}\t${this.columns[writable[i] - 1].id}`, { text, edit: n }));
        gap = null;
      } else {
        if (!gap) rects.push((gap = { start: y, count: 0, values: [] }));
        gap.count += 1;
        gap.values.push(texts);
      }
    }
    if (known.rows.length) rects.unshift(known);
    const cols = writable.map((c) => this.columns[c - 1].id);
    for (const rect of rects) Object.assign(rect, { cols, values: shrink(rect.values) });
    if (rects.length) this.edits = n;
    return { n, seen: this.seq, order: this.order, kind, rects, skipped };
  }
}

// A matrix whose rows, or whose cells, are all alike travels as one row, or one cell; the server repeats it.
function shrink(values) {
  const first = JSON.stringify(values[0]);
  if (!values.every((row) => JSON.stringify(row) === first)) return values;
  return values[0].every((text) => text === values[0][0]) ? [[values[0][0]]] : [values[0]];
}
