"""What a customer is, field by field, and what the fields may hold."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.fields import clean_line, currency_problem, line_problem, problems_of

CODE_LENGTH = 40
NAME_LENGTH = 160
WORD_LENGTH = 60


class CustomerStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, kw_only=True)
class CustomerDraft:
    """The fields of a customer that people enter.

    Attributes:
        code: Identifies the customer in files and on invoices; unique, never given twice.
        sales_rep_id: The person who answers for the customer and plans it; None for nobody.
        currency: Currency of the customer's prices and sales, that of the installation; "" stands
            for it.
    """

    code: str
    name: str
    region: str = ""
    territory: str = ""
    channel: str = ""
    sales_rep_id: int | None = None
    currency: str = ""
    payment_terms: str = ""
    status: CustomerStatus = CustomerStatus.ACTIVE


def clean_customer(draft: CustomerDraft) -> CustomerDraft:
    """Trim a customer's texts, write its currency in capitals, and check every field.

    Raises:
        InvalidInputError: Fields are missing or do not fit; one sentence for each.

    Example:
        >>> clean_customer(CustomerDraft(code=" C-1 ", name="Brennan  Foods", currency="eur")).name
        'Brennan Foods'
    """
    cleaned = replace(
        draft,
        code=clean_line(draft.code),
        name=clean_line(draft.name),
        region=clean_line(draft.region),
        territory=clean_line(draft.territory),
        channel=clean_line(draft.channel),
        currency=clean_line(draft.currency).upper(),
        payment_terms=clean_line(draft.payment_terms),
    )
    problems = customer_problems(cleaned)
    if problems:
        raise InvalidInputError(problems)
    return cleaned


def customer_problems(draft: CustomerDraft) -> dict[str, str]:
    """Say what is wrong with a customer's fields, field by field; empty when all is well."""
    return problems_of(
        [
            ("code", line_problem(draft.code, "Code", CODE_LENGTH, is_required=True)),
            ("name", line_problem(draft.name, "Name", NAME_LENGTH, is_required=True)),
            ("region", line_problem(draft.region, "Region", WORD_LENGTH)),
            ("territory", line_problem(draft.territory, "Territory", WORD_LENGTH)),
            ("channel", line_problem(draft.channel, "Channel", WORD_LENGTH)),
            ("currency", currency_problem(draft.currency) if draft.currency else None),
            ("payment_terms", line_problem(draft.payment_terms, "Payment terms", WORD_LENGTH)),
        ]
    )


def other_currency_problem(code: str, own: str) -> str | None:
    """Refuse a currency that is not the installation's: sums of both would mean nothing.

    Example:
        >>> other_currency_problem("GBP", "EUR")
        'The settings name EUR as currency of plans and reports; amounts in GBP cannot be added.'
    """
    if code == own:
        return None
    return (
        f"The settings name {own} as currency of plans and reports;"
        f" amounts in {code} cannot be added."
    )
