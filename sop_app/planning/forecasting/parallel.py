"""Fit a method on several processes, where that pays."""

import numpy as np
from joblib import Parallel, delayed

from .methods.contract import Cost, Method, Points
from .panel import Panel

FEWEST_PER_PROCESS = {Cost.CHEAP: 100, Cost.NORMAL: 100, Cost.DEAR: 4}
"""Items from which on a process is worth its start."""
CHUNKS_PER_WORKER = 4


def predict_points(method: Method, panel: Panel, horizon: int, *, workers: int = 1) -> Points:
    """Forecast a panel with one method.

    Args:
        method: The method.
        panel: Histories of at least ``method.minimum_months``.
        horizon: Months ahead.
        workers: Processes to use; a method that learns across items runs in one.

    Raises:
        ValueError: A history is too short.
    """
    fewest = workers * FEWEST_PER_PROCESS[method.cost]
    if method.learns_across or workers == 1 or len(panel) < fewest:
        return method.fit(panel).predict(horizon)
    chunks = np.array_split(np.arange(len(panel)), workers * CHUNKS_PER_WORKER)
    tasks = [delayed(_predict)(method, panel.pick(chunk), horizon) for chunk in chunks]
    found: list[Points] = Parallel(n_jobs=workers)(tasks)  # pyright: ignore[reportAssignmentType]
    failures = {
        int(chunk[place]): why
        for chunk, points in zip(chunks, found, strict=True)
        for place, why in points.failures.items()
    }
    return Points(np.vstack([points.values for points in found]), failures)


def _predict(method: Method, panel: Panel, horizon: int) -> Points:
    return method.fit(panel).predict(horizon)
