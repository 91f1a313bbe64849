"""A real SMTP server for the tests; it keeps what it takes and can be told to refuse."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import free_port

ACCEPTED = "250 Message accepted for delivery"


@dataclass
class Mailbox:
    """What the server took, and how it answers: ``refuse(address)`` gives an SMTP answer or None."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _address: None
    refuse_data: Callable[[EmailMessage], str | None] = lambda _mail: None
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refuse(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        if answer := self.refuse_data(mail):
            return answer
        self.mails.append(mail)
        self.recipients.extend(envelope.rcpt_tos)
        return ACCEPTED

    def times_taken(self) -> Counter[str]:
        """Count how often each Message-ID arrived."""
        return Counter(mail["Message-ID"] for mail in list(self.mails))


@contextlib.contextmanager
def smtp_server(port: int = 0) -> Iterator[Mailbox]:
    """Run the server for the length of the block, on a free port by default."""
    mailbox = Mailbox(port=port or free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=20)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
