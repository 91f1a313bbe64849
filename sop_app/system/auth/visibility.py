"""Wall 1 of row-level security: the condition every query on customers' rows carries.

Wall 2 is PostgreSQL's own policy (migration 0002). The two are written separately on purpose, so
that forgetting one leaves the other standing.
"""

from typing import Any

from .permissions import Role
from .schemas import Actor


def customer_is_visible(alias: str = "c") -> str:
    """Build the SQL condition that a customer row belongs to the acting person's view.

    Args:
        alias: Name of the ``customer`` table in the query; never user input.

    Returns:
        A condition that takes the parameters of ``visibility_parameters``.
    """
    return (
        f"(:sees_all OR {alias}.sales_rep_id = :acting_user_id OR (:leads_team AND "
        f"{alias}.sales_rep_id IN (SELECT id FROM app_user WHERE manager_id = :acting_user_id)))"
    )


def visibility_parameters(actor: Actor) -> dict[str, Any]:
    """Return the parameters of ``customer_is_visible`` for an acting person."""
    return {
        "sees_all": actor.sees_all_customers,
        "acting_user_id": actor.user_id,
        "leads_team": Role.SALES_MANAGER in actor.roles,
    }
