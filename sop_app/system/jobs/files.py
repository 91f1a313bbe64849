"""Keep an uploaded or generated file, and give it back to its owner only.

The bytes lie in parts, so that neither web nor worker ever holds a large file as a whole.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.database import UnitOfWork

from .models import StoredFile
from .schemas import FileContent, FileHead

PART_BYTES = 512 * 1024
_STORE_PART = text(
    "INSERT INTO stored_file_part (file_id, number, content) VALUES (:file_id, :number, :content)"
)
_READ_PART = text(
    "SELECT content FROM stored_file_part WHERE file_id = :file_id AND number = :number"
)


async def store_file(
    uow: UnitOfWork,
    kind: str,
    name: str,
    content: bytes | AsyncIterable[bytes],
    content_type: str,
    expires_at: datetime | None = None,
) -> int:
    """Keep a file for the acting person: all of it, or nothing when its bytes break off.

    Args:
        uow: The transaction.
        kind: What it is for, ``import`` or ``report``.
        name: File name as people see it; folders in it are cut off.
        content: The bytes, at once or one block after the other.
        content_type: Its media type.
        expires_at: When the worker removes it; never by default.

    Returns:
        The file's id; ``/api/v1/files/<id>`` hands it out.
    """
    async with uow.session.begin_nested():
        file = StoredFile(
            owner_id=uow.actor.user_id,
            kind=kind,
            name=_plain_name(name),
            content_type=content_type[:100],
            size=0,
            sha256="",
            created_at=uow.now,
            expires_at=expires_at,
        )
        uow.session.add(file)
        await uow.session.flush()
        digest = hashlib.sha256()
        number = 0
        async for part in _in_parts(as_blocks(content)):
            digest.update(part)
            row = {"file_id": file.id, "number": number, "content": part}
            await uow.session.execute(_STORE_PART, row)
            file.size += len(part)
            number += 1
        file.sha256 = digest.hexdigest()
        await uow.session.flush()
    return file.id


async def find_file(uow: UnitOfWork, file_id: int) -> FileHead:
    """Describe a file of the acting person, without its bytes.

    Raises:
        NotFoundError: There is no such file, it has expired, or it is somebody else's.
    """
    rows = await uow.session.execute(
        text("""
            SELECT id, kind, name, content_type, size, sha256 FROM stored_file
            WHERE id = :id AND owner_id = :user_id AND (expires_at IS NULL OR expires_at > :now)
        """),
        {"id": file_id, "user_id": uow.actor.user_id, "now": uow.now},
    )
    row = rows.one_or_none()
    if row is None:
        raise NotFoundError("file", file_id)
    return FileHead(*row)


async def open_file(uow: UnitOfWork, file_id: int) -> FileContent:
    """Read a small file of the acting person as a whole.

    Raises:
        NotFoundError: There is no such file, it has expired, or it is somebody else's.
    """
    head = await find_file(uow, file_id)
    parts = [await read_part(uow, head, number) for number in range(count_parts(head))]
    return FileContent(head, b"".join(parts))


async def save_file(uow: UnitOfWork, file_id: int, path: Path) -> FileHead:
    """Write a file of the acting person to a path on this machine.

    Raises:
        NotFoundError: There is no such file, it has expired, or it is somebody else's.
    """
    head = await find_file(uow, file_id)
    with path.open("wb") as target:
        for number in range(count_parts(head)):
            await asyncio.to_thread(target.write, await read_part(uow, head, number))
    return head


def count_parts(file: FileHead) -> int:
    """Tell how many parts a file has."""
    return -(-file.size // PART_BYTES)


async def read_part(uow: UnitOfWork, file: FileHead, number: int) -> bytes:
    """Give one part of a file, counted from 0.

    Raises:
        NotFoundError: The file is gone meanwhile, or it is somebody else's.
    """
    part = await uow.session.scalar(_READ_PART, {"file_id": file.id, "number": number})
    if part is None:
        raise NotFoundError("file", file.id)
    return bytes(part)


async def read_blocks(path: Path) -> AsyncIterator[bytes]:
    """Give the bytes of a file on this machine, some at a time, as `store_file` takes them."""
    with path.open("rb") as source:
        while block := await asyncio.to_thread(source.read, PART_BYTES):
            yield block


async def as_blocks(content: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Give bytes block by block, however they come."""
    if isinstance(content, bytes):
        yield content
        return
    async for block in content:
        yield block


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


async def _in_parts(blocks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Cut blocks of any size into parts of one size; only the last may be shorter."""
    kept = b""
    async for block in blocks:
        kept = kept + block if kept else block
        whole = len(kept) - len(kept) % PART_BYTES
        for start in range(0, whole, PART_BYTES):
            yield kept[start : start + PART_BYTES]
        kept = kept[whole:]
    if kept:
        yield kept


def _plain_name(name: str) -> str:
    """Keep the last part of a path, without control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip(". ")[:200] or "file"
