"""Which column of a sheet fills which field of an import.

A mapping is plain data that can be saved by name and used on next month's file: it knows columns
by their headers, never by position.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sop_app.system.spreadsheets.cells import column_letter
from sop_app.system.spreadsheets.date_text import DateOrder
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.field_types import ColumnReading, FieldType
from sop_app.system.spreadsheets.names import normalise_name
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.profiles import ColumnProfile


@dataclass(frozen=True)
class TargetField:
    """A field an import can fill.

    Attributes:
        name: Name in the program.
        title: Name on the screen and in exports; the first name looked for.
        type: What it accepts.
        is_required: Whether every row must fill it.
        synonyms: Other names people give such a column.
        is_month_series: Whether the field is spread over one column per month; its value is then a
            figure per month.
        help: One sentence for the mapping screen and the template.
    """

    name: str
    title: str
    type: FieldType
    is_required: bool = False
    synonyms: tuple[str, ...] = ()
    is_month_series: bool = False
    help: str = ""

    @property
    def known_names(self) -> frozenset[str]:
        """Give the normalised names by which the field is found."""
        names = (self.name.replace("_", " "), self.title, *self.synonyms)
        return frozenset(map(normalise_name, names))


@dataclass(frozen=True)
class Mapping:
    """Which column fills which field, and how its texts are read. Plain data, saved as JSON.

    Attributes:
        columns: Field name to the header of its column.
        month_columns: Header to month (ISO date of its first day) for the month series.
        month_field: Field the month columns fill, "" without a wide layout.
        date_orders: Header to the user's answer, day first or month first.
        decimal_signs: Header to the user's answer, point or comma.
        options: Further choices of the import kind, such as what to do with duplicates.
    """

    columns: dict[str, str] = field(default_factory=dict)
    month_columns: dict[str, str] = field(default_factory=dict)
    month_field: str = ""
    date_orders: dict[str, str] = field(default_factory=dict)
    decimal_signs: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the mapping as JSON-able data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Mapping":
        """Rebuild a mapping from `to_json`; keys of other versions are ignored."""
        known = {item.name for item in dataclasses.fields(cls)}
        return cls(**{key: value for key, value in content.items() if key in known})


@dataclass(frozen=True)
class ResolvedColumn:
    """A field and the column of this very sheet that fills it."""

    field: TargetField
    index: int
    header: str
    reading: ColumnReading


@dataclass(frozen=True)
class ResolvedMapping:
    """A mapping applied to one sheet.

    Attributes:
        columns: The single columns.
        months: Column and month for each column of the month series, in sheet order.
        missing_columns: Headers the mapping names and the sheet lacks.
        missing_fields: Required fields that no column fills.
    """

    columns: tuple[ResolvedColumn, ...]
    months: tuple[tuple[ResolvedColumn, date], ...] = ()
    missing_columns: tuple[str, ...] = ()
    missing_fields: tuple[TargetField, ...] = ()


def column_title(column: ColumnProfile, columns: Sequence[ColumnProfile] = ()) -> str:
    """Name a column for people and mappings: its header, else its letter as in ``Column C``.

    A header that occurs twice gets the letter added, so that every title is unique.
    """
    header = " ".join(column.header.split())
    if not header:
        return f"Column {column_letter(column.index)}"
    same = normalise_name(header)
    twins = [other for other in columns if normalise_name(other.header) == same]
    if len(twins) > 1 and twins[0] is not column:
        return f"{header} ({column_letter(column.index)})"
    return header


def resolve_mapping(
    sheet: SheetExtract,
    mapping: Mapping,
    fields: Sequence[TargetField],
    *,
    uses_1904: bool = False,
) -> ResolvedMapping:
    """Find the columns a mapping names in a sheet, and what is missing."""
    resolved = map_columns(sheet, mapping, fields, uses_1904=uses_1904)
    found = {column.header for column in resolved}
    named = [*mapping.columns.values(), *mapping.month_columns]
    filled = {column.field.name for column in resolved}
    by_header = {normalise_name(header): month for header, month in mapping.month_columns.items()}
    months = tuple(
        (column, date.fromisoformat(by_header[normalise_name(column.header)]))
        for column in resolved
        if column.field.is_month_series
    )
    known = {normalise_name(header) for header in found}
    return ResolvedMapping(
        columns=tuple(column for column in resolved if not column.field.is_month_series),
        months=months,
        missing_columns=tuple(name for name in named if normalise_name(name) not in known),
        missing_fields=tuple(
            item for item in fields if item.is_required and item.name not in filled
        ),
    )


def map_columns(
    sheet: SheetExtract,
    mapping: Mapping,
    fields: Iterable[TargetField],
    *,
    uses_1904: bool = False,
) -> list[ResolvedColumn]:
    """Pair each mapped field with its column of the sheet; headers are compared normalised."""
    columns = {
        normalise_name(column_title(column, sheet.columns)): column for column in sheet.columns
    }
    found = []
    for item in fields:
        if item.is_month_series:
            headers = list(mapping.month_columns) if mapping.month_field == item.name else []
        else:
            headers = [mapping.columns[item.name]] if item.name in mapping.columns else []
        for header in headers:
            column = columns.get(normalise_name(header))
            if column is not None:
                reading = _reading(header, column, mapping, uses_1904=uses_1904)
                found.append(ResolvedColumn(item, column.index, header, reading))
    return found


def _reading(
    header: str, column: ColumnProfile, mapping: Mapping, *, uses_1904: bool
) -> ColumnReading:
    """Take what this file's column proves, else the user's answer, which may be last month's."""
    order = mapping.date_orders.get(header)
    sign = mapping.decimal_signs.get(header)
    return ColumnReading(
        date_order=column.date_texts.order or (DateOrder(order) if order else None),
        decimal_sign=column.number_texts.decimal_sign or (DecimalSign(sign) if sign else None),
        uses_1904=uses_1904,
    )
