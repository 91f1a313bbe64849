"""What the category tree shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import ConflictError, InUseError, InvalidInputError, NotFoundError
from sop_app.kernel.fields import parse_key
from sop_app.master_data.products import categories
from sop_app.master_data.products.rules import CATEGORY_LEVELS
from sop_app.master_data.products.schemas import CategoryNode
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

View, Edit = Permission.PRODUCTS_VIEW, Permission.PRODUCTS_EDIT
TOP = "top"
NO_ERRORS = {"name": "", "parent_id": ""}


class CategoriesState(rx.State):
    """The tree, the category being edited, and the one about to be deleted."""

    rows: list[dict[str, Any]] = []
    summary: str = ""
    is_loading: bool = True
    has_error: bool = False
    is_editing: bool = False
    title: str = ""
    name: str = ""
    parent: str = TOP
    parents: list[dict[str, str]] = []
    errors: dict[str, str] = NO_ERRORS
    is_asking: bool = False
    doomed_name: str = ""
    hindrance: str = ""
    _edited_id: int = 0
    _version: int = 0
    _doomed_id: int = 0

    @requires(View)
    async def load(self) -> None:
        """Show the tree."""
        await self._reload()

    @requires(Edit)
    async def open_new(self, parent_id: str) -> None:
        """Open the form of a new category below another one, or at the top."""
        await self._open_form(None, parent_id or TOP)

    @requires(Edit)
    async def open_edit(self, category_id: str) -> None:
        """Open the form to rename or move a category."""
        await self._open_form(await self._find(category_id), "")

    @requires(Edit)
    async def show_form(self, is_open: bool) -> None:
        """Close the form without saving."""
        self.is_editing = is_open and bool(self.title)

    @requires(Edit)
    async def save(self, form: dict[str, Any]) -> None:
        """Store the category; errors appear beside their fields."""
        name, parent = str(form.get("name", ""))[:500], str(form.get("parent_id", TOP))
        parent_id = parse_key(parent) or None
        self.errors = NO_ERRORS
        try:
            node = await self._store(name, parent_id)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return
        except ConflictError as conflict:
            self._tell_conflict(conflict)
            return
        self.is_editing = False
        (await self.get_state(NoticeState))._push("success", f"{node.name} saved")
        await self._reload()

    @requires(Edit)
    async def ask_delete(self, category_id: str) -> None:
        """Ask whether a category shall go, naming what keeps it."""
        node = await self._find(category_id)
        self._doomed_id, self.doomed_name = node.id, node.name
        products = "product" if node.product_count == 1 else "products"
        below = "category below it" if node.child_count == 1 else "categories below it"
        dependents = {products: node.product_count, below: node.child_count}
        is_held = any(dependents.values())
        self.hindrance = InUseError(node.name, dependents).message if is_held else ""
        self.is_asking = True

    @requires(Edit)
    async def open_question(self, is_open: bool) -> None:
        """Close the question without an answer."""
        self.is_asking = is_open and self._doomed_id > 0

    @requires(Edit)
    async def delete(self) -> None:
        """Delete the category asked about."""
        async with unit_of_work() as uow:
            await categories.delete_category(uow, self._doomed_id)
        self.is_asking = False
        (await self.get_state(NoticeState))._push("success", f"{self.doomed_name} deleted")
        await self._reload()

    async def _store(self, name: str, parent_id: int | None) -> CategoryNode:
        async with unit_of_work() as uow:
            if not self._edited_id:
                return await categories.create_category(uow, name, parent_id)
            return await categories.update_category(
                uow, self._edited_id, name, parent_id, self._version
            )

    def _tell_conflict(self, conflict: ConflictError) -> None:
        theirs: Any = conflict.theirs
        self._version = theirs.version
        stored = f"It is stored as {theirs.label} now. Save again to replace that."
        self.errors = {**NO_ERRORS, "name": f"{conflict.message} {stored}"}

    async def _reload(self) -> None:
        self.is_loading, self.has_error = False, True
        async with unit_of_work() as uow:
            tree = await categories.list_categories(uow)
        self.rows = [_cells(node) for node in tree]
        self.summary = (
            f"{formats.count(len(tree), 'category', 'categories')} on {CATEGORY_LEVELS} levels."
        )
        self.has_error = False

    async def _open_form(self, node: CategoryNode | None, parent: str) -> None:
        async with unit_of_work() as uow:
            tree = await categories.list_categories(uow)
        inside = {node.id} if node else set()
        self.parents = [{"value": TOP, "label": "At the top"}] + [
            {"value": str(each.id), "label": each.label}
            for each in tree
            if each.level < CATEGORY_LEVELS and each.id not in inside
        ]
        self._edited_id, self._version = (node.id, node.version) if node else (0, 0)
        self.title = f"Edit {node.name}" if node else "New category"
        self.name = node.name if node else ""
        self.parent = str(node.parent_id or TOP) if node else parent
        self.errors, self.is_editing = NO_ERRORS, True

    async def _find(self, category_id: str) -> CategoryNode:
        async with unit_of_work() as uow:
            tree = await categories.list_categories(uow)
        for node in tree:
            if node.id == parse_key(category_id):
                return node
        raise NotFoundError("category", category_id)


def _cells(node: CategoryNode) -> dict[str, Any]:
    return {
        "id": str(node.id),
        "href": f"/products?category_id={node.id}",
        "name": node.name,
        "level": str(node.level),
        "indent": f"{(node.level - 1) * 24}px",
        "products": formats.number(node.product_count),
        "children": formats.number(node.child_count) if node.level < CATEGORY_LEVELS else "",
        "can_grow": node.level < CATEGORY_LEVELS,
    }
