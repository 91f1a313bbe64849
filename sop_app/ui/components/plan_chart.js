// Lines, bars, marks and bands over one axis, and the same figures as a table. See charts.py.
// recharts is fetched when the first chart is on the screen; colours are variables of look.css.

import { createElement as h, lazy, Suspense, useEffect, useState } from "react";

const WORDS = { fontSize: 12, fill: "var(--gray-11)" };

function figure(value, decimals) {
  if (value === null || value === undefined) return "\u2013";
  if (Array.isArray(value)) return value.map((end) => figure(end, decimals)).join(" to ");
  const places = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString("en-US", places).replace("-", "\u2212");
}

/** Months say their year at the start and each January: Dec 25, Jan 26, Feb. */
function shortMonth(label, index) {
  return index === 0 || label.startsWith("Jan ") ? label.replace(/ 20(\d\d)$/, " $1") : label.split(" ")[0];
}

/** Four or five round figures that enclose all values. */
function roundTicks(rows, series, fromZero) {
  const values = rows.flatMap((row) => series.flatMap((one) => row[one.key] ?? []));
  if (!values.length) return undefined;
  const low = Math.min(...values, ...(fromZero ? [0] : []));
  const high = Math.max(...values, ...(fromZero ? [0] : []));
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((unit) => unit * power >= rough * 0.85) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function Tip({ active, label, payload, series, decimals }) {
  if (!active || !payload?.length) return null;
  const row = payload[0].payload;
  const told = series.filter((one) => row[one.key] !== null && row[one.key] !== undefined);
  return h("div", { className: "chart-tip" }, h("b", {}, label),
    told.map((one) => h("span", { key: one.key }, one.label, h("em", {}, figure(row[one.key], decimals)))));
}

/** A short line across a bar, on a gap in the colour of the card. */
function acrossBar(color) {
  return ({ cx, cy, index }) =>
    h("g", { key: index }, typeof cy !== "number" ? null : [
      h("rect", { key: "gap", x: cx - 14, y: cy - 3, width: 28, height: 6, fill: "var(--color-panel-solid)" }),
      h("line", { key: "line", x1: cx - 13, x2: cx + 13, y1: cy, y2: cy, stroke: color, strokeWidth: 2 }),
    ]);
}

function drawSeries(R, one, { label, onOpen }) {
  const base = { key: one.key, dataKey: one.key, name: one.label, isAnimationActive: false };
  if (one.mark === "band") {
    return h(R.Area, { ...base, fill: one.color, fillOpacity: 1, stroke: "none", type: "linear", activeDot: false });
  }
  if (one.mark === "bar") {
    const opening = onOpen && { cursor: "pointer", onClick: (bar) => onOpen(String(bar.payload[label])) };
    return h(R.Bar, { ...base, fill: one.color, maxBarSize: 20, radius: [2, 2, 0, 0], ...opening });
  }
  if (one.mark === "tick") return h(R.Line, { ...base, stroke: "none", dot: acrossBar(one.color), activeDot: false });
  const active = { r: 4, fill: one.color, stroke: "var(--color-panel-solid)" };
  return h(R.Line, { ...base, type: "linear", stroke: one.color, strokeWidth: one.width,
    strokeDasharray: one.dash, dot: false, activeDot: active });
}

function drawChart(R, props) {
  const { rows, series, label, decimals, startsAtZero, forecastFrom, height } = props;
  const hasBars = series.some((one) => one.mark === "bar");
  const ticks = roundTicks(rows, series, startsAtZero || hasBars);
  const places = ticks && Math.max(...ticks.map((tick) => (String(tick).split(".")[1] || "").length));
  const areMonths = rows.length > 0 && rows.every((row) => / 20\d\d$/.test(row[label]));
  return h(R.ResponsiveContainer, { width: "100%", height },
    h(R.ComposedChart, { data: rows, margin: { top: 8, right: 8, bottom: 0, left: 0 }, accessibilityLayer: false },
      h(R.CartesianGrid, { vertical: false, stroke: "var(--gray-a4)" }),
      forecastFrom && rows.length > 0 && h(R.ReferenceArea, { x1: forecastFrom, x2: rows[rows.length - 1][label],
        fill: "var(--gray-a2)", fillOpacity: 1, label: { value: "Forecast", position: "insideTopLeft", ...WORDS } }),
      h(R.XAxis, { dataKey: label, tick: WORDS, tickLine: false, axisLine: { stroke: "var(--gray-a5)" }, height: 28,
        tickMargin: 8, minTickGap: 16, interval: hasBars && rows.length <= 18 ? 0 : "equidistantPreserveStart",
        tickFormatter: areMonths ? shortMonth : undefined }),
      h(R.YAxis, { width: axisWidth(ticks, places), tick: WORDS, tickLine: false, axisLine: false, ticks, interval: 0,
        domain: ticks ? [ticks[0], ticks[ticks.length - 1]] : [0, 1], tickFormatter: (value) => figure(value, places) }),
      h(R.Tooltip, { isAnimationActive: false, cursor: hasBars ? { fill: "var(--gray-a3)" } : { stroke: "var(--gray-9)" },
        content: (tip) => h(Tip, { ...tip, series, decimals }) }),
      series.map((one) => drawSeries(R, one, props))));
}

const Drawing = lazy(() => import("recharts").then(
  ({ ResponsiveContainer, ComposedChart, CartesianGrid, ReferenceArea, XAxis, YAxis, Tooltip, Area, Bar, Line }) => {
    const R = { ResponsiveContainer, ComposedChart, CartesianGrid, ReferenceArea, XAxis, YAxis, Tooltip, Area, Bar, Line };
    return { default: (props) => drawChart(R, props) };
  }));

function axisWidth(ticks, places) {
  return Math.max(44, ...(ticks ?? []).map((value) => figure(value, places).length * 7 + 10));
}

function FigureTable({ rows, series, label, labelTitle, decimals }) {
  const head = [labelTitle, ...series.map((one) => one.label)];
  return h("table", {},
    h("thead", {}, h("tr", {}, head.map((title) => h("th", { key: title, scope: "col" }, title)))),
    h("tbody", {}, rows.map((row) => h("tr", { key: row[label] }, h("th", { scope: "row" }, row[label]),
      series.map((one) => h("td", { key: one.key }, figure(row[one.key], decimals)))))));
}

export function PlanChart(props) {
  const { summary, height } = props;
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const blank = h("div", { style: { height } });
  return h("div", { className: "chart" },
    h("div", { className: "chart-plot", role: "img", "aria-label": summary },
      isMounted ? h(Suspense, { fallback: blank }, h(Drawing, props)) : blank),
    h("div", { className: "chart-data", style: { maxHeight: height }, tabIndex: 0, role: "region", "aria-label": summary },
      h(FigureTable, props)));
}
