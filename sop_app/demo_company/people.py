"""The people of the demo company: ten roles, two sales teams, eight sales reps."""

from dataclasses import dataclass

from sop_app.demo_company.names import MAIL_DOMAIN


@dataclass(frozen=True)
class DemoTeam:
    """A sales team and the manager who approves its forecasts."""

    name: str
    manager_email: str


@dataclass(frozen=True)
class DemoUser:
    """A person who may sign in. ``team`` is set for sales people only."""

    email: str
    full_name: str
    roles: tuple[str, ...]
    team: str = ""
    manager_email: str | None = None


KEY_ACCOUNTS = "Key accounts"
FIELD_SALES = "Field sales"

_STAFF = (
    ("peter.novak", "Peter Novak", "admin"),
    ("ingrid.solberg", "Ingrid Solberg", "sop_coordinator"),
    ("hannah.weiss", "Hannah Weiss", "demand_planner"),
    ("marek.dvorak", "Marek Dvorak", "supply_planner"),
    ("aisha.karim", "Aisha Karim", "inventory_manager"),
    ("claire.dubois", "Claire Dubois", "finance_analyst"),
    ("robert.hale", "Robert Hale", "executive"),
    ("owen.price", "Owen Price", "viewer"),
)
_MANAGERS = (
    ("tomas.rivera", "Tomás Rivera", KEY_ACCOUNTS),
    ("marta.kowalska", "Marta Kowalska", FIELD_SALES),
)
_REPS = (
    ("elena.marsh", "Elena Marsh", KEY_ACCOUNTS),
    ("daniel.okafor", "Daniel Okafor", KEY_ACCOUNTS),
    ("priya.raman", "Priya Raman", KEY_ACCOUNTS),
    ("nadia.haddad", "Nadia Haddad", KEY_ACCOUNTS),
    ("luca.ferrari", "Luca Ferrari", KEY_ACCOUNTS),
    ("jonas.lindqvist", "Jonas Lindqvist", FIELD_SALES),
    ("sofia.brandt", "Sofia Brandt", FIELD_SALES),
    ("tom.whitaker", "Tom Whitaker", FIELD_SALES),
)


def email_of(login: str) -> str:
    """Return the mail address of a person, e.g. of "elena.marsh"."""
    return f"{login}@{MAIL_DOMAIN}"


def list_teams() -> tuple[DemoTeam, ...]:
    """List the two sales teams."""
    return tuple(DemoTeam(team, email_of(login)) for login, _, team in _MANAGERS)


def list_users() -> tuple[DemoUser, ...]:
    """List all people: staff first, then sales managers, then sales reps."""
    manager_of = {team.name: team.manager_email for team in list_teams()}
    staff = [DemoUser(email_of(login), name, (role,)) for login, name, role in _STAFF]
    managers = [
        DemoUser(email_of(login), name, ("sales_manager",), team) for login, name, team in _MANAGERS
    ]
    reps = [
        DemoUser(email_of(login), name, ("sales_rep",), team, manager_of[team])
        for login, name, team in _REPS
    ]
    return (*staff, *managers, *reps)
