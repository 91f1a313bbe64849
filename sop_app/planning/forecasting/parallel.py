"""Forecast a panel by several processes, on this machine or on many, where that pays.

The one door out of the process: whoever forecasts says how many processes, or which executor, and
gets the same figures whoever computes them.
"""

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from joblib import Parallel, delayed

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.config import get_config

from .methods.contract import Cost, Method, Points
from .panel import Panel

FEWEST_PER_PROCESS = {Cost.CHEAP: 100, Cost.NORMAL: 100, Cost.DEAR: 4}
"""Items from which on a process is worth its start."""
CHUNKS_PER_PROCESS = 4
LARGEST_CHUNK = 5_000
"""Items sent at once at most: a message stays at a few megabytes, and little is done again when a
machine is lost."""
PATIENCE_SECONDS = 30
"""How long a cluster may take to answer, and to have its first worker."""
MISSING_EXTRA = (
    "FORECAST_EXECUTOR is dask, and Dask is not installed: pip install -r requirements-dask.txt"
)


class Executor(Protocol):
    """Where the chunks of a panel are computed."""

    def count_processes(self) -> int:
        """Count the chunks that are computed at the same time."""
        ...

    def compute(self, work: Callable[[Panel], Points], chunks: Sequence[Panel]) -> list[Points]:
        """Do the work on every chunk and return what was found in the order of the chunks."""
        ...


Workers = int | Executor
"""How a caller says who computes: so many processes of this machine, or an executor."""


@dataclass(frozen=True)
class LocalExecutor:
    """Processes of this machine (joblib).

    Attributes:
        processes: How many.
    """

    processes: int

    def count_processes(self) -> int:
        """Count the processes."""
        return self.processes

    def compute(self, work: Callable[[Panel], Points], chunks: Sequence[Panel]) -> list[Points]:
        """Do the work on every chunk."""
        tasks = [delayed(work)(chunk) for chunk in chunks]
        found: list[Points] = Parallel(n_jobs=self.processes)(tasks)  # pyright: ignore[reportAssignmentType]
        return found


@dataclass(frozen=True)
class DaskExecutor:
    """The workers of a Dask cluster, which have this program and its libraries installed.

    It connects anew for each panel (40 ms), so that it can be sent to another process and no
    connection grows old. Dask repeats the chunks of a worker that is lost.

    Attributes:
        address: Of the cluster's scheduler, such as ``tcp://10.0.0.5:8786``.
    """

    address: str

    def count_processes(self) -> int:
        """Count the threads of all workers.

        Raises:
            InvalidInputError: The cluster does not answer, or has no worker.
        """
        with self._connect() as client:
            return sum(client.nthreads().values())

    def compute(self, work: Callable[[Panel], Points], chunks: Sequence[Panel]) -> list[Points]:
        """Do the work on every chunk.

        Raises:
            InvalidInputError: The cluster does not answer, or has no worker.
        """
        with self._connect() as client:
            futures = [
                client.submit(_do_packed, work, pickle.dumps(chunk), pure=False) for chunk in chunks
            ]
            return client.gather(futures)

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        from distributed import Client  # an extra, and a quarter of a second to import

        with ExitStack() as stack:
            try:
                client = stack.enter_context(
                    Client(self.address, timeout=PATIENCE_SECONDS, set_as_default=False)
                )
                client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            except (OSError, ValueError) as failure:
                raise InvalidInputError(
                    {"executor": f"The Dask cluster {self.address} cannot be used: {failure}."}
                ) from failure
            yield client


def configured_workers() -> Workers:
    """Say what this installation forecasts with: all cores of this machine, or its Dask cluster.

    Raises:
        InvalidInputError: A cluster is configured and Dask is not installed.
    """
    address = get_config().forecast_cluster
    if address is None:
        return os.cpu_count() or 1
    if find_spec("distributed") is None:
        raise InvalidInputError({"executor": MISSING_EXTRA})
    return DaskExecutor(address)


def predict_points(method: Method, panel: Panel, horizon: int, *, workers: Workers = 1) -> Points:
    """Forecast a panel with one method.

    Args:
        method: The method.
        panel: Histories of at least ``method.minimum_months``.
        horizon: Months ahead.
        workers: Processes to use, or an executor; a method that learns across items runs in this
            process, and so does a panel that would not keep two of them busy.

    Raises:
        ValueError: A history is too short.
        InvalidInputError: The executor's cluster cannot be used.
    """
    work = partial(_predict, method, horizon)
    executor = LocalExecutor(workers) if isinstance(workers, int) else workers
    useful = len(panel) // FEWEST_PER_PROCESS[method.cost]
    if method.learns_across or useful < 2:
        return work(panel)
    processes = min(executor.count_processes(), useful)
    if processes < 2:
        return work(panel)
    count = max(processes * CHUNKS_PER_PROCESS, -(-len(panel) // LARGEST_CHUNK))
    chunks = np.array_split(np.arange(len(panel)), count)
    found = executor.compute(work, [panel.pick(chunk) for chunk in chunks])
    failures = {
        int(chunk[place]): why
        for chunk, points in zip(chunks, found, strict=True)
        for place, why in points.failures.items()
    }
    return Points(np.vstack([points.values for points in found]), failures)


def _do_packed(work: Callable[[Panel], Points], packed: bytes) -> Points:
    """Do the work on a chunk that came in one piece.

    Dask would send each series as a part of its own: 76 µs an item instead of 6.
    """
    return work(pickle.loads(packed))  # noqa: S301 - as Dask does with all it is sent


def _predict(method: Method, horizon: int, panel: Panel) -> Points:
    return method.fit(panel).predict(horizon)
