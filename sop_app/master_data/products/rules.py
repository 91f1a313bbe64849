"""What a product and a category are, field by field, and what the fields may hold."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.fields import (
    amount_problem,
    clean_line,
    count_problem,
    line_problem,
    parse_amount,
    parse_count,
    problems_of,
)

CATEGORY_LEVELS = 3
CATEGORY_NAME_LENGTH = 120
SKU_LENGTH = 60
NAME_LENGTH = 200
DESCRIPTION_LENGTH = 2000
FAMILY_LENGTH = 120
UNIT_LENGTH = 20
LOCATION_LENGTH = 80
HIGHEST_AMOUNT = Decimal(9_999_999_999)
LONGEST_LEAD_TIME_DAYS = 3650
LARGEST_ORDER = 999_999_999


class ProductStatus(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """The fields of a product that people enter.

    Attributes:
        sku: Identifies the item everywhere; unique, never given twice.
        category_id: Node of the category tree the item hangs on, usually one of level 3.
        family: Product family, the level at which demand is reviewed.
        unit: Unit of every quantity of the item ("cases").
        unit_cost: Standard cost per unit.
        list_price: Price per unit where a customer has no price of its own.
        lead_time_days: Calendar days from order to availability.
        minimum_order_quantity: Smallest lot that can be ordered or made, in units; 0 for any.
    """

    sku: str
    name: str
    description: str = ""
    category_id: int | None = None
    family: str = ""
    unit: str = "cases"
    unit_cost: Decimal = Decimal(0)
    list_price: Decimal = Decimal(0)
    lead_time_days: int = 0
    minimum_order_quantity: int = 0
    manufacturing_location: str = ""
    status: ProductStatus = ProductStatus.ACTIVE


def clean_product(draft: ProductDraft) -> ProductDraft:
    """Trim a product's texts and check every field.

    Raises:
        InvalidInputError: Fields are missing or do not fit; one sentence for each.

    Example:
        >>> clean_product(ProductDraft(sku=" OLV-1005 ", name="Olive  oil 5 L")).sku
        'OLV-1005'
    """
    cleaned = replace(
        draft,
        sku=clean_line(draft.sku),
        name=clean_line(draft.name),
        description=draft.description.strip().replace("\r\n", "\n"),
        family=clean_line(draft.family),
        unit=clean_line(draft.unit),
        manufacturing_location=clean_line(draft.manufacturing_location),
    )
    problems = product_problems(cleaned)
    if problems:
        raise InvalidInputError(problems)
    return cleaned


def product_problems(draft: ProductDraft) -> dict[str, str]:
    """Say what is wrong with a product's fields, field by field; empty when all is well."""
    return problems_of(
        [
            ("sku", line_problem(draft.sku, "SKU", SKU_LENGTH, is_required=True)),
            ("name", line_problem(draft.name, "Name", NAME_LENGTH, is_required=True)),
            ("description", line_problem(draft.description, "Description", DESCRIPTION_LENGTH)),
            ("family", line_problem(draft.family, "Family", FAMILY_LENGTH)),
            ("unit", line_problem(draft.unit, "Unit", UNIT_LENGTH, is_required=True)),
            ("unit_cost", amount_problem(draft.unit_cost, "Unit cost", HIGHEST_AMOUNT)),
            ("list_price", amount_problem(draft.list_price, "List price", HIGHEST_AMOUNT)),
            (
                "lead_time_days",
                count_problem(draft.lead_time_days, "Lead time", LONGEST_LEAD_TIME_DAYS),
            ),
            (
                "minimum_order_quantity",
                count_problem(
                    draft.minimum_order_quantity, "Minimum order quantity", LARGEST_ORDER
                ),
            ),
            (
                "manufacturing_location",
                line_problem(
                    draft.manufacturing_location, "Manufacturing location", LOCATION_LENGTH
                ),
            ),
        ]
    )


def read_figures(
    amounts: dict[str, tuple[str, str]], counts: dict[str, tuple[str, str]]
) -> tuple[dict[str, Decimal], dict[str, int], dict[str, str]]:
    """Read the figures of a form from their texts; an empty text is 0.

    Args:
        amounts: Field name to its label and text, for prices and costs.
        counts: The same for whole numbers.

    Returns:
        The amounts, the counts, and a sentence for each field that is not a number.

    Example:
        >>> read_figures({"unit_cost": ("Unit cost", "1,2O0")}, {"days": ("Days", "14")})
        ({}, {'days': 14}, {'unit_cost': 'Unit cost is not a number. Example: 1,284.50'})
    """
    read_amounts: dict[str, Decimal] = {}
    read_counts: dict[str, int] = {}
    problems: dict[str, str] = {}
    for name, (label, text) in amounts.items():
        amount = parse_amount(text or "0")
        if amount is None:
            problems[name] = f"{label} is not a number. Example: 1,284.50"
        else:
            read_amounts[name] = amount
    for name, (label, text) in counts.items():
        count = parse_count(text or "0")
        if count is None:
            problems[name] = f"{label} is not a whole number. Example: 1,200"
        else:
            read_counts[name] = count
    return read_amounts, read_counts, problems


def category_name_problem(name: str) -> str | None:
    """Say what is wrong with a category's name, or None.

    Example:
        >>> category_name_problem("")
        'Name is missing.'
    """
    return line_problem(name, "Name", CATEGORY_NAME_LENGTH, is_required=True)


def level_below(parent_level: int | None, height: int = 1) -> int:
    """Find the level of a category under a parent (None for the top).

    Args:
        parent_level: Level of the parent, or None.
        height: Levels of the subtree that is placed there, 1 for a single category.

    Raises:
        InvalidInputError: The tree would be deeper than three levels.

    Example:
        >>> level_below(None), level_below(2)
        (1, 3)
    """
    level = (parent_level or 0) + 1
    if level + height - 1 > CATEGORY_LEVELS:
        raise InvalidInputError({"parent_id": f"The tree has {CATEGORY_LEVELS} levels at most."})
    return level
