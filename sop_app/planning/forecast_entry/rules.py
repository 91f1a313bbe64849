"""Decisions about a forecast entry: its status machine, when it is complete, how totals spread."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

MAX_PRICE = 9_999_999

_PRICE_STEP = Decimal("0.0001")
_PRICE_FIGURE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,4})?")
_PRICE_FACTOR = re.compile(r"\*(\d+(?:\.\d+)?)")
_PRICE_PERCENT = re.compile(r"([+-]\d+(?:\.\d+)?)%")


class EntryStatus(StrEnum):
    """Where an entry stands: DRAFT -> SUBMITTED -> APPROVED | RETURNED -> DRAFT."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class EntryAct(StrEnum):
    """What is done to an entry."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"


_NEXT_STATUS = {
    (EntryStatus.DRAFT, EntryAct.EDIT): EntryStatus.DRAFT,
    (EntryStatus.RETURNED, EntryAct.EDIT): EntryStatus.DRAFT,
    (EntryStatus.DRAFT, EntryAct.SUBMIT): EntryStatus.SUBMITTED,
    (EntryStatus.RETURNED, EntryAct.SUBMIT): EntryStatus.SUBMITTED,
    (EntryStatus.SUBMITTED, EntryAct.APPROVE): EntryStatus.APPROVED,
    (EntryStatus.SUBMITTED, EntryAct.RETURN): EntryStatus.RETURNED,
}


def next_status(status: str, act: EntryAct) -> EntryStatus | None:
    """Return the status an act leads to, or None when the entry cannot take it.

    A returned entry is taken up as a draft by its first edit; submitted as it stands (the answer
    to the manager's question was a comment), it passes through DRAFT in the same act. Whether the
    cycle is open is asked before.

    Example:
        >>> next_status("returned", EntryAct.EDIT).value
        'draft'
        >>> next_status("approved", EntryAct.EDIT) is None
        True
    """
    return _NEXT_STATUS.get((EntryStatus(status), act))


def statuses_before(act: EntryAct) -> list[str]:
    """List the statuses in which an entry can take an act.

    Example:
        >>> statuses_before(EntryAct.APPROVE)
        ['submitted']
    """
    return [status.value for status, possible in _NEXT_STATUS if possible is act]


def lock_reason(status: str, *, is_own: bool, rep_name: str, is_input_open: bool) -> str:
    """Say why a person cannot change the figures of an entry; empty when they can.

    Example:
        >>> lock_reason("draft", is_own=False, rep_name="Priya Raman", is_input_open=True)
        'Planned by Priya Raman'
        >>> lock_reason("returned", is_own=True, rep_name="", is_input_open=True)
        ''
    """
    if not is_input_open:
        return "The input window is closed"
    if not is_own:
        return f"Planned by {rep_name or 'nobody yet'}"
    if next_status(status, EntryAct.EDIT) is None:
        return f"{status.capitalize()}; editable again when it is returned"
    return ""


def missing_months(
    quantities: Sequence[int | None], rejected: Collection[int], mandatory_months: int
) -> list[int]:
    """List the mandatory months that are empty, as indexes of the horizon.

    A month that holds text instead of a number is an error, not a gap, and is not listed.

    Example:
        >>> missing_months([5, None, None, None], {2}, 3)
        [1]
    """
    return [
        index
        for index, quantity in enumerate(quantities[:mandatory_months])
        if quantity is None and index not in rejected
    ]


def is_complete(
    quantities: Sequence[int | None], rejected: Collection[int], mandatory_months: int
) -> bool:
    """Tell whether an entry may be submitted: no mandatory month empty, no text for a number.

    Example:
        >>> is_complete([5, 0, None], (), 2)
        True
        >>> is_complete([5, 0, None], {2}, 2)
        False
    """
    return not rejected and None not in quantities[:mandatory_months]


def parse_price(text: str, current: Decimal) -> Decimal | str | None:
    """Turn what was typed into a price; at most 4 decimals, ``+5%`` and ``*1.1`` change it.

    Args:
        text: What was typed; empty takes the price list's price again.
        current: The price that counts now.

    Returns:
        The override, None for the price list's price, or the sentence of the refusal.

    Example:
        >>> parse_price("1,200.5", Decimal(3)), parse_price("-5%", Decimal("11.40"))
        (Decimal('1200.5000'), Decimal('10.8300'))
        >>> parse_price("tbc", Decimal(3))
        "'tbc' is not a price. Example: 11.40"
    """
    bare = "".join(text.split()).replace("\u2212", "-")
    if not bare:
        return None
    if match := _PRICE_FACTOR.fullmatch(bare):
        price = current * Decimal(match[1])
    elif match := _PRICE_PERCENT.fullmatch(bare):
        price = current * (100 + Decimal(match[1])) / 100
    elif _PRICE_FIGURE.fullmatch(bare):
        price = Decimal(bare.replace(",", ""))
    else:
        return f"'{text.strip()}' is not a price. Example: 11.40"
    if not 0 <= price <= MAX_PRICE:
        return f"'{text.strip()}' is no possible price. A price is 0 to {MAX_PRICE:,}"
    return price.quantize(_PRICE_STEP, ROUND_HALF_UP)


def spread(
    total: int, current: Sequence[int | None], last_year: Sequence[int | None] = ()
) -> list[int]:
    """Spread a total over cells so that their sum is exact to the unit.

    In proportion to the current figures; where these are all 0 or empty, to last year's; where
    these are too, equally. Each cell first receives the whole part of its share; the units that
    remain go to the largest remainders, the earlier cell first among equals (Hamilton's method).

    Args:
        total: The sum to reach, in whole units, 0 or more.
        current: The figures of the cells; None is empty.
        last_year: Last year's sales of the same cells, or an empty sequence.

    Returns:
        One quantity per cell.

    Example:
        >>> spread(100, [10, 20, None])
        [33, 67, 0]
        >>> spread(7, [None, None], [3, 4])
        [3, 4]
        >>> spread(10, [0, 0, None])
        [4, 3, 3]
    """
    if not current:
        return []
    weights = _weights(current) or _weights(last_year) or [1] * len(current)
    whole = sum(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    quantities = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda cell: -shares[cell][1])
    for cell in by_remainder[: total - sum(quantities)]:
        quantities[cell] += 1
    return quantities


def _weights(figures: Sequence[int | None]) -> list[int]:
    weights = [max(0, figure or 0) for figure in figures]
    return weights if any(weights) else []


def forecast_status(counts: Mapping[str, int], *, is_started: bool) -> str:
    """Name where the whole of a person's entries stands, as one word for a list.

    The word says what is left to do: something returned, something in draft, something to decide.

    Args:
        counts: Number of entries per status.
        is_started: Whether the person has changed anything since the opening.

    Returns:
        An ``EntryStatus`` value or ``not_started``.

    Example:
        >>> forecast_status({"draft": 0, "submitted": 3, "approved": 40}, is_started=True)
        'submitted'
        >>> forecast_status({"draft": 12}, is_started=False)
        'not_started'
    """
    for status in (EntryStatus.RETURNED, EntryStatus.DRAFT, EntryStatus.SUBMITTED):
        if counts.get(status):
            waits = status is EntryStatus.DRAFT and not is_started
            return "not_started" if waits else status.value
    return EntryStatus.APPROVED.value
