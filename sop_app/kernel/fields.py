"""Checks that the fields of every record share, and how a form's text becomes a figure."""

import re
from collections.abc import Iterable
from decimal import Decimal

_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|-?\.\d+")
_KEY = re.compile("[0-9]{1,10}")
LARGEST_KEY = 2**31 - 1
_CURRENCY = re.compile(r"[A-Z]{3}")


def clean_line(text: str) -> str:
    r"""Trim a line of text and make runs of white space one space.

    Example:
        >>> clean_line("  Brennan \t Foodservice ")
        'Brennan Foodservice'
    """
    return _SPACES.sub(" ", text).strip()


def line_problem(text: str, label: str, longest: int, *, is_required: bool = False) -> str | None:
    """Say what is wrong with a text field, or None.

    Example:
        >>> line_problem("", "Name", 160, is_required=True)
        'Name is missing.'
        >>> line_problem("x" * 41, "Code", 40)
        'Code has 41 characters; 40 fit.'
    """
    if is_required and not text:
        return f"{label} is missing."
    if len(text) > longest:
        return f"{label} has {len(text)} characters; {longest} fit."
    if _CONTROL.search(text):
        return f"{label} holds a control character."
    return None


def currency_problem(code: str) -> str | None:
    """Say what is wrong with a currency code, or None.

    Example:
        >>> currency_problem("Euro")
        'Currency is a code of three letters, for example EUR.'
    """
    if _CURRENCY.fullmatch(code):
        return None
    return "Currency is a code of three letters, for example EUR."


def amount_problem(amount: Decimal, label: str, highest: Decimal, *, places: int = 4) -> str | None:
    """Say what is wrong with a price or cost, or None.

    Example:
        >>> amount_problem(Decimal("-1"), "Unit cost", Decimal(1000))
        'Unit cost is below 0.'
        >>> amount_problem(Decimal("1.00001"), "Unit cost", Decimal(1000))
        'Unit cost has more than 4 decimals.'
    """
    if not amount.is_finite():
        return f"{label} is not a number. Example: 46.20"
    if amount < 0:
        return f"{label} is below 0."
    if amount > highest:
        return f"{label} is above {highest:,f}."
    if amount != round(amount, places):
        return f"{label} has more than {places} decimals."
    return None


def count_problem(count: int, label: str, highest: int) -> str | None:
    """Say what is wrong with a count (days, units), or None.

    Example:
        >>> count_problem(-1, "Lead time", 1000)
        'Lead time is below 0.'
    """
    if count < 0:
        return f"{label} is below 0."
    return f"{label} is above {highest:,}." if count > highest else None


def parse_amount(text: str) -> Decimal | None:
    """Read an amount as people type it; None when it is not one.

    Example:
        >>> parse_amount("1,284.50"), parse_amount("12,5"), parse_amount("n/a")
        (Decimal('1284.50'), None, None)
    """
    bare = text.replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    return Decimal(bare.replace(",", "")) if _FIGURE.fullmatch(bare) else None


def parse_count(text: str) -> int | None:
    """Read a whole number as people type it; None when it is not one.

    Example:
        >>> parse_count("1,200"), parse_count("1.5")
        (1200, None)
    """
    amount = parse_amount(text)
    return int(amount) if amount is not None and amount == amount.to_integral_value() else None


def parse_key(text: str) -> int:
    """Read the key of a record out of an address or a form; 0 when it cannot be one.

    Example:
        >>> parse_key("17"), parse_key(""), parse_key("\u00b2"), parse_key("9" * 5000)
        (17, 0, 0, 0)
    """
    key = int(text) if _KEY.fullmatch(text) else 0
    return key if key <= LARGEST_KEY else 0


def problems_of(checks: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Keep the first problem of each field.

    Example:
        >>> problems_of([("code", None), ("name", "Name is missing."), ("name", "Other.")])
        {'name': 'Name is missing.'}
    """
    problems: dict[str, str] = {}
    for name, problem in checks:
        if problem is not None:
            problems.setdefault(name, problem)
    return problems
