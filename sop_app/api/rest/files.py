"""Stored files, handed out to their owner only."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from sop_app.api.access import transaction_for, transaction_of
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import Actor
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import count_parts, find_file, read_part
from sop_app.system.jobs.schemas import FileHead

router = APIRouter(prefix="/api/v1/files", tags=["files"])


@router.get("/{file_id}", response_class=StreamingResponse)
async def download_file(
    file_id: Annotated[int, Field(gt=0, le=2**31 - 1)],
    request: Request,
    uow: UnitOfWork = transaction_for(Permission.ACCOUNT_USE),
) -> StreamingResponse:
    """Download a file of your own; it is saved, never shown by the browser."""
    file = await find_file(uow, file_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Length": str(file.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    parts = _parts(uow.actor, request, file)
    return StreamingResponse(parts, media_type=file.content_type, headers=headers)


async def _parts(actor: Actor, request: Request, file: FileHead) -> AsyncIterator[bytes]:
    """Read each part in a transaction of its own: a slow line keeps no connection busy."""
    for number in range(count_parts(file)):
        async with transaction_of(actor, request) as uow:
            part = await read_part(uow, file, number)
        yield part
