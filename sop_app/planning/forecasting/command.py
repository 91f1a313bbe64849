"""Forecast and back-test a file of histories, without database or web."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sop_app.kernel.errors import InvalidInputError

from .backtest import Score, run_backtest
from .engine import DEFAULT, find_method, make_forecast
from .intervals import LEVELS
from .panel import read_panel
from .parallel import Workers

COMPARED = (DEFAULT, "auto_ets", "dot", "pretrained", "seasonal_naive")
_ENDINGS = (".parquet", ".csv")


def forecast_file(
    source: Path,
    output: Path,
    horizon: int,
    *,
    method: str = DEFAULT,
    levels: tuple[int, ...] = LEVELS,
    workers: Workers = 1,
) -> tuple[int, dict[str, str]]:
    """Forecast every item of a file and write the forecast to another.

    Args:
        source: Parquet or CSV with ``unique_id``, ``ds``, ``y``.
        output: Parquet or CSV; see ``engine.Forecast.to_frame`` for its columns.
        horizon: Months ahead.
        method: Name of the method.
        levels: Intervals, of 80 and 95 %.
        workers: Processes to use, or an executor.

    Returns:
        How many items were forecast, and the notes of those that fell back.

    Raises:
        InvalidInputError: The file or an answer cannot be used.
    """
    _check_ending(output)
    panel = read_panel(_read(source))
    made = make_forecast(panel, horizon, method=method, levels=levels, workers=workers)
    frame = made.to_frame()
    if output.suffix == ".csv":
        frame.to_csv(output, index=False)
    else:
        frame.to_parquet(output, index=False)
    return len(panel), made.notes


def backtest_file(
    source: Path,
    horizon: int,
    windows: int,
    *,
    methods: Sequence[str] = COMPARED,
    workers: Workers = 1,
) -> str:
    """Back-test methods on a file and lay the scores out as a table.

    Raises:
        InvalidInputError: The file or an answer cannot be used.
    """
    panel = read_panel(_read(source))
    chosen = [find_method(name, workers=workers) for name in methods]
    scores = run_backtest(panel, chosen, horizon, windows=windows, workers=workers)
    whole = sorted((one for one in scores if one.lag is None), key=_wape)
    return "\n".join([_heading(whole[0], horizon), "", _HEADER, *map(_line, whole)])


_HEADER = f"{'method':<28}{'WAPE':>9}{'bias':>9}{'MASE':>9}{'hit rate':>10}{'80 %':>9}{'95 %':>9}"


def _heading(score: Score, horizon: int) -> str:
    return f"{score.items:,} items, {score.windows} origins, {horizon} months ahead"


def _line(score: Score) -> str:
    shares = (score.wape, score.bias)
    held = (score.coverage_80, score.coverage_95)
    return (
        f"{score.method:<28}{''.join(map(_percent, shares))}{_number(score.mase)}"
        f"{_percent(score.hit_rate, 10)}{''.join(map(_percent, held))}"
    )


def _percent(ratio: float | None, width: int = 9) -> str:
    return f"{'-' if ratio is None else f'{ratio:.1%}':>{width}}"


def _number(figure: float | None) -> str:
    return f"{'-' if figure is None else f'{figure:.3f}':>9}"


def _wape(score: Score) -> float:
    return float("inf") if score.wape is None else score.wape


def _check_ending(path: Path) -> None:
    if path.suffix not in _ENDINGS:
        raise InvalidInputError({"file": f"'{path.name}' ends in neither .parquet nor .csv."})


def _read(path: Path) -> pd.DataFrame:
    _check_ending(path)
    if not path.exists():
        raise InvalidInputError({"file": f"There is no file {path}."})
    try:
        return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (ValueError, OSError) as failure:
        raise InvalidInputError({"file": f"{path.name} cannot be read: {failure}"}) from failure
