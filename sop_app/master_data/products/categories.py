"""What people do with the category tree: list, create, rename, move and delete categories."""

from collections.abc import Sequence

from sop_app.kernel.errors import ConflictError, InUseError, InvalidInputError, NotFoundError
from sop_app.kernel.fields import clean_line
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .models import Category
from .rules import category_name_problem, level_below
from .schemas import CategoryNode


async def list_categories(uow: UnitOfWork) -> list[CategoryNode]:
    """List the category tree, parents before their children, siblings by name.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    return await queries.read_categories(uow)


async def create_category(uow: UnitOfWork, name: str, parent_id: int | None = None) -> CategoryNode:
    """Create a category at the top or below another one.

    Raises:
        PermissionDeniedError: The person may not edit products.
        InvalidInputError: The name is missing or taken there, or the tree would be too deep.
        NotFoundError: There is no such parent.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    cleaned = _clean_name(name)
    await queries.lock_tree(uow)
    level = level_below(await _level_of(uow, parent_id))
    await _refuse_taken_name(uow, parent_id, cleaned, except_id=None)
    category = await _add(uow, cleaned, parent_id, level)
    return await _get(uow, category.id)


async def update_category(
    uow: UnitOfWork, category_id: int, name: str, parent_id: int | None, version: int
) -> CategoryNode:
    """Rename a category, or move it with all below it under another parent.

    Args:
        uow: The transaction.
        category_id: Which category.
        name: Its name from now on.
        parent_id: Its parent from now on; None for the top.
        version: The version the person was looking at.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such category or parent.
        InvalidInputError: The name does not fit, or the move would loop or be too deep.
        ConflictError: Somebody changed it first; ``theirs`` is the category as it is now.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    cleaned = _clean_name(name)
    await queries.lock_tree(uow)
    stored = await _get(uow, category_id)
    if stored.version != version:
        raise ConflictError(
            f"{stored.name} was changed by somebody else since you opened it.", theirs=stored
        )
    if (cleaned, parent_id) == (stored.name, stored.parent_id):
        return stored
    height, subtree = await queries.measure_height(uow, category_id)
    if parent_id in subtree:
        raise InvalidInputError({"parent_id": "A category cannot lie below itself."})
    level = level_below(await _level_of(uow, parent_id), height)
    await _refuse_taken_name(uow, parent_id, cleaned, except_id=category_id)
    category = await uow.session.get_one(Category, category_id, populate_existing=True)
    category.name, category.parent_id = cleaned, parent_id
    category.version += 1
    await uow.session.flush()
    if level != stored.level:
        await queries.shift_levels(uow, subtree, level - stored.level)
    record(
        uow,
        "category_updated",
        ("category", category_id),
        before={"name": stored.name, "parent_id": stored.parent_id},
        after={"name": cleaned, "parent_id": parent_id},
    )
    return await _get(uow, category_id)


async def delete_category(uow: UnitOfWork, category_id: int) -> None:
    """Delete an empty category.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such category.
        InUseError: Products or categories hang on it.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    await queries.lock_tree(uow)
    node = await _get(uow, category_id)
    if node.product_count or node.child_count:
        products = "product" if node.product_count == 1 else "products"
        below = "category below it" if node.child_count == 1 else "categories below it"
        raise InUseError(node.name, {products: node.product_count, below: node.child_count})
    await queries.release_deleted_products(uow, category_id)
    await uow.session.delete(await uow.session.get_one(Category, category_id))
    record(
        uow,
        "category_deleted",
        ("category", category_id),
        before={"name": node.name, "parent_id": node.parent_id},
    )


async def ensure_category_path(uow: UnitOfWork, names: Sequence[str]) -> int | None:
    """Find the category at the end of a path of names, creating what is missing on the way.

    Args:
        uow: The transaction.
        names: Names from the top down, at most three; empty ones at the end are left out.

    Returns:
        The id of the last category, or None for an empty path.

    Raises:
        PermissionDeniedError: The person may not edit products.
        InvalidInputError: A name does not fit, or a level in the middle is missing.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    path = [clean_line(name) for name in names]
    while path and not path[-1]:
        path.pop()
    await queries.lock_tree(uow)
    parent_id: int | None = None
    level = 0
    for name in path:
        level = level_below(level or None)
        found = await queries.find_category(uow, parent_id, _clean_name(name))
        parent_id = (found or await _add(uow, _clean_name(name), parent_id, level)).id
    return parent_id


async def _add(uow: UnitOfWork, name: str, parent_id: int | None, level: int) -> Category:
    category = Category(name=name, parent_id=parent_id, level=level)
    uow.session.add(category)
    await uow.session.flush()
    fields = {"name": name, "parent_id": parent_id, "level": level}
    record(uow, "category_created", ("category", category.id), after=fields)
    return category


async def _get(uow: UnitOfWork, category_id: int) -> CategoryNode:
    node = await queries.read_category(uow, category_id)
    if node is None:
        raise NotFoundError("category", category_id)
    return node


async def _level_of(uow: UnitOfWork, parent_id: int | None) -> int | None:
    return None if parent_id is None else (await _get(uow, parent_id)).level


async def _refuse_taken_name(
    uow: UnitOfWork, parent_id: int | None, name: str, *, except_id: int | None
) -> None:
    holder = await queries.find_category(uow, parent_id, name)
    if holder is not None and holder.id != except_id:
        raise InvalidInputError({"name": f"There is already a category {holder.name} here."})


def _clean_name(name: str) -> str:
    cleaned = clean_line(name)
    problem = category_name_problem(cleaned)
    if problem:
        raise InvalidInputError({"name": problem})
    return cleaned
