"""Write figures, money, dates and spans of time the way every screen and table shows them.

A value that is missing or undefined is an en dash, never 0, "None" or "NaN"; zero is written 0.
Minus is the true minus sign, so that signs have the width of a digit in tabular figures.
Instants are written as they are given: convert them to the reader's time zone first.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
MINUS = "−"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}

Number = Decimal | float | int


def number(value: Number | None, decimals: int = 0) -> str:
    """Write a quantity with thousands commas: 1,284,500.

    Example:
        >>> number(1284500), number(-20), number(0), number(None), number(519.55, decimals=1)
        ('1,284,500', '−20', '0', '–', '519.6')
    """
    rounded = _rounded(value, decimals)
    return MISSING if rounded is None else f"{rounded:,.{decimals}f}".replace("-", MINUS)


def change(value: Number | None, decimals: int = 0) -> str:
    """Write a difference, which always shows its sign: +3,360.

    Example:
        >>> change(3360), change(-1250), change(0), change(None)
        ('+3,360', '−1,250', '0', '–')
    """
    text = number(value, decimals)
    rounded = _rounded(value, decimals)
    return f"+{text}" if rounded is not None and rounded > 0 else text


def percent(ratio: Number | None, decimals: int = 1) -> str:
    """Write a share, given as a ratio: 0.826 is 82.6%.

    Example:
        >>> percent(0.826), percent(1, decimals=0), percent(None)
        ('82.6%', '100%', '–')
    """
    return MISSING if _is_undefined(ratio) else f"{number(_hundredfold(ratio), decimals)}%"


def percent_change(ratio: Number | None, decimals: int = 1) -> str:
    """Write a relative change, given as a ratio: 0.149 is +14.9%.

    Example:
        >>> percent_change(0.149), percent_change(Decimal("-0.312")), percent_change(None)
        ('+14.9%', '−31.2%', '–')
    """
    return MISSING if _is_undefined(ratio) else f"{change(_hundredfold(ratio), decimals)}%"


def points(ratio: Number | None, decimals: int = 1) -> str:
    """Write a difference between two shares in percentage points.

    Example:
        >>> points(-0.013), points(0.024)
        ('−1.3 pt', '+2.4 pt')
    """
    return MISSING if _is_undefined(ratio) else f"{change(_hundredfold(ratio), decimals)} pt"


def price(amount: Number | None) -> str:
    """Write a unit price with two decimals; its currency stands in the column header.

    Example:
        >>> price(Decimal("46.2"))
        '46.20'
    """
    return number(amount, decimals=2)


def money(amount: Number | None, currency: str = "EUR", decimals: int = 0) -> str:
    """Write an amount in running text with its currency: €1,284,500.

    Example:
        >>> money(1284500), money(-18400), money(1284500, "SEK"), money(None)
        ('€1,284,500', '−€18,400', 'SEK 1,284,500', '–')
    """
    text = number(amount, decimals)
    return text if text == MISSING else _with_currency(text, currency)


def money_short(amount: Number | None, currency: str = "EUR") -> str:
    """Write a large amount in three figures: €49.9M, €5.72M, €284k.

    Example:
        >>> money_short(49_900_000), money_short(5_720_000), money_short(284_300), money_short(940)
        ('€49.9M', '€5.72M', '€284k', '€940')
    """
    if amount is None or _is_undefined(amount):
        return MISSING
    for divisor, unit in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")):
        scaled = Decimal(str(amount)) / divisor
        if abs(scaled) >= Decimal("0.9995"):
            return f"{_with_currency(_three_figures(scaled, unit), currency)}{unit}"
    return money(amount, currency)


def day(value: date | None) -> str:
    """Write a calendar date: 14 Mar 2019.

    Example:
        >>> day(date(2019, 3, 14))
        '14 Mar 2019'
    """
    return MISSING if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def weekday(value: date | None) -> str:
    """Write a near date with its weekday: Fri 11 Dec.

    Example:
        >>> weekday(date(2026, 12, 11))
        'Fri 11 Dec'
    """
    if value is None:
        return MISSING
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def deadline(at: datetime | None) -> str:
    """Write a date and time that somebody has to keep: Fri 11 Dec, 17:00.

    Example:
        >>> deadline(datetime(2026, 12, 11, 17, 0))
        'Fri 11 Dec, 17:00'
    """
    return MISSING if at is None else f"{weekday(at.date())}, {at:%H:%M}"


def moment(at: datetime | None, now: datetime) -> str:
    """Write when something happened; today and yesterday by word, other years with the year.

    The hour is that of the clock of ``now``: a cycle's or the installation's.

    Example:
        >>> now = datetime(2026, 12, 8, 12, 0)
        >>> moment(datetime(2026, 12, 8, 10, 42), now), moment(datetime(2026, 12, 7, 17, 5), now)
        ('Today 10:42', 'Yesterday 17:05')
        >>> moment(datetime(2026, 12, 4, 14, 5), now), moment(datetime(2025, 12, 4, 14, 5), now)
        ('4 Dec 14:05', '4 Dec 2025')
    """
    if at is None:
        return MISSING
    if now.tzinfo is not None:
        at = at.astimezone(now.tzinfo)
    if at.date() == now.date():
        return f"Today {at:%H:%M}"
    if at.date() == now.date() - timedelta(days=1):
        return f"Yesterday {at:%H:%M}"
    if at.year != now.year:
        return day(at.date())
    return f"{at.day} {MONTHS[at.month - 1]} {at:%H:%M}"


def month(value: date | None) -> str:
    """Write a planning month: Jan 2027.

    Example:
        >>> month(date(2027, 1, 1))
        'Jan 2027'
    """
    return MISSING if value is None else f"{MONTHS[value.month - 1]} {value.year}"


def month_in_header(value: date) -> str:
    """Write a month under a header that already names the year: Jan.

    Example:
        >>> month_in_header(date(2027, 1, 1))
        'Jan'
    """
    return MONTHS[value.month - 1]


def month_range(months: Sequence[date]) -> str:
    """Write the first and last of some months: Oct to Dec 2027.

    Example:
        >>> month_range([date(2027, 10, 1), date(2027, 11, 1), date(2027, 12, 1)])
        'Oct to Dec 2027'
        >>> month_range([date(2027, 1, 1), date(2028, 4, 1)]), month_range([date(2027, 6, 1)])
        ('Jan 2027 to Apr 2028', 'Jun 2027')
    """
    if not months:
        return MISSING
    first, last = min(months), max(months)
    if first == last:
        return month(first)
    start = month_in_header(first) if first.year == last.year else month(first)
    return f"{start} to {month(last)}"


def time_left(span: timedelta) -> str:
    """Write the time until a deadline in its two largest units: 3 days 6 h.

    Example:
        >>> time_left(timedelta(days=3, hours=6, minutes=12)), time_left(timedelta(days=1))
        ('3 days 6 h', '1 day')
        >>> time_left(timedelta(hours=5, minutes=9)), time_left(timedelta(seconds=-5))
        ('5 h 9 min', 'No time')
    """
    minutes = int(span.total_seconds() // 60)
    if minutes <= 0:
        return "No time"
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return count(days, "day") + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


def job_time_left(span: timedelta) -> str:
    """Write how long a running job still needs: about 40 seconds left.

    Example:
        >>> job_time_left(timedelta(seconds=38)), job_time_left(timedelta(minutes=4, seconds=50))
        ('about 40 seconds left', 'about 5 minutes left')
    """
    seconds = max(int(span.total_seconds()), 1)
    if seconds < 60:
        return f"about {max(round(seconds, -1), 5)} seconds left"
    return f"about {count(round(seconds / 60), 'minute')} left"


def count(amount: int, noun: str, plural: str | None = None) -> str:
    """Write a figure with its noun in the right number: 1 row, 48 rows.

    Example:
        >>> count(1, "row"), count(1280, "row"), count(2, "category", "categories")
        ('1 row', '1,280 rows', '2 categories')
    """
    return f"{number(amount)} {noun if amount == 1 else plural or noun + 's'}"


def initials(name: str) -> str:
    """Take the initials of the first and last word of a name, for the avatar.

    Example:
        >>> initials("Elena Marsh"), initials("Robert van der Hale"), initials("admin"), initials("")
        ('EM', 'RH', 'A', '')
    """
    words = name.split()
    ends = words if len(words) < 2 else (words[0], words[-1])
    return "".join(word[0] for word in ends).upper()


def _hundredfold(ratio: Number | None) -> Decimal:
    return Decimal(str(ratio)) * 100


def _is_undefined(value: Number | None) -> bool:
    return value is None or not Decimal(str(value)).is_finite()


def _rounded(value: Number | None, decimals: int) -> Decimal | None:
    if value is None or _is_undefined(value):
        return None
    # Half up, as people and Excel round; adding 0 turns a negative zero into 0.
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _three_figures(scaled: Decimal, unit: str) -> str:
    decimals = 0 if unit == "k" else max(2 - len(str(abs(int(scaled)))) + 1, 0)
    return number(scaled, decimals)


def _with_currency(text: str, currency: str) -> str:
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    return f"{MINUS}{sign}{text[1:]}" if text.startswith(MINUS) else f"{sign}{text}"
