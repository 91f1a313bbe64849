"""What the product form shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.kernel.fields import parse_key
from sop_app.master_data.products import categories, service
from sop_app.master_data.products.rules import (
    ProductDraft,
    ProductStatus,
    product_problems,
    read_figures,
)
from sop_app.master_data.products.schemas import ProductRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components.conflict_dialog import conflict_rows
from sop_app.ui.components.suggestions import known_values
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

Edit = Permission.PRODUCTS_EDIT
NONE = "none"
TEXTS = ("sku", "name", "description", "family", "unit", "manufacturing_location")
AMOUNTS = {"unit_cost": "Unit cost", "list_price": "List price"}
COUNTS = {
    "lead_time_days": "Lead time",
    "minimum_order_quantity": "Minimum order quantity",
}
LABELS = {
    "sku": "SKU",
    "name": "Name",
    "description": "Description",
    "category": "Category",
    "family": "Family",
    "unit": "Unit",
    **AMOUNTS,
    **COUNTS,
    "manufacturing_location": "Made in",
    "status": "Status",
}
BLANK = {
    **dict.fromkeys((*TEXTS, *AMOUNTS, *COUNTS), ""),
    "unit": "cases",
    "category_id": NONE,
    "status": ProductStatus.ACTIVE.value,
}
NO_ERRORS: dict[str, str] = dict.fromkeys(BLANK, "")


class ProductFormState(rx.State):
    """The fields as they were when the form opened, their errors, and a conflict if there is one."""

    fields: dict[str, str] = BLANK
    errors: dict[str, str] = NO_ERRORS
    title: str = ""
    back: str = "/products"
    is_loading: bool = True
    form_key: str = ""
    categories: list[dict[str, str]] = []
    families: list[dict[str, str]] = []
    units: list[dict[str, str]] = []
    locations: list[dict[str, str]] = []
    has_conflict: bool = False
    conflict: list[dict[str, str]] = []
    conflict_fact: str = ""
    _product_id: int = 0
    _version: int = 0
    _their_version: int = 0
    _typed: dict[str, str] = BLANK

    @requires(Edit)
    async def load(self) -> None:
        """Open the form empty, or with the product that the address names."""
        self.errors, self.has_conflict = NO_ERRORS, False
        self._product_id = self._id()
        product = None
        async with unit_of_work() as uow:
            choices = await service.list_product_choices(uow)
            tree = await categories.list_categories(uow)
            if self._product_id:
                product = await service.get_product(uow, self._product_id)
        nodes = [{"value": str(node.id), "label": node.label} for node in tree]
        self.categories = [{"value": NONE, "label": "No category"}, *nodes]
        self.families = known_values(choices.families)
        self.units = known_values(choices.units)
        self.locations = known_values(choices.locations)
        self.title = f"Edit {product.name}" if product else "New product"
        self.back = f"/products/{product.id}" if product else "/products"
        self._fill(_fields_of(product) if product else BLANK, product.version if product else 0)

    @requires(Edit)
    async def save(self, form: dict[str, Any]) -> Any:
        """Store what was typed; errors appear beside their fields."""
        self._typed = {name: str(form.get(name, ""))[:5000] for name in BLANK}
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
                if self._product_id:
                    product = await service.update_product(uow, self._product_id, draft, version)
                else:
                    product = await service.create_product(uow, draft)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return None
        except ConflictError as conflict:
            self._tell_conflict(conflict)
            return None
        (await self.get_state(NoticeState))._push("success", f"{product.name} saved")
        return rx.redirect(f"/products/{product.id}")

    def _tell_conflict(self, conflict: ConflictError) -> None:
        theirs: Any = conflict.theirs
        labels = {node["value"]: node["label"] for node in self.categories}
        stored = _fields_of(theirs)
        self.conflict = conflict_rows(
            {**self._typed, "category": labels.get(self._typed["category_id"], "")},
            {**stored, "category": " / ".join(theirs.category_path) or labels[NONE]},
            LABELS,
        )
        self.conflict_fact = conflict.message
        self._their_version = theirs.version
        self.has_conflict = True

    def _fill(self, fields: dict[str, str], version: int) -> None:
        self.fields, self._version = dict(fields), version
        # A new key draws the form anew, with these values in its fields.
        self.form_key = f"{self._product_id}-{version}"
        self.is_loading = False

    def _id(self) -> int:
        parts = self.router.url.path.strip("/").split("/")
        text = parts[1] if len(parts) == 3 else ""
        return parse_key(text)


def _fields_of(product: ProductRow) -> dict[str, str]:
    return {
        **{name: str(getattr(product, name)) for name in (*TEXTS, *COUNTS)},
        **{name: _amount(getattr(product, name)) for name in AMOUNTS},
        "category_id": str(product.category_id) if product.category_id else NONE,
        "status": product.status.value,
    }


def _amount(amount: Any) -> str:
    """Write an amount for typing: 46.2000 is 46.20, 0.0375 stays."""
    text = f"{amount or 0:.4f}"
    return text[:-2] if text.endswith("00") else text


def _draft_of(typed: dict[str, str]) -> ProductDraft:
    """Read the form.

    Raises:
        InvalidInputError: Figures are not numbers, or other fields do not fit.
    """
    amounts, counts, problems = read_figures(
        {name: (label, typed[name]) for name, label in AMOUNTS.items()},
        {name: (label, typed[name]) for name, label in COUNTS.items()},
    )
    category = typed["category_id"]
    status = typed["status"]
    if status not in {each.value for each in ProductStatus}:
        raise InvalidInputError({"status": "Choose a status."})
    known: dict[str, Any] = {**{name: typed[name] for name in TEXTS}, **amounts, **counts}
    draft = ProductDraft(
        **known,
        category_id=parse_key(category) or None,
        status=ProductStatus(status),
    )
    if problems:
        raise InvalidInputError(product_problems(draft) | problems)
    return draft
