r"""How one raw cell is written down between reading and checking.

A cell becomes a *token*: one letter for its type, then its value. A row of tokens joined by tabs
is a line of PostgreSQL's COPY text format, so the very same file is streamed into a staging table
without being parsed, or read back in Python with `decode`.

======  =============================  =========================
letter  value                          example
======  =============================  =========================
``n``   number                         ``n2.55``
``d``   date, or date and time         ``d2010-12-01T08:26:00``
``h``   time of day                    ``h08:26:00``
``p``   duration in seconds            ``p918610``
``b``   boolean                        ``b1``
``e``   error value of a formula       ``e#N/A``
``s``   text, blanks kept              ``sWHITE HANGING HEART``
======  =============================  =========================

An empty cell, and one that holds only blanks, is ``\N``, which is NULL for COPY.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

EMPTY = "\\N"

FAULTS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"}
)

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"})
_ESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


@dataclass(frozen=True)
class CellFault:
    """An error value such as #N/A: the cell holds a formula that could not be calculated."""

    code: str


# Row number as Excel shows it, to column index, to error value.
SheetFaults = dict[int, dict[int, str]]

RawCell = str | Decimal | bool | date | datetime | time | timedelta | CellFault | None


def encode_number(number: float) -> str:
    """Write a number as Excel shows it: at most 15 significant digits, whole ones without a point.

    Example:
        >>> encode_number(17850.0), encode_number(0.1 + 0.2), encode_number(2.55)
        ('n17850', 'n0.3', 'n2.55')
    """
    if isinstance(number, int):
        return f"n{number}"
    if not math.isfinite(number):
        return "e#NUM!"
    if number.is_integer() and abs(number) < 1e15:
        return f"n{number:.0f}" if number else "n0"
    text = repr(number)
    return "n" + (text if len(text) <= 16 else f"{number:.15g}")


def encode_text(text: str) -> str:
    """Write a text; one that holds only blanks counts as empty, an error literal as a fault."""
    if not text or text.isspace():
        return EMPTY
    if text[0] == "#" and text in FAULTS:
        return "e" + text
    return "s" + text.translate(_ESCAPES)


def _nearest_second(instant: datetime) -> datetime:
    """Drop the noise a serial number leaves; the last second of the calendar stays what it is."""
    if instant.microsecond >= 500_000 and instant.year < 9999:
        instant += timedelta(seconds=1)
    return instant.replace(microsecond=0)


def encode(value: object) -> str:
    """Write one cell as it comes from the reader as a token."""
    match value:
        case None:
            return EMPTY
        case str():
            return encode_text(value)
        case bool():
            return "b1" if value else "b0"
        case int() | float():
            return encode_number(value)
        case datetime():
            return "d" + _nearest_second(value).isoformat()
        case date():
            return "d" + value.isoformat()
        case time():
            return "h" + value.isoformat("seconds")
        case timedelta():
            return f"p{round(value.total_seconds())}"
        case CellFault():
            return "e" + value.code
        case _:
            return encode_text(str(value))


def unescape(text: str) -> str:
    r"""Undo the escapes of COPY's text format.

    Example:
        >>> unescape(r"a\tb\\n")
        'a\tb\\n'
    """
    if "\\" not in text:
        return text
    parts: list[str] = []
    position = 0
    while (at := text.find("\\", position)) >= 0:
        parts.append(text[position:at])
        parts.append(_ESCAPED[text[at : at + 2]])
        position = at + 2
    parts.append(text[position:])
    return "".join(parts)


def decode(token: str) -> RawCell:
    """Turn a token back into the value of the cell.

    Example:
        >>> decode("n2.55"), decode("d2010-12-01"), decode("s00123"), decode(EMPTY)
        (Decimal('2.55'), datetime.date(2010, 12, 1), '00123', None)
    """
    if token == EMPTY:
        return None
    letter, text = token[0], token[1:]
    match letter:
        case "s":
            return unescape(text)
        case "n":
            return Decimal(text)
        case "d":
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        case "b":
            return text == "1"
        case "h":
            return time.fromisoformat(text)
        case "p":
            return timedelta(seconds=int(text))
        case _:
            return CellFault(text)


def decode_staged(token: str) -> RawCell:
    """Turn a token from a staging table into its cell; COPY has undone the escapes of texts."""
    return token[1:] if token.startswith("s") else decode(token)


def show(cell: RawCell) -> str:
    """Say a raw cell's value in a message, as close to what the sheet shows as can be.

    Example:
        >>> show(Decimal("2.50")), show(date(2010, 12, 1)), show(True), show(None)
        ('2.50', '2010-12-01', 'TRUE', '')
    """
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return cell.isoformat(" ")
        case CellFault():
            return cell.code
        case _:
            return str(cell)


def column_letter(index: int) -> str:
    """Name a column as Excel does, counting from 0.

    Example:
        >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16383)
        ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Give the position of a column Excel names with letters, counting from 0.

    Example:
        >>> column_index("A"), column_index("XFD")
        (0, 16383)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
