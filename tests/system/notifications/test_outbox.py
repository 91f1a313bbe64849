"""Mails go out through a real SMTP server: once, in order, and whatever happens to the sender."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from sop_app.system import clock
from sop_app.system.config import get_config
from sop_app.system.database import unit_of_work
from sop_app.system.notifications.outbox import RETRY_AFTER, drain_outbox
from sop_app.system.notifications.schemas import MailKind
from sop_app.system.notifications.service import queue_mail
from tests.processes import python_process, wait_until

from .facts import FACTS
from .smtp_server import Mailbox, smtp_server

SENDER = ("-m", "tests.system.notifications.sender_process")
STATUS = "SELECT status, attempts, last_error FROM mail ORDER BY id"

pytestmark = pytest.mark.usefixtures("as_system")


def settings_of(port: int) -> dict[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "SMTP_SECURITY": "none",
        "SMTP_FROM": "sop@example.test",
    }


def use_port(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name, value in settings_of(port).items():
        monkeypatch.setenv(name, value)
    get_config.cache_clear()


@pytest.fixture(autouse=True)
def own_configuration() -> Iterator[None]:
    get_config.cache_clear()
    yield
    get_config.cache_clear()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        use_port(monkeypatch, mailbox.port)
        yield mailbox


def words_of(mail: EmailMessage, kind: str) -> list[str]:
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_content().split()


async def queue(count: int = 1, kind: MailKind = MailKind.RETURNED) -> None:
    async with unit_of_work() as uow:
        for number in range(count):
            person = (f"Größe {number}", f"p{number}@example.test")
            await queue_mail(uow, kind, person, FACTS[kind])


async def test_a_mail_arrives_as_it_was_written(mailbox, owner_rows) -> None:
    await queue()
    assert await drain_outbox() == 1
    [mail] = mailbox.mails
    [(message_id, subject, text_body, html_body, status)] = owner_rows(
        "SELECT message_id, subject, text_body, html_body, status FROM mail"
    )
    assert status == "sent"
    assert (mail["Message-ID"], mail["Subject"]) == (message_id, subject)
    assert mail["To"] == "Größe 0 <p0@example.test>"
    assert mail["From"] == "S&OP <sop@example.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert words_of(mail, "plain") == text_body.split()
    assert words_of(mail, "html") == html_body.split()
    assert await drain_outbox() == 0
    assert len(mailbox.mails) == 1


async def test_without_a_server_mails_are_kept(owner_rows) -> None:
    await queue(3)
    assert await drain_outbox() == 0
    assert owner_rows(STATUS) == [("kept", 0, "")] * 3


async def test_a_sent_invitation_forgets_its_link(mailbox, owner_rows) -> None:
    await queue(kind=MailKind.INVITATION)
    await drain_outbox()
    link = f"http://localhost:3000{FACTS[MailKind.INVITATION]['path']}"
    assert link in words_of(mailbox.mails[0], "plain")
    [(text_body, html_body)] = owner_rows("SELECT text_body, html_body FROM mail")
    assert "secret-token" not in text_body + html_body
    assert "token=(removed)" in text_body


async def test_a_refused_address_stops_nobody_else(mailbox, owner_rows) -> None:
    mailbox.refuse = lambda address: "550 No such user" if address.startswith("p1@") else None
    await queue(3)
    assert await drain_outbox() == 2
    assert owner_rows(STATUS) == [
        ("sent", 1, ""),
        ("failed", 1, "550 No such user"),
        ("sent", 1, ""),
    ]


async def test_a_mail_refused_for_now_is_tried_again_later(mailbox, owner_rows) -> None:
    mailbox.refuse_data = lambda _mail: "451 Greylisted"
    await queue()
    await drain_outbox()
    assert owner_rows(STATUS) == [("queued", 1, "451 Greylisted")]
    assert await drain_outbox() == 0
    assert owner_rows(STATUS)[0][1] == 1
    with clock.freeze_clock(clock.now() + RETRY_AFTER[0]):
        mailbox.refuse_data = lambda _mail: None
        assert await drain_outbox() == 1
    assert owner_rows(STATUS) == [("sent", 2, "")]


async def test_a_mail_refused_for_a_day_fails(mailbox, owner_rows) -> None:
    mailbox.refuse_data = lambda _mail: "451 Greylisted"
    await queue()
    now = clock.now()
    for pause in (timedelta(0), *RETRY_AFTER):
        now += pause
        with clock.freeze_clock(now):
            await drain_outbox()
    assert owner_rows(STATUS) == [("failed", 8, "451 Greylisted")]


async def test_a_dead_server_loses_nothing(monkeypatch, owner_rows) -> None:
    with smtp_server() as mailbox:
        port = mailbox.port
    use_port(monkeypatch, port)
    await queue(30)
    assert await drain_outbox() == 0
    rows = owner_rows(STATUS)
    assert {(status, attempts) for status, attempts, _ in rows} == {("queued", 0)}
    assert "refused" in rows[0][2]
    assert await drain_outbox() == 0
    with smtp_server(port) as mailbox, clock.freeze_clock(clock.now() + timedelta(minutes=1)):
        assert await drain_outbox() == 30
        assert set(mailbox.times_taken().values()) == {1}


async def test_a_wrong_sender_is_a_trouble_of_the_server(mailbox, owner_rows, monkeypatch) -> None:
    monkeypatch.setenv("SMTP_USER", "somebody")
    get_config.cache_clear()
    await queue()
    assert await drain_outbox() == 0
    [(status, attempts, error)] = owner_rows(STATUS)
    assert (status, attempts) == ("queued", 0)
    assert error


async def test_two_workers_send_each_mail_once(db, mailbox, owner_rows) -> None:
    await queue(120)
    open_count = "SELECT count(*) FROM mail WHERE status <> 'sent'"
    environment = settings_of(mailbox.port)
    with (
        python_process(*SENDER, db, environment=environment),
        python_process(*SENDER, db, environment=environment),
    ):
        await asyncio.to_thread(wait_until, lambda: owner_rows(open_count) == [(0,)])
    assert len(mailbox.mails) == 120
    assert set(mailbox.times_taken().values()) == {1}


async def test_kills_lose_nothing_and_repeat_at_most_one_mail_each(db, mailbox, owner_rows) -> None:
    """200 mails, 6 kills at random moments while mails go out."""
    dice = random.Random(20261208)
    await queue(200)
    environment, kills = settings_of(mailbox.port), 6
    for _ in range(kills):
        before = len(mailbox.mails)
        with python_process(*SENDER, db, environment=environment) as sender:
            wanted = before + dice.randint(1, 25)
            await asyncio.to_thread(wait_until, lambda n=wanted: len(mailbox.mails) >= n)
            await asyncio.sleep(dice.random() * 0.02)
            sender.kill()
    assert owner_rows("SELECT count(*) FROM mail WHERE status = 'sent'") < [(200,)]
    open_count = "SELECT count(*) FROM mail WHERE status <> 'sent'"
    with python_process(*SENDER, db, environment=environment):
        await asyncio.to_thread(wait_until, lambda: owner_rows(open_count) == [(0,)])
    times = mailbox.times_taken()
    assert set(times) == {row[0] for row in owner_rows("SELECT message_id FROM mail")}
    assert sum(times.values()) - len(times) <= kills
    assert max(times.values()) <= 2


async def test_a_released_mail_keeps_its_place(mailbox, owner_rows) -> None:
    await queue(3)
    async with unit_of_work() as uow:
        statement = "UPDATE mail SET leased_until = :until WHERE to_email LIKE 'p1@%'"
        until = uow.now + timedelta(minutes=1)
        await uow.session.execute(text(statement), {"until": until})
    assert await drain_outbox() == 2
    assert mailbox.recipients == ["p0@example.test", "p2@example.test"]
    with clock.freeze_clock(clock.now() + timedelta(minutes=2)):
        assert await drain_outbox() == 1
