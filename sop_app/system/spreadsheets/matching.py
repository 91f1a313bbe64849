"""Propose which column fills which field, from names and from what the columns hold."""

from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher

from sop_app.system.spreadsheets.date_text import DateOrder, read_date, read_month
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.field_types import DateType, DecimalType, FieldType, MonthType
from sop_app.system.spreadsheets.mapping import Mapping, TargetField, column_title
from sop_app.system.spreadsheets.names import normalise_name
from sop_app.system.spreadsheets.profiles import ColumnKind, ColumnProfile

_LEAST_SCORE = 0.8


def propose_mapping(sheet: SheetExtract, fields: Sequence[TargetField]) -> Mapping:
    """Propose which column fills which field, by name and synonyms, best matches first.

    Columns headed by months fill the field that is a month series. The proposal is shown to the
    user, who confirms or corrects it.
    """
    single = [item for item in fields if not item.is_month_series]
    ranked = sorted(
        (
            (-_score(item, column), position, column.index)
            for position, item in enumerate(single)
            for column in sheet.columns
            if column.header and _score(item, column) >= _LEAST_SCORE
        ),
    )
    chosen: dict[int, int] = {}
    for _, position, index in ranked:
        if position not in chosen and index not in chosen.values():
            chosen[position] = index
    titles = {column.index: column_title(column, sheet.columns) for column in sheet.columns}
    series = next((item for item in fields if item.is_month_series), None)
    months = _month_columns(sheet, set(chosen.values())) if series else {}
    return Mapping(
        columns={
            item.name: titles[chosen[position]]
            for position, item in enumerate(single)
            if position in chosen
        },
        month_columns={titles[index]: month.isoformat() for index, month in months.items()},
        month_field=series.name if series and months else "",
    )


def _score(item: TargetField, column: ColumnProfile) -> float:
    """Rate a column for a field between 0 and 1; 1 is a known name that holds what is expected."""
    header = normalise_name(column.header)
    if header in item.known_names:
        return 1.0 if _fits(item.type, column) else 0.9
    if not _fits(item.type, column):
        return 0.0
    similar = max(SequenceMatcher(None, header, name).ratio() for name in item.known_names)
    return similar * 0.95


def _fits(kind: FieldType, column: ColumnProfile) -> bool:
    """Say whether what a column holds can be what a field accepts."""
    match kind:
        case DecimalType():
            return column.kind in {ColumnKind.NUMBER, ColumnKind.MIXED, ColumnKind.EMPTY}
        case DateType() | MonthType():
            return column.kind is not ColumnKind.BOOLEAN
        case _:
            return column.kind is not ColumnKind.DATE


def _month_columns(sheet: SheetExtract, taken: set[int]) -> dict[int, date]:
    """Find the columns headed by a month; one month twice is left to the user."""
    orders = {
        DateOrder.DAY_FIRST: _months_of(sheet, taken, DateOrder.DAY_FIRST),
        DateOrder.MONTH_FIRST: _months_of(sheet, taken, DateOrder.MONTH_FIRST),
    }
    return max(orders.values(), key=lambda found: (len(set(found.values())), -_spread(found)))


def _months_of(sheet: SheetExtract, taken: set[int], order: DateOrder) -> dict[int, date]:
    found: dict[int, date] = {}
    for column in sheet.columns:
        if column.index in taken:
            continue
        header = column.header
        month = read_month(read_date(header, order) or header, order)
        if month and month not in found.values():
            found[column.index] = month
    return found


def _spread(found: dict[int, date]) -> int:
    """Give the months from the first to the last, so that consecutive ones win."""
    if not found:
        return 0
    first, last = min(found.values()), max(found.values())
    return (last.year - first.year) * 12 + last.month - first.month
