"""The change log of a record: when, who, what, and each field before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import reflex as rx

from sop_app.ui.components import formats
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text

_COLUMNS = (
    Column("at", "When", "muted", width="150px"),
    Column("who", "Who", width="180px"),
    Column("what", "What", width="220px"),
    Column("changes", "Change", cell=lambda row: _changes(row)),
)


class Change(Protocol):
    """One entry of an audit log."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Any]: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


def change_log(rows: Bound, is_loading: rx.Var | bool = False) -> rx.Component:
    """Show the changes of a record, newest first, from rows that ``change_rows`` made."""
    nothing = empty_state("history", "No changes yet", "Every change from now on is listed here.")
    options = TableOptions(
        opens=False, is_tall=True, state=TableState(is_loading=is_loading, empty=nothing)
    )
    return data_table("Change log", _COLUMNS, rows, options)


def change_rows(
    entries: Iterable[Change], actions: Mapping[str, str], fields: Mapping[str, str], now: datetime
) -> list[dict[str, Any]]:
    """Write audit entries as rows.

    Args:
        entries: The entries, newest first.
        actions: Action to its words ("customer_updated": "Changed"); others are spelt out.
        fields: Field to its name; a field named "" is left out.
        now: For "Today" and "Yesterday".
    """
    return [
        {
            "id": str(number),
            "at": formats.moment(entry.at, now),
            "who": entry.actor_name,
            "what": actions.get(entry.action, _spelt(entry.action)),
            "changes": _lines(entry, fields),
        }
        for number, entry in enumerate(entries)
    ]


@dataclass(frozen=True)
class NamedChange:
    """An audit entry in which keys of other records have become their names."""

    at: datetime
    actor_name: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def with_names(
    entries: Iterable[Change], field: str, names: Mapping[int, str]
) -> list[NamedChange]:
    """Write the name of a record where an entry holds its key; an unknown one is an en dash."""

    def named(values: Mapping[str, Any]) -> Mapping[str, Any]:
        if field not in values:
            return values
        return {**values, field: names.get(values[field])}

    return [
        NamedChange(
            entry.at, entry.actor_name, entry.action, named(entry.before), named(entry.after)
        )
        for entry in entries
    ]


def _lines(entry: Change, fields: Mapping[str, str]) -> list[str]:
    lines = []
    for name in dict.fromkeys([*entry.after, *entry.before]):
        label = fields.get(name, _spelt(name))
        if not label:
            continue
        new = _written(entry.after.get(name))
        if name in entry.before and name in entry.after:
            lines.append(f"{label}: {_written(entry.before[name])} → {new}")
        elif name in entry.after and entry.after[name] not in (None, "", 0, "0"):
            lines.append(f"{label}: {new}")
        elif name in entry.before and entry.before[name] not in (None, ""):
            lines.append(f"{label}: {_written(entry.before[name])}")
    return lines


def _written(value: Any) -> str:
    match value:
        case None | "":
            return formats.MISSING
        case bool():
            return "Yes" if value else "No"
        case list():
            shown = ", ".join(map(str, value[:8]))
            return shown if len(value) <= 8 else f"{shown} and {len(value) - 8} more"
        case _:
            return str(value)


def _spelt(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _changes(row: Any) -> rx.Component:
    lines = rx.foreach(row["changes"].to(list[str]), lambda line: secondary_text(line))
    return rx.flex(lines, direction="column", padding="4px 0", white_space="normal")
