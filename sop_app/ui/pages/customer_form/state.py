"""What the customer form shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.kernel.fields import parse_key
from sop_app.master_data.customers import service
from sop_app.master_data.customers.rules import CustomerDraft, CustomerStatus
from sop_app.master_data.customers.schemas import CustomerChoices
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components.conflict_dialog import conflict_rows
from sop_app.ui.components.suggestions import known_values
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

Edit = Permission.CUSTOMERS_EDIT
NOBODY = "none"
LABELS = {
    "code": "Code",
    "name": "Name",
    "channel": "Channel",
    "region": "Region",
    "territory": "Territory",
    "sales_rep": "Sales rep",
    "currency": "Currency",
    "payment_terms": "Payment terms",
    "status": "Status",
}
TEXTS = ("code", "name", "channel", "region", "territory", "currency", "payment_terms")
BLANK = {
    **dict.fromkeys(TEXTS, ""),
    "sales_rep_id": NOBODY,
    "status": CustomerStatus.ACTIVE.value,
}
NO_ERRORS: dict[str, str] = dict.fromkeys(BLANK, "")


class CustomerFormState(rx.State):
    """The fields as they were when the form opened, their errors, and a conflict if there is one."""

    fields: dict[str, str] = BLANK
    errors: dict[str, str] = NO_ERRORS
    title: str = ""
    back: str = "/customers"
    is_loading: bool = True
    form_key: str = ""
    regions: list[dict[str, str]] = []
    territories: list[dict[str, str]] = []
    channels: list[dict[str, str]] = []
    terms: list[dict[str, str]] = []
    sales_reps: list[dict[str, str]] = []
    has_conflict: bool = False
    conflict: list[dict[str, str]] = []
    conflict_fact: str = ""
    _customer_id: int = 0
    _version: int = 0
    _their_version: int = 0
    _typed: dict[str, str] = BLANK

    @requires(Edit)
    async def load(self) -> None:
        """Open the form empty, or with the customer that the address names."""
        self.errors, self.has_conflict = NO_ERRORS, False
        self._customer_id = self._id()
        async with unit_of_work() as uow:
            choices = await service.list_customer_choices(uow)
            customer = None
            if self._customer_id:
                customer = await service.get_customer(uow, self._customer_id)
        self._offer(choices)
        self.title = f"Edit {customer.name}" if customer else "New customer"
        self.back = f"/customers/{customer.id}" if customer else "/customers"
        fields = _fields_of(customer) if customer else BLANK
        own = {"currency": await get_currency()}
        self._fill(fields | own, customer.version if customer else 0)

    def _offer(self, choices: CustomerChoices) -> None:
        self.regions = known_values(choices.regions)
        self.territories = known_values(choices.territories)
        self.channels = known_values(choices.channels)
        self.terms = known_values(choices.payment_terms)
        reps = [{"value": str(rep.id), "label": rep.name} for rep in choices.sales_reps]
        self.sales_reps = [{"value": NOBODY, "label": "Nobody"}, *reps]

    @requires(Edit)
    async def save(self, form: dict[str, Any]) -> Any:
        """Store what was typed; errors appear beside their fields."""
        self._typed = {name: str(form.get(name, ""))[:500] for name in BLANK}
        return await self._store(self._version)

    @requires(Edit)
    async def keep_mine(self) -> Any:
        """Store the own version over the one that came first."""
        self.has_conflict = False
        return await self._store(self._their_version)

    @requires(Edit)
    async def take_theirs(self) -> None:
        """Drop what was typed and show what is stored."""
        await self.load()

    @requires(Edit)
    async def show_conflict(self, is_open: bool) -> None:
        """Close the conflict and go on editing."""
        self.has_conflict = is_open and bool(self.conflict)

    async def _store(self, version: int) -> Any:
        self.errors = NO_ERRORS
        try:
            async with unit_of_work() as uow:
                draft = _draft_of(self._typed)
                if self._customer_id:
                    customer = await service.update_customer(uow, self._customer_id, draft, version)
                else:
                    customer = await service.create_customer(uow, draft)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return None
        except ConflictError as conflict:
            self._tell_conflict(conflict)
            return None
        (await self.get_state(NoticeState))._push("success", f"{customer.name} saved")
        return rx.redirect(f"/customers/{customer.id}")

    def _tell_conflict(self, conflict: ConflictError) -> None:
        theirs: Any = conflict.theirs
        names = {rep["value"]: rep["label"] for rep in self.sales_reps}
        stored = _fields_of(theirs)
        self.conflict = conflict_rows(
            {**self._typed, "sales_rep": names.get(self._typed["sales_rep_id"], "")},
            {
                **stored,
                "sales_rep": names.get(stored["sales_rep_id"]) or theirs.sales_rep_name or "",
            },
            LABELS,
        )
        self.conflict_fact = conflict.message
        self._their_version = theirs.version
        self.has_conflict = True

    def _fill(self, fields: dict[str, str], version: int) -> None:
        self.fields, self._version = dict(fields), version
        # A new key draws the form anew, with these values in its fields.
        self.form_key = f"{self._customer_id}-{version}"
        self.is_loading = False

    def _id(self) -> int:
        parts = self.router.url.path.strip("/").split("/")
        text = parts[1] if len(parts) == 3 else ""
        return parse_key(text)


def _fields_of(customer: CustomerDraft) -> dict[str, str]:
    rep = customer.sales_rep_id
    return {
        **{name: str(getattr(customer, name)) for name in TEXTS},
        "sales_rep_id": str(rep) if rep else NOBODY,
        "status": customer.status.value,
    }


def _draft_of(typed: dict[str, str]) -> CustomerDraft:
    rep = typed["sales_rep_id"]
    known = {status.value for status in CustomerStatus}
    if typed["status"] not in known:
        raise InvalidInputError({"status": "Choose a status."})
    return CustomerDraft(
        **{name: typed[name] for name in TEXTS},
        sales_rep_id=parse_key(rep) or None,
        status=CustomerStatus(typed["status"]),
    )
