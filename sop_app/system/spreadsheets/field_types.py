"""What a field accepts, and how a raw cell becomes its value or a refusal.

Nothing is repaired: what is not clearly the value is refused with what was found and what is
expected.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sop_app.system.spreadsheets.cells import CellFault, RawCell, show
from sop_app.system.spreadsheets.date_text import DateOrder, read_date, read_month, read_serial
from sop_app.system.spreadsheets.names import normalise_name
from sop_app.system.spreadsheets.number_text import DecimalSign, read_number

_MOST_EXACT = Decimal(10) ** 15
_WHOLE_AS_TEXT = re.compile(r"[1-9][0-9]*\.0")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
_TRUE = frozenset({"true", "yes", "y", "1", "x", "wahr", "ja", "oui", "vrai", "si", "sí"})
_FALSE = frozenset({"false", "no", "n", "0", "falsch", "nein", "non", "faux"})


class CellRefusedError(ValueError):
    """A cell cannot be read as its field; the message says what is expected."""


@dataclass(frozen=True)
class ColumnReading:
    """How the texts of one column are to be read, settled for the column as a whole.

    Attributes:
        date_order: For dates such as 03/04/2011; ``None`` when no such date occurs.
        decimal_sign: For numbers such as 1.234; ``None`` when no such number occurs.
        uses_1904: Whether serial day numbers count from 1904.
    """

    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None
    uses_1904: bool = False


class FieldType(Protocol):
    """What a field accepts."""

    @property
    def expectation(self) -> str:
        """Say what is expected, to follow the word "expected" in a message."""
        ...

    def read(self, cell: RawCell, reading: ColumnReading) -> object:
        """Turn a filled cell into the field's value.

        Raises:
            CellRefusedError: The cell holds something else.
        """
        ...


@dataclass(frozen=True)
class TextType:
    """A text of limited length; blanks around it do not count."""

    max_length: int = 255
    expectation: str = "a text"

    def read(self, cell: RawCell, reading: ColumnReading) -> str:
        text = show(cell).strip()
        if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
            raise CellRefusedError("holds characters that cannot be shown")
        if len(text) > self.max_length:
            raise CellRefusedError(f"has {len(text)} characters; at most {self.max_length} fit")
        return text


@dataclass(frozen=True)
class CodeType:
    """A code or id. Leading zeros of a text stay; the number 17850.0 is the code 17850."""

    max_length: int = 50
    expectation: str = "a code"

    def read(self, cell: RawCell, reading: ColumnReading) -> str:
        if isinstance(cell, date):
            raise CellRefusedError("is a date; Excel has turned a code into it")
        if isinstance(cell, Decimal) and abs(cell) >= _MOST_EXACT:
            raise CellRefusedError("has more than 15 digits, which Excel rounds; format it as text")
        code = TextType(self.max_length).read(cell, reading)
        if isinstance(cell, str):
            if _SHORTENED.fullmatch(code):
                raise CellRefusedError("is a long number that Excel has shortened")
            if _WHOLE_AS_TEXT.fullmatch(code):
                return code[:-2]
        return code


@dataclass(frozen=True)
class DecimalType:
    """A number with at most ``scale`` decimals, between two bounds where given."""

    scale: int = 6
    least: Decimal | None = None
    most: Decimal = Decimal(10) ** 12

    @property
    def expectation(self) -> str:
        return "a whole number" if self.scale == 0 else "a number such as 1234.56"

    def read(self, cell: RawCell, reading: ColumnReading) -> Decimal | int:
        number = self._number(cell, reading)
        if self.least is not None and number < self.least:
            raise CellRefusedError(f"is less than {self.least}")
        if abs(number) > self.most:
            raise CellRefusedError(f"is more than {self.most:,f}")
        if round(number, self.scale) != number:
            allowed = f"{self.scale} decimals" if self.scale else "none"
            raise CellRefusedError(f"has too many decimals; {allowed} are allowed")
        return number

    def _number(self, cell: RawCell, reading: ColumnReading) -> Decimal:
        if isinstance(cell, Decimal):
            return cell
        if not isinstance(cell, str):
            raise CellRefusedError(f"is not {self.expectation}")
        with_point = read_number(cell, DecimalSign.POINT)
        with_comma = read_number(cell, DecimalSign.COMMA)
        if reading.decimal_sign is not None:
            number = with_point if reading.decimal_sign is DecimalSign.POINT else with_comma
        elif with_point == with_comma:
            number = with_point
        else:
            raise CellRefusedError("can be two numbers; say which sign is the decimal sign")
        if number is None:
            raise CellRefusedError(f"is not {self.expectation}")
        return number


@dataclass(frozen=True)
class IntegerType(DecimalType):
    """A whole number."""

    scale: int = 0

    def read(self, cell: RawCell, reading: ColumnReading) -> int:
        return int(super().read(cell, reading))


@dataclass(frozen=True)
class MoneyType(DecimalType):
    """An amount of money or a price."""

    scale: int = 4


@dataclass(frozen=True)
class DateType:
    """A calendar date; a time of day is kept only where ``keeps_time`` is set."""

    keeps_time: bool = False
    expectation: str = "a date such as 2027-01-31"

    def read(self, cell: RawCell, reading: ColumnReading) -> date | datetime:
        found = self._date(cell, reading)
        if found is None:
            raise CellRefusedError(f"is not {self.expectation}")
        if isinstance(found, datetime):
            return found if self.keeps_time else found.date()
        return datetime(found.year, found.month, found.day) if self.keeps_time else found  # noqa: DTZ001

    def _date(self, cell: RawCell, reading: ColumnReading) -> date | datetime | None:
        match cell:
            case date():
                return cell
            case Decimal():
                day = read_date(f"{cell:f}", None) if cell > 10**7 else None
                return day or read_serial(cell, uses_1904=reading.uses_1904)
            case str():
                return _settled_date(cell, reading)
            case _:
                return None


@dataclass(frozen=True)
class MonthType:
    """A calendar month, as the date of its first day."""

    expectation: str = "a month such as 2027-01"

    def read(self, cell: RawCell, reading: ColumnReading) -> date:
        if isinstance(cell, Decimal) and cell < 190_000:
            day = read_serial(cell, uses_1904=reading.uses_1904)
            month = read_month(day)
        else:
            month = read_month(cell, reading.date_order)
        if month is None:
            raise CellRefusedError(f"is not {self.expectation}")
        return month


@dataclass(frozen=True)
class BooleanType:
    """Yes or no."""

    expectation: str = "yes or no"

    def read(self, cell: RawCell, reading: ColumnReading) -> bool:
        if isinstance(cell, bool):
            return cell
        word = show(cell).strip().casefold()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise CellRefusedError(f"is not {self.expectation}")


@dataclass(frozen=True)
class ChoiceType:
    """One of a few values, each known by its name and by synonyms.

    Attributes:
        choices: Stored value to the words people write for it; the value itself always counts.
    """

    choices: Mapping[str, tuple[str, ...]]
    _words: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = {
            normalise_name(word): value
            for value, synonyms in self.choices.items()
            for word in (value, *synonyms)
        }
        object.__setattr__(self, "_words", words)

    @property
    def expectation(self) -> str:
        return "one of " + ", ".join(self.choices)

    def read(self, cell: RawCell, reading: ColumnReading) -> str:
        value = self._words.get(normalise_name(show(cell)))
        if value is None:
            raise CellRefusedError(f"is not {self.expectation}")
        return value


@dataclass(frozen=True)
class ReferenceType(CodeType):
    """The code of a record that must exist, such as a customer.

    Attributes:
        target: Name under which the existing codes are handed to the check.
        title: What such a record is called in messages.
        names_known: Whether a message lists the codes that exist; for a handful of them.
    """

    target: str = ""
    title: str = "record"
    names_known: bool = False
    expectation: str = "the code of an existing record"

    def refuse(self, known: Collection[str]) -> str:
        """Say why a code is refused.

        Example:
            >>> ReferenceType(3, title="currency", names_known=True).refuse({"eur": "EUR"})
            'is not EUR, the currency'
        """
        if not self.names_known:
            return f"is not a known {self.title}"
        codes = known.values() if isinstance(known, Mapping) else known
        return f"is not {' or '.join(codes)}, the {self.title}"


def refuse_fault(cell: CellFault) -> str:
    """Say why a cell with an Excel error value is refused."""
    return f"is an Excel error; correct the formula behind {cell.code}"


def _settled_date(text: str, reading: ColumnReading) -> date | datetime | None:
    day_first = read_date(text, DateOrder.DAY_FIRST)
    month_first = read_date(text, DateOrder.MONTH_FIRST)
    if day_first == month_first:
        return day_first
    if reading.date_order is None:
        raise CellRefusedError("can be two dates; say whether day or month comes first")
    return day_first if reading.date_order is DateOrder.DAY_FIRST else month_first
