"""A process of its own for long calculations: the worker stays responsive, and they can be stopped.

Python cannot stop a thread, and a calculation holds the worker's interpreter while it runs; a
process can be ended at any moment and takes its memory with it.
"""

import asyncio
import multiprocessing
import traceback
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, TypeVar

from sop_app.kernel.errors import InvalidInputError

Found = TypeVar("Found")
POLL_SECONDS = 0.1


class CalculationError(Exception):
    """The calculation failed; the message holds the traceback of the other process."""


class Calculator:
    """A process that computes one thing after the other: ``async with Calculator(watch) as it``.

    Args:
        watch: Called while the process computes; whatever it raises ends the process.
    """

    def __init__(self, watch: Callable[[], Awaitable[None]]) -> None:
        self._watch = watch
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_answer, args=(there,), name="sop-forecast")
        self._there = there

    async def __aenter__(self) -> "Calculator":
        """Start the process."""
        await asyncio.to_thread(self._process.start)
        self._there.close()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End the process, whatever it does."""
        self._pipe.close()
        self._process.join(timeout=0 if _kind else 1)
        if self._process.is_alive():
            self._process.kill()
            await asyncio.to_thread(self._process.join)

    async def compute(self, function: Callable[..., Found], *arguments: Any) -> Found:
        """Call a function of a module in the process and wait for what it returns.

        Raises:
            InvalidInputError: The function refused.
            CalculationError: It failed, or the process died.
        """
        await asyncio.to_thread(self._pipe.send, (function, arguments))
        while not self._pipe.poll():
            await self._watch()
            await asyncio.sleep(POLL_SECONDS)
        try:
            found, failure = await asyncio.to_thread(self._pipe.recv)
        except (EOFError, ConnectionResetError) as ended:
            raise CalculationError("The process of the calculation ended unexpectedly.") from ended
        if isinstance(failure, dict):
            raise InvalidInputError(failure)
        if failure is not None:
            raise CalculationError(failure)
        return found


def _answer(pipe: Connection) -> None:
    """Compute what is asked for until nobody asks any more."""
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = function(*arguments), None
        except InvalidInputError as refusal:
            answer = None, refusal.fields
        except Exception:  # noqa: BLE001 - told to whoever asked
            answer = None, traceback.format_exc()
        pipe.send(answer)
