"""Write one line of an import preview as plain text for its table."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sop_app.ui.components import formats

LEFT, RIGHT = "align-left", "align-right"
EMPTY = "–"


def preview_cell(
    text: str,
    state: str = "",
    *,
    old: str = "",
    message: str = "",
    decimals: int | None = None,
) -> dict[str, str]:
    """Describe a cell: what it will hold over what becomes of the old content.

    Args:
        text: The content as it will be, or as it stands in the file if it is wrong.
        state: "new", "changed", "wrong" or "" for unchanged.
        old: The content replaced; "" where there was none.
        message: Why the cell is wrong.
        decimals: The fewest decimals of figures in this column; None where it holds text.

    Example:
        >>> preview_cell("1240", "changed", old="1180", decimals=0)["remark"]
        '+60'
    """
    is_changed = state == "changed"
    shown = text if state == "wrong" else _shown(text, decimals)
    return {
        "text": shown or EMPTY,
        "state": state,
        "old": (_shown(old, decimals) or "empty") if is_changed else "",
        "remark": _reason(message, text) or _remark(text, state, old, decimals),
        "title": message,
        "align": LEFT if decimals is None else RIGHT,
    }


def preview_line(
    key: str, name: str, cells: Sequence[dict[str, str]], **facts: str
) -> dict[str, Any]:
    """Describe a line of the table.

    Args:
        key: Tells it from the others.
        name: What it is about.
        cells: Its cells, in the order of the headers.
        **facts: ``code`` beside the name, ``place`` below it, ``message`` for what is wrong with
            the row as a whole, ``net`` for how much it moves.
    """
    line = {"code": "", "place": "", "message": "", "net": "", **facts}
    return {**line, "id": key, "name": name, "cells": list(cells)}


def figure(text: str, decimals: int = 0) -> str:
    """Write the text of a figure as figures are shown: 1,284,500; other text stays.

    Example:
        >>> figure("1284500"), figure("-2.5", 2), figure("n/a")
        ('1,284,500', '−2.50', 'n/a')
    """
    value = _number(text)
    return text if value is None else formats.number(value, max(decimals, _decimals(text)))


def _shown(text: str, decimals: int | None) -> str:
    return text if decimals is None else figure(text, decimals)


def _reason(message: str, text: str) -> str:
    """Cut a refusal down to its reason: its column heads the cell, what it quotes stands above.

    Example:
        >>> _reason('Quantity: "n/a" is not a whole number.', "n/a")
        'not a whole number'
    """
    _, quoted, reason = message.partition(f'"{text}" ')
    return (reason if quoted else message).removeprefix("is ").removesuffix(".")


def _remark(text: str, state: str, old: str, decimals: int | None) -> str:
    if state == "new":
        return "new"
    before, after = _number(old), _number(text)
    if state != "changed" or decimals is None or before is None or after is None:
        return ""
    return formats.change(after - before, max(decimals, _decimals(text), _decimals(old)))


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _decimals(text: str) -> int:
    return len(text.partition(".")[2].rstrip("0"))
