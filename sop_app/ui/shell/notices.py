"""Notices at the bottom: what an act did, or why it was refused."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission

from .permits import declares

MAX_SHOWN = 4


class NoticeState(rx.State):
    """The notices of one tab, newest last.

    Other states tell the user something with ``(await self.get_state(NoticeState))._push(...)``.
    """

    items: list[dict[str, Any]] = []
    announcement: str = ""
    _next_id: int = 1

    @declares(Permission.ACCOUNT_USE)
    async def dismiss_notice(self, notice_id: int) -> None:
        """Take a notice off the screen."""
        self.items = [item for item in self.items if item["id"] != notice_id]

    def _push(self, kind: str, title: str, detail: str = "", **action: Any) -> None:
        """Show a notice; one that says the same already is taken off for it.

        Args:
            kind: success, info, warning or error; an error stays until it is dismissed.
            title: The fact, without a full stop ("36 cells pasted").
            detail: One sentence more.
            **action: ``action`` is the label of its one button; it leads to ``href``, or presses the
                control of the page whose ``data-hotkey`` is ``presses``.
        """
        notice = {"action": "", "href": "", "presses": "", **action}
        notice |= {"kind": kind, "title": title, "detail": detail}
        others = [item for item in self.items if item != {**notice, "id": item["id"]}]
        self.items = [*others, {**notice, "id": self._next_id}][-MAX_SHOWN:]
        self._next_id += 1

    def _push_error(self, message: str) -> None:
        """Show why an act was refused."""
        fact, _, detail = message.partition(". ")
        self._push("error", fact.removesuffix("."), detail)

    def _announce(self, text: str) -> None:
        """Say something to those who listen to the screen: saves, the end of a job."""
        self.announcement = text
