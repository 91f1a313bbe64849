"""An administrator reads every mail, but holds nobody's key; sending again is noted."""

import pytest

from sop_app.kernel.errors import NotFoundError, PermissionDeniedError, WrongStatusError
from sop_app.kernel.paging import PageRequest
from sop_app.system.auth.permissions import Role
from sop_app.system.database import acting_as, unit_of_work
from sop_app.system.notifications.mailbox import (
    count_mails,
    list_mails,
    read_mail,
    resend_mail,
)
from sop_app.system.notifications.schemas import MailFilter, MailKind, MailStatus
from sop_app.system.notifications.service import queue_mail

from .facts import FACTS

ALL = MailFilter()


@pytest.fixture
async def admin(make_user):
    return await make_user("Peter Novak", Role.ADMIN)


@pytest.fixture
async def mails(admin) -> list[int]:
    """A returned forecast for Elena, an approved one for Tom, an invitation for Zoe."""
    kinds = (MailKind.RETURNED, MailKind.APPROVED, MailKind.INVITATION)
    with acting_as(admin):
        async with unit_of_work() as uow:
            people = zip(("Elena", "Tom", "Zoe"), kinds, strict=True)
            return [
                await queue_mail(uow, kind, (name, f"{name}@example.test"), FACTS[kind]) or 0
                for name, kind in people
            ]


async def set_status(admin, mail_id: int, status: MailStatus) -> None:
    with acting_as(admin):
        async with unit_of_work() as uow:
            connection = await uow.session.connection()
            await connection.exec_driver_sql(
                "UPDATE mail SET status = %s, attempts = 3, last_error = 'x' WHERE id = %s",
                (str(status), mail_id),
            )


async def found(admin, wanted: MailFilter, page: PageRequest | None = None) -> list[str]:
    with acting_as(admin):
        async with unit_of_work() as uow:
            page = page or PageRequest(sort="at", is_descending=True)
            return [row.to_name for row in (await list_mails(uow, wanted, page)).rows]


async def test_mails_are_found(admin, mails) -> None:
    await set_status(admin, mails[1], MailStatus.FAILED)
    assert await found(admin, ALL) == ["Zoe", "Tom", "Elena"]
    assert await found(admin, MailFilter(find="january ELENA")) == ["Elena"]
    assert await found(admin, MailFilter(status=MailStatus.FAILED)) == ["Tom"]
    assert await found(admin, MailFilter(kind=MailKind.INVITATION)) == ["Zoe"]
    assert await found(admin, ALL, PageRequest(sort="to_name", page=2, size=2)) == ["Zoe"]
    with acting_as(admin):
        async with unit_of_work() as uow:
            counts = await count_mails(uow)
    assert counts == {"queued": 2, "sent": 0, "failed": 1, "kept": 0}


@pytest.mark.parametrize(
    ("status", "is_shown"), [(MailStatus.QUEUED, False), (MailStatus.KEPT, True)]
)
async def test_a_secret_link_is_shown_only_where_it_must_be(admin, mails, status, is_shown) -> None:
    await set_status(admin, mails[2], status)
    with acting_as(admin):
        async with unit_of_work() as uow:
            preview = await read_mail(uow, mails[2])
            plain = await read_mail(uow, mails[0])
    assert ("secret-token" in preview.text_body) is is_shown
    assert ("secret-token" in preview.html_body) is is_shown
    assert preview.is_shortened is not is_shown
    assert not plain.is_shortened
    assert "March is twice last year." in plain.text_body


@pytest.mark.parametrize("status", [MailStatus.FAILED, MailStatus.KEPT, MailStatus.QUEUED])
async def test_a_mail_that_never_left_is_sent_under_its_name(
    admin, mails, owner_rows, status
) -> None:
    [(name,)] = owner_rows("SELECT message_id FROM mail WHERE id = %s", mails[0])
    await set_status(admin, mails[0], status)
    with acting_as(admin):
        async with unit_of_work() as uow:
            await resend_mail(uow, mails[0])
    query = "SELECT status, attempts, last_error, message_id FROM mail WHERE id = %s"
    assert owner_rows(query, mails[0]) == [("queued", 0, "", name)]
    assert owner_rows("SELECT action, after FROM audit_entry ORDER BY id DESC LIMIT 1") == [
        ("mail_resent", {"to": "Elena@example.test"})
    ]


async def test_a_sent_mail_is_sent_again_under_a_new_name(admin, mails, owner_rows) -> None:
    names = owner_rows("SELECT message_id FROM mail WHERE id = %s", mails[0])
    for mail_id in (mails[0], mails[2]):
        await set_status(admin, mail_id, MailStatus.SENT)
    with acting_as(admin):
        async with unit_of_work() as uow:
            await resend_mail(uow, mails[0])
            with pytest.raises(WrongStatusError, match="new link on the users page"):
                await resend_mail(uow, mails[2])
            with pytest.raises(NotFoundError):
                await resend_mail(uow, 999)
    assert owner_rows("SELECT message_id FROM mail WHERE id = %s", mails[0]) != names


async def test_nobody_else_sees_mails(make_user, mails) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with acting_as(await make_user(f"Somebody {role}", role)):
            async with unit_of_work() as uow:
                for verb in (
                    lambda uow=uow: list_mails(uow, ALL, PageRequest()),
                    lambda uow=uow: count_mails(uow),
                    lambda uow=uow: read_mail(uow, mails[0]),
                    lambda uow=uow: resend_mail(uow, mails[0]),
                ):
                    with pytest.raises(PermissionDeniedError):
                        await verb()
