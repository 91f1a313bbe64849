"""Set the demo company up, and tell who may sign in to it.

Its people share one password, drawn for this installation. The database has its hash only; the
word itself is kept in a file that nobody but the owner of the installation can read, so that a
later start can show it again.
"""

import os
from pathlib import Path

from sop_app.system import clock
from sop_app.system.auth.passwords import random_password
from sop_app.system.auth.permissions import Role
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork

from .generator import generate_company
from .loader import load_company
from .notices import queue_notices
from .people import list_users

SEED = 20_261_208
PASSWORD_FILE = "demo_password.txt"  # noqa: S105


async def set_up_demo_company(uow: UnitOfWork, *, seed: int = SEED) -> str:
    """Generate the demo company as of today and load it.

    Returns:
        The password of all its people.

    Raises:
        NotEmptyError: The database is not empty.
    """
    password = random_password()
    company = generate_company(seed, clock.today(get_config().time_zone))
    await load_company(uow, company, password)
    await queue_notices(uow, company)
    _keep(password)
    return password


def read_demo_password() -> str | None:
    """Return the password that was drawn for this installation, if it has a demo company."""
    try:
        return _password_path().read_text().strip() or None
    except OSError:
        return None


def describe_sign_in(password: str) -> str:
    """List the people of the demo company with what they do, for the console."""
    rows = [
        f"  {user.email:<42}{', '.join(Role(role).label for role in user.roles)}"
        for user in list_users()
    ]
    return "\n".join([f"The demo company's people, password {password}", *rows])


def _keep(password: str) -> None:
    path = _password_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")


def _password_path() -> Path:
    return get_config().data_dir / PASSWORD_FILE
