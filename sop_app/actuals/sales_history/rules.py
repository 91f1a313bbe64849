"""Which codes are no products, and what a trend is."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

_SHORT_CODE = 4
_FEW_DIGITS = 3
_USUALLY_WITH_DIGITS = 0.9
_WORDS = re.compile(r"[a-z]+")
_CHARGES = frozenset(
    [
        "adjust",
        "adjustment",
        "bank",
        "carriage",
        "charge",
        "charges",
        "commission",
        "delivery",
        "deposit",
        "discount",
        "fee",
        "fees",
        "freight",
        "handling",
        "insurance",
        "manual",
        "postage",
        "rounding",
        "sample",
        "samples",
        "shipping",
        "surcharge",
        "tax",
        "vat",
        "porto",
        "versand",
        "fracht",
        "rabatt",
        "frais",
        "remise",
        "envio",
    ]
)


def propose_non_products(codes: Mapping[str, str]) -> list[str]:
    """Pick the codes of a sales file that stand for charges and corrections instead of products.

    Picked are codes with fewer than three digits whose code or description names a charge
    (``C2 CARRIAGE``), and, in a file whose codes nearly all hold digits, the few without any that
    are short or written in words (``POST``, ``BANK CHARGES``).

    Args:
        codes: Code to its most frequent description, for every code of the file.

    Example:
        >>> propose_non_products({**{f"2{n:04}": "MUG" for n in range(50)}, "POST": "POSTAGE",
        ...                       "C2": "CARRIAGE", "DCGSSBOY": "BOYS PARTY BAG"})
        ['C2', 'POST']
    """
    with_digits = sum(1 for code in codes if _digit_count(code))
    digits_are_usual = with_digits >= _USUALLY_WITH_DIGITS * len(codes)
    return sorted(
        code
        for code, description in codes.items()
        if _names_charge(code, description)
        or (digits_are_usual and not _digit_count(code) and _looks_like_words(code))
    )


def _names_charge(code: str, description: str) -> bool:
    if _digit_count(code) >= _FEW_DIGITS:
        return False
    return bool(_CHARGES.intersection(_WORDS.findall(f"{code} {description}".lower())))


def _looks_like_words(code: str) -> bool:
    return len(code) <= _SHORT_CODE or " " in code


def _digit_count(code: str) -> int:
    return sum(sign.isdigit() for sign in code)


def parse_codes(text: str) -> list[str]:
    """Read a list of codes as people type it, separated by commas or line breaks.

    Example:
        >>> parse_codes("POST, BANK CHARGES,, M")
        ['POST', 'BANK CHARGES', 'M']
    """
    return [code for part in re.split(r"[,;\n]", text) if (code := part.strip())]


def average(figures: Iterable[Decimal], months: int) -> Decimal | None:
    """Average the last months of a history; None while it is shorter than that.

    A month without sales counts as 0: an average over the months with sales only would promise
    more than a sparse item sells.

    Args:
        figures: One figure per month, the latest last.
        months: How many of the latest months.

    Example:
        >>> average(map(Decimal, (9, 10, 20, 30)), 3)
        Decimal('20')
    """
    known = list(figures)
    if len(known) < months:
        return None
    return sum(known[-months:], Decimal(0)) / months


def change(now: Decimal, before: Decimal) -> Decimal | None:
    """Give a change as a ratio: 0.1 is a tenth more; None without anything to compare with.

    A change from nothing, or from more returned than sold, has no percentage.

    Example:
        >>> change(Decimal(12), Decimal(10)), change(Decimal(12), Decimal(0))
        (Decimal('0.2'), None)
    """
    return now / before - 1 if before > 0 else None


def trend(figures: Iterable[Decimal], months: int = 6) -> Decimal | None:
    """Compare the last months with as many before: 0.1 is a tenth more.

    None while the history is shorter than both, or where `change` is undefined.

    Args:
        figures: One figure per month, the latest last.
        months: Months on either side.

    Example:
        >>> trend(map(Decimal, (10, 10, 12, 12)), 2)
        Decimal('0.2')
    """
    known = list(figures)
    if len(known) < 2 * months:
        return None
    before = sum(known[-2 * months : -months], Decimal(0))
    return change(sum(known[-months:], Decimal(0)), before)
