"""Draw a chart with recharts, fetched only when a chart is on the screen.

Colours are CSS variables of ``assets/look.css``, so a chart follows the colour mode by itself.
"""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportDict

_SCRIPT = r"""
const chartFigure = (value, decimals) =>
  value === null || value === undefined ? "\u2013"
  : Array.isArray(value) ? value.map((end) => chartFigure(end, decimals)).join(" to ")
  : value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "\u2212");
const chartMonth = (label, index, short) =>
  !short || index === 0 || label.startsWith("Jan ") ? label.replace(/ 20(\d\d)$/, " $1") : label.split(" ")[0];

function ChartTip({ active, label, payload, series, decimals }) {
  if (!active || !payload?.length) return null;
  const row = payload[0].payload;
  return jsx("div", { className: "chart-tip" }, jsx("b", {}, label),
    series.filter((s) => row[s.key] !== null && row[s.key] !== undefined).map((s) =>
      jsx("span", { key: s.key }, s.label, jsx("em", {}, chartFigure(row[s.key], decimals)))));
}

function chartMark(R, s, { label, onOpen }) {
  const paint = { key: s.key, dataKey: s.key, name: s.label, isAnimationActive: false };
  if (s.mark === "band") return jsx(R.Area, { ...paint, fill: s.color, fillOpacity: 1, stroke: "none", type: "linear", activeDot: false });
  if (s.mark === "bar") return jsx(R.Bar, { ...paint, fill: s.color, maxBarSize: 20, radius: [2, 2, 0, 0],
    cursor: onOpen ? "pointer" : undefined, onClick: onOpen ? (bar) => onOpen(String(bar.payload[label])) : undefined });
  const tick = ({ cx, cy, index }) => cy === null || cy === undefined ? jsx("g", { key: index }) : jsx("g", { key: index },
    jsx("rect", { x: cx - 14, y: cy - 3, width: 28, height: 6, fill: "var(--color-panel-solid)" }),
    jsx("line", { x1: cx - 13, x2: cx + 13, y1: cy, y2: cy, stroke: s.color, strokeWidth: 2 }));
  return jsx(R.Line, { ...paint, type: "linear", strokeWidth: s.width, strokeDasharray: s.dash,
    stroke: s.mark === "tick" ? "none" : s.color, dot: s.mark === "tick" ? tick : false,
    activeDot: s.mark === "tick" ? false : { r: 4, fill: s.color, stroke: "var(--color-panel-solid)" } });
}

function chartTicks(rows, series, fromZero) {
  const figures = rows.flatMap((row) => series.flatMap((s) => row[s.key] ?? []));
  if (!figures.length) return undefined;
  const low = Math.min(...figures, ...(fromZero ? [0] : [])), high = Math.max(...figures);
  const rough = (high - low || Math.abs(high) || 1) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((unit) => unit * power >= rough * 0.85) * power;
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function drawChart(R, { rows, series, label, decimals, startsAtZero, forecastFrom, height, onOpen }) {
  const short = rows.length > 0 && rows.every((row) => / 20\d\d$/.test(row[label]));
  const last = rows.length ? rows[rows.length - 1][label] : undefined;
  const hasBars = series.some((s) => s.mark === "bar");
  const ticks = chartTicks(rows, series, startsAtZero || hasBars);
  const places = ticks && Math.max(...ticks.map((tick) => (String(tick).split(".")[1] || "").length));
  const words = { fontSize: 12, fill: "var(--gray-11)" };
  return jsx(R.ResponsiveContainer, { width: "100%", height },
    jsx(R.ComposedChart, { data: rows, margin: { top: 8, right: 8, bottom: 0, left: 0 }, barCategoryGap: "30%", accessibilityLayer: false },
      jsx(R.CartesianGrid, { vertical: false, stroke: "var(--gray-a4)" }),
      forecastFrom && jsx(R.ReferenceArea, { x1: forecastFrom, x2: last, fill: "var(--gray-a2)", fillOpacity: 1,
        label: { value: "Forecast", position: "insideTopLeft", ...words } }),
      jsx(R.XAxis, { dataKey: label, tick: words, tickLine: false, axisLine: { stroke: "var(--gray-a5)" }, height: 28, tickMargin: 8,
        interval: hasBars && rows.length <= 18 ? 0 : "equidistantPreserveStart", minTickGap: 16, tickFormatter: (text, index) => chartMonth(text, index, short) }),
      jsx(R.YAxis, { width: 44, tick: words, tickLine: false, axisLine: false, ticks, interval: 0,
        domain: ticks ? [ticks[0], ticks[ticks.length - 1]] : [0, 1], tickFormatter: (value) => chartFigure(value, places) }),
      jsx(R.Tooltip, { isAnimationActive: false, cursor: hasBars ? { fill: "var(--gray-a3)" } : { stroke: "var(--gray-9)" },
        content: (tip) => jsx(ChartTip, { ...tip, series, decimals }) }),
      series.map((s) => chartMark(R, s, { label, onOpen }))));
}

const LazyChart = lazy(() => import("recharts").then((
  { ResponsiveContainer, ComposedChart, CartesianGrid, ReferenceArea, XAxis, YAxis, Tooltip, Area, Bar, Line }) => {
  const R = { ResponsiveContainer, ComposedChart, CartesianGrid, ReferenceArea, XAxis, YAxis, Tooltip, Area, Bar, Line };
  return { default: (props) => drawChart(R, props) };
}));

function PlanChart(props) {
  const { rows, series, label, labelTitle, decimals, summary, height } = props;
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const blank = jsx("div", { style: { height } });
  return jsx("div", { className: "chart" },
    jsx("div", { className: "chart-plot", role: "img", "aria-label": summary },
      mounted ? jsx(Suspense, { fallback: blank }, jsx(LazyChart, props)) : blank),
    jsx("div", { className: "chart-data", style: { maxHeight: height }, tabIndex: 0, role: "region", "aria-label": summary }, jsx("table", {},
      jsx("thead", {}, jsx("tr", {}, jsx("th", { scope: "col" }, labelTitle), series.map((s) => jsx("th", { key: s.key, scope: "col" }, s.label)))),
      jsx("tbody", {}, rows.map((row) => jsx("tr", { key: row[label] }, jsx("th", { scope: "row" }, row[label]),
        series.map((s) => jsx("td", { key: s.key }, chartFigure(row[s.key], decimals)))))))));
}
"""


class PlanChart(rx.Component):
    """Lines, bars, marks and bands over one axis of categories, and the same figures as a table."""

    tag = "PlanChart"
    lib_dependencies: list[str] = ["recharts@3.10.1"]

    rows: rx.Var[list[dict[str, Any]]]
    series: rx.Var[list[dict[str, Any]]]
    label: rx.Var[str]
    label_title: rx.Var[str]
    decimals: rx.Var[int]
    starts_at_zero: rx.Var[bool]
    forecast_from: rx.Var[str]
    summary: rx.Var[str]
    height: rx.Var[int]

    on_open: rx.EventHandler[rx.event.passthrough_event_spec(str)]

    def add_imports(self) -> ImportDict:
        """Name what the script uses."""
        names = ("lazy", "Suspense", "useEffect", "useState")
        return {"react": [rx.ImportVar(name) for name in names]}

    def add_custom_code(self) -> list[str]:
        """Define the component in the page."""
        return [_SCRIPT]
