"""Dates and months written as text, and serial numbers that are dates.

``03/04/2011`` is in March or in April. One cell cannot tell; the column is asked as a whole, and
where it cannot tell either, the user is. Two-digit years follow POSIX: 69-99 are 19xx, 00-68 20xx.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from sop_app.system.spreadsheets.cells import RawCell


class DateOrder(StrEnum):
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


_NAMES = (
    "january jan januar jänner enero ene janvier janv",
    "february feb februar febrero février févr",
    "march mar märz mär mrz marzo mars",
    "april apr abril abr avril avr",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet juil",
    "august aug agosto ago août",
    "september sep sept septiembre septembre",
    "october oct oktober okt octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember dez diciembre dic décembre déc",
)
MONTH_NAMES = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}

_TIME = (
    r"(?:(?:[T ]|, ?)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?:Z|[+-]00:?00)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})" + _TIME
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + _TIME)
_NUMERIC = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<s>[-/. ]) ?(?P<b>[0-9]{1,2})(?P=s) ?(?P<y>[0-9]{4}|[0-9]{2})" + _TIME
)
_DAY_NAME = re.compile(
    r"(?P<d>[0-9]{1,2})\.?[-/ ]*(?P<n>[^\W\d_]{3,})\.?[-/ ,]*(?P<y>[0-9]{4}|[0-9]{2})" + _TIME
)
_NAME_DAY = re.compile(
    r"(?P<n>[^\W\d_]{3,})\.?[-/ ]*(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,? +(?P<y>[0-9]{4})" + _TIME
)
_MONTH_NAME = re.compile(r"(?P<n>[^\W\d_]{3,})\.?[-/ ,']*(?P<y>[0-9]{4}|[0-9]{2})")
_YEAR_NAME = re.compile(r"(?P<y>[0-9]{4})[-/ ]*(?P<n>[^\W\d_]{3,})\.?")
_YEAR_MONTH = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?:[-/. ]|[-/. ]?[MP])?(?P<m>[0-9]{1,2})", re.I)
_MONTH_YEAR = re.compile(r"(?:[MP] ?)?(?P<m>[0-9]{1,2})[-/. ](?P<y>(?:19|20)[0-9]{2})", re.I)

_FIRST_SERIAL, _LAST_SERIAL = Decimal(18264), Decimal(73050)
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 a sheet knows no zone


def read_date(text: str, order: DateOrder | None) -> date | datetime | None:
    """Read a date written as text; ``None`` when it is none or ``order`` is needed and not given.

    Example:
        >>> read_date("03/04/2011", DateOrder.MONTH_FIRST), read_date("1-Dec-10", None)
        (datetime.date(2011, 3, 4), datetime.date(2010, 12, 1))
        >>> read_date("03/04/2011", None) is None, read_date("31.02.2011", DateOrder.DAY_FIRST) is None
        (True, True)
    """
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _build(match, int(match["m"]), int(match["d"]))
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match["a"]), int(match["b"])
        if order is DateOrder.DAY_FIRST:
            return _build(match, second, first)
        return _build(match, first, second) if order is DateOrder.MONTH_FIRST else None
    if match := _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text):
        month = MONTH_NAMES.get(match["n"].lower())
        return _build(match, month, int(match["d"])) if month else None
    return None


def read_serial(number: Decimal, *, uses_1904: bool) -> date | datetime | None:
    """Read a serial day number between 1950 and 2099; the fraction is the time of day.

    Example:
        >>> read_serial(Decimal("40513.3513888889"), uses_1904=False)
        datetime.datetime(2010, 12, 1, 8, 26)
    """
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return None
    seconds = int((number * 86_400).to_integral_value())
    instant = (_EPOCH_1904 if uses_1904 else _EPOCH_1900) + timedelta(seconds=seconds)
    return instant.date() if instant.time() == time() else instant


def read_month(cell: RawCell, order: DateOrder | None = None) -> date | None:
    """Read a month, given as a date, ``Jan-27``, ``2027-01``, ``M01 2027`` or ``202701``.

    Returns:
        The first day of the month, or ``None``.

    Example:
        >>> read_month("Jan-27"), read_month("M01 2027"), read_month(Decimal(202701))
        (datetime.date(2027, 1, 1), datetime.date(2027, 1, 1), datetime.date(2027, 1, 1))
    """
    if isinstance(cell, date):
        return date(cell.year, cell.month, 1)
    if isinstance(cell, Decimal):
        cell = f"{cell:f}" if 190000 < cell < 210000 else ""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if match := _MONTH_NAME.fullmatch(text) or _YEAR_NAME.fullmatch(text):
        month = MONTH_NAMES.get(match["n"].lower(), 0)
        return _month(match["y"], month)
    if match := _YEAR_MONTH.fullmatch(text) or _MONTH_YEAR.fullmatch(text):
        return _month(match["y"], int(match["m"]))
    day = read_date(text, order)
    return date(day.year, day.month, 1) if day else None


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= 69 else 2000)


def _month(year: str, month: int) -> date | None:
    return date(_full_year(year), month, 1) if 1 <= month <= 12 and year != "0000" else None


def _build(match: re.Match[str], month: int, day: int) -> date | datetime | None:
    """Put the parts together; a day the calendar does not have is no date."""
    try:
        found = date(_full_year(match["y"]), month, day)
        if match["hour"] is None:
            return found
        hour = int(match["hour"])
        if match["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
        return datetime.combine(found, time(hour, int(match["minute"]), int(match["second"] or 0)))
    except ValueError:
        return None


@dataclass
class DateEvidence:
    """How the texts of a column that can be dates are written; counts of cells.

    Attributes:
        clear: One reading only, such as ``2011-03-04`` or ``4 Mar 2011``.
        day_first: A date only with the day first, such as ``31/12/2010``.
        month_first: A date only with the month first, such as ``12/31/2010``.
        either: Two different dates, such as ``03/04/2011``.
        example: The first text of two readings, to be shown in the question.
    """

    clear: int = 0
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    example: str = ""

    @property
    def count(self) -> int:
        """Count the texts that can be read as a date at all."""
        return self.clear + self.day_first + self.month_first + self.either

    @property
    def order(self) -> DateOrder | None:
        """Give the one order the column allows, or ``None`` where the user has to say."""
        if self.day_first and not self.month_first:
            return DateOrder.DAY_FIRST
        if self.month_first and not self.day_first:
            return DateOrder.MONTH_FIRST
        return None

    @property
    def is_ambiguous(self) -> bool:
        """Say whether the answer changes a date: two readings, or both orders in one column."""
        return self.order is None and bool(self.either or (self.day_first and self.month_first))

    def add(self, text: str, count: int) -> bool:
        """Take a text into account that stands in ``count`` cells; say whether it is a date."""
        reading = _classify(text)
        if reading is None:
            return False
        setattr(self, reading, getattr(self, reading) + count)
        if reading == "either" and not self.example:
            self.example = text
        return True


@lru_cache(maxsize=20_000)
def _classify(text: str) -> str | None:
    day_first = read_date(text, DateOrder.DAY_FIRST)
    month_first = read_date(text, DateOrder.MONTH_FIRST)
    if day_first is None:
        return None if month_first is None else "month_first"
    if month_first is None:
        return "day_first"
    return "clear" if day_first == month_first else "either"
