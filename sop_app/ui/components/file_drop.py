"""A place to drop or choose a file; it is sent at once, with its progress and a way to stop.

The file goes to a REST route, which refuses it before its body is read where it may; what it says
stands below the place. No event of the page carries a file.
"""

from dataclasses import dataclass

import reflex as rx

from sop_app.ui.components.bound import Bound, Text
from sop_app.ui.components.buttons import icon
from sop_app.ui.components.typography import secondary_text, strong_text

SPREADSHEETS = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt"


class FileDrop(rx.Component):
    """Sends a file to a route and leads to the page of what the route answers."""

    library = rx.asset("file_drop.js", shared=True).importable_path
    tag = "FileDrop"

    action: rx.Var[str]
    fields: rx.Var[dict[str, str]]
    accept: rx.Var[str]
    destination: rx.Var[str]
    answer_key: rx.Var[str]
    working: rx.Var[str]


@dataclass(frozen=True)
class Sending:
    """Where a file goes, and what follows.

    Attributes:
        action: The route that takes it as the part ``file``.
        fields: Further parts, name to text.
        destination: The page to go to; ``{id}`` becomes what the route answers.
        answer_key: Name of that in the route's answer.
        accept: Endings the browser offers.
        working: What is said once everything is sent.
    """

    action: str
    fields: Bound
    destination: Bound | str
    answer_key: str = "id"
    accept: str = SPREADSHEETS
    working: str = "Taking the file"


def file_drop(title: Text, hint: Text, sending: Sending) -> rx.Component:
    """Let the user drop or choose a file.

    Args:
        title: What to drop ("Drop the filled template here").
        hint: What may be in it and what happens then.
        sending: Where it goes.
    """
    return FileDrop.create(
        rx.el.span(icon("upload", 20), class_name="icon-tile"),
        strong_text(title, as_="span"),
        secondary_text(hint, as_="span"),
        action=sending.action,
        fields=sending.fields,
        accept=sending.accept,
        destination=sending.destination,
        answer_key=sending.answer_key,
        working=sending.working,
    )
