"""What a planner may type into a figure of a plan, and what the figure becomes.

One rule for the grid, for "Change selection" and for a pasted block: a plain figure replaces, an operator
changes what is there, nothing clears, and text where a number belongs is refused, never turned into 0.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MAX_QUANTITY = 999_999_999
MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_FIGURE = r"(?P<figure>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
_PLAIN = re.compile(rf"{_FIGURE}(?P<multiple>[km]?)", re.IGNORECASE)
_OPERATOR = re.compile(
    rf"(?P<operator>[*/+-]){_FIGURE}(?P<multiple>[km]?)(?P<percent>%?)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """Why a typed text cannot become a figure, in a sentence for the planner."""

    text: str
    message: str


def parse_cell_input(text: str, current: int | None) -> int | CellRefusal | None:
    """Turn what was typed into the cell's new quantity.

    A plain figure (``1200``, ``1,200``, ``10k``, ``1.5m``) replaces the current one and must be whole.
    An operator changes it: ``*1.1``, ``/2``, ``+250``, ``-250``, ``+5%``, ``-5%``; its result is rounded half up
    to a whole unit. An empty text clears the cell. In an empty cell ``+250`` counts from zero, while a factor or
    a percentage of nothing leaves it empty. Spaces of any width and the true minus sign are understood.

    Args:
        text: What was typed or pasted.
        current: The quantity now in the cell, in whole units; ``None`` when it is empty.

    Returns:
        The new quantity in whole units, ``None`` for an empty cell, or the refusal.

    Example:
        >>> parse_cell_input("1,200", None)
        1200
        >>> parse_cell_input("*1.1", 455)
        501
        >>> parse_cell_input("\u22125%", 200)
        190
        >>> parse_cell_input("n/a", 10).message
        "'n/a' is not a number. Example: 1,200"
    """
    bare = _SPACES.sub("", text).replace("\u2212", "-")
    if bare == "":
        return None
    if operator := _OPERATOR.fullmatch(bare):
        return _apply_operator(text, operator, current)
    if plain := _PLAIN.fullmatch(bare):
        return _read_quantity(text, plain)
    if bare.startswith("="):
        return _refuse(text, "is a formula. Type its result, or an operator such as *1.1")
    return _refuse(text, "is not a number. Example: 1,200")


def _read_quantity(text: str, match: re.Match[str]) -> int | CellRefusal:
    quantity = _amount(match)
    if quantity != quantity.to_integral_value():
        return _refuse(text, "is not a whole number. Quantities are whole units. Example: 1,200")
    return _within_bounds(text, quantity)


def _apply_operator(
    text: str, match: re.Match[str], current: int | None
) -> int | CellRefusal | None:
    operator, amount = match["operator"], _amount(match)
    if match["percent"]:
        if operator in "*/":
            return _refuse(text, "is not understood. A percentage is typed as +5% or -5%")
        operator, amount = "*", 1 + (amount if operator == "+" else -amount) / 100
    if operator == "/" and amount == 0:
        return _refuse(text, "divides by zero. Example: /2")
    if current is None and operator in "*/":
        return None
    base = Decimal(current or 0)
    result = {
        "*": lambda: base * amount,
        "/": lambda: base / amount,
        "+": lambda: base + amount,
        "-": lambda: base - amount,
    }[operator]()
    return _within_bounds(text, result.to_integral_value(ROUND_HALF_UP))


def _amount(match: re.Match[str]) -> Decimal:
    return Decimal(match["figure"].replace(",", "")) * MULTIPLES[match["multiple"].lower()]


def _within_bounds(text: str, quantity: Decimal) -> int | CellRefusal:
    if quantity < 0:
        return _refuse(
            text, f"gives {quantity:,} here. A quantity is 0 or more".replace("-", "\u2212")
        )
    if quantity > MAX_QUANTITY:
        return _refuse(text, f"is too large. A quantity is at most {MAX_QUANTITY:,}")
    return int(quantity)


def _refuse(text: str, reason: str) -> CellRefusal:
    return CellRefusal(text, f"'{text.strip()}' {reason}")
