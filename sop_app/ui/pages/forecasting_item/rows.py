"""What a run says about one item, as its page shows it."""

from datetime import date
from typing import Any

from sop_app.kernel.periods import add_months
from sop_app.planning.baseline.explaining import ItemExplanation
from sop_app.planning.baseline.rules import BACKTEST_MONTHS, Level
from sop_app.planning.baseline.schemas import ItemForecast, MethodScore
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column
from sop_app.ui.sections.baseline_state import TITLES

CHART_MONTHS = 36
SHOWN_ORIGINS = 3
NOTHING, PREVIOUS = "none", "previous"
SCORE_COLUMNS = (
    Column("title", "Method"),
    Column("wape", "Error (WAPE)", "number"),
    Column("bias", "Bias", "number"),
    Column("mase", "MASE", "number", missing="Less than 13 months to learn from"),
    Column("hit_rate", "Within 20%", "number", missing="A month without sales has no percentage"),
    Column("mae", "Mean error, units", "number"),
    Column("rmse", "RMSE, units", "number", is_wide_only=True),
    Column("mape", "MAPE", "number", missing="A month without sales has no percentage"),
)
MONTH_COLUMNS = (
    Column("month", "Month"),
    Column("point", "Forecast", "number"),
    Column("range_80", "80% interval", "number"),
    Column("range_95", "95% interval", "number", is_wide_only=True),
    Column("last_year", "Year before", "number", missing="Not known"),
    Column("change", "Change", "number", missing="Not known"),
    Column("previous", "Run before", "number", missing="The run before did not reach this month"),
)
DRIVER_COLUMNS = (Column("meaning", "What it looked at"), Column("share", "Part", "number"))
NO_FACTS: dict[str, str] = dict.fromkeys(
    (
        *("name", "code", "unit", "level", "demand_class", "reason", "methods", "note", "history"),
        *("wape", "naive", "wape_tone", "bias", "mase", "next_year", "change", "width"),
    ),
    "",
)


def facts_of(item: ItemForecast) -> dict[str, str]:
    """Write what stands above and beside the chart."""
    own = own_score(item)
    naive = next((one for one in item.scores if one.method == "seasonal_naive"), None)
    last_year, next_year = sum(item.history[-12:]), sum(item.points[:12])
    lower, upper = item.bounds[80]
    widths = [high - low for low, high in zip(lower[:12], upper[:12], strict=True)]
    relative = sum(widths) / next_year if next_year > 0 else None
    is_better = own and naive and (own.wape or 0) <= (naive.wape or 0)
    return {
        "name": item.name,
        "code": item.code,
        "unit": item.unit,
        "level": item.level.label,
        "demand_class": item.demand_class.replace("_", " ").capitalize(),
        "reason": item.reason,
        "methods": ", ".join(describe_members(item.members)),
        "note": item.note,
        "history": formats.count(len(item.history), "month"),
        "wape": formats.percent(own.wape if own else None),
        "naive": f"{formats.percent(naive.wape if naive else None)} if last year were repeated",
        "wape_tone": "good" if is_better else "neutral",
        "bias": formats.percent_change(own.bias if own else None),
        "mase": formats.number(own.mase if own else None, 2),
        "next_year": formats.number(next_year),
        "change": formats.percent_change(next_year / last_year - 1 if last_year > 0 else None),
        "width": formats.percent(relative),
    }


def describe_members(members: list[str]) -> list[str]:
    """Name the combined methods, each once, with its weight if it counts more than once.

    Example:
        >>> describe_members(["pretrained", "pretrained", "theta"])
        ['Pre-trained model (counted twice)', 'Theta']
    """
    words = {2: " (counted twice)", 3: " (counted three times)"}
    return [
        f"{TITLES.get(name, name)}{words.get(members.count(name), '')}"
        for name in dict.fromkeys(members)
    ]


def own_score(item: ItemForecast) -> MethodScore | None:
    """Find the score of the method that made the forecast."""
    return next((score for score in item.scores if score.method == item.method), None)


def chart_rows(item: ItemForecast, rival: str) -> list[dict[str, Any]]:
    """Lay history, forecast, intervals and one rival out by month."""
    known = list(zip(item.history_months, item.history, item.corrected, strict=True))
    rows: list[dict[str, Any]] = [
        {
            "month": formats.month(month),
            "sales": sold,
            "corrected": cleaned if cleaned != sold else None,
        }
        for month, sold, cleaned in known[-CHART_MONTHS:]
    ]
    others = rival_points(item, rival)
    for place, month in enumerate(item.months):
        rows.append(
            {
                "month": formats.month(month),
                "forecast": item.points[place],
                "band_80": [bound[place] for bound in item.bounds[80]],
                "band_95": [bound[place] for bound in item.bounds[95]],
                "rival": others.get(month),
            }
        )
    return rows


