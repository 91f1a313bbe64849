"""Trees written by LightGBM, answered by scikit-learn's compiled tree predictor.

LightGBM only trains the shipped model; to run it would need the OpenMP runtime of the system,
while scikit-learn's wheel carries its own. Both go left where a figure is at most the threshold and
both compare in double precision, so the answers are the same.

Source: LightGBM's ``Tree::ToString`` and ``Tree::NumericalDecision`` (its ``include/LightGBM/tree.h``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEFAULT_LEFT = 2
"""Bit of ``decision_type``: a missing figure goes left; its lowest bit marks a category."""
MISSING_TYPE = 2
"""Where the two bits begin that say what counts as missing: nothing, zero, or not a number."""
NOTHING, NOT_A_NUMBER = 0, 2
BLOCK = 2048
"""Rows answered at a time: few enough that they stay in the processor's cache for all trees."""


@dataclass(frozen=True)
class Trees:
    """A boosted model: the sum of its trees.

    Attributes:
        predictors: One ``TreePredictor`` of scikit-learn per tree.
    """

    predictors: tuple[Any, ...]

    def predict(
        self, design: NDArray[Any], *, threads: int = 1, first: int | None = None
    ) -> Floats:
        """Add up what the trees answer.

        Args:
            design: Rows x features; NaN where a figure is missing.
            threads: How many threads may work on it.
            first: Ask only so many of the first trees.

        Returns:
            One answer per row.
        """
        no_categories = np.zeros((0, 8), dtype=np.uint32)
        no_places = np.zeros(design.shape[1], dtype=np.uint32)
        answers = np.zeros(len(design))
        for start in range(0, len(design), BLOCK):
            rows = np.ascontiguousarray(design[start : start + BLOCK], dtype=np.float64)
            total = answers[start : start + BLOCK]
            for predictor in self.predictors[:first]:
                total += predictor.predict(rows, no_categories, no_places, threads)
        return answers


def read_trees(path: Path) -> Trees:
    """Read the trees of a model that LightGBM wrote as text.

    Raises:
        ValueError: The text holds a tree of a kind that is not read here: with categories, with
            linear leaves, or with zeros counted as missing.
    """
    # Draws in scipy and pandas: seconds that a web server's start can spare.
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

    no_categories = np.zeros((0, 8), dtype=np.uint32)
    return Trees(
        tuple(
            TreePredictor(lay_out_nodes(tree), no_categories, no_categories)
            for tree in _split_trees(path.read_text())
        )
    )


def _split_trees(text: str) -> Iterator[dict[str, str]]:
    """Split a model's text into its trees, each as its lines by name."""
    for tree in text.split("end of trees")[0].split("\nTree=")[1:]:
        yield dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)


def lay_out_nodes(tree: dict[str, str]) -> NDArray[np.void]:
    """Lay a tree out as scikit-learn keeps it: splits first, then leaves, the root at 0.

    Args:
        tree: Lines of the text by name. A child below 0 is a leaf, -1 the first of them.

    Raises:
        ValueError: The tree is of a kind that is not read here.
    """
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    leaves = int(tree["num_leaves"])
    splits = leaves - 1
    nodes: NDArray[np.void] = np.zeros(splits + leaves, dtype=PREDICTOR_RECORD_DTYPE)
    nodes["is_leaf"][splits:] = 1
    nodes["value"][splits:] = _numbers(tree, "leaf_value")
    if not splits:
        return nodes
    decision = _numbers(tree, "decision_type").astype(int)
    _refuse_other_kinds(tree, decision)
    threshold = _numbers(tree, "threshold")
    nodes["num_threshold"][:splits] = threshold
    nodes["feature_idx"][:splits] = _numbers(tree, "split_feature")
    # Where nothing counts as missing LightGBM takes a figure that is none for 0.
    is_told = (decision >> MISSING_TYPE) & 3 == NOT_A_NUMBER
    goes_left = np.where(is_told, decision & DEFAULT_LEFT > 0, threshold >= 0)
    nodes["missing_go_to_left"][:splits] = goes_left
    for side in ("left", "right"):
        child = _numbers(tree, f"{side}_child").astype(int)
        nodes[side][:splits] = np.where(child < 0, splits - 1 - child, child)
    return nodes


def _numbers(tree: dict[str, str], name: str) -> Floats:
    return np.array(tree[name].split(), dtype=np.float64)


def _refuse_other_kinds(tree: dict[str, str], decision: NDArray[np.int_]) -> None:
    missing = (decision >> MISSING_TYPE) & 3
    has_zeros_missing = not np.isin(missing, (NOTHING, NOT_A_NUMBER)).all()
    if (decision & 1).any() or has_zeros_missing or int(tree.get("is_linear", "0")):
        raise ValueError("A tree with categories, linear leaves or zeros as missing is not read.")
