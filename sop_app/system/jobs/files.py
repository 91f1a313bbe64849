"""Keep an uploaded or generated file, and give it back to its owner only."""

import hashlib
from datetime import datetime

from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.database import UnitOfWork

from .models import StoredFile
from .schemas import FileContent


async def store_file(
    uow: UnitOfWork,
    kind: str,
    name: str,
    content: bytes,
    content_type: str,
    expires_at: datetime | None = None,
) -> int:
    """Keep a file for the acting person.

    Args:
        uow: The transaction.
        kind: What it is for, ``import`` or ``report``.
        name: File name as people see it; folders in it are cut off.
        content: The bytes.
        content_type: Its media type.
        expires_at: When the worker removes it; never by default.

    Returns:
        The file's id; ``/api/v1/files/<id>`` hands it out.
    """
    file = StoredFile(
        owner_id=uow.actor.user_id,
        kind=kind,
        name=_plain_name(name),
        content_type=content_type[:100],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=uow.now,
        expires_at=expires_at,
    )
    uow.session.add(file)
    await uow.session.flush()
    assert file.id is not None  # noqa: S101
    return file.id


async def open_file(uow: UnitOfWork, file_id: int) -> FileContent:
    """Read a file of the acting person.

    Raises:
        NotFoundError: There is no such file, it has expired, or it is somebody else's.
    """
    rows = await uow.session.execute(
        text("""
            SELECT id, kind, name, content_type, sha256, content FROM stored_file
            WHERE id = :id AND owner_id = :user_id AND (expires_at IS NULL OR expires_at > :now)
        """),
        {"id": file_id, "user_id": uow.actor.user_id, "now": uow.now},
    )
    row = rows.one_or_none()
    if row is None:
        raise NotFoundError("file", file_id)
    return FileContent(*row)


async def delete_file(uow: UnitOfWork, file_id: int) -> None:
    """Remove a file of the acting person; one that is gone already is no error."""
    await uow.session.execute(
        text("DELETE FROM stored_file WHERE id = :id AND owner_id = :user_id"),
        {"id": file_id, "user_id": uow.actor.user_id},
    )


async def delete_expired_files(uow: UnitOfWork) -> None:
    """Remove every file whose time has passed."""
    await uow.session.execute(
        text("DELETE FROM stored_file WHERE expires_at <= :now"), {"now": uow.now}
    )


def _plain_name(name: str) -> str:
    """Keep the last part of a path, without control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip(". ")[:200] or "file"
