"""Which series add up to which: groups of the bottom series by their attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

Matrix = NDArray[np.float64]
Places = NDArray[np.int64]
BOTTOM = "bottom"


@dataclass(frozen=True)
class Hierarchy:
    """Levels of aggregation over the same bottom series; levels may cross, as region and family do.

    Attributes:
        levels: Level names, coarsest first; the last is the bottom.
        names: By level the names of its nodes.
        groups: By level, for every bottom series the place of its node within the level.
    """

    levels: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, Places]

    @property
    def bottom_count(self) -> int:
        """Count the bottom series."""
        return len(self.groups[BOTTOM])

    @property
    def node_count(self) -> int:
        """Count the nodes of all levels, the bottom included."""
        return sum(len(self.names[level]) for level in self.levels)

    @cached_property
    def slices(self) -> Mapping[str, slice]:
        """By level the rows of its nodes among all nodes."""
        ends = np.cumsum([len(self.names[level]) for level in self.levels]).tolist()
        starts = [0, *ends[:-1]]
        return {
            level: slice(start, end)
            for level, start, end in zip(self.levels, starts, ends, strict=True)
        }

    @cached_property
    def summing(self) -> Any:
        """The summing matrix, nodes x bottom series, sparse (compressed rows)."""
        from scipy import sparse

        blocks = [
            sparse.csr_matrix(
                (np.ones(self.bottom_count), (self.groups[level], np.arange(self.bottom_count))),
                shape=(len(self.names[level]), self.bottom_count),
            )
            for level in self.levels
        ]
        return sparse.vstack(blocks, format="csr")

    def add_up(self, bottom: Matrix) -> Matrix:
        """Add bottom series up to all nodes.

        Args:
            bottom: Bottom series x months.

        Returns:
            Nodes x months, coarsest level first, the bottom last.
        """
        return np.asarray(self.summing @ bottom)


def build_hierarchy(attributes: pd.DataFrame, levels: Mapping[str, Sequence[str]]) -> Hierarchy:
    """Build a hierarchy from attributes of the bottom series.

    Args:
        attributes: One row per bottom series, its name as the index, attributes as columns.
        levels: By level name the columns whose values make a node; none for the total. Coarsest
            first: ``{"total": [], "category": ["category"], "family": ["category", "family"]}``.

    Raises:
        InvalidInputError: There is no series or one twice, an attribute is missing, or a level is
            called as the bottom.
    """
    _check(attributes, levels)
    names: dict[str, tuple[str, ...]] = {}
    groups: dict[str, Places] = {}
    for level, columns in levels.items():
        keys = _keys(attributes, level, columns)
        places, found = pd.factorize(keys, sort=True)
        names[level] = tuple(found.tolist())
        groups[level] = np.asarray(places, dtype=np.int64)
    names[BOTTOM] = tuple(str(name) for name in attributes.index)
    groups[BOTTOM] = np.arange(len(attributes), dtype=np.int64)
    return Hierarchy((*levels, BOTTOM), names, groups)


def _keys(attributes: pd.DataFrame, level: str, columns: Sequence[str]) -> NDArray[np.object_]:
    if not columns:
        return np.full(len(attributes), level, dtype=object)
    parts = [attributes[column].astype(str) for column in columns]
    joined = [" / ".join(values) for values in zip(*parts, strict=True)]
    return np.array(joined, dtype=object)


def _check(attributes: pd.DataFrame, levels: Mapping[str, Sequence[str]]) -> None:
    if not len(attributes.index):
        raise InvalidInputError({"attributes": "There are no series."})
    if not attributes.index.is_unique:
        twice = attributes.index[attributes.index.duplicated()][0]
        raise InvalidInputError({"attributes": f"{twice} is there twice."})
    if BOTTOM in levels:
        raise InvalidInputError({"levels": f"A level cannot be called '{BOTTOM}'."})
    for level, columns in levels.items():
        for column in columns:
            if column not in attributes.columns or bool(attributes[column].isna().to_numpy().any()):
                reason = f"The level {level} needs a {column} for every series."
                raise InvalidInputError({"attributes": reason})
