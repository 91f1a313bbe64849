"""Numbers written as text: which decimal sign they use, and what they are worth.

``1.234`` is one thousand two hundred thirty-four in Berlin and one and a bit in Boston. One cell
cannot tell; the whole column often can, because ``12,5`` or ``1.234.567`` allow one reading only.
Where it cannot, the user is asked. Nothing is repaired: ``1,2OO`` is not a number.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache


class DecimalSign(StrEnum):
    POINT = "point"
    COMMA = "comma"


_BLANKS = " \u00a0\u202f\u2009"
_SIGNS = str.maketrans({"\u2212": "-", "\u2019": "'", **dict.fromkeys(_BLANKS, " ")})


def _pattern(decimal_sign: str, group_sign: str) -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}(?P<group>[{group_sign} '])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    plain = r"[0-9]+"
    fraction = rf"(?:{re.escape(decimal_sign)}[0-9]+)?"
    exponent = r"(?:[eE][+-]?[0-9]{1,3})?"
    body = rf"(?:{grouped}{fraction}|{plain}{fraction}{exponent}|{re.escape(decimal_sign)}[0-9]+)"
    return re.compile(rf"(?P<sign>[+-]?) ?(?P<body>{body})(?P<behind>-?)")


_PATTERNS = {DecimalSign.POINT: _pattern(".", ","), DecimalSign.COMMA: _pattern(",", ".")}


def read_number(text: str, decimal_sign: DecimalSign) -> Decimal | None:
    """Read a number written with one decimal sign; ``None`` when it is not one.

    Thousands may be set apart by the other sign, a blank or an apostrophe, in groups of exactly
    three digits. A minus may stand behind, as SAP writes it.

    Example:
        >>> read_number("1.234,56", DecimalSign.COMMA), read_number("1,2OO", DecimalSign.POINT)
        (Decimal('1234.56'), None)
    """
    match = _PATTERNS[decimal_sign].fullmatch(text.strip().translate(_SIGNS))
    if match is None or (match["sign"] and match["behind"]):
        return None
    body = match["body"]
    if match["group"]:
        body = body.replace(match["group"], "")
    number = Decimal(body.replace(",", "."))
    return -number if "-" in (match["sign"], match["behind"]) else number


@dataclass
class NumberEvidence:
    """How the texts of a column that can be numbers are written; counts of cells.

    Attributes:
        neutral: The same number under both signs, such as ``1200``.
        point: A number only with a decimal point.
        comma: A number only with a decimal comma.
        either: Two different numbers, such as ``1.234``.
        example: The first text of two readings, to be shown in the question.
    """

    neutral: int = 0
    point: int = 0
    comma: int = 0
    either: int = 0
    example: str = ""

    @property
    def count(self) -> int:
        """Count the texts that can be read as a number at all."""
        return self.neutral + self.point + self.comma + self.either

    @property
    def decimal_sign(self) -> DecimalSign | None:
        """Give the one sign the column allows, or ``None`` where the user has to say."""
        if self.point and not self.comma:
            return DecimalSign.POINT
        if self.comma and not self.point:
            return DecimalSign.COMMA
        return None

    @property
    def is_ambiguous(self) -> bool:
        """Say whether the answer changes a figure: two readings, or both signs in one column."""
        return self.decimal_sign is None and bool(self.either or (self.point and self.comma))

    def add(self, text: str, count: int) -> bool:
        """Take a text into account that stands in ``count`` cells; say whether it is a number."""
        reading = _classify(text)
        if reading is None:
            return False
        setattr(self, reading, getattr(self, reading) + count)
        if reading == "either" and not self.example:
            self.example = text
        return True


@lru_cache(maxsize=20_000)
def _classify(text: str) -> str | None:
    with_point = read_number(text, DecimalSign.POINT)
    with_comma = read_number(text, DecimalSign.COMMA)
    if with_point is None:
        return None if with_comma is None else "comma"
    if with_comma is None:
        return "point"
    return "neutral" if with_point == with_comma else "either"
