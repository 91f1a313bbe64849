"""A person at the browser: signed in, listened to, and watched for faults of the page."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, WebSocket, expect

from tests.journeys.installation import PASSWORD, Installation

SERIOUS = ("serious", "critical")
SignIn = Callable[..., "Visitor"]


STAND_STILL = """() => Promise.all(
    document.getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
        .map((one) => one.finished.catch(() => null))
)"""
"""Half faded in, any text lacks contrast."""


@dataclass
class Visitor:
    """One person in a browser of their own; ``page`` is their tab.

    Attributes:
        heard: Every frame the server sent over the sockets of all tabs.
        problems: Errors of the pages and their consoles.
    """

    installation: Installation
    context: BrowserContext
    email: str
    page: Page = field(init=False)
    heard: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        answer = self.context.request.post(
            f"{self.installation.url}/api/v1/auth/sign-in",
            form={"email": self.email, "password": PASSWORD},
            headers={"Origin": self.installation.url},
            max_redirects=0,
        )
        assert answer.headers["location"] == "/", answer.headers
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """Open a further tab, which shares the session."""
        page = self.context.new_page()
        page.on("websocket", self._listen)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._note(page, said.type, said.text))
        return page

    def go(self, path: str, heading: str | None = None) -> Page:
        """Open a page and wait until it is drawn for the signed-in person."""
        self.page.goto(f"{self.installation.url}{path}")
        title = self.page.get_by_role("heading", level=1)
        if heading is None:
            expect(title).to_be_visible()
        else:
            expect(title).to_have_text(heading)
        return self.page

    def look_at(self, path: str) -> Page:
        """Open a page whatever it shows, be it a refusal, and wait until nothing is loading."""
        self.page.goto(f"{self.installation.url}{path}")
        self.page.wait_for_load_state("networkidle")
        expect(self.page.locator("main, h1").filter(visible=True).first).to_be_visible()
        expect(self.page.locator(".rt-Skeleton")).to_have_count(0)
        return self.page

    def get(self, path: str) -> str:
        """Fetch an address as this person; return what it says, also inside of a workbook."""
        body = self.context.request.get(f"{self.installation.url}{path}").body()
        if not body.startswith(b"PK"):
            return body.decode(errors="replace")
        with ZipFile(BytesIO(body)) as parts:
            text = " ".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
        return unescape(text)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Send something to the API as the pages do, and return the answer."""
        origin = self.installation.url
        answer = self.context.request.post(f"{origin}{path}", headers={"Origin": origin}, **body)
        assert answer.ok, answer.text()
        return answer.json()

    def faults_of_access(self) -> list[str]:
        """List what hinders people with disabilities seriously on the page shown, once it stands still."""
        self.page.evaluate(STAND_STILL)
        found = Axe().run(self.page).response["violations"]
        return [
            f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
            for fault in found
            if fault["impact"] in SERIOUS
        ]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.heard.append(_readable(frame)))

    def _note(self, page: Page, kind: str, text: str) -> None:
        if kind == "error":
            self.problems.append(f"{page.url}: {text}")


def _readable(frame: str | bytes) -> str:
    """Undo JSON's escapes, so that a name with an accent is found as it is written."""
    text = frame if isinstance(frame, str) else frame.decode(errors="replace")
    start = min((at for at in (text.find("["), text.find("{")) if at >= 0), default=len(text))
    try:
        return json.dumps(json.loads(text[start:]), ensure_ascii=False)
    except ValueError:
        return text
