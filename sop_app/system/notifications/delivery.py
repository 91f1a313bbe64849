"""Hand mails over to the SMTP server, and tell a refused mail from a server in trouble."""

import smtplib
from dataclasses import dataclass

from emails.backend.smtp.backend import SMTPBackend
from emails.message import Message

from sop_app.system.config import SmtpConfig

TIMEOUT_SECONDS = 15.0


class MailServerTroubleError(Exception):
    """The server cannot be reached or takes no mail at all; every mail waits."""


class MailRefusedError(Exception):
    """The server does not take this one mail. ``is_final``: asking again would not help."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True)
class OutgoingMail:
    """A mail as it goes out. The Message-ID is the same at every attempt."""

    id: int
    message_id: str
    to_name: str
    to_email: str
    subject: str
    text_body: str
    html_body: str


class MailServer:
    """A connection to the SMTP server, opened with the first mail and used for the next ones."""

    def __init__(self, config: SmtpConfig) -> None:
        self._sender = (config.from_name, config.from_email)
        self._backend = SMTPBackend(
            host=config.host,
            port=config.port,
            user=config.user or None,
            password=config.password or None,
            tls=config.use_tls,
            ssl=config.use_ssl,
            timeout=TIMEOUT_SECONDS,
        )

    def send(self, mail: OutgoingMail) -> None:
        """Hand a mail over; blocks until the server has taken it.

        Raises:
            MailServerTroubleError: The server cannot be reached, or refused us.
            MailRefusedError: The server refused this mail.
        """
        message = Message(
            subject=mail.subject,
            text=mail.text_body,
            html=mail.html_body,
            mail_from=self._sender,
            mail_to=(mail.to_name, mail.to_email),
            message_id=mail.message_id,
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            response = message.send(smtp=self._backend)
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            raise MailServerTroubleError(_describe(trouble)) from trouble
        except ValueError as misfit:
            raise MailRefusedError(str(misfit), is_final=True) from misfit
        if response is None or not response.success:
            raise _refusal(response.error if response else None)

    def close(self) -> None:
        """Say goodbye to the server."""
        self._backend.close()


def _refusal(error: Exception | None) -> MailRefusedError | MailServerTroubleError:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
        return MailRefusedError(_answer(code, reason), is_final=code >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        reason = _answer(error.smtp_code, error.smtp_error)
        return MailRefusedError(reason, is_final=error.smtp_code >= 500)
    return MailServerTroubleError(_describe(error))


def _describe(trouble: Exception | None) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _answer(trouble.smtp_code, trouble.smtp_error)
    return (str(trouble) or type(trouble).__name__) if trouble else "The server gave no answer."


def _answer(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {' '.join(text.split())}"
