"""Customers from Excel and CSV, and back."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import col

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.staged_rows import (
    IncomingRow,
    empty_cell_errors,
    in_batches,
    problem_errors,
    settle_texts,
    settled_rows,
)
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_currency
from sop_app.system.spreadsheets.difference import RowDifference
from sop_app.system.spreadsheets.export import ExportColumn, ExportSheet
from sop_app.system.spreadsheets.field_types import ChoiceType, CodeType, ReferenceType, TextType
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOption, ImportOutcome
from sop_app.system.spreadsheets.mapping import TargetField
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

from . import queries, service
from .models import Customer
from .rules import (
    CODE_LENGTH,
    NAME_LENGTH,
    WORD_LENGTH,
    CustomerDraft,
    CustomerStatus,
    customer_problems,
)
from .schemas import CustomerFilter

_WORD = TextType(WORD_LENGTH)
_STATUS = ChoiceType(
    {
        "active": ("aktiv", "yes", "open", "1"),
        "inactive": ("inaktiv", "no", "closed", "blocked", "0"),
    }
)
_TEXTS = ("code", "name", "region", "territory", "channel", "currency", "payment_terms")
_NEVER_EMPTY = {
    "currency": "Currency is empty; expected a code of three letters, for example EUR.",
    "status": "Status is empty; expected active or inactive.",
}


class CustomersImport:
    """The import kind of customers; rows are known by their code."""

    name = "customers"
    title = "Customers"
    permission = Permission.CUSTOMERS_EDIT
    key_fields: Sequence[str] = ("code",)
    options: Sequence[ImportOption] = ()
    fields: Sequence[TargetField] = (
        TargetField(
            "code",
            "Customer code",
            CodeType(CODE_LENGTH),
            is_required=True,
            synonyms=("code", "customer id", "customer no", "customer number", "account", "kunde"),
            help="Identifies the customer; an unknown code makes a new customer.",
        ),
        TargetField(
            "name",
            "Customer name",
            TextType(NAME_LENGTH),
            is_required=True,
            synonyms=("name", "customer", "company", "company name", "account name", "kundenname"),
        ),
        TargetField("channel", "Channel", _WORD, synonyms=("segment", "customer type", "type")),
        TargetField("region", "Region", _WORD, synonyms=("area", "country", "state")),
        TargetField("territory", "Territory", _WORD, synonyms=("city", "district", "zone")),
        TargetField(
            "sales_rep",
            "Sales rep",
            ReferenceType(254, target="sales_reps", title="sales rep"),
            synonyms=("rep", "salesperson", "sales person", "account manager", "sales rep email"),
            help="E-mail address or full name of a person who sells.",
        ),
        TargetField(
            "currency",
            "Currency",
            ReferenceType(
                3,
                target="currencies",
                title="currency of this installation (see Settings)",
                names_known=True,
            ),
            synonyms=("currency code",),
            help="That of the settings; amounts are not converted.",
        ),
        TargetField(
            "payment_terms", "Payment terms", _WORD, synonyms=("terms", "terms of payment")
        ),
        TargetField("status", "Status", _STATUS, synonyms=("active", "customer status")),
    )

    async def load_references(self, context: ImportContext) -> dict[str, Collection[str]]:
        """Give the currency, and who sells: by e-mail address, by name where only one has it."""
        people = await context.uow.session.execute(text(queries.SELLERS))
        emails: dict[str, str] = {}
        names: dict[str, list[str]] = {}
        for _, full_name, email in people:
            emails[email.casefold()] = email
            names.setdefault(full_name.casefold(), []).append(email)
        currency = await get_currency()
        unique = {name: found[0] for name, found in names.items() if len(found) == 1}
        return {
            "sales_reps": {**unique, **emails},
            "currencies": {currency.casefold(): currency},
        }

    def check_row(self, context: ImportContext, row: CheckedRow) -> Sequence[CellError]:
        """Settle texts and find fields that cannot be empty or do not fit."""
        settle_texts(row, _TEXTS)
        if not row.is_valid:
            return ()
        errors = empty_cell_errors(context, row, _NEVER_EMPTY)
        if errors:
            return errors
        return problem_errors(context, row, customer_problems(_draft_of({}, row.values)))

    async def load_current(
        self, context: ImportContext, keys: Collection[Key]
    ) -> dict[Key, Mapping[str, object]]:
        """Give the visible customers that a file mentions."""
        conditions = queries.visible_customers(context.uow.actor)
        conditions.add("lower(c.code) = ANY (:codes)", codes=[str(code) for (code,) in keys])
        rows = await context.uow.session.execute(
            text(f"""
                SELECT c.code, c.name, c.channel, c.region, c.territory, rep.email AS sales_rep,
                       c.currency, c.payment_terms, c.status
                FROM customer c LEFT JOIN app_user rep ON rep.id = c.sales_rep_id
                WHERE {conditions.where}
            """),
            conditions.parameters,
        )
        return {(row.code.casefold(),): dict(row._mapping) for row in rows}

    async def accept(
        self, context: ImportContext, rows: AsyncIterator[RowDifference]
    ) -> ImportOutcome:
        """Store new and changed customers; a code that was deleted comes back.

        Raises:
            PermissionDeniedError: The person may not edit customers.
            ConflictError: A customer has changed since the preview; nothing is stored.
        """
        context.uow.require(Permission.CUSTOMERS_EDIT)
        currency = await get_currency()
        people = await context.uow.session.execute(text(queries.SELLERS))
        rep_ids = {email: user_id for user_id, _, email in people}
        created = changed = 0
        async for batch in in_batches(rows):
            current = await self.load_current(context, [row.key for row in batch if row.key])
            incoming = settled_rows(batch, current)
            await _store(context.uow, incoming, rep_ids, currency)
            created += sum(row.is_new for row in incoming)
            changed += sum(not row.is_new for row in incoming)
        return ImportOutcome(created, changed)


CUSTOMERS_IMPORT = CustomersImport()


async def export_customers(
    uow: UnitOfWork, wanted: CustomerFilter, page: PageRequest
) -> ExportSheet:
    """Lay out the customers of a list as a sheet that can be imported again.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    rows = await service.list_all_customers(uow, wanted, page)
    people = await uow.session.execute(text("SELECT id, email FROM app_user"))
    emails = dict(tuple(person) for person in people)
    return ExportSheet(
        "Customers",
        [ExportColumn(field.title) for field in CustomersImport.fields],
        [
            (
                row.code,
                row.name,
                row.channel,
                row.region,
                row.territory,
                emails.get(row.sales_rep_id, "") if row.sales_rep_id else "",
                row.currency,
                row.payment_terms,
                row.status.value,
            )
            for row in rows
        ],
        frozen_columns=2,
    )


