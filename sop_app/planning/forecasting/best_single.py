"""One method per item: the one that was nearest in a back-test of that item.

The ladder of the specification says which rivals a history is long enough for; seasonal naive is
always among them. All rivals forecast the same months from the same origins and never see what lies
after. On public series the default combination is 6 to 12 % more accurate; this is for planners who
want one method per item with a name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sop_app.kernel import accuracy

from .choices import Basis, ChosenFitted, ItemChoice, Measure, RivalScore, Trial
from .methods.contract import Cost, Method, Points, require_history
from .panel import Panel, Series
from .parallel import Workers, predict_points
from .rules import list_rivals, split_trial

LAST_RESORT = "moving_average_12"
"""Forecasts an item whose history no measure is defined for: nothing was sold."""


@dataclass(frozen=True)
class BestSingleMethod:
    """Chooses one method per item by a trial on its history.

    Attributes:
        methods: The rivals by name.
        workers: Processes to use, or an executor.
    """

    methods: Mapping[str, Method]
    workers: Workers = 1
    name: str = "best_single"
    title: str = "Best single method"
    minimum_months: int = 1
    cost: Cost = Cost.DEAR
    learns_across: bool = True

    def choose(self, panel: Panel) -> tuple[ItemChoice, ...]:
        """Try the rivals of every item and choose the one that was nearest."""
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place, months in enumerate(panel.lengths.tolist()):
            groups.setdefault((list_rivals(months), *split_trial(months)), []).append(place)
        found: dict[int, ItemChoice] = {}
        for (rivals, origins, ahead), places in groups.items():
            group = panel.pick(places)
            scores = [self._try(name, group, origins, ahead) for name in rivals]
            for row, place in enumerate(places):
                tried = _rank([column[row] for column in scores], origins, ahead)
                found[place] = self._choose_one(panel.ids[place], tried)
        return tuple(found[place] for place in range(len(panel)))

    def fit(self, panel: Panel) -> ChosenFitted:
        """Choose a method per item; it is fitted when the forecast is asked for."""
        require_history(self, panel)
        return ChosenFitted(panel, self.choose(panel), self.methods, self.workers)

    def _try(self, name: str, panel: Panel, origins: Sequence[int], ahead: int) -> list[RivalScore]:
        """Score one rival on every item of a panel."""
        if not origins:
            return [RivalScore(name, failure="One month of history is too few.")] * len(panel)
        rival: Any = self.methods[name]
        # The ladder is about the history a forecast is made from; a trial has to do with less.
        relaxed: Method = replace(rival, minimum_months=1)
        seen = [panel.cut(cut) for cut in origins]
        points = [predict_points(relaxed, one, ahead, workers=self.workers) for one in seen]
        return [
            _score(name, history, place, origins, points)
            for place, history in enumerate(panel.series)
        ]

    def _choose_one(self, item: str, trial: Trial) -> ItemChoice:
        if trial.measure is None:
            reason = "Nothing was sold that a method could be measured by."
            return ItemChoice(item, Basis.TRIAL, (LAST_RESORT,), reason, trial)
        best = trial.scores[0]
        naive = next(one for one in trial.scores if one.method == "seasonal_naive")
        reason = (
            f"{self.methods[best.method].title} was nearest in {_count_tests(trial)} of "
            f"{len(trial.scores)} methods: {_say(best, trial.measure)}"
        )
        if best is not naive:
            reason += f", repeating last year {_say(naive, trial.measure)}"
        return ItemChoice(item, Basis.TRIAL, (best.method,), f"{reason}.", trial)


def _score(
    name: str, history: Series, place: int, origins: Sequence[int], points: Sequence[Points]
) -> RivalScore:
    """Score what a rival forecast for one item from every origin."""
    failed = [one.failures[place] for one in points if place in one.failures]
    if failed:
        return RivalScore(name, failure=failed[0])
    forecasts = [one.values[place] for one in points]
    actuals = [
        history[-cut : len(history) - cut + len(forecast)]
        for cut, forecast in zip(origins, forecasts, strict=True)
    ]
    actual, forecast = np.concatenate(actuals), np.concatenate(forecasts)
    return RivalScore(
        name,
        mape=accuracy.mape(actual, forecast),
        wape=accuracy.wape(actual, forecast),
        mase=_mean_mase(history, origins, actuals, forecasts),
        bias=accuracy.bias(actual, forecast),
    )


def _mean_mase(
    history: Series,
    origins: Sequence[int],
    actuals: Sequence[Series],
    forecasts: Sequence[NDArray[np.float64]],
) -> float | None:
    each = [
        accuracy.mase(actual, forecast, history[:-cut])
        for cut, actual, forecast in zip(origins, actuals, forecasts, strict=True)
    ]
    defined = [one for one in each if one is not None]
    return float(np.mean(defined)) if defined else None


def _rank(scores: Sequence[RivalScore], origins: tuple[int, ...], ahead: int) -> Trial:
    """Put the rivals of one item in order, by the first measure that is defined for it.

    What was sold is the same for all, so a measure is defined for all that did not fail, or none.
    """
    measure = next(iter(_defined(scores)), None)
    ordered = sorted(scores, key=lambda one: _size(one, measure))
    return Trial(origins, ahead, measure, tuple(ordered))


def _defined(scores: Sequence[RivalScore]) -> Iterator[Measure]:
    for measure in Measure:
        if any(one.by(measure) is not None for one in scores):
            yield measure


def _size(score: RivalScore, measure: Measure | None) -> float:
    size = None if measure is None else score.by(measure)
    return float("inf") if size is None else size


def _count_tests(trial: Trial) -> str:
    tests, months = len(trial.origins), trial.months_ahead
    return f"{tests} test{'s' * (tests > 1)} of {months} month{'s' * (months > 1)}"


def _say(score: RivalScore, measure: Measure) -> str:
    size = score.by(measure)
    if size is None:
        return "failed"
    return f"MASE {size:.2f}" if measure is Measure.MASE else f"{measure.upper()} {size:.1%}"
