"""When a run of the baseline forecast is due without anybody asking."""

from sqlalchemy import text

from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_settings

from . import service
from .schemas import RunRequest

_NEWEST_SALES = """
    SELECT max(accepted_at) FROM import_batch
    WHERE kind IN ('sales_lines', 'sales_months') AND status = 'accepted'
"""
_IS_DUE = text(f"""
    SELECT EXISTS (SELECT FROM sales_month WHERE month < date_trunc('month', CAST(:now AS date)))
       AND NOT EXISTS (
           SELECT FROM forecast_run r
           WHERE r.scope = '{{}}' AND r.created_at >= greatest(
               ({_NEWEST_SALES}),
               (SELECT max(c.created_at) FROM cycle c JOIN cycle_step s ON s.cycle_id = c.id
                WHERE s.position = 1 AND s.status = 'active'),
               '-infinity'
           )
       )
""")
_UNPINNED = text("""
    SELECT c.id FROM cycle c JOIN cycle_step s ON s.cycle_id = c.id
    WHERE c.status <> 'closed' AND s.position = 1 AND s.status = 'active'
      AND NOT EXISTS (SELECT FROM cycle_baseline b WHERE b.cycle_id = c.id)
""")


async def order_due_run(uow: UnitOfWork) -> int | None:
    """Order a run over all products if there are sales that the last one had not seen.

    A run is also due when a cycle began to gather its data after the last one.

    Returns:
        The run; None when none is due or the setting says so.
    """
    settings = await get_settings()
    if not settings.forecast_automatically or not await is_run_due(uow):
        return None
    run_id, _ = await service.order_run(uow, RunRequest())
    return run_id


async def is_run_due(uow: UnitOfWork) -> bool:
    """Tell whether sales were imported, or a cycle begun, since the last run was ordered."""
    return bool(await uow.session.scalar(_IS_DUE, {"now": uow.now}))


async def pin_to_gathering_cycles(uow: UnitOfWork, run_id: int) -> list[int]:
    """Give cycles that gather their data and have no baseline yet a run over all products.

    Returns:
        The cycles.
    """
    run = await service.get_run(uow, run_id)
    if run.is_selection:
        return []
    cycle_ids = list(await uow.session.scalars(_UNPINNED))
    for cycle_id in cycle_ids:
        await service.pin_run(uow, cycle_id, run_id)
    return cycle_ids
