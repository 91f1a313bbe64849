"""Items like a new one, by what is known before the first sale."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

MOST_ANALOGUES = 5
LEAST_SIMILARITY = 0.5


@dataclass(frozen=True)
class ItemProfile:
    """What an item is; an attribute that is None is not known and tells nothing.

    Attributes:
        item_id: The item.
        category_path: Categories from the widest to the narrowest.
        family: Product family.
        unit: Unit of measure.
        price: List price in one currency for all items, above 0.
    """

    item_id: str
    category_path: tuple[str, ...] = ()
    family: str | None = None
    unit: str | None = None
    price: float | None = None


@dataclass(frozen=True)
class SimilarityWeights:
    """How much each attribute counts; they need not add up to 1."""

    category: float = 0.4
    family: float = 0.3
    price: float = 0.2
    unit: float = 0.1


@dataclass(frozen=True)
class Analogue:
    """An item like the new one.

    Attributes:
        item_id: The item.
        similarity: 0 (nothing in common) to 1.
    """

    item_id: str
    similarity: float


def measure_similarity(
    one: ItemProfile, other: ItemProfile, weights: SimilarityWeights | None = None
) -> float:
    """Measure how alike two items are, 0 to 1.

    Categories count by the part of the longer path that is shared from the top; family and unit
    where they are the same; prices fully when equal and not at all from double on. An attribute
    that one of the two lacks is left out and the others count more.

    Example:
        >>> tea = ItemProfile("T", ("drinks", "tea"), "green", "kg", 10.0)
        >>> measure_similarity(tea, ItemProfile("U", ("drinks", "coffee"), "green", "kg", 10.0))
        0.8
    """
    shares = weights or SimilarityWeights()
    known: list[tuple[float, float]] = []
    if one.category_path and other.category_path:
        known.append((shares.category, _shared_path(one.category_path, other.category_path)))
    if one.family is not None and other.family is not None:
        known.append((shares.family, float(one.family == other.family)))
    if one.unit is not None and other.unit is not None:
        known.append((shares.unit, float(one.unit == other.unit)))
    if one.price and other.price:
        known.append((shares.price, max(0.0, 1 - abs(log(one.price / other.price)) / log(2))))
    total = sum(weight for weight, _ in known)
    return round(sum(weight * part for weight, part in known) / total, 6) if total > 0 else 0.0


def find_analogues(
    item: ItemProfile,
    others: Iterable[ItemProfile],
    weights: SimilarityWeights | None = None,
    *,
    most: int = MOST_ANALOGUES,
    least: float = LEAST_SIMILARITY,
) -> tuple[Analogue, ...]:
    """Find the items most like a new one, the most similar first, equals by name.

    Args:
        item: The new item; it is no analogue of itself.
        others: The items to choose from.
        weights: How much each attribute counts.
        most: How many at most.
        least: Similarity below which an item is none.
    """
    found = [
        Analogue(other.item_id, measure_similarity(item, other, weights))
        for other in others
        if other.item_id != item.item_id
    ]
    alike = [one for one in found if one.similarity >= least]
    return tuple(sorted(alike, key=lambda one: (-one.similarity, one.item_id))[:most])


def _shared_path(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared / max(len(one), len(other))
