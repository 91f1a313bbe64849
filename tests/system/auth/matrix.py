"""The permission matrix as people read it: the table of ``docs/permissions.md``."""

from functools import cache
from pathlib import Path

from sop_app.system.auth.permissions import Permission, Role

PAGE = Path(__file__).resolve().parents[3] / "docs" / "permissions.md"


@cache
def specified_permissions() -> dict[Role, frozenset[Permission]]:
    """Read which permissions each role has by the specification."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    table = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    header, rows = table[0], [row for row in table[1:] if "." in row[0] and len(row) == 12]
    return {
        Role(role): frozenset(Permission(row[0]) for row in rows if row[column] == "x")
        for column, role in enumerate(header)
        if column >= 2
    }
