"""Mails and notices are written with their cause, once, and for the right person."""

from html import escape

import pytest
from jinja2 import UndefinedError

from sop_app.system.auth.permissions import Role
from sop_app.system.database import acting_as, unit_of_work
from sop_app.system.notifications.rendering import render_mail
from sop_app.system.notifications.schemas import MailKind
from sop_app.system.notifications.service import (
    count_unread_notices,
    list_notices,
    mark_notices_read,
    queue_mail,
    queue_notice,
)

from .facts import FACTS


@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_has_words(kind: MailKind) -> None:
    mail = render_mail(kind, FACTS[kind] | {"recipient_name": "Elena <Marsh>"})
    link = f"http://localhost:3000{FACTS[kind]['path']}"
    assert link in mail.text_body
    assert link in mail.html_body
    assert "Elena <Marsh>" in mail.text_body
    assert "<Marsh>" not in mail.html_body
    assert escape(mail.subject) in mail.html_body


def test_a_missing_fact_is_an_error() -> None:
    facts = {key: value for key, value in FACTS[MailKind.RETURNED].items() if key != "comment"}
    with pytest.raises(UndefinedError, match="comment"):
        render_mail(MailKind.RETURNED, facts | {"recipient_name": "Elena"})


def test_a_name_cannot_break_the_header() -> None:
    facts = FACTS[MailKind.RETURNED] | {"recipient_name": "E", "manager_name": "D\r\nBcc: x@y.z"}
    assert render_mail(MailKind.RETURNED, facts).subject.splitlines() == [
        "January 2027: D Bcc: x@y.z returned 1 row"
    ]


async def test_a_mail_is_written_once_per_key(make_user, owner_rows) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    with acting_as(elena):
        async with unit_of_work() as uow:
            facts = FACTS[MailKind.REMINDER]
            first = await queue_mail(uow, "reminder", elena.user_id, facts, dedupe_key="r:1")
            again = await queue_mail(uow, "reminder", elena.user_id, facts, dedupe_key="r:1")
            other = await queue_mail(uow, "reminder", ("Tom", "tom@example.test"), facts)
    assert first is not None
    assert again is None
    assert owner_rows("SELECT id, to_user_id, to_name, to_email, status FROM mail ORDER BY id") == [
        (first, elena.user_id, "Elena Marsh", "elena.marsh@example.test", "queued"),
        (other, None, "Tom", "tom@example.test", "queued"),
    ]
    assert len(owner_rows("SELECT DISTINCT message_id FROM mail")) == 2


async def test_a_mail_disappears_with_its_cause(as_system, make_user, owner_rows) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)

    async def fail() -> None:
        async with unit_of_work() as uow:
            await queue_mail(uow, "reminder", elena.user_id, FACTS[MailKind.REMINDER])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert owner_rows("SELECT count(*) FROM mail") == [(0,)]


async def test_a_disabled_person_gets_no_mail(as_system, make_user) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    async with unit_of_work() as uow:
        connection = await uow.session.connection()
        await connection.exec_driver_sql("UPDATE app_user SET status = 'disabled' WHERE id > 0")
        facts = FACTS[MailKind.REMINDER]
        assert await queue_mail(uow, "reminder", elena.user_id, facts) is None
        with pytest.raises(ValueError, match="no person 999"):
            await queue_mail(uow, "reminder", 999, facts)


async def test_notices_reach_only_their_reader(make_user) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    dana = await make_user("Dana Brook", Role.SALES_MANAGER)
    with acting_as(dana):
        async with unit_of_work() as uow:
            await queue_notice(uow, elena.user_id, "3 rows returned", detail="x" * 600)
            await queue_notice(uow, elena.user_id, "Window closed", href="/cycles")
            assert await list_notices(uow) == []
    with acting_as(elena):
        async with unit_of_work() as uow:
            rows = await list_notices(uow)
            assert [row.title for row in rows] == ["Window closed", "3 rows returned"]
            assert await count_unread_notices(uow) == 2
            await mark_notices_read(uow, [rows[1].id])
            assert [row.is_read for row in await list_notices(uow)] == [False, True]
            await mark_notices_read(uow)
            assert await count_unread_notices(uow) == 0
