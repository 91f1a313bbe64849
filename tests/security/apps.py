"""The program as these tests start it: whole, and with one wall taken out.

Each function is a target for ``granian --factory``. Events are not counted, so that a test may send
them as fast as it can; ``hurried`` is the program as it is.
"""

from typing import Any


def whole() -> Any:
    """Build the program with every wall, without the limit of events per second."""
    from sop_app.ui.shell import intake

    intake.BURST = intake.EVENTS_PER_SECOND = 10**9
    return _app()()


def whole_again() -> Any:
    """Build the whole program once more, for a test that changes its data."""
    return whole()


def hurried() -> Any:
    """Build the program as it is, the limit of events per second included."""
    return _app()()


def without_gate() -> Any:
    """Leave the gate out."""
    app = _app()
    app._middlewares.clear()
    return whole()


def without_argument_checks() -> Any:
    """Let arguments of any type pass."""
    from sop_app.ui.shell import gate

    gate.has_valid_arguments = lambda *_: True
    return whole()


def without_permissions() -> Any:
    """Let every signed-in person do everything."""
    from sop_app.system.auth.schemas import Actor

    Actor.may = lambda *_: True  # type: ignore[method-assign]
    return whole()


def without_session_checks() -> Any:
    """Believe a session for good once it was opened."""
    from sop_app.ui.shell import gate

    known: dict[str, Any] = {}
    ask = gate.find_actor

    async def remember(token: str, **options: Any) -> Any:
        if token not in known:
            known[token] = await ask(token, **options)
        return known[token]

    gate.find_actor = remember
    return whole()


def _app() -> Any:
    from sop_app.sop_app import app

    return app


def with_probe() -> Any:
    """Add a state whose background handler tells who acts, now and a moment later."""
    import asyncio

    import reflex as rx

    from sop_app.system.auth.permissions import Permission
    from sop_app.system.database import current_origin
    from sop_app.ui.shell.gate import requires

    app = _app()

    class ProbeState(rx.State):
        told: list[int] = []

        @requires(Permission.ACCOUNT_USE)
        async def remember(self) -> None:
            """Note who acts."""
            self.told = [*self.told, current_origin().actor.user_id]

        @requires(Permission.ACCOUNT_USE, background=True)
        async def remember_later(self, seconds: float) -> None:
            """Note who acts, now and a moment later."""
            async with self:
                self.told = [*self.told, current_origin().actor.user_id]
            await asyncio.sleep(seconds)
            async with self:
                self.told = [*self.told, current_origin().actor.user_id]

        @requires(Permission.ACCOUNT_USE)
        async def fail(self, secret: str) -> None:
            """Fail with a secret at hand."""
            raise RuntimeError(f"broken after {len(secret)} characters")

    assert ProbeState.get_full_name()
    assert app
    return whole()
