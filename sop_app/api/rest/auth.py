"""Sign in and out, tokens for programs, and passwords.

Browsers post plain forms and are redirected; programs post JSON. An address never carries an
e-mail, a token or the reason in words, only a short code.
"""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from sop_app.api.access import (
    program_transaction,
    signed_in_actor,
    transaction_for,
    transaction_of,
)
from sop_app.kernel.errors import InvalidInputError, LimitExceededError, NotSignedInError
from sop_app.system.auth import account, password_reset, sessions, sign_in, throttle, tokens
from sop_app.system.auth.passwords import WeakPasswordError, verify_password
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.rules import local_path
from sop_app.system.auth.schemas import MAX_PASSWORD_LENGTH, Actor
from sop_app.system.auth.sessions import ABSOLUTE_LIMIT, COOKIE_NAME
from sop_app.system.auth.tokens import TokenPair
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

DEVICE_COOKIE = "sop_device"
LINK_COOKIE = "sop_link"
DEVICE_LIFETIME_SECONDS = 400 * 24 * 3600
RESET_ANSWER_SECONDS = 0.4

Password = Annotated[str, Form(max_length=MAX_PASSWORD_LENGTH * 4)]


class Credentials(BaseModel):
    """What a program signs in with."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=MAX_PASSWORD_LENGTH * 4)


class RefreshRequest(BaseModel):
    """The refresh token of a program."""

    refresh_token: str = Field(max_length=200)


class Me(BaseModel):
    """The acting person, as a program sees them."""

    id: int
    name: str
    email: str
    roles: list[str]
    permissions: list[str]


@router.post("/sign-in", status_code=303)
async def sign_in_browser(
    request: Request,
    email: Annotated[str, Form(max_length=254)],
    password: Password,
    keep: Annotated[bool, Form()] = False,
    next_page: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Sign a browser in by a plain form and lead it to the page it wanted."""
    wanted = local_path(next_page)
    device = request.cookies.get(DEVICE_COOKIE, "") or sign_in.new_device()
    try:
        actor = await _prove(request, email, password, device)
    except LimitExceededError:
        return _redirect("/sign-in", error="wait", next=wanted)
    if actor is None:
        return _redirect("/sign-in", error="wrong", next=wanted)
    async with program_transaction(request) as uow:
        await sessions.revoke_token(uow, request.cookies.get(COOKIE_NAME, ""))
        token = await sessions.open_session(uow, actor.user_id, user_agent=_user_agent(request))
        await throttle.remember_device(uow, device, actor.user_id)
    answer = RedirectResponse(wanted, 303)
    _set_session_cookie(answer, token, keep=keep)
    _set_cookie(answer, DEVICE_COOKIE, device, max_age=DEVICE_LIFETIME_SECONDS)
    return answer


@router.post("/sign-out", status_code=303)
async def sign_out_browser(request: Request) -> Response:
    """End the browser's session."""
    async with program_transaction(request) as uow:
        await sessions.revoke_token(uow, request.cookies.get(COOKIE_NAME, ""))
    return _signed_out(_redirect("/sign-in", notice="out"))


@router.post("/sign-out-everywhere", status_code=303)
async def sign_out_everywhere(
    uow: UnitOfWork = transaction_for(Permission.ACCOUNT_USE),
) -> Response:
    """End every session and token of the acting person."""
    await account.sign_out_everywhere(uow)
    return _signed_out(_redirect("/sign-in", notice="everywhere"))


@router.post("/token")
async def issue_tokens(request: Request, credentials: Credentials) -> TokenPair:
    """Give a program an access token and a refresh token for a person's password."""
    actor = await _prove(request, credentials.email, credentials.password, device="")
    if actor is None:
        raise NotSignedInError("The e-mail or the password is wrong.")
    async with program_transaction(request) as uow:
        return await tokens.issue_tokens(uow, actor.user_id)


