"""What a run computes, without database: forecasts, replays of earlier months, and scores.

Everything here takes and returns plain arrays, so that it can be done in another process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from sop_app.kernel import accuracy
from sop_app.planning.forecasting.engine import DEFAULT, Forecast, find_method, make_forecast
from sop_app.planning.forecasting.methods.contract import SEASON, Method
from sop_app.planning.forecasting.panel import Panel
from sop_app.planning.forecasting.parallel import Workers, predict_points

from .schemas import MethodScore

LIBRARIES = ("statsforecast", "scikit-learn", "numpy", "pandas")


@dataclass(frozen=True)
class Outcome:
    """A forecast with what it is compared with.

    Attributes:
        rivals: Name of another method to items x months, NaN where the history was too short for it.
    """

    forecast: Forecast
    rivals: dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Replay:
    """What methods would have forecast from an earlier month.

    Attributes:
        cut: How many months the origin forgot.
        places: Which items of the panel have enough history.
        actual: Items x months, what was then sold.
        forecasts: Name of a method to items x months, NaN where the history was too short for it.
    """

    cut: int
    places: NDArray[np.int64]
    actual: NDArray[np.float64]
    forecasts: dict[str, NDArray[np.float64]]


def forecast_panel(
    panel: Panel, method: str, rivals: Sequence[str], horizon: int, workers: Workers
) -> Outcome:
    """Forecast a panel with a method and with its rivals.

    An item whose history is too short for the method is forecast automatically, and its note says so.

    Args:
        panel: The histories.
        method: Name of the method.
        rivals: Names of methods to compare with.
        horizon: Months ahead.
        workers: Processes to use, or an executor.

    Raises:
        InvalidInputError: As ``engine.make_forecast``.
    """
    chosen = find_method(method)
    short = [panel.ids[place] for place in np.flatnonzero(panel.lengths < chosen.minimum_months)]
    made = make_forecast(
        panel, horizon, method=method, choices=dict.fromkeys(short, DEFAULT), workers=workers
    )
    why = (
        f"{chosen.title} needs {chosen.minimum_months} months of history; another method stands in."
    )
    made = replace(made, notes=dict.fromkeys(short, why) | made.notes)
    others = {
        name: _where_able(find_method(name, workers=workers), panel, horizon, workers)
        for name in rivals
        if name != method
    }
    return Outcome(made, others)


def move_points(outcome: Outcome, points: NDArray[np.float64]) -> Outcome:
    """Put other points in the place of a forecast's; its intervals move along and stay above 0.

    Args:
        outcome: The forecast.
        points: Items x months.
    """
    made = outcome.forecast
    moved = points - made.points
    bounds = {
        level: (np.maximum(lower + moved, 0.0), np.maximum(upper + moved, 0.0))
        for level, (lower, upper) in made.bounds.items()
    }
    return replace(outcome, forecast=replace(made, points=points, bounds=bounds))


def replay_panel(
    panel: Panel, methods: Sequence[str], months: int, cut: int, workers: Workers
) -> Replay:
    """Forecast from an earlier month, of which nothing later is seen.

    Args:
        panel: The histories.
        methods: Names of methods.
        months: How many months are forecast.
        cut: How many months the origin forgets; at least ``months``.
        workers: Processes to use, or an executor.
    """
    seen = panel.cut(cut)
    places = np.flatnonzero(panel.lengths > cut)
    actual = np.array(
        [panel.series[place][len(panel.series[place]) - cut :][:months] for place in places]
    )
    forecasts = {
        name: _where_able(find_method(name, workers=workers), seen, months, workers)
        for name in methods
    }
    return Replay(cut, places, actual.reshape(len(places), months), forecasts)


def _where_able(method: Method, seen: Panel, months: int, workers: Workers) -> NDArray[np.float64]:
    found = np.full((len(seen), months), np.nan)
    able = np.flatnonzero(seen.lengths >= method.minimum_months)
    if able.size:
        found[able] = predict_points(method, seen.pick(able), months, workers=workers).values
    return found


def score_items(panel: Panel, replays: Sequence[Replay]) -> list[list[MethodScore]]:
    """Score every method for every item over all windows in which it could forecast.

    Returns:
        One list per item, the lowest WAPE first; empty without a window.
    """
    scores: list[list[MethodScore]] = [[] for _ in panel.ids]
    names = list(replays[0].forecasts) if replays else []
    titles = {name: find_method(name).title for name in names}
    for place, history in enumerate(panel.series):
        windows = [(replay, np.flatnonzero(replay.places == place)) for replay in replays]
        known = [(replay, int(row[0])) for replay, row in windows if row.size]
        if not known:
            continue
        learned = history[: len(history) - max(replay.cut for replay, _ in known)]
        found = [_score(name, titles[name], known, learned) for name in names]
        scores[place] = sorted(
            (score for score in found if score is not None),
            key=lambda score: (score.wape is None, score.wape or 0.0, score.method),
        )
    return scores


def _score(
    name: str, title: str, known: list[tuple[Replay, int]], learned: NDArray[np.float64]
) -> MethodScore | None:
    pairs = [(replay.actual[row], replay.forecasts[name][row]) for replay, row in known]
    made = [(actual, forecast) for actual, forecast in pairs if np.isfinite(forecast).all()]
    if not made:
        return None
    actual = np.concatenate([one for one, _ in made])
    forecast = np.concatenate([one for _, one in made])
    has_season = len(learned) > SEASON
    return MethodScore(
        method=name,
        title=title,
        wape=accuracy.wape(actual, forecast),
        bias=accuracy.bias(actual, forecast),
        mase=accuracy.mase(actual, forecast, learned) if has_season else None,
        mae=accuracy.mae(actual, forecast),
        rmse=accuracy.rmse(actual, forecast),
        mape=accuracy.mape(actual, forecast),
        hit_rate=accuracy.hit_rate(actual, forecast),
    )


def total_score(replays: Sequence[Replay], name: str) -> tuple[float | None, float | None]:
    """Take WAPE and bias of a method over all items and windows it forecast."""
    pairs = [(replay.actual, replay.forecasts[name]) for replay in replays]
    known = [np.isfinite(forecast).all(axis=1) for _, forecast in pairs]
    actual = [one[rows].ravel() for (one, _), rows in zip(pairs, known, strict=True)]
    forecast = [one[rows].ravel() for (_, one), rows in zip(pairs, known, strict=True)]
    if not sum(map(len, actual)):
        return None, None
    both = np.concatenate(actual), np.concatenate(forecast)
    return accuracy.wape(*both), accuracy.bias(*both)


def library_versions() -> dict[str, str]:
    """Name the versions of the libraries on which the figures depend."""
    return {name: version(name) for name in LIBRARIES}
