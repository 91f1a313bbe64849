"""A whole installation of the program for the journeys: web and worker as processes, and a mailbox."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import psycopg

from sop_app.system.installation import WEB_ENVIRONMENT
from tests.processes import PROJECT_ROOT, free_port, wait_until
from tests.system.notifications.smtp_server import Mailbox, smtp_server

PASSWORD = "correct horse battery staple 9"


@dataclass(frozen=True)
class Installation:
    """A running program of its own database.

    Attributes:
        url: Where its screens are.
        database_url: Its database, as the owner.
        mailbox: What its mails arrive in.
        log: What web and worker wrote.
    """

    url: str
    database_url: str
    mailbox: Mailbox
    log: Path

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        """Read the database as its owner, past every wall."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, parameters or None).fetchall()

    def value(self, query: str, *parameters: object) -> object:
        """Read one figure of the database."""
        return self.rows(query, *parameters)[0][0]

    def change(self, statement: str, *parameters: object) -> None:
        """Set the scene in the database, as its owner."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement, parameters or None)

    def mails_to(self, email: str) -> list[EmailMessage]:
        """List the mails a person has got so far."""
        return [mail for mail in list(self.mailbox.mails) if email in str(mail["To"])]

    def wait_for_mail(self, email: str, word: str) -> EmailMessage:
        """Wait for a mail to a person whose subject holds a word."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.mails_to(email) if word in str(mail["Subject"])]

        wait_until(found, seconds=20)
        return found()[-1]


@contextmanager
def running_installation(database_url: str, folder: Path) -> Iterator[Installation]:
    """Run web, worker and a mail server for the length of the block."""
    port = free_port()
    url = f"http://localhost:{port}"
    log = folder / "installation.log"
    with ExitStack() as stack:
        mailbox = stack.enter_context(smtp_server())
        environment = {
            **os.environ,
            **WEB_ENVIRONMENT,
            "DATABASE_URL": database_url,
            "SOP_DATA_DIR": str(folder),
            "SECRET_KEY": "k" * 32,
            "PORT": str(port),
            "PUBLIC_URL": url,
            "SOP_DATABASE_POOL": "4",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mailbox.port),
            "SMTP_SECURITY": "none",
        }
        output = stack.enter_context(log.open("w"))
        web = ["granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"]
        web += ["--port", str(port), "--no-access-log", "sop_app.sop_app:app"]
        for command in (web, ["sop_app", "worker"]):
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=PROJECT_ROOT,
                env=environment,
                stdout=output,
                stderr=output,
            )
            stack.callback(_end, process)
        wait_until(lambda: _answers(url), seconds=90)
        yield Installation(url, database_url, mailbox, log)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v1/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
