"""One table from the program's refusals to HTTP."""

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from sop_app.kernel.errors import (
    AppError,
    ConflictError,
    InUseError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
    NotSignedInError,
    PermissionDeniedError,
    WrongStatusError,
)
from sop_app.planning.forecast_entry.errors import IncompleteForecastError
from sop_app.planning.forecast_entry.template_key import ForeignTemplateError

STATUS_BY_ERROR: dict[type[AppError], int] = {
    NotSignedInError: 401,
    PermissionDeniedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    InUseError: 409,
    WrongStatusError: 409,
    InvalidInputError: 422,
    LimitExceededError: 429,
    ForeignTemplateError: 422,
    IncompleteForecastError: 422,
    AppError: 400,
}


def status_of(error: AppError) -> int:
    """Find the HTTP status of a refusal, by the nearest class in the table."""
    return next(STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)


def install(api: FastAPI) -> None:
    """Let routes raise refusals; the client receives ``{"detail": ..., "fields": ..., "theirs": ...}``."""

    @api.exception_handler(AppError)
    async def refuse(_request: Request, error: AppError) -> JSONResponse:
        body: dict[str, object] = {"detail": error.message}
        if isinstance(error, InvalidInputError):
            body["fields"] = error.fields
        if isinstance(error, ConflictError) and error.theirs is not None:
            body["theirs"] = jsonable_encoder(error.theirs)
        if isinstance(error, IncompleteForecastError):
            body["entries"] = jsonable_encoder(error.entries)
        headers = {}
        if isinstance(error, LimitExceededError) and error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return JSONResponse(body, status_of(error), headers)
