"""Stored files, handed out to their owner only."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import Field

from sop_app.api.access import transaction_for
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import open_file

router = APIRouter(prefix="/api/v1/files", tags=["files"])


@router.get("/{file_id}", response_class=Response)
async def download_file(
    file_id: Annotated[int, Field(gt=0, le=2**31 - 1)],
    uow: UnitOfWork = transaction_for(Permission.ACCOUNT_USE),
) -> Response:
    """Download a file of your own; it is saved, never shown by the browser."""
    file = await open_file(uow, file_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(file.content, media_type=file.content_type, headers=headers)