def rival_points(item: ItemForecast, rival: str) -> dict[date, float]:
    """Give what another method, or the run before, expects by month."""
    if rival == PREVIOUS:
        return item.previous
    return dict(zip(item.months, item.rivals.get(rival, []), strict=False))


def rival_options(item: ItemForecast, titles: dict[str, str]) -> list[dict[str, str]]:
    """List what the forecast can be compared with."""
    found = [{"value": NOTHING, "label": "Nothing"}]
    found += [{"value": name, "label": titles.get(name, name)} for name in sorted(item.rivals)]
    if item.previous:
        found.append({"value": PREVIOUS, "label": "The run before"})
    return found


def month_rows(item: ItemForecast) -> list[dict[str, Any]]:
    """Write the forecast month by month."""
    sold = dict(zip(item.history_months, item.history, strict=True))
    return [
        {
            "id": month.isoformat(),
            "month": formats.month(month),
            "point": formats.number(item.points[place]),
            "range_80": _range(item, 80, place),
            "range_95": _range(item, 95, place),
            "last_year": formats.number(before),
            "change": formats.percent_change(item.points[place] / before - 1 if before else None),
            "previous": formats.number(item.previous.get(month)),
        }
        for place, month in enumerate(item.months)
        for before in [sold.get(add_months(month, -12))]
    ]


def _range(item: ItemForecast, level: int, place: int) -> str:
    lower, upper = item.bounds[level]
    return f"{formats.number(lower[place])} to {formats.number(upper[place])}"


def score_rows(item: ItemForecast) -> list[dict[str, Any]]:
    """Write how the method and its rivals did, the best first."""
    return [
        {
            "id": score.method,
            "title": f"{score.title}, used" if score.method == item.method else score.title,
            "tone": "" if score.method == item.method else "muted",
            "wape": formats.percent(score.wape),
            "bias": formats.percent_change(score.bias),
            "mase": formats.number(score.mase, 2),
            "hit_rate": formats.percent(score.hit_rate),
            "mae": formats.number(score.mae, 1),
            "rmse": formats.number(score.rmse, 1),
            "mape": formats.percent(score.mape),
        }
        for score in item.scores
    ]


def backtest_rows(item: ItemForecast) -> list[dict[str, Any]]:
    """Lay what was forecast from the latest earlier months beside what was then sold."""
    shown = item.backtests[-SHOWN_ORIGINS:]
    if not shown:
        return []
    first = shown[0].origin
    months = [month for month in item.history_months if month > add_months(first, -12)]
    sold = dict(zip(item.history_months, item.history, strict=True))
    forecasts = [
        dict(
            zip(
                [add_months(test.origin, lag) for lag in range(1, BACKTEST_MONTHS + 1)],
                test.forecast,
                strict=True,
            )
        )
        for test in shown
    ]
    return [
        {"month": formats.month(month), "sales": sold[month]}
        | {f"origin_{place}": found.get(month) for place, found in enumerate(forecasts)}
        for month in months
    ]


def backtest_line(item: ItemForecast) -> str:
    """Say from which months the back-test looked ahead."""
    origins = [formats.month(test.origin) for test in item.backtests]
    if not origins:
        return "The history is too short to look back, or the run made no back-test."
    return (
        f"Each line is what the method expected at the end of a month "
        f"({', '.join(origins[-SHOWN_ORIGINS:])}), from the sales known then."
    )


def part_rows(found: ItemExplanation) -> list[dict[str, Any]]:
    """Lay the parts of the history out by month."""
    return [
        {"month": formats.month(month), "trend": trend, "season": season, "remainder": rest}
        for month, trend, season, rest in zip(
            found.months, found.trend, found.season, found.remainder, strict=True
        )
    ]


def driver_rows(found: ItemExplanation) -> list[dict[str, Any]]:
    """Write what the pre-trained model looked at."""
    return [
        {
            "id": driver.meaning,
            "meaning": driver.meaning[:1].upper() + driver.meaning[1:],
            "share": formats.percent(driver.share, 0),
        }
        for driver in found.drivers
    ]


def summary_of(item: ItemForecast) -> str:
    """Say the chart in one sentence."""
    facts = facts_of(item)
    return (
        f"{item.name}: {facts['next_year']} {item.unit} expected in the next 12 months, "
        f"{facts['change']} against the last 12; error {facts['wape']} in the back-test."
    )


def level_of(text: str) -> Level:
    """Read a level out of an address; all products together by default."""
    return Level(text) if text in set(Level) else Level.TOTAL