async def _store(
    uow: UnitOfWork, incoming: Sequence[IncomingRow], rep_ids: Mapping[str, int], currency: str
) -> None:
    codes = [str(code) for (code,) in (row.key for row in incoming)]
    found = await uow.session.scalars(
        select(Customer).where(func.lower(col(Customer.code)).in_(codes)).with_for_update()
    )
    by_code = {customer.code.casefold(): customer for customer in found}
    added: list[Customer] = []
    for row in incoming:
        values = dict(row.values)
        if "sales_rep" in values:
            sales_rep = values.pop("sales_rep")
            values["sales_rep_id"] = rep_ids[str(sales_rep)] if sales_rep else None
        customer = by_code.get(str(row.key[0]))
        if customer is None:
            fields = asdict(_draft_of({"currency": currency}, values))
            added.append(Customer(**fields, created_at=uow.now, updated_at=uow.now))
        else:
            _change(uow, customer, values, currency)
    uow.session.add_all(added)
    await uow.session.flush()
    for customer in added:
        after = service.fields_of(customer)
        record(uow, "customer_created", ("customer", customer.id), after=after)


def _change(
    uow: UnitOfWork, customer: Customer, values: Mapping[str, object], currency: str
) -> None:
    before = service.fields_of(customer)
    kept = {"currency": currency} if customer.deleted_at else before
    draft = _draft_of(kept, {**values, "code": customer.code})
    action = "customer_restored" if customer.deleted_at else "customer_updated"
    record(uow, action, ("customer", customer.id), before=before, after=asdict(draft))
    for name, value in asdict(draft).items():
        setattr(customer, name, value)
    customer.deleted_at = None
    customer.updated_at = uow.now
    customer.version += 1


def _draft_of(stored: Mapping[str, Any], values: Mapping[str, Any]) -> CustomerDraft:
    """Lay a file's values over what is stored; an empty cell empties a text."""
    known = {name: value for name, value in values.items() if name != "sales_rep"}
    start = replace(CustomerDraft(code="", name=""), **stored)
    filled = {
        name: "" if value is None and name != "sales_rep_id" else value
        for name, value in known.items()
    }
    draft = replace(start, **filled)
    return replace(draft, status=CustomerStatus(draft.status))
