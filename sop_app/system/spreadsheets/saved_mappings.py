"""Keep column mappings by name, for the next file of the same shape. Everybody has their own."""

import json

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, NotFoundError
from sop_app.kernel.fields import clean_line
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import SYSTEM_USER_ID
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.kinds import ImportKind
from sop_app.system.spreadsheets.mapping import Mapping, resolve_mapping
from sop_app.system.spreadsheets.schemas import SavedMapping

NAME_LENGTH = 80
_OWN = f"(updated_by = :user_id OR :user_id = {SYSTEM_USER_ID})"


async def save_mapping(uow: UnitOfWork, kind: ImportKind, name: str, mapping: Mapping) -> str:
    """Keep a mapping under a name; one's own mapping of that name is replaced.

    Returns:
        The name as it is stored.

    Raises:
        InvalidInputError: The name is empty or too long.
    """
    name = _checked_name(name)
    mapping_id = await uow.session.scalar(
        text("""
            INSERT INTO import_mapping (kind, name, mapping, options, updated_at, updated_by)
            VALUES (:kind, :name, CAST(:mapping AS jsonb), '{}', :now, :user_id)
            ON CONFLICT (updated_by, kind, name)
            DO UPDATE SET mapping = excluded.mapping, updated_at = excluded.updated_at
            RETURNING id
        """),
        {
            "kind": kind.name,
            "name": name,
            "mapping": _as_text(mapping),
            "now": uow.now,
            "user_id": uow.actor.user_id,
        },
    )
    record(uow, "import_mapping_saved", ("import_mapping", mapping_id), after=mapping.to_json())
    return name


async def list_mappings(uow: UnitOfWork, kind: str = "") -> list[SavedMapping]:
    """List one's own saved mappings by name.

    Raises:
        PermissionDeniedError: The person may not import at all.
    """
    uow.require(Permission.IMPORTS_USE)
    found = await uow.session.execute(
        text(f"""
            SELECT id, kind, name, updated_at FROM import_mapping
            WHERE {_OWN} AND (:kind = '' OR kind = :kind) ORDER BY kind, lower(name), id
        """),
        {"user_id": uow.actor.user_id, "kind": kind},
    )
    return [SavedMapping(*row) for row in found]


async def rename_mapping(uow: UnitOfWork, mapping_id: int, name: str) -> str:
    """Give a saved mapping of one's own another name.

    Returns:
        The name as it is stored.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
        InvalidInputError: The name is empty, too long, or that of another mapping of the same kind.
        PermissionDeniedError: The person may not import at all.
    """
    uow.require(Permission.IMPORTS_USE)
    name = _checked_name(name)
    own = {"id": mapping_id, "user_id": uow.actor.user_id, "name": name}
    before = await uow.session.scalar(
        text(f"SELECT name FROM import_mapping WHERE id = :id AND {_OWN} FOR UPDATE"), own
    )
    if before is None:
        raise NotFoundError("saved matching", mapping_id)
    taken = await uow.session.scalar(
        text(f"""
            SELECT id FROM import_mapping
            WHERE {_OWN} AND name = :name AND id <> :id
              AND kind = (SELECT kind FROM import_mapping WHERE id = :id)
        """),
        own,
    )
    if taken is not None:
        raise InvalidInputError({"name": f"You have a matching named {name} already."})
    await uow.session.execute(text("UPDATE import_mapping SET name = :name WHERE id = :id"), own)
    record(
        uow,
        "import_mapping_renamed",
        ("import_mapping", mapping_id),
        before={"name": before},
        after={"name": name},
    )
    return name


async def delete_mapping(uow: UnitOfWork, mapping_id: int) -> None:
    """Forget a saved mapping of one's own.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
        PermissionDeniedError: The person may not import at all.
    """
    uow.require(Permission.IMPORTS_USE)
    found = await uow.session.scalar(
        text(f"DELETE FROM import_mapping WHERE id = :id AND {_OWN} RETURNING name"),
        {"id": mapping_id, "user_id": uow.actor.user_id},
    )
    if found is None:
        raise NotFoundError("saved matching", mapping_id)
    record(uow, "import_mapping_deleted", ("import_mapping", mapping_id), before={"name": found})


async def load_mapping(uow: UnitOfWork, kind: ImportKind, name: str) -> Mapping:
    """Give a saved mapping by its name.

    Raises:
        NotFoundError: There is none of that name.
    """
    found = await _find(uow, kind, name)
    if not found:
        raise NotFoundError("saved matching", name)
    return found[0][0]


async def find_fitting(
    uow: UnitOfWork, kind: ImportKind, sheet: SheetExtract
) -> tuple[Mapping, str] | None:
    """Give the mapping saved last whose columns are all in a sheet, with its name."""
    for mapping, name in await _find(uow, kind, ""):
        resolved = resolve_mapping(sheet, mapping, kind.fields)
        if not resolved.missing_columns and not resolved.missing_fields:
            return mapping, name
    return None


async def _find(uow: UnitOfWork, kind: ImportKind, name: str) -> list[tuple[Mapping, str]]:
    found = await uow.session.execute(
        text(f"""
            SELECT mapping, name FROM import_mapping
            WHERE {_OWN} AND kind = :kind AND (:name = '' OR name = :name)
            ORDER BY updated_at DESC, id DESC
        """),
        {"user_id": uow.actor.user_id, "kind": kind.name, "name": name},
    )
    return [(Mapping.from_json(mapping), name) for mapping, name in found]


def _checked_name(name: str) -> str:
    name = clean_line(name)
    if not 0 < len(name) <= NAME_LENGTH:
        raise InvalidInputError({"name": f"Give the matching a name of 1 to {NAME_LENGTH} signs."})
    return name


def _as_text(mapping: Mapping) -> str:
    return json.dumps(mapping.to_json())