@router.post("/refresh")
async def refresh_tokens(request: Request, body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair; a replayed one ends the whole family."""
    async with program_transaction(request) as uow:
        pair = await tokens.refresh_tokens(uow, body.refresh_token)
    if pair is None:
        raise NotSignedInError("The refresh token is worth nothing any more.")
    return pair


@router.post("/revoke", status_code=204)
async def revoke_tokens(request: Request, body: RefreshRequest) -> None:
    """Sign a program out."""
    async with program_transaction(request) as uow:
        await tokens.end_family_of(uow, body.refresh_token)


@router.get("/me")
async def read_me(actor: Annotated[Actor, Depends(signed_in_actor)]) -> Me:
    """Tell who acts, and with which permissions."""
    return Me(
        id=actor.user_id,
        name=actor.name,
        email=actor.email,
        roles=sorted(actor.roles),
        permissions=sorted(actor.permissions),
    )


@router.post("/change-password", status_code=303)
async def change_password(
    request: Request,
    current: Password,
    password: Password,
    actor: Annotated[Actor, Depends(signed_in_actor)],
) -> Response:
    """Change the own password; every other browser is signed out, this one goes on."""
    try:
        async with transaction_of(actor, request) as uow:
            counter, stored_hash = await sign_in.charge_password_check(uow)
        matches, _ = await verify_password(current, stored_hash)
        async with transaction_of(actor, request) as uow:
            token = await account.change_password(
                uow, counter, password, matches=matches, user_agent=_user_agent(request)
            )
    except WeakPasswordError as refusal:
        return _redirect("/account", error=refusal.problem)
    except InvalidInputError:
        return _redirect("/account", error="current")
    except LimitExceededError:
        return _redirect("/account", error="wait")
    answer = _redirect("/account", notice="changed")
    _set_session_cookie(answer, token, keep=False)
    return answer


@router.post("/forgot-password", status_code=303)
async def forget_password(
    request: Request, email: Annotated[str, Form(max_length=254)]
) -> Response:
    """Send a link to set a new password; the answer is the same for an unknown address."""
    await asyncio.gather(_request_reset(request, email), asyncio.sleep(RESET_ANSWER_SECONDS))
    return _redirect("/forgot-password", notice="sent")


@router.get("/link", status_code=303)
async def open_link(request: Request, token: str) -> Response:
    """Take the token of a mailed link out of the address before any page sees it."""
    async with program_transaction(request) as uow:
        is_open = await password_reset.is_link_open(uow, token)
    if not is_open:
        return _redirect("/forgot-password", error="link")
    answer = _redirect("/reset-password")
    _set_cookie(answer, LINK_COOKIE, token, max_age=1800)
    return answer


@router.post("/reset-password", status_code=303)
async def reset_password(request: Request, password: Password) -> Response:
    """Set the password of whoever came by a mailed link."""
    token = request.cookies.get(LINK_COOKIE, "")
    try:
        async with program_transaction(request) as uow:
            await password_reset.set_password_by_link(uow, token, password)
    except WeakPasswordError as refusal:
        return _redirect("/reset-password", error=refusal.problem)
    except InvalidInputError:
        return _redirect("/forgot-password", error="link")
    except LimitExceededError:
        return _redirect("/reset-password", error="wait")
    answer = _signed_out(_redirect("/sign-in", notice="reset"))
    answer.delete_cookie(LINK_COOKIE)
    return answer


async def _prove(request: Request, email: str, password: str, device: str) -> Actor | None:
    """Let somebody prove who they are; None if they cannot.

    Raises:
        LimitExceededError: The account or the address has to wait.
    """
    async with program_transaction(request) as uow:
        attempt = await sign_in.begin_sign_in(uow, email, device=device)
    matches, newer_hash = await verify_password(password, attempt.password_hash)
    async with program_transaction(request) as uow:
        return await sign_in.finish_sign_in(uow, attempt, matches=matches, newer_hash=newer_hash)


async def _request_reset(request: Request, email: str) -> None:
    async with program_transaction(request) as uow:
        await password_reset.request_reset(uow, email)


def _redirect(path: str, **codes: str) -> RedirectResponse:
    if codes.get("next") == "/":
        del codes["next"]
    return RedirectResponse(f"{path}?{urlencode(codes)}" if codes else path, 303)


def _set_session_cookie(answer: Response, token: str, *, keep: bool) -> None:
    seconds = int(ABSOLUTE_LIMIT.total_seconds()) if keep else None
    _set_cookie(answer, COOKIE_NAME, token, max_age=seconds)


def _set_cookie(answer: Response, name: str, value: str, *, max_age: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=get_config().is_https,
        httponly=True,
        samesite="lax",
    )


def _signed_out(answer: RedirectResponse) -> RedirectResponse:
    answer.delete_cookie(COOKIE_NAME, secure=get_config().is_https, httponly=True, samesite="lax")
    return answer


def _user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]
