"""Send what waits in the outbox: lease a few mails, hand each over, mark it as sent.

A mail is marked right after the server took it, one transaction each. A process that dies between
the two leaves one mail that is sent again when its lease ends, with the same Message-ID: a reader's
program recognises it. So nothing is lost, and a crash repeats at most one mail.
"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import text

from sop_app.system import clock
from sop_app.system.config import get_config
from sop_app.system.database import unit_of_work

from .delivery import (
    TIMEOUT_SECONDS,
    MailRefusedError,
    MailServer,
    MailServerTroubleError,
    OutgoingMail,
)
from .schemas import MailKind
from .service import QUEUE_CHANNEL

BATCH = 20
LEASE = timedelta(minutes=3)
TURN = timedelta(seconds=5)
SERVER_PAUSE = timedelta(seconds=30)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))

ACCOUNT_LINK = "token=[A-Za-z0-9_-]+"
LINK_REMOVED = "token=(removed)"

_KEEP = text("UPDATE mail SET status = 'kept' WHERE status = 'queued' AND due_at <= :now")
_LEASE = text("""
    UPDATE mail SET leased_until = :until, attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM mail
        WHERE status = 'queued' AND due_at <= :now
          AND (leased_until IS NULL OR leased_until <= :now)
        ORDER BY due_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    RETURNING id, message_id, to_name, to_email, subject, text_body, html_body
""")
_SENT = text("""
    UPDATE mail SET status = 'sent', sent_at = :now, leased_until = NULL, last_error = '',
        text_body = CASE WHEN kind = ANY (:secret) THEN
            regexp_replace(text_body, :token, :removed, 'g') ELSE text_body END,
        html_body = CASE WHEN kind = ANY (:secret) THEN
            regexp_replace(html_body, :token, :removed, 'g') ELSE html_body END
    WHERE id = :id
""")
_REFUSED = text("""
    UPDATE mail SET leased_until = NULL, last_error = :reason,
        status = CASE WHEN :is_final OR attempts > :most THEN 'failed' ELSE 'queued' END,
        due_at = :now + (CAST(:pauses AS interval[]))[least(attempts, :most)]
    WHERE id = :id
""")
_RELEASE = text("""
    UPDATE mail SET leased_until = NULL, attempts = attempts - 1 WHERE id = ANY (:ids)
""")
_PAUSE = text("""
    UPDATE mail SET due_at = greatest(due_at, :until), last_error = :reason
    WHERE status = 'queued' AND leased_until IS NULL
""")


async def drain_outbox(*, lease: timedelta = LEASE) -> int:
    """Send due mails for a few seconds; if some are left, ask to be called again.

    Without an SMTP server they are kept for an administrator to read.

    Args:
        lease: How long this process alone may send what it took.

    Returns:
        How many mails were sent.
    """
    smtp = get_config().smtp
    if smtp is None:
        async with unit_of_work() as uow:
            await uow.session.execute(_KEEP, {"now": uow.now})
        return 0
    server, sent, turn_ends = MailServer(smtp), 0, clock.now() + TURN
    try:
        while batch := await _take(lease):
            sent += await _send_batch(server, batch, clock.now() + lease)
            if clock.now() >= turn_ends:
                await _ask_again()
                break
    except MailServerTroubleError:
        return sent
    finally:
        await asyncio.to_thread(server.close)
    return sent


async def _take(lease: timedelta) -> list[OutgoingMail]:
    async with unit_of_work() as uow:
        values = {"now": uow.now, "until": uow.now + lease, "batch": BATCH}
        rows = await uow.session.execute(_LEASE, values)
        return sorted((OutgoingMail(*row) for row in rows), key=lambda mail: mail.id)


async def _send_batch(server: MailServer, batch: list[OutgoingMail], leased_until: datetime) -> int:
    """Send leased mails in order; whatever is not sent goes back into the queue.

    Raises:
        MailServerTroubleError: The server takes no mail; the whole queue was told to wait.
    """
    last_start = leased_until - timedelta(seconds=2 * TIMEOUT_SECONDS)
    waiting, sent = list(batch), 0
    try:
        while waiting and (clock.now() < last_start or sent == 0):
            try:
                await asyncio.to_thread(server.send, waiting[0])
            except MailRefusedError as refusal:
                await _note_refusal(waiting.pop(0), refusal)
            else:
                await _mark_sent(waiting.pop(0))
                sent += 1
    except MailServerTroubleError as trouble:
        await _release(waiting, trouble)
        raise
    await _release(waiting, None)
    return sent


async def _mark_sent(mail: OutgoingMail) -> None:
    """Note that a mail went out, and forget the secret link it may have held."""
    async with unit_of_work() as uow:
        secret = [kind for kind in MailKind if kind.opens_an_account]
        values = {"id": mail.id, "now": uow.now, "secret": secret}
        pattern = {"token": ACCOUNT_LINK, "removed": LINK_REMOVED}
        await uow.session.execute(_SENT, {**values, **pattern})


async def _note_refusal(mail: OutgoingMail, refusal: MailRefusedError) -> None:
    async with unit_of_work() as uow:
        values = {"id": mail.id, "now": uow.now, "reason": str(refusal)[:500]}
        limits = {"most": len(RETRY_AFTER), "pauses": list(RETRY_AFTER)}
        await uow.session.execute(_REFUSED, {**values, **limits, "is_final": refusal.is_final})


async def _release(mails: list[OutgoingMail], trouble: MailServerTroubleError | None) -> None:
    async with unit_of_work() as uow:
        await uow.session.execute(_RELEASE, {"ids": [mail.id for mail in mails]})
        if trouble is not None:
            values = {"until": uow.now + SERVER_PAUSE, "reason": str(trouble)[:500]}
            await uow.session.execute(_PAUSE, values)


async def _ask_again() -> None:
    async with unit_of_work() as uow:
        await uow.session.execute(text(f"NOTIFY {QUEUE_CHANNEL}"))
