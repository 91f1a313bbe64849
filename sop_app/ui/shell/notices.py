"""Notices at the bottom right: what an act did, or why it was refused."""

from typing import Any

import reflex as rx


class NoticeState(rx.State):
    """The notices of one tab, newest last."""

    items: list[dict[str, Any]] = []
    _next_id: int = 1

    def _push(self, kind: str, title: str, detail: str = "", **extra: Any) -> None:
        self.items = [
            *self.items,
            {"id": self._next_id, "kind": kind, "title": title, "detail": detail, **extra},
        ]
        self._next_id += 1

    def _push_error(self, message: str) -> None:
        self._push("error", message)
