"""What the open cycle expects of one customer or one product, month by month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import text

from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork


@dataclass(frozen=True)
class OutlookMonth:
    """The forecast of one month; months nobody has filled count as 0."""

    month: date
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class Outlook:
    """The forecast of the cycle that is open now.

    Attributes:
        mandatory_months: How many of the first months every rep fills; what totals are made of.
        entry_count: Rows of the forecast behind the figures.
    """

    cycle_id: int
    cycle_name: str
    mandatory_months: int
    entry_count: int
    months: tuple[OutlookMonth, ...]

    @property
    def quantity(self) -> int:
        """Return the units of the mandatory months."""
        return sum(month.quantity for month in self.months[: self.mandatory_months])

    @property
    def amount(self) -> Decimal:
        """Return the value of the mandatory months."""
        return sum((month.amount for month in self.months[: self.mandatory_months]), Decimal(0))


async def find_open_outlook(
    uow: UnitOfWork, side: Literal["customer_id", "product_id"], key: int
) -> Outlook | None:
    """Find the forecast of a customer or a product in the open cycle.

    Args:
        uow: The transaction.
        side: Whether ``key`` is a customer or a product; of a product only the rows of visible
            customers count.
        key: The id.

    Returns:
        The forecast, or None when no cycle is open or it has no row of it.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
    """
    uow.require(Permission.FORECAST_VIEW)
    cycle = (
        await uow.session.execute(
            text("""
                SELECT id, name, mandatory_months FROM cycle
                WHERE status = 'open' ORDER BY start_month DESC, id DESC LIMIT 1
            """)
        )
    ).one_or_none()
    if cycle is None:
        return None
    rows = await uow.session.execute(
        text(f"""
            SELECT f.month, coalesce(sum(f.quantity), 0)::bigint, coalesce(sum(f.amount), 0),
                   count(*)
            FROM forecast_month f JOIN customer c ON c.id = f.customer_id
            WHERE f.cycle_id = :cycle_id AND f.{side} = :key AND {customer_is_visible()}
            GROUP BY f.month ORDER BY f.month
        """),
        {"cycle_id": cycle.id, "key": key, **visibility_parameters(uow.actor)},
    )
    found = rows.all()
    if not found:
        return None
    months = tuple(OutlookMonth(month, quantity, amount) for month, quantity, amount, _ in found)
    return Outlook(cycle.id, cycle.name, cycle.mandatory_months, found[0][3], months)
