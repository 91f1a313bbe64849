"""Questions with their answers, drawn from simulated series: what is learned and what is scored."""

from dataclasses import dataclass

import numpy as np

from sop_app.planning.forecasting.pretrained import features
from sop_app.planning.forecasting.pretrained.features import Floats, Integers, Windows
from sop_app.planning.forecasting.pretrained.simulate import simulate_series

LONGEST = max(features.LOOK_BACKS)
SHORT_SHARE = 0.35


@dataclass(frozen=True)
class Examples:
    """Windows of simulated series with what came after them.

    Attributes:
        windows: The look-back windows, ``n`` of them.
        horizons: Months ahead that are asked, ``(n, m)``.
        actual: What the series was in those months, ``(n, m)``.
        naive_error: Mean distance of a month from the same month a year before, over the whole
            simulated series, ``(n,)``: the unit of MASE.
    """

    windows: Windows
    horizons: Integers
    actual: Floats
    naive_error: Floats

    @property
    def target(self) -> Floats:
        """What came, in spreads from the level, ``(n * m,)``."""
        level, spread = self.windows.level[:, None], self.windows.spread[:, None]
        return ((self.actual / level - 1.0) / spread).ravel()


def draw_examples(count: int, seed: int, look_back: int, asked: int) -> Examples:
    """Draw examples for one look-back.

    Args:
        count: Series to simulate; those without demand in the last 12 months drop out.
        seed: Seed of all randomness.
        look_back: 12 or 24; of the short one, a part is known for 6 to 11 months only.
        asked: Months ahead asked of each series, drawn from 1 to ``MODEL_HORIZON``.
    """
    rng = np.random.default_rng([seed, look_back])
    series = simulate_series(count, seed)
    months, known = _draw_known(rng, series[:, LONGEST - look_back : LONGEST])
    has_demand = months[:, -features.SEASON :].sum(axis=1) > 0
    series, months, known = series[has_demand], months[has_demand], known[has_demand]
    order = rng.random((len(series), features.MODEL_HORIZON)).argsort(axis=1)
    horizons = order[:, :asked] + 1
    actual = np.take_along_axis(series, LONGEST + horizons - 1, axis=1)
    naive_error = np.abs(series[:, features.SEASON :] - series[:, : -features.SEASON]).mean(axis=1)
    return Examples(features.scale_windows(months, known), horizons, actual, naive_error)


def _draw_known(rng: np.random.Generator, months: Floats) -> tuple[Floats, Integers]:
    """Pad some windows of the short look-back as histories of less than a year are padded."""
    count, look_back = months.shape
    known = np.full(count, look_back)
    if look_back == LONGEST:
        return months, known
    is_short = rng.random(count) < SHORT_SHARE
    drawn = rng.integers(features.MIN_MONTHS, look_back, count)
    known = np.where(is_short, drawn, known)
    is_known = np.arange(look_back) >= look_back - known[:, None]
    mean = (months * is_known).sum(axis=1) / known
    return np.where(is_known, months, mean[:, None]), known
